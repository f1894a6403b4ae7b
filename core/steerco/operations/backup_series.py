"""A series of backups in one folder: each named by its time, and the oldest taken away when enough newer ones are whole."""

from __future__ import annotations

import os
import re
import shutil
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from steerco.operations.backup import MANIFEST, Backup

NAME = re.compile(r"steerco-\d{8}T\d{6}Z")


def name_of(at: datetime) -> str:
    """Return the name of the backup that is made at this time; names in their order are in the order of time."""
    return f"steerco-{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def backups_in(folder: Path) -> list[Path]:
    """Return the backups of the series in a folder, the oldest first. Whatever else lies there is none."""
    found = [path for path in folder.iterdir() if NAME.fullmatch(path.name) and not path.is_symlink() and _is_backup(path)]
    return sorted(found)


def _is_backup(path: Path) -> bool:
    try:
        msgspec.json.decode((path / MANIFEST).read_bytes(), type=Backup)
    except (OSError, msgspec.DecodeError):
        return False
    return True


def thin(folder: Path, keep: int) -> list[Path]:
    """Take away all backups of the series but the ``keep`` newest, and return those that went.

    One loses its name first: a command that is killed leaves nothing that looks like a backup and is none.
    """
    gone = backups_in(folder)[:-keep]
    for path in gone:
        hidden = path.with_name(f".{path.name}.{os.getpid()}.part")
        os.rename(path, hidden)
        shutil.rmtree(hidden)
    return gone
