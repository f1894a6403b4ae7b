"""Lists of records: return the visible records page by page, along indexes.

Pattern: keyset pagination over a UNION of index ranges (``ranges``), with a plan for each shape of list (``query_plans``). A
single condition with OR would read the whole tenant where nothing matches (measured at a million rows: 295 ms against 0.07).

Example::

    first = page(session, Task, scope, ("ref", "state"), limit=50, order=Order("due_on"), filters=[Filter("state", "eq", "open")])
    second = page(session, Task, scope, ("ref", "state"), after=first.after, limit=50, order=…, filters=…)

Rule: the cost of a page depends on the page, never on the number of records.

- If an index serves the list with all its filters, the page alone is read.
- Otherwise, if a filter's index finds at most ``FOUND`` records, all of them are read and sorted.
- Otherwise at most ``STEPS`` records of the whole table, or ``LOOKUPS`` of each range, are checked in order. Such a page may
  hold fewer rows than asked for, or none; its cursor continues after the last record that was checked.
- An order without an index, or by several columns, is sorted, for at most ``SORTED`` records (see :class:`TooMany`).

Rows are plain rows, not mapped objects, because lists are read far more often than written.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from types import GenericAlias
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import CompoundSelect, Row, Select, union
from sqlalchemy.orm import Session

from steerco.store.prepared_select import Prepared
from steerco.store.query_plans import MOST, Last, QueryPlan, TooMany, plan_of, python_type
from steerco.store.ranges import Branch, Filter, Scope, narrowed, ranges
from steerco.store.sessions import cursors_of, tenant_of
from steerco.store.sort_keys import Order

__all__ = ["BadCursor", "Branch", "Filter", "Order", "Page", "Scope", "TooMany", "count", "page", "visible"]


class BadCursor(ValueError):
    """The cursor belongs to another list (tenant, type, order or filters), or was not made here."""


@dataclass(frozen=True, slots=True)
class Page:
    """Rows with the requested columns, by name. ``after`` is the cursor of the next page, ``None`` on the last one."""

    rows: Sequence[Row[Any]] = field(default_factory=list)
    after: str | None = None


class ListPosition(NamedTuple):
    """A position in a list: the value of the order's column and an id.

    ``value`` is None among the rows without a value, and in a list ordered by id; of an order by several columns it is a tuple.
    """

    value: Any
    id: str


def page(
    session: Session,
    table: Any,
    scope: Scope,
    columns: Sequence[str],
    after: str | None = None,
    limit: int = 50,
    order: Order = Order(),
    filters: Sequence[Filter] = (),
) -> Page:
    """Return one page of the records of ``table`` (a mapped class) in ``scope``.

    ``columns`` names the columns to return; the id and the order's column come with them. ``after`` is the cursor of the page
    before. ``limit`` is the number of rows, 1 to 1000. All pages together give the whole list without a gap or a repeat,
    unless somebody writes in between. Only the last page has no cursor.

    Raises :class:`BadCursor`, :class:`TooMany`, and ``ValueError`` for a limit out of range or an unknown column.
    """
    if not 1 <= limit <= MOST:
        raise ValueError(f"limit must be 1 to {MOST}")
    plan = plan_of(table, scope, order, filters)
    asking = Asking(session, plan, tenant_of(session), filters)
    last = asking.open_cursor(after) if after is not None else None
    rows, stopped = asking.rows(tuple(columns), last, limit + 1)
    if len(rows) > limit:
        rows = rows[:limit]
        return Page(rows, asking.cursor(asking.position(rows[-1]._mapping)))
    return Page(rows, None if stopped is None else asking.cursor(stopped))


def count(session: Session, table: Any, scope: Scope, filters: Sequence[Filter] = (), at_most: int = MOST) -> tuple[int, bool]:
    """Return the number of records, counted up to ``at_most`` and no further than a page looks, and whether that is all."""
    asking = Asking(session, plan_of(table, scope, Order(), filters), tenant_of(session), filters)
    counted, stopped = asking.count(at_most + 1)
    return min(counted, at_most), counted <= at_most and stopped is None


def visible(table: Any, tenant: int, scope: Scope) -> Select[Any] | CompoundSelect[Any] | None:
    """Return a select of every id in the scope, for exports and searches; ``None`` if the scope is empty."""
    mine = [narrowed(table.__table__, span)[0].params(own=tenant) for span in ranges(table.__table__, scope, (), "id")]
    return union(*mine) if len(mine) > 1 else mine[0] if mine else None


class Asking:
    """One request for a list: its plan, and the values for the plan's statements."""

    def __init__(self, session: Session, plan: QueryPlan, tenant: int, filters: Sequence[Filter]) -> None:
        self.plan, self.tenant, self.filters = plan, tenant, filters
        self.connection, self.cursors = session.connection(), cursors_of(session)
        self.values = {f"filter_{at}": criterion.value for at, criterion in enumerate(filters) if criterion.value is not None} | {
            "own": tenant
        }

    def rows(
        self, columns: tuple[str, ...], last: ListPosition | None, most: int
    ) -> tuple[Sequence[Row[Any]], ListPosition | None]:
        """Return at most ``most`` rows after ``last``, and the position where the search stopped before the end, if it did."""
        plan, rows = self.plan, list[Row[Any]]()
        begun = self._lacking(last)
        lacking = last is not None and last.value is None and not plan.by_id
        finder, alive = self._tallied()
        if finder is not None:
            return self._all(plan.made("gathered", finder, columns, begun, lacking), most, last), None
        for number, part in enumerate(part for part in plan.parts if not (lacking and part == plan.VALUED)):
            if number or (part == plan.LACKING and not lacking):
                last = begun = None
            until = self._until(part, last, alive)
            statement = plan.made("listed", columns, part, begun, until is not None, alive)
            rows += self._all(statement, most - len(rows), last, until)
            if until is not None or len(rows) >= most:
                return rows, until
        return rows, None

    def count(self, most: int) -> tuple[int, ListPosition | None]:
        """Return the number of records, counted up to ``most``, and the position where counting stopped."""
        plan = self.plan
        finder, alive = self._tallied()
        until = None if finder else self._until(plan.WHOLE, None, alive)
        statement = plan.made("counted_among", finder) if finder else plan.made("counted", until is not None, alive)
        if statement is None:
            return 0, None
        return int(self._all(statement, most, None, until)[0][0]), until

    def position(self, row: Any) -> ListPosition:
        """Return the position of a row."""
        order = self.plan.order
        if order.then:
            return ListPosition(tuple(row[name] for name, _ in order.keys), row["id"])
        return ListPosition(None if self.plan.by_id else row[order.column], row["id"])

    def _lacking(self, last: ListPosition | None) -> Last:
        """Return for each key of the order whether a position has no value in it."""
        if last is None:
            return None
        return tuple(value is None for value in last.value) if self.plan.order.then else (last.value is None,)

    def _all(
        self, statement: Prepared | None, most: int, last: ListPosition | None, until: ListPosition | None = None
    ) -> Sequence[Row[Any]]:
        if statement is None:  # the scope is empty
            return []
        return statement.all(self.connection, self._given(last, until) | {"most": most})

    def _given(self, last: ListPosition | None, until: ListPosition | None) -> dict[str, Any]:
        values = dict(self.values)
        for name, place in (("last", last), ("until", until)):
            if place is not None:
                several = {f"{name}_{at}": value for at, value in enumerate(place.value)} if self.plan.order.then else {}
                own = {f"{name}_id": place.id, **(several or {name: place.value})}
                values |= {key: value for key, value in own.items() if value is not None}
        return values

    def _tallied(self) -> tuple[str | None, tuple[int, ...]]:
        """Return the filtered column that finds few records, if one does, and the numbers of the ranges that are not empty.

        Raises :class:`TooMany`.
        """
        plan = self.plan
        statement = None if plan.exact else plan.made("tally")
        if statement is None:
            return None, plan.every
        tallied = statement.all(self.connection, self._given(None, None))[0]
        return plan.finder(tallied), plan.alive(tallied)

    def _until(self, part: int, last: ListPosition | None, alive: tuple[int, ...]) -> ListPosition | None:
        """Return the position at which a page stops: where the first range that is checked row by row has used up its steps."""
        plan = self.plan
        statement = None if plan.exact else plan.made("ends", part, last is not None, alive)
        if statement is None:
            return None
        ends = statement.all(self.connection, self._given(last, None))[0]
        if plan.by_id:
            places = [ListPosition(None, id) for id in ends if id is not None]
        else:
            places = [ListPosition(ends[at + 1], ends[at]) for at in range(0, len(ends), 2) if ends[at] is not None]
        key = _id if plan.by_id or part == plan.LACKING else tuple
        return (max if plan.order.descending else min)(places, key=key, default=None)

    def cursor(self, place: ListPosition) -> str:
        """Return the cursor of the rows after ``place``. It is sealed: the reader may not see that record (``cursors``)."""
        return self.cursors.sealed(msgspec.msgpack.encode([place.value, place.id]), self._about())

    def open_cursor(self, cursor: str) -> ListPosition:
        """Return the position in a cursor of this list. Raises :class:`BadCursor`."""
        try:
            value, ident = msgspec.msgpack.decode(self.cursors.opened(cursor, self._about()))
            return ListPosition(msgspec.convert(value, self._value_type()), str(ident))
        except (msgspec.DecodeError, ValueError) as error:
            raise BadCursor("not a cursor of this list") from error

    def _value_type(self) -> Any:
        """Return the type of the order's values. The cursor holds a date as text."""
        if self.plan.order.then:
            return GenericAlias(tuple, tuple(python_type(key) | None for key in self.plan.keys.values()))
        return None if self.plan.by_id else python_type(self.plan.sort) | None

    def _about(self) -> bytes:
        """Return the identity of the list: its tenant, type, order and filters."""
        order = self.plan.order
        filters = [
            (criterion.column, criterion.op, sorted(criterion.value) if criterion.op == "in" else criterion.value)
            for criterion in self.filters
        ]
        of = [str(self.plan.table.name), *self.plan.scope.held]
        return msgspec.msgpack.encode((4, self.tenant, of, order.keys, filters))


def _id(place: ListPosition) -> Any:
    return place.id
