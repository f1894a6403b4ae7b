"""The dated versions of the API, and the header in which a client names the one that it was written against.

A version is the day from which the API answers as it does. Whatever a release adds stays within the version; what answers an old
client otherwise than before begins a new one. A request that names a version is answered as that version has it, or told that
this server does not speak it, before anything is done: so a client never finds out half-way through that the server is another.
"""

from __future__ import annotations

from collections.abc import Iterable

from steerco.records import reason
from steerco.web.http.deprecations import API
from steerco.web.http.problems import RequestError

HEADER = "Steerco-Version"
VERSIONS = ("2026-11-30",)
"""The versions that are spoken, the oldest first. A request that names none gets the last."""
_NAME = HEADER.lower().encode()


def of_api(path: str) -> bool:
    """Return whether an address is one of a committee's API."""
    return path.startswith("/t/") and API in path


def told(path: str, headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Return the header that tells by which version a request of the API is answered."""
    return {HEADER: _asked(headers) or VERSIONS[-1]} if of_api(path) else {}


def refused(path: str, headers: Iterable[tuple[bytes, bytes]]) -> RequestError | None:
    """Return the error of a request of the API that names a version which is not spoken here."""
    if not of_api(path) or all(name != _NAME for name, _ in headers) or _asked(headers):
        return None
    fields = {HEADER: reason("not-one-of", known=list(VERSIONS))}
    return RequestError(400, "unknown-version", fields=fields, known=list(VERSIONS), newest=VERSIONS[-1])


def _asked(headers: Iterable[tuple[bytes, bytes]]) -> str:
    """Return the version that a request names, if it is one that is spoken and the only one named."""
    named = [value.decode("latin-1").strip() for name, value in headers if name == _NAME]
    return named[0] if len(named) == 1 and named[0] in VERSIONS else ""
