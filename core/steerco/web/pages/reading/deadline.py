"""Why a duty is due on its day: from which day it is counted, how many days, which days off were left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from steerco.charter import periods
from steerco.charter.calendar import Calendar, expected, working_days
from steerco.charter.duties import duties
from steerco.charter.model import Duty
from steerco.kernel.duty_ledger import DutyEntry
from steerco.web.pages.frame.visit import Visit

LONGEST = 400
"""The number of days of a deadline whose days off are told."""


class Deadline(NamedTuple):
    """How a due day was counted, and how long it is from the day shown, in words; and the days off that do not count."""

    counted: str
    ahead: str = ""
    left_out: str = ""


def deadline(visit: Visit, entry: DutyEntry, raised_on: date | None) -> Deadline:
    """Return why an entry is due on its day; ``raised_on`` is the day of the event that raised it."""
    say, duty = visit.say, _duty(visit, entry, raised_on)
    if duty is None or entry.due_on is None:
        return Deadline(say("reading.deadline", "none"))
    days, unit = duty.due.days or 0, say("unit", duty.due.unit)
    first, base = visit.shown, _base(entry, duty, raised_on)
    if duty.due.field:
        key = ("field_before" if duty.due.before else "field_after") if days else "field"
        told = say("reading.deadline", key, field=say("field", duty.due.field), days=days, unit=unit)
    elif base is None:
        return Deadline("")
    else:
        key = "before" if duty.due.before and entry.period else "after" if entry.period else "raised"
        told = say("reading.deadline", key, day=visit.date(base), days=days, unit=unit)
        first = min(base, entry.due_on) if duty.due.unit == "working" else first
    ahead = _ahead(visit, entry.due_on) if entry.done_on is None else ""
    last = max(base, entry.due_on) if base and duty.due.unit == "working" and not duty.due.field else entry.due_on
    near = first < last and (last - first).days <= LONGEST
    return Deadline(told, ahead, "; ".join(_stretches(visit, first, last)) if near and (ahead or first != visit.shown) else "")


def _ahead(visit: Visit, due: date) -> str:
    """Return how many working days there are from the day shown to a day that is to come; empty for one that is far, or past."""
    if not visit.shown < due <= visit.shown + timedelta(days=LONGEST):
        return ""
    number = working_days(visit.tenant.snapshot.calendar, visit.shown, due)
    return visit.say("reading.deadline", "ahead", day=visit.date(visit.shown), number=number)


def _duty(visit: Visit, entry: DutyEntry, raised_on: date | None) -> Duty | None:
    """Return the rule that the entry rests on: the one in force when its period began, or when it was raised."""
    day = periods.parse(entry.period).first if entry.period else raised_on or visit.shown
    for on in (day, visit.shown):
        regime = visit.tenant.snapshot.regime_on(on)
        for layer in (regime.charter, *regime.layers):
            if found := next((duty for duty in duties(layer) if duty.id == entry.duty), None):
                return found
    return None


def _base(entry: DutyEntry, duty: Duty, raised_on: date | None) -> date | None:
    if not entry.period:
        return raised_on
    period = periods.parse(entry.period)
    return period.last if duty.due.before else period.first


def _stretches(visit: Visit, first: date, last: date) -> Iterator[str]:
    """Yield the days off after ``first`` up to ``last`` that fall on days of the working week, as stretches."""
    calendar, say = visit.tenant.snapshot.calendar, visit.say
    off = [day for day in _days(first + timedelta(days=1), last) if not calendar.is_working(day) and _weekday(calendar, day)]
    run: list[date] = []
    for day in [*off, None]:
        if run and (day is None or _between(calendar, run[-1], day)):
            text = visit.date(run[0])
            if len(run) > 1:
                text = say("reading.deadline", "stretch", first=text, last=visit.date(run[-1]))
            unsure = any(expected(calendar, each) for each in run)
            yield say("reading.deadline", "expected", days=text) if unsure else text
            run = []
        if day is not None:
            run.append(day)


def _between(calendar: Calendar, before: date, after: date) -> bool:
    """Return whether a day is worked between two days off: then they are two stretches."""
    return any(calendar.is_working(day) for day in _days(before + timedelta(days=1), after - timedelta(days=1)))


def _weekday(calendar: Calendar, day: date) -> bool:
    """Return whether that day of the week is usually worked: in most of the weeks around it."""
    around = Counter(calendar.is_working(day + timedelta(weeks=n)) for n in range(-6, 7))
    return around[True] > around[False]


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range(max(0, (last - first).days + 1))]
