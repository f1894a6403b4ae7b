"""``steerco backup`` and ``restore``: the whole installation, where the database is the file in the home."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from time import monotonic
from typing import Any

import click

from steerco.cli.frame.command import Command, pass_shell
from steerco.cli.frame.environment import URL
from steerco.cli.frame.file_place import SCHEME, bucket_at
from steerco.cli.frame.output import ProgressBar
from steerco.cli.frame.problems import USAGE, CommandProblem
from steerco.cli.frame.shell import Shell, now

FOLDER = click.Path(path_type=Path, file_okay=False)


@click.command("backup", cls=Command)
@click.option("--to", type=FOLDER, help="The folder to make; it must not be there yet.")
@click.option("--into", help="The folder of a series, or s3://BUCKET/PREFIX: the backup is named in it by its time.")
@click.option("--keep", type=click.IntRange(1), help="With --into: how many stay; older ones go when this one is whole.")
@pass_shell
def backup(shell: Shell, to: Path | None, into: str | None, keep: int | None) -> None:
    """Copy database, files, keys and the home's own files into a new folder or a bucket, while everything goes on.

    Give --to or --into. The backup has its name only when it is whole. It holds personal data and the key that signs
    checkpoints. Of a database on PostgreSQL, docs/operate.md says how. For a bucket, TMPDIR names a disk with room for one
    backup, and STEERCO_S3_... say how the store is reached.
    """
    from steerco.operations.backup_series import name_of, thin

    if (to is None) == (into is None) or (keep is not None and into is None):
        raise CommandProblem("usage", "give --to, or --into with or without --keep", "see `steerco backup --help`", exit=USAGE)
    _embedded(shell, "pg_dump or pg_basebackup first, then a copy of the home's folder; docs/operate.md says how")
    at = now()
    if into is not None and into.startswith(SCHEME):
        _into_bucket(shell, into, keep, at)
        return
    target = Path(into) / name_of(at) if into is not None else to
    assert target is not None
    report = _made(shell, target, at)
    gone = thin(Path(into), keep) if into is not None and keep is not None else []
    _told(shell, str(target), report, [str(path) for path in gone])


def _made(shell: Shell, target: Path, at: datetime) -> Any:
    """Make a backup in a folder; return its manifest. Raises ``CommandProblem``."""
    from steerco.operations.backup import BadBackup
    from steerco.operations.backup import backup as made_of
    from steerco.store.sqlite_copy import Damaged

    try:
        return made_of(shell.home, target, at=at, files=shell.files, progress=ProgressBar("backup"))
    except BadBackup as error:
        raise CommandProblem("no-backup", str(error), "name a folder that is not there yet", exit=USAGE) from None
    except Damaged as error:
        raise CommandProblem("damaged", str(error), "`steerco doctor` looks at it; restore the last good backup") from None


def _into_bucket(shell: Shell, address: str, keep: int | None, at: datetime) -> None:
    """Make a backup, send it into a bucket, and take the oldest away."""
    from tempfile import TemporaryDirectory

    from steerco.operations.backup_bucket import send, thin

    with bucket_at(address) as bucket, TemporaryDirectory(prefix="steerco-backup-") as place:
        bucket.held("objects/")  # before the work is done: a bucket that cannot be used
        report = _made(shell, Path(place) / "backup", at)
        name = send(Path(place) / "backup", bucket, at=at, progress=ProgressBar("sent"))
        gone = thin(bucket, keep, at=at) if keep is not None else []
    _told(shell, f"{bucket.address}/{name}", report, [f"{bucket.address}/{name}" for name in gone])


def _told(shell: Shell, target: str, report: Any, gone: list[str]) -> None:
    def text() -> None:
        size = f"{len(report.files)} files, {report.database.size} bytes of database"
        click.echo(f"{target}: {len(report.database.heads)} tenants, {size}")
        for path in gone:
            click.echo(f"{path} is gone", err=True)

    shell.report({**_answer(target, report), "gone": gone}, text)


@click.command("restore", cls=Command)
@click.argument("folder")
@click.option("--check", is_flag=True, help="Only check that the backup is whole.")
@click.option("--rehearse", is_flag=True, help="Restore into a folder that is then thrown away, and examine it as doctor does.")
@pass_shell
def restore(shell: Shell, folder: str, check: bool, rehearse: bool) -> None:
    """Make the installation of --home from a backup, whole or not at all; never over data that are there.

    FOLDER is the backup's, or s3://BUCKET/PREFIX/NAME of one in a bucket, which is first brought to where TMPDIR says.
    With --rehearse the home stays as it is, or need not be there: it is told how long the restore took and what doctor says of
    it. Exit code 1 if something would have to be mended. TMPDIR names a disk with room for it.
    """
    if check and rehearse:
        raise CommandProblem("usage", "give --check or --rehearse", "the rehearsal checks the backup as well", exit=USAGE)
    if not folder.startswith(SCHEME) and not Path(folder).is_dir():
        raise CommandProblem("no-backup", f"there is no folder {folder}", "name the folder of a backup", exit=USAGE)
    if not rehearse:
        _embedded(shell, "pg_restore, then the folder's files; docs/operate.md says how")
    with _at_hand(folder) as place:
        if rehearse:
            _rehearse(shell, place, folder)
        else:
            _restored(shell, place, folder, check=check)


@contextmanager
def _at_hand(address: str) -> Iterator[Path]:
    """Yield the folder of a backup, for as long as it is needed; one in a bucket is brought first."""
    from steerco.operations.backup import BadBackup
    from steerco.operations.backup_bucket import fetch

    if not address.startswith(SCHEME):
        yield Path(address)
        return
    series, _, name = address.rstrip("/").rpartition("/")
    from tempfile import TemporaryDirectory

    with TemporaryDirectory(prefix="steerco-backup-") as place:
        with bucket_at(series) as bucket:
            try:
                brought = fetch(bucket, name, Path(place), ProgressBar("brought"))
            except BadBackup as error:
                raise CommandProblem("bad-backup", str(error), "name one of the newest, or take another") from None
        yield brought


def _restored(shell: Shell, folder: Path, named: str, *, check: bool) -> None:
    from steerco.operations.backup import BadBackup, NotEmpty, read
    from steerco.operations.backup import restore as made_from

    try:
        bar = ProgressBar("restore")
        report = read(folder) if check else made_from(shell.home_to_be, folder, files=shell.files, progress=bar)
    except NotEmpty as error:
        raise CommandProblem("not-empty", str(error), "name another --home or STEERCO_FILES, or move that away") from None
    except BadBackup as error:
        raise CommandProblem("bad-backup", str(error), "a backup that is not whole cannot be used: take another") from None

    def text() -> None:
        for slug, (seq, head) in report.database.heads.items():
            click.echo(f"{slug}: the log ends at event {seq}, hash {head}")
        where = "is whole" if check else f"restored to {shell.home_to_be.data}"
        click.echo(f"{named}, made {report.at:%Y-%m-%d %H:%M} UTC, {where}", err=True)

    shell.report(_answer(named, report), text)


def _rehearse(shell: Shell, folder: Path, named: str) -> None:
    """Restore a backup where nothing is, and report what ``doctor`` says of the result."""
    from steerco.cli.installation.examination import examine
    from steerco.configuration.home import Home
    from steerco.operations.backup import BadBackup
    from steerco.operations.backup import restore as made_from

    _embedded(shell, "restore the dump into another database, as docs/operate.md says, and run `steerco doctor` there")
    from tempfile import TemporaryDirectory

    with TemporaryDirectory(prefix="steerco-rehearsal-") as place:
        begun = monotonic()
        try:
            report = made_from(Home(Path(place)), folder, progress=ProgressBar("rehearsal"))
        except BadBackup as error:
            raise CommandProblem("bad-backup", str(error), "a backup that is not whole cannot be used: take another") from None
        seconds = monotonic() - begun
        inside = Shell(place, apart=True)
        checks = [check for check in examine(inside) if check.what != "worker"]  # it worked where the backup was made
        inside.store.close()
    problems = [check for check in checks if check.state == "problem"]

    def text() -> None:
        for slug, (seq, head) in report.database.heads.items():
            click.echo(f"{slug}: the log ends at event {seq}, hash {head}")
        for check in problems:
            click.echo(f"problem  {check.what}: {check.said}")
        found = f"{len(problems)} problems" if problems else "doctor finds nothing to mend"
        click.echo(f"{named}, made {report.at:%Y-%m-%d %H:%M} UTC, was restored in {seconds:.1f} s on trial: {found}", err=True)

    answer = {**_answer(named, report), "seconds": round(seconds, 1), "ok": not problems, "problems": problems}
    shell.report(answer, text, ok=not problems)


def _embedded(shell: Shell, do: str) -> None:
    if not shell.embedded:
        raise CommandProblem("not-embedded", f"the database is the one that {URL} names", do, exit=USAGE)


def _answer(folder: str, report: Any) -> dict[str, Any]:
    heads = {slug: {"seq": seq, "head": head} for slug, (seq, head) in report.database.heads.items()}
    return {
        "folder": folder,
        "made_at": report.at,
        "heads": heads,
        "files": len(report.files),
        "bytes": report.database.size,
    }
