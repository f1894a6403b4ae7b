"""Set weekdays: ``wednesday`` is each Wednesday of a period, ``first-wednesday`` and ``last-wednesday`` the one of each month."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from steerco.charter.periods import Period, containing

WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
ORDINALS: Final = ("first", "second", "third", "fourth", "last")


def set_days(on: str, period: Period) -> list[date]:
    """Return the days of a period that ``on`` names, in their order."""
    ordinal, _, weekday = on.rpartition("-")
    wanted = WEEKDAYS.index(weekday)
    first = period.first + timedelta(days=(wanted - period.first.weekday()) % 7)
    days = [first + timedelta(days=7 * n) for n in range(((period.last - first).days // 7) + 1)]
    return [day for day in days if not ordinal or _is(ordinal, day)]


def is_set(on: str, day: date) -> bool:
    """Return whether ``on`` names the day."""
    return day in set_days(on, containing(day, "month"))


def _is(ordinal: str, day: date) -> bool:
    if ordinal == "last":
        return (day + timedelta(days=7)).month != day.month
    return (day.day - 1) // 7 == ORDINALS.index(ordinal)
