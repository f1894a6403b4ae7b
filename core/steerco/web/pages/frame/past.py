"""A record as it stood on a day of the past: what its last event by then says of it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import class_mapper

from steerco.kernel.event import EventBody, decode
from steerco.kernel.view import fields
from steerco.records import Record
from steerco.store.tables import Event
from steerco.web.pages.frame.visit import Visit


class Past(NamedTuple):
    """A record on a day of the past; empty where it was not made yet. ``values`` are the short ones: the log keeps no others."""

    state: str
    version: int
    values: dict[str, Any]


def as_of(visit: Visit, record: Record) -> Past | None:
    """The record at the end of the day shown; None where it has not changed since."""
    event = Event.__table__.c
    mine = (event.tenant_id == visit.tenant.id, event.type == record.record_type, event.record_id == record.id)
    then = visit.midnight_after()
    newest = select(event.body).where(*mine).order_by(event.seq.desc()).limit(1)
    rows = visit.session.connection()
    if rows.scalar(newest.where(event.at >= then)) is None:
        return None
    left = rows.scalar(newest.where(event.at < then))
    return Past("", 0, {}) if left is None else _past(record, decode(left))


def _past(record: Record, left: EventBody) -> Past:
    kinds = {each.key.rstrip("_"): each.columns[0].type.python_type for each in class_mapper(type(record)).column_attrs}
    values = {name: _typed(kinds[name], value) for name, value in left.after.items() if name in kinds}
    known = fields(record)
    return Past(left.state, left.version, {name: values[name] for name in known if name in values} | {"state": left.state})


def _typed(kind: type, value: Any) -> Any:
    """A value of JSON as its column holds it."""
    return kind.fromisoformat(value) if isinstance(value, str) and kind in (date, datetime) else value
