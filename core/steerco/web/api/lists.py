"""The query of a list: filters by declared columns, an order, a page."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec

from steerco.kernel import view, visibility
from steerco.kernel.authority import Authority
from steerco.kernel.view import INNER
from steerco.records import Reason, Record, reason
from steerco.records.marked import TYPES_KEPT
from steerco.store.base import Utc
from steerco.store.listing import Filter, Order
from steerco.web.api.named import ME, UNKNOWN_PARTY, is_known
from steerco.web.http.problems import RequestError
from steerco.web.http.requests import MOST_WHOLE, YEARS, QueryParams

MOST = 200
MANY = 20
"""The number of values that a filter may name."""
KEYS = 4
"""The number of columns that an order may name."""
OPS = ("eq", "gte", "lte")
"""The comparisons, beside ``none``."""
_FILTER = re.compile(r"^([a-z][a-z0-9_]*)(?:\[([a-z]+)\])?$")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_ORDERED = (str, int, bool, date, datetime)


class Column(NamedTuple):
    """A declared value of a record type: its name to clients, its column, its Python type, whether it may be lacking, whether it
    names a party, and among which values it is, where that is known."""

    name: str
    column: str
    kind: type[Any]
    nullable: bool
    party: bool
    choices: tuple[str, ...] = ()

    @property
    def plain(self) -> bool:
        """Whether a list can be filtered and sorted by it."""
        return self.kind in _ORDERED


@lru_cache(TYPES_KEPT)
def columns_of(type: type[Record]) -> dict[str, Column]:
    """Return the values that a list shows, by the names that clients use."""
    columns = {}
    for key, column in type.stored().items():
        if key in INNER or column.info.get("hidden"):
            continue
        name = key.rstrip("_")
        kind = datetime if isinstance(column.type, Utc) else column.type.python_type
        own: tuple[str, ...] = column.info.get("choices") or ()
        choices = {"state": type.states, "kind": type.kinds}.get(name, own)
        party = bool(column.info.get("party")) or name == "author"
        columns[name] = Column(name, str(column.name), kind, bool(column.nullable), party, choices)
    return columns


@lru_cache(TYPES_KEPT)
def plain_of(type: type[Record]) -> dict[str, Column]:
    """Return the columns by which a list can be filtered and sorted: none that is kept from some readers, whom its order would
    tell."""
    apart = type.unlisted | type.reserved.keys()
    return {name: column for name, column in columns_of(type).items() if column.plain and column.column not in apart}


class Query(NamedTuple):
    """The query of a list. ``fields``: the values to tell, by the names that clients use; empty: all."""

    limit: int
    after: str | None
    order: Order
    filters: tuple[Filter, ...]
    fields: tuple[str, ...] = ()


def parse(params: QueryParams, type: type[Record], authority: Authority) -> Query:
    """Return the query of a list of ``type``. Raises ``RequestError`` naming every parameter that does not fit."""
    limit, after = params.whole("limit", 50, 1, MOST), params.one("after")
    plain = plain_of(type)
    order, fields = _order(params.one("sort"), plain), fields_of(params, columns_of(type))
    params.known |= plain.keys()
    problems: dict[str, Reason] = {}
    filters: list[Filter] = []
    for parameter in list(params.rest):
        match = _FILTER.match(parameter)
        column = plain.get(match[1]) if match else None
        if match is None or column is None:
            continue
        values = params.rest.pop(parameter)
        try:
            filters += _filters(column, match[2] or "eq", values, authority)
        except UnfitFilter as error:
            problems[parameter] = error.why
    if problems:
        unknown = all(why.code == UNKNOWN_PARTY for why in problems.values())
        raise RequestError(422 if unknown else 400, "bad-parameter", fields=problems)
    params.done()
    return Query(limit, after, order, tuple(filters), fields)


class FoundPage(NamedTuple):
    """A page of a list: the values by the names that clients use, rows of them, and where the next page begins."""

    chosen: dict[str, Column]
    rows: Sequence[Any]
    after: str | None


def listed(authority: Authority, type: type[Record], query: Query) -> FoundPage:
    """Return a page of what the caller may see of a type: every value, or those asked for with what is needed beside them."""
    columns = columns_of(type)
    chosen = {name: columns[name] for name in dict.fromkeys(("id", *query.fields, "body"))} if query.fields else columns
    names = [column.column for column in chosen.values()]
    page = visibility.page(authority, type, names, query.after, query.limit, query.order, query.filters)
    return FoundPage(chosen, view.listed(authority, type, names, page.rows), page.after)


def fields_of(params: QueryParams, names: Collection[str]) -> tuple[str, ...]:
    """Return the values of ``names`` that are asked for alone, in that order; none where all are. Raises ``RequestError``."""
    given = params.one("fields")
    if given is None:
        return ()
    chosen = dict.fromkeys(given.split(","))
    if wrong := [name for name in chosen if name not in names]:
        raise RequestError(400, "bad-parameter", fields={"fields": reason("no-field", given=wrong[0][:80], known=sorted(names))})
    return tuple(chosen)


def _order(sort: str | None, plain: dict[str, Column]) -> Order:
    """Return the order of columns with commas between, each with ``-`` where it descends. Raises ``RequestError``."""
    if sort is None:
        return Order()
    named = sort.split(",")
    keys = [(name.removeprefix("-"), name.startswith("-")) for name in named[: KEYS + 1]]
    if len(named) > KEYS:
        raise _unsorted("too-many-keys", most=KEYS)
    if any(name not in plain for name, _ in keys):
        raise _unsorted("no-column", known=sorted(plain))
    if twice := [name for at, (name, _) in enumerate(keys) if name in dict(keys[:at])]:
        raise _unsorted("key-twice", status=422, column=twice[0])
    return _shortened([(plain[name].column, descending) for name, descending in keys])


def _shortened(keys: list[tuple[str, bool]]) -> Order:
    """Return the order of these keys, without those that change nothing: after the id or the reference none counts, and the id
    itself comes last anyhow, in the direction of the key before it."""
    ends = next((at for at, (name, _) in enumerate(keys) if name in ("id", "ref")), len(keys))
    keys = keys[: ends + 1]
    if len(keys) > 1 and keys[-1] == ("id", keys[-2][1]):
        keys.pop()
    (first, down), *then = keys
    return Order(first, down, tuple(then))


def _unsorted(code: str, status: int = 400, **params: Any) -> RequestError:
    return RequestError(status, "bad-parameter", fields={"sort": reason(code, **params)})


class UnfitFilter(ValueError):
    """A filter that does not fit, with why."""

    def __init__(self, why: str, **params: Any) -> None:
        super().__init__(why)
        self.why = reason(why, **params)


def _filters(column: Column, op: str, values: list[str], authority: Authority) -> list[Filter]:
    """Return the filters of one parameter. A bare day for a time means the whole day in the tenant's zone: from its first moment
    (``gte``), to its last (``lte``), or both. Raises ``UnfitFilter``."""
    if column.kind is not datetime or op not in OPS or len(values) != 1 or not _DAY.fullmatch(values[0]):
        return [_filter(column, op, values, authority)]
    bounds = {"gte": "00:00:00", "lte": "23:59:59.999999"}
    wanted = bounds if op == "eq" else {op: bounds[op]}
    return [_filter(column, bound, [f"{values[0]}T{hour}"], authority) for bound, hour in wanted.items()]


def _filter(column: Column, op: str, values: list[str], authority: Authority) -> Filter:
    """Return one filter; the same parameter several times means any of its values, ``[none]=1`` those without one. Raises
    ``UnfitFilter``."""
    if op == "none" and column.nullable and values == ["1"]:
        return Filter(column.column, "eq", None)
    if op not in OPS:
        raise UnfitFilter("no-comparison", known=[f"{column.name}[{comparison}]" for comparison in OPS])
    if len(values) > (MANY if op == "eq" else 1):
        raise UnfitFilter("too-often", most=MANY) if op == "eq" else UnfitFilter("repeated")
    if column.party and op == "eq" and ME in values:
        mine = authority.day.keys(authority.actor)
        return Filter(
            column.column, "in", sorted(mine.union(_value(column, value, authority) for value in values if value != ME))
        )
    typed = [_value(column, value, authority) for value in values]
    if len(typed) > 1:
        return Filter(column.column, "in", typed)
    return Filter(column.column, op, typed[0])  # type: ignore[arg-type]  # one of OPS


def _value(column: Column, text: str, authority: Authority) -> Any:
    """Return a value as its column has it. Raises ``UnfitFilter``."""
    if len(text) > 500:
        raise UnfitFilter("too-long", most=500)
    if column.choices and text not in column.choices:
        raise UnfitFilter("not-one-of", known=list(column.choices))
    if column.party:
        if not is_known(authority, text):
            raise UnfitFilter(UNKNOWN_PARTY, given=text[:80])
        return authority.day.resolve(text) or text
    if column.kind is str:
        return text
    try:
        value = msgspec.convert(text, column.kind, strict=column.kind in (date, datetime))
    except msgspec.ValidationError:
        raise UnfitFilter(_EXAMPLE[column.kind]) from None
    if isinstance(value, datetime):
        if value.year not in YEARS:
            raise UnfitFilter("years", first=YEARS.start, last=YEARS.stop - 1)
        value = authority.tenant.snapshot.aware(value)
    if isinstance(value, int) and not -MOST_WHOLE <= value <= MOST_WHOLE:
        raise UnfitFilter("too-great", most=MOST_WHOLE)
    return value


_EXAMPLE: dict[type[Any], str] = {
    int: "no-whole-number",
    bool: "no-truth-value",
    date: "bad-day",
    datetime: "bad-time",
}
