"""Uploads in a folder beside a tenant's files: ``uploads/ID`` grows piece by piece, ``uploads/ID.json`` says whose it is."""

from __future__ import annotations

import errno
import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from steerco.store import file_modes, uploads
from steerco.store.fair_lock import FULL, StoreUnavailable
from steerco.store.folder_lock import held, sync
from steerco.store.identity import uuid7
from steerco.store.uploads import GRACE, Begun, NoUpload, OtherOffset, TooLarge, TooManyUploads, UploadHeld, Uploads, is_id


class FolderUploads(Uploads):
    """The uploads beside the files of each tenant; ``folder``: the folder of a tenant."""

    def __init__(self, folder: Callable[[int], Path], limit: int) -> None:
        self._folder, self._limit = folder, limit

    def begin(self, tenant_id: int, person: str, length: int) -> Begun:
        """Begin an upload. Raises ``TooLarge`` and ``TooManyUploads``."""
        if length > self._limit:
            raise TooLarge(self._limit)
        begun = Begun(uuid7(), person, length)
        home = self._home(tenant_id)
        file_modes.folder(home)
        with held(home, fcntl.LOCK_EX):  # nobody else begins one between the count and the file
            if sum(1 for each in self._all(tenant_id) if each.person == person) >= uploads.MOST:
                raise TooManyUploads
            file_modes.file(self._content(tenant_id, begun.id))
            told = self._told(tenant_id, begun.id)
            file_modes.file(told)
            told.write_bytes(msgspec.json.encode(begun))
        sync(home)
        return begun

    def find(self, tenant_id: int, person: str, id: str) -> Begun:
        """Return a person's upload as it stands. Raises ``NoUpload``."""
        begun = self._read(tenant_id, id) if is_id(id) else None
        if begun is None or begun.person != person:
            raise NoUpload(id)
        return begun

    def add(self, tenant_id: int, person: str, id: str, offset: int, piece: bytes) -> Begun:
        """Add a piece, synced, and return the upload as it then stands. Raises ``NoUpload``, ``OtherOffset``, ``UploadHeld``,
        ``TooLarge`` for a piece beyond the length that was told, and ``StoreUnavailable`` where the disk is full."""
        begun = self.find(tenant_id, person, id)
        if offset + len(piece) > begun.length:
            raise TooLarge(begun.length)
        with _alone(self._content(tenant_id, id)) as handle:
            there = os.fstat(handle).st_size
            if offset != there:
                raise OtherOffset(there)
            try:
                _write(handle, there, piece)
            except OSError as error:
                os.ftruncate(handle, there)
                if error.errno in (errno.ENOSPC, errno.EDQUOT):
                    raise StoreUnavailable(FULL, "the disk of the files is full") from error
                raise
        return msgspec.structs.replace(begun, offset=there + len(piece))

    def content(self, tenant_id: int, person: str, id: str) -> bytes:
        """Return the content of a person's upload. Raises ``NoUpload``, and ``OtherOffset`` for one that is not whole."""
        begun = self.find(tenant_id, person, id)
        if begun.offset != begun.length:
            raise OtherOffset(begun.offset)
        return self._content(tenant_id, id).read_bytes()

    def drop(self, tenant_id: int, person: str, id: str) -> None:
        """Remove a person's upload. Raises ``NoUpload``."""
        self.find(tenant_id, person, id)
        self._remove(tenant_id, id)

    def sweep(self, tenant_id: int, grace: float = GRACE) -> int:
        """Remove the uploads to which nothing was added for ``grace`` seconds, and return their number."""
        old, before = 0, time.time() - grace
        for told in self._home(tenant_id).glob("*.json"):
            content = told.with_suffix("")
            if not content.exists() or content.stat().st_mtime < before:
                self._remove(tenant_id, content.name)
                old += 1
        return old

    def _all(self, tenant_id: int) -> Iterator[Begun]:
        for told in self._home(tenant_id).glob("*.json"):
            if (begun := self._read(tenant_id, told.stem)) is not None:
                yield begun

    def _read(self, tenant_id: int, id: str) -> Begun | None:
        try:
            begun = msgspec.json.decode(self._told(tenant_id, id).read_bytes(), type=Begun)
            return msgspec.structs.replace(begun, offset=self._content(tenant_id, id).stat().st_size)
        except (FileNotFoundError, msgspec.DecodeError):  # gone meanwhile, or its beginning was cut off
            return None

    def _remove(self, tenant_id: int, id: str) -> None:
        self._content(tenant_id, id).unlink(missing_ok=True)
        self._told(tenant_id, id).unlink(missing_ok=True)

    def _home(self, tenant_id: int) -> Path:
        return self._folder(tenant_id) / "uploads"

    def _content(self, tenant_id: int, id: str) -> Path:
        return self._home(tenant_id) / id

    def _told(self, tenant_id: int, id: str) -> Path:
        return self._home(tenant_id) / f"{id}.json"


def _write(handle: int, at: int, piece: bytes) -> None:
    left = memoryview(piece)
    while left:
        written = os.pwrite(handle, left, at)
        left, at = left[written:], at + written
    os.fsync(handle)


@contextmanager
def _alone(path: Path) -> Iterator[int]:
    """The file, for writing, held against other processes too. Raises ``NoUpload`` and ``UploadHeld``."""
    try:
        handle = os.open(path, os.O_WRONLY)
    except FileNotFoundError:
        raise NoUpload(path.name) from None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield handle
    except BlockingIOError:
        raise UploadHeld from None
    finally:
        os.close(handle)
