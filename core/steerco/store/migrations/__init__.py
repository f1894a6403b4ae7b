"""Schema migrations. The tables of record types are in the same line of versions as the platform's.

After every change of a table: ``python -m steerco.store.migrations.revision "what changed"`` writes the next version; read it
before it is committed. ``--fresh`` writes version 0001 anew from the tables as they stand, and serves only until the first
release. A plugin keeps its own line of versions in its own folder, under its own branch label.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection, MetaData

HERE = Path(__file__).parent
VERSIONS = HERE / "versions"


class MissingMigration(Exception):
    """The database is at a version whose file is not installed: most often a plugin was taken away before its tables were."""


def config(connection: Connection, metadata: MetaData, folders: Sequence[Path] = (), role: str | None = None) -> Config:
    """Alembic's configuration without a file. ``folders``: version folders of plugins; ``role``: see :func:`upgrade`."""
    made = Config()
    made.set_main_option("script_location", str(HERE).replace("%", "%%"))
    made.set_main_option("path_separator", "newline")
    made.set_main_option("version_locations", "\n".join(str(one).replace("%", "%%") for one in (VERSIONS, *folders)))
    made.attributes.update(connection=connection, metadata=metadata, role=role)
    return made


def upgrade(
    connection: Connection, metadata: MetaData, folders: Sequence[Path] = (), role: str | None = None, to: str = "heads"
) -> None:
    """Bring the database to the newest version, inside the caller's transaction.

    ``role``: on PostgreSQL, the role that serves; it is granted what it needs and no more, and every table of a tenant gets
    row-level security. Raises :class:`MissingMigration`.
    """
    try:
        command.upgrade(config(connection, metadata, folders, role), to)
    except CommandError as error:
        if "Can't locate revision" in str(error):
            raise MissingMigration(f"{error}. Install the plugin that brought it, or undo its versions first.") from error
        raise
