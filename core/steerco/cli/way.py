"""``steerco plan``: the shortest lawful way to an act by a day. What it answers with is imported only when it runs."""

from __future__ import annotations

import click

from steerco.cli.command import Command, pass_shell
from steerco.cli.shell import Shell


@click.command(cls=Command)
@click.argument("slug")
@click.argument("action", metavar="ACTION")
@click.option(
    "--by", "by", required=True, metavar="DAY", help="The last day on which it is to be done; meetings on the way are held then."
)
@click.option(
    "--with", "given", metavar="JSON", help="""Input of the acts, such as '{"class": "proposal"}'; @FILE reads it from a file."""
)
@click.option(
    "--away", multiple=True, metavar="WHO=FIRST..LAST", help="Suppose that an officer is away on these days (repeatable)."
)
@click.option(
    "--on", default="", metavar="REF", help="The record on which it is to be done (M-2021-001): the committee as it stands here."
)
@click.option("--at", metavar="DAY", help="The day from which on something may be done; by default today.")
@pass_shell
def plan(
    shell: Shell, slug: str, action: str, by: str, given: str | None, away: tuple[str, ...], on: str, at: str | None
) -> None:
    """Tell the shortest lawful way to ACTION (type.action): the acts, by whom, when at the latest, by which clauses.

    The way begins from nothing; with --on from that record as it is: its state, its people, its meeting. Each act was performed
    on trial, on the day that is told. Where there is no way: what stands in it, by which clause, who could shorten the time,
    and the first later day. Exits with 1 where no way was found.
    """
    from steerco.cli.way_report import print_way, way_of

    answer = way_of(shell, slug, action, by, given, away, on, at)
    shell.report(answer, lambda: print_way(answer), ok=answer.verdict == "way")
