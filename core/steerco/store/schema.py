"""The version of the database's schema, compared with this release's."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal

import sqlalchemy as sa
from msgspec import Struct

from steerco.store.engine import Store
from steerco.store.migration_lines import PLUGINS, MigrationLine

Standing = Literal["empty", "older", "current", "newer"]

_version = sa.Table("alembic_version", sa.MetaData(), sa.Column("version_num", sa.String))


def newest() -> str:
    """Return the version of this release. Told by the files' names, since Alembic takes half a second to import."""
    from importlib.resources import files

    folder = files("steerco.store.migrations") / "versions"
    return max(file.name.partition("_")[0] for file in folder.iterdir() if file.name[:1].isdigit())


def present(store: Store) -> tuple[str, ...]:
    """Return the versions that the database is at (one a line of versions); none where it is empty."""
    with store.operator_connection() as connection:
        if not sa.inspect(connection).has_table(_version.name):
            return ()
        return tuple(sorted(connection.scalars(sa.select(_version.c.version_num))))


def behind(store: Store, line: MigrationLine) -> bool:
    """Return whether a line of versions has some that the database is not at."""
    last = max((file.name.partition("_")[0] for file in line.folder.glob("[0-9]*.py")), default="")
    with store.operator_connection() as connection:
        if not sa.inspect(connection).has_table(line.version_table):
            return bool(last)
        versions = sa.table(line.version_table, sa.column("version_num"))
        return (connection.scalar(sa.select(sa.func.max(versions.c.version_num))) or "") < last


def standing(store: Store) -> Standing:
    """Return how the database's version compares with this release's."""
    at = [version for version in present(store) if version.isdigit()]
    if not at:
        return "empty"
    if at[-1] == newest():
        return "current"
    return "older" if at[-1] < newest() else "newer"


class Leftover(Struct, frozen=True):
    """The tables in the database of a plugin that is not installed, with their numbers of rows."""

    prefix: str
    rows: dict[str, int]

    def __str__(self) -> str:
        tables = ", ".join(f"{table} ({rows} rows)" for table, rows in self.rows.items()) or "no tables"
        return f"a plugin with the prefix {self.prefix} is not installed; it left {tables}"


def leftovers(store: Store, installed: Collection[str]) -> list[Leftover]:
    """Return the leftovers of plugins whose table prefixes are not among ``installed``.

    A table belongs to the plugin with the longest matching prefix: ``x_a_b_c`` is no leftover of ``x_a_`` if ``x_a_b_`` exists.
    """
    with store.operator_connection() as connection:
        names = set(sa.inspect(connection).get_table_names())
        gone = sorted(
            name.removesuffix("version")
            for name in names
            if name.startswith(PLUGINS) and name.endswith("_version") and name.removesuffix("version") not in installed
        )
        left = []
        for prefix in gone:
            others = tuple(longer for longer in {*installed, *gone} if len(longer) > len(prefix) and longer.startswith(prefix))
            mine = sorted(name for name in names if name.startswith(prefix) and not name.startswith(others))
            mine.remove(f"{prefix}version")
            rows = {name: connection.scalar(sa.select(sa.func.count()).select_from(sa.table(name))) or 0 for name in mine}
            left.append(Leftover(prefix, rows))
        return left


def drop(store: Store, leftover: Leftover) -> None:
    """Drop a plugin's tables for good."""
    with store.operator_connection() as connection:
        gone = sa.MetaData()
        gone.reflect(connection, only=[*leftover.rows, f"{leftover.prefix}version"])
        gone.drop_all(connection, [gone.tables[name] for name in (*leftover.rows, f"{leftover.prefix}version")])
