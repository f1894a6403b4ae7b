"""Kinds that a charter declares for itself (``[[kind]]``), beside those that every committee has: workshops, say."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from msgspec import Struct

from steerco.charter.tables.stated import Label, Source

MEETING = "meeting"
"""The record type whose kinds a charter may add to."""


class OwnKind(Struct, frozen=True, gc=False):
    """One kind of meeting of a committee's own. ``of`` and ``open`` are read as written: the program knows no kinds of agencies,
    and nothing follows from ``open``.
    """

    of: Literal["meeting", "agency"]
    id: str
    label: Label
    cite: tuple[str, ...] = ()
    open: bool | None = None
    source: Source = Source()


def kinds_of_meetings(versions: Iterable[tuple[OwnKind, ...]]) -> tuple[OwnKind, ...]:
    """Return the kinds of meetings that the versions of a charter, oldest first, declare: each once, as the latest one says."""
    latest = {row.id: row for rows in versions for row in rows if row.of == MEETING}
    return tuple(latest[id] for id in sorted(latest))
