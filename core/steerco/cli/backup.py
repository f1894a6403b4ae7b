"""``steerco backup`` and ``restore``: the whole installation, where the database is the file in the home."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from steerco.cli.command import Command, pass_shell
from steerco.cli.environment import URL
from steerco.cli.output import ProgressBar
from steerco.cli.problems import USAGE, CommandProblem
from steerco.cli.shell import Shell, now

FOLDER = click.Path(path_type=Path, file_okay=False)


@click.command("backup", cls=Command)
@click.option("--to", type=FOLDER, required=True, help="The folder to make; it must not be there yet.")
@pass_shell
def backup(shell: Shell, to: Path) -> None:
    """Copy database, files, keys and the home's own files into a new folder, while everything goes on.

    The folder has its name only when the backup is whole. It holds personal data and the key that signs checkpoints. Of a
    database on PostgreSQL, docs/operate.md says how.
    """
    from steerco.operations.backup import BadBackup
    from steerco.operations.backup import backup as made_of
    from steerco.store.sqlite_copy import Damaged

    _embedded(shell, "pg_dump or pg_basebackup first, then a copy of the home's folder; docs/operate.md says how")
    try:
        report = made_of(shell.home, to, at=now(), progress=ProgressBar("backup"))
    except BadBackup as error:
        raise CommandProblem("no-backup", str(error), "name a folder that is not there yet", exit=USAGE) from None
    except Damaged as error:
        raise CommandProblem("damaged", str(error), "`steerco doctor` looks at it; restore the last good backup") from None

    def text() -> None:
        click.echo(
            f"{to}: {len(report.database.heads)} tenants, {len(report.files)} files, {report.database.size} bytes of database"
        )

    shell.report(_answer(to, report), text)


@click.command("restore", cls=Command)
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False, exists=True))
@click.option("--check", is_flag=True, help="Only check that the backup is whole.")
@pass_shell
def restore(shell: Shell, folder: Path, check: bool) -> None:
    """Make the installation of --home from a backup, whole or not at all; never over data that are there."""
    from steerco.operations.backup import BadBackup, NotEmpty, read
    from steerco.operations.backup import restore as made_from

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
