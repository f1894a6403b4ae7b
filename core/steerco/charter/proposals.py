"""Proposed meeting days: for each period of a cadence a working day, early enough to postpone the meeting once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from msgspec import Struct

from steerco.charter.calendar import Calendar, expected
from steerco.charter.model import NOT_STATED, Cadence, Every
from steerco.charter.periods import Period, between
from steerco.charter.weekdays import set_days

BEFORE_THE_END: dict[Every, int] = {
    "week": 2,
    "fortnight": 4,
    "month": 10,
    "quarter": 15,
    "half-year": 20,
    "year": 30,
    "two-years": 30,
}
"""The number of days between a proposed meeting and the end of its period, as room to postpone it once. The program
proposes these days; no clause sets them and nobody owes them."""


class Proposal(Struct, frozen=True):
    """A day proposed for the meeting of a period. ``cites`` names the clauses that ask for the meeting, not for the day.
    ``expected``: the days off around it are not announced yet.
    """

    cadence: str
    body: str
    kind: str
    period: str
    day: date
    cites: tuple[str, ...]
    expected: bool = False


def proposed(cadences: Sequence[Cadence], year: int, calendar: Calendar) -> list[Proposal]:
    """Return the year's calendar: a working day in each period of each cadence whose period is stated, in the order of days."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    proposals = [
        Proposal(cadence.id, cadence.body, cadence.kind, period.name, day, cadence.cite, expected(calendar, day))
        for cadence in cadences
        if cadence.every != NOT_STATED
        for period in between(first, last, cadence.every)
        if period.first.year == year
        for day in _days(cadence, period, calendar)
    ]
    return sorted(proposals, key=lambda proposal: (proposal.day, proposal.cadence))


def _days(cadence: Cadence, period: Period, calendar: Calendar) -> list[date]:
    """Return as many days as the cadence asks for in a period: the set weekday, else spread over the period."""
    if cadence.on:
        return set_days(cadence.on, period)[: max(1, cadence.at_least)]
    parts = max(1, cadence.at_least)
    if parts == 1:
        return [_day(period, calendar)]
    size = (period.last - period.first).days + 1
    ends = (period.first + timedelta(days=size * part // parts - 1) for part in range(1, parts + 1))
    return [_worked(end, period.first, calendar) for end in ends]


def _worked(latest: date, first: date, calendar: Calendar) -> date:
    day = latest
    while not calendar.is_working(day) and day > first:
        day -= timedelta(days=1)
    return day if calendar.is_working(day) else latest


def _day(period: Period, calendar: Calendar) -> date:
    """Return the last working day of the period that leaves room to postpone, or the latest such day if none is worked."""
    latest = period.last - timedelta(days=BEFORE_THE_END[period.every])
    return _worked(latest, period.first, calendar)
