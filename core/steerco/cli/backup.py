"""``steerco backup`` and ``restore``: the whole installation, where the database is the file in the home."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Any

import click

from steerco.cli.command import Command, pass_shell
from steerco.cli.environment import URL
from steerco.cli.output import ProgressBar
from steerco.cli.problems import USAGE, CommandProblem
from steerco.cli.shell import Shell, now

FOLDER = click.Path(path_type=Path, file_okay=False)


@click.command("backup", cls=Command)
@click.option("--to", type=FOLDER, help="The folder to make; it must not be there yet.")
@click.option("--into", type=FOLDER, help="The folder of a series: the backup is named in it by its time.")
@click.option("--keep", type=click.IntRange(1), help="With --into: how many stay; older ones go when this one is whole.")
@pass_shell
def backup(shell: Shell, to: Path | None, into: Path | None, keep: int | None) -> None:
    """Copy database, files, keys and the home's own files into a new folder, while everything goes on.

    Give --to or --into. The folder has its name only when the backup is whole. It holds personal data and the key that signs
    checkpoints. Of a database on PostgreSQL, docs/operate.md says how.
    """
    from steerco.operations.backup import BadBackup
    from steerco.operations.backup import backup as made_of
    from steerco.operations.backup_series import name_of, thin
    from steerco.store.sqlite_copy import Damaged

    if (to is None) == (into is None) or (keep is not None and into is None):
        raise CommandProblem("usage", "give --to, or --into with or without --keep", "see `steerco backup --help`", exit=USAGE)
    _embedded(shell, "pg_dump or pg_basebackup first, then a copy of the home's folder; docs/operate.md says how")
    at = now()
    target = into / name_of(at) if into is not None else to
    assert target is not None
    try:
        report = made_of(shell.home, target, at=at, progress=ProgressBar("backup"))
    except BadBackup as error:
        raise CommandProblem("no-backup", str(error), "name a folder that is not there yet", exit=USAGE) from None
    except Damaged as error:
        raise CommandProblem("damaged", str(error), "`steerco doctor` looks at it; restore the last good backup") from None

    gone = thin(into, keep) if into is not None and keep is not None else []

    def text() -> None:
        size = f"{len(report.files)} files, {report.database.size} bytes of database"
        click.echo(f"{target}: {len(report.database.heads)} tenants, {size}")
        for path in gone:
            click.echo(f"{path} is gone", err=True)

    shell.report({**_answer(target, report), "gone": [str(path) for path in gone]}, text)


@click.command("restore", cls=Command)
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False, exists=True))
@click.option("--check", is_flag=True, help="Only check that the backup is whole.")
@click.option("--rehearse", is_flag=True, help="Restore into a folder that is then thrown away, and examine it as doctor does.")
@pass_shell
def restore(shell: Shell, folder: Path, check: bool, rehearse: bool) -> None:
    """Make the installation of --home from a backup, whole or not at all; never over data that are there.

    With --rehearse the home stays as it is, or need not be there: it is told how long the restore took and what doctor says of
    it. Exit code 1 if something would have to be mended. TMPDIR names a disk with room for it.
    """
    from steerco.operations.backup import BadBackup, NotEmpty, read
    from steerco.operations.backup import restore as made_from

    if check and rehearse:
        raise CommandProblem("usage", "give --check or --rehearse", "the rehearsal checks the backup as well", exit=USAGE)
    if rehearse:
        _rehearse(shell, folder)
        return
    _embedded(shell, "pg_restore, then the folder's files; docs/operate.md says how")
    try:
        report = read(folder) if check else made_from(shell.home_to_be, folder, progress=ProgressBar("restore"))
    except NotEmpty as error:
        raise CommandProblem("not-empty", str(error), "name another --home, or move what is there away") from None
    except BadBackup as error:
        raise CommandProblem("bad-backup", str(error), "a backup that is not whole cannot be used: take another") from None

    def text() -> None:
        for slug, (seq, head) in report.database.heads.items():
            click.echo(f"{slug}: the log ends at event {seq}, hash {head}")
        where = "is whole" if check else f"restored to {shell.home_to_be.data}"
        click.echo(f"{folder}, made {report.at:%Y-%m-%d %H:%M} UTC, {where}", err=True)

    shell.report(_answer(folder, report), text)


def _rehearse(shell: Shell, folder: Path) -> None:
    """Restore a backup where nothing is, and report what ``doctor`` says of the result."""
    from steerco.cli.doctor import examine
    from steerco.configuration.home import Home
    from steerco.operations.backup import BadBackup
    from steerco.operations.backup import restore as made_from

    _embedded(shell, "restore the dump into another database, as docs/operate.md says, and run `steerco doctor` there")
    with TemporaryDirectory(prefix="steerco-rehearsal-") as place:
        begun = monotonic()
        try:
            report = made_from(Home(Path(place)), folder, progress=ProgressBar("rehearsal"))
        except BadBackup as error:
            raise CommandProblem("bad-backup", str(error), "a backup that is not whole cannot be used: take another") from None
        seconds = monotonic() - begun
        inside = Shell(place)
        checks = [check for check in examine(inside) if check.what != "worker"]  # it worked where the backup was made
        inside.store.close()
    problems = [check for check in checks if check.state == "problem"]

    def text() -> None:
        for slug, (seq, head) in report.database.heads.items():
            click.echo(f"{slug}: the log ends at event {seq}, hash {head}")
        for check in problems:
            click.echo(f"problem  {check.what}: {check.said}")
        found = f"{len(problems)} problems" if problems else "doctor finds nothing to mend"
        click.echo(f"{folder}, made {report.at:%Y-%m-%d %H:%M} UTC, was restored in {seconds:.1f} s on trial: {found}", err=True)

    answer = {**_answer(folder, report), "seconds": round(seconds, 1), "ok": not problems, "problems": problems}
    shell.report(answer, text, ok=not problems)


def _embedded(shell: Shell, do: str) -> None:
    if not shell.embedded:
        raise CommandProblem("not-embedded", f"the database is the one that {URL} names", do, exit=USAGE)


def _answer(folder: Path, report: Any) -> dict[str, Any]:
    heads = {slug: {"seq": seq, "head": head} for slug, (seq, head) in report.database.heads.items()}
    return {
        "folder": str(folder),
        "made_at": report.at,
        "heads": heads,
        "files": len(report.files),
        "bytes": report.database.size,
    }
