"""A record as it stood at the end of a day of the past: what its last event by then says of it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import select

from steerco.kernel.authority import Authority
from steerco.kernel.event import EventBody, decode
from steerco.kernel.view import fields, readable_in, withheld
from steerco.records import NotFound, Record
from steerco.store.tables import Event


class Past(NamedTuple):
    """A record on a day of the past; empty where it was not made yet. ``values`` are the short ones: the log keeps no others."""

    state: str
    version: int
    values: dict[str, Any]


def as_of(authority: Authority, record: Record, then: datetime) -> Past | None:
    """The record as the events before ``then`` left it, as far as its reader may read it; None where it has not changed since.

    Raises ``NotFound`` where its reader may not read it in the state of that day, as where there is none.
    """
    event = Event.__table__.c
    mine = (event.tenant_id == authority.tenant.id, event.type == record.record_type, event.record_id == record.id)
    newest = select(event.body).where(*mine).order_by(event.seq.desc()).limit(1)
    rows = authority.session.connection()
    if rows.scalar(newest.where(event.at >= then)) is None:
        return None
    left = rows.scalar(newest.where(event.at < then))
    if left is None:
        return Past("", 0, {})
    then_left = decode(left)
    if not readable_in(authority, record, then_left.state):
        raise NotFound(record.record_type)
    return _past(record, then_left, withheld(authority, type(record), record.body))


def _past(record: Record, left: EventBody, kept: frozenset[str]) -> Past:
    kinds = {name.rstrip("_"): column.type.python_type for name, column in record.stored().items()}
    values = {name: _typed(kinds[name], value) for name, value in left.after.items() if name in kinds}
    known = fields(record)
    return Past(
        left.state,
        left.version,
        {name: values[name] for name in known if name in values and name not in kept} | {"state": left.state},
    )


def _typed(kind: type, value: Any) -> Any:
    """A value of JSON as its column holds it."""
    return kind.fromisoformat(value) if isinstance(value, str) and kind in (date, datetime) else value
