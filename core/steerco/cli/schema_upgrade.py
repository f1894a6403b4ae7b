"""Brings the database to this release's schema, or says why it cannot be used."""

from __future__ import annotations

from steerco.cli.problems import CommandProblem
from steerco.store.engine import Store
from steerco.store.migration_lines import MigrationLine
from steerco.store.schema import behind, standing


def migrate(store: Store, role: str | None = None) -> None:
    """Bring the database to this release's version. ``role``: on PostgreSQL, the role that serves."""
    from steerco.committee import record_types

    record_types()  # declares their tables
    store.upgrade(lines=lines(), role=role)


def lines() -> list[MigrationLine]:
    """Return the lines of versions of the plugins that run here."""
    from steerco.extension.loader import installed

    own = [plugin.manifest for plugin in installed().running.values() if plugin.manifest.migrations]
    return [MigrationLine(each.folder / each.migrations, each.table_prefix) for each in own]


def ready(store: Store, *, embedded: bool, plugins: bool = True) -> None:
    """See to it that the database can be used; an embedded one that is empty is set up, and nothing else migrates unasked.

    ``plugins``: their tables are asked for too. Raises ``CommandProblem``.
    """
    now = standing(store)
    if now == "empty" and embedded:
        migrate(store)
    elif now == "empty":
        raise CommandProblem("database-empty", "the database has no tables yet", "`steerco db upgrade` makes them")
    elif now == "older":
        raise CommandProblem(
            "database-older", "the database is of an older release", "`steerco db upgrade` brings it up, keep a copy first"
        )
    elif now == "newer":
        raise CommandProblem("database-newer", "the database is of a newer release", "install that release of steerco")
    elif late := plugins and [line.prefix for line in lines() if behind(store, line)]:
        do = "`steerco db upgrade` makes or changes them, keep a copy first"
        raise CommandProblem("database-older", f"the tables of plugins are missing or of older releases: {', '.join(late)}", do)
