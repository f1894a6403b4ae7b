"""``steerco tenant``: from files to a committee that runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from steerco.cli.frame.command import CommandGroup, pass_shell
from steerco.cli.frame.output import table
from steerco.cli.frame.problems import FINDINGS, USAGE, CommandProblem
from steerco.cli.frame.shell import Shell
from steerco.founding.kinds import KINDS, LANGUAGES

ELSEWHERE = {
    "link": ("steerco.cli.tenant.link:link", "Print a link by which somebody makes a new committee in the browser."),
    "people": ("steerco.cli.tenant.people:people", "Enter the people of a table (CSV), with a dry run."),
    "plan": ("steerco.cli.tenant.changes:plan", "What `apply` would change, and for whom."),
    "apply": ("steerco.cli.tenant.changes:apply", "Make the files the tenant's newest revision."),
    "revisions": ("steerco.cli.tenant.changes:revisions", "The tenant's revisions: when, who, why."),
    "rollback": ("steerco.cli.tenant.changes:rollback", "Make a new revision with the content of an earlier one."),
    "pull": ("steerco.cli.tenant.changes:pull", "Bring the files to the revision in use."),
    "export": ("steerco.cli.tenant.archive:export_", "Write a tenant into one archive."),
    "import": ("steerco.cli.tenant.archive:import_", "Make a tenant of an archive."),
    "verify": ("steerco.cli.tenant.archive:verify", "Whether an archive is whole and unchanged."),
    "suspend": ("steerco.cli.tenant.lifecycle:suspend", "Let everything be read and nothing be done."),
    "resume": ("steerco.cli.tenant.lifecycle:resume", "End a suspension."),
    "delete": ("steerco.cli.tenant.lifecycle:delete", "Delete a tenant after a waiting period, or call that off."),
    "erase-person": ("steerco.cli.tenant.lifecycle:erase_person", "Erase one person's data on request."),
    "register": ("steerco.cli.tenant.lifecycle:register", "What was done with tenants as such."),
}


@click.group(cls=CommandGroup, lazy=ELSEWHERE)
def tenant() -> None:
    """Set up, check, plan, apply, test, move, suspend and delete a tenant."""


@tenant.command()
@click.argument("slug")
@click.option("--kind", type=click.Choice(KINDS), help="The kind of committee of which an example is written.")
@click.option("--language", type=click.Choice(LANGUAGES), help="The committee's language.")
@click.option("--name", default="", help="The committee's name.")
@click.option("--time-zone", default="", help="Where its days begin and end, such as Europe/Brussels.")
@click.option("--from", "source", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Import this text as well.")
@click.option("--ask", is_flag=True, help="Ask for what no option says.")
@pass_shell
def new(
    shell: Shell, slug: str, kind: str | None, language: str | None, name: str, time_zone: str, source: Path | None, ask: bool
) -> None:
    """Write the files of a new tenant: an example of a kind that works, for you to make your own.

    Beside a charter that was imported, the rows of the kind stand as comments. `steerco charter todo SLUG` then leads through.
    """
    from steerco.founding.importing import import_text
    from steerco.founding.new_tenant import NewTenant, write_tenant

    if ask:
        kind = kind or click.prompt("kind of committee", type=click.Choice(KINDS), default=KINDS[0])
        language = language or click.prompt("language", type=click.Choice(LANGUAGES), default=LANGUAGES[-1])
        name = name or click.prompt("its name", default=slug)
        time_zone = time_zone or click.prompt("its time zone", default="Asia/Ho_Chi_Minh")
    if source is not None:
        import_text(shell.home_to_be, source, slug)
    paths = write_tenant(shell.home_to_be, NewTenant(slug, kind or KINDS[0], language or LANGUAGES[-1], name, time_zone))

    def text() -> None:
        for path in paths:
            click.echo(path)
        click.echo(f"next: `steerco charter todo {slug}` says what to do, up to `steerco tenant apply {slug}`", err=True)

    shell.report({"slug": slug, "home": str(shell.home_to_be.folder), "files": paths}, text)


@tenant.command("list")
@pass_shell
def list_(shell: Shell) -> None:
    """List the tenants that have files or run here."""
    with_files, applied = shell.home.slugs(), shell.applied()
    rows = [_list_row(shell, slug, with_files, applied) for slug in sorted({*with_files, *applied})]

    def text() -> None:
        if not rows:
            raise CommandProblem("no-tenants", f"no tenants in {shell.home.folder}", "`steerco tenant new SLUG` makes one")
        cells = [(row["slug"], row["name"], row["revision"] or "-", _state_text(row)) for row in rows]
        table(cells, ("tenant", "name", "revision", "state"))

    shell.report(rows, text)


def _list_row(shell: Shell, slug: str, with_files: list[str], applied: list[str]) -> dict[str, Any]:
    from steerco.cli.tenant.revision_report import applied_summary
    from steerco.operations.lifecycle import standing_of

    has_files = slug in with_files
    row: dict[str, Any] = {"slug": slug, "name": "", "files": has_files, "applied": slug in applied, "revision": 0}
    if has_files:
        row["name"] = _name(shell, slug)
    if slug in applied:
        applied_tenant = shell.installation.tenant(slug)
        stands, circle = standing_of(applied_tenant), applied_tenant.snapshot.circle
        row |= {
            **applied_summary(shell, slug, files=has_files),
            "state": stands.state,
            "due": stands.due,
            "without": sorted(circle.absent),
        }
        row["refused"] = {name: None if (acts := circle.closed(name)) is None else sorted(acts) for name in sorted(circle.absent)}
    return row


def _name(shell: Shell, slug: str) -> str:
    import tomllib

    from steerco.config.short_forms import name_in
    from steerco.configuration.home import NotUtf8

    try:
        return name_in(tomllib.loads(shell.home.content(slug)[f"tenants/{slug}/tenant.toml"]))
    except (tomllib.TOMLDecodeError, KeyError, AttributeError, OSError, ValueError, NotUtf8):
        return ""  # `tenant check` tells what is wrong with it


def _state_text(row: dict[str, Any]) -> str:
    if not row["applied"]:
        return "not applied"
    if row["state"] != "active":
        return "suspended" if row["state"] == "suspended" else f"to be deleted on {row['due']:%Y-%m-%d}"
    missing = [_without(name, row["refused"][name]) for name in row["without"]]
    if not row["files"]:
        return "; ".join(["applied, its files are not here", *missing])
    return "; ".join(["applied", *missing, *(f"{drift.file}: {drift.what}" for drift in row["drift"])])


def _without(name: str, acts: list[str] | None) -> str:
    """Return a line on a missing plugin and the acts that are refused meanwhile."""
    refused = "every act is refused" if acts is None else f"refused: {', '.join(acts)}" if acts else "it judged no act"
    return f"the plugin {name} does not run ({refused})"


@tenant.command()
@click.argument("slugs", metavar="[SLUG]…", nargs=-1)
@pass_shell
def check(shell: Shell, slugs: tuple[str, ...]) -> None:
    """Report what is wrong with a tenant's files (without SLUG: with every tenant's), by file and line."""
    from steerco.cli.charter.todo import open_topics
    from steerco.cli.checks.tenant_checks import findings_of

    findings = [finding for slug in shell.slugs(slugs) for finding in findings_of(shell, slug)]
    bad = [finding for finding in findings if finding.level == "error"]

    def text() -> None:
        for finding in findings:
            click.echo(str(finding))
        for line in open_topics(shell, slugs[0]) if len(slugs) == 1 and not bad else ():
            click.echo(f"not stated: {line}", err=True)
        names = ", ".join(shell.slugs(slugs))
        click.echo(
            f"{names}: {len(bad)} errors, {len(findings) - len(bad)} warnings" if findings else f"{names}: nothing is wrong",
            err=True,
        )

    shell.report(findings, text, ok=not bad)


@tenant.command()
@click.argument("slug")
@click.option("--cases", type=click.Path(path_type=Path), help="A folder of cases, or one file, instead of the tenant's own.")
@click.option("--jobs", type=click.IntRange(1), help="On so many processes; by default one for each core, fewer for few cases.")
@click.option("--watch", is_flag=True, help="Go on: run again what a saved file touches, until interrupted.")
@pass_shell
def test(shell: Shell, slug: str, cases: Path | None, jobs: int | None, watch: bool) -> None:
    """Run a tenant's cases, each in a fresh tenant made from its files.

    With --watch a saved file of cases runs its cases; another file of the tenant runs the cases that cite a clause whose row
    changed, then all others.
    """
    from steerco.cases.parallel import cores
    from steerco.cli.checks.tenant_checks import found_cases, report_cases
    from steerco.cli.checks.watch_cases import watch_cases

    if cases is not None and not cases.exists():
        raise CommandProblem("no-cases", f"there is no {cases}", "name a folder of cases, or one file", exit=USAGE)
    shell.content(slug)
    if watch:
        watch_cases(shell, slug, cases, jobs or cores())
        return
    if not report_cases(shell, slug, *found_cases(shell, slug, cases), jobs or cores()):
        raise click.exceptions.Exit(FINDINGS)
