"""Records as they stood at the end of a past day: one, and the list of a type.

A list of a past day holds the records that the caller sees today, that there were then, and that the caller may read in the state
of that day: the same answer as each of them asked for alone. It runs by id or reference, which never change, and its filters
look at the values of that day.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import msgspec

from steerco.kernel import visibility
from steerco.kernel.authority import Authority
from steerco.kernel.past import Past, all_as_of, as_of, unchanged
from steerco.kernel.view import withheld
from steerco.records import NotFound, Reason, Record, reason
from steerco.store.listing import Filter
from steerco.web.api.lists import Column, Query, plain_of
from steerco.web.http.problems import RequestError

STEADY = ("id", "ref")
"""The columns along which a list of a past day runs: they never change."""
_UNCHANGING = (*STEADY, "author", "created_at")
ROUNDS = 10
"""How often a page looks for more records where its filters let few of them through."""


class RecordThen(msgspec.Struct, frozen=True):
    """A record at the end of a day, as the log has it: its short values, neither long texts nor parts."""

    type: str
    id: str
    ref: str
    on: date
    state: str
    version: int
    values: dict[str, Any]


class RecordsThen(msgspec.Struct, frozen=True):
    """A page of a list as it was at the end of a day. It may hold fewer records than asked for, and others still follow."""

    items: list[RecordThen]
    next: str | None


def check_past(authority: Authority, on: date | None, given: dict[str, bool]) -> bool:
    """Return whether a day before today is asked about; today itself is answered as ever. Raises ``RequestError`` for a day to
    come, and for what is ``given`` beside it and tells of today alone."""
    wrong: dict[str, Reason] = {}
    if on is not None and on > authority.today:
        wrong["at"] = reason("too-far-ahead", furthest=authority.today)
    if on is not None:
        wrong |= {name: reason("not-with-at") for name, there in given.items() if there}
    if wrong:
        raise RequestError(422, "bad-parameter", fields=wrong)
    return on is not None and on < authority.today


def check_list_then(kind: type[Record], query: Query) -> None:
    """Check that a list of a past day is asked for by what the log tells of that day. Raises ``RequestError``."""
    wrong: dict[str, Reason] = {}
    if any(column not in STEADY for column, _ in query.order.keys):
        wrong["sort"] = reason("sort-then", known=list(STEADY))
    known = _told(kind)
    names = {column.column: name for name, column in plain_of(kind).items()}
    wrong |= {
        names[each.column]: reason("filter-then", known=sorted(known))
        for each in query.filters
        if names[each.column] not in known
    }
    if wrong:
        raise RequestError(422, "bad-parameter", fields=wrong)


def _told(kind: type[Record]) -> set[str]:
    """Return the values that the log tells of every record: none that is personal, no text of any length."""
    apart = {name.rstrip("_") for name in kind.unlogged_fields()}
    return {name for name, column in plain_of(kind).items() if name in _UNCHANGING or (name not in apart and _short(column))}


def _short(column: Column) -> bool:
    return column.kind is not str or column.party or bool(column.choices) or column.name == "body"


def record_then(authority: Authority, record: Record, on: date) -> RecordThen:
    """Return a record as it stood at the end of a day. Raises ``NotFound`` where it was not there yet."""
    past = as_of(authority, record, _midnight(authority, on))
    if past is None:
        past = unchanged(record, on, withheld(authority, type(record), record.body))
    if not past.state:
        raise NotFound(record.record_type)
    return _shown(record, past, on)


def list_then(authority: Authority, kind: type[Record], query: Query, on: date) -> RecordsThen:
    """Return a page of a list at the end of a day."""
    found, after = list[RecordThen](), query.after
    for _ in range(ROUNDS):
        page = visibility.page(authority, kind, ["id"], after, query.limit - len(found), query.order)
        found += _standing(authority, kind, [row.id for row in page.rows], query.filters, on)
        after = page.after
        if after is None or len(found) == query.limit:
            break
    return RecordsThen(found, after)


def _standing(authority: Authority, kind: type[Record], ids: list[str], filters: Sequence[Filter], on: date) -> list[RecordThen]:
    """Return those of these records, in that order, that there were on a day and that the filters let through."""
    mine = kind.those(authority.tenant.id, kind.table.id.in_(ids))
    by_id = {record.id: record for record in kind.read(authority.session, mine)}
    records = [by_id[id] for id in ids if id in by_id]
    names = {column.column: name for name, column in plain_of(kind).items()}
    return [
        _shown(record, past, on)
        for record, past in all_as_of(authority, records, _midnight(authority, on), on)
        if all(_fits(each, _value(record, past, names[each.column])) for each in filters)
    ]


def _value(record: Record, past: Past, name: str) -> Any:
    """Return a value of that day; what no act changes is told by the record itself."""
    return past.version if name == "version" else past.values.get(name, getattr(record, name) if name in _UNCHANGING else None)


def _fits(wanted: Filter, value: Any) -> bool:
    if wanted.value is None or value is None:
        return value is wanted.value
    match wanted.op:
        case "in":
            return value in wanted.value
        case "gte":
            return bool(value >= wanted.value)
        case "lte":
            return bool(value <= wanted.value)
        case "eq":
            return bool(value == wanted.value)


def _midnight(authority: Authority, on: date) -> datetime:
    return datetime.combine(on + timedelta(days=1), time(0), authority.tenant.snapshot.settings.zone)


def _shown(record: Record, past: Past, on: date) -> RecordThen:
    values = {name: value.astimezone(UTC) if isinstance(value, datetime) else value for name, value in past.values.items()}
    return RecordThen(record.record_type, record.id, record.ref, on, past.state, past.version, values)
