"""``steerco db``: the database's schema."""

from __future__ import annotations

import click

from steerco.cli.command import Group, pass_shell
from steerco.cli.problems import Problem
from steerco.cli.shell import Shell


@click.group(cls=Group)
def db() -> None:
    """The database."""


@db.command()
@click.option("--role", default="", help="PostgreSQL: the role that serves; it is granted what it needs, and no more.")
@pass_shell
def upgrade(shell: Shell, role: str) -> None:
    """Bring the database to this release's schema, all or nothing. One that is up to date stays as it is."""
    from steerco.cli.database import migrate
    from steerco.store.migrations import MissingMigration
    from steerco.store.schema import newest, standing

    _ = shell.home
    store = shell.opened()
    was = standing(store)
    try:
        migrate(store, role or None)
    except MissingMigration as error:
        raise Problem("database-newer", str(error), "install the release or the plugin that it belongs to") from None
    done = {"was": was, "version": newest()}
    as_before = "as it was" if was == "current" else "up to date now"
    shell.report(done, lambda: click.echo(f"the database is at version {newest()}, {as_before}"))
