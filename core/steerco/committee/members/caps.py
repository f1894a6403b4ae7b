"""How many members of a body share an agency or an attribute, and who loses the vote where too many do."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from msgspec import Struct

from steerco.charter.model import Charter
from steerco.charter.places import stated_seats
from steerco.charter.tables.membership import Cap
from steerco.charter.tables.voters import joined
from steerco.records import DayView, Do, Parties
from steerco.records.relation import type_registry

PASSED = "passed"


class CapCount(Struct, frozen=True):
    """The members whom a cap counts: ``sharing`` are the persons of each value, ``base`` is what the share is of."""

    sharing: dict[str, list[str]]
    base: int
    seated: int

    @classmethod
    def of(
        cls, charter: Charter, cap: Cap, then: Parties, persons: Collection[str], newcomer: tuple[str, str] = ("", "")
    ) -> CapCount:
        """Return the count of ``persons``; ``newcomer`` is who is about to come, with the value that they share."""
        voting = {rule.voting_role for rule in charter.decisions if rule.body == cap.body and rule.voters}
        all_ = cap.of != "voters" or not voting
        counted = [p for p in sorted(persons) if all_ or p == newcomer[0] or not voting.isdisjoint(then.called(p))]
        sharing: dict[str, list[str]] = {}
        for person in counted:
            value = newcomer[1] if person == newcomer[0] else shared_value(charter, cap, person, None, then)
            if value:
                sharing.setdefault(value, []).append(person)
        fixed = stated_seats(charter, cap.body) if cap.of == "fixed" else None
        return cls(sharing, len(counted) if fixed is None else fixed, len(counted))


def shared_value(charter: Charter, cap: Cap, person: str, agency: str | None, then: Parties) -> str:
    """Return the agency, or the value of the attribute, by which a cap counts a person; nothing where there is none."""
    own = then.attr(person, cap.by.removeprefix("attr:"))
    value = agency or then.agency(person) if cap.by == "agency" else own
    body = charter.body(cap.body)
    return joined((*cap.related, *(body.related if body is not None else ())), cap.by, value) if value else ""


def last_come(cap: Cap, then: Parties, persons: Collection[str], count: CapCount) -> list[str]:
    """Return the last who came of those who share something, as many as are too many for the cap."""
    last_first = sorted(persons, key=lambda person: (then.since(person), person), reverse=True)
    stay = len(last_first)
    while stay and not cap.allows(stay, count.base, count.seated):
        stay -= 1
    return last_first[: len(last_first) - stay]


def waived(do: Do, cap: Cap) -> frozenset[str]:
    """Return the persons for whom the decision that lifts a cap was taken: the passed matters under it that concern them."""
    if not cap.waiver:
        return frozenset()
    taken = [m for m in do.find(type_registry["matter"], state="decided", outcome=PASSED) if m.concerns]
    under = [m for m in taken if m.voting and m.voting["rule"]["id"] == cap.waiver]
    return frozenset(person for m in under for person in do.parties.holders(m.concerns))


def affiliated(do: DayView, m: Any) -> frozenset[str]:
    """Return whose affiliation a matter rules on, where it would lift a cap: whom it concerns, and who share theirs."""
    classes = {row.id: row.classes for row in do.charter.decisions}
    found = set[str]()
    for cap in (row for row in do.charter.caps if row.body == m.body and row.waiver and m.concerns):
        if {m.class_, "*"}.isdisjoint(classes.get(cap.waiver, ())):
            continue
        concerned = do.parties.holders(m.concerns)
        values = {shared_value(do.charter, cap, person, None, do.parties) for person in concerned} - {""}
        members = do.parties.members(m.body)
        sharing = (person for person in members if shared_value(do.charter, cap, person, None, do.parties) in values)
        found.update(concerned, sharing)
    return frozenset(found)


def without_vote(do: Do, body: str, only: str = "") -> frozenset[str]:
    """Return the members who have no vote while too many share something: the last who came, until the rest may share it.

    ``only``: by that cap alone.
    """
    gone: set[str] = set()
    for cap in do.charter.caps:
        if cap.body != body or cap.on_breach != "suspend-voting" or only not in ("", cap.id):
            continue
        members = set(do.parties.members(body))
        count = CapCount.of(do.charter, cap, do.parties, members)
        for persons in count.sharing.values():
            gone.update(last_come(cap, do.parties, persons, count))
        gone -= waived(do, cap)
    return frozenset(gone)
