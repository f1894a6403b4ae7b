"""Files of a tenant, each under the SHA-256 of its content.

Two tenants never share a file, even with the same content, since nobody may learn whether another tenant has it. A file is on
the disk, synced with its folder, before :meth:`FileStore.put` returns, so no event names a file that a power cut destroyed.
"""

from __future__ import annotations

import errno
import fcntl
import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from steerco.store import file_modes
from steerco.store.fair_lock import FULL, StoreUnavailable

LIMIT = 50 * 1024 * 1024
_NAME = re.compile(r"[0-9a-f]{64}\Z")


class TooLarge(ValueError):
    """The content is larger than the store takes. ``limit``: in bytes."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"the file is larger than {limit} bytes")
        self.limit = limit


class FileStore:
    """Files in ``folder``, at most ``limit`` bytes each."""

    def __init__(self, folder: Path, limit: int = LIMIT) -> None:
        self._folder, self.limit = folder, limit

    def put(self, tenant_id: int, content: bytes | BinaryIO) -> str:
        """Store the content and return its SHA-256 in hexadecimal. The same content is stored once.

        Raises :class:`TooLarge`, and :class:`~steerco.store.fair_lock.StoreUnavailable` if the disk is full.
        """
        home = self._home(tenant_id)
        file_modes.folder(home)
        handle, temporary = tempfile.mkstemp(prefix="put-", dir=home)
        try:
            with os.fdopen(handle, "wb") as file:
                digest = self._copy(content, file)
                file.flush()
                os.fsync(file.fileno())
            path = self._path(tenant_id, digest)
            if not path.parent.exists():
                file_modes.folder(path.parent)
                sync(home)
            # Even over the same content: its new time keeps a sweep from taking what is about to be used.
            with held(home, fcntl.LOCK_SH):
                os.replace(temporary, path)
            sync(path.parent)
        except BaseException as error:
            Path(temporary).unlink(missing_ok=True)
            if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise StoreUnavailable(FULL, "the disk of the files is full") from error
            raise
        return digest

    def open(self, tenant_id: int, digest: str) -> BinaryIO:
        """Open the content for reading. Raises ``FileNotFoundError`` if the tenant has no such file, or for a bad digest."""
        return self._path(tenant_id, digest).open("rb")

    def size(self, tenant_id: int, digest: str) -> int:
        """Return the size in bytes. Raises ``FileNotFoundError``."""
        return self._path(tenant_id, digest).stat().st_size

    def has(self, tenant_id: int, digest: str) -> bool:
        """Return whether the tenant has this file."""
        return bool(_NAME.match(digest)) and self._path(tenant_id, digest).is_file()

    def all(self, tenant_id: int) -> Iterator[str]:
        """Yield the digests of every file of the tenant, in order."""
        yield from sorted(path.name for path in self._home(tenant_id).glob("??/*") if _NAME.match(path.name))

    def damaged(self, tenant_id: int) -> list[str]:
        """Return the digests whose content is no longer what was stored."""
        return [digest for digest in self.all(tenant_id) if not self.is_sound(tenant_id, digest)]

    def is_sound(self, tenant_id: int, digest: str) -> bool:
        """Return whether the tenant has this file, with the content that was stored."""
        return self.has(tenant_id, digest) and _digest_of(self._path(tenant_id, digest)) == digest

    def remove_all(self, tenant_id: int) -> int:
        """Remove all files of a deleted tenant, and return their number."""
        count = len(list(self.all(tenant_id)))
        shutil.rmtree(self._home(tenant_id), ignore_errors=True)
        return count

    def folder(self, tenant_id: int) -> Path:
        """Where the tenant's files lie, to be told to people."""
        return self._home(tenant_id)

    def numbers(self) -> list[int]:
        """Return the tenants that have files here."""
        return sorted(int(path.name) for path in self._folder.glob("*") if path.name.isdigit())

    def older(self, tenant_id: int, than: float) -> Iterator[str]:
        """Yield the digests of the tenant's files that were last put more than ``than`` seconds ago."""
        before = time.time() - than
        yield from (digest for digest in self.all(tenant_id) if self._path(tenant_id, digest).stat().st_mtime < before)

    def sweep(self, tenant_id: int, orphans: Iterable[str], older_than: float = 86_400.0) -> list[str]:
        """Remove the ``orphans`` and abandoned uploads, and return the removed digests.

        Files younger than ``older_than`` seconds stay: they may belong to an act that is not committed yet.
        """
        home, before, removed = self._home(tenant_id), time.time() - older_than, []
        if not home.is_dir():
            return []
        for path in home.glob("put-*"):
            if path.stat().st_mtime < before:
                path.unlink(missing_ok=True)
        for digest in sorted(orphans):
            path = self._path(tenant_id, digest)
            with held(home, fcntl.LOCK_EX):  # nobody puts it between the look and the removal
                if path.exists() and path.stat().st_mtime < before:
                    path.unlink()
                    removed.append(digest)
        return removed

    def _copy(self, content: bytes | BinaryIO, file: BinaryIO) -> str:
        digest, size = sha256(), 0
        for chunk in _chunks(content):
            size += len(chunk)
            if size > self.limit:
                raise TooLarge(self.limit)
            digest.update(chunk)
            file.write(chunk)
        return digest.hexdigest()

    def _home(self, tenant_id: int) -> Path:
        return self._folder / str(int(tenant_id))

    def _path(self, tenant_id: int, digest: str) -> Path:
        if not _NAME.match(digest):  # else "../../x" would be a path
            raise FileNotFoundError(digest)
        return self._home(tenant_id) / digest[:2] / digest


def _chunks(content: bytes | BinaryIO) -> Iterator[bytes]:
    if isinstance(content, bytes | bytearray | memoryview):
        yield bytes(content)
        return
    while chunk := content.read(1 << 20):
        yield chunk


def _digest_of(path: Path) -> str:
    with path.open("rb") as file:
        digest = sha256()
        for chunk in _chunks(file):
            digest.update(chunk)
    return digest.hexdigest()


def sync(folder: Path) -> None:
    """Make the names in a folder durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def held(folder: Path, how: int) -> Iterator[None]:
    """Hold a lock on a folder (``fcntl.LOCK_SH`` or ``LOCK_EX``), between processes too: many put at once, one sweeps alone."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, how)
        yield
    finally:
        os.close(handle)
