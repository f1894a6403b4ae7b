"""Index ranges: split a scope into selects that each run along one index.

Pattern: a union of index ranges instead of one condition with OR. A :class:`Scope` becomes one :class:`Range` for each body
and each branch, and filters narrow every range.

Example: a member sees the records of body ``council`` and the tasks assigned to seat ``s3``. A list of tasks with
``state = "open"`` becomes two ranges: ``(tenant_id, body, state, id)`` with body and state held equal, and
``(tenant_id, assignee, id)`` with the condition on the state in ``left`` if no index holds both.

Rules:

- A range is ``served`` if an index gives it in the list's order. A served range stops at the end of the page.
- Conditions without an index (a filter, a ban) stay in ``left``. The list checks them row by row, for a bounded number of
  rows.
- :func:`hidden` wraps such a condition, so that no planner leaves our index to search along it.
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
"""The tenant as a bound parameter: one prepared statement serves all tenants."""
Condition = ColumnElement[bool]


class Branch(NamedTuple):
    """Records that one relation gives. A plain pair of the first two fields is enough.

    ``ids`` selects their ids, of one tenant; ``key`` is the column in whose order it runs; ``condition`` is a further
    condition on the record's own table (its body, say).
    """

    ids: Select[Any]
    key: ColumnElement[str]
    condition: Condition | None = None


@dataclass(frozen=True, slots=True)
class Scope:
    """The records that a reader may see: all (``whole``), or those of ``bodies`` and ``branches``, less the denied ones.

    ``deny`` holds conditions on the record's table; an unknown condition (NULL) denies nothing. ``rows`` states ``bodies`` and
    ``branches`` as one condition, for lists that a filter finds; without it, only the branches find records. ``held`` are columns
    that every record of the list holds equal, in a table of several types: each range begins with them.
    """

    whole: bool = False
    bodies: frozenset[str] = frozenset()
    branches: Sequence[Branch | tuple[Select[Any], ColumnElement[str]]] = ()
    deny: Sequence[Condition] = ()
    rows: Condition | None = None
    held: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Filter:
    """A condition on one declared column. ``value``: of the column's type; ``in`` takes a sequence, ``eq`` also ``None``."""

    column: str
    op: Literal["eq", "in", "gte", "lte"]
    value: Any

    @property
    def shape(self) -> tuple[str, str, bool]:
        """Return the part of the filter that shapes the statement. The value itself is bound."""
        return self.column, self.op, self.value is None


class Range(NamedTuple):
    """One way into a scope: ``ids`` in the order of ``key``, and the conditions ``left`` to check on each row.

    ``served``: an index gives the range in the list's order. ``own``: it runs over the record's own table; ``whole``: over
    all of that table.
    """

    ids: Select[Any]
    key: ColumnElement[str]
    left: tuple[Condition, ...]
    served: bool
    own: bool
    whole: bool = False


@cache
def served(table: Table) -> frozenset[tuple[frozenset[str], str]]:
    """Return (columns held equal, column of the order) for every index range of a table of records."""
    index_ranges: set[tuple[frozenset[str], str]] = {(frozenset(), "id"), (frozenset({"id"}), "id")}
    for index in table.indexes:
        names = [column.name for column in index.columns]
        if names[0] == "tenant_id" and names[-1] == "id":
            index_ranges.add((frozenset(names[1:-1]), "id"))
            index_ranges.add((frozenset(names[1:-2]), names[-2]))
        if index.unique and names[0] == "tenant_id":
            index_ranges.add((frozenset(names[1:]), "id"))
    for constraint in table.constraints:
        if isinstance(constraint, UniqueConstraint) and constraint.columns[0].name == "tenant_id":
            index_ranges.add((frozenset(column.name for column in constraint.columns if column.name != "tenant_id"), "id"))
    return frozenset(index_ranges)


@cache
def findable(table: Table) -> frozenset[str]:
    """Return the columns by which an index finds records; of a table of several types, those after the type."""
    indexed = [index.columns for index in table.indexes]
    indexed += [constraint.columns for constraint in table.constraints if isinstance(constraint, UniqueConstraint)]
    apart = _apart(table)
    found = [[column.name for column in columns if column.name not in apart] for columns in indexed]
    return frozenset({"id", *(names[1] for names in found if len(names) > 1 and names[0] == "tenant_id")})


def _apart(table: Table) -> frozenset[str]:
    """Return the column that tells the types of a shared table apart, if it is one."""
    return frozenset(column.name for column in table.columns if column.info.get("apart"))


def runs(table: Table, equal: frozenset[str], order: str) -> bool:
    """Return whether an index gives the records with the ``equal`` columns fixed, in the order of ``order`` and the id."""
    return (equal, "id" if order in equal else order) in served(table)


def hidden(condition: Condition) -> Condition:
    """Return the condition in a form along which no planner searches. Unknown (NULL) becomes false."""
    return func.coalesce(condition, false())


def condition_of(table: Table, criterion: Filter, at: int) -> Condition:
    """Return a filter as a condition. Its value is bound as ``filter_<at>``."""
    column: Column[Any] = table.columns[criterion.column]
    if criterion.op == "in":
        return column.in_(bindparam(f"filter_{at}", expanding=True, type_=column.type))
    if criterion.op == "eq" and criterion.value is None:
        return column.is_(None)
    value = bindparam(f"filter_{at}", type_=column.type)
    compared: Condition = (
        column == value if criterion.op == "eq" else column >= value if criterion.op == "gte" else column <= value
    )
    return compared


def ranges(table: Table, scope: Scope, filters: Sequence[Filter], order: str) -> list[Range]:
    """Return the ranges of a scope, narrowed by filters, for a list in this order."""
    bans = tuple(not_(hidden(ban)) for ban in scope.deny)
    held = tuple(table.c[column] == value for column, value in scope.held)
    shared = frozenset(column for column, _ in scope.held)
    mine = select(table.c.id).where(table.c.tenant_id == OWN, *held)
    if scope.whole:
        return [_along(table, mine, shared, bans, filters, order)]
    spans = []
    for body in sorted(scope.bodies):
        spans.append(_along(table, mine.where(table.c.body == body), shared | {"body"}, bans, filters, order))
    for branch in (Branch(*pair) for pair in scope.branches):
        left = bans if branch.condition is None else (*bans, branch.condition)
        spans.append(_of_branch(table, branch, left, filters, order, held))
    return spans


def _of_branch(
    table: Table,
    branch: Branch,
    left: tuple[Condition, ...],
    filters: Sequence[Filter],
    order: str,
    held: tuple[Condition, ...] = (),
) -> Range:
    key: Any = branch.key
    column = key.__clause_element__() if hasattr(key, "__clause_element__") else key
    if column.table is table and column.name == "id":
        equal, others = _equalities(branch.ids.where(*held))
        searched = any(isinstance(condition, BinaryExpression) and condition.operator is operators.in_op for condition in others)
        if not searched and runs(table, frozenset(equal), "id"):
            mine = select(table.c.id).where(*equal.values(), table.c.tenant_id == OWN)
            return _along(table, mine, frozenset(equal), (*left, *others), filters, order)
        left = (*left, *held)
    conditions = (*left, *(condition_of(table, criterion, at) for at, criterion in enumerate(filters)))
    return Range(branch.ids, key, conditions, order == "id", column.table is table and column.name == "id")


def _equalities(ids: Select[Any]) -> tuple[dict[str, Condition], list[Condition]]:
    """Return the columns that a select fixes to a value (without ``tenant_id``), and its other conditions."""
    equal: dict[str, Condition] = {}
    others: list[Condition] = []
    clause: Any = ids.whereclause
    for condition in getattr(clause, "clauses", [clause]):
        left = getattr(condition, "left", None)
        if isinstance(condition, BinaryExpression) and condition.operator is operators.eq and isinstance(left, Column):
            equal[left.name] = condition
        else:
            others.append(condition)
    equal.pop("tenant_id", None)
    return equal, others


def _along(
    table: Table, mine: Select[Any], equal: frozenset[str], left: tuple[Condition, ...], filters: Sequence[Filter], order: str
) -> Range:
    """Return a range of the table itself. It absorbs the filters for which an index in the list's order exists."""
    equals = {
        criterion.column: at for at, criterion in enumerate(filters) if criterion.op == "eq" and criterion.value is not None
    }
    choices = [equal | {first, second} for first in equals for second in equals]
    choices += [equal | {name} for name in equals]
    choices.append(equal)
    by = next((columns for columns in _narrowest(choices) if runs(table, columns, order)), None)
    best = equal if by is None else by
    used = {equals[name] for name in best - equal}
    bounds = {at for at, criterion in enumerate(filters) if criterion.column == order and criterion.value is not None}
    for at in sorted(used | bounds):
        mine = mine.where(condition_of(table, filters[at], at))
    rest = [condition_of(table, criterion, at) for at, criterion in enumerate(filters) if at not in used | bounds]
    return Range(mine, table.c.id, (*left, *rest), by is not None, True, best <= _apart(table))


def _narrowest(choices: list[frozenset[str]]) -> list[frozenset[str]]:
    """Return the choices with the most columns first. An index without ``state`` goes first, since a state selects least."""
    return sorted(dict.fromkeys(choices), key=lambda columns: (-len(columns), "state" in columns))


def narrowed(table: Table, span: Range, extra: Sequence[Condition] = ()) -> tuple[Select[Any], ColumnElement[str]]:
    """Return a range with its remaining conditions and ``extra``, and its key. Its index and its order stay the same.

    It gives only ids of existing records: a NULL or dead pointer would take a place on the page.
    """
    ids, key = span.ids, span.key
    conditions = [hidden(condition) for condition in (*span.left, *extra)]
    if span.own:
        return ids.where(*conditions), key
    column: Any = key.__clause_element__() if hasattr(key, "__clause_element__") else key
    if column.table is table:  # a record that points to another of its own type: a wall between the two
        inner = ids.subquery()
        ids, key = select(inner.c[0]), inner.c[0]
    elif not conditions and any(to.column.table is table for to in column.foreign_keys):
        return ids.where(key.is_not(None)), key
    return ids.where(exists().where(table.c.tenant_id == OWN, table.c.id == key, *conditions)), key
