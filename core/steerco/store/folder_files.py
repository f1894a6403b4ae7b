"""Files of tenants in a folder: ``NUMBER/XX/DIGEST``, each synced with its folder before it is told to be there."""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from steerco.store import file_modes
from steerco.store.fair_lock import FULL, StoreUnavailable
from steerco.store.files import LIMIT, MARK, FileStore, checked, copy, is_digest
from steerco.store.folder_lock import held, sync
from steerco.store.folder_uploads import FolderUploads


class FolderFiles(FileStore):
    """Files in ``folder``, at most ``limit`` bytes each."""

    def __init__(self, folder: Path, limit: int = LIMIT) -> None:
        self._folder, self.limit = folder, limit
        self.uploads = FolderUploads(self._home, limit)

    @property
    def place(self) -> str:
        """The folder."""
        return str(self._folder)

    def marked(self) -> str:
        """Return the key of the installation whose place it is; empty where nobody has marked it."""
        path = self._folder / MARK
        return path.read_text("ascii", "replace").strip() if path.exists() else ""

    def mark(self, key: str) -> str:
        """Mark the place unless it is marked, and return the mark that it has."""
        file_modes.folder(self._folder)
        with suppress(FileExistsError), (self._folder / MARK).open("x", encoding="ascii") as file:
            file.write(f"{key}\n")
        return self.marked()

    def put(self, tenant_id: int, content: bytes | BinaryIO) -> str:
        """Store the content, synced, and return its digest."""
        self.own(again=False)
        home = self._home(tenant_id)
        file_modes.folder(home)
        handle, temporary = tempfile.mkstemp(prefix="put-", dir=home)
        try:
            with os.fdopen(handle, "wb") as file:
                digest = copy(content, file, self.limit)
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

    def open(self, tenant_id: int, digest: str, first: int = 0) -> BinaryIO:
        """Open the content for reading, at the byte ``first``."""
        file = self._path(tenant_id, digest).open("rb")
        file.seek(first)
        return file

    def size(self, tenant_id: int, digest: str) -> int:
        """Return the size in bytes."""
        return self._path(tenant_id, digest).stat().st_size

    def has(self, tenant_id: int, digest: str) -> bool:
        """Return whether the tenant has this file."""
        return is_digest(digest) and self._path(tenant_id, digest).is_file()

    def all(self, tenant_id: int) -> Iterator[str]:
        """Yield the digests of every file of the tenant, in order."""
        yield from sorted(path.name for path in self._home(tenant_id).glob("??/*") if is_digest(path.name))

    def remove_all(self, tenant_id: int) -> int:
        """Remove all files of a deleted tenant, and return their number."""
        self.own()
        count = len(list(self.all(tenant_id)))
        shutil.rmtree(self._home(tenant_id), ignore_errors=True)
        return count

    def where(self, tenant_id: int) -> str:
        """Return the folder of the tenant's files."""
        return str(self._home(tenant_id))

    def numbers(self) -> list[int]:
        """Return the tenants that have files here."""
        return sorted(int(path.name) for path in self._folder.glob("*") if path.name.isdigit())

    def older(self, tenant_id: int, than: float) -> Iterator[str]:
        """Yield the digests of the tenant's files that were last put more than ``than`` seconds ago."""
        before = time.time() - than
        yield from (digest for digest in self.all(tenant_id) if self._path(tenant_id, digest).stat().st_mtime < before)

    def sweep(self, tenant_id: int, orphans: Iterable[str], older_than: float = 86_400.0) -> list[str]:
        """Remove the ``orphans`` and what was left half written, and return the removed digests."""
        self.own()
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

    def _home(self, tenant_id: int) -> Path:
        return self._folder / str(int(tenant_id))

    def _path(self, tenant_id: int, digest: str) -> Path:
        return self._home(tenant_id) / checked(digest)[:2] / digest
