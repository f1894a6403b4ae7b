"""Sealed cursors of lists: a cursor reveals nothing to its holder.

A short page ends at the last record that was checked, which the reader may not be allowed to see. So each cursor is encrypted
and authenticated for one list of one tenant, with the key in the installation's folder. AES-SIV (RFC 5297) needs no nonce: a
position always has the same cursor, so every process that shares the folder answers a page with the same bytes.
"""

from __future__ import annotations

import base64
import binascii
import logging
import os
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESSIV  # imported with the first cursor: many commands make none

KEY = "cursor.key"
BITS = 512
LEAST = 64
"""The smallest number of encrypted bytes. A longer content is padded to the next power of two, so that the length of a cursor
reveals next to nothing about its value."""
LONGEST = 64 * 1024
_SIGNS = str.maketrans("-_", "aa")


class Cursors:
    """Seals and opens the cursors of an installation. The key is made at first use.

    If the key is lost, readers must begin their lists again. If no key can be stored, the process uses one of its own.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / KEY
        self._lock = Lock()
        self._cipher: AESSIV | None = None

    def sealed(self, content: bytes, about: bytes) -> str:
        """Return a cursor with this content, bound to the list that ``about`` identifies."""
        size = LEAST
        while size < len(content) + 2:
            size *= 2
        filled = len(content).to_bytes(2, "big") + content
        raw = self._with_key().encrypt(filled.ljust(size, b"\0"), [about])
        return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()

    def opened(self, cursor: str, about: bytes) -> bytes:
        """Return the content. Raises ``ValueError`` unless this installation sealed exactly this cursor for that list."""
        if len(cursor) > LONGEST or not cursor.isascii() or not cursor.translate(_SIGNS).isalnum():
            raise ValueError("not a cursor")  # the decoder would take + for - and / for _
        from cryptography.exceptions import InvalidTag

        try:
            raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
            if base64.urlsafe_b64encode(raw).rstrip(b"=").decode() != cursor:
                raise ValueError("not a cursor as it is written here")
            filled = self._with_key().decrypt(raw, [about])
        except (binascii.Error, InvalidTag) as error:
            raise ValueError("not a cursor of this list") from error
        return filled[2 : 2 + int.from_bytes(filled[:2], "big")]

    def _with_key(self) -> AESSIV:
        if self._cipher is None:
            from cryptography.hazmat.primitives.ciphers.aead import AESSIV

            with self._lock:
                self._cipher = self._cipher or AESSIV(self._key())
        return self._cipher

    def _key(self) -> bytes:
        with suppress(OSError):  # the disk is full or takes no writes: lists go on
            if not self._path.exists():
                self._make()
            key = self._path.read_bytes()
            if len(key) * 8 == BITS:
                return key
        logging.getLogger("steerco.store").warning("%s cannot be read or made: cursors are good in one process only", self._path)
        return os.urandom(BITS // 8)

    def _make(self) -> None:
        """Make the key atomically. If two processes make one at once, the first one's stays."""
        with NamedTemporaryFile(dir=self._path.parent, prefix=f".{KEY}.") as file:  # readable by its owner only
            file.write(os.urandom(BITS // 8))
            file.flush()
            os.fsync(file.fileno())
            with suppress(FileExistsError):
                os.link(file.name, self._path)
