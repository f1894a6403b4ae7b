"""Lists of records: what an actor may see, page by page, along indexes.

A list is the UNION of the ranges of its :class:`Scope` (see ``ranges``), each run in the order of its own index and cut at the
page; never one condition with OR, which reads the whole tenant where nothing matches (measured at a million rows: 295 ms against
0.07). What a page costs depends on the page and not on how much there is:

- where an index serves the list with all its filters, just the page is read;
- else, where a filter's own index finds at most ``STEPS`` records, all of these are looked at and put in order;
- else at most ``STEPS`` records of each range are looked at, in order: a page can then have fewer rows than asked for, or none,
  and a cursor that goes on behind the last one looked at;
- an order that no index serves is made by sorting, of at most ``SORTED`` records: see :class:`TooMany`.

Rows are plain rows and not mapped objects: a list is read far more often than written.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import ColumnElement, CompoundSelect, Integer, Row, Select, and_, bindparam, func, or_, select, tuple_, union
from sqlalchemy.orm import Session

from steerco.store.base import Utc
from steerco.store.engine import cursors_of, tenant_of
from steerco.store.kept import Kept
from steerco.store.ranges import OWN, Branch, Filter, Range, Scope, condition_of, findable, hidden, narrowed, ranges

__all__ = ["BadCursor", "Branch", "Filter", "Order", "Page", "Scope", "TooMany", "count", "page", "visible"]

MOST = 1000
STEPS = 1000
"""How many records of a range a page looks at where no index tells which of them belong on it."""
SORTED = 10_000
"""How many records are put in an order that no index has."""


class BadCursor(ValueError):
    """The cursor belongs to another list (tenant, type, order or filters), or was not made here."""


class TooMany(ValueError):
    """More records than are sorted for one page; ``column`` is that of the order, which no index serves for this reader."""

    def __init__(self, column: str) -> None:
        super().__init__(f"more than {SORTED:,} records to sort by {column}: name a filter, or an order that has an index")
        self.column = column


@dataclass(frozen=True, slots=True)
class Order:
    """By which column, the id deciding between equals. Rows without a value come last, either way."""

    column: str = "id"
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """Rows with the columns asked for, by name; ``after`` is the cursor of the next page, ``None`` on the last."""

    rows: Sequence[Row[Any]] = field(default_factory=list)
    after: str | None = None


class Place(NamedTuple):
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
    plan = _plan(table, scope, order, filters)
    asking = _Asking(session, plan, tenant_of(session), filters)
    last = asking.open_cursor(after) if after is not None else None
    rows, stopped = asking.rows(tuple(columns), last, limit + 1)
    if len(rows) > limit:
        rows = rows[:limit]
        end = rows[-1]._mapping
        return Page(rows, asking.cursor(Place(None if order.column == "id" else end[order.column], end["id"])))
    return Page(rows, None if stopped is None else asking.cursor(stopped))


def count(session: Session, table: Any, scope: Scope, filters: Sequence[Filter] = (), at_most: int = MOST) -> tuple[int, bool]:
    """How many there are, counted no further than ``at_most`` nor than a page looks; and whether that is all of them."""
    asking = _Asking(session, _plan(table, scope, Order(), filters), tenant_of(session), filters)
    found, stopped = asking.count(at_most + 1)
    return min(found, at_most), found <= at_most and stopped is None


def visible(table: Any, tenant: int, scope: Scope) -> Select[Any] | CompoundSelect[Any] | None:
    """A select of every id in the scope, for exports and searches to build on; ``None`` where there can be none."""
    mine = [narrowed(table.__table__, one)[0].params(own=tenant) for one in ranges(table.__table__, scope, (), "id")]
    return union(*mine) if len(mine) > 1 else mine[0] if mine else None


_plans: Kept[Any, _Plan] = Kept(2048)
"""Plans by what they depend on. A plan keeps its scope: the address, which is part of the key, is then not given anew."""


def _plan(table: Any, scope: Scope, order: Order, filters: Sequence[Filter]) -> _Plan:
    key = (table, id(scope), order, tuple(one.shape for one in filters))
    return _plans.get(key) or _plans.put(key, _Plan(table, scope, order, filters))


def _python_type(column: ColumnElement[Any]) -> Any:
    return datetime if isinstance(column.type, Utc) else column.type.python_type


class _Plan:
    """How one list is found. What differs from page to page (tenant, cursor, limit, the filters' values) is bound, so that each
    statement is put together once.

    ``VALUED`` and ``LACKING`` are the two parts of an order by a column that may lack a value: rows without one come last.
    """

    WHOLE, VALUED, LACKING = 0, 1, 2
    MOST = bindparam("most", type_=Integer)

    def __init__(self, table: Any, scope: Scope, order: Order, filters: Sequence[Filter]) -> None:
        self.table, self.scope, self.order = table.__table__, scope, order
        self.filters = [Filter(one.column, one.op, None if one.value is None else ...) for one in filters]
        self.id = self.column("id")
        self.sort = self.column(order.column)
        self.by_id = order.column == "id"
        if _python_type(self.sort) not in (str, int, bool, date, datetime):
            raise ValueError(f"{order.column} has no order")
        for one in filters:
            self.column(one.column)
        self.ranges = ranges(self.table, scope, self.filters, order.column)
        self.exact = all(one.served and not one.left for one in self.ranges)
        self._made: dict[Any, Any] = {}

    def column(self, name: str) -> ColumnElement[Any]:
        """A column by name. Raises ``ValueError`` where the table has none.

        The table's own column and not the class's attribute: what an attribute carries along is compared anew at each
        execution of a cached statement (measured: five sixths of the time of a list of 26 columns).
        """
        found: ColumnElement[Any] | None = self.table.columns.get(name)
        if found is None:
            raise ValueError(f"{self.table.name} has no column {name!r}")
        return found

    @cached_property
    def parts(self) -> tuple[int, ...]:
        """The parts in which the list is read, in order."""
        if self.by_id or not self.sort.nullable:
            return (self.WHOLE,)
        kept = [one for one in self.filters if one.column == self.order.column]
        if not kept:
            return (self.VALUED, self.LACKING)
        return (self.LACKING,) if all(one.value is None for one in kept) else (self.VALUED,)

    @cached_property
    def finders(self) -> tuple[str, ...]:
        """The filtered columns by which an index may find few records."""
        if not self.scope.whole and self.scope.rows is None:
            return ()
        named = {one.column for one in self.filters if one.value is not None}
        return tuple(sorted(named & findable(self.table)))

    @cached_property
    def unserved(self) -> tuple[Range, ...]:
        """The ranges that must be sorted."""
        return tuple(one for one in self.ranges if not one.served)

    # Statements

    def made(self, *key: Any) -> Any:
        """The statement of that method with these arguments, put together once."""
        if key not in self._made:
            if len(self._made) > 64:
                self._made.clear()
            self._made[key] = getattr(self, key[0])(*key[1:])
        return self._made[key]

    def look(self, part: int, last: bool, count: bool) -> Select[Any] | None:
        """What is asked before a page: how many records each finder finds and how many there are to sort (``count``), counted no
        further than matters; then of each range with something left to ask, where ``STEPS`` records of it end."""
        asked: list[Any] = []
        if count:
            found = [self._found_by(name).order_by(self.column(name), self.id) for name in self.finders]
            asked += [self._counted(each, STEPS + 1) for each in found]
            asked += [self._counted(one.ids, SORTED + 1) for one in self.unserved]
        for one in self.ranges:
            if one.left and one.served:
                within = self._in(one.ids, one.key, part, last, until=False).limit(1).offset(STEPS - 1)
                # Inside a select of its own: SQLite 3.40 gives a row for OFFSET past the end of a DISTINCT that runs backwards.
                columns = [self.id] if self.by_id else [self.id, self.sort]
                end = (within.with_only_columns(*columns) if one.own else within).subquery()
                asked += [select(column).scalar_subquery() for column in end.c]
        return select(*(each.label(f"x{at}") for at, each in enumerate(asked))) if asked else None

    def _counted(self, ids: Select[Any], most: int) -> Any:
        return select(func.count()).select_from(ids.limit(most).subquery()).scalar_subquery()

    def _found_by(self, name: str) -> Select[Any]:
        mine = select(self.id).where(self.column("tenant_id") == OWN)
        return mine.where(*(condition_of(self.table, one, at) for at, one in self._on(name)))

    def _on(self, name: str) -> Iterator[tuple[int, Filter]]:
        return ((at, one) for at, one in enumerate(self.filters) if one.column == name and one.value is not None)

    def gathered(self, name: str, columns: tuple[str, ...], last: bool, lacking: bool) -> Select[Any]:
        """Of the few that a finder finds, those on the page. The limit within keeps a planner from starting elsewhere."""
        taken = {at for at, _ in self._on(name)}
        left = [condition_of(self.table, one, at) for at, one in enumerate(self.filters) if at not in taken]
        if not self.scope.whole and self.scope.rows is not None:
            left.append(self.scope.rows)
        ids = self._found_by(name).where(*(hidden(one) for one in left)).where(*(~hidden(one) for one in self.scope.deny))
        found = ids.with_only_columns(*self._wanted(columns)).limit(STEPS + 1).subquery()
        sort, id_ = found.c[self.order.column], found.c["id"]
        beyond = self._beyond(sort, id_, "last", lacking=lacking, either=True) if last else []
        first = [] if self.by_id else [(sort.desc() if self.order.descending else sort.asc()).nulls_last()]
        by = [*first, id_.desc() if self.order.descending else id_.asc()]
        return select(*found.c).where(*beyond).order_by(*by).limit(self.MOST)

    def listed(self, columns: tuple[str, ...], part: int, last: bool, until: bool) -> Select[Any] | None:
        """The rows of a part in order, ``most`` of them; ``None`` where the scope is empty."""
        wanted = self._wanted(columns)
        if not self.ranges:
            return None
        one = self.ranges[0]
        if len(self.ranges) == 1 and one.own and one.served and (one.whole or not self.by_id):
            ids, key = narrowed(self.table, one)
            return self._in(ids, key, part, last, until).with_only_columns(*wanted).limit(self.MOST)
        cut = [self._cut(one, part, last, until) for one in self.ranges]
        every = union(*(select(one.c[0]) for one in cut)) if len(cut) > 1 else select(cut[0].c[0])
        found = select(*wanted).where(self.column("tenant_id") == OWN, self.id.in_(every))
        if self.by_id:
            return found.order_by(*self._by(self.id, part)).limit(self.MOST)
        rows = found.limit(len(cut) * (MOST + 1)).subquery()  # the limit keeps a planner from walking along the order instead
        return select(*rows.c).order_by(*self._by(rows.c["id"], part, rows.c[self.order.column])).limit(self.MOST)

    def counted(self, last: bool, until: bool) -> Select[Any] | None:
        """How many the list has, ``most`` at most."""
        ids = self.listed(("id",), self.WHOLE, last, until)
        return None if ids is None else select(func.count()).select_from(ids.subquery())

    def counted_among(self, name: str) -> Select[Any]:
        """The same among the few that a finder finds."""
        return select(func.count()).select_from(self.gathered(name, ("id",), False, False).subquery())

    def _wanted(self, columns: tuple[str, ...]) -> list[ColumnElement[Any]]:
        return [self.column(name) for name in dict.fromkeys([*columns, self.order.column, "id"])]

    def _cut(self, one: Range, part: int, last: bool, until: bool) -> Any:
        """One range, no longer than the page: along its index, or sorted, where the number of its records allows it."""
        if one.own and one.left and self.by_id and not one.whole:
            # The index alone gives the ids, then the rows are looked at: else SQLite prefers to read the table in its own order.
            steps = self._in(one.ids, one.key, part, last, until).limit(STEPS).subquery()
            rows = select(self.id).where(self.column("tenant_id") == OWN, self.id.in_(select(steps.c[0])))
            rows = rows.where(*(hidden(each) for each in one.left))
            return rows.order_by(*self._by(self.id, part)).limit(self.MOST).subquery()
        ids, key = narrowed(self.table, one)
        if one.served:
            return self._in(ids, key, part, last, until).limit(self.MOST).subquery()
        few = (one.ids if one.own else ids).limit(SORTED + 1).subquery()
        mine = select(self.id, self.sort).where(self.column("tenant_id") == OWN, self.id.in_(select(few.c[0])))
        found = mine.where(*(hidden(each) for each in one.left if one.own)).limit(SORTED + 1).subquery()
        sort, id_ = found.c[self.order.column], found.c["id"]
        cut = select(id_).where(*self._part(sort, part), *self._span(sort, id_, part, last, until))
        return cut.order_by(*self._by(id_, part, sort)).limit(self.MOST).subquery()

    def _in(self, ids: Select[Any], key: Any, part: int, last: bool, until: bool) -> Select[Any]:
        """A range along its index, in a part, between two places."""
        within = ids.where(*self._part(self.sort, part), *self._span(self.sort, key, part, last, until))
        return within.order_by(*self._by(key, part))

    def _part(self, sort: Any, part: int) -> list[ColumnElement[bool]]:
        return [] if part == self.WHOLE else [sort.is_(None) if part == self.LACKING else sort.is_not(None)]

    def _span(self, sort: Any, key: Any, part: int, last: bool, until: bool) -> list[ColumnElement[bool]]:
        lacking = part == self.LACKING
        after = self._beyond(sort, key, "last", lacking=lacking) if last else []
        return after + ([~one for one in self._beyond(sort, key, "until", lacking=lacking)] if until else [])

    def _by(self, key: Any, part: int, sort: Any = None) -> list[Any]:
        columns = [key] if self.by_id else [self.sort if sort is None else sort, key]
        return [one.desc() if self.order.descending else one.asc() for one in columns]

    def _beyond(self, sort: Any, key: Any, place: str, *, lacking: bool, either: bool = False) -> list[ColumnElement[bool]]:
        """The condition of standing after a place; ``either``: whether the row has a value or lacks one."""
        ident = bindparam(f"{place}_id", type_=self.id.type)
        after = key < ident if self.order.descending else key > ident
        if self.by_id:
            return [after]
        if lacking:
            return [and_(sort.is_(None), after) if either else after]
        here, there = tuple_(sort, key), tuple_(bindparam(place, type_=self.sort.type), ident)
        further: ColumnElement[bool] = here < there if self.order.descending else here > there
        return [or_(further, sort.is_(None))] if either else [further]


class _Asking:
    """One list asked for: a plan, and the values that go into its statements."""

    def __init__(self, session: Session, plan: _Plan, tenant: int, filters: Sequence[Filter]) -> None:
        self.plan, self.tenant, self.filters = plan, tenant, filters
        self.connection, self.cursors = session.connection(), cursors_of(session)
        self.values = {f"filter_{at}": one.value for at, one in enumerate(filters) if one.value is not None} | {"own": tenant}

    def rows(self, columns: tuple[str, ...], last: Place | None, most: int) -> tuple[Sequence[Row[Any]], Place | None]:
        """At most ``most`` rows after a place, and where looking for more of them stopped, if it did before the end."""
        plan, rows = self.plan, list[Row[Any]]()
        lacking = last is not None and last.value is None and not plan.by_id
        for number, part in enumerate(part for part in plan.parts if not (lacking and part == plan.VALUED)):
            if number or (part == plan.LACKING and not lacking):
                last = None
            finder, until = self._look(part, last, count=not number)
            if finder is not None:
                return self._all(plan.made("gathered", finder, columns, last is not None, lacking), most, last), None
            statement = plan.made("listed", columns, part, last is not None, until is not None)
            rows += self._all(statement, most - len(rows), last, until) if statement is not None else []
            if until is not None or len(rows) >= most:
                return rows, until
        return rows, None

    def count(self, most: int) -> tuple[int, Place | None]:
        """How many there are, counted up to ``most``, and where counting stopped."""
        plan = self.plan
        finder, until = self._look(plan.WHOLE, None, count=True)
        statement = plan.made("counted_among", finder) if finder else plan.made("counted", False, until is not None)
        if statement is None:
            return 0, None
        return int(self.connection.scalar(statement, self._given(None, until) | {"most": most}) or 0), until

    def _all(self, statement: Any, most: int, last: Place | None, until: Place | None = None) -> Sequence[Row[Any]]:
        return self.connection.execute(statement, self._given(last, until) | {"most": most}).all()

    def _given(self, last: Place | None, until: Place | None) -> dict[str, Any]:
        given = dict(self.values)
        for name, place in (("last", last), ("until", until)):
            if place is not None:
                given |= {f"{name}_id": place.id, **({} if place.value is None else {name: place.value})}
        return given

    def _look(self, part: int, last: Place | None, *, count: bool) -> tuple[str | None, Place | None]:
        """The filtered column that finds the fewest records, where they are few; else how far a page may look: to where the first
        of the ranges that are looked at row by row has used up its steps. Raises :class:`TooMany`."""
        plan = self.plan
        statement = None if plan.exact else plan.made("look", part, last is not None, count)
        if statement is None:
            return None, None
        told = list(self.connection.execute(statement, self._given(last, None)).one())
        if count:
            found = dict(zip(plan.finders, told, strict=False))
            if found and min(found.values()) <= STEPS:
                return min(found, key=lambda name: found[name]), None
            many = len(found) + len(plan.unserved)
            if not plan.by_id and sum(told[len(found) : many]) > SORTED:
                raise TooMany(plan.order.column)
            told = told[many:]
        if plan.by_id:
            places = [Place(None, id) for id in told if id is not None]
        else:
            places = [Place(value, id) for id, value in zip(told[::2], told[1::2], strict=True) if id is not None]
        key = _id if plan.by_id or part == plan.LACKING else tuple
        return None, (max if plan.order.descending else min)(places, key=key, default=None)

    def cursor(self, place: Place) -> str:
        """The cursor of what stands after a place, which the reader may not be allowed to know: see ``cursors``."""
        return self.cursors.sealed(msgspec.msgpack.encode([place.value, place.id]), self._about())

    def open_cursor(self, cursor: str) -> Place:
        """What :meth:`cursor` put in. Raises :class:`BadCursor`."""
        try:
            value, ident = msgspec.msgpack.decode(self.cursors.opened(cursor, self._about()))
            return Place(msgspec.convert(value, self._value_type()), str(ident))
        except (msgspec.DecodeError, ValueError) as error:
            raise BadCursor("not a cursor of this list") from error

    def _value_type(self) -> Any:
        """The type of the order's values: a date travels as text."""
        return None if self.plan.by_id else _python_type(self.plan.sort) | None

    def _about(self) -> bytes:
        """The list: its tenant, type, order and filters."""
        order = self.plan.order
        filters = [(one.column, one.op, sorted(one.value) if one.op == "in" else one.value) for one in self.filters]
        return msgspec.msgpack.encode((2, self.tenant, str(self.plan.table.name), order.column, order.descending, filters))


def _id(place: Place) -> Any:
    return place.id
