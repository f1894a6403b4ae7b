"""Where files of a tenant are kept, each under the SHA-256 of its content: what every place for them promises.

Two tenants never share a file, even with the same content, since nobody may learn whether another tenant has it. A file is kept
for good before :meth:`FileStore.put` returns, so no event names a file that a power cut destroyed; and it is there for every
process at once, whole or not at all.

The places: a folder (``folder_files``), and a bucket of an object store (``bucket_files``).
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256
from typing import BinaryIO

from steerco.store.fair_lock import FILES_AWAY, StoreUnavailable
from steerco.store.uploads import TooLarge as TooLarge
from steerco.store.uploads import Uploads

LIMIT = 50 * 1024 * 1024
PIECE = 1 << 20
"""The number of bytes that are copied at once."""
MARK = "installation"
"""What a place that is marked holds under this name: the public key of the installation whose files it keeps."""
_NAME = re.compile(r"[0-9a-f]{64}\Z")


class OthersFiles(StoreUnavailable):
    """A place that is marked as another installation's. Nothing in it was touched."""

    def __init__(self, place: str, mark: str) -> None:
        super().__init__(FILES_AWAY, f"{place} keeps the files of another installation, whose key is {mark[:16]}…")


class FileStore(ABC):
    """Files of tenants, at most ``limit`` bytes each; beside them the ``uploads`` that are not whole yet.

    Where the place is away or full, each method raises :class:`~steerco.store.fair_lock.StoreUnavailable`, and nothing is half
    done.
    """

    limit: int
    uploads: Uploads
    installation: Callable[[], str] | None = None
    """The public key of the installation that writes here, asked for when it does; None where nobody else could."""
    _is_own = False

    def own(self, *, again: bool = True) -> None:
        """See to it that the place is the installation's: whoever comes first marks it, and every other is refused.

        Two in one place would sweep each other's files, as neither knows what the other's records name. ``again``: also where
        that was seen before. Raises ``OthersFiles``.
        """
        if self.installation is None or (self._is_own and not again):
            return
        mine = self.installation()
        mark = self.marked() or self.mark(mine)
        if mark != mine:
            raise OthersFiles(self.place, mark)
        self._is_own = True

    @property
    @abstractmethod
    def place(self) -> str:
        """The address of the whole place."""

    @abstractmethod
    def marked(self) -> str:
        """Return the key of the installation whose place it is; empty where nobody has marked it."""

    @abstractmethod
    def mark(self, key: str) -> str:
        """Mark the place unless it is marked, and return the mark that it has."""

    @abstractmethod
    def put(self, tenant_id: int, content: bytes | BinaryIO) -> str:
        """Store the content and return its SHA-256 in hexadecimal. The same content is stored once. Raises ``TooLarge``."""

    @abstractmethod
    def open(self, tenant_id: int, digest: str, first: int = 0) -> BinaryIO:
        """Open the content for reading, at the byte ``first``.

        Raises ``FileNotFoundError`` if the tenant has no such file, or for a bad digest.
        """

    @abstractmethod
    def size(self, tenant_id: int, digest: str) -> int:
        """Return the size in bytes. Raises ``FileNotFoundError``."""

    @abstractmethod
    def has(self, tenant_id: int, digest: str) -> bool:
        """Return whether the tenant has this file."""

    @abstractmethod
    def all(self, tenant_id: int) -> Iterator[str]:
        """Yield the digests of every file of the tenant, in order."""

    @abstractmethod
    def older(self, tenant_id: int, than: float) -> Iterator[str]:
        """Yield the digests of the tenant's files that were last put more than ``than`` seconds ago."""

    @abstractmethod
    def sweep(self, tenant_id: int, orphans: Iterable[str], older_than: float = 86_400.0) -> list[str]:
        """Remove the ``orphans`` and what was left half written, and return the removed digests.

        Files younger than ``older_than`` seconds stay: they may belong to an act that is not committed yet.
        """

    @abstractmethod
    def remove_all(self, tenant_id: int) -> int:
        """Remove all files of a deleted tenant, and return their number."""

    @abstractmethod
    def numbers(self) -> list[int]:
        """Return the tenants that have files here."""

    @abstractmethod
    def where(self, tenant_id: int) -> str:
        """Return where the tenant's files lie, to be told to people."""

    def damaged(self, tenant_id: int) -> list[str]:
        """Return the digests whose content is no longer what was stored."""
        return [digest for digest in self.all(tenant_id) if not self.is_sound(tenant_id, digest)]

    def is_sound(self, tenant_id: int, digest: str) -> bool:
        """Return whether the tenant has this file, with the content that was stored."""
        try:
            with self.open(tenant_id, digest) as file:
                found = sha256()
                for chunk in chunks(file):
                    found.update(chunk)
        except FileNotFoundError:
            return False
        return found.hexdigest() == digest


def checked(digest: str) -> str:
    """Return a digest as it is. Raises ``FileNotFoundError`` for what is none: else "../../x" would be a path."""
    if not is_digest(digest):
        raise FileNotFoundError(digest)
    return digest


def is_digest(name: str) -> bool:
    """Return whether a name is a SHA-256 in hexadecimal."""
    return bool(_NAME.match(name))


def chunks(content: bytes | BinaryIO) -> Iterator[bytes]:
    """Yield a content piece by piece."""
    if isinstance(content, bytes | bytearray | memoryview):
        yield bytes(content)
        return
    while chunk := content.read(PIECE):
        yield chunk


def copy(content: bytes | BinaryIO, into: BinaryIO, limit: int) -> str:
    """Write a content into a file and return its digest. Raises ``TooLarge``."""
    digest, size = sha256(), 0
    for chunk in chunks(content):
        size += len(chunk)
        if size > limit:
            raise TooLarge(limit)
        digest.update(chunk)
        into.write(chunk)
    return digest.hexdigest()
