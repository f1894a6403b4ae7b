"""``steerco db``: the schema of the database."""

from __future__ import annotations

import click

from steerco.cli.frame.command import CommandGroup, pass_shell
from steerco.cli.frame.environment import OPERATOR_URL, URL, value_of
from steerco.cli.frame.problems import CommandProblem
from steerco.cli.frame.shell import Shell


@click.group(cls=CommandGroup)
def db() -> None:
    """The database."""


@db.command()
@click.option("--role", default="", help="PostgreSQL: the role that serves; it is granted what it needs, and no more.")
@pass_shell
def upgrade(shell: Shell, role: str) -> None:
    """Bring the database to this release's schema, all or nothing. One that is up to date stays as it is.

    Without --role, the role of STEERCO_DATABASE_URL is granted its rights where STEERCO_OPERATOR_URL names another.
    """
    from steerco.cli.frame.schema_upgrade import migrate
    from steerco.store.migrations import MissingMigration
    from steerco.store.schema import newest, standing

    _ = shell.home
    store = shell.opened()
    was = standing(store)
    try:
        migrate(store, role or _serving())
    except MissingMigration as error:
        raise CommandProblem("database-newer", str(error), "install the release or the plugin that it belongs to") from None
    done = {"was": was, "version": newest()}
    as_before = "as it was" if was == "current" else "up to date now"
    shell.report(done, lambda: click.echo(f"the database is at version {newest()}, {as_before}"))


def _serving() -> str | None:
    """Return the role that serves by the addresses in use, where another owns the tables."""
    from sqlalchemy.engine import make_url

    serves, owns = value_of(URL), value_of(OPERATOR_URL)
    if not serves or not owns:
        return None
    role = make_url(serves).username
    return role if role != make_url(owns).username else None
