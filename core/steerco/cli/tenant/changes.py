"""``steerco tenant`` plan, apply, rollback, revisions and pull: how a tenant's configuration changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from steerco.cli.frame.command import Command, pass_shell
from steerco.cli.frame.output import ProgressBar, table
from steerco.cli.frame.problems import FINDINGS, USAGE, CommandProblem
from steerco.cli.frame.shell import Shell, user

if TYPE_CHECKING:
    from steerco.configuration.revisions import RevisionSummary

BY = click.option("--by", default="", metavar="PERSON", help="Apply it in the name of this person, by this person's power.")
WHO = click.option("--who", default="", help="Who enters it (by default the user of this machine).")
BASE = click.option("--base", type=click.IntRange(0), help="The revision planned against (by default the one last seen here).")
CORRECT = click.option("--correct", is_flag=True, help="Correct the file of a version in force: the paper always said so.")


@click.command(cls=Command)
@click.argument("slugs", metavar="[SLUG]…", nargs=-1)
@CORRECT
@pass_shell
def plan(shell: Shell, slugs: tuple[str, ...], correct: bool) -> None:
    """Show what `apply` would change, and for whom; what it would refuse, and whose power it takes."""
    from steerco.cli.tenant.plan_report import plan_of, print_plan

    plans = [plan_of(shell, slug, correct=correct) for slug in shell.slugs(slugs)]

    def text() -> None:
        for each, _ in plans:
            print_plan(each)

    made = [each for each, _ in plans]
    shell.report(made[0] if len(slugs) == 1 else made, text, ok=all(sound for _, sound in plans))


@click.command(cls=Command)
@click.argument("slugs", metavar="[SLUG]…", nargs=-1)
@click.option("--why", default="", help="Why, for the record.")
@WHO
@BY
@BASE
@CORRECT
@pass_shell
def apply(shell: Shell, slugs: tuple[str, ...], why: str, who: str, by: str, base: int | None, correct: bool) -> None:
    """Make the files the tenant's newest revision; a new tenant's people are entered on the way.

    Refused where it would strand somebody or something, or rewrite what acts were decided under; and where somebody else has
    applied a revision since this home last looked.
    """
    if correct and not why.strip():
        raise CommandProblem("no-why", "a correction of a version in force needs its reason", "say it by --why", exit=USAGE)
    options = {"who": who or user(), "why": why, "by": by, "correct": correct}
    done = [_apply(shell, slug, base, options) for slug in shell.slugs(slugs)]

    def text() -> None:
        for each in done:
            same = "" if each["changed"] else ", as before: nothing has changed"
            click.echo(f"{each['slug']}: revision {each['revision']}{same}")

    shell.report(done[0] if len(slugs) == 1 else done, text)


def _apply(shell: Shell, slug: str, base: int | None, options: dict[str, Any]) -> dict[str, Any]:
    from steerco.cli.tenant.revision_report import RevisionMark, in_use, note

    content, current = shell.content(slug), in_use(shell, slug)
    if base is None:
        base = _planned(shell, slug, content, current)
    tenant = _revised(shell, slug, content, base, options)
    revision, digest = tenant.snapshot.revision, tenant.snapshot.digest
    note(shell, slug, planned=RevisionMark(revision, digest), based=RevisionMark(revision, digest))
    was = current[0] if current else 0
    return {"slug": slug, "revision": revision, "was": was, "changed": revision != was, "digest": digest}


def _revised(shell: Shell, slug: str, content: dict[str, str], base: int | None, options: dict[str, Any]) -> Any:
    from steerco.operations.onboarding import seeding

    seed = seeding(ProgressBar(f"{slug}: entering people"))
    shell.makes = True
    return shell.installation.apply(slug, content, at=shell.present(slug), seed=seed, base=base, **options)


def _planned(shell: Shell, slug: str, content: dict[str, str], current: tuple[int, str, dict[str, str]] | None) -> int:
    """Return the revision that this home last saw. Raises ``CommandProblem`` where it has never looked at the one in use."""
    from steerco.cli.tenant.revision_report import seen

    if current is None:
        return 0
    number, digest, files = current
    if files == content:
        return number
    planned = seen(shell, slug).planned
    if planned is None or planned.number > number or (planned.number == number and planned.digest != digest):
        message = f"{slug} is at revision {number}, which was never looked at from here"
        raise CommandProblem(
            "not-planned", message, f"`steerco tenant plan {slug}` shows what would change; or name it by --base {number}"
        )
    return planned.number


@click.command(cls=Command)
@click.argument("slug")
@click.argument("revision", type=click.IntRange(1))
@click.option("--why", default="", help="Why, for the record.")
@WHO
@BY
@BASE
@CORRECT
@pass_shell
def rollback(shell: Shell, slug: str, revision: int, why: str, who: str, by: str, base: int | None, correct: bool) -> None:
    """Make a new revision with the content of an earlier one. Refused where `apply` of these files would be."""
    from steerco.cli.tenant.revision_report import RevisionMark, note, stored

    number = shell.tenant(slug).snapshot.revision
    _, _, content = stored(shell, slug, revision)
    options = {"who": who or user(), "why": why or f"back to revision {revision}", "by": by, "correct": correct}
    tenant = _revised(shell, slug, content, number if base is None else base, {**options, "back_to": revision})
    now_at, digest = tenant.snapshot.revision, tenant.snapshot.digest
    note(shell, slug, planned=RevisionMark(now_at, digest))

    def text() -> None:
        if now_at == number:
            click.echo(f"{slug}: revision {number} is that already")
            return
        click.echo(f"{slug}: revision {now_at}, with the content of revision {revision}")
        click.echo(f"the files are as they were: `steerco tenant pull {slug}` brings them to it", err=True)

    shell.report({"slug": slug, "revision": now_at, "was": number, "back_to": revision, "digest": digest}, text)


@click.command(cls=Command)
@click.argument("slug")
@click.option("--limit", default=0, help="The most revisions to list (0: all).")
@pass_shell
def revisions(shell: Shell, slug: str, limit: int) -> None:
    """List the tenant's revisions, newest first: when, who, why, and whether anything that decides was changed."""
    from steerco.configuration.revisions import listed

    tenant = shell.tenant(slug)
    with tenant.store.read(tenant.id) as session:
        summaries = listed(session, tenant.id, limit=limit or None)

    def text() -> None:
        rows = [
            (
                summary.number,
                f"{summary.at:%Y-%m-%d %H:%M}",
                _who(summary.by, summary.who),
                summary.weight,
                summary.digest[:12],
                _why(summary),
            )
            for summary in summaries
        ]
        table(rows, ("no", "at (UTC)", "who", "weight", "digest", "why"))

    shell.report(summaries, text)


def _who(by: str, who: str) -> str:
    return f"{by} (entered by {who})" if by else f"{who} (operator)"


def _why(summary: RevisionSummary) -> str:
    marks = [f"= revision {summary.back_to}"] if summary.back_to else []
    marks += ["correction"] if summary.corrected else []
    return summary.why + (f" [{', '.join(marks)}]" if marks else "")


@click.command(cls=Command)
@click.argument("slug")
@click.option("--theirs", is_flag=True, help="Where both sides changed, take the database's; yours is kept beside as FILE.mine.")
@click.option("--discard", is_flag=True, help="Bring every file to the database's version; edited files are kept beside.")
@pass_shell
def pull(shell: Shell, slug: str, theirs: bool, discard: bool) -> None:
    """Bring the files to the revision in use. Comments stay, and so does what was edited here alone, unless it is discarded.

    A file that was changed on both sides is named and left as it is, with exit code 1.
    """
    from steerco.cli.tenant.revision_report import discarded, pulled

    answer = discarded(shell, slug) if discard else pulled(shell, slug, theirs=theirs)

    def text() -> None:
        for name, verb in (
            ("written", "written"),
            ("gone", "taken away"),
            ("kept", "kept, edited here"),
            ("beside", "yours kept"),
        ):
            for path in answer[name]:
                click.echo(f"{path}: {verb}")
        for message in answer["conflicts"].values():
            click.echo(f"{message}: left as it is")
        if not any(answer[name] for name in ("written", "gone", "conflicts")):
            click.echo(f"{slug}: the files have everything of revision {answer['revision']}")

    shell.report(answer, text)
    if answer["conflicts"]:
        click.echo("edit them, or take the database's by --theirs (yours is kept beside)", err=True)
        raise click.exceptions.Exit(FINDINGS)
