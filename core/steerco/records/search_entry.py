"""The search entry of a record: the words to find it by, kept in the transaction that writes it.

Each record has an entry, and each row of it that holds a text (an item of an agenda, a paper): the words of the texts that people
wrote, folded; of the record also its reference, its kind, its days, and the parties that it names. Nothing personal: whoever
is looked for by name is found in the directory, which an erasure empties.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from msgspec import inspect
from sqlalchemy import event, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column
from sqlalchemy.orm import attributes as orm

from steerco.records.marked import TYPES_KEPT, marks_of
from steerco.records.part import ABOUT, WRITTEN, Part, stored
from steerco.records.record import Action, Record
from steerco.records.relation import type_registry
from steerco.store.base import Base, Tenanted
from steerco.store.folding import folded, plain, words
from steerco.store.sessions import TenantSession

MOST = 8000
"""The number of characters of a text that are looked through."""
AT_ONCE = 500
"""The number of rows whose entries are made together, where many are."""
PARTY, KIND = "@", "#"
"""The marks of a party's id and of a kind among the words of an entry."""


class SearchEntry(Tenanted, Base):
    """The words of a record, or of one row of it: ``part`` is the row's id and ``part_name`` its part, both empty for the record.

    ``text`` has the words with their marks, ``folded`` without; each stands between blanks.
    """

    __tablename__ = "search_entry"
    type: Mapped[str] = mapped_column(primary_key=True)
    record: Mapped[str] = mapped_column(primary_key=True)
    part: Mapped[str] = mapped_column(primary_key=True)
    part_name: Mapped[str]
    text: Mapped[str]
    folded: Mapped[str]


_COLUMNS = SearchEntry.__table__.columns.keys()


@event.listens_for(TenantSession, "before_flush")
def _keep(session: Session, context: Any, instances: Any) -> None:
    """Bring the entries up to what the transaction writes."""
    for row in list(session.new):
        if isinstance(row, Record | Part) and (entry := _entry(row)):
            session.add(entry)
    for row in list(session.dirty):
        if isinstance(row, Record | Part) and _changed(row):
            _renew(session, row)
    for row in list(session.deleted):
        if isinstance(row, Record | Part) and (kept := session.get(SearchEntry, _key(row))):
            session.delete(kept)


def build(session: Session, tenant_id: int, tables: Collection[str]) -> None:
    """Make the entries of a tenant whose rows were brought into these tables as they are, and not by acts."""
    for table in (each for each in type_registry.values() if each.__tablename__ in tables):
        for chunk in session.scalars(select(table).where(table.tenant_id == tenant_id)).yield_per(AT_ONCE).partitions():
            if entries := [entry for row in chunk if (entry := _entry(row))]:
                session.execute(insert(SearchEntry), [{name: getattr(entry, name) for name in _COLUMNS} for entry in entries])
            for row in chunk:
                session.expunge(row)


def _renew(session: Session, row: Record | Part) -> None:
    kept, entry = session.get(SearchEntry, _key(row)), _entry(row)
    if entry is None:
        if kept is not None:
            session.delete(kept)
    elif kept is None:
        session.add(entry)
    else:
        kept.text, kept.folded = entry.text, entry.folded


def _key(row: Record | Part) -> tuple[int, str, str, str]:
    if isinstance(row, Record):
        return row.tenant_id, row.type_name, row.id, ""
    return row.tenant_id, row.part_of, getattr(row, row.pointer), row.id


def _changed(row: Record | Part) -> bool:
    """Return whether something that its entry holds is another."""
    names = [*texts(_table(row)), *(_told(row.table) if isinstance(row, Record) else ())]
    return any(orm.get_history(row, name).has_changes() for name in names)


def _entry(row: Record | Part) -> SearchEntry | None:
    """Return the entry of a record or row; None where it holds nothing to look for: of a type without texts, and of a row."""
    written = " ".join(_texts(row))
    if not written and (isinstance(row, Part) or not texts(_table(row))):
        return None
    tenant_id, type_name, record, part = _key(row)
    name = row.part_name if isinstance(row, Part) else ""
    marks = [] if isinstance(row, Part) else [*words(folded(row.ref)), *dict.fromkeys(_marks(row))]
    bare = [*words(folded(written)), *marks]
    text, without = (f" {' '.join(found)} " for found in (words(plain(written)), bare))
    return SearchEntry(tenant_id=tenant_id, type=type_name, record=record, part=part, part_name=name, text=text, folded=without)


def _table(row: Record | Part) -> type[Record | Part]:
    """Return the mapped class of a row."""
    return row.table if isinstance(row, Record) else type(row)


def _texts(row: Record | Part) -> Iterator[str]:
    for name in texts(_table(row)):
        value = getattr(row, name)
        if isinstance(value, dict):
            yield from (str(each)[:MOST] for _, each in sorted(value.items()))
        elif value:
            yield str(value)[:MOST]


def _marks(record: Record) -> Iterator[str]:
    """Yield the kind of a record, the days and the parties that it names."""
    for name in _told(record.table):
        value = getattr(record, name)
        if isinstance(value, datetime):
            yield hour(value)
        elif isinstance(value, date):
            yield f"{value:%Y-%m-%d}"
        elif name == "kind" and value:
            yield f"{KIND}{value}"
        elif isinstance(value, dict):
            yield from (f"{PARTY}{party}" for parties in value.values() for party in parties)
        elif isinstance(value, str) and value:
            yield f"{PARTY}{value}"


def hour(at: datetime) -> str:
    """Return the word of a time: its hour in UTC, since which day that is depends on who asks."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H}"


@lru_cache(TYPES_KEPT)
def texts(table: type[Record | Part]) -> tuple[str, ...]:
    """Return the fields that hold a text which people wrote and which is nobody's personal datum, as attributes."""
    owner = table if issubclass(table, Record) else type_registry[table.part_of]
    actions: list[Action] = list(owner.actions.values())
    names = {name for action in actions for name in _written(inspect.type_info(action.input))}
    names -= {*table.reserved, *table.unsought} if issubclass(table, Part) else set()
    return tuple(
        name
        for name, column in stored(table).items()
        if (name.rstrip("_") in names or WRITTEN in column.info) and not {"party", "refers", "hidden", ABOUT} & column.info.keys()
    )


def _written(kind: inspect.Type) -> Iterator[str]:
    """Yield the names of the fields of an input, however deep, that take a text or a name in several languages."""
    match kind:
        case inspect.StructType():
            for field in kind.fields:
                marks = marks_of(field.type)
                if (marks.get("text") and not marks.get("personal")) or _is_label(field.type):
                    yield field.encode_name
                yield from _written(field.type)
        case inspect.ListType():
            yield from _written(kind.item_type)
        case inspect.UnionType():
            for member in kind.types:
                yield from _written(member)
        case inspect.Metadata():
            yield from _written(kind.type)


def _is_label(kind: inspect.Type) -> bool:
    return isinstance(kind, inspect.StructType) and {field.name for field in kind.fields} == {"vi", "en"}


@lru_cache(TYPES_KEPT)
def _told(table: type[Record]) -> tuple[str, ...]:
    """Return the fields with a kind, a day, or a party, as attributes."""
    columns = stored(table).items()
    days = [name for name, column in columns if name not in ("created_at", "changed_at") and _is_day(column)]
    parties = [name for name, column in columns if column.info.get("party") or column.info.get("refers") == "person"]
    return (*days, *parties, "author", *(["kind"] if table.kinds else []))


def _is_day(column: Any) -> bool:
    return not column.info.get("hidden") and column.type.python_type in (date, datetime)
