"""A record as people and clients see it: its values and parts, with what is computed from them on a day."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, class_mapper

from steerco.configuration.tenant import Tenant
from steerco.records import Part, Record

INNER = frozenset({"tenant_id", "changed_at"})


def shown(tenant: Tenant, session: Session, record: Record, today: date) -> dict[str, Any]:
    """Its fields by the names that inputs use, its parts as lists, and what its type computes (``computed``)."""
    found = fields(record)
    found["id"], found["type"] = record.id, record.record_type
    for name, part in record.parts().items():
        mine = select(part).where(part.tenant_id == record.tenant_id, getattr(part, part.pointer) == record.id)
        found[name] = [fields(row) for row in session.scalars(mine.order_by(part.id))]
    return {**found, **record.computed(found, today)}


def fields(row: Record | Part) -> dict[str, Any]:
    """The values of one row, less what is the program's own."""
    pointer = getattr(row, "pointer", "")
    return {
        attribute.key.rstrip("_"): getattr(row, attribute.key)
        for attribute in class_mapper(type(row)).column_attrs
        if attribute.key not in INNER and attribute.key != pointer and not attribute.columns[0].info.get("hidden")
    }
