"""File modes: the data folder, with the database and the papers, is readable by the program's account only.

The account's umask does not matter. Existing files keep their mode; ``steerco doctor`` reports modes that are too wide.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

OTHERS = 0o077
"""The mode bits that give access to other accounts."""


def folder(path: Path) -> None:
    """Make a private folder, with its missing parents."""
    missing = [parent for parent in (path, *path.parents) if not parent.exists()]
    for parent in reversed(missing):
        parent.mkdir(mode=0o700, exist_ok=True)
    if not missing and not path.is_dir():
        raise FileExistsError(17, os.strerror(17), str(path))


def file(path: Path) -> None:
    """Make an empty private file, unless it exists."""
    if not path.exists():
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600))


def open_to_others(path: Path) -> Iterator[Path]:
    """Yield the files in a folder that other accounts can read or write, and the folders in which they can make files.

    The content of a private folder is not checked.
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
