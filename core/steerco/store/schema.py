"""How the database's schema stands to this release's."""

from __future__ import annotations

from typing import Literal

import sqlalchemy as sa

from steerco.store.engine import Store

Standing = Literal["empty", "older", "current", "newer"]

_version = sa.Table("alembic_version", sa.MetaData(), sa.Column("version_num", sa.String))


def newest() -> str:
    """The version of this release. Told by the files' names, since Alembic takes half a second to import."""
    from importlib.resources import files

    folder = files("steerco.store.migrations") / "versions"
    return max(each.name.partition("_")[0] for each in folder.iterdir() if each.name[:1].isdigit())


def present(store: Store) -> tuple[str, ...]:
    """The versions that the database is at (one a line of versions); none where it is empty."""
    with store.operator_connection() as connection:
        if not sa.inspect(connection).has_table(_version.name):
            return ()
        return tuple(sorted(connection.scalars(sa.select(_version.c.version_num))))


def standing(store: Store) -> Standing:
    """Where the database stands."""
    at = [version for version in present(store) if version.isdigit()]
    if not at:
        return "empty"
    if at[-1] == newest():
        return "current"
    return "older" if at[-1] < newest() else "newer"
