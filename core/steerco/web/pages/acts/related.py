"""The records that belong to one: those of any type whose fields or whose acts' inputs refer to it, as far as the reader sees."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from steerco.kernel import visibility
from steerco.records import Record
from steerco.records.marked import TYPES_KEPT
from steerco.store.listing import Filter, Order
from steerco.web.pages.acts.rows import RecordRow, columns_of, row_of
from steerco.web.pages.frame.visit import Visit

AT_ONCE = 10
"""Of each type so many stand on the record's page, the newest; all are on the list."""


class RelatedRecords(NamedTuple):
    """The records of one type that belong to another; ``all`` leads to their list where there are more."""

    label: str
    field: str
    rows: list[RecordRow]
    number: str
    all: str


def related(visit: Visit, record: Record) -> Iterator[RelatedRecords]:
    """Yield what belongs to the record, type by type."""
    for kind in visit.tenant.snapshot.types.values():
        for field in pointers(kind, record.record_type):
            filters = [Filter(field, "eq", record.id)]
            page = visibility.page(visit.authority, kind, columns_of(kind), None, AT_ONCE, Order("id", True), filters)
            if not page.rows:
                continue
            number, whole = len(page.rows), page.after is None
            if not whole:
                number, whole = visibility.count(visit.authority, kind, filters)
            told = str(number) if whole else visit.say("list", "more_than", number=number)
            everything = "" if page.after is None else visit.links.to("records", kind.record_type, **{field: record.ref})
            rows = [row_of(visit, kind, row) for row in page.rows]
            yield RelatedRecords(visit.say("types", kind.record_type), field, rows, told, everything)


@lru_cache(TYPES_KEPT)
def pointers(kind: type[Record], to: str) -> tuple[str, ...]:
    """Return the fields of a type that hold a record of another: those that refer to it, and those that an input
    fills which does."""
    columns = {name: column for name, column in kind.stored().items() if name not in kind.unlisted}
    declared = [name for name, column in columns.items() if column.info.get("refers") == to]
    named = {
        name
        for action in kind.acts().values()
        for name, marks in action.marks.items()
        if to in marks.get("refers", "").split() and name in columns and "party" not in marks
    }
    return tuple(dict.fromkeys([*declared, *sorted(named)]))
