"""Uploads in a bucket: ``NUMBER/uploads/PERSON/ID/`` holds how long it will be, and each piece under the byte where it begins.

The names alone tell how an upload stands, so every machine sees the same. A piece is written only where there is none yet: of two
requests that go on at the same byte one is told where the other has come to.
"""

from __future__ import annotations

import time
from collections import defaultdict
from hashlib import sha256

import msgspec

from steerco.store import uploads
from steerco.store.bucket import Bucket, StoredObject, as_outage
from steerco.store.identity import uuid7
from steerco.store.uploads import GRACE, Begun, NoUpload, OtherOffset, TooLarge, TooManyUploads, Uploads, is_id

_LENGTH = "length-"


class BucketUploads(Uploads):
    """The uploads beside the files of each tenant in a ``bucket``."""

    def __init__(self, bucket: Bucket, limit: int) -> None:
        self._bucket, self._limit = bucket, limit

    def begin(self, tenant_id: int, person: str, length: int) -> Begun:
        """Begin an upload. Raises ``TooLarge`` and ``TooManyUploads``."""
        if length > self._limit:
            raise TooLarge(self._limit)
        begun = Begun(uuid7(), person, length)
        name = f"{_place(tenant_id, person)}/{begun.id}/{_LENGTH}{length}"
        with as_outage():
            if self._number(tenant_id, person) >= uploads.MOST:
                raise TooManyUploads
            self._bucket.put(name, b"")
            if self._number(tenant_id, person) > uploads.MOST:  # others began in the same moment
                self._bucket.delete([name])
                raise TooManyUploads
        return begun

    def find(self, tenant_id: int, person: str, id: str) -> Begun:
        """Return a person's upload as it stands. Raises ``NoUpload``."""
        return self._standing(tenant_id, person, id)[0]

    def add(self, tenant_id: int, person: str, id: str, offset: int, piece: bytes) -> Begun:
        """Add a piece, and return the upload as it then stands. Raises ``NoUpload``, ``OtherOffset`` and ``TooLarge``."""
        begun, _ = self._standing(tenant_id, person, id)
        if offset + len(piece) > begun.length:
            raise TooLarge(begun.length)
        if offset != begun.offset:
            raise OtherOffset(begun.offset)
        with as_outage():
            if piece and not self._bucket.create(f"{_place(tenant_id, person)}/{id}/{offset:012d}", piece):
                raise OtherOffset(self.find(tenant_id, person, id).offset)
        return msgspec.structs.replace(begun, offset=offset + len(piece))

    def content(self, tenant_id: int, person: str, id: str) -> bytes:
        """Return the content of a person's upload. Raises ``NoUpload``, and ``OtherOffset`` for one that is not whole."""
        begun, pieces = self._standing(tenant_id, person, id)
        if begun.offset != begun.length:
            raise OtherOffset(begun.offset)
        content = bytearray()
        for name in pieces:
            with as_outage():
                content += self._bucket.read(name) or b""
        if len(content) != begun.length:  # it was dropped meanwhile
            raise NoUpload(id)
        return bytes(content)

    def drop(self, tenant_id: int, person: str, id: str) -> None:
        """Remove a person's upload. Raises ``NoUpload``."""
        self._standing(tenant_id, person, id)
        with as_outage():
            self._bucket.delete(list(self._bucket.held(f"{_place(tenant_id, person)}/{id}")))

    def sweep(self, tenant_id: int, grace: float = GRACE) -> int:
        """Remove the uploads to which nothing was added for ``grace`` seconds, and return their number."""
        begun: dict[str, dict[str, StoredObject]] = defaultdict(dict)
        with as_outage():
            for name, one in self._bucket.held(f"{int(tenant_id)}/uploads").items():
                begun[name.rpartition("/")[0]][name] = one
            before = time.time() - grace
            old = [names for names in begun.values() if all(one.at.timestamp() < before for one in names.values())]
            self._bucket.delete([name for names in old for name in names])
        return len(old)

    def _standing(self, tenant_id: int, person: str, id: str) -> tuple[Begun, list[str]]:
        """Return an upload and the names of its pieces, in order. Raises ``NoUpload``."""
        place = f"{_place(tenant_id, person)}/{id}"
        with as_outage():
            held = self._bucket.held(place) if is_id(id) else {}
        lengths = [int(word.removeprefix(_LENGTH)) for name in held if (word := name.rpartition("/")[2]).startswith(_LENGTH)]
        if not lengths:
            raise NoUpload(id)
        offset, pieces = 0, list[str]()
        while (one := held.get(name := f"{place}/{offset:012d}")) is not None and one.size:
            offset += one.size
            pieces.append(name)
        return Begun(id, person, lengths[0], offset), pieces

    def _number(self, tenant_id: int, person: str) -> int:
        """Return how many uploads the person has begun."""
        return sum(1 for name in self._bucket.held(_place(tenant_id, person)) if f"/{_LENGTH}" in name)


def _place(tenant_id: int, person: str) -> str:
    return f"{int(tenant_id)}/uploads/{sha256(person.encode()).hexdigest()[:32]}"
