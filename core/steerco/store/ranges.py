"""Ranges of indexes: what a list runs along, and what it must look at row by row.

A :class:`Scope` is a union of ranges; a filter narrows each of them. Where an index serves a range in the order of the list, the
range is cut at the page. What no index tells (a filter without one, a ban) is asked row by row, of so many rows at most; it is
written so that no planner takes it for a range of its own and leaves ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, NamedTuple

from sqlalchemy import (
    BinaryExpression,
    Column,
    ColumnElement,
    Integer,
    Select,
    Table,
    UniqueConstraint,
    bindparam,
    exists,
    false,
    func,
    not_,
    select,
)
from sqlalchemy.sql import operators

OWN = bindparam("own", type_=Integer)
"""The tenant, as every statement of a list names it: one prepared statement serves all tenants."""
Condition = ColumnElement[bool]


class Branch(NamedTuple):
    """Records that one relation gives; a plain pair of the first two will do.

    ``ids`` selects their ids, of one tenant; ``key`` is the column in whose order it runs; ``condition`` is a further
    condition on the record's own table (its body, say).
    """

    ids: Select[Any]
    key: ColumnElement[str]
    condition: Condition | None = None


@dataclass(frozen=True, slots=True)
class Scope:
    """What may be seen: ``whole`` (everything), else the records of ``bodies`` and those of ``branches``; never what is denied.

    ``deny``: conditions on the record's table; one that is unknown (NULL) denies nothing. ``rows``: what ``bodies`` and
    ``branches`` say, as one condition, for lists that are found by a filter; without it they are found by the branches only.
    """

    whole: bool = False
    bodies: frozenset[str] = frozenset()
    branches: Sequence[Branch | tuple[Select[Any], ColumnElement[str]]] = ()
    deny: Sequence[Condition] = ()
    rows: Condition | None = None


@dataclass(frozen=True, slots=True)
class Filter:
    """A condition on one declared column. ``value``: of the column's type; ``in`` takes a sequence, ``eq`` also ``None``."""

    column: str
    op: Literal["eq", "in", "gte", "lte"]
    value: Any

    @property
    def shape(self) -> tuple[str, str, bool]:
        """What a statement depends on; the value itself is bound."""
        return self.column, self.op, self.value is None


class Range(NamedTuple):
    """One way into a scope: ``ids`` in the order of ``key``, and what is left to ask of each row.

    ``served``: an index gives it in the order of the list. ``own``: it runs over the record's own table; ``whole``: over all of
    it.
    """

    ids: Select[Any]
    key: ColumnElement[str]
    left: tuple[Condition, ...]
    served: bool
    own: bool
    whole: bool = False


@cache
def served(table: Table) -> frozenset[tuple[frozenset[str], str]]:
    """(columns that are held equal, column in whose order it runs) of every index range of a table of records."""
    found: set[tuple[frozenset[str], str]] = {(frozenset(), "id"), (frozenset({"id"}), "id")}
    for index in table.indexes:
        names = [column.name for column in index.columns]
        if names[0] == "tenant_id" and names[-1] == "id":
            found.add((frozenset(names[1:-1]), "id"))
            found.add((frozenset(names[1:-2]), names[-2]))
        if index.unique and names[0] == "tenant_id":
            found.add((frozenset(names[1:]), "id"))
    for constraint in table.constraints:
        if isinstance(constraint, UniqueConstraint) and constraint.columns[0].name == "tenant_id":
            found.add((frozenset(column.name for column in constraint.columns if column.name != "tenant_id"), "id"))
    return frozenset(found)


@cache
def findable(table: Table) -> frozenset[str]:
    """The columns by which an index finds records."""
    indexed = [index.columns for index in table.indexes]
    indexed += [constraint.columns for constraint in table.constraints if isinstance(constraint, UniqueConstraint)]
    return frozenset({"id", *(columns[1].name for columns in indexed if len(columns) > 1 and columns[0].name == "tenant_id")})


def runs(table: Table, equal: frozenset[str], order: str) -> bool:
    """Whether an index gives the records with these columns held equal in the order of ``order`` and the id."""
    return (equal, "id" if order in equal else order) in served(table)


def hidden(condition: Condition) -> Condition:
    """The same condition in a form along which no planner searches; unknown (NULL) is false."""
    return func.coalesce(condition, false())


def condition_of(table: Table, one: Filter, at: int) -> Condition:
    """A filter as a condition; its value is bound as ``filter_<at>``."""
    column: Column[Any] = table.columns[one.column]
    if one.op == "in":
        return column.in_(bindparam(f"filter_{at}", expanding=True, type_=column.type))
    if one.op == "eq" and one.value is None:
        return column.is_(None)
    value = bindparam(f"filter_{at}", type_=column.type)
    compared: Condition = column == value if one.op == "eq" else column >= value if one.op == "gte" else column <= value
    return compared


def ranges(table: Table, scope: Scope, filters: Sequence[Filter], order: str) -> list[Range]:
    """The ranges of a scope, narrowed by filters, for a list in this order."""
    bans = tuple(not_(hidden(one)) for one in scope.deny)
    mine = select(table.c.id).where(table.c.tenant_id == OWN)
    if scope.whole:
        return [_along(table, mine, frozenset(), bans, filters, order)]
    found = []
    for body in sorted(scope.bodies):
        found.append(_along(table, mine.where(table.c.body == body), frozenset({"body"}), bans, filters, order))
    for branch in (Branch(*one) for one in scope.branches):
        left = bans if branch.condition is None else (*bans, branch.condition)
        found.append(_of_branch(table, branch, left, filters, order))
    return found


def _of_branch(table: Table, branch: Branch, left: tuple[Condition, ...], filters: Sequence[Filter], order: str) -> Range:
    key: Any = branch.key
    column = key.__clause_element__() if hasattr(key, "__clause_element__") else key
    if column.table is table and column.name == "id":
        equal, others = _equalities(branch.ids)
        searched = any(isinstance(one, BinaryExpression) and one.operator is operators.in_op for one in others)
        if not searched and runs(table, frozenset(equal), "id"):
            mine = select(table.c.id).where(*equal.values(), table.c.tenant_id == OWN)
            return _along(table, mine, frozenset(equal), (*left, *others), filters, order)
    asked = (*left, *(condition_of(table, one, at) for at, one in enumerate(filters)))
    return Range(branch.ids, key, asked, order == "id", column.table is table and column.name == "id")


def _equalities(ids: Select[Any]) -> tuple[dict[str, Condition], list[Condition]]:
    """The columns that a select holds equal to a value, beside the tenant's, and its other conditions."""
    equal: dict[str, Condition] = {}
    others: list[Condition] = []
    clause: Any = ids.whereclause
    for one in getattr(clause, "clauses", [clause]):
        left = getattr(one, "left", None)
        if isinstance(one, BinaryExpression) and one.operator is operators.eq and isinstance(left, Column):
            equal[left.name] = one
        else:
            others.append(one)
    equal.pop("tenant_id", None)
    return equal, others


def _along(
    table: Table, mine: Select[Any], equal: frozenset[str], left: tuple[Condition, ...], filters: Sequence[Filter], order: str
) -> Range:
    """A range of the table itself, with those filters taken into it for which there is an index in the list's order."""
    held = {one.column: at for at, one in enumerate(filters) if one.op == "eq" and one.value is not None}
    choices = [equal | {one, other} for one in held for other in held]
    choices += [equal | {name} for name in held]
    choices.append(equal)
    by = next((each for each in _narrowest(choices) if runs(table, each, order)), None)
    best = equal if by is None else by
    taken = {held[name] for name in best - equal}
    bounds = {at for at, one in enumerate(filters) if one.column == order and one.value is not None}
    for at in sorted(taken | bounds):
        mine = mine.where(condition_of(table, filters[at], at))
    rest = [condition_of(table, one, at) for at, one in enumerate(filters) if at not in taken | bounds]
    return Range(mine, table.c.id, (*left, *rest), by is not None, True, not best)


def _narrowest(choices: list[frozenset[str]]) -> list[frozenset[str]]:
    """With the most columns first; a state says least of a record, so that an index without it goes before."""
    return sorted(dict.fromkeys(choices), key=lambda each: (-len(each), "state" in each))


def narrowed(table: Table, one: Range, extra: Sequence[Condition] = ()) -> tuple[Select[Any], ColumnElement[str]]:
    """A range with everything that is left to ask. It keeps starting where it starts, and its order.

    What it gives are ids of records that are there: a NULL or dead pointer would take a place on the page.
    """
    ids, key = one.ids, one.key
    asked = [hidden(each) for each in (*one.left, *extra)]
    if one.own:
        return ids.where(*asked), key
    column: Any = key.__clause_element__() if hasattr(key, "__clause_element__") else key
    if column.table is table:  # a record that points to another of its own type: a wall between the two
        inner = ids.subquery()
        ids, key = select(inner.c[0]), inner.c[0]
    elif not asked and any(to.column.table is table for to in column.foreign_keys):
        return ids.where(key.is_not(None)), key
    return ids.where(exists().where(table.c.tenant_id == OWN, table.c.id == key, *asked)), key
