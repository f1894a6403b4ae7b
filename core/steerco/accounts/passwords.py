"""Passwords: kept as argon2id hashes, with the least that OWASP asks for (19 MiB, twice over, one lane)."""

from __future__ import annotations

from contextlib import suppress
from functools import cache
from threading import Semaphore
from unicodedata import normalize

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

LEAST, MOST = 10, 200
"""The fewest and the most characters of a password."""
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_at_once = Semaphore(2)
"""Each check takes 19 MiB and a processor for a fortieth of a second: two at once, whoever else waits."""


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
    with _at_once:
        return _hasher.hash(text)


def fits(password: str, kept: str | None) -> bool:
    """Return whether this is the password of that hash. Without a hash it takes as long, and is not."""
    text = _composed(password)[: MOST + 1]
    with _at_once, suppress(VerificationError, InvalidHashError):
        return _hasher.verify(kept or _nobodys(), text) and kept is not None
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
