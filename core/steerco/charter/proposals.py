"""Dates that a cadence proposes: for each of its periods a working day, early enough for the meeting to be moved once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from msgspec import Struct

from steerco.charter.calendar import Calendar, expected
from steerco.charter.model import NOT_STATED, Cadence, Every
from steerco.charter.periods import Period, between

BEFORE_THE_END: dict[Every, int] = {"week": 2, "month": 10, "quarter": 15, "half-year": 20, "year": 30}
"""How many days before the end of a period its meeting is proposed: room to postpone it once. A proposal of the program, which no
clause sets and nobody owes."""


class Proposal(Struct, frozen=True):
    """A day proposed for the meeting of a period. ``cites`` is what asks for the meeting, not for the day; ``expected``: the days
    off of that time are not announced yet.
    """

    cadence: str
    body: str
    kind: str
    period: str
    day: date
    cites: tuple[str, ...]
    expected: bool = False


def proposed(cadences: Sequence[Cadence], year: int, calendar: Calendar) -> list[Proposal]:
    """The year's calendar: a working day in each period of each cadence whose period is stated, in the order of days."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    proposals = [
        Proposal(cadence.id, cadence.body, cadence.kind, period.name, day, cadence.cite, expected(calendar, day))
        for cadence in cadences
        if cadence.every != NOT_STATED
        for period in between(first, last, cadence.every)
        if period.first.year == year
        for day in [_day(period, calendar)]
    ]
    return sorted(proposals, key=lambda proposal: (proposal.day, proposal.cadence))


def _day(period: Period, calendar: Calendar) -> date:
    """The last working day that leaves the room, within the period; where none is worked, the day itself."""
    latest = period.last - timedelta(days=BEFORE_THE_END[period.every])
    day = latest
    while not calendar.is_working(day) and day > period.first:
        day -= timedelta(days=1)
    return day if calendar.is_working(day) else latest
