"""``steerco charter``: a regulation's text and data."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from steerco.cli.frame.command import CommandGroup, pass_shell
from steerco.cli.frame.output import table
from steerco.cli.frame.problems import USAGE, CommandProblem
from steerco.cli.frame.shell import Shell

if TYPE_CHECKING:
    from steerco.founding.proposed import ProposalsReport

ELSEWHERE = {
    "conflicts": ("steerco.cli.charter.analyses:conflicts", "Where texts contradict each other, and what prevails."),
    "dead-ends": ("steerco.cli.charter.analyses:dead_ends", "What leads nowhere: duties, powers, states, requirements."),
    "silences": ("steerco.cli.charter.analyses:silences", "What is left open, and how other charters settle it."),
    "export": ("steerco.cli.charter.export:export", "Write a charter as Akoma Ntoso, the standard's XML for legal texts."),
    "not-stated": ("steerco.cli.charter.todo:not_stated", "What is left open of what every committee needs, and what applies."),
    "print": ("steerco.cli.charter.print_page:print_charter", "The charter as one page to print and sign."),
    "todo": ("steerco.cli.charter.todo:todo", "What a committee still lacks, the first first."),
    "reach": ("steerco.cli.charter.analyses:reach", "What a role can come to, alone or two together."),
}


@click.group(cls=CommandGroup, lazy=ELSEWHERE)
def charter() -> None:
    """Import, show and compare a regulation; what covers each clause, contradicts, leads nowhere, is left open."""


@charter.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--tenant", "slug", required=True, metavar="SLUG", help="The tenant whose charter.toml is written.")
@click.option("--strict", is_flag=True, help="Exit with 1 where something must be compared or a line is left over.")
@pass_shell
def import_(shell: Shell, file: Path, slug: str, strict: bool) -> None:
    """Take the clauses of a regulation from its file into tenants/SLUG/charter.toml; never over an existing one.

    The file is plain text (UTF-8), Markdown, Word (.docx), a PDF with a text layer, or Akoma Ntoso (XML).

    Doubtful passages are listed with their lines: compare them with the source.
    """
    from steerco.founding.importing import import_text

    report = import_text(shell.home_to_be, file, slug)
    open_ = f"; {report.proposals} rows proposed in {report.proposed}" if report.proposals else ""

    def text() -> None:
        for doubt in report.unsure:
            click.echo(f"{file}:{doubt.line}: {doubt.message} [{doubt.code}]")
        for left in report.account.left_over:
            click.echo(f"{file}:{left.line}: in no clause: {left.text[:90]} [left-over]")
        click.echo(
            f"{report.file}: {len(report.clauses)} clauses by {report.parser}, {len(report.unsure)} to compare{open_}", err=True
        )
        went = report.account
        parts = f"{went.clauses} in clauses, {went.headings} in headings, {went.instrument} in the instrument's data"
        click.echo(f"{went.lines} lines: {parts}, {len(went.left_over)} left over", err=True)

    shell.report(report, text, ok=not strict or not (report.unsure or report.account.left_over))


@charter.command()
@click.argument("slug")
@pass_shell
def propose(shell: Shell, slug: str) -> None:
    """Read the words of a charter again and propose rows, in charter.proposed.toml. What was refused stays refused."""
    from steerco.founding.proposed import propose

    _proposals(shell, propose(shell.home_to_be, slug))


@charter.command()
@click.argument("slug")
@pass_shell
def proposals(shell: Shell, slug: str) -> None:
    """List the proposed rows that nobody has decided on, each with its confidence and its sentence."""
    from steerco.founding.proposed import listed

    _proposals(shell, listed(shell.home_to_be, slug))


def _proposals(shell: Shell, report: ProposalsReport) -> None:
    def text() -> None:
        from steerco.charter.text.proposed_rows import row_text

        for each in report.proposals:
            if each.state == "open":
                click.echo(f"{each.id}  {each.confidence} %, by {each.clause}: {each.sentence}")
                click.echo("".join(f"    {line}\n" for line in row_text(each).splitlines()), nl=False)
        click.echo(f"{report.file}: {report.open} of {len(report.proposals)} wait for a decision", err=True)

    shell.report(report, text)


@charter.command()
@click.argument("slug")
@click.argument("ids", nargs=-1, metavar="[ID]…")
@click.option("--above", type=click.IntRange(0, 100), help="All open ones of at least this confidence, in percent.")
@click.option("--dry-run", is_flag=True, help="Say what would be written, and write nothing.")
@pass_shell
def accept(shell: Shell, slug: str, ids: tuple[str, ...], above: int | None, dry_run: bool) -> None:
    """Take proposed rows into charter.toml, powers into the policy: those named, or all above a confidence.

    All of them or none. Comments stay. `tenant plan` then shows what they change, and `tenant apply` lets them count.
    """
    _decide(shell, slug, ids, above, False, dry_run)


@charter.command()
@click.argument("slug")
@click.argument("ids", nargs=-1, required=True, metavar="ID…")
@pass_shell
def refuse(shell: Shell, slug: str, ids: tuple[str, ...]) -> None:
    """Refuse proposed rows: they are proposed no more, also after the words are read again."""
    _decide(shell, slug, ids, None, True, False)


def _decide(shell: Shell, slug: str, ids: tuple[str, ...], above: int | None, refused: bool, dry: bool) -> None:
    from steerco.founding.proposed import decide

    answer = decide(shell.home_to_be, slug, ids, above, refused, dry)

    def text() -> None:
        for row in answer.rows if not refused else ():
            click.echo(row)
        for problem in answer.problems:
            click.echo(f"{problem.message} [{problem.code}]")
        verb = "refused" if refused else "would be accepted" if dry else "accepted"
        told = f"{len(answer.done)} {verb}" if not answer.problems else "nothing was written"
        click.echo(f"{told}{': ' + ', '.join(answer.files) if answer.files else ''}", err=True)

    shell.report(answer, text, ok=not answer.problems)


@charter.command()
@click.argument("slug")
@pass_shell
def coverage(shell: Shell, slug: str) -> None:
    """Count the powers, duties, rules and hooks under each clause and the cases that assert it; laws count for themselves.

    A clause is covered where something runs under it and a step of a case names it. Parties, unstated rules and mere information
    cover nothing; `charter show` lists them.
    """
    from steerco.cli.charter.report import coverage_of

    report = coverage_of(shell, slug)

    def text() -> None:
        counts = ("powers", "duties", "rules", "hooks", "cases")
        table([(each.id, *(len(getattr(each, name)) or "-" for name in counts)) for each in report.clauses], ("clause", *counts))
        for law in report.beside:
            click.echo(f"\n{law.id}" + (f" (brought by {law.plugin})" if law.plugin else ""))
            rows = [(each.id, *(len(getattr(each, name)) or "-" for name in counts)) for each in law.clauses]
            table(rows, ("clause", *counts))
        click.echo(f"{report.covered} of {report.total} clauses are covered", err=True)
        for law in report.beside:
            click.echo(f"beside the regulation: {law.covered} of {law.total} clauses of {law.id}", err=True)

    shell.report(report, text)


@charter.command()
@click.argument("slug")
@click.argument("clause")
@pass_shell
def show(shell: Shell, slug: str, clause: str) -> None:
    """Show a clause: its heading, our summary, its text where it is loaded, and everything that cites it."""
    from steerco.cli.charter.report import clause_of

    answer = clause_of(shell, slug, clause)

    def text() -> None:
        click.echo(f"{answer['id']}  {answer['heading']['en'] or answer['heading']['vi']}  [{answer['file']}:{answer['line']}]")
        click.echo(f"of {answer['instrument']}, in force from {answer['effective']}")
        for language in ("vi", "en"):
            if answer["gloss"][language]:
                click.echo(f"summary ({language}): {answer['gloss'][language]}")
        click.echo(answer["text"] or "(the wording is not loaded)")
        for name in ("powers", "duties", "rules", "hooks", "cases"):
            for each in answer[name]:
                click.echo(f"{name}: {each}")
        for each in answer["shown"]:
            click.echo(f"information: {each} (nothing runs it)")

    shell.report(answer, text)


def _day(context: click.Context, parameter: click.Parameter, value: str | None) -> date | None:
    if value is None:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise click.BadParameter(f"{value!r} is no day; write it like 2021-02-03") from None


@charter.command()
@click.argument("slug")
@click.option("--year", type=click.IntRange(1900, 2200), required=True, help="The year to propose days for.")
@pass_shell
def calendar(shell: Shell, slug: str, year: int) -> None:
    """Propose a working day for each regular meeting of a year, from the cadences; no clause sets them."""
    from steerco.cli.charter.report import calendar_of

    proposals = calendar_of(shell, slug, year)

    def text() -> None:
        rows = [(f"{p.day} (expected)" if p.expected else p.day, p.body, p.period, ", ".join(p.cites)) for p in proposals]
        table(rows, ("day", "body", "period", "clause"))
        if any(p.expected for p in proposals):
            click.echo("expected: the days off of that year are not announced yet", err=True)

    shell.report(proposals, text)


@charter.command()
@click.argument("slug")
@click.option("--from", "first", metavar="DAY", callback=_day, help="The version in force on this day…")
@click.option("--to", "second", metavar="DAY", callback=_day, help="…compared with the one on this day.")
@click.option("--under", type=click.Path(exists=True, file_okay=False, path_type=Path), help="A home with draft files of SLUG.")
@click.option("--by-office", is_flag=True, help="The annex of an amendment: by office and clause, what is gained, lost and owed.")
@pass_shell
def diff(shell: Shell, slug: str, first: date | None, second: date | None, under: Path | None, by_office: bool) -> None:
    """Report in words what changed in the regulation from one day to another, or (--under) what a draft would change."""
    from steerco.cli.answers.draft import print_annex
    from steerco.cli.charter.report import compared, differences

    if under is None and (first is None or second is None):
        raise CommandProblem("bad-days", "two days are needed", "give --from and --to, or --under and a folder", exit=USAGE)
    if first and second and second < first:
        raise CommandProblem("bad-days", f"{second} lies before {first}", "give the earlier day as --from", exit=USAGE)
    old, new = compared(shell, slug, first, second, under)
    answer = differences(old, new)

    def text() -> None:
        if by_office:
            return print_annex(answer["annex"])
        for change in answer["changes"]:
            click.echo(change["said"])
        if not answer["changes"]:
            click.echo(f"{answer['from']} on both sides: nothing changed", err=True)
        return None

    shell.report(answer, text)
