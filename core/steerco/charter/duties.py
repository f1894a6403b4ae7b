"""The duty ledger: each holder's duties with their due days, and whether they were discharged.

Pattern: a pure function over rules and events. :func:`ledger` stores nothing, so it cannot contradict the log.

Example: a rule says that the secretariat owes a report every quarter, ``done_by = "report.submit"``, due 5 days after the
quarter begins. On 20 April the ledger holds the occurrence ("report", "secretariat", "2021-Q2"), due on 6 April, and
:func:`state` calls it ``overdue``. After ``report.submit`` on 21 April it is ``done-late``.

Rules:

- A duty is owed once in each period (``every``), once for each event (``after``), or once under the version in force (``once``).
- The rule in force on the first day of a period decides about that period.
- A cadence with a stated period and a holder is a duty under the cadence's id.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import date, tzinfo
from typing import Any

from msgspec import Struct, structs

from steerco.charter import periods
from steerco.charter.calendar import Calendar, shift
from steerco.charter.clock_duties import ClockDuty, clock_duties, due_on
from steerco.charter.duty_rows import as_duty as as_duty
from steerco.charter.duty_rows import counting, written_duties
from steerco.charter.duty_rows import duties as duties
from steerco.charter.events import DutyEvent, Log, counts_on, day_in, like, log_until, parties, period_in, touching
from steerco.charter.governing import without_defaults
from steerco.charter.model import NOT_STATED, Duty, Source
from steerco.charter.named import NOW, booked, closes_for, named_now, names
from steerco.charter.tables.clock import Frame
from steerco.charter.versions import Span

Holders = Callable[[str, date], Iterable[str]]
"""Gives the holders of a role, group, seat or body on a day. Called only for duties that each holder owes alone."""


class Occurrence(Struct, frozen=True):
    """One duty of ``holder``, for ``period`` or since the event number ``event`` on ``record``.

    ``due_on`` is None if the rule states no day; ``discharged_seq`` is 0 until the duty is discharged. If another act or day
    ends the time for the duty, ``closed_on`` is the last day in time and ``closed_seq`` the number of that act (0: none yet).
    ``applies`` is False for a period that began before the rule was in force.
    """

    duty: str
    holder: str
    period: str = ""
    event: int = 0
    record: str = ""
    since: date | None = None
    due_on: date | None = None
    discharged_seq: int = 0
    discharged_on: date | None = None
    closed_seq: int = 0
    closed_on: date | None = None
    waived: bool = False
    applies: bool = True
    cite: tuple[str, ...] = ()
    layer: str = "charter"
    source: Source = Source()

    @property
    def key(self) -> tuple[str, str, str, int]:
        """The key that identifies the occurrence: duty, holder, period, event."""
        return self.duty, self.holder, self.period, self.event


class _Reading(Struct):
    """The inputs of :func:`ledger`, without the rules."""

    log: Log
    on: date
    kept_from: date
    calendar: Calendar
    holders: Holders
    waived: Collection[tuple[str, str, str, int]]
    zone: tzinfo | None
    frame: Frame


def ledger(
    rules: Sequence[Span],
    events: Iterable[DutyEvent],
    *,
    on: date,
    kept_from: date,
    calendar: Calendar | Frame,
    holders: Holders = lambda holder, day: (holder,),
    waived: Collection[tuple[str, str, str, int]] = (),
    zone: tzinfo | None = None,
) -> list[Occurrence]:
    """Return all occurrences as of ``on``, sorted by first day of the period or raising day, then by duty and holder.

    ``rules`` are the charters and the layers beside them, each with its days in force. ``kept_from`` is the day on which the
    tenant's ledger begins: earlier periods than the one that contains it are left out. ``waived`` holds the keys of waived
    occurrences. ``zone`` is the tenant's time zone, for fields that hold a time; a :class:`Frame` as ``calendar`` has
    both, with the calendars that clocks name. Events after ``on`` are ignored.
    """
    frame = calendar if isinstance(calendar, Frame) else Frame(calendar, zone)
    reading = _Reading(log_until(events, on), on, kept_from, frame.calendar, holders, waived, frame.zone, frame)
    regulations = [span.charter for span in rules if span.charter.instrument.kind == "charter"]
    stated = [clock for charter in regulations for clock in charter.clocks]
    occurrences: dict[tuple[str, str, str, int], Occurrence] = {}
    for span in sorted(rules, key=lambda s: s.since):
        for duty in (*written_duties(without_defaults(span.charter, regulations)), *clock_duties(counting(span.charter, stated))):
            owed = _periodic if duty.every != NOT_STATED else _of_version if duty.once else _raised
            raised = owed(duty, span, reading)
            for occurrence in raised:
                earlier = occurrences.get(occurrence.key)
                if earlier is None or not earlier.applies:  # the rule in force at the start of the period goes before
                    occurrences[occurrence.key] = occurrence
    return sorted(occurrences.values(), key=lambda o: (o.since or on, o.duty, o.event, o.holder))


def state(occurrence: Occurrence, on: date) -> str:
    """Return the state of an occurrence on a day, as ``words.toml`` names it."""
    if not occurrence.applies:
        return "not-applicable"
    if occurrence.waived:
        return "waived"
    period = periods.parse(occurrence.period) if occurrence.period else None
    due, end = occurrence.due_on, over_on(occurrence)
    done = occurrence.discharged_on
    if occurrence.discharged_seq and done is not None and done <= on:
        last = due or end
        late = (last is not None and done > last) or _closed(occurrence, done, occurrence.discharged_seq)
        return "done-late" if late else "done"
    if _closed(occurrence, on):
        return "missed"
    if period and on < period.first:
        return "upcoming"
    if end is not None and on > end:
        return "missed"
    return "overdue" if due is not None and on > due else "due"


def _closed(occurrence: Occurrence, on: date, seq: int = 0) -> bool:
    """Return whether the occurrence was closed on a day: before the act number ``seq``, or (0) by the end of the day."""
    if occurrence.closed_on is None:
        return False
    ended = occurrence.closed_seq and (not seq or occurrence.closed_seq < seq)
    return on > occurrence.closed_on or bool(ended and on == occurrence.closed_on)


def over_on(occurrence: Occurrence) -> date | None:
    """Return the last day on which a periodic duty can be discharged, or None."""
    if not occurrence.period:
        return None
    last = periods.parse(occurrence.period).last
    return max(last, occurrence.due_on) if occurrence.due_on else last


def decisive(occurrence: Occurrence, on: date) -> tuple[date, ...]:
    """Return the days whose holders answer for an occurrence, as of ``on``.

    The first is the day on which it was discharged or its period ended, otherwise ``on``. The due day follows if it passed
    undone before that. So an open duty passes to the next holder, and an overdue one stays with the earlier holder too.
    """
    end, done = over_on(occurrence), occurrence.discharged_on
    closed = done if done and done <= on else min(on, end) if end else on
    due = occurrence.due_on or end
    if not occurrence.applies or occurrence.waived:
        return (min(on, due) if due else on,)
    return (closed,) if due is None or due >= closed else (closed, due)


def _periodic(duty: Duty, span: Span, reading: _Reading) -> Iterator[Occurrence]:
    until = reading.on if span.until is None else min(reading.on, span.until)
    done = _done_by_period(duty, reading)
    run = list(periods.between(reading.kept_from, max(reading.on, reading.kept_from), duty.every))
    for period in (*run, periods.following(run[-1])):
        started_before = period.first < span.since <= min(period.last, until)
        if not span.holds(period.first) and not started_before:
            continue
        due = _due_in(duty, period, reading.calendar)
        for holder in _holders(duty, period.first, reading):
            doing = _first(done.get(period.name, []), duty, holder)
            yield _made(
                duty,
                span,
                reading,
                doing,
                holder=holder,
                period=period.name,
                since=period.first,
                due_on=due,
                applies=not started_before,
            )


def _of_version(duty: Duty, span: Span, reading: _Reading) -> Iterator[Occurrence]:
    """Yield what each holder of today owes under the version in force today; an earlier version asks for nothing any more."""
    events = (e for act in duty.done_by for e in reading.log.by_action.get(act, ()))
    done = [(e.day, e) for e in events if span.holds(e.day) and like(e, duty.done_where)]
    each, since = structs.replace(duty, each=True), max(span.since, reading.kept_from)
    for holder in _holders(each, reading.on, reading) if span.holds(reading.on) else ():
        yield _made(duty, span, reading, _first(done, each, holder), holder=holder, since=since)


def _raised(duty: Duty, span: Span, reading: _Reading) -> Iterator[Occurrence]:
    for event in reading.log.by_action.get(duty.after, ()):
        if not span.holds(event.day) or not like(event, duty.where):
            continue
        if isinstance(duty, ClockDuty) and (duty.spares(event) or not duty.holds(span.charter.clocks, event.day)):
            continue
        done = [(counts_on(d, reading.zone), d) for d in _concerning(duty, event, reading.log)]
        done = booked(done) if duty.named_in else done
        for holder, free in _held(duty, event, reading).items():
            doing = _first(done, duty, holder)
            until = doing[1].seq if doing else None
            closed_seq, closed_on = _closing(duty, event, until, holder, reading)
            yield _made(
                duty,
                span,
                reading,
                doing,
                holder=holder,
                event=event.seq,
                record=event.record,
                since=event.day,
                due_on=_due_after(duty, event, until, reading),
                closed_seq=closed_seq,
                closed_on=closed_on,
                waived=doing is None and (free or _waived(duty, event, holder, reading.log)),
            )


def _waived(duty: Duty, raising: DutyEvent, holder: str, log: Log) -> bool:
    """Return whether the work was called off, for the holder where the act names somebody, and not taken up again."""
    pointing = log.pointing(duty.same, raising.record) if duty.same else ()
    freeing = [e for e in pointing if e.seq > raising.seq and e.action in duty.waived_by]
    freeing += touching(duty.waived_by, raising, log, since=raising.seq)
    return any(names(duty, e, holder) and e.seq > _undone(duty, e.record, log) for e in freeing)


def _closing(duty: Duty, raising: DutyEvent, until: int | None, holder: str, reading: _Reading) -> tuple[int, date | None]:
    """Return the number and day of the act that ended the time for a duty; what others book as done is never late.

    Without such an act, return 0 and the day in the field ``closed_after``, as it stood when the duty was discharged.
    """
    if duty.named_in and until is not None:
        return 0, None
    closing = touching(duty.closed_by, raising, reading.log, since=0)
    for event in closes_for(duty, holder, closing) if duty.closed_in else closing:
        return event.seq, counts_on(event, reading.zone)
    pointer, _, name = duty.closed_after.partition(".")
    day = None
    for record in parties(raising.fields.get(pointer)) if name else ():
        for event in reading.log.by_record.get(record, ()):
            if name in event.fields and (until is None or event.seq <= until):
                day = day_in(event.fields[name], reading.zone)
    return 0, day


def _made(duty: Duty, span: Span, reading: _Reading, doing: tuple[date, DutyEvent] | None, **values: Any) -> Occurrence:
    """Return the occurrence with these values, discharged by the event ``doing`` on its day."""
    if doing is not None:
        values |= {"discharged_on": doing[0], "discharged_seq": doing[1].seq}
    occurrence = Occurrence(duty=duty.id, cite=duty.cite, layer=span.charter.instrument.kind, source=duty.source, **values)
    return structs.replace(occurrence, waived=True) if occurrence.key in reading.waived else occurrence


def _held(duty: Duty, raising: DutyEvent, reading: _Reading) -> dict[str, bool]:
    """Return per holder of a duty that an event raised whether the record has come to free them of it."""
    if duty.holder.partition(":")[0] != NOW:
        return dict.fromkeys(_holders(duty, raising.day, reading, raising), False)
    named = named_now(duty, raising, reading.log)
    one_of = {day: {*reading.holders(duty.among, day)} for day, _ in named.values()} if duty.among else {}
    return {who: free for who, (day, free) in named.items() if not duty.among or one_of[day] & {*reading.holders(who, day)}}


def _holders(duty: Duty, day: date, reading: _Reading, event: DutyEvent | None = None) -> tuple[str, ...]:
    kind, _, name = duty.holder.partition(":")
    if kind == "field" and event is not None:
        return parties(event.fields.get(name))
    return tuple(dict.fromkeys(reading.holders(duty.holder, day))) if duty.each else (duty.holder,)


def _first(done: list[tuple[date, DutyEvent]], duty: Duty, holder: str) -> tuple[date, DutyEvent] | None:
    mine = [(day, e.seq, e) for day, e in done if names(duty, e, holder) and (not duty.each or holder in e.by)]
    if len(mine) < duty.at_least:
        return None
    day, _, event = sorted(mine, key=lambda m: m[:2])[duty.at_least - 1]
    return day, event


def _done_by_period(duty: Duty, reading: _Reading) -> dict[str, list[tuple[date, DutyEvent]]]:
    done: dict[str, list[tuple[date, DutyEvent]]] = {}
    for event in (e for act in duty.done_by for e in reading.log.by_action.get(act, ())):
        if not like(event, duty.done_where) or event.seq < _undone(duty, event.record, reading.log):
            continue
        day = counts_on(event, reading.zone)
        written = event.fields.get(duty.period_of) if duty.period_of else None
        # A record that names a period of another kind discharges nothing.
        period = period_in(written if parties(written) else day, duty.every, reading.zone)
        done.setdefault(period, []).append((day, event))
    return done


def _concerning(duty: Duty, raising: DutyEvent, log: Log) -> list[DutyEvent]:
    """Return the events that can discharge a duty raised by ``raising``: those on its record, or on one that points to it."""
    if duty.anywhere:
        candidates = [event for act in duty.done_by for event in log.by_action.get(act, ())]
    elif duty.same and not duty.named_in:
        candidates = log.pointing(duty.same, raising.record)
    else:
        candidates = [*log.by_record.get(raising.record, ()), *log.by_cause.get(raising.seq, ())]
    after = _undone(duty, raising.record, log)
    after = after if duty.beforehand else max(raising.seq, after)
    return [
        candidate
        for candidate in candidates
        if candidate.seq > after and candidate.action in duty.done_by and like(candidate, duty.done_where)
    ]


def _undone(duty: Duty, record: str, log: Log) -> int:
    """Return the number of the last event that sent work on a record back, or 0."""
    return max((e.seq for e in log.by_record.get(record, ()) if e.action in duty.undone_by), default=0)


def _due_in(duty: Duty, period: periods.Period, calendar: Calendar) -> date | None:
    if duty.due.days is None:
        return None
    if duty.due.before:
        return shift(period.last, -duty.due.days, duty.due.unit, calendar)
    return shift(period.first, duty.due.days, duty.due.unit, calendar)


def _due_after(duty: Duty, raising: DutyEvent, until: int | None, reading: _Reading) -> date | None:
    """Return the due day, counted from the raising day, or from a field as it stood when the duty was discharged."""
    if isinstance(duty, ClockDuty):
        return due_on(duty, raising, until, reading.log, reading.frame)
    days = duty.due.days
    if not duty.due.field:
        return None if days is None else shift(raising.day, days, duty.due.unit, reading.calendar)
    fields = raising.fields
    for event in reading.log.by_record.get(raising.record, ()):
        if event.seq >= raising.seq and (until is None or event.seq <= until) and duty.due.field in event.fields:
            fields = event.fields
    base = day_in(fields.get(duty.due.field), reading.zone)
    if base is None or not days:
        return base
    return shift(base, -days if duty.due.before else days, duty.due.unit, reading.calendar)
