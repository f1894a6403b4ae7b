"""``steerco log``: the acts of a tenant, and the proofs that their record is what was written."""

from __future__ import annotations

from pathlib import Path

import click

from steerco.cli.frame.command import CommandGroup, pass_shell
from steerco.cli.frame.output import ProgressBar, table
from steerco.cli.frame.problems import USAGE, CommandProblem
from steerco.cli.frame.shell import Shell, now


@click.group(cls=CommandGroup)
def log() -> None:
    """Verify, show, replay and rebuild a tenant's log."""


@log.command()
@click.argument("slug", default="")
@click.option(
    "--against",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    multiple=True,
    help="A checkpoint from `log head --json` that was kept elsewhere.",
)
@pass_shell
def verify(shell: Shell, slug: str, against: tuple[Path, ...]) -> None:
    """Verify that the log is what was written: no event changed, left out, put in, and its end not cut.

    Without SLUG, the installation's own log of accounts and sign-ins, and that accounts are what it says.

    It is compared with the signed checkpoints in the home and with those given by --against. Exit code 1 if it is not sound.
    """
    from steerco.cli.log.report import verified

    answer = verified(shell, slug, against)

    def text() -> None:
        for each in answer["breaks"]:
            click.echo(f"event {each['seq']}: {each['kind']}: {each['detail']}")
        for each in answer["set_aside"]:
            click.echo(f"checkpoint of event {each['seq']} set aside: its signature is not this home's")
        state = "sound" if answer["ok"] else "NOT SOUND"
        click.echo(
            f"{slug or 'the installation'}: {state}, {answer['events']} events, held against {answer['checkpoints']} checkpoints"
        )

    shell.report(answer, text, ok=answer["ok"])


@log.command()
@click.argument("slug")
@pass_shell
def origins(shell: Shell, slug: str) -> None:
    """Verify that what came from other committees is what they sent: documents, files and signatures.

    A key is known if it is this home's, or stands as a .pub file in known-keys/ beside the database. Exit code 1 if something is
    wrong.
    """
    from steerco.cli.log.report import origins_of

    answer = origins_of(shell, slug)

    def text() -> None:
        for each in answer["faults"]:
            click.echo(f"{each['type']} {each['ref']}: {each['what']}")
        wrong = f"{len(answer['faults'])} wrong" if answer["faults"] else "nothing is wrong"
        click.echo(f"{slug}: {answer['proofs']} proofs of origin, {wrong}")

    shell.report(answer, text, ok=answer["ok"])


@log.command()
@click.argument("slug")
@click.option("--after", default=0, help="Only events after this number.")
@click.option("--limit", default=0, help="The most events to show (0: all).")
@click.option("--on", "on", default="", metavar="RECORD", help="Only events on this record, by id or reference.")
@pass_shell
def show(shell: Shell, slug: str, after: int, limit: int, on: str) -> None:
    """Show the events in their order: who did what, in which capacity, by which clauses."""
    from steerco.cli.log.report import event_rows

    events = event_rows(shell.tenant(slug), after, limit, on)

    def text() -> None:
        rows = []
        for event in events:
            who = " for ".join(name for name in (event["person"], event["acting_for"]) if name)
            rows.append(
                (event["seq"], f"{event['at']:%Y-%m-%d %H:%M}", who, event["action"], event["ref"], ", ".join(event["because"]))
            )
        table(rows, ("no", "at", "who", "did", "on", "by"))

    shell.report(events, text)


@log.command()
@click.argument("slug")
@click.option("--under", type=click.Path(exists=True, file_okay=False, path_type=Path), help="A home with draft files of SLUG.")
@click.option("--from", "first", metavar="DAY", help="With --under: the first day; by default a year before the last.")
@click.option("--to", "last", metavar="DAY", help="With --under: the last day; by default that of the newest event.")
@pass_shell
def replay(shell: Shell, slug: str, under: Path | None, first: str | None, last: str | None) -> None:
    """Decide every event again from its stored facts, under its own revision. Exit code 1 if an answer differs.

    With --under, decide the acts of a period under a draft instead, as if it had been in force: which would have been refused,
    late, another's or in need of more, and which duties earlier, later, gone or new. Exit code 1 if something comes out so.
    """
    shell.tenant(slug)
    if under is not None:
        from steerco.cli.log.past_report import past_of, print_past

        answer = past_of(shell, slug, under, first, last)
        return shell.report(answer, lambda: print_past(slug, answer), ok=not (answer.flips or answer.duties))
    if first or last:
        raise CommandProblem("no-draft", "--from and --to belong to --under", "name the folder of the draft", exit=USAGE)
    return _replayed(shell, slug)


def _replayed(shell: Shell, slug: str) -> None:
    from steerco.following.replay import replay

    outcome = replay(shell.installation, slug, ProgressBar(f"{slug}: deciding again"))

    def text() -> None:
        for difference in outcome.differences:
            event = f"event {difference.seq} ({difference.action})"
            click.echo(f"{event}: {difference.what} is {difference.logged!r}, decided again {difference.again!r}")
        state = "the same" if outcome.ok else f"{len(outcome.differences)} DIFFERENCES"
        click.echo(f"{slug}: {outcome.decided} of {outcome.events} events decided again: {state}")

    answer = {"ok": outcome.ok, "events": outcome.events, "decided": outcome.decided, "differences": outcome.differences}
    shell.report(answer, text, ok=outcome.ok)


@log.command()
@click.argument("slug")
@pass_shell
def rebuild(shell: Shell, slug: str) -> None:
    """Perform the whole log again in a scratch store and compare every event and every row. Exit code 1 if one differs."""
    from steerco.cli.log.report import rebuild_in_scratch

    shell.tenant(slug)
    outcome = rebuild_in_scratch(shell.installation, slug, ProgressBar(f"{slug}: performing again"))

    def text() -> None:
        for difference in outcome.differences:
            where = f"event {difference.seq} ({difference.action})" if difference.seq else f"table {difference.action}"
            click.echo(f"{where}: {difference.what}\n  here      {difference.logged}\n  performed {difference.again}")
        state = "equal" if outcome.ok else f"{len(outcome.differences)} DIFFERENCES"
        click.echo(f"{slug}: {outcome.events} events and {sum(outcome.rows.values())} rows performed again: {state}")

    answer = {"ok": outcome.ok, "events": outcome.events, "rows": outcome.rows, "differences": outcome.differences}
    shell.report(answer, text, ok=outcome.ok)


@log.command()
@click.argument("slug", default="")
@pass_shell
def head(shell: Shell, slug: str) -> None:
    """Sign a checkpoint of the log's end; without SLUG, of the installation's own log.

    Keep it elsewhere too: it is what finds a rewritten log.
    """
    from steerco.cli.log.report import signed_head

    checkpoint = signed_head(shell, slug, now())

    def text() -> None:
        click.echo(f"{slug or 'the installation'}: event {checkpoint.seq}, hash {checkpoint.hash}")
        click.echo(f"signed {checkpoint.at:%Y-%m-%d %H:%M:%S} UTC: {checkpoint.signature}")

    shell.report(checkpoint, text)
