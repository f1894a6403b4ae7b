"""What only the account that runs the program may read: the database, the papers, everything in the data folder.

Whatever the account's umask says. What is there already keeps its mode: ``steerco doctor`` tells where that is too wide.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

OTHERS = 0o077
"""The bits of a mode that let other accounts in."""


def folder(path: Path) -> None:
    """Make a folder of one's own, with those above it that are missing."""
    missing = [parent for parent in (path, *path.parents) if not parent.exists()]
    for parent in reversed(missing):
        parent.mkdir(mode=0o700, exist_ok=True)
    if not missing and not path.is_dir():
        raise FileExistsError(17, os.strerror(17), str(path))


def file(path: Path) -> None:
    """Make an empty file of one's own, unless there is one."""
    if not path.exists():
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600))


def open_to_others(path: Path) -> Iterator[Path]:
    """The files in a folder that other accounts can read or write, and the folders in which they can make some.

    What lies in a folder that lets nobody in is not looked at.
    """
    if path.is_symlink() or not path.exists():
        return
    mode = path.stat().st_mode & OTHERS
    if path.is_dir():
        if mode & 0o022:
            yield path
        if mode & 0o011:
            for entry in sorted(path.iterdir()):
                yield from open_to_others(entry)
    elif mode & 0o066:
        yield path
