"""``steerco tenant people``: people by a table (CSV), into the files of a committee before it runs, and by acts once it does."""

from __future__ import annotations

from pathlib import Path

import click
from msgspec import Struct

from steerco.cli.answers.questions import person
from steerco.cli.frame.command import Command, pass_shell
from steerco.cli.frame.problems import CommandProblem
from steerco.cli.frame.shell import Shell, now
from steerco.config.findings import Finding
from steerco.config.people import People
from steerco.config.read import NotText, decoded
from steerco.configuration.load import load
from steerco.configuration.replaced_files import replace_all
from steerco.founding.people_rows import table_rows, with_people
from steerco.i18n import DEFAULT, words
from steerco.operations import people_table
from steerco.operations.entering import StoppedRow, enter
from steerco.operations.onboarding import acts
from steerco.operations.stopped_words import why
from steerco.web.pages.frame.dates import read_day


class PeopleEntered(Struct, frozen=True):
    """What a table says, or what is wrong with it by line. ``file``: where it went; empty where acts entered it."""

    persons: int
    appointments: int
    findings: tuple[Finding, ...]
    file: str = ""
    dry_run: bool = False


@click.command(cls=Command)
@click.argument("slug")
@click.argument("table", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--as", "who", default="", help="Who enters them, once the committee runs: a person, seat or role.")
@click.option("--dry-run", is_flag=True, help="Say what would be entered and what is wrong, and enter nothing.")
@pass_shell
def people(shell: Shell, slug: str, table: Path, who: str, dry_run: bool) -> None:
    """Enter the people of a table (CSV), one person in one place a line: all of them, or none.

    The first line names the columns, such as name, seat, office, agency, from, to. Before the first `apply` the rows go into
    people.toml; of a committee that runs, somebody enters them, as far as the policy lets them.
    """
    try:
        text = decoded(table.read_bytes(), table.name).replace("\r\n", "\n")
    except NotText as error:
        _report(shell, PeopleEntered(0, 0, (error.finding,), dry_run=dry_run))
        return
    runs = slug in shell.applied()
    if runs and not who:
        raise CommandProblem("runs-already", f"{slug} runs, so somebody enters its people", "name who does: --as PERSON")
    _report(
        shell,
        _by_acts(shell, slug, table.name, text, who, dry=dry_run)
        if runs
        else _into_file(shell, slug, table.name, text, dry=dry_run),
    )


def _report(shell: Shell, told: PeopleEntered) -> None:
    def text() -> None:
        for finding in told.findings:
            click.echo(str(finding))
        if told.findings:
            click.echo("nothing was entered", err=True)
            return
        done = "would be entered" if told.dry_run else f"entered in {told.file}" if told.file else "entered"
        click.echo(f"{told.persons} persons and {told.appointments} appointments {done}", err=True)

    shell.report(told, text, ok=not told.findings)


def _told(name: str, people: People, findings: list[Finding], file: str = "", *, dry: bool) -> PeopleEntered:
    named = tuple(Finding(name, each.line, each.code, each.message) for each in findings)
    return PeopleEntered(len(people.persons), len(people.appointments), named, "" if dry or named else file, dry)


def _into_file(shell: Shell, slug: str, name: str, text: str, *, dry: bool) -> PeopleEntered:
    """Enter a table into ``people.toml``. Raises ``CommandProblem`` where the other files are not sound yet."""
    from steerco.committee import record_types

    files, path = shell.content(slug), f"tenants/{slug}/people.toml"
    loaded = load(slug, files, record_types())
    if loaded.snapshot is None:
        raise CommandProblem(
            "files-first", "what seats there are is not known yet", f"mend the files: `steerco tenant check {slug}`"
        )
    today, calendar = loaded.snapshot.local(now()), loaded.snapshot.calendar
    entered, found = table_rows(loaded, files.get(path, ""), path, text, today, lambda day: read_day(day, today, calendar))
    if not found and not dry:
        replace_all({shell.home.folder / path: with_people(files.get(path, ""), entered)})
    return _told(name, entered, found, path, dry=dry)


def _by_acts(shell: Shell, slug: str, name: str, text: str, who: str, *, dry: bool) -> PeopleEntered:
    """Do what a table says as acts of a person, all or none; each that is stopped is told with its line."""
    tenant, at = shell.tenant(slug), now()
    today, calendar = tenant.snapshot.local(at), tenant.snapshot.calendar
    with tenant.store.read(tenant.id) as session:
        actor = person(tenant, session, who, at)
        known = people_table.known_on(tenant.directory(session).on(today, tenant.snapshot.regime_on(today).charter))
    entered, found = people_table.read(text, known, lambda day: read_day(day, today, calendar))
    if not found:
        _, stopped = enter(tenant, acts(entered, today), actor, at, dry_run=dry)
        found = sorted(_finding(row) for row in stopped)
    return _told(name, entered, found, dry=dry)


def _finding(row: StoppedRow) -> Finding:
    """Return what is wrong with a line: a refusal with its clauses and who may."""
    if row.error is None:
        return Finding("", row.act.line, "one-by-one", "a plugin judges such an act: do it alone, `steerco do`")
    return Finding("", row.act.line, "not-entered", why(row.error, words(DEFAULT)))
