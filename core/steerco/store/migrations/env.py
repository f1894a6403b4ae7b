"""Run by Alembic for every command: migrates on the connection that it is handed."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from sqlalchemy import Connection, MetaData

from steerco.store.base import Json, Text, Utc, Whole
from steerco.store.migration_lines import MigrationLine
from steerco.store.migrations.bounds import bounded
from steerco.store.security import secure

NAMED = {repr(Text): "Text", repr(Whole): "Whole", repr(Json): "Json", repr(Utc()): "Utc()"}


def _render(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Return the store's own column types by their names."""
    name = NAMED.get(repr(item)) if kind == "type" else None
    return f"base.{name}" if name else False


def _run(connection: Connection, metadata: MetaData, role: str | None, line: MigrationLine) -> None:
    def belongs(item: Any, name: str | None, kind: str, *_: Any) -> bool:
        table = name if kind == "table" else getattr(getattr(item, "table", None), "name", None)
        return table is None or line.holds(table)

    context.configure(
        connection=connection,
        target_metadata=metadata,
        version_table=line.version_table,
        include_object=belongs,
        render_as_batch=True,
        render_item=_render,
        transactional_ddl=True,  # true of SQLite too, since the store says BEGIN itself
    )
    with context.begin_transaction(), bounded(connection, line):
        context.run_migrations()
    if connection.dialect.name == "postgresql" and not context.config.attributes.get("writing"):
        # Here and not in each version: so no version can forget a table.
        secure(connection, metadata, role)


_given = context.config.attributes
_run(_given["connection"], _given["metadata"], _given["role"], _given["line"])
