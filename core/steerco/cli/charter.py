"""``steerco charter``: a regulation's text and data."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from steerco.cli.command import CommandGroup, pass_shell
from steerco.cli.output import table
from steerco.cli.problems import USAGE, CommandProblem
from steerco.cli.shell import Shell


@click.group(cls=CommandGroup)
def charter() -> None:
    """Import, show and compare a regulation; what covers each clause."""


@charter.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--tenant", "slug", required=True, metavar="SLUG", help="The tenant whose charter.toml is written.")
@pass_shell
def import_(shell: Shell, file: Path, slug: str) -> None:
    """Take the clauses of a regulation from its text (UTF-8) into tenants/SLUG/charter.toml; never over an existing one.

    What was not sure is listed with its line: compare it with the source.
    """
    from steerco.cli.charter_import import imported

    report = imported(shell.home_to_be, file, slug)

    def text() -> None:
        for each in report.unsure:
            click.echo(f"{file}:{each.line}: {each.message} [{each.code}]")
        click.echo(f"{report.file}: {len(report.clauses)} clauses by {report.parser}, {len(report.unsure)} to compare", err=True)

    shell.report(report, text)


@charter.command()
@click.argument("slug")
@pass_shell
def coverage(shell: Shell, slug: str) -> None:
    """Per clause the powers, duties, rules and hooks that run under it and the cases that assert it; laws count for themselves.

    A clause is covered where something runs under it and a step of a case names it. Who there is, what is not stated and what is
    only information cover nothing; `charter show` tells them.
    """
    from steerco.cli.charter_report import coverage_of

    found = coverage_of(shell, slug)

    def text() -> None:
        counts = ("powers", "duties", "rules", "hooks", "cases")
        table([(each.id, *(len(getattr(each, name)) or "-" for name in counts)) for each in found.clauses], ("clause", *counts))
        for law in found.beside:
            click.echo(f"\n{law.id}" + (f" (brought by {law.plugin})" if law.plugin else ""))
            rows = [(each.id, *(len(getattr(each, name)) or "-" for name in counts)) for each in law.clauses]
            table(rows, ("clause", *counts))
        click.echo(f"{found.covered} of {found.total} clauses are covered", err=True)
        for law in found.beside:
            click.echo(f"beside the regulation: {law.covered} of {law.total} clauses of {law.id}", err=True)

    shell.report(found, text)


@charter.command()
@click.argument("slug")
@click.argument("clause")
@pass_shell
def show(shell: Shell, slug: str, clause: str) -> None:
    """A clause: its heading, our summary, its text where it is loaded, and everything that cites it."""
    from steerco.cli.charter_report import clause_of

    found = clause_of(shell, slug, clause)

    def text() -> None:
        click.echo(f"{found['id']}  {found['heading']['en'] or found['heading']['vi']}  [{found['file']}:{found['line']}]")
        click.echo(f"of {found['instrument']}, in force from {found['effective']}")
        for language in ("vi", "en"):
            if found["gloss"][language]:
                click.echo(f"summary ({language}): {found['gloss'][language]}")
        click.echo(found["text"] or "(the wording is not loaded)")
        for name in ("powers", "duties", "rules", "hooks", "cases"):
            for each in found[name]:
                click.echo(f"{name}: {each}")
        for each in found["shown"]:
            click.echo(f"information: {each} (nothing runs it)")

    shell.report(found, text)


def _day(context: click.Context, parameter: click.Parameter, value: str) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise click.BadParameter(f"{value!r} is no day; write it like 2021-02-03") from None


@charter.command()
@click.argument("slug")
@click.option("--year", type=click.IntRange(1900, 2200), required=True, help="The year to propose days for.")
@pass_shell
def calendar(shell: Shell, slug: str, year: int) -> None:
    """A working day for each regular meeting of a year, proposed from the cadences; no clause sets them."""
    from steerco.cli.charter_report import calendar_of

    found = calendar_of(shell, slug, year)

    def text() -> None:
        rows = [(f"{p.day} (expected)" if p.expected else p.day, p.body, p.period, ", ".join(p.cites)) for p in found]
        table(rows, ("day", "body", "period", "clause"))
        if any(p.expected for p in found):
            click.echo("expected: the days off of that year are not announced yet", err=True)

    shell.report(found, text)


@charter.command()
@click.argument("slug")
@click.option("--from", "first", required=True, metavar="DAY", callback=_day, help="The version in force on this day…")
@click.option("--to", "second", required=True, metavar="DAY", callback=_day, help="…compared with the one on this day.")
@pass_shell
def diff(shell: Shell, slug: str, first: date, second: date) -> None:
    """What changed in the regulation from one day to another, in words."""
    from steerco.cli.charter_report import differences

    if second < first:
        raise CommandProblem("bad-days", f"{second} lies before {first}", "give the earlier day as --from", exit=USAGE)
    found = differences(shell, slug, first, second)

    def text() -> None:
        for each in found["changes"]:
            click.echo(each["said"])
        if not found["changes"]:
            click.echo(f"{found['from']} is in force on both days: nothing changed", err=True)

    shell.report(found, text)
