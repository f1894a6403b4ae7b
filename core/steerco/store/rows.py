"""A tenant's rows as lines of text: read from one database, checked, and written to another.

The table's columns decide the valid content of a line, so a forged line is rejected before any of it is stored.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta
from sqlalchemy import JSON, Column, LargeBinary, Table, delete, insert, inspect, select, text
from sqlalchemy.orm import Session

from steerco.store.base import Base, tenant_tables
from steerco.store.engine import Store
from steerco.store.sessions import tenant_of

AT_ONCE = 500
"""Rows that are read or written together."""
DEEPEST = 64
"""Levels of nesting in a JSON value."""
LARGEST = 8 * 2**20
"""Bytes of a JSON value, which takes 20 times as many in memory. Texts are no JSON values and may be longer."""
_WHOLE = Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)]
_TIME = Annotated[datetime, Meta(tz=True)]
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
"""The character, and not the six that somebody typed: those begin with an escaped backslash."""


class BadRow(ValueError):
    """A line that is no row of its table."""


class UnknownTables(Exception):
    """Tables with rows of the tenant that no installed package declares; ``names``."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(", ".join(names))
        self.names = tuple(names)


def tables_of(store: Store, tenant_id: int) -> list[Table]:
    """Return the tables of tenants that the database has, parents before children.

    Raises ``UnknownTables`` if an undeclared table (of a removed plugin) holds rows of this tenant: a copy of the others would
    lose them silently.
    """
    if unknown := undeclared(store, tenant_id):
        raise UnknownTables(unknown)
    with store.operator_connection() as connection:
        present = set(inspect(connection).get_table_names())
    return [table for table in tenant_tables() if table.name in present]


def undeclared(store: Store, tenant_id: int) -> list[str]:
    """Return the tables that hold rows of this tenant and that no installed package declares, by name."""
    unknown = []
    with store.operator_connection() as connection:
        for name in sorted(set(inspect(connection).get_table_names()) - set(Base.metadata.tables)):
            columns = {column["name"] for column in inspect(connection).get_columns(name)}
            if "tenant_id" in columns:
                quoted = connection.dialect.identifier_preparer.quote(name)
                any_row = text(f"SELECT 1 FROM {quoted} WHERE tenant_id = :own LIMIT 1")
                unknown += [name] if connection.execute(any_row, {"own": tenant_id}).first() else []
    return unknown


def columns_of(table: Table) -> list[Column[Any]]:
    """Return the columns of a line: all but the tenant's number, which another database gives anew."""
    return [column for column in table.columns if column.name != "tenant_id"]


def names_of(table: Table) -> list[str]:
    """Their names, in order."""
    return [str(column.name) for column in columns_of(table)]  # plain texts, and not the database toolkit's own


def read(session: Session, table: Table) -> Iterator[Sequence[Any]]:
    """Yield the rows of the session's tenant in the order of their key, a few at a time."""
    of_tenant = table.c.tenant_id == tenant_of(session)
    key = [column for column in table.primary_key if column.name != "tenant_id"]
    query = select(*columns_of(table)).where(of_tenant).order_by(*key)
    yield from session.connection().execute(query, execution_options={"yield_per": AT_ONCE})


def remove(session: Session, tables: Sequence[Table], tenant_id: int) -> None:
    """Delete every row of a tenant in these tables (parents before children, see :func:`tables_of`). The session is an
    operator's."""
    for table in reversed(tables):
        session.connection().execute(delete(table).where(table.c.tenant_id == tenant_id))


def encode(row: Sequence[Any]) -> bytes:
    """Return one row as a line."""
    return msgspec.json.encode(tuple(row)) + b"\n"


class RowReader:
    """Turns the lines of a table back into rows."""

    def __init__(self, table: Table) -> None:
        self.table, self.names = table, names_of(table)
        columns = columns_of(table)
        kinds = tuple(_kind(column) for column in columns)
        self._decode = msgspec.json.Decoder(tuple[kinds]).decode  # type: ignore[valid-type]
        self._json = [at for at, column in enumerate(columns) if _kind(column) is msgspec.Raw]
        self._times = [at for at, column in enumerate(columns) if column.type.python_type is datetime]

    def row(self, line: bytes) -> dict[str, Any]:
        """Return one line as a row, without its tenant. Raises ``BadRow``."""
        if b"\\u0000" in line and _NUL.search(line):
            raise BadRow("holds the character NUL")
        try:
            values: list[Any] = list(self._decode(line))
            for at in self._json:
                values[at] = self._value(at, values[at])
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, ValueError, OverflowError) as error:
            raise BadRow(str(error) or type(error).__name__) from None
        for at in self._times:
            if values[at] is not None and not 1 < values[at].year < 9999:  # in another zone that is no time
                raise BadRow(f"{self.names[at]} is outside the calendar")
        return dict(zip(self.names, values, strict=True))

    def _value(self, at: int, raw: msgspec.Raw) -> Any:
        if len(bytes(raw)) > LARGEST:
            raise BadRow(f"{self.names[at]} is larger than {LARGEST} bytes")
        value = msgspec.json.decode(raw)
        if _depth(value) > DEEPEST:
            raise BadRow(f"{self.names[at]} is nested deeper than {DEEPEST} levels")
        return value


def write(session: Session, table: Table, tenant_id: int, rows: Iterable[dict[str, Any]]) -> int:
    """Insert rows for a tenant in batches, and return their number. The session is an operator's."""
    into, count, batch = insert(table), 0, []
    for row in rows:
        batch.append({"tenant_id": tenant_id, **row})
        if len(batch) >= AT_ONCE:
            session.connection().execute(into, batch)
            count, batch = count + len(batch), []
    if batch:
        session.connection().execute(into, batch)
    return count + len(batch)


def _kind(column: Column[Any]) -> Any:
    """Return the type that a column's value has in a line; a JSON value is looked at before it is made."""
    python: Any = column.type.python_type
    if isinstance(column.type, LargeBinary):
        python = bytes
    kind: Any = {int: _WHOLE, datetime: _TIME, date: date, str: str, bytes: bytes}.get(python)
    if kind is None or isinstance(column.type, JSON):
        return msgspec.Raw
    return kind | None if column.nullable else kind


def _depth(value: Any) -> int:
    """Levels of nesting; one more than the deepest that is allowed stands for all beyond."""
    deepest, todo = 0, [(value, 1)]
    while todo:
        item, level = todo.pop()
        deepest = max(deepest, level)
        if level > DEEPEST:
            return level
        if isinstance(item, dict):
            todo += [(inner, level + 1) for inner in item.values()]
        elif isinstance(item, list):
            todo += [(inner, level + 1) for inner in item]
    return deepest
