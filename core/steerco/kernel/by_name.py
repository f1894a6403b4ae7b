"""The record that goes by an id or a reference."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BindParameter, ColumnElement, select, union_all
from sqlalchemy.orm import aliased

from steerco.records import Record


def called(type: type[Record], tenant_id: int, named: str | BindParameter[str]) -> ColumnElement[bool]:
    """Return the condition of being the tenant's record of that id or reference. It looks each up in its own index: from an OR of
    both, SQLite makes a walk through all of the tenant's records."""
    table: Any = aliased(type.table)
    both = (select(table.id).where(table.tenant_id == tenant_id, by == named) for by in (table.id, table.ref))
    condition: ColumnElement[bool] = type.table.id.in_(union_all(*both))
    return condition
