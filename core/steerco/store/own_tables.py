"""Which tables and columns the program itself declares, and which of them a database lacks.

A database can bear this release's version and not have its tables: somebody dropped some, or a program made it whose version
was not released yet and changed afterwards.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Table, text

from steerco.store.base import Base

_COLUMNS = {
    "sqlite": "SELECT t.name, c.name FROM sqlite_master AS t JOIN pragma_table_info(t.name) AS c WHERE t.type = 'table'",
    "postgresql": (
        "SELECT t.relname, c.attname FROM pg_class AS t JOIN pg_attribute AS c ON c.attrelid = t.oid"
        " WHERE t.relkind IN ('r', 'p') AND c.attnum > 0 AND NOT c.attisdropped AND pg_table_is_visible(t.oid)"
    ),
}
"""One statement for all tables: to ask for each by itself would take longer than most commands."""
_UNLIKE = {"42P01", "42P07", "42701", "42703", "42704"}
"""PostgreSQL's codes for a table, column or index that is missing, or there already."""


class UnlikeTables(Exception):
    """The database does not have the tables of the version that it bears; ``lost`` names what is missing, where that is known."""

    def __init__(self, lost: list[str], why: str = "") -> None:
        super().__init__(why or told(lost))
        self.lost = lost


def declared() -> list[Table]:
    """Return the tables that the program declares. Plugins and embedding programs declare others beside them."""
    classes = (mapper.class_ for mapper in Base.registry.mappers)
    names = {each.__tablename__ for each in classes if each.__module__.startswith("steerco.") and hasattr(each, "__tablename__")}
    return [table for table in Base.metadata.sorted_tables if table.name in names]


def missing(connection: Connection) -> list[str]:
    """Return the declared tables that the database lacks, and the missing columns (``table.column``) of the others."""
    columns: dict[str, set[str]] = {}
    for table, column in connection.execute(text(_COLUMNS[connection.dialect.name])):
        columns.setdefault(table, set()).add(column)
    lost = [table.name for table in declared() if table.name not in columns]
    for table in declared():
        present = columns.get(table.name)
        lost += [f"{table.name}.{column.name}" for column in table.columns if present and column.name not in present]
    return lost


def told(lost: list[str]) -> str:
    """Return what is missing in words, the first few by name."""
    more = f" and {len(lost) - 3} more" if len(lost) > 3 else ""
    return f"tables or columns are missing: {', '.join(lost[:3])}{more}"


def met_others(error: Any) -> bool:
    """Return whether a statement failed because it met other tables or columns than it was written for."""
    orig = getattr(error, "orig", None)
    name, state = getattr(orig, "sqlite_errorname", ""), getattr(orig, "sqlstate", "")
    return name == "SQLITE_ERROR" or state in _UNLIKE
