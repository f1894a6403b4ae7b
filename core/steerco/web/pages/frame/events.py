"""Events as pages show them, newest or oldest first."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, select

from steerco.following import feed
from steerco.kernel.event import EventBody, decode
from steerco.store.tables import Event
from steerco.store.tenant_status import TOKENS
from steerco.web.pages.frame.values import Pair, pairs
from steerco.web.pages.frame.visit import Cite, PartyLink, Visit

FURTHEST = 10_000
"""The number of events that are looked at for one page, however few of them fit; the next page goes on before them."""

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


class EventRow(NamedTuple):
    """One event, named for people. ``recorded`` is empty where it was entered when it counted."""

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
    caused_by: int | None
    state: str
    because: list[Cite]
    given: list[Pair]


def latest(visit: Visit, selection: Wanted, limit: int) -> tuple[list[EventRow], int]:
    """Return the newest events of these (the oldest, with ``after``), and the number from which the next page goes on (0: that
    was all). A page has fewer than ``limit`` where as many as may be looked at for one hold no more."""
    first, last = _stretch(visit, selection)
    rows: list[EventRow] = []
    for row in visit.session.connection().execute(_select(visit, selection, first, last, limit)):
        body = decode(row.body)
        if selection.clause and selection.clause not in body.because:
            continue
        if len(rows) == limit:
            return rows, rows[-1].seq
        rows.append(_happened(visit, row, body))
    if selection.after is not None:
        return rows, last
    return rows, first if first > 1 else 0


def _stretch(visit: Visit, selection: Wanted) -> tuple[int, int]:
    """Return the first and the last event to look at (last 0: to the log's end). The log has no gaps, so the numbers tell how
    many there are. Of all events and of one record's the database finds a page at once; anything else it has to look for."""
    if selection.record or not any(
        (selection.until, selection.since, selection.person, selection.action, selection.type, selection.clause)
    ):
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
    query = select(*_columns).where(*conditions).order_by(order)
    if not selection.clause:
        return query.limit(limit + 1)
    return query.where(
        _event.body.contains(f'"{selection.clause}"', autoescape=True)
    )  # more than cite it: the body says it exactly


def _happened(visit: Visit, row: Any, body: EventBody) -> EventRow:
    say, names = visit.say, visit.names
    return EventRow(
        seq=row.seq,
        at=visit.time(row.at),
        recorded=visit.time(row.recorded_at) if row.recorded_at != row.at else "",
        who=visit.party(row.person) if row.person and not body.secret else None,
        action=say("action", row.action),
        action_id=row.action,
        record=body.ref or (row.record_id or ""),
        record_href=visit.links.record(row.type, body.ref or row.record_id) if row.type and row.record_id else "",
        type=say("type", row.type) if row.type else "",
        capacity=names(body.capacity) if body.capacity and not body.secret else "",
        acting_for=names(body.acting_for) if body.acting_for and not body.secret else "",
        entered_by=names(body.entered_by) if body.entered_by and not body.secret else "",
        caused_by=row.caused_by,
        state=say.state(row.type, body.state) if row.type and body.state else "",
        because=visit.cites(body.because),
        given=pairs(visit, row.type or "", body.input),
    )
