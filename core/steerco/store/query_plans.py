"""Query plans: the index ranges of one list, and its prepared statements.

A plan depends on the record type, the scope, the order and the shape of the filters, never on the data. So each plan and its
statements are built once and cached. Tenant, cursor, limit and filter values differ from page to page, and are bound.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, and_, bindparam, func, or_, select, tuple_, union

from steerco.store.base import Utc
from steerco.store.lru_cache import LRUCache, Same
from steerco.store.prepared_select import Prepared
from steerco.store.ranges import OWN, Filter, Range, Scope, condition_of, findable, hidden, narrowed, ranges
from steerco.store.sort_keys import Order, beyond, sorted_by

MOST = 1000
"""The largest number of rows on a page."""
FOUND = 1000
"""The largest number of records found by a filter's index that a page reads as a whole."""
STEPS = 1000
"""The number of neighbouring records that a page checks where no index tells which of them belong on it."""
LOOKUPS = 200
"""The same for a range whose records lie apart and are looked up by id, which takes several times as long."""
SORTED = 10_000
"""The largest number of records that a page sorts where no index has the order."""


Last = tuple[bool, ...] | None
"""Of the position after which a page begins: for each key whether it has no value there. None: the page is the first."""


class TooMany(ValueError):
    """The list has too many records to sort for one page. ``columns`` are the order's, which no index serves here."""

    def __init__(self, order: Order) -> None:
        self.columns = tuple(name for name, _ in order.keys)
        super().__init__(f"more than {SORTED:,} records to sort by {', '.join(self.columns)}")


class QueryPlan:
    """The plan of one list.

    An order by a nullable column has two parts: ``VALUED``, then ``LACKING`` (the rows without a value).
    """

    WHOLE, VALUED, LACKING = 0, 1, 2
    MOST = bindparam("most", type_=Integer)

    def __init__(self, table: Any, scope: Scope, order: Order, filters: Sequence[Filter]) -> None:
        self.table, self.scope, self.order = table.__table__, scope, order
        self.filters = [Filter(criterion.column, criterion.op, None if criterion.value is None else ...) for criterion in filters]
        self.id = self.column("id")
        self.sort = self.column(order.column)
        self.by_id = order.column == "id"
        self.keys = {name: self.column(name) for name, _ in order.keys}
        if odd := [name for name, key in self.keys.items() if python_type(key) not in (str, int, bool, date, datetime)]:
            raise ValueError(f"{odd[0]} has no order")
        for criterion in filters:
            self.column(criterion.column)
        self.ranges = ranges(self.table, scope, self.filters, order.column)
        if order.then:  # whatever index has the first key, the others are sorted
            self.ranges = [span._replace(served=False) for span in self.ranges]
        self.exact = all(span.served and not span.left for span in self.ranges)
        self._made: dict[Any, Prepared | None] = {}

    def column(self, name: str) -> ColumnElement[Any]:
        """Return the table's column of that name. Raises ``ValueError`` if there is none.

        It is not the class's attribute, whose annotations are compared anew at each execution of a cached statement
        (measured: five sixths of the time of a list of 26 columns).
        """
        column: ColumnElement[Any] | None = self.table.columns.get(name)
        if column is None:
            raise ValueError(f"{self.table.name} has no column {name!r}")
        return column

    @cached_property
    def parts(self) -> tuple[int, ...]:
        """Return the parts in which the list is read, in order."""
        if self.by_id or self.order.then or not self.sort.nullable:
            return (self.WHOLE,)
        on_order = [criterion for criterion in self.filters if criterion.column == self.order.column]
        if not on_order:
            return (self.VALUED, self.LACKING)
        return (self.LACKING,) if all(criterion.value is None for criterion in on_order) else (self.VALUED,)

    @cached_property
    def finders(self) -> tuple[str, ...]:
        """Return the filtered columns whose index may find few records."""
        if not self.scope.whole and self.scope.rows is None:
            return ()
        valued = {criterion.column for criterion in self.filters if criterion.value is not None}
        return tuple(sorted(valued & findable(self.table)))

    @cached_property
    def unserved(self) -> tuple[Range, ...]:
        """Return the ranges that must be sorted."""
        return tuple(span for span in self.ranges if not span.served)

    # Statements

    def made(self, *key: Any) -> Prepared | None:
        """Return the prepared statement of the method ``key[0]`` with the arguments ``key[1:]``, built once, or ``None``."""
        if key not in self._made:
            if len(self._made) > 64:
                self._made.clear()
            statement = getattr(self, key[0])(*key[1:])
            self._made[key] = None if statement is None else Prepared(statement)
        return self._made[key]

    def tally(self) -> Select[Any] | None:
        """Return the statement that precedes a page, or ``None``.

        It counts the records of each finder and of each range to sort, no further than matters. Of every other range it asks
        whether it is empty, since the planning of a union costs by its members.
        """
        finds = [self._found_by(name).order_by(self.column(name), self.id) for name in self.finders]
        counts: list[Any] = [self._counted(expression, FOUND + 1) for expression in finds]
        counts += [self._counted(span.ids, SORTED + 1) for span in self.unserved]
        if len(self.ranges) > 1:
            counts += [span.ids.exists() for span in self.ranges if span.served]
        return select(*(expression.label(f"x{at}") for at, expression in enumerate(counts))) if counts else None

    def ends(self, part: int, last: bool, alive: tuple[int, ...]) -> Select[Any] | None:
        """Return the statement for the position at which a page stops in each ``alive`` range with conditions left."""
        places: list[Any] = []
        for span in self._among(alive):
            if span.left and span.served:
                within = self._in(span.ids, span.key, part, last, until=False).limit(1).offset(_steps(span) - 1)
                # Inside a select of its own: SQLite 3.40 gives a row for OFFSET past the end of a DISTINCT that runs backwards.
                columns = [self.id] if self.by_id else [self.id, self.sort]
                end = (within.with_only_columns(*columns) if span.own else within).subquery()
                places += [select(column).scalar_subquery() for column in end.c]
        return select(*(place.label(f"x{at}") for at, place in enumerate(places))) if places else None

    def finder(self, tallied: Sequence[Any]) -> str | None:
        """Return the filtered column that finds the fewest records, if they are few. ``tallied``: the row of :meth:`tally`.

        Raises :class:`TooMany`.
        """
        counts = dict(zip(self.finders, tallied, strict=False))
        if counts and min(counts.values()) <= FOUND:
            return min(counts, key=lambda name: counts[name])
        if not self.by_id and sum(tallied[len(counts) : len(counts) + len(self.unserved)]) > SORTED:
            raise TooMany(self.order)
        return None

    def alive(self, tallied: Sequence[Any]) -> tuple[int, ...]:
        """Return the numbers of the ranges that are not empty. ``tallied``: the row of :meth:`tally`."""
        counted = tallied[len(self.finders) :]
        if len(self.ranges) == 1:
            return self.every if not self.unserved or counted[0] else ()
        order = sorted(self.every, key=lambda at: self.ranges[at].served)  # those to sort were counted first
        return tuple(sorted(at for at, has in zip(order, counted, strict=True) if has))

    @cached_property
    def every(self) -> tuple[int, ...]:
        """Return the numbers of all ranges."""
        return tuple(range(len(self.ranges)))

    def _among(self, alive: tuple[int, ...]) -> list[Range]:
        return [self.ranges[at] for at in alive]

    def _counted(self, ids: Select[Any], most: int) -> Any:
        return select(func.count()).select_from(ids.limit(most).subquery()).scalar_subquery()

    def _found_by(self, name: str) -> Select[Any]:
        held = [self.column(name) == value for name, value in self.scope.held]
        mine = select(self.id).where(self.column("tenant_id") == OWN, *held)
        return mine.where(*(condition_of(self.table, criterion, at) for at, criterion in self._on(name)))

    def _on(self, name: str) -> Iterator[tuple[int, Filter]]:
        return (
            (at, criterion)
            for at, criterion in enumerate(self.filters)
            if criterion.column == name and criterion.value is not None
        )

    def gathered(self, name: str, columns: tuple[str, ...], last: Last, lacking: bool) -> Select[Any]:
        """Return the page among the few records of a finder. The inner limit keeps a planner from starting elsewhere."""
        bound = {at for at, _ in self._on(name)}
        conditions = [condition_of(self.table, criterion, at) for at, criterion in enumerate(self.filters) if at not in bound]
        if not self.scope.whole and self.scope.rows is not None:
            conditions.append(self.scope.rows)
        ids = (
            self._found_by(name)
            .where(*(hidden(condition) for condition in conditions))
            .where(*(~hidden(condition) for condition in self.scope.deny))
        )
        records = ids.with_only_columns(*self._wanted(columns)).limit(FOUND + 1).subquery()
        if self.order.then:
            after = [beyond(self.order, records.c, last)] if last else []
            return select(*records.c).where(*after).order_by(*sorted_by(self.order, records.c)).limit(self.MOST)
        sort, id_ = records.c[self.order.column], records.c["id"]
        after = self._beyond(sort, id_, "last", lacking=lacking, either=True) if last else []
        first = [] if self.by_id else [(sort.desc() if self.order.descending else sort.asc()).nulls_last()]
        by = [*first, id_.desc() if self.order.descending else id_.asc()]
        return select(*records.c).where(*after).order_by(*by).limit(self.MOST)

    def listed(self, columns: tuple[str, ...], part: int, last: Last, until: bool, alive: tuple[int, ...]) -> Select[Any] | None:
        """Return the statement for ``most`` rows of a part, in order; ``None`` if no range is ``alive``."""
        selected, among = self._wanted(columns), self._among(alive)
        if not among:
            return None
        first = among[0]
        plain = first.own and first.served and (first.whole or not self.by_id)
        if len(among) == 1 and plain and part != self.LACKING:  # for those, SQLite would walk along the key, and see everything
            ids, key = narrowed(self.table, first)
            return self._in(ids, key, part, bool(last), until).with_only_columns(*selected).limit(self.MOST)
        cut = [self._cut(span, part, last, until) for span in among]
        every = union(*(select(ids.c[0]) for ids in cut)) if len(cut) > 1 else select(cut[0].c[0])
        listing = select(*selected).where(self.column("tenant_id") == OWN, self.id.in_(every))
        if self.by_id:
            return listing.order_by(*self._by(self.id, part)).limit(self.MOST)
        rows = listing.limit(len(cut) * (MOST + 1)).subquery()  # the limit keeps a planner from walking along the order instead
        by = sorted_by(self.order, rows.c) if self.order.then else self._by(rows.c["id"], part, rows.c[self.order.column])
        return select(*rows.c).order_by(*by).limit(self.MOST)

    def counted(self, until: bool, alive: tuple[int, ...]) -> Select[Any] | None:
        """Return the statement that counts the list up to ``most``; ``None`` if no range is ``alive``."""
        ids = self.listed(("id",), self.WHOLE, None, until, alive)
        return None if ids is None else select(func.count()).select_from(ids.subquery())

    def counted_among(self, name: str) -> Select[Any]:
        """Return the statement that counts the few records of a finder."""
        return select(func.count()).select_from(self.gathered(name, ("id",), None, False).subquery())

    def _wanted(self, columns: tuple[str, ...]) -> list[ColumnElement[Any]]:
        return [self.column(name) for name in dict.fromkeys([*columns, *self.keys, "id"])]

    def _cut(self, span: Range, part: int, last: Last, until: bool) -> Any:
        """Return one range, cut at the page: along its index, or sorted if it has few enough records."""
        if span.served and span.left and self.by_id and not span.whole:
            return self._looked_at(span, part, bool(last), until).limit(self.MOST).subquery()
        ids, key = narrowed(self.table, span)
        if span.served:
            return self._in(ids, key, part, bool(last), until).limit(self.MOST).subquery()
        few = (span.ids if span.own else ids).limit(SORTED + 1).subquery()
        keys = {"id": self.id, **self.keys}.values()
        mine = select(*keys).where(self.column("tenant_id") == OWN, self.id.in_(select(few.c[0])))
        sortable = mine.where(*(hidden(condition) for condition in span.left if span.own)).limit(SORTED + 1).subquery()
        sort, id_ = sortable.c[self.order.column], sortable.c["id"]
        if self.order.then:
            after = [beyond(self.order, sortable.c, last)] if last else []
            return select(id_).where(*after).order_by(*sorted_by(self.order, sortable.c)).limit(self.MOST).subquery()
        cut = select(id_).where(*self._part(sort, part), *self._span(sort, id_, part, bool(last), until))
        return cut.order_by(*self._by(id_, part, sort)).limit(self.MOST).subquery()

    def _looked_at(self, span: Range, part: int, last: bool, until: bool) -> Select[Any]:
        """Return a range whose index alone gives the ids, in order. The rows are checked until the page is full.

        The join is an outer one, and its conditions hide that they reject missing rows, so no planner starts with the rows.
        """
        steps = self._in(span.ids, span.key, part, last, until).limit(_steps(span)).subquery()
        same_id = self.id == steps.c[0]
        rows = steps.outerjoin(self.table, and_(self.column("tenant_id") == OWN, same_id))
        rows_in_order = select(steps.c[0]).select_from(rows).where(*(hidden(condition) for condition in (same_id, *span.left)))
        return rows_in_order.order_by(*self._by(steps.c[0], part))

    def _in(self, ids: Select[Any], key: Any, part: int, last: bool, until: bool) -> Select[Any]:
        """Return a range along its index, in a part, between two positions."""
        within = ids.where(*self._part(self.sort, part), *self._span(self.sort, key, part, last, until))
        return within.order_by(*self._by(key, part))

    def _part(self, sort: Any, part: int) -> list[ColumnElement[bool]]:
        return [] if part == self.WHOLE else [sort.is_(None) if part == self.LACKING else sort.is_not(None)]

    def _span(self, sort: Any, key: Any, part: int, last: bool, until: bool) -> list[ColumnElement[bool]]:
        lacking = part == self.LACKING
        after = self._beyond(sort, key, "last", lacking=lacking) if last else []
        return after + ([~condition for condition in self._beyond(sort, key, "until", lacking=lacking)] if until else [])

    def _by(self, key: Any, part: int, sort: Any = None) -> list[Any]:
        columns = [key] if self.by_id else [self.sort if sort is None else sort, key]
        return [column.desc() if self.order.descending else column.asc() for column in columns]

    def _beyond(self, sort: Any, key: Any, place: str, *, lacking: bool, either: bool = False) -> list[ColumnElement[bool]]:
        """Return the condition that a row stands after a position. ``either``: the row may have a value or lack one."""
        ident = bindparam(f"{place}_id", type_=self.id.type)
        after = key < ident if self.order.descending else key > ident
        if self.by_id:
            return [after]
        if lacking:
            return [and_(sort.is_(None), after) if either else after]
        row_place, bound_place = tuple_(sort, key), tuple_(bindparam(place, type_=self.sort.type), ident)
        further: ColumnElement[bool] = row_place < bound_place if self.order.descending else row_place > bound_place
        return [or_(further, sort.is_(None))] if either else [further]


def _steps(span: Range) -> int:
    return STEPS if span.whole else LOOKUPS


_plans: LRUCache[Any, QueryPlan] = LRUCache(2048)
"""Cached plans by everything that they depend on."""


def plan_of(table: Any, scope: Scope, order: Order, filters: Sequence[Filter]) -> QueryPlan:
    """Return the plan of a list of ``table`` (a mapped class). Raises ``ValueError`` for an unknown column."""
    key = (table, Same(scope), order, tuple(criterion.shape for criterion in filters))
    return _plans.get(key) or _plans.put(key, QueryPlan(table, scope, order, filters))


def python_type(column: ColumnElement[Any]) -> Any:
    """Return the type of a column's values."""
    return datetime if isinstance(column.type, Utc) else column.type.python_type
