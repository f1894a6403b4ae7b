"""Schema migrations. The tables of record types are in the same line of versions as the platform's.

A release has one version. After every change of a table, add it to the version of the release that comes next; where there is
none, ``python -m steerco.store.migrations.revision "what changed"`` writes it, to be read before it is committed. The version
of a release that is out never changes. A plugin keeps a line of its own: its own folder of versions, and its own table that
tells where the database stands in it, so that a plugin which is taken away leaves its tables behind and stops nothing. Its
versions touch its own tables alone (see ``bounds``), and are written by ``steerco plugin migration``.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection, MetaData, text

from steerco.store.migration_lines import MigrationLine

__all__ = ["CORE", "VERSIONS", "MissingMigration", "config", "upgrade"]

HERE = Path(__file__).parent
VERSIONS = HERE / "versions"


class MissingMigration(Exception):
    """The database is at a version whose file is not installed: a newer release, of the program or a plugin, was here."""


CORE = MigrationLine(VERSIONS)


def config(connection: Connection, metadata: MetaData, line: MigrationLine = CORE, role: str | None = None) -> Config:
    """Alembic's configuration without a file. ``role``: see :func:`upgrade`."""
    alembic = Config()
    alembic.set_main_option("script_location", str(HERE).replace("%", "%%"))
    alembic.set_main_option("path_separator", "newline")
    alembic.set_main_option("version_locations", str(line.folder).replace("%", "%%"))
    alembic.attributes.update(connection=connection, metadata=metadata, role=role, line=line)
    return alembic


_UPGRADE = 7_283_726
"""The number of the lock that upgrades of one database wait for."""


def _alone(connection: Connection) -> None:
    """Wait, however long, until no other process upgrades this database; locks on tables are waited for as before."""
    patience = connection.scalar(text("SELECT current_setting('lock_timeout')"))
    connection.execute(text("SET LOCAL lock_timeout = 0"))
    connection.execute(text(f"SELECT pg_advisory_xact_lock({_UPGRADE})"))
    connection.execute(text("SELECT set_config('lock_timeout', :patience, true)"), {"patience": patience})


def upgrade(connection: Connection, metadata: MetaData, lines: Sequence[MigrationLine] = (), role: str | None = None) -> None:
    """Bring the database to the newest version, inside the caller's transaction: first the program's tables, then each plugin's.

    ``role``: on PostgreSQL, the role that serves; it is granted what it needs and no more, and every table of a tenant gets
    row-level security. Whoever upgrades at the same time goes first or after. Raises :class:`MissingMigration`, and
    ``bounds.OutOfBounds`` for a plugin's version that would touch what is not the plugin's.
    """
    if connection.dialect.name == "postgresql":  # SQLite has one writer
        _alone(connection)
    for line in (CORE, *lines):
        try:
            command.upgrade(config(connection, metadata, line, role), "heads")
        except CommandError as error:
            if "Can't locate revision" in str(error):
                source = f"the plugin with the tables {line.prefix}…" if line.prefix else "steerco"
                raise MissingMigration(f"{error}. Install the newer release of {source}, or undo its versions first.") from error
            raise
