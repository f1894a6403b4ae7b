"""Reading several records at once, and the rows that belong to them: one statement, however many there are."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from steerco.records.part import Part
from steerco.records.record import Record

R = TypeVar("R", bound=Record)
X = TypeVar("X", bound=Part)


def records_of(session: Session, tenant_id: int, type: type[R], **equal: Any) -> list[R]:
    """Return a tenant's records of a type with these values, oldest first."""
    same = [getattr(type, name) == value for name, value in equal.items()]
    return type.read(session, type.those(tenant_id, *same).order_by(type.table.id))


def parts_of(session: Session, tenant_id: int, part: type[X], of: Collection[str]) -> list[X]:
    """Return the rows of one part of several records, in the order in which they were made."""
    if not of:
        return []
    mine = select(part).where(part.tenant_id == tenant_id, getattr(part, part.pointer).in_(sorted(of)))
    return list(session.scalars(mine.order_by(part.id)))
