"""Lists of records: what an actor may see, page by page, along indexes.

A list is the UNION of the ranges of its :class:`Scope` (see ``ranges``), each run in the order of its own index and cut at the
page; never one condition with OR, which reads the whole tenant where nothing matches (measured at a million rows: 295 ms against
0.07). What a page costs depends on the page and not on how much there is:

- where an index serves the list with all its filters, just the page is read;
- else, where a filter's own index finds at most ``FOUND`` records, all of these are looked at and put in order;
- else at most ``STEPS`` records of the whole, or ``LOOKUPS`` of each range, are looked at, in order (ranges without any are
  left out before): a page can then have fewer rows than asked for, or none, and a cursor that goes on behind the last one it
  looked at;
- an order that no index serves is made by sorting, of at most ``SORTED`` records: see :class:`TooMany`.

Rows are plain rows and not mapped objects: a list is read far more often than written.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import CompoundSelect, Row, Select, union
from sqlalchemy.orm import Session

from steerco.store.engine import cursors_of, tenant_of
from steerco.store.prepared_select import Prepared
from steerco.store.query_plans import MOST, Order, QueryPlan, TooMany, plan_of, python_type
from steerco.store.ranges import Branch, Filter, Scope, narrowed, ranges

__all__ = ["BadCursor", "Branch", "Filter", "Order", "Page", "Scope", "TooMany", "count", "page", "visible"]


class BadCursor(ValueError):
    """The cursor belongs to another list (tenant, type, order or filters), or was not made here."""


@dataclass(frozen=True, slots=True)
class Page:
    """Rows with the columns asked for, by name; ``after`` is the cursor of the next page, ``None`` on the last."""

    rows: Sequence[Row[Any]] = field(default_factory=list)
    after: str | None = None


class ListPosition(NamedTuple):
    """Where a list stands: the value of the order's column (None: among the rows without one, or in the order of ids) and an
    id."""

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
    """One page of the records of ``table`` (a mapped class) in ``scope``.

    ``columns``: names of the columns wanted; id and the order's column come too. ``limit``: rows, 1 to 1000. All pages
    together are the whole list without a gap or a repeat, as long as nothing is written between them; only the last one has no
    cursor. Raises :class:`BadCursor`, :class:`TooMany`, and ``ValueError`` for a limit or a column that the table does not have.
    """
    if not 1 <= limit <= MOST:
        raise ValueError(f"limit must be 1 to {MOST}")
    plan = plan_of(table, scope, order, filters)
    asking = Asking(session, plan, tenant_of(session), filters)
    last = asking.open_cursor(after) if after is not None else None
    rows, stopped = asking.rows(tuple(columns), last, limit + 1)
    if len(rows) > limit:
        rows = rows[:limit]
        end = rows[-1]._mapping
        return Page(rows, asking.cursor(ListPosition(None if order.column == "id" else end[order.column], end["id"])))
    return Page(rows, None if stopped is None else asking.cursor(stopped))


def count(session: Session, table: Any, scope: Scope, filters: Sequence[Filter] = (), at_most: int = MOST) -> tuple[int, bool]:
    """How many there are, counted no further than ``at_most`` nor than a page looks; and whether that is all of them."""
    asking = Asking(session, plan_of(table, scope, Order(), filters), tenant_of(session), filters)
    counted, stopped = asking.count(at_most + 1)
    return min(counted, at_most), counted <= at_most and stopped is None


def visible(table: Any, tenant: int, scope: Scope) -> Select[Any] | CompoundSelect[Any] | None:
    """A select of every id in the scope, for exports and searches to build on; ``None`` where there can be none."""
    mine = [narrowed(table.__table__, span)[0].params(own=tenant) for span in ranges(table.__table__, scope, (), "id")]
    return union(*mine) if len(mine) > 1 else mine[0] if mine else None


class Asking:
    """One list asked for: a plan, and the values that go into its statements."""

    def __init__(self, session: Session, plan: QueryPlan, tenant: int, filters: Sequence[Filter]) -> None:
        self.plan, self.tenant, self.filters = plan, tenant, filters
        self.connection, self.cursors = session.connection(), cursors_of(session)
        self.values = {f"filter_{at}": criterion.value for at, criterion in enumerate(filters) if criterion.value is not None} | {
            "own": tenant
        }

    def rows(
        self, columns: tuple[str, ...], last: ListPosition | None, most: int
    ) -> tuple[Sequence[Row[Any]], ListPosition | None]:
        """At most ``most`` rows after a place, and where looking for more of them stopped, if it did before the end."""
        plan, rows = self.plan, list[Row[Any]]()
        lacking = last is not None and last.value is None and not plan.by_id
        finder, alive = self._tallied()
        if finder is not None:
            return self._all(plan.made("gathered", finder, columns, last is not None, lacking), most, last), None
        for number, part in enumerate(part for part in plan.parts if not (lacking and part == plan.VALUED)):
            if number or (part == plan.LACKING and not lacking):
                last = None
            until = self._until(part, last, alive)
            statement = plan.made("listed", columns, part, last is not None, until is not None, alive)
            rows += self._all(statement, most - len(rows), last, until)
            if until is not None or len(rows) >= most:
                return rows, until
        return rows, None

    def count(self, most: int) -> tuple[int, ListPosition | None]:
        """How many there are, counted up to ``most``, and where counting stopped."""
        plan = self.plan
        finder, alive = self._tallied()
        until = None if finder else self._until(plan.WHOLE, None, alive)
        statement = plan.made("counted_among", finder) if finder else plan.made("counted", until is not None, alive)
        if statement is None:
            return 0, None
        return int(self._all(statement, most, None, until)[0][0]), until

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
                values |= {f"{name}_id": place.id, **({} if place.value is None else {name: place.value})}
        return values

    def _tallied(self) -> tuple[str | None, tuple[int, ...]]:
        """The filtered column that finds the fewest records, where they are few; and the ranges that have any. Raises
        :class:`TooMany`."""
        plan = self.plan
        statement = None if plan.exact else plan.made("tally")
        if statement is None:
            return None, plan.every
        tallied = statement.all(self.connection, self._given(None, None))[0]
        return plan.finder(tallied), plan.alive(tallied)

    def _until(self, part: int, last: ListPosition | None, alive: tuple[int, ...]) -> ListPosition | None:
        """How far a page may look: to where the first of the ranges that are looked at row by row has used up its steps."""
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
        """The cursor of what stands after a place, which the reader may not be allowed to know: see ``cursors``."""
        return self.cursors.sealed(msgspec.msgpack.encode([place.value, place.id]), self._about())

    def open_cursor(self, cursor: str) -> ListPosition:
        """What :meth:`cursor` put in. Raises :class:`BadCursor`."""
        try:
            value, ident = msgspec.msgpack.decode(self.cursors.opened(cursor, self._about()))
            return ListPosition(msgspec.convert(value, self._value_type()), str(ident))
        except (msgspec.DecodeError, ValueError) as error:
            raise BadCursor("not a cursor of this list") from error

    def _value_type(self) -> Any:
        """The type of the order's values: a date travels as text."""
        return None if self.plan.by_id else python_type(self.plan.sort) | None

    def _about(self) -> bytes:
        """The list: its tenant, type, order and filters."""
        order = self.plan.order
        filters = [
            (criterion.column, criterion.op, sorted(criterion.value) if criterion.op == "in" else criterion.value)
            for criterion in self.filters
        ]
        return msgspec.msgpack.encode((2, self.tenant, str(self.plan.table.name), order.column, order.descending, filters))


def _id(place: ListPosition) -> Any:
    return place.id
