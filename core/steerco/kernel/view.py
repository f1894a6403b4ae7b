"""A record as people and clients see it: its values and parts, with what is computed from them on a day."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, class_mapper

from steerco.configuration.tenant import Tenant
from steerco.kernel.authority import Authority
from steerco.records import Part, Record

INNER = frozenset({"tenant_id", "changed_at"})


def shown(tenant: Tenant, session: Session, record: Record, today: date) -> dict[str, Any]:
    """Its fields by the names that inputs use, its parts as lists, and what its type computes (``computed``)."""
    found = fields(record)
    found["id"], found["type"] = record.id, record.record_type
    for name, part in record.parts().items():
        mine = select(part).where(part.tenant_id == record.tenant_id, getattr(part, part.pointer) == record.id)
        found[name] = [fields(row) for row in session.scalars(mine.order_by(part.id))]
    return {**found, **record.computed(found, today), "state": record.standing(today)}


def seen(authority: Authority, record: Record) -> dict[str, Any]:
    """A record as one reader may read it: less what rows of it keep to those whom it concerns (``Part.reserved``)."""
    found = shown(authority.tenant, authority.session, record, authority.today)
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
    return {**row, **{field: None for field, each in such.items() if not authority.may(each, "read")}}


def fields(row: Record | Part) -> dict[str, Any]:
    """The values of one row, less what is the program's own."""
    pointer = getattr(row, "pointer", "")
    return {
        attribute.key.rstrip("_"): getattr(row, attribute.key)
        for attribute in class_mapper(type(row)).column_attrs
        if attribute.key not in INNER and attribute.key != pointer and not attribute.columns[0].info.get("hidden")
    }
