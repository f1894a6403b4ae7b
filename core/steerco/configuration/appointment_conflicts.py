"""Appointments in ``people.toml`` that could not be entered: two at once in a place of one, a seat that follows an office.

Each appointment is right by itself; what is wrong is found only beside the others and the charter.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from steerco.charter.model import NOT_STATED, Charter
from steerco.config.findings import Finding
from steerco.config.people import AppointmentRow, People


def seated(people: People, charters: Sequence[Charter]) -> list[Finding]:
    """Return what is wrong under every version of the charter: which of them is in force on the day, no file can know."""
    conflicts = [{Finding(people.file, *conflict) for conflict in _under(people, charter)} for charter in charters]
    return sorted(set.intersection(*conflicts)) if conflicts else []


def _under(people: People, charter: Charter) -> Iterator[tuple[int, str, str]]:
    tied = {seat.id: seat.office for seat in charter.seats if seat.office != NOT_STATED}
    by_place: dict[str, list[AppointmentRow]] = {}
    for row in people.appointments:
        if office := tied.get(row.seat):
            message = f"appointment of '{row.person}': seat '{row.seat}' follows office '{office}'; appoint to that office"
            yield row.line, "follows-office", message
            continue
        place, why = _place(row, charter)
        if place and (earlier := next((before for before in by_place.get(place, ()) if _clash(before, row)), None)):
            message = (
                f"appointment of '{row.person}': '{place}' has one holder at a time{why}, and '{earlier.person}' holds it then; "
                "give each a [[seat]] of their own, or end the earlier one before"
            )
            yield row.line, "seat-taken", message
        by_place.setdefault(place, []).append(row)


def _place(row: AppointmentRow, charter: Charter) -> tuple[str, str]:
    """Return the place of one that is meant, with why it is one; empty where any number may hold it."""
    if row.office:
        return row.office, ""
    several = {rule.acts for rule in charter.successions if rule.when_several != "all"}
    named = {seat.id: seat for seat in charter.seats}
    shared = {role.id for role in charter.roles if role.several}
    heads = {body.head: body.id for body in charter.bodies if body.head not in shared}
    if row.seat in named and named[row.seat].role not in several:
        return row.seat, ""
    if row.seat not in heads:
        return "", ""
    own = [seat.id for seat in charter.seats if seat.role == row.seat]
    return (own[0] if len(own) == 1 else row.seat), f", since it heads '{heads[row.seat]}'"


def _clash(before: AppointmentRow, after: AppointmentRow) -> bool:
    """Return whether the later line cannot stand beside the earlier one. One that is open gives way to who comes after it."""
    starts, since = before.since or date.max, after.since or date.max
    if before.until is not None and before.until < since:
        return False
    if after.until is not None and after.until < starts:
        return False
    return starts >= since or before.until is not None
