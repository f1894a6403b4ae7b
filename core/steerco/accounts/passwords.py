"""Passwords: kept as argon2id hashes, with the least that OWASP asks for (19 MiB, twice over, one lane)."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import cache
from threading import get_native_id
from unicodedata import normalize

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

LEAST, MOST = 10, 200
"""The fewest and the most characters of a password."""
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


class BadPassword(ValueError):
    """A password that cannot be set. ``code``: too-short, too-long or too-plain."""

    def __init__(self, code: str) -> None:
        super().__init__(f"the password is {code.replace('-', ' ')}: {LEAST} to {MOST} characters, not all alike, not the name")
        self.code = code


def hashed(password: str, name: str = "") -> str:
    """Return the hash that is kept of a new password. ``name`` is the sign-in name. Raises ``BadPassword``."""
    text = _composed(password)
    if len(text) < LEAST:
        raise BadPassword("too-short")
    if len(text) > MOST:
        raise BadPassword("too-long")
    if len(set(text)) < 4 or (name and name.casefold() in text.casefold() and len(text) < len(name) + 4):
        raise BadPassword("too-plain")
    return _at_work.submit(_hasher.hash, text).result()


def fits(password: str, kept: str | None) -> bool:
    """Return whether this is the password of that hash. Without a hash it takes as long, and is not."""
    text = _composed(password)[: MOST + 1]
    return _at_work.submit(_verified, kept or _nobodys(), text).result() and kept is not None


def _verified(kept: str, text: str) -> bool:
    with suppress(VerificationError, InvalidHashError):
        return _hasher.verify(kept, text)
    return False


def is_outdated(kept: str) -> bool:
    """Return whether a hash was made with other costs than today's."""
    return _hasher.check_needs_rehash(kept)


def _composed(password: str) -> str:
    """Return the one form of a text: keyboards differ in how they send a letter with its marks."""
    return normalize("NFC", password)


@cache
def _nobodys() -> str:
    return _hasher.hash("the password of nobody")


def _be_polite() -> None:
    if hasattr(os, "setpriority"):
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, get_native_id(), 10)  # on Linux, of this thread alone


AT_ONCE = max(1, min(2, (os.cpu_count() or 1) - 1))
_at_work = ThreadPoolExecutor(AT_ONCE, "steerco-passwords", _be_polite)
"""Each check takes 19 MiB and a processor for a fortieth of a second: two at once, one processor is left to others, and whatever
else wants one comes first.
These threads do nothing else, since one that waits for a processor must not hold the interpreter's lock meanwhile."""
