"""Deprecated parts of the API: announced in the document, and in the headers of each answer (RFC 9745, RFC 8594) until it is
gone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from email.utils import format_datetime

from msgspec import Struct

API = "/api/"


class Deprecated(Struct, frozen=True):
    """An operation that goes: deprecated ``since`` a day, gone after the day ``sunset``; ``instead`` is a page that says what to
    use."""

    since: date
    sunset: date
    instead: str


DEPRECATED: Mapping[str, Deprecated] = {}
"""What goes, by method and address below ``/api/``, ids as ``*``: ``POST meeting/*/postpone``. Empty: nothing does."""


def operation(method: str, address: str) -> str:
    """Return the key of an operation, by the document's address: ``GET /t/{tenant}/api/meeting/{id}`` is ``GET meeting/*``."""
    below = address.partition(API)[2]
    return f"{method.upper()} {'/'.join('*' if part.startswith('{') else part for part in below.split('/'))}"


def headers_for(method: str, path: str, among: Mapping[str, Deprecated] | None = None) -> dict[str, str]:
    """Return the headers that tell of the deprecation of what a request asks for; none where it stays."""
    known = DEPRECATED if among is None else among
    if not known:
        return {}
    asked = path.partition(API)[2].split("/")
    for name, gone in known.items():
        of, _, pattern = name.partition(" ")
        parts = pattern.split("/")
        if of == method and len(parts) == len(asked) and all(p in ("*", a) for p, a in zip(parts, asked, strict=True)):
            return {
                "Deprecation": f"@{int(_begin(gone.since).timestamp())}",
                "Sunset": format_datetime(_begin(gone.sunset), usegmt=True),
                "Link": f'<{gone.instead}>; rel="deprecation"; type="text/html"',
            }
    return {}


def _begin(day: date) -> datetime:
    return datetime.combine(day, time(0), UTC)
