"""Uploads that are not whole yet, piece after piece: kept beside a tenant's files, for the person who began them and nobody else.

A piece is kept for good before its offset is told, so whoever goes on after a fault goes on from there. What nobody finished or
used within ``GRACE`` goes with the sweep of files. An upload is no file of the tenant before an act names it: its content is
then stored under its digest like any other.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod

import msgspec

MOST = 20
"""How many uploads a person may have begun at a time."""
GRACE = 86_400.0
"""Seconds after its last piece for which an upload is kept."""
_ID = re.compile(r"[0-9a-f-]{36}\Z")


class Begun(msgspec.Struct, frozen=True):
    """An upload: whose it is, its whole length and how much of it is there, in bytes."""

    id: str
    person: str
    length: int
    offset: int = 0


class TooLarge(ValueError):
    """The content is larger than the store takes. ``limit``: in bytes."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"the file is larger than {limit} bytes")
        self.limit = limit


class NoUpload(LookupError):
    """There is no such upload, or it is another person's."""


class TooManyUploads(ValueError):
    """The person has begun ``MOST`` uploads already."""


class OtherOffset(ValueError):
    """A piece that does not begin where the upload ends; ``offset`` is where that is."""

    def __init__(self, offset: int) -> None:
        super().__init__(f"the upload is at {offset}")
        self.offset = offset


class UploadHeld(Exception):
    """Another request is writing to the upload."""


class Uploads(ABC):
    """The uploads beside the files of a place. Where that is away or full, each method raises ``StoreUnavailable``."""

    @abstractmethod
    def begin(self, tenant_id: int, person: str, length: int) -> Begun:
        """Begin an upload. Raises ``TooLarge`` and ``TooManyUploads``."""

    @abstractmethod
    def find(self, tenant_id: int, person: str, id: str) -> Begun:
        """Return a person's upload as it stands. Raises ``NoUpload``."""

    @abstractmethod
    def add(self, tenant_id: int, person: str, id: str, offset: int, piece: bytes) -> Begun:
        """Add a piece, and return the upload as it then stands. Raises ``NoUpload``, ``OtherOffset``, ``UploadHeld``, and
        ``TooLarge`` for a piece beyond the length that was told."""

    @abstractmethod
    def content(self, tenant_id: int, person: str, id: str) -> bytes:
        """Return the content of a person's upload. Raises ``NoUpload``, and ``OtherOffset`` for one that is not whole."""

    @abstractmethod
    def drop(self, tenant_id: int, person: str, id: str) -> None:
        """Remove a person's upload. Raises ``NoUpload``."""

    @abstractmethod
    def sweep(self, tenant_id: int, grace: float = GRACE) -> int:
        """Remove the uploads to which nothing was added for ``grace`` seconds, and return their number."""


def is_id(id: str) -> bool:
    """Return whether a name may be that of an upload."""
    return bool(_ID.match(id))
