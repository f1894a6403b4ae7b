"""``steerco doctor``: what is wrong with this installation, each problem with its mend."""

from __future__ import annotations

import click

from steerco.cli.command import Command, pass_shell
from steerco.cli.problems import FINDINGS
from steerco.cli.shell import Shell


@click.command(cls=Command)
@pass_shell
def doctor(shell: Shell) -> None:
    """Look at the program, the home, the database and every tenant. Exit code 1 if something has to be mended."""
    from steerco.cli.doctor_checks import examine

    found = list(examine(shell))
    problems = [each for each in found if each.state == "problem"]

    def text() -> None:
        for each in found:
            click.echo(f"{each.state:8} {each.what}: {each.said}")
            if each.mend:
                click.echo(f"{'':8} -> {each.mend}")
        click.echo(f"{len(problems)} problems" if problems else "nothing has to be mended", err=True)

    shell.report({"ok": not problems, "checks": found}, text)
    if problems:
        raise click.exceptions.Exit(FINDINGS)
