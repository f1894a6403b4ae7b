"""Lines of schema versions: the program's own, and one for each plugin with tables."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

PLUGINS = "x_"
"""The prefix of the names of plugins' tables."""


class MigrationLine(NamedTuple):
    """A line of versions: the folder of its files, and the prefix of its tables (empty: the program's own line)."""

    folder: Path
    prefix: str = ""

    @property
    def version_table(self) -> str:
        """The table that holds the version at which the database stands."""
        return f"{self.prefix}version" if self.prefix else "alembic_version"

    def holds(self, table: str) -> bool:
        """Return whether a table is one of this line's."""
        return table.startswith(self.prefix) if self.prefix else not table.startswith(PLUGINS)


class OutOfBounds(Exception):
    """A plugin's version would change a foreign table. Nothing was changed."""

    def __init__(self, line: MigrationLine, what: str) -> None:
        super().__init__(f"a version in {line.folder} {what}; a plugin's versions may touch tables {line.prefix}… alone")
        self.line = line
