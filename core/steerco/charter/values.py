"""Named values: the values that the program knows, the direction in which each gets stricter, and lengths of time.

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
"""The direction in which a value gets stricter: a longer notice (``at-least``), a shorter limit (``at-most``); empty: unknown."""
Length = Literal["calendar", "working", "weeks", "months", "years"]
"""The unit of a length of time; ``calendar`` and ``working`` are days."""
Measure = Callable[[Value, str, Bound], int | None]
"""Gives the size of a value with its unit and bound in a case, or None if it has no size there."""

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
"""The named value by which a regulation says of which body it is; in a law the word for that body, since a law knows no
tenant's ids."""
LATE_DUTY_TOLD: Final = "late-duty-told"
"""The named value by which a text says to whom a duty is told that is past its day."""
GRADED_KEPT_BY: Final = "graded-content-kept-by"
"""The named value by which a text says who answers for keeping content here that is graded as a secret of the state."""
PARTIES: Final = (LATE_DUTY_TOLD, GRADED_KEPT_BY)
"""The named values whose value is somebody: a role, a group, a body, an office, a seat."""
LONGEST: Final = 10_000
"""The largest number of days, weeks … in a value. Beyond it the calendar ends."""


class NamedValue(Struct, frozen=True):
    """The properties of a named value.

    ``read``: the program runs by it. ``where``: the keys by which a rule of that name can be narrowed. ``counts_from``: the
    field of the record with the day from which a length is counted. ``length``: it is a length of time; ``whole``: it is a
    number. ``kinds_of``: the record type whose kinds ``kind`` narrows it to.
    """

    bound: Bound = ""
    read: bool = True
    where: tuple[str, ...] = ()
    counts_from: str = ""
    length: bool = False
    whole: bool = False
    kinds_of: str = "meeting"


NAMED: Final[Mapping[str, NamedValue]] = {
    "notice": NamedValue("at-least", where=("body", "kind"), counts_from="starts_at", length=True, whole=True),
    GRADED_KEPT_BY: NamedValue(),
    "papers-notice": NamedValue("at-least", where=("body", "kind"), counts_from="starts_at", length=True, whole=True),
    "proxy-limit": NamedValue("at-most", read=False, whole=True),
    "quorum": NamedValue("at-least", where=("body", "class")),
    MAIN_BODY: NamedValue(),
    "entered-for-another": NamedValue(where=("for", "act")),
    LATE_DUTY_TOLD: NamedValue(where=("duty",)),
    "presiding": NamedValue(where=("body", "kind")),
    "standing-items": NamedValue(where=("body", "kind")),
    "class-set-by": NamedValue(where=("class",)),
    "answers-to": NamedValue(where=("accountable", "lead")),
    "result-reported-to": NamedValue(where=("accountable",)),
    "positions": NamedValue(),
    "funds-managed-by": NamedValue(),
    "currency": NamedValue(),
    "review-goes-to": NamedValue(where=("body", "kind"), kinds_of="review"),
    "acknowledged": NamedValue(where=("to",)),
    "seconded-as": NamedValue(where=("body",)),
    "mobilisation-place": NamedValue(where=("body",)),
    "issue-told": NamedValue(where=("kind",), kinds_of="issue"),
    "signed-beside-by": NamedValue(where=("body", "kind"), kinds_of="document"),
    "number-series": NamedValue(where=("body", "kind"), kinds_of="document"),
    "document-symbol": NamedValue(where=("body", "kind"), kinds_of="document"),
    "drafting-unit": NamedValue(where=("body", "kind"), kinds_of="document"),
    "document-place": NamedValue(where=("body", "kind"), kinds_of="document"),
    "mark-for-the-head": NamedValue(),
    "mark-by-authority": NamedValue(),
    "proposal-target": NamedValue(where=("filed_by", "proposes")),
}
"""The values that the program reads or compares. All others are only shown."""


def length(unit: str) -> Length | None:
    """Return the unit of a length of time in any spelling, or None."""
    return LENGTHS.get(unit.strip().lower().replace("-", " ").replace("_", " "))


def nominal(value: Value, unit: str) -> tuple[str, int] | None:
    """Return the unit and size of a number, equal in every case; sizes in one unit compare. None for other values."""
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    counted = length(unit)
    if counted in ("weeks", "years"):
        return ("calendar", value * 7) if counted == "weeks" else ("months", value * 12)
    return counted or unit, value


class Days(Struct, frozen=True):
    """A day from which lengths of time count: ``at-least`` lengths count backwards from it, ``at-most`` lengths forwards."""

    day: date
    calendar: Calendar

    def end(self, value: Value, unit: str, bound: Bound) -> date | None:
        """Return the last day of a length, not counting the first day; None if the value is no length of time."""
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
        """Return the number of days in a length: a :data:`Measure`."""
        end = self.end(value, unit, bound)
        return None if end is None else abs((end - self.day).days)


def _months(day: date, n: int) -> date:
    """Return the same day ``n`` months later, or the last day of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + n, 12)
    for last in (day.day, 30, 29):
        try:
            return date(year, month + 1, min(day.day, last))
        except ValueError:
            if not date.min.year <= year <= date.max.year:
                raise
    return date(year, month + 1, 28)
