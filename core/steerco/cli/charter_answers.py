"""``steerco charter`` reach, dead-ends, conflicts and silences: what only a regulation that runs can tell."""

from __future__ import annotations

import click

from steerco.cli.command import Command, pass_shell
from steerco.cli.shell import Shell

AT = click.option("--at", metavar="DAY", help="As of this day (today; the first day of a charter that is not in force yet).")


@click.command(cls=Command)
@click.argument("slug")
@click.argument("role")
@click.option("--steps", type=click.IntRange(1, 6), default=4, show_default=True, help="The most acts in a row.")
@AT
@pass_shell
def reach(shell: Shell, slug: str, role: str, steps: int, at: str | None) -> None:
    """Tell what the holders of a role can come to, alone or two together: seats, powers of others, entering for others.

    Each chain of acts was performed on trial; nothing found is not "safe": the answer says what was looked at.
    """
    from steerco.cli.answers_report import print_reach, reach_of

    answer = reach_of(shell, slug, role, steps, at)
    shell.report(answer, lambda: print_reach(answer))
