"""Files of tenants in a bucket of an object store: ``NUMBER/files/XX/DIGEST/ID``, a name that nobody can guess.

An object is there whole or not at all, and for every process at once. The id makes each writing an object of its own. So a sweep
takes away exactly what it saw to be old, and never what an act put meanwhile: no lock between machines is needed.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator
from hashlib import sha256
from io import BufferedReader, RawIOBase
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, BinaryIO

from steerco.store.bucket import Bucket, as_outage
from steerco.store.bucket_uploads import BucketUploads
from steerco.store.fair_lock import FILES_AWAY, StoreUnavailable
from steerco.store.files import LIMIT, MARK, PIECE, FileStore, TooLarge, checked, copy, is_digest
from steerco.store.identity import uuid7

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

YOUNG = 6 * 3600.0
"""Seconds for which the same content is not sent again: no sweep takes what is younger than a day."""
FIRST_BLOCK, BLOCK = 256 * 1024, 4 * 1024 * 1024
"""How much of a file is fetched at once: at first, and then."""


class BucketFiles(FileStore):
    """Files in a ``bucket``, at most ``limit`` bytes each."""

    def __init__(self, bucket: Bucket, limit: int = LIMIT) -> None:
        self.bucket, self.limit = bucket, limit
        self.uploads = BucketUploads(bucket, limit)

    @property
    def place(self) -> str:
        """The address of the bucket."""
        return self.bucket.address

    def marked(self) -> str:
        """Return the key of the installation whose place it is; empty where nobody has marked it."""
        with as_outage():
            return (self.bucket.read(MARK) or b"").decode("ascii", "replace").strip()

    def mark(self, key: str) -> str:
        """Mark the place unless it is marked, and return the mark that it has."""
        with as_outage():
            self.bucket.create(MARK, key.encode() + b"\n")
        return self.marked()

    def put(self, tenant_id: int, content: bytes | BinaryIO) -> str:
        """Store the content and return its digest. A stream is first copied to a temporary file, as its digest is its name."""
        if isinstance(content, bytes | bytearray | memoryview):
            if len(content) > self.limit:
                raise TooLarge(self.limit)
            digest = sha256(content).hexdigest()
            self._keep(tenant_id, digest, len(content), bytes(content))
            return digest
        with as_outage(), TemporaryFile() as spooled:
            digest = copy(content, spooled, self.limit)
            size = spooled.tell()
            spooled.seek(0)
            self._keep(tenant_id, digest, size, spooled)
        return digest

    def _keep(self, tenant_id: int, digest: str, size: int, content: bytes | BinaryIO) -> None:
        self.own(again=False)
        place, young = self._place(tenant_id, digest), time.time() - YOUNG
        with as_outage():
            earlier = self.bucket.held(place)
            if any(one.size == size and one.at.timestamp() > young for one in earlier.values()):
                return
            self.bucket.put(f"{place}/{uuid7()}", content)
            self.bucket.delete(list(earlier))  # the same content: whoever reads one of them goes on with the new one

    def open(self, tenant_id: int, digest: str, first: int = 0) -> BinaryIO:
        """Open the content for reading, at the byte ``first``; a block at a time is in memory."""
        return BufferedReader(_Remote(self, tenant_id, checked(digest), first), PIECE)

    def size(self, tenant_id: int, digest: str) -> int:
        """Return the size in bytes."""
        return self.found(tenant_id, digest)[1]

    def has(self, tenant_id: int, digest: str) -> bool:
        """Return whether the tenant has this file."""
        with as_outage():
            return is_digest(digest) and bool(self.bucket.held(self._place(tenant_id, digest)))

    def found(self, tenant_id: int, digest: str) -> tuple[str, int]:
        """Return the object that is the file, the newest if there are several, and its size. Raises ``FileNotFoundError``."""
        with as_outage():
            held = self.bucket.held(self._place(tenant_id, digest))
        if not held:
            raise FileNotFoundError(digest)
        name = max(held)
        return name, held[name].size

    def all(self, tenant_id: int) -> Iterator[str]:
        """Yield the digests of every file of the tenant, in order."""
        yield from sorted(self._newest(tenant_id))

    def older(self, tenant_id: int, than: float) -> Iterator[str]:
        """Yield the digests of the tenant's files that were last put more than ``than`` seconds ago, by the store's clock."""
        before = time.time() - than
        yield from sorted(digest for digest, at in self._newest(tenant_id).items() if at < before)

    def sweep(self, tenant_id: int, orphans: Iterable[str], older_than: float = 86_400.0) -> list[str]:
        """Remove the ``orphans``, and return the removed digests. The store never shows half an object."""
        self.own()
        before, removed = time.time() - older_than, []
        for digest in sorted(orphans):
            with as_outage():
                held = self.bucket.held(self._place(tenant_id, digest))
                if held and all(one.at.timestamp() < before for one in held.values()):
                    self.bucket.delete(list(held))
                    removed.append(digest)
        return removed

    def remove_all(self, tenant_id: int) -> int:
        """Remove all files and uploads of a deleted tenant, and return the number of files."""
        self.own()
        with as_outage():
            names = list(self.bucket.held(str(int(tenant_id))))
            self.bucket.delete(names)
        return len({digest for name in names if (digest := _digest_in(name))})

    def numbers(self) -> list[int]:
        """Return the tenants that have files here."""
        with as_outage():
            return sorted(int(name) for name in self.bucket.folders() if name.isascii() and name.isdigit())

    def where(self, tenant_id: int) -> str:
        """Return the address of the tenant's files."""
        return f"{self.bucket.address}/{int(tenant_id)}"

    def _newest(self, tenant_id: int) -> dict[str, float]:
        """Return when each file of the tenant was last put."""
        newest: dict[str, float] = {}
        with as_outage():
            held = self.bucket.held(f"{int(tenant_id)}/files")
        for name, one in held.items():
            if digest := _digest_in(name):
                newest[digest] = max(one.at.timestamp(), newest.get(digest, 0.0))
        return newest

    def _place(self, tenant_id: int, digest: str) -> str:
        return f"{int(tenant_id)}/files/{checked(digest)[:2]}/{digest}"


def _digest_in(name: str) -> str:
    """Return the digest in the name of an object; empty for one that is no file of a tenant."""
    words = name.split("/")
    return words[3] if len(words) == 5 and words[1] == "files" and is_digest(words[3]) else ""


class _Remote(RawIOBase):
    """A file of a bucket, fetched block by block. Raises ``StoreUnavailable`` also while it is read."""

    def __init__(self, files: BucketFiles, tenant_id: int, digest: str, first: int) -> None:
        self._files, self._own = files, (tenant_id, digest)
        self._name, self._size = files.found(tenant_id, digest)
        self._at, self._begin, self._block = first, first, b""
        if first < self._size:
            self._fetch(FIRST_BLOCK)  # now, so that an outage is told before anything is answered

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def readinto(self, buffer: WriteableBuffer) -> int:
        if self._at >= self._size:
            return 0
        if not 0 <= self._at - self._begin < len(self._block):
            self._fetch(BLOCK)
        view, start = memoryview(buffer).cast("B"), self._at - self._begin
        piece = self._block[start : start + len(view)]
        view[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)

    def _fetch(self, most: int) -> None:
        length = min(most, self._size - self._at)
        with as_outage():
            block = self._files.bucket.part(self._name, self._at, length)
            if block is None:  # the same content was put anew meanwhile, or the file was taken away
                self._name, _ = self._files.found(*self._own)
                block = self._files.bucket.part(self._name, self._at, length)
        if block is None or len(block) != length:
            raise StoreUnavailable(FILES_AWAY, f"{self._name} ended before its end")
        self._begin, self._block = self._at, block
