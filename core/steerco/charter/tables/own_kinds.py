"""Kinds that a charter declares for itself (``[[kind]]``), beside those that every committee has: workshops, say."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from msgspec import Struct

from steerco.charter.tables.stated import Label, Source

MEETING = "meeting"
"""The record type whose kinds a charter may add to."""
AGENCY = "agency"


class OwnKind(Struct, frozen=True, gc=False):
    """One kind of a committee's own: of meetings, or of the agencies that it deals with. ``open``: whether time and place of
    such a meeting, once published, are public.
    """

    of: Literal["meeting", "agency"]
    id: str
    label: Label
    cite: tuple[str, ...] = ()
    open: bool | None = None
    source: Source = Source()


def kinds_of_agencies(versions: Iterable[tuple[OwnKind, ...]]) -> frozenset[str]:
    """Return the kinds of agencies that texts declare; none where the committee names them as it likes."""
    return frozenset(row.id for rows in versions for row in rows if row.of == AGENCY)


def kinds_of_meetings(versions: Iterable[tuple[OwnKind, ...]]) -> tuple[OwnKind, ...]:
    """Return the kinds of meetings that the versions of a charter, oldest first, declare: each once, as the latest one says."""
    latest = {row.id: row for rows in versions for row in rows if row.of == MEETING}
    return tuple(latest[id] for id in sorted(latest))
