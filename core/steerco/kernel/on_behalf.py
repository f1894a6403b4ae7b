"""Entering an act for somebody else: ministers sign paper, others click.

A rule of the committee says who may (``entered-for-another``). The program itself asks for three things more, since a paper's
bytes prove nothing: there is a paper, the act does not change who is who, and nothing in it, nor the record that it is on, is
about the person who enters it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from steerco.charter.rules import Effective, effective
from steerco.configuration.regime import PLATFORM
from steerco.kernel.act import ActRequest
from steerco.kernel.authority import Authority
from steerco.policy.decision import Because, Change, Decision, Facts, Who
from steerco.records import Action, Record
from steerco.records.marked import replaced

RULE = "entered-for-another"
"""The named rule whose value says who may enter acts for others: a role, a group or a body. ``where.for`` narrows it to the
members of a body, ``where.act`` to one action."""
PAPER, NOTE, DIRECTORY, OWN_GAIN = "entered-without-paper", "entered-without-note", "not-for-another", "entered-for-oneself"
"""The platform's orders."""


def refusal(authority: Authority, request: ActRequest, action: Action, *, asking: bool = False) -> Decision | None:
    """Return why ``request.entered_by`` may not enter this act for the actor, or None where a rule allows it.

    ``asking``: the question is whether they may, so that no paper is at hand yet.
    """
    entered_by = request.entered_by or ""
    if authority.actor == PLATFORM:  # it signs no paper, and what it does is in nobody's power
        return _refused(authority)
    rule = _rule(authority, action)
    if not rule.stated:
        return _refused(authority)
    regime, day = authority.regime, authority.day
    who = str(rule.value)
    if who not in regime.table.closed(day.roles(entered_by) | day.bodies(entered_by)):
        party = authority.who(who)
        may = tuple(Who(who, party.label, party.people, cite) for cite in rule.cite)
        return _refused(authority, *regime.reasons(rule.cite), who_may=may)
    if action.record.directory:
        return _refused(authority, *regime.reasons((f"{PLATFORM}:{DIRECTORY}",)))
    if request.evidence is None and not asking:
        lacking = NOTE if by_word(authority, action, authority.actor) else PAPER
        orders = regime.reasons((*rule.cite, f"{PLATFORM}:{lacking}"))
        return _refused(authority, *orders, would_change=(Change(lacking),))
    return None


def by_word(authority: Authority, action: Action, person: str) -> bool:
    """Return whether a text has this act of a person done by word of mouth, so that a note of it is the evidence."""
    regime = authority.regime
    return action.record.by_word(action.name, (regime.charter, *regime.layers), authority.day.bodies(person))


def enters_for_others(authority: Authority) -> bool:
    """Return whether some rule of the committee lets the actor enter acts for somebody."""
    regime, day = authority.regime, authority.day
    named = {str(rule.value) for layer in (regime.charter, *regime.layers) for rule in layer.rules if rule.name == RULE}
    held = regime.table.closed(day.roles(authority.actor) | day.bodies(authority.actor)) if named else frozenset()
    return bool(named & held)


def gain(authority: Authority, request: ActRequest, given: Struct, record: Record | None) -> Decision | None:
    """Return why an act is refused that names the person who enters it, however deep in its input, or is on a ``record`` about
    that person (``Relation.concerns``); None where it is about others only."""
    day, entered_by = authority.day, request.entered_by or ""
    named = (day.resolve(name) or name for name in _parties(given))
    about = any(entered_by in day.holders(party) for party in named if day.sort(party) in ("person", "seat", "office"))
    if about or (record is not None and _concerned(authority, record, entered_by)):
        return _refused(authority, *authority.regime.reasons((f"{PLATFORM}:{OWN_GAIN}",)))
    return None


def _parties(given: Struct) -> list[str]:
    """Return every name of a party in an input, also in lists and in what is nested."""
    found: list[str] = []

    def note(path: str, marks: Mapping[str, Any], value: str) -> str:
        if "party" in marks:
            found.append(value)
        return value

    replaced(given, note)
    return found


def _concerned(authority: Authority, record: Record, person: str) -> bool:
    keys = authority.day.keys(person)
    return any(each.expression.py(record, keys, authority.session) for each in record.relations.values() if each.concerns)


def _rule(authority: Authority, action: Action) -> Effective:
    """Return the rule for this act of this actor: by act and body, by either, else the general one."""
    regime = authority.regime
    layers = (regime.charter, *regime.layers)
    act = {"act": action.id}
    bodies = [{"for": body} for body in sorted(authority.day.bodies(authority.actor))]
    found = [effective(RULE, layers, {**act, **body}) for body in bodies] or [effective(RULE, layers, act)]
    return next((rule for rule in found if rule.stated), found[0])


def _refused(
    authority: Authority, *because: Because, who_may: tuple[Who, ...] = (), would_change: tuple[Change, ...] = ()
) -> Decision:
    return Decision(
        "refused",
        because[0].layer if because else "no-clause",
        because,
        facts=Facts(object=RULE, act="enter"),
        who_may=who_may,
        would_change=would_change,
        revision=authority.tenant.snapshot.revision,
    )
