"""Copy one snapshot of a SQLite database while others go on writing to it."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from hashlib import sha256
from pathlib import Path

from msgspec import Struct

PAGES = 2000
"""Pages between two reports of progress."""


class Copied(Struct, frozen=True):
    """A copy: its digest (SHA-256), its size in bytes, and per tenant (slug) the number and hash (hexadecimal) of its last
    event."""

    sha256: str
    size: int
    heads: dict[str, tuple[int, str]]


class Damaged(ValueError):
    """The database's own check reports damage."""


def copy(source: Path, target: Path, progress: Callable[[int, int], None] = lambda done, total: None) -> Copied:
    """Copy the database file ``source`` to ``target``, which must not be there, synced. Raises ``Damaged`` and ``OSError``.

    One read transaction covers the copy, so a concurrent write never restarts it.
    """
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    os.close(handle)
    try:
        with closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=rw", uri=True, isolation_level=None)) as original:
            original.execute("BEGIN")
            original.execute("SELECT count(*) FROM sqlite_master").fetchone()  # from here on the moment is fixed
            with closing(sqlite3.connect(target, isolation_level=None)) as copied:
                original.backup(copied, pages=PAGES, progress=lambda _, left, all: progress(all - left, all))
                copied.execute("PRAGMA journal_mode=DELETE")  # one file, without a log of writes beside it
                verdict = copied.execute("PRAGMA quick_check(1)").fetchone()[0]
                if verdict != "ok":
                    raise Damaged(f"the copy is damaged: {verdict}")
    except sqlite3.DatabaseError as error:
        raise Damaged(f"{source} cannot be copied: {error}") from error
    with target.open("rb+") as file:
        os.fsync(file.fileno())
    return look(target)


def free(path: Path) -> None:
    """Give back, in a copy, what the worker of the installation that was copied holds: it does not work on the copy."""
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("DELETE FROM lease")


def look(path: Path) -> Copied:
    """Return the digest, size and log heads of a copy. Raises ``Damaged``."""
    digest = sha256()
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    last = (
        "SELECT t.slug, e.seq, e.hash FROM tenant t JOIN event e ON e.tenant_id = t.id"
        " WHERE e.seq = (SELECT max(seq) FROM event WHERE tenant_id = t.id) ORDER BY t.slug"
    )
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
            heads = {slug: (seq, bytes(hash).hex()) for slug, seq, hash in connection.execute(last)}
    except sqlite3.DatabaseError as error:
        raise Damaged(f"{path} cannot be read: {error}") from error
    return Copied(digest.hexdigest(), path.stat().st_size, heads)
