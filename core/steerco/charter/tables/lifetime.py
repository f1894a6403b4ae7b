"""How long a body exists: its end, what renews it, the reviews on the way, and the steps of its establishment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Final, Literal, cast

from msgspec import Struct

from steerco.charter.calendar import Calendar
from steerco.charter.tables.clock import ClockLength
from steerco.charter.tables.papers import Every
from steerco.charter.tables.stated import Label, Source
from steerco.charter.values import Days

CHARTER: Final = "charter"
"""What a review is of that is not of a body's work: the charter itself."""
RENEWED_BY: Final = "renewed-by:decision:"
"""The prefix of what keeps a body alive: a matter that passed under that decision rule, in time."""
_PERIODS: Final[Mapping[int, Every]] = {1: "month", 3: "quarter", 6: "half-year", 12: "year", 24: "two-years"}


class LifeEnd(Struct, frozen=True, gc=False):
    """The end of a body: a length after one of its dates, a last day, or an event (one of its dates, or ``type.action``)."""

    after: ClockLength | None = None
    of: str = "established"
    on: date | None = None
    event: str = ""


class ReviewRule(Struct, frozen=True, gc=False):
    """A review that ``by`` owes once in each period of a length; ``of`` is a kind of review, or ``charter``. ``label`` is what
    the duty is called (``configuration.derived_labels``)."""

    every: ClockLength
    by: str
    of: str = CHARTER
    label: Label = Label()

    @property
    def period(self) -> Every | None:
        """The periods in which it is owed, or None where no calendar period has that length."""
        months = self.every.value * {"months": 1, "years": 12}.get(self.every.unit, 0)
        if months > 24 and months % 12 == 0:
            return cast(Every, f"{months // 12}-years")
        return _PERIODS.get(months)


class LifeStep(Struct, frozen=True, gc=False):
    """A step of the establishment: the date ``what`` of the body lies so long before, or within so long after, another one."""

    what: str
    counts_from: str
    before: ClockLength | None = None
    within: ClockLength | None = None


class Lifetime(Struct, frozen=True, gc=False):
    """The lifetime of a body. After its end its acts are refused (``no-acts``), or it is only shown.

    ``unless`` names what keeps it alive: ``renewed-by:decision:<id>`` adds the same length each time that a matter passes under
    that rule before the end; ``law``: a law that states no end for the body.
    """

    body: str
    cite: tuple[str, ...]
    ends: LifeEnd | Literal["not-stated", "none"] = "not-stated"
    unless: tuple[str, ...] = ()
    effect: Literal["no-acts", "shown"] = "no-acts"
    review: tuple[ReviewRule, ...] = ()
    establishment: tuple[LifeStep, ...] = ()
    source: Source = Source()

    @property
    def id(self) -> str:
        return self.body

    @property
    def runs(self) -> bool:
        """Whether something follows from it."""
        return (self.effect != "shown" and isinstance(self.ends, LifeEnd)) or bool(self.review)

    @property
    def renewing(self) -> tuple[str, ...]:
        """The decision rules that renew it."""
        return tuple(each.removeprefix(RENEWED_BY) for each in self.unless if each.startswith(RENEWED_BY))


def last_day(rule: Lifetime, dates: Mapping[str, date], renewed: Iterable[date], calendar: Calendar) -> date | None:
    """Return the last day of a body, or None where it has none or it is not known.

    ``dates`` are those of the body, ``renewed`` the days on which it was renewed. The anniversary is the first day out.
    """
    if not isinstance(rule.ends, LifeEnd):
        return None
    if rule.ends.on is not None:
        return rule.ends.on
    if rule.ends.event:
        return dates.get(rule.ends.event)
    first, length = dates.get(rule.ends.of), rule.ends.after
    if first is None or length is None:
        return None
    times = 1
    last = _end(first, length, times, calendar)
    for day in sorted(renewed):
        if last is not None and day <= last:
            times += 1
            last = _end(first, length, times, calendar)
    return last


def _end(first: date, length: ClockLength, times: int, calendar: Calendar) -> date | None:
    out = Days(first, calendar).end(length.value * times, length.unit, "at-most")
    return out - timedelta(days=1) if out else None


def steps(rule: Lifetime, dates: Mapping[str, date], calendar: Calendar) -> Iterator[tuple[LifeStep, date, date | None]]:
    """Yield the steps of the establishment that were not in time: the step, its last day, and when it was (None: not yet)."""
    for step in rule.establishment:
        base, was = dates.get(step.counts_from), dates.get(step.what)
        length = step.before or step.within
        if base is None or length is None:
            continue
        last = Days(base, calendar).end(length.value, length.unit, "at-least" if step.before else "at-most")
        if last is not None and (was is None or was > last):
            yield step, last, was
