"""``steerco doctor``: the problems of this installation, each with its mend."""

from __future__ import annotations

import click

from steerco.cli.frame.command import Command, pass_shell
from steerco.cli.frame.shell import Shell


@click.command(cls=Command)
@pass_shell
def doctor(shell: Shell) -> None:
    """Examine the program, the home, the database and every tenant. Exit code 1 if something has to be mended."""
    from steerco.cli.installation.examination import examine

    checks = list(examine(shell))
    problems = [check for check in checks if check.state == "problem"]

    def text() -> None:
        for check in checks:
            click.echo(f"{check.state:8} {check.what}: {check.said}")
            if check.mend:
                click.echo(f"{'':8} -> {check.mend}")
        click.echo(f"{len(problems)} problems" if problems else "nothing has to be mended", err=True)

    shell.report({"ok": not problems, "checks": checks}, text, ok=not problems)
