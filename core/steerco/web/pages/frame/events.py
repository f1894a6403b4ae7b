"""Events as pages show them, newest or oldest first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, select

from steerco.configuration.regime import PLATFORM
from steerco.following import feed
from steerco.kernel import visibility
from steerco.kernel.event import EventBody, decode
from steerco.kernel.view import readable_in, withheld_input
from steerco.policy.line import READ
from steerco.records import Record
from steerco.store.tables import Event
from steerco.store.tenant_status import TOKENS
from steerco.web.pages.frame.values import Pair, pairs
from steerco.web.pages.frame.visit import Cite, PartyLink, Visit

FURTHEST = 10_000
"""The number of events that are looked at for one page, however few of them fit; the next page goes on before them."""

BATCH = 200
"""The number of events read at once."""

SECRET = '"secret":true'
"""Stands in the body of an event of which nobody is told whose act it was, and in no text there, whose quotes are escaped."""

_event = Event.__table__.c
_columns = [_event[name] for name in ("seq", "at", "recorded_at", "person", "action", "type", "record_id", "caused_by", "body")]


class Wanted(NamedTuple):
    """Which events: all that are given must fit. ``before`` and ``after`` are the numbers of events, ``until`` a time not
    included. With ``after`` the oldest come first."""

    before: int = 0
    until: datetime | None = None
    since: datetime | None = None
    person: str = ""
    action: str = ""
    type: str = ""
    record: str = ""
    clause: str = ""
    after: int | None = None
    read: bool = False
    """The reader has the one ``record`` before them: it need not be looked up again whether they may see it."""


class EventRow(NamedTuple):
    """One event, named for people. ``recorded`` is empty where it was entered when it counted, ``paper`` the digest of
    the signed paper that it was entered by."""

    seq: int
    at: str
    recorded: str
    who: PartyLink | None
    action: str
    action_id: str
    record: str
    record_href: str
    type: str
    capacity: str
    acting_for: str
    entered_by: str
    paper: str
    caused_by: int | None
    state: str
    because: list[Cite]
    given: list[Pair]


def latest(visit: Visit, selection: Wanted, limit: int) -> tuple[list[EventRow], int]:
    """Return the newest of these events that the reader may see (the oldest, with ``after``), and the number from which the next
    page goes on (0: that was all). A page has fewer than ``limit`` where as many as may be looked at for one hold no more."""
    first, last = _stretch(visit, selection)
    rows: list[EventRow] = []
    for row, body in fitting(visit, selection, first, last):
        if len(rows) == limit:
            return rows, rows[-1].seq
        rows.append(happened(visit, row, body))
    if selection.after is not None:
        return rows, last
    return rows, first if first > 1 else 0


def fitting(visit: Visit, selection: Wanted, first: int = 1, last: int = 0) -> Iterator[tuple[Any, EventBody]]:
    """Yield these events that the reader may see, as far as they stand from ``first`` to ``last`` (0: the log's end)."""
    while True:
        batch = visit.session.connection().execute(_select(visit, selection, first, last, BATCH)).all()
        seen = (
            None
            if visit.authority.actor == PLATFORM or (selection.read and selection.record)
            else visibility.seen(visit.authority, ((r.type, r.record_id) for r in batch))
        )
        for row in batch:
            body = decode(row.body)
            cited = not selection.clause or selection.clause in body.because
            if cited and (seen is None or (row.type, row.record_id) in seen or (not row.type and visit.at_large)):
                yield row, body
        if len(batch) < BATCH:
            return
        cursor = batch[-1].seq
        selection = selection._replace(after=cursor) if selection.after is not None else selection._replace(before=cursor)


def _stretch(visit: Visit, selection: Wanted) -> tuple[int, int]:
    """Return the first and the last event to look at (last 0: to the log's end). The log has no gaps, so the numbers tell how
    many there are. Of all events and of one record's the database finds a page at once; anything else it has to look for, and
    for a reader who does not see everything too."""
    narrowed = (selection.until, selection.since, selection.person, selection.action, selection.type, selection.clause)
    if selection.record or (not any(narrowed) and visit.at_large):
        return 1, 0
    newest = feed.end(visit.session)
    if selection.after is not None:
        return 1, last if (last := selection.after + FURTHEST) < newest else 0
    return max(1, (min(selection.before, newest + 1) if selection.before else newest + 1) - FURTHEST), 0


def _select(visit: Visit, selection: Wanted, first: int, last: int, limit: int) -> Select[Any]:
    conditions = [_event.tenant_id == visit.tenant.id, _event.seq >= first, _event.action.not_in(sorted(TOKENS))]
    if last:
        conditions.append(_event.seq <= last)
    if selection.after:
        conditions.append(_event.seq > selection.after)
    if selection.before:
        conditions.append(_event.seq < selection.before)
    if selection.until:
        conditions.append(_event.at < selection.until)
    if selection.since:
        conditions.append(_event.at >= selection.since)
    for column, value in (
        ("person", selection.person),
        ("action", selection.action),
        ("type", selection.type),
        ("record_id", selection.record),
    ):
        if value:
            conditions.append(_event[column] == value)
    if selection.person:
        conditions.append(~_event.body.contains(SECRET, autoescape=True))
    order = _event.seq.desc() if selection.after is None else _event.seq
    if selection.clause:  # more than those that cite it: the body says it exactly
        conditions.append(_event.body.contains(f'"{selection.clause}"', autoescape=True))
    return select(*_columns).where(*conditions).order_by(order).limit(limit)


def _actor(visit: Visit, row: Any) -> PartyLink:
    """Return who acted, by the office held at the time."""
    if row.person in visit.day.all.persons:
        return PartyLink(row.person, visit.names.office(row.person, visit.tenant.snapshot.local(row.at)))
    return visit.party(row.person)


def happened(visit: Visit, row: Any, body: EventBody) -> EventRow:
    """Return an event with everything in it named."""
    say, names = visit.say, visit.names
    return EventRow(
        seq=row.seq,
        at=visit.time(row.at),
        recorded=visit.time(row.recorded_at) if row.recorded_at != row.at else "",
        who=_actor(visit, row) if row.person and not body.secret else None,
        action=say("action", row.action),
        action_id=row.action,
        record=visit.reference(body.ref or row.record_id or ""),
        record_href=visit.links.record(row.type, body.ref or row.record_id) if row.type and row.record_id else "",
        type=say("type", row.type) if row.type else "",
        capacity=names(body.capacity) if body.capacity and not body.secret else "",
        acting_for=names(body.acting_for) if body.acting_for and not body.secret else "",
        entered_by=names(body.entered_by) if body.entered_by and not body.secret else "",
        paper=(body.evidence or "") if body.entered_by and not body.secret else "",
        caused_by=row.caused_by,
        state=say.state(row.type, body.state) if row.type and body.state else "",
        because=visit.cites(body.because),
        given=pairs(visit, row.type or "", readable(visit, row, body)),
    )


def readable(visit: Visit, row: Any, body: EventBody) -> Mapping[str, Any]:
    """Return what was given to an act as far as the reader may read it, and less the id that was given to what it made: ids are
    for files and programs."""
    type = visit.tenant.snapshot.types.get(row.type or "")
    given = {name: value for name, value in body.input.items() if name != "id"}
    if type is None or not given:
        return given
    own = visit.authority.actor == row.person
    record = type.get(visit.session, visit.tenant.id, row.record_id) if _looks(visit, type) else None
    if (body.secret and not own) or (record is not None and not _tells(visit, record, row, body.state, own=own)):
        return {}
    kept = frozenset(name for part in type.parts().values() for name in part.reserved)
    if record is not None:
        kept |= withheld_input(visit.authority, type, record.body)
    return given if own or visit.authority.actor == PLATFORM or not kept else _without(given, kept)


def _looks(visit: Visit, type: type[Record]) -> bool:
    """Return whether the record itself says what of its acts is told, or its reader may not read it in every state."""
    named = any(line.facets for line in visit.regime.table.lines_for(type.record_type, READ))
    return bool(type.discreet or type.reserved or type.reserved_input or named or type.told_to is not Record.told_to)


def _tells(visit: Visit, record: Record, row: Any, state: str, *, own: bool) -> bool:
    """Return whether the reader is told the input of an act, which left the record in a state (``Record.told_to``)."""
    act = row.action.partition(".")[2]
    whom = record.told_to(act, visit.today)
    if whom == "readers":
        return own or readable_in(visit.authority, record, state)
    return whom == "doer" and (own or (visit.authority.actor == PLATFORM and act in record.discreet))


def _without(value: Any, names: frozenset[str]) -> Any:
    if isinstance(value, Mapping):
        return {name: _without(item, names) for name, item in value.items() if name not in names}
    return [_without(item, names) for item in value] if isinstance(value, list) else value
