"""Relations: the tie between an actor and a record, as one small expression with three interpretations.

Pattern: an interpreter over an expression tree. ``py`` answers for one record in Python, ``sql`` gives a condition, and ``ids``
gives index-backed selects for a list. ``indexes`` derives the indexes that ``ids`` needs.

Example: ``Through("meeting.attendance", "meeting", Held("who"))`` holds of a meeting if a row of its attendance names the actor.
For a list, ``ids`` selects the rows' column ``meeting`` where ``who`` is one of the actor's keys.

Rule: all three interpretations agree on every record; a property test checks this.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol
from weakref import WeakKeyDictionary

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, false, func, not_, or_, select
from sqlalchemy.orm import Session, class_mapper

from steerco.store.base import Owned
from steerco.store.prepared_select import Prepared

type_registry: dict[str, type[Any]] = {}
"""Every declared table class by type name, so that an expression can name a type that is declared later."""

Branch = tuple[Select[tuple[str]], ColumnElement[str]]
"""A select of record ids that runs along one index, and the column that it runs in the order of."""


class Expression(Protocol):
    """An expression. ``keys`` are the ids of everything that the actor is on the day: person, seats, offices, bodies …"""

    def py(self, record: Owned, keys: frozenset[str], session: Session) -> bool:
        """Return whether the expression holds of this record. ``session`` reaches related rows."""
        ...

    def sql(self, table: Any, keys: frozenset[str]) -> ColumnElement[bool]:
        """Return the expression as a condition on ``table``, bare, so that it finds its index; NULL is "does not hold"."""
        ...

    def ids(self, table: Any, keys: frozenset[str], tenant_id: int) -> list[Branch]:
        """Return the expression as selects of ids, one for each index range."""
        ...

    def indexes(self) -> Iterator[tuple[str, str]]:
        """Yield (type, field) of every index that ``ids`` runs along. The type ``""`` is the record's own."""
        ...


@dataclass(frozen=True, slots=True)
class Held:
    """A field of the record names something that the actor is (person, seat, office, agency, body)."""

    field: str

    def py(self, record: Owned, keys: frozenset[str], session: Session) -> bool:
        return getattr(record, self.field) in keys

    def sql(self, table: Any, keys: frozenset[str]) -> ColumnElement[bool]:
        return getattr(table, self.field).in_(sorted(keys)) if keys else false()

    def ids(self, table: Any, keys: frozenset[str], tenant_id: int) -> list[Branch]:
        return [
            (select(table.id).where(table.tenant_id == tenant_id, getattr(table, self.field) == key), table.id)
            for key in sorted(keys)
        ]

    def indexes(self) -> Iterator[tuple[str, str]]:
        yield "", self.field


@dataclass(frozen=True, slots=True)
class Is:
    """A field of the record has this value. Only a condition: it has no range of its own."""

    field: str
    value: str

    def py(self, record: Owned, keys: frozenset[str], session: Session) -> bool:
        return bool(getattr(record, self.field) == self.value)

    def sql(self, table: Any, keys: frozenset[str]) -> ColumnElement[bool]:
        condition: ColumnElement[bool] = getattr(table, self.field) == self.value
        return condition

    def ids(self, table: Any, keys: frozenset[str], tenant_id: int) -> list[Branch]:
        return [(select(table.id).where(table.tenant_id == tenant_id, self.sql(table, keys)), table.id)]

    def indexes(self) -> Iterator[tuple[str, str]]:
        return iter(())


_rows: WeakKeyDictionary[type[Any], dict[str, Prepared]] = WeakKeyDictionary()


def _rows_of(child: type[Any], field: str) -> Prepared:
    """Return the select of the rows of a type whose field points to one record, with each value under its attribute's name."""
    known = _rows.setdefault(child, {})
    if field not in known:
        columns = {attribute.key: attribute.columns[0] for attribute in class_mapper(child).column_attrs}
        mine = select(*(column.label(name) for name, column in columns.items()))
        known[field] = Prepared(mine.where(columns["tenant_id"] == bindparam("own"), columns[field] == bindparam("whose")))
    return known[field]


@dataclass(frozen=True, slots=True)
class Through:
    """Some row of ``child`` whose ``field`` points to the record satisfies ``inner``."""

    child: str
    field: str
    inner: Expression

    def py(self, record: Owned, keys: frozenset[str], session: Session) -> bool:
        if record.id is None:
            return False
        if session.autoflush:  # what this transaction has changed counts
            session.flush()
        rows = _rows_of(type_registry[self.child], self.field)
        found = rows.all(session.connection(), {"own": record.tenant_id, "whose": record.id})
        return any(self.inner.py(row, keys, session) for row in found)  # type: ignore[arg-type]  # it has the same values

    def sql(self, table: Any, keys: frozenset[str]) -> ColumnElement[bool]:
        child = type_registry[self.child]
        points = and_(child.tenant_id == table.tenant_id, getattr(child, self.field) == table.id)
        return exists().where(points, self.inner.sql(child, keys))

    def ids(self, table: Any, keys: frozenset[str], tenant_id: int) -> list[Branch]:
        child = type_registry[self.child]
        pointer = getattr(child, self.field)
        return [
            (
                select(pointer).distinct().where(child.tenant_id == tenant_id, self.inner.sql(child, frozenset({key}))),
                pointer,
            )
            for key in sorted(keys)
        ]

    def indexes(self) -> Iterator[tuple[str, str]]:
        yield self.child, self.field
        for owner, field in self.inner.indexes():
            yield owner or self.child, field


@dataclass(frozen=True, slots=True)
class Via:
    """The record that ``field`` points to (of type ``parent``) satisfies ``inner``."""

    field: str
    parent: str
    inner: Expression

    def py(self, record: Owned, keys: frozenset[str], session: Session) -> bool:
        pointer = getattr(record, self.field)
        if pointer is None:
            return False
        parent = session.get(type_registry[self.parent], (record.tenant_id, pointer))
        return parent is not None and self.inner.py(parent, keys, session)

    def sql(self, table: Any, keys: frozenset[str]) -> ColumnElement[bool]:
        parent = type_registry[self.parent]
        points = and_(parent.tenant_id == table.tenant_id, parent.id == getattr(table, self.field))
        return exists().where(points, self.inner.sql(parent, keys))

    def ids(self, table: Any, keys: frozenset[str], tenant_id: int) -> list[Branch]:
        parent = type_registry[self.parent]
        return [
            (
                select(table.id).where(
                    table.tenant_id == tenant_id, getattr(table, self.field).in_(parents.with_only_columns(key))
                ),
                table.id,
            )
            for parents, key in self.inner.ids(parent, keys, tenant_id)
        ]

    def indexes(self) -> Iterator[tuple[str, str]]:
        yield "", self.field
        for owner, field in self.inner.indexes():
            yield owner or self.parent, field


@dataclass(frozen=True, slots=True)
class Listed:
    """The value ``field`` of a type that shares its table (``register``) names something that the actor is: one party or several.

    The record has the names itself; rows of ``child`` list them anew, so that records are found by them.
    """

    child: str
    register: str
    field: str

    def py(self, record: Owned, keys: frozenset[str], session: Session) -> bool:
        return not keys.isdisjoint(self.parties(record))

    def parties(self, record: Any) -> list[str]:
        """Return those whom the record names."""
        value = getattr(record, self.field)
        return list(value) if isinstance(value, list) else [value] if value else []

    def sql(self, table: Any, keys: frozenset[str]) -> ColumnElement[bool]:
        child = type_registry[self.child]
        points = and_(child.tenant_id == table.tenant_id, getattr(child, child.pointer) == table.id)
        return exists().where(points, *self._held(child), child.who.in_(sorted(keys)))

    def ids(self, table: Any, keys: frozenset[str], tenant_id: int) -> list[Branch]:
        child = type_registry[self.child]
        pointer = getattr(child, child.pointer)
        mine = select(pointer).where(child.tenant_id == tenant_id, *self._held(child))
        return [(mine.where(child.who == key), pointer) for key in sorted(keys)]

    def _held(self, child: Any) -> list[ColumnElement[bool]]:
        return [child.register == self.register, child.field == self.field]

    def indexes(self) -> Iterator[tuple[str, str]]:
        return iter(())


@dataclass(frozen=True, slots=True)
class Not:
    """The inner expression does not hold; a NULL counts as "does not hold"."""

    inner: Expression

    def py(self, record: Owned, keys: frozenset[str], session: Session) -> bool:
        return not self.inner.py(record, keys, session)

    def sql(self, table: Any, keys: frozenset[str]) -> ColumnElement[bool]:
        return not_(func.coalesce(self.inner.sql(table, keys), false()))

    def ids(self, table: Any, keys: frozenset[str], tenant_id: int) -> list[Branch]:
        return [(select(table.id).where(table.tenant_id == tenant_id, self.sql(table, keys)), table.id)]

    def indexes(self) -> Iterator[tuple[str, str]]:
        return iter(())


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds. The first part gives the index range, the others narrow it."""

    parts: tuple[Expression, ...]

    def py(self, record: Owned, keys: frozenset[str], session: Session) -> bool:
        return all(part.py(record, keys, session) for part in self.parts)

    def sql(self, table: Any, keys: frozenset[str]) -> ColumnElement[bool]:
        return and_(*(part.sql(table, keys) for part in self.parts))

    def ids(self, table: Any, keys: frozenset[str], tenant_id: int) -> list[Branch]:
        first, rest = self.parts[0], [part.sql(table, keys) for part in self.parts[1:]]
        return [(narrowed(chosen, key, table, tenant_id, rest), key) for chosen, key in first.ids(table, keys, tenant_id)]

    def indexes(self) -> Iterator[tuple[str, str]]:
        yield from self.parts[0].indexes()


@dataclass(frozen=True, slots=True)
class Any_:
    """At least one part holds: as a list, the branches of every part."""

    parts: tuple[Expression, ...]

    def py(self, record: Owned, keys: frozenset[str], session: Session) -> bool:
        return any(part.py(record, keys, session) for part in self.parts)

    def sql(self, table: Any, keys: frozenset[str]) -> ColumnElement[bool]:
        return or_(false(), *(part.sql(table, keys) for part in self.parts))

    def ids(self, table: Any, keys: frozenset[str], tenant_id: int) -> list[Branch]:
        return [branch for part in self.parts for branch in part.ids(table, keys, tenant_id)]

    def indexes(self) -> Iterator[tuple[str, str]]:
        for part in self.parts:
            yield from part.indexes()


def narrowed(
    chosen: Select[tuple[str]],
    key: ColumnElement[str],
    table: Any,
    tenant_id: int,
    conditions: Sequence[ColumnElement[bool]],
) -> Select[tuple[str]]:
    """Return a branch with further conditions on the record, even if the branch runs along a child's index."""
    if not conditions:
        return chosen
    if key is table.id:
        return chosen.where(*conditions)
    return chosen.where(exists().where(table.tenant_id == tenant_id, table.id == key, *conditions))


@dataclass(frozen=True)
class Relation:
    """A named relation of a record type: ``relation:<name>`` in policy lines.

    ``concerns``: the record is about whoever is so tied to it, who enters nobody else's act on it.
    """

    name: str
    expression: Expression
    concerns: bool = False

    @cached_property
    def near(self) -> bool:
        """Return whether the record's own fields decide the relation, so that no other row is read."""
        return own(self.expression)


def own(expression: Expression) -> bool:
    """Return whether an expression reads nothing but the record."""
    if isinstance(expression, All | Any_):
        return all(own(part) for part in expression.parts)
    return own(expression.inner) if isinstance(expression, Not) else isinstance(expression, Held | Is | Listed)
