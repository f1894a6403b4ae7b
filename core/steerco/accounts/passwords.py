"""Passwords: kept as argon2id hashes, with the least that OWASP asks for (19 MiB, twice over, one lane)."""

from __future__ import annotations

import atexit
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from unicodedata import normalize

from steerco.accounts.password_process import HASHER, PasswordProcess
from steerco.store.fair_lock import Busy

LEAST, MOST = 10, 200
"""The fewest and the most characters of a password."""


class BadPassword(ValueError):
    """A password that cannot be set. ``code``: too-short, too-long or too-plain."""

    def __init__(self, code: str) -> None:
        super().__init__(f"the password is {code.replace('-', ' ')}: {LEAST} to {MOST} characters, not all alike, not the name")
        self.code = code


def hashed(password: str, name: str = "") -> str:
    """Return the hash that is kept of a new password. ``name`` is the sign-in name. Raises ``BadPassword`` and ``Busy``."""
    text = _composed(password)
    if len(text) < LEAST:
        raise BadPassword("too-short")
    if len(text) > MOST:
        raise BadPassword("too-long")
    if len(set(text)) < 4 or (name and name.casefold() in text.casefold() and len(text) < len(name) + 4):
        raise BadPassword("too-plain")
    return _worked(text, None)


def fits(password: str, kept: str | None) -> bool:
    """Return whether this is the password of that hash. Without a hash it takes as long, and is not. Raises ``Busy``."""
    text = _composed(password)[: MOST + 1]
    return _worked(text, kept or _nobodys()) == "fits" and kept is not None


def is_outdated(kept: str) -> bool:
    """Return whether a hash was made with other costs than today's."""
    return HASHER.check_needs_rehash(kept)


def _composed(password: str) -> str:
    """Return the one form of a text: keyboards differ in how they send a letter with its marks."""
    return normalize("NFC", password)


@cache
def _nobodys() -> str:
    return _worked("the password of nobody", None)


def _worked(text: str, kept: str | None) -> str:
    return _askers.submit(_ask, text, kept).result()


def _ask(text: str, kept: str | None) -> str:
    mine: PasswordProcess | None = getattr(_own, "process", None)
    if mine is None:
        mine = _own.process = PasswordProcess()
        atexit.register(mine.end)
    try:
        return mine.work(text, kept)
    except TimeoutError as late:
        raise Busy(f"passwords cannot be checked: {late}", retry_after=5) from late


AT_ONCE = max(1, min(2, (os.cpu_count() or 1) - 1))
_askers = ThreadPoolExecutor(AT_ONCE, "steerco-passwords")
"""Each check takes 19 MiB and a processor for a fortieth of a second: two at once, one processor is left to others, and whatever
else wants one comes first. These threads wait for a process each, which does the work."""
_own = threading.local()
