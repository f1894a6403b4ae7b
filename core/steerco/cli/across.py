"""``steerco week`` and ``steerco competence``: one person, or all subjects, over several committees of the database."""

from __future__ import annotations

import click

from steerco.cli.command import Command, pass_shell
from steerco.cli.shell import Shell

LANG = click.option("--lang", default="", metavar="CODE", help="The language, such as vi; by default each committee's first.")


@click.command(cls=Command)
@click.argument("slug")
@click.argument("person")
@click.option("--from", "first", metavar="DAY", help="A day of the week; by default the present week.")
@LANG
@pass_shell
def week(shell: Shell, slug: str, person: str, first: str | None, lang: str) -> None:
    """Tell the week of PERSON (or of the one who holds that role) in SLUG, and in all committees of that account that share it.

    What only they can do, what waits for them, meetings, what is late and falls due, who acts while they are away: each line with
    its clause, as of an entry of each log.
    """
    from steerco.cli.across_report import print_week, week_of

    answer = week_of(shell, slug, person, first, lang)
    shell.report(answer, lambda: print_week(answer))


@click.command(cls=Command)
@click.argument("slugs", metavar="[SLUG]...", nargs=-1)
@LANG
@pass_shell
def competence(shell: Shell, slugs: tuple[str, ...], lang: str) -> None:
    """Tell who has which subject over the committees that share it (those named, else all): one lead, two, none, overlaps."""
    from steerco.cli.across_report import competence_of, print_competence

    answer = competence_of(shell, slugs, lang)
    shell.report(answer, lambda: print_competence(answer))
