"""Brings the database to this release's schema, or says why it cannot be used."""

from __future__ import annotations

from sqlalchemy.exc import DBAPIError

from steerco.cli.frame.problems import CommandProblem
from steerco.store import own_tables
from steerco.store.engine import Store
from steerco.store.migration_lines import MigrationLine
from steerco.store.schema import behind, newest, present, standing

MADE_BEFORE = (
    "was a program from before release 0.1 here? nothing upgrades its data: move the data folder away (on PostgreSQL: take a new"
    " database), and `steerco tenant apply` makes it anew; otherwise `steerco restore` the newest backup"
)
"""The mend of a database without the tables of the version that it bears."""


def migrate(store: Store, role: str | None = None) -> None:
    """Bring the database to this release's version. ``role``: on PostgreSQL, the role that serves.

    Raises ``CommandProblem`` for a database that has other tables than those of its version; it stays as it was.
    """
    from steerco.committee import record_types

    record_types()  # declares their tables
    was = present(store)
    try:
        store.upgrade(lines=lines(), role=role, whole=True)
    except own_tables.UnlikeTables as error:
        raise _unlike(was, str(error)) from None
    except DBAPIError as error:
        if was and own_tables.met_others(error):
            raise _unlike(was, str(error.orig)) from error
        raise


def _unlike(versions: tuple[str, ...], what: str) -> CommandProblem:
    version = f"says that it is at version {', '.join(versions)}" if versions else "has no version"
    return CommandProblem("database-unlike", f"the database {version}, but does not have its tables: {what}", MADE_BEFORE)


def lost(store: Store) -> list[str]:
    """Return the tables and columns of this release that a database of this release's version lacks."""
    from steerco.committee import record_types

    record_types()
    with store.operator_connection() as connection:
        return own_tables.missing(connection)


def lines() -> list[MigrationLine]:
    """Return the lines of versions of the plugins that run here."""
    from steerco.extension.loader import installed

    own = [plugin.manifest for plugin in installed().running.values() if plugin.manifest.migrations]
    return [MigrationLine(each.folder / each.migrations, each.table_prefix) for each in own]


def ready(store: Store, *, makes: bool, plugins: bool = True) -> None:
    """See to it that the database can be used; an empty one is set up where the command ``makes`` it, and nothing else migrates
    unasked.

    ``plugins``: their tables are asked for too. Raises ``CommandProblem``.
    """
    now = standing(store)
    if now == "empty" and makes:
        migrate(store)
    elif now == "empty":
        raise CommandProblem("database-empty", "the database has no tables yet", "`steerco db upgrade` makes them")
    elif now == "older":
        raise CommandProblem(
            "database-older", "the database is of an older release", "`steerco db upgrade` brings it up, keep a copy first"
        )
    elif now == "newer":
        raise CommandProblem("database-newer", "the database is of a newer release", "install that release of steerco")
    elif lacking := lost(store):
        raise _unlike((newest(),), own_tables.told(lacking))
    elif late := plugins and [line.prefix for line in lines() if behind(store, line)]:
        do = "`steerco db upgrade` makes or changes them, keep a copy first"
        raise CommandProblem("database-older", f"the tables of plugins are missing or of older releases: {', '.join(late)}", do)
