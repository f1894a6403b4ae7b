"""``steerco config``: what is set, and where it comes from."""

from __future__ import annotations

import click

from steerco.cli.frame.command import Command, pass_shell
from steerco.cli.frame.environment import in_force, unknown
from steerco.cli.frame.output import table
from steerco.cli.frame.shell import Shell


@click.command(cls=Command)
@pass_shell
def config(shell: Shell) -> None:
    """Show every setting of the environment: what is in force and where it comes from. Secrets are masked."""
    settings, strange = in_force(), unknown()

    def show() -> None:
        rows = [(each.name, each.value, each.source, each.what) for each in settings]
        table(rows, ("setting", "in force", "from", "what it sets"))
        for name in strange:
            click.echo(f"{name} is set, and nothing reads it: is it misspelled?", err=True)

    shell.report({"settings": settings, "unknown": strange}, show)
