"""``steerco log``: what was done, and whether the record of it is what was written."""

from __future__ import annotations

from pathlib import Path

import click

from steerco.cli.command import CommandGroup, pass_shell
from steerco.cli.output import ProgressBar, table
from steerco.cli.problems import FINDINGS
from steerco.cli.shell import Shell, now


@click.group(cls=CommandGroup)
def log() -> None:
    """Verify, show, replay and rebuild a tenant's log."""


@log.command()
@click.argument("slug")
@click.option(
    "--against",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    multiple=True,
    help="A checkpoint from `log head --json` that was kept elsewhere.",
)
@pass_shell
def verify(shell: Shell, slug: str, against: tuple[Path, ...]) -> None:
    """Whether the log is what was written: no event changed, left out, put in, and its end not cut.

    It is held against the signed checkpoints in the home, and against those that are given. Exit code 1 if it is not sound.
    """
    from steerco.cli.log_report import verified

    found = verified(shell, slug, against)

    def text() -> None:
        for each in found["breaks"]:
            click.echo(f"event {each['seq']}: {each['kind']}: {each['detail']}")
        for each in found["set_aside"]:
            click.echo(f"checkpoint of event {each['seq']} set aside: its signature is not this home's")
        state = "sound" if found["ok"] else "NOT SOUND"
        click.echo(f"{slug}: {state}, {found['events']} events, held against {found['checkpoints']} checkpoints")

    shell.report(found, text)
    if not found["ok"]:
        raise click.exceptions.Exit(FINDINGS)


@log.command()
@click.argument("slug")
@pass_shell
def origins(shell: Shell, slug: str) -> None:
    """Whether what came from other committees is what they sent: documents, files and signatures.

    A key is known if it is this home's, or stands as a .pub file in known-keys/ beside the database. Exit code 1 if something is
    wrong.
    """
    from steerco.cli.log_report import origins_of

    found = origins_of(shell, slug)

    def text() -> None:
        for each in found["faults"]:
            click.echo(f"{each['type']} {each['ref']}: {each['what']}")
        wrong = f"{len(found['faults'])} wrong" if found["faults"] else "nothing is wrong"
        click.echo(f"{slug}: {found['proofs']} proofs of origin, {wrong}")

    shell.report(found, text)
    if not found["ok"]:
        raise click.exceptions.Exit(FINDINGS)


@log.command()
@click.argument("slug")
@click.option("--after", default=0, help="Only events after this number.")
@click.option("--limit", default=0, help="At most so many (0: all).")
@click.option("--on", "on", default="", metavar="RECORD", help="Only events on this record, by id or reference.")
@pass_shell
def show(shell: Shell, slug: str, after: int, limit: int, on: str) -> None:
    """The events in their order: who did what, in which capacity, by which clauses."""
    from steerco.cli.log_report import shown

    found = shown(shell.tenant(slug), after, limit, on)

    def text() -> None:
        rows = []
        for each in found:
            who = " for ".join(name for name in (each["person"], each["acting_for"]) if name)
            rows.append(
                (each["seq"], f"{each['at']:%Y-%m-%d %H:%M}", who, each["action"], each["ref"], ", ".join(each["because"]))
            )
        table(rows, ("no", "at", "who", "did", "on", "by"))

    shell.report(found, text)


@log.command()
@click.argument("slug")
@pass_shell
def replay(shell: Shell, slug: str) -> None:
    """Decide every event again from its stored facts, under its own revision. Exit code 1 if an answer differs."""
    from steerco.following.replay import replay

    shell.tenant(slug)
    found = replay(shell.installation, slug, ProgressBar(f"{slug}: deciding again"))

    def text() -> None:
        for each in found.differences:
            click.echo(f"event {each.seq} ({each.action}): {each.what} is {each.logged!r}, decided again {each.again!r}")
        state = "the same" if found.ok else f"{len(found.differences)} DIFFERENCES"
        click.echo(f"{slug}: {found.decided} of {found.events} events decided again: {state}")

    shell.report({"ok": found.ok, "events": found.events, "decided": found.decided, "differences": found.differences}, text)
    if not found.ok:
        raise click.exceptions.Exit(FINDINGS)


@log.command()
@click.argument("slug")
@pass_shell
def rebuild(shell: Shell, slug: str) -> None:
    """Perform the whole log again in a scratch store and compare every event and every row. Exit code 1 if one differs."""
    from steerco.cli.log_report import rebuilt

    shell.tenant(slug)
    found = rebuilt(shell.installation, slug, ProgressBar(f"{slug}: performing again"))

    def text() -> None:
        for each in found.differences:
            where = f"event {each.seq} ({each.action})" if each.seq else f"table {each.action}"
            click.echo(f"{where}: {each.what}\n  here      {each.logged}\n  performed {each.again}")
        state = "equal" if found.ok else f"{len(found.differences)} DIFFERENCES"
        click.echo(f"{slug}: {found.events} events and {sum(found.rows.values())} rows performed again: {state}")

    answer = {"ok": found.ok, "events": found.events, "rows": found.rows, "differences": found.differences}
    shell.report(answer, text)
    if not found.ok:
        raise click.exceptions.Exit(FINDINGS)


@log.command()
@click.argument("slug")
@pass_shell
def head(shell: Shell, slug: str) -> None:
    """A signed checkpoint of the log's end. Kept in the home, and to be kept elsewhere: it is what finds a rewritten log."""
    from steerco.cli.log_report import signed_head

    found = signed_head(shell, slug, now())

    def text() -> None:
        click.echo(f"{slug}: event {found.seq}, hash {found.hash}")
        click.echo(f"signed {found.at:%Y-%m-%d %H:%M:%S} UTC: {found.signature}")

    shell.report(found, text)
