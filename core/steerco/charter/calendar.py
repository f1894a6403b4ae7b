"""Working days.

The tenant's data set the working days: its working week, the days off in it, and the days worked in exchange (swap days). A
plugin may bring a calendar of its own, with the methods of :class:`Calendar`.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal, Protocol

from msgspec import Struct

Unit = Literal["calendar", "working"]

MONDAY_TO_FRIDAY = frozenset({1, 2, 3, 4, 5})


class Calendar(Protocol):
    """The calendar of working days that duties and notices use.

    A calendar may also have ``is_expected(day)``: whether the days off of that time are only expected, not announced.
    """

    def is_working(self, day: date) -> bool:
        """Return whether ``day`` is worked."""
        ...

    def add(self, day: date, n: int) -> date:
        """Return the ``n``-th working day after ``day`` (before it, where ``n`` is negative), ``day`` itself not counted."""
        ...


class WeekCalendar(Struct, frozen=True):
    """A working week (ISO numbers, Monday is 1), with days off and days worked in exchange, which go before both."""

    week: frozenset[int] = MONDAY_TO_FRIDAY
    off: frozenset[date] = frozenset()
    worked: frozenset[date] = frozenset()

    def is_working(self, day: date) -> bool:
        """Return whether ``day`` is worked."""
        return day in self.worked or (day.isoweekday() in self.week and day not in self.off)

    def add(self, day: date, n: int) -> date:
        """Return the ``n``-th working day after ``day`` (before it, if negative). Raises ValueError for an empty week."""
        if not self.week:
            raise ValueError("a working week needs at least one day")
        return nth_working_day(self, day, n)


def nth_working_day(calendar: Calendar, day: date, n: int) -> date:
    """Return the ``n``-th working day after ``day`` (before it, if negative), checking one day after the other.

    A calendar without a faster way can use it as ``add``. It never ends for a calendar without working days.
    """
    step = timedelta(days=1 if n > 0 else -1)
    left = abs(n)
    while left:
        day += step
        left -= calendar.is_working(day)
    return day


def expected(calendar: Calendar, day: date) -> bool:
    """Return whether the calendar says that the days off around ``day`` are only expected."""
    unsure = getattr(calendar, "is_expected", None)
    return unsure is not None and bool(unsure(day))


def shift(day: date, n: int, unit: Unit, calendar: Calendar) -> date:
    """Return ``day`` moved by ``n`` days of that unit, not counting ``day`` itself."""
    return calendar.add(day, n) if unit == "working" else day + timedelta(days=n)


def working_days(calendar: Calendar, after: date, through: date) -> int:
    """Return the number of working days after ``after`` through ``through``, negative if ``through`` is earlier."""
    if through < after:
        return -working_days(calendar, through, after)
    return sum(calendar.is_working(after + timedelta(days=n + 1)) for n in range((through - after).days))
