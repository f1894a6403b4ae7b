"""The table of a record type: one of its own, or one that declared types share.

A mapped class is its own table and all of its rows are its records. A type that a tenant declares (``committee.register``) is no
mapped class: its records are those rows of the shared table that hold its name. What is asked of types in general goes through
here, so that a row is never taken for a record of another type.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, TypeVar

from sqlalchemy import Column, ColumnElement, Select, select
from sqlalchemy.orm import Session

from steerco.records.part import stored

K = TypeVar("K", bound="Kept")


class Kept:
    """The part of a record type that finds its records."""

    record_type: ClassVar[str]
    table: ClassVar[Any]
    """The mapped class whose table keeps its records: the type itself, or one that several declared types share."""
    held: ClassVar[tuple[tuple[str, str], ...]] = ()
    """The columns of a shared table that all records of the type hold equal: no other row is one of them."""
    apart: ClassVar[str] = ""
    """On the class of a shared table: the column that tells its types apart, with which every index begins."""
    unlisted: ClassVar[frozenset[str]] = frozenset()
    """The values by which no list is filtered or sorted, since no column holds them."""

    @classmethod
    def stored(cls) -> Mapping[str, Column[Any]]:
        """Return its stored values: by attribute a column that says of which type they are and what they hold."""
        return stored(cls)

    @classmethod
    def own(cls) -> list[ColumnElement[bool]]:
        """Return the conditions under which a row of its table is a record of this type."""
        return [getattr(cls.table, column) == value for column, value in cls.held]

    @classmethod
    def those(cls, tenant_id: int, *conditions: ColumnElement[bool]) -> Select[Any]:
        """Return a select of a tenant's records of the type; ``read`` gives what it finds."""
        return select(cls.table).where(cls.table.tenant_id == tenant_id, *cls.own(), *conditions)

    @classmethod
    def read(cls: type[K], session: Session, found: Select[Any], values: Mapping[str, Any] | None = None) -> list[K]:
        """Return the records that a select of ``those`` finds; ``values``: those of its bound parameters."""
        return [cls.as_own(row) for row in session.scalars(found, values)]

    @classmethod
    def get(cls: type[K], session: Session, tenant_id: int, id: str) -> K | None:
        """Return the tenant's record of that id, never one of another type in the same table."""
        row = session.get(cls.table, (tenant_id, id))
        same = row is not None and all(getattr(row, column) == value for column, value in cls.held)
        return cls.as_own(row) if same else None

    @classmethod
    def get_one(cls: type[K], session: Session, tenant_id: int, id: str) -> K:
        """Return the tenant's record of that id, which is there."""
        return cls.as_own(session.get_one(cls.table, (tenant_id, id)))

    @classmethod
    def as_own(cls: type[K], row: Any) -> K:
        """Return a row of its table as a record of this type."""
        return row  # type: ignore[no-any-return]  # a mapped type's rows are its records

    @classmethod
    def names(cls, field: str, party: str) -> ColumnElement[bool]:
        """Return the condition that a field of a record names a party."""
        condition: ColumnElement[bool] = getattr(cls, field) == party
        return condition

    @classmethod
    def filed(cls, value: str) -> str:
        """Return the column along which lists are filtered and sorted by a value."""
        return value

    @property
    def type_name(self) -> str:
        """The name of its type, also where only its row is at hand."""
        return self.record_type
