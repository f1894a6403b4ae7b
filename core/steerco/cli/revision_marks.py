"""What this home has seen of each tenant: the revision last planned against, and the one that its files come from.

Kept beside the data, so that two admins with homes of their own on one database each have their own. A number counts only while
the database has that very revision: another database, or one that was restored, has others.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct, structs

from steerco.store import file_modes

if TYPE_CHECKING:
    from steerco.cli.shell import Shell


class RevisionMark(Struct, frozen=True):
    """A revision by number and digest."""

    number: int
    digest: str


class Seen(Struct, frozen=True):
    """``planned``: the revision in use when `plan`, `apply` or `pull` last looked; ``based``: the one that the files are, or
    were brought up to."""

    planned: RevisionMark | None = None
    based: RevisionMark | None = None


def seen(shell: Shell, slug: str) -> Seen:
    """What was seen; nothing where the note of it cannot be read."""
    try:
        return msgspec.json.decode(_path(shell, slug).read_bytes(), type=Seen)
    except (OSError, msgspec.DecodeError):
        return Seen()


def note(shell: Shell, slug: str, *, planned: RevisionMark | None = None, based: RevisionMark | None = None) -> None:
    """Keep what is given of both. A home that cannot be written keeps nothing: `apply` then asks for ``--base``."""
    given = {name: value for name, value in (("planned", planned), ("based", based)) if value is not None}
    path, text = _path(shell, slug), msgspec.json.encode(structs.replace(seen(shell, slug), **given))
    try:
        file_modes.folder(path.parent)
        replace(path, text)
    except OSError:
        return


def replace(path: Path, text: bytes) -> None:
    """Write a file as a whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with fresh.open("wb") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)


def _path(shell: Shell, slug: str) -> Path:
    return shell.home.data / "seen" / f"{slug}.json"
