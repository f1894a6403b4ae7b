"""The columns of records, and ``Part``: the rows that belong to one record (an attendance, a paper)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, cast
from weakref import WeakKeyDictionary

from sqlalchemy import Column, ForeignKeyConstraint, Index
from sqlalchemy.orm import MappedColumn, class_mapper, mapped_column

from steerco.records.relation import Held, Relation, type_registry
from steerco.store.base import Base, Owned

ABOUT = "about"
"""The key in a column's ``info`` for the field of the person whose personal data it holds."""
WRITTEN = "written"
"""The key in a column's ``info`` that says that people wrote its text, where no input is named as it is."""


def refers(type: str) -> MappedColumn[Any]:
    """Return a field that holds the id of another record of the same tenant; the database holds it to that."""
    return mapped_column(info={"refers": type})


def party() -> MappedColumn[Any]:
    """Return a field that holds a party: an agency, body, seat, office or person of the tenant."""
    return mapped_column(info={"party": True})


def hidden() -> MappedColumn[Any]:
    """Return a field that API and pages never show (it serves search or computation)."""
    return mapped_column(info={"hidden": True})


def written() -> MappedColumn[Any]:
    """Return a field with a text that people wrote, which is found by its words. A field named as a text input needs no mark."""
    return mapped_column(info={WRITTEN: True})


def about(who: str) -> MappedColumn[Any]:
    """Return a field with personal data of the person in the field ``who`` of the same row.

    It is erased with the person's other data. Inputs declare it as ``Personal``, so that the log only refers to it.
    """
    return mapped_column(info={ABOUT: who})


_stored: WeakKeyDictionary[type[Any], Mapping[str, Column[Any]]] = WeakKeyDictionary()


def stored(table: type[Any]) -> Mapping[str, Column[Any]]:
    """Return the columns of a mapped class by attribute."""
    known = _stored.get(table)
    if known is None:
        attributes = class_mapper(table).column_attrs
        known = _stored[table] = {attribute.key: cast("Column[Any]", attribute.columns[0]) for attribute in attributes}
    return known


def erasable(table: type[Any]) -> dict[str, str]:
    """Per field of a mapped class that holds personal data of somebody (``about``) the field that names the person."""
    columns = table.stored() if hasattr(table, "stored") else stored(table)
    return {name: column.info[ABOUT] for name, column in columns.items() if ABOUT in column.info}


def _points(field: str, table: str) -> ForeignKeyConstraint:
    """Return a foreign key within the tenant; held at commit, since an action may add a part before its record is written."""
    return ForeignKeyConstraint(
        ["tenant_id", field], [f"{table}.tenant_id", f"{table}.id"], deferrable=True, initially="DEFERRED"
    )


def table_args(
    table: str, namespace: dict[str, Any], relations: Iterable[Relation], unique: Iterable[str], along: str = "id"
) -> tuple[Any, ...]:
    """Foreign keys of ``refers`` fields and the indexes that the relations' lists run along, in the order of ``along``."""
    args: list[Any] = []
    indexed = {field for relation in relations for owner, field in relation.expression.indexes() if owner == ""}
    for name, column in namespace.items():
        info = column.column.info if isinstance(column, MappedColumn) else {}
        if target := info.get("refers"):
            args.append(_points(name, target.replace("-", "_")))
            indexed.add(name)
    args += [Index(None, "tenant_id", field, "id" if field == along else along) for field in sorted(indexed - {"id"})]
    args += [Index(None, "tenant_id", field, unique=True) for field in unique]
    return tuple(args)


class Part(Owned, Base):
    """Rows that belong to one record, kept in a table of their own and shown inside it.

    Subclass keywords: ``of`` the record type, ``name`` the part's name in it; the field ``<of>`` points to the record.
    """

    __abstract__ = True
    reserved: ClassVar[Mapping[str, str]] = {}
    """Fields that are for the one whom a row is about (``who``), and for those who may read a record of that type about them."""
    unsought: ClassVar[frozenset[str]] = frozenset()
    """Fields that no search looks through: what they say may be closed to those who see the record."""
    listed_by: ClassVar[tuple[tuple[str, ...], ...]] = ()
    """Columns that are held equal where records are found by its rows."""
    part_of: ClassVar[str]
    part_name: ClassVar[str]
    pointer: ClassVar[str]

    def __init_subclass__(cls, *, of: str, name: str, relations: tuple[Relation, ...] = ()) -> None:
        cls.part_of, cls.part_name, cls.pointer = of, name, of.replace("-", "_")
        cls.__tablename__ = f"{of}_{name}".replace("-", "_")
        indexes = tuple(Relation(field, Held(field)) for field in (cls.pointer, *getattr(cls, "index_on", ())))
        parent = _points(cls.pointer, cls.pointer)
        cls.__table_args__ = (
            *table_args(cls.__tablename__, dict(vars(cls)), (*relations, *indexes), (), cls.pointer),
            parent,
            *(Index(None, "tenant_id", *columns, cls.pointer) for columns in cls.listed_by),
        )
        type_registry[f"{of}.{name}"] = cls
        super().__init_subclass__()
