"""The duty that a clock makes: somebody owes the act by its last lawful day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time

from msgspec import structs

from steerco.charter.events import DutyEvent, Log, day_in
from steerco.charter.governing import narrowness, same_thing
from steerco.charter.model import Duty
from steerco.charter.tables.clock import (
    NEXT,
    NEXT_MEETING,
    RAISED,
    ClockRule,
    Frame,
    LastMoment,
    acts,
    counted_field,
    deadline,
    versions,
)

CALLED = ("meeting.plan", "meeting.convene", "meeting.postpone")
"""The acts by which a meeting has a time."""
CANCEL = "meeting.cancel"
PLANNED, CONCLUDED = "meeting.plan", "meeting.conclude"
POINTERS = {"document": "about", "task": "source"}
"""The field by which records of a type point to what they follow; else it is called like the type that it points to."""


class ClockDuty(Duty, frozen=True, gc=False, kw_only=True):
    """A duty whose due day a clock gives."""

    clock: ClockRule
    other_kinds: frozenset[str] = frozenset()
    """The kinds for which a narrower clock is there."""

    def spares(self, event: DutyEvent) -> bool:
        """Return whether an event does not raise it, since a narrower clock does."""
        return event.fields.get("kind") in self.other_kinds

    def holds(self, clocks: Sequence[ClockRule], day: date) -> bool:
        """Return whether its version of the clock is in force on a day; a clock that stands for another table's row always is."""
        return self.clock in versions([clock for clock in clocks if clock.id == self.clock.id] or [self.clock], day)


def clock_duties(clocks: Iterable[ClockRule]) -> Iterator[ClockDuty]:
    """Yield the duties of clocks that somebody owes, one for each kind of meeting."""
    every = tuple(clocks)
    for clock in every:
        if clock.duty_of and clock.runs:
            narrower = (other for other in every if same_thing(clock, other) and narrowness(other) > narrowness(clock))
            others = frozenset(kind for other in narrower for kind in other.kinds)
            for kind in clock.kinds or ("",):
                yield structs.replace(_duty(clock, kind), other_kinds=others)


def raised_by(clock: ClockRule) -> str:
    """Return the act with which the duty of a clock begins."""
    if clock.what == "notice":
        return PLANNED
    if clock.origin.startswith(NEXT):
        return CONCLUDED
    return RAISED.get(counted_field(clock.origin), clock.origin)


def _duty(clock: ClockRule, kind: str) -> ClockDuty:
    after, judged = raised_by(clock), acts(clock.what)
    done_by = judged[:1] if clock.what == "notice" else judged
    raising, doing = after.partition(".")[0], done_by[0].partition(".")[0]
    of_meeting = raising == "meeting"
    return ClockDuty(
        id=clock.id,
        label=clock.label,
        holder=clock.duty_of,
        done_by=done_by,
        cite=clock.cite,
        after=after,
        where={**clock.where, **({"body": clock.body} if clock.body else {}), **({"kind": kind} if kind and of_meeting else {})},
        same="" if raising == doing else POINTERS.get(doing, raising),
        waived_by=(CANCEL,) if of_meeting else (),
        beforehand=clock.side == "before",
        source=clock.source,
        clock=clock,
    )


def due_on(duty: ClockDuty, raising: DutyEvent, until: int | None, log: Log, frame: Frame) -> date | None:
    """Return the last day for a duty that ``raising`` raised, by the record as it stood at event number ``until``."""
    clock = duty.clock
    base = _base(clock, raising, until, log, frame)
    last = deadline(clock, base, frame) if base is not None else None
    if clock.also == NEXT_MEETING and (start := _next_start(raising, until, log, frame)) is not None:
        following = LastMoment(frame.day(start))
        last = following if last is None or following.day <= last.day else last
    return last.day if last else None


def _base(clock: ClockRule, raising: DutyEvent, until: int | None, log: Log, frame: Frame) -> datetime | date | None:
    if clock.origin.startswith(NEXT):
        return _next_start(raising, until, log, frame)
    name = counted_field(clock.origin).partition(".")[2]
    if f"{raising.type}.{name}" == raising.action:
        return raising.at
    value = raising.fields.get(name)
    for event in log.by_record.get(raising.record, ()):
        if event.seq >= raising.seq and (until is None or event.seq <= until) and name in event.fields:
            value = event.fields[name]
    return _moment(value, frame) or (raising.day if clock.what != "notice" else None)


def _moment(value: object, frame: Frame) -> datetime | date | None:
    """Return the moment or day that a field holds."""
    day = day_in(value, frame.zone)
    if day is None:
        return None
    if isinstance(value, str) and len(value) > len("2021-02-03"):
        value = datetime.fromisoformat(value)
    return value if isinstance(value, datetime) else day


def _next_start(raising: DutyEvent, until: int | None, log: Log, frame: Frame) -> datetime | date | None:
    """Return the start of the body's meeting after the one of ``raising``, as it is called by then."""
    own = _start(raising, log, frame) or datetime.combine(raising.day, time(), UTC)
    body, starts = raising.fields.get("body"), dict[str, datetime]()
    for event in (each for act in CALLED for each in log.by_action.get(act, ())):
        if event.record != raising.record and event.fields.get("body", body) == body and (until is None or event.seq <= until):
            start = _moment(event.fields.get("starts_at"), frame)
            if isinstance(start, datetime):
                starts[event.record] = start
    off = {event.record for event in log.by_action.get(CANCEL, ())}
    return min((start for record, start in starts.items() if record not in off and start > own), default=None)


def _start(raising: DutyEvent, log: Log, frame: Frame) -> datetime | None:
    for event in reversed(log.by_record.get(raising.record, ())):
        start = _moment(event.fields.get("starts_at"), frame)
        if isinstance(start, datetime):
            return start
    return None
