"""``steerco charter`` reach, dead-ends, conflicts and silences: what only a regulation that runs can tell."""

from __future__ import annotations

import click

from steerco.cli.frame.command import Command, pass_shell
from steerco.cli.frame.shell import Shell

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
    from steerco.cli.answers.findings import print_reach, reach_of

    answer = reach_of(shell, slug, role, steps, at)
    shell.report(answer, lambda: print_reach(answer))


@click.command("dead-ends", cls=Command)
@click.argument("slug")
@click.option("--information", is_flag=True, help="Also what is so by design: clauses that nothing reads, lines that are wide.")
@AT
@pass_shell
def dead_ends(shell: Shell, slug: str, information: bool, at: str | None) -> None:
    """Tell what leads nowhere: duties nobody can discharge, powers nobody has, states nothing leaves, requirements never met.

    Exits with 1 where something is found that wants mending.
    """
    from steerco.cli.answers.findings import dead_ends_of, print_found

    answer = dead_ends_of(shell, slug, at)
    shell.report(answer, lambda: print_found("dead-ends", answer, information=information), ok=not answer.warnings)


@click.command(cls=Command)
@click.argument("slug")
@click.option("--with", "other", metavar="OTHER", help="Compare with another committee's charter instead.")
@click.option("--role", "roles", multiple=True, metavar="OURS=THEIRS", help="Which role answers to which there (repeatable).")
@AT
@pass_shell
def conflicts(shell: Shell, slug: str, other: str | None, roles: tuple[str, ...], at: str | None) -> None:
    """Tell where texts contradict each other: charter, law and house rules, or (--with) another committee's charter.

    Each conflict comes with both texts, the circumstance in which they differ, and what prevails or that nothing says. Files with
    errors are looked at as far as they load. Exits with 1 where the texts of one committee contradict each other.
    """
    from steerco.cli.answers.findings import conflicts_of, print_found

    answer = conflicts_of(shell, slug, other, roles, at)
    shell.report(answer, lambda: print_found("conflicts", answer, information=True), ok=not answer.warnings)


@click.command(cls=Command)
@click.argument("slug")
@AT
@pass_shell
def silences(shell: Shell, slug: str, at: str | None) -> None:
    """Tell what a charter leaves open, and how the other charters of the home and the examples settle it, with their clauses."""
    from steerco.cli.answers.findings import print_silences, silences_of

    answer = silences_of(shell, slug, at)
    shell.report(answer, lambda: print_silences(answer))
