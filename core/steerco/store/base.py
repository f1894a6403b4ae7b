"""The declarative base of every table, and the two mixins that give a table its tenant.

A table is either *owned* (its primary key begins with ``tenant_id``; the fence and row-level security watch it) or one
of the few in :data:`GLOBAL`. There is no third kind: a table that is neither is refused when it is declared.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Literal, get_origin

from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Integer, MetaData, String, Table, event
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, TypeResolve, declared_attr, mapped_column
from sqlalchemy.types import TypeDecorator, TypeEngine

GLOBAL = frozenset({"tenant", "lease", "register"})
"""Names of the tables that belong to no tenant."""
INSTALLATION = 0
"""The number of no tenant: the installation's own tables and its own log carry it."""
INSTALLATION_NAME = "~installation"
"""Under what name the checkpoints of its log are kept; no tenant can have it."""
OF_INSTALLATION = {"info": {"of_installation": True}}
"""Marks a table whose rows all carry that number, so that it is no part of any tenant."""


class Utc(TypeDecorator[datetime]):
    """A point in time: stored as UTC, returned with the zone UTC on every database.

    Raises ``ValueError`` for a time without a zone, since its meaning would be a guess.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time without a zone cannot be stored: {value.isoformat()}")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)

    def result_processor(self, dialect: Dialect, coltype: object) -> Any:
        """On SQLite, parse the text in one step instead of three: a list reads two of these per row."""
        return _from_text if dialect.name == "sqlite" else super().result_processor(dialect, coltype)

    @property
    def python_type(self) -> type[datetime]:
        return datetime


def _from_text(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value + "+00:00")


# Collation "C": the order of ids, and so of pages, is the same on both databases and does not change with the machine's
# locale.
Text = String().with_variant(String(collation="C"), "postgresql")
# 64 bits on both: an amount of dong soon passes 32.
Whole = Integer().with_variant(BigInteger(), "postgresql")
Json = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Every mapped class of core and of plugins derives from this one, so that one metadata names every table.

    A value of a ``list`` or ``dict`` column is stored as JSON. Assign a new value to change it: a change inside the old
    one is not seen.
    """

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {str: Text, int: Whole, datetime: Utc, list: Json, dict: Json}


@event.listens_for(Base.registry, "resolve_type_annotation")
def _resolve(annotation: TypeResolve) -> TypeEngine[Any] | None:
    """Map ``list[X]``, ``dict[K, V]`` and ``tuple[X, ...]`` to JSON, and a ``Literal`` of words to a text."""
    origin = get_origin(annotation.resolved_type)
    if origin in (list, dict, tuple):
        return Json
    return Text if origin is Literal else None


class Tenanted:
    """A table whose rows belong to one tenant; the rest of its primary key is its own."""

    @declared_attr
    def tenant_id(cls) -> Mapped[int]:
        return mapped_column(primary_key=True, autoincrement=False, sort_order=-100)


class Owned(Tenanted):
    """A table of records: the primary key is ``(tenant_id, id)``, in this order."""

    @declared_attr
    def id(cls) -> Mapped[str]:
        return mapped_column(primary_key=True, sort_order=-99)


@event.listens_for(Table, "after_parent_attach")
def _classify(table: Table, parent: Any) -> None:
    """Mark each table of :class:`Base` as owned or global; on SQLite owned tables are clustered by their key."""
    if parent is not Base.metadata:
        return
    owned = table.name not in GLOBAL
    if owned and [column.name for column in table.primary_key][:1] != ["tenant_id"]:
        raise ValueError(f"table {table.name}: its primary key must begin with tenant_id, and it is not one of {sorted(GLOBAL)}")
    table.info["owned"] = owned
    for index in list(table.indexes):
        if len(index.columns) < len(index.expressions):  # (tenant_id, id, id): the primary key once more
            table.indexes.discard(index)
    if owned:
        # WITHOUT ROWID: the rows of a tenant lie together and the key is not stored twice (355 MiB against 596,
        # measured).
        table.dialect_options["sqlite"]["with_rowid"] = False


def is_owned(table: Table) -> bool | None:
    """Return whether tenants own the table's rows; ``None`` for a table that :class:`Base` does not know."""
    return table.info.get("owned")


def owned_tables() -> Sequence[Table]:
    """Return the owned tables, parents before children."""
    return [table for table in Base.metadata.sorted_tables if is_owned(table)]


def tenant_tables() -> Sequence[Table]:
    """Return the tables in which a tenant may have rows, parents before children."""
    return [table for table in owned_tables() if "of_installation" not in table.info]
