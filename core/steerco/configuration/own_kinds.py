"""The kinds of meetings that a tenant's charters declare (``[[kind]]``): its record types with them, and their words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from steerco.charter.model import Charter, OwnKind
from steerco.charter.tables.own_kinds import MEETING, kinds_of_meetings
from steerco.configuration.vocabulary import Types
from steerco.records.own_kinds import with_kinds

SECTIONS = ("kind", "meeting-title", "facet-value")
"""The sections of the catalogues that name kinds of meetings."""


def types_with(types: Types, charters: Iterable[Charter]) -> Types:
    """Return the record types, the meeting with the kinds of these charters and no others; the same ones where that is so."""
    if MEETING not in types:
        return types
    plain = types[MEETING].table
    rows = kinds_of_meetings(charter.own_kinds for charter in charters)
    own = tuple(row.id for row in rows if row.id not in plain.kinds)  # one that all have is a finding
    if types[MEETING].own_kinds == own:
        return types
    return {**types, MEETING: with_kinds(plain, own) if own else plain}


def with_any_kind(types: Types) -> Types:
    """Return the record types as all committees have them: the meeting takes whatever kind a charter may declare."""
    return {**types, MEETING: with_kinds(types[MEETING], (), any_kind=True)}


def texts(kinds: Iterable[OwnKind], language: str) -> Mapping[str, Mapping[str, str]]:
    """Return the words of kinds in one language, in the sections of the program's catalogues."""
    words = {row.id: text for row in kinds if (text := getattr(row.label, language) or row.label.vi or row.label.en)}
    return dict.fromkeys(SECTIONS, words) if words else {}
