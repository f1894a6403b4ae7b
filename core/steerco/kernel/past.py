"""Records as they stood at the end of a day of the past: what the last event of each by then says of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import case, func, select

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


NOT_YET = Past("", 0, {})
"""A record that was made later."""


def as_of(authority: Authority, record: Record, then: datetime) -> Past | None:
    """Return the record as the events before ``then`` left it, as far as its reader may read it; None where it has not changed
    since.

    Raises ``NotFound`` where its reader may not read it in the state of that day, as where there is none.
    """
    left = _left_by(authority, [record], then)
    if record.id not in left:
        return None
    if (then_left := left[record.id]) is None:
        return NOT_YET
    if not readable_in(authority, record, then_left.state):
        raise NotFound(record.record_type)
    return _past(record, then_left, withheld(authority, type(record), record.body))


def all_as_of(authority: Authority, records: Sequence[Record], then: datetime, on: date) -> list[tuple[Record, Past]]:
    """Return those of these records, all of one type, that there were before ``then`` and that their reader may read in the state
    of that time, each as it was. ``on`` is the day that ``then`` ends."""
    left, kept, found = _left_by(authority, records, then), dict[str, frozenset[str]](), list[tuple[Record, Past]]()
    for record in records:
        if record.body not in kept:
            kept[record.body] = withheld(authority, type(record), record.body)
        if record.id not in left:
            found.append((record, unchanged(record, on, kept[record.body])))
        elif (body := left[record.id]) is not None and readable_in(authority, record, body.state):
            found.append((record, _past(record, body, kept[record.body])))
    return found


def unchanged(record: Record, on: date, kept: frozenset[str]) -> Past:
    """Return a record that has not changed since a day as it was on it, less the fields ``kept`` from its reader."""
    values = {name: value for name, value in fields(record).items() if name not in kept}
    return Past(record.standing(on), record.version, values | {"state": record.standing(on)})


def _left_by(authority: Authority, records: Sequence[Record], then: datetime) -> Mapping[str, EventBody | None]:
    """Return, for each of these records that has changed since ``then``, its last event before; None where it was made later."""
    event = Event.__table__.c
    if not records:
        return {}
    mine = (event.tenant_id == authority.tenant.id, event.type == records[0].record_type)
    before = func.max(case((event.at < then, event.seq)))
    newest = (
        select(event.record_id, before.label("seq"))
        .where(*mine, event.record_id.in_([record.id for record in records]))
        .group_by(event.record_id)
        .having(func.max(event.at) >= then)
    )
    rows = authority.session.connection()
    changed: dict[str, int | None] = {row.record_id: row.seq for row in rows.execute(newest)}
    last = select(event.record_id, event.body).where(*mine, event.seq.in_([seq for seq in changed.values() if seq is not None]))
    return dict.fromkeys(changed) | {row.record_id: decode(row.body) for row in rows.execute(last)}


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
    """Return a value of JSON as its column holds it."""
    return kind.fromisoformat(value) if isinstance(value, str) and kind in (date, datetime) else value
