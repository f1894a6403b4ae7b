"""In which capacity an act is done, and for whom: what stands at the head of its form."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from steerco.kernel import on_behalf
from steerco.kernel.act import ActRequest
from steerco.kernel.authority import Authority
from steerco.kernel.places import PlacedAct, place_of, placed_on
from steerco.records import Action, Record
from steerco.web.pages.frame.visit import Cite, Visit

POSSIBLE = ("ready", "input", "waiting")
"""The places of an act that may be in the person's power."""


class CapacityChoice(NamedTuple):
    """One capacity in which the act may be done: its name in the input, its words, the clauses that let the reader stand in."""

    name: str
    label: str
    cites: list[Cite]


class HeadOfForm(NamedTuple):
    """In which capacity the reader acts (several: to choose from), by which clause, and whom the reader may enter it for.

    ``own``: whether it may be in the reader's own power at all. ``evidence``: what is handed in for another, the signed
    ``paper``, a ``note`` of what was said where a text has the act done by word of mouth, or ``either``, by whose act it is.
    """

    own: bool
    capacities: list[CapacityChoice]
    cites: list[Cite]
    others: list[tuple[str, str]]
    evidence: str


def judged(visit: Visit, action: Action, record: Record | None, authority: Authority | None = None) -> PlacedAct:
    """Return where an act stands for the reader, or for another."""
    mine = authority or visit.authority
    return placed_on(mine, action, record, visit.now) if record is not None else place_of(mine, action, visit.now)


def head_of_form(visit: Visit, action: Action, record: Record | None) -> HeadOfForm:
    """Return what the head of an act's form says of who does it."""
    placed = judged(visit, action, record)
    own = placed.place in POSSIBLE
    decision = placed.decision
    cites = visit.cites(each.clause for each in decision.because) if decision is not None and decision.allowed else []
    known = others(visit, action, record)
    return HeadOfForm(
        own, _capacities(visit, action, record, placed) if own else [], cites, known, _evidence(visit, action, known)
    )


def _evidence(visit: Visit, action: Action, known: list[tuple[str, str]]) -> str:
    spoken = {on_behalf.by_word(visit.authority, action, person) for person, _ in known}
    return "either" if len(spoken) > 1 else "note" if True in spoken else "paper"


def _capacities(visit: Visit, action: Action, record: Record | None, placed: PlacedAct) -> list[CapacityChoice]:
    """Return the capacities in which the act is allowed, the own ones first; else the one that decides."""
    found = []
    for name in visit.authority.known():
        authority = Authority(visit.tenant, visit.session, visit.authority.actor, visit.now, name)
        each = judged(visit, action, record, authority)
        if each.place in POSSIBLE:
            standing_in = authority.capacities[0].acting_for
            label = visit.say("acts.form", "in_place_of", who=visit.names(name)) if standing_in else visit.names(name)
            found.append(CapacityChoice(name, label, visit.cites(authority.capacities[0].cites)))
    decision = placed.decision
    if not found and decision is not None and decision.capacity:
        found.append(CapacityChoice("", visit.names(decision.acting_for or decision.capacity), []))
    return found


def others(visit: Visit, action: Action, record: Record | None) -> list[tuple[str, str]]:
    """Return the persons for whom the reader may enter the act (id, name): members for whom a rule of the committee lets the
    reader enter acts, and in whose power it may be."""
    reader = visit.reader.person if visit.reader else ""
    if not reader or action.record.directory or not on_behalf.enters_for_others(visit.authority):
        return []
    charter, day = visit.regime.charter, visit.authority.day
    persons = dict.fromkeys(person for body in charter.bodies for person in day.members(body.id))
    asked = ActRequest("", action.id, visit.now, record.id if record is not None else None, entered_by=reader)
    found = []
    for person in persons:
        if person == reader:
            continue
        authority = Authority(visit.tenant, visit.session, person, visit.now)
        if on_behalf.refusal(authority, replace(asked, actor=person), action, asking=True) is not None:
            continue
        if judged(visit, action, record, authority).place in POSSIBLE:
            found.append((person, visit.names(person)))
    return found


def chosen_capacity(visit: Visit, name: str) -> str | None:
    """Return the capacity that was chosen; None for the one that the kernel finds. Raises ``Invalid`` for one not held."""
    if not name:
        return None
    Authority(visit.tenant, visit.session, visit.authority.actor, visit.now, name)
    return name
