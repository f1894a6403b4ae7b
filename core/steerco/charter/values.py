"""Named values: which the program knows, which way each gets stricter, and where a length of time ends in a case.

Two weeks, ten calendar days and three working days cannot be compared as numbers: which is longer depends on the day from which
they are counted. So lengths are compared by the day on which they end.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final, Literal

from msgspec import Struct

from steerco.charter.calendar import Calendar, shift

Value = str | int | bool
Bound = Literal["at-least", "at-most", ""]
"""Which way a value gets stricter: a longer notice (``at-least``), a shorter limit (``at-most``); empty: it is not known."""
Length = Literal["calendar", "working", "weeks", "months", "years"]
"""What a length of time is counted in; ``calendar`` and ``working`` are days."""
Measure = Callable[[Value, str, Bound], int | None]
"""How large a value with its unit and bound is in a case; None where that cannot be said."""

LENGTHS: Final[Mapping[str, Length]] = {
    "": "calendar",
    "day": "calendar",
    "days": "calendar",
    "calendar": "calendar",
    "calendar day": "calendar",
    "calendar days": "calendar",
    "working": "working",
    "working day": "working",
    "working days": "working",
    "week": "weeks",
    "weeks": "weeks",
    "month": "months",
    "months": "months",
    "year": "years",
    "years": "years",
}
"""Every spelling of a unit."""
MAIN_BODY: Final = "main-body"
"""The word by which a law means the tenant's own main body: it knows nobody's ids."""
LONGEST: Final = 10_000
"""The greatest number of days, weeks … that a value may be: beyond it the calendar ends."""


class NamedValue(Struct, frozen=True):
    """What the program knows of a value by its name.

    ``read``: it goes by it. ``where``: what a rule of that name can be narrowed to. ``counts_from``: the field of the record with
    the day that a length is counted from. ``length``: it is a length of time; ``whole``: it is a number.
    """

    bound: Bound = ""
    read: bool = True
    where: tuple[str, ...] = ()
    counts_from: str = ""
    length: bool = False
    whole: bool = False


NAMED: Final[Mapping[str, NamedValue]] = {
    "notice": NamedValue("at-least", where=("body", "kind"), counts_from="starts_at", length=True, whole=True),
    "papers-notice": NamedValue("at-least", read=False, where=("body", "kind"), counts_from="starts_at", length=True, whole=True),
    "proxy-limit": NamedValue("at-most", read=False, whole=True),
    "quorum": NamedValue("at-least", where=("body", "class")),
    "entered-for-another": NamedValue(where=("for", "act")),
    "presiding": NamedValue(where=("body", "kind")),
    "class-set-by": NamedValue(where=("class",)),
    "result-reported-to": NamedValue(where=("accountable",)),
}
"""The values that the program goes by or knows how to compare. Others are told and shown, and nothing more."""


def length(unit: str) -> Length | None:
    """The unit of a length of time, however it is spelled; None where it is none."""
    return LENGTHS.get(unit.strip().lower().replace("-", " ").replace("_", " "))


def nominal(value: Value, unit: str) -> tuple[str, int] | None:
    """How large a number is whatever the case, and in what: sizes in the same can be compared. None of what is no number."""
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    counted = length(unit)
    if counted in ("weeks", "years"):
        return ("calendar", value * 7) if counted == "weeks" else ("months", value * 12)
    return counted or unit, value


class Days(Struct, frozen=True):
    """A day from which lengths of time are counted: back from it what is asked at least, on from it what is allowed at most."""

    day: date
    calendar: Calendar

    def end(self, value: Value, unit: str, bound: Bound) -> date | None:
        """The day on which a length ends, the day that starts the count not counted; None where it is no length."""
        counted = length(unit)
        if counted is None or isinstance(value, bool) or not isinstance(value, int):
            return None
        n = (value if bound == "at-most" else -value) * {"weeks": 7, "years": 12}.get(counted, 1)
        try:
            if counted in ("months", "years"):
                return _months(self.day, n)
            return shift(self.day, n, "working" if counted == "working" else "calendar", self.calendar)
        except (OverflowError, ValueError):  # past the ends of the calendar
            return None

    def span(self, value: Value, unit: str, bound: Bound) -> int | None:
        """How many days a length takes: a :data:`Measure`."""
        end = self.end(value, unit, bound)
        return None if end is None else abs((end - self.day).days)


def _months(day: date, n: int) -> date:
    """The same day of another month, or its last one where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + n, 12)
    for last in (day.day, 30, 29):
        try:
            return date(year, month + 1, min(day.day, last))
        except ValueError:
            if not date.min.year <= year <= date.max.year:
                raise
    return date(year, month + 1, 28)
