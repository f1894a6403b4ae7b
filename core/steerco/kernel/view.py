"""A record as people and clients see it: its values and parts, with what is computed from them on a day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from steerco.configuration.tenant import Tenant
from steerco.kernel.authority import Authority
from steerco.policy.line import READ
from steerco.records import DayView, Part, Record
from steerco.records.marked import TYPES_KEPT
from steerco.records.part import stored
from steerco.store.prepared_select import Prepared

INNER = frozenset({"tenant_id", "changed_at"})


def shown(tenant: Tenant, session: Session, record: Record, today: date) -> dict[str, Any]:
    """Its fields by the names that inputs use, its parts as lists, and what its type computes (``computed``)."""
    found = fields(record)
    found["id"], found["type"] = record.id, record.record_type
    session.flush()  # what this transaction has changed counts
    for name, part in record.parts().items():
        names, mine = _rows_of(part)
        rows = mine.all(session.connection(), {"own": record.tenant_id, "whose": record.id})
        found[name] = [dict(zip(names, row, strict=True)) for row in rows]
    return {**found, **record.computed(found, today), "state": record.standing(today)}


@lru_cache(TYPES_KEPT)
def _rows_of(part: type[Part]) -> tuple[tuple[str, ...], Prepared]:
    """Return the values of a part's rows by the names that inputs use, and the select of the rows of one record."""
    names = tuple(shown_columns(part, part.pointer))
    table = part.__table__.c
    mine = select(*(stored(part)[name] for name in names)).where(
        table.tenant_id == bindparam("own"), stored(part)[part.pointer] == bindparam("whose")
    )
    return tuple(name.rstrip("_") for name in names), Prepared(mine.order_by(table.id))


def withheld(authority: Authority, type: type[Record], body: str) -> frozenset[str]:
    """Return the fields of a body's records of a type that are not for this reader (``Record.reserved``)."""
    return _unread(authority, type.reserved, body)


def withheld_input(authority: Authority, type: type[Record], body: str) -> frozenset[str]:
    """Return the inputs of acts on a body's records of a type that are not for this reader."""
    return _unread(authority, {**type.reserved, **type.reserved_input}, body)


def _unread(authority: Authority, reserved: Mapping[str, str], body: str) -> frozenset[str]:
    types = authority.tenant.snapshot.types
    any_ = {"tenant_id": authority.tenant.id, "body": body, "state": "new", "version": 0, "author": "", "author_as": ""}
    return frozenset(name for name, of in reserved.items() if not authority.may(types[of](**any_), READ))


def emptied(value: Any) -> Any:
    """Return what stands for a value that is not for a reader: nothing, of a list one without items."""
    return [] if isinstance(value, list) else None


def listed(authority: Authority, type: type[Record], columns: Sequence[str], rows: Sequence[Any]) -> Sequence[Any]:
    """Return the rows of a list less what is not for its reader (``Record.reserved``)."""
    if not type.reserved:
        return rows
    kept = {body: withheld(authority, type, body) for body in {row.body for row in rows}}
    named = [column.rstrip("_") for column in columns]
    return [
        tuple(emptied(value) if name in kept[row.body] else value for name, value in zip(named, row, strict=True)) for row in rows
    ]


def readable_in(authority: Authority, record: Record, state: str) -> bool:
    """Return whether the reader of a record may read it in another state too: lines on reading may name states."""
    lines = authority.regime.table.lines_for(record.record_type, READ)
    if state == record.state or not any(line.facets for line in lines):
        return True
    columns = {name: getattr(record, name) for name in record.columns()}
    return authority.may(type(record)(**columns | {"state": state}), READ)


def seen(authority: Authority, record: Record) -> dict[str, Any]:
    """Return a record as one reader may read it: less what it keeps to those who read all that it sums up
    (``Record.reserved``), and rows of it to those whom they concern (``Part.reserved``), and what is closed to this reader
    (``Record.closed_to``)."""
    found = shown(authority.tenant, authority.session, record, authority.today)
    found |= {name: emptied(found[name]) for name in withheld(authority, type(record), record.body)}
    keys = frozenset[str]().union(*(capacity.keys for capacity in authority.capacities))
    regime = authority.regime
    reading = DayView(authority.session, authority.tenant.id, regime.charter, regime.layers, authority.day)
    found |= record.confided(keys)
    found |= record.closed_to(found, authority.actor, reading)
    for name, part in record.parts().items():
        if part.reserved:
            found[name] = [_read(authority, record, part, row) for row in found[name]]
    return found


def _read(authority: Authority, record: Record, part: type[Part], row: dict[str, Any]) -> dict[str, Any]:
    kept = [field for field in part.reserved if row[field] is not None]
    if not kept or any(row["who"] in capacity.keys for capacity in authority.capacities):
        return row
    about = {"tenant_id": record.tenant_id, "body": record.body, part.pointer: record.id, "who": row["who"]}
    types = authority.tenant.snapshot.types
    such = {field: types[part.reserved[field]](state="new", version=0, author="", author_as="", **about) for field in kept}
    return {**row, **{field: None for field, each in such.items() if not authority.may(each, READ)}}


def fields(row: Record | Part) -> dict[str, Any]:
    """Return the values of one row, less what is the program's own."""
    return {name.rstrip("_"): getattr(row, name) for name in shown_columns(type(row), getattr(row, "pointer", ""))}


@lru_cache(TYPES_KEPT)
def shown_columns(table: type[Record | Part], pointer: str = "") -> tuple[str, ...]:
    """Return the columns of a type that people see, by attribute."""
    columns = table.stored() if issubclass(table, Record) else stored(table)
    return tuple(name for name, each in columns.items() if name not in INNER | {pointer} and not each.info.get("hidden"))
