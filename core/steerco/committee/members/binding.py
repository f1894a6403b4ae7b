"""Whom the charter binds on a day, and who holds what several share."""

from __future__ import annotations

from steerco.committee.members.directory import Day


def bound(day: Day) -> dict[str, tuple[str, ...]]:
    """Return each person whom the charter in force binds, with the clauses that say so."""
    found: dict[str, tuple[str, ...]] = {}
    for row in day.charter.bound:
        whole = day.charter.body(row.who) is not None
        for person in day.members(row.who) if whole else group_holders(day, row.who):
            found[person] = tuple(dict.fromkeys((*found.get(person, ()), *row.cite)))
    return found


def group_holders(day: Day, holder: str) -> tuple[str, ...]:
    """Return the persons who are a role, seat or body, or one of a group's roles; of a body that is its head."""
    group = next((each for each in day.charter.groups if each.id == holder), None)
    return tuple(person for role in group.roles for person in day.holders(role)) if group else day.holders(holder)
