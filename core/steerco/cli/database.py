"""Brings the database to this release's schema, or says why it cannot be used."""

from __future__ import annotations

from steerco.cli.problems import Problem
from steerco.store.engine import Store
from steerco.store.schema import standing


def migrate(store: Store, role: str | None = None) -> None:
    """Bring the database to this release's version. ``role``: on PostgreSQL, the role that serves."""
    from steerco.committee import record_types
    from steerco.extension.loader import installed
    from steerco.store.migrations import Line

    record_types()  # declares their tables
    own = [plugin.manifest for plugin in installed().running.values() if plugin.manifest.migrations]
    store.upgrade(lines=[Line(each.folder / each.migrations, each.table_prefix) for each in own], role=role)


def ready(store: Store, *, embedded: bool) -> None:
    """See to it that the database can be used; an embedded one that is empty is set up. Raises ``Problem``."""
    now = standing(store)
    if now == "empty" and embedded:
        migrate(store)
    elif now == "empty":
        raise Problem("database-empty", "the database has no tables yet", "`steerco db upgrade` makes them")
    elif now == "older":
        raise Problem(
            "database-older", "the database is of an older release", "`steerco db upgrade` brings it up, keep a copy first"
        )
    elif now == "newer":
        raise Problem("database-newer", "the database is of a newer release", "install that release of steerco")
