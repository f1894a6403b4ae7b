"""The duties that the reader owes today, from the duty ledger: with the record that it concerns, and the acts that discharge
it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Literal, NamedTuple

from sqlalchemy import select

from steerco.charter import periods
from steerco.charter.duties import duties
from steerco.charter.events import MEETING_HELD
from steerco.charter.model import Duty
from steerco.kernel import visibility
from steerco.kernel.act import ActRequest
from steerco.kernel.authority import Authority
from steerco.kernel.duty_ledger import DutyEntry, entries, visible_to
from steerco.kernel.explain import question, weigh
from steerco.kernel.places import place_of
from steerco.records import Action, Invalid, NotFound, Record
from steerco.web.pages.frame import dates
from steerco.web.pages.frame.visit import ReaderLook
from steerco.web.pages.work import when
from steerco.web.pages.work.meetings import standing
from steerco.web.pages.work.sight import capacity_name
from steerco.web.pages.work.subjects import subject

OPEN = ("overdue", "due")
CONVENE = "meeting.convene"
Offered = tuple[str, Record | None, tuple[tuple[str, str], ...]]
"""An act that discharges a duty: its name, the record that it is done on (None: it makes one), and what is filled in."""


class DutyLine(NamedTuple):
    """One open duty of the reader."""

    record_id: str
    done_by: frozenset[str]
    kind: Literal["overdue", "due", "no-day"]
    title: str
    href: str
    status: str
    when: str
    due: date | None
    cites: tuple[str, ...]
    words: str
    capacity: str
    acts: tuple[Offered, ...]


def duty_lines(visit: ReaderLook, sight: Authority) -> list[DutyLine]:
    """Return every open duty of the reader today, in all capacities."""
    known = {duty.id: duty for span in visit.tenant.snapshot.spans() for duty in duties(span.charter)}
    lines = [
        (_line(visit, sight, entry, known.get(entry.duty), acting_for), owes)
        for entry, acting_for, owes in _entries(visit, sight)
    ]
    return [line for line, owes in lines if owes or line.acts]


def _entries(visit: ReaderLook, sight: Authority) -> Iterator[tuple[DutyEntry, str, bool]]:
    """Yield the open entries of the reader, each with the officer acted for, and whether it is the reader who owes it: what a
    body owes, its head answers for, and its members do."""
    seen, visible = set(), visible_to(sight)
    for entry in entries(visit.tenant, visit.session, visit.today):
        for capacity in sight.capacities if entry.state in OPEN else ():
            key = (entry.duty, entry.holder, entry.period, entry.event)
            ours = entry.holder in capacity.keys | capacity.roles
            owes = capacity.person in entry.holders and (not capacity.acting_for or ours)
            if (ours or owes) and key not in seen and (capacity.acting_for or visible(entry)):
                seen.add(key)
                yield entry, capacity.acting_for, owes


def _line(visit: ReaderLook, sight: Authority, entry: DutyEntry, duty: Duty | None, acting_for: str) -> DutyLine:
    record = _record(visit, sight, entry.record) if entry.record else None
    label = visit.say.of(entry.label) or entry.duty
    title, words = label, ""
    if record is not None:
        title, words = subject(visit, sight, record), label
    elif entry.period:
        title = f"{label} ({dates.period(visit.say, entry.period)})"
        if duty is not None and MEETING_HELD in duty.done_by:
            record = _called(visit, sight, duty, entry.period)
            words = visit.say("work.line", "called", when=when.moment(visit, record.starts_at)) if record is not None else ""
    due = entry.due_on or (periods.parse(entry.period).last if entry.period else None)
    kind: Literal["overdue", "due", "no-day"] = "no-day" if due is None else "overdue" if due < visit.today else "due"
    acts = tuple(_acts(visit, sight, entry, duty, record)) if duty else ()
    first_cite = entry.cites[0] if entry.cites else ""
    return DutyLine(
        entry.record,
        frozenset(duty.done_by) if duty else frozenset(),
        kind,
        title,
        _href(visit, record, acts, first_cite),
        _status(visit, entry, kind, due),
        _when(visit, entry, due),
        due,
        entry.cites,
        words,
        capacity_name(visit, entry.holder, acting_for),
        acts,
    )


def _called(visit: ReaderLook, sight: Authority, duty: Duty, period: str) -> Any:
    """Return the meeting of a period that has been called, or is planned."""
    span, zone = periods.parse(period), visit.tenant.snapshot.settings.zone
    for meeting in standing(visit, sight):
        fits = all(getattr(meeting, name, None) == value for name, value in duty.done_where.items())
        if fits and meeting.starts_at.astimezone(zone).date() in span:
            return meeting
    return None


def _href(visit: ReaderLook, record: Record | None, acts: tuple[Offered, ...], cite: str) -> str:
    """Return the record that a duty is about; else what would discharge it; else the clause."""
    found = record or next((on for _, on, _ in acts if on is not None), None)
    if found is not None:
        return visit.links.record(found.record_type, found.ref)
    return visit.links.clause(cite) if cite else visit.links.to("duties")


def _status(visit: ReaderLook, entry: DutyEntry, kind: str, due: date | None) -> str:
    if kind == "no-day" or due is None:
        return visit.say("work.kind", "no_day")
    if kind == "due" and entry.due_on is None:
        return visit.say("work.when", "within", period=dates.period(visit.say, entry.period))
    return when.until(visit, due)


def _when(visit: ReaderLook, entry: DutyEntry, due: date | None) -> str:
    if entry.due_on is None and entry.period:
        return when.in_period(visit, entry.period)
    return when.with_weekday(visit, due) if due else ""


def _record(visit: ReaderLook, sight: Authority, id: str) -> Record | None:
    named = visit.record_named(id)
    return visibility.find(sight, visit.tenant.snapshot.types[named[0]], id) if named else None


def _acts(visit: ReaderLook, sight: Authority, entry: DutyEntry, duty: Duty, record: Record | None) -> Iterator[Offered]:
    """Yield the acts that discharge the duty and that the reader may do: on its record, on another that is ready for it, or
    those that make one."""
    for name in duty.done_by:
        action = visit.tenant.snapshot.action(CONVENE if entry.period and name == MEETING_HELD else name)
        if action is None:
            continue
        if action.id == CONVENE and record is not None:
            if _may(visit, sight, action, record):
                yield action.id, record, ()
        elif action.creates:
            given = {duty.same: record.ref} if duty.same and record is not None else {}
            if place_of(sight, action, visit.now, given).place in ("ready", "input"):
                yield action.id, None, tuple(given.items())
        elif record is not None and action.record.record_type == record.record_type:
            if _may(visit, sight, action, record):
                yield action.id, record, ()
        elif entry.period:
            yield from _of_period(visit, sight, entry, duty, action)


def _of_period(visit: ReaderLook, sight: Authority, entry: DutyEntry, duty: Duty, action: Action) -> Iterator[Offered]:
    """Yield the acts that discharge a duty of a period: the act on the record of that period, or the one that makes such a
    record."""
    found = _of_the_period(visit, sight, action, duty, entry.period)
    if found is not None:
        if _may(visit, sight, action, found):
            yield action.id, found, ()
        return
    for maker in action.record.acts().values():
        if maker.creates and place_of(sight, maker, visit.now, {}).place in ("ready", "input"):
            yield maker.id, None, ()
            return


def _of_the_period(visit: ReaderLook, sight: Authority, action: Action, duty: Duty, period: str) -> Record | None:
    """Return the newest visible record on which the act can be done and would count for the period."""
    table: Any = action.record
    conditions = [table.tenant_id == visit.tenant.id, *table.own(), table.state.in_(action.states)]
    wanted: Mapping[str, str] = duty.done_where
    conditions += [getattr(table, name) == value for name, value in wanted.items() if hasattr(table, name) and value.isascii()]
    if duty.period_of and hasattr(table, duty.period_of) and period.isdigit():
        conditions.append(getattr(table, duty.period_of) == int(period))
    for id in visit.session.scalars(select(table.id).where(*conditions).order_by(table.id.desc()).limit(5)):
        found: Record | None = visibility.find(sight, table, id)
        if found is not None:
            return found
    return None


def _may(visit: ReaderLook, sight: Authority, action: Action, record: Record) -> bool:
    if record.state not in action.states:
        return False
    request = ActRequest(sight.actor, action.id, visit.now, record.id)
    try:
        return weigh(sight, request, question(action, request)).decision.allowed
    except (Invalid, NotFound):
        return False
