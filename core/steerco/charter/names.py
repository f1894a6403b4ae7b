"""The names to which a charter may refer."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from msgspec import Struct

from steerco.charter.model import Source
from steerco.config.explain import nearest
from steerco.config.findings import Level

Vocabulary = Mapping[str, Mapping[str, Collection[str]]]
"""Record types as plain data: their ``actions``, ``kinds``, ``fields``, ``checks`` and ``facets``."""


class NameProblem(Struct, frozen=True):
    """A fault in one rule, with its place."""

    source: Source
    code: str
    message: str
    level: Level = "error"


class KnownNames(Struct, frozen=True):
    """All ids to which a charter may refer. ``values`` are the named values by which plugins go,
    ``systems`` the methods by which they count elections."""

    vocabulary: Vocabulary
    roles: frozenset[str]
    bodies: frozenset[str]
    groups: frozenset[str]
    seats: frozenset[str]
    agencies: frozenset[str]
    offices: frozenset[str]
    persons: frozenset[str]
    outsiders: frozenset[str]
    classes: frozenset[str] = frozenset()
    values: frozenset[str] = frozenset()
    systems: frozenset[str] = frozenset()
    portfolios: frozenset[str] = frozenset()
    decisions: frozenset[str] = frozenset()
    calendars: frozenset[str] = frozenset()
    duties: frozenset[str] = frozenset()
    weights: frozenset[str] = frozenset()

    def holders(self) -> frozenset[str]:
        """Return the possible holders of duties and powers: roles, groups, seats, bodies, kinds of outsiders."""
        return self.roles | self.groups | self.seats | self.bodies | self.outsiders

    def parties(self) -> frozenset[str]:
        """Return every party: holders, agencies, offices and persons."""
        return self.holders() | self.agencies | self.offices | self.persons

    def act(self, written: str) -> str:
        """Return the fault of ``type.action``, or an empty text."""
        record, _, action = written.partition(".")
        if record not in self.vocabulary:
            return f"there is no record type '{record}'{nearest(record, self.vocabulary)}"
        actions = self.vocabulary[record].get("actions", ())
        if action not in actions:
            return f"{record} has no action '{action}'{nearest(action, actions)}. It has: {', '.join(sorted(actions))}"
        return ""

    def actions(self) -> Iterator[tuple[str, str]]:
        """Return every record type with each of its actions."""
        return ((record, action) for record in self.vocabulary for action in self.words(record, "actions"))

    def words(self, type: str, what: str) -> Collection[str]:
        """Return the ``kinds``, ``fields`` … of a record type; none where the type is unknown."""
        return self.vocabulary.get(type, {}).get(what, ())


def missing(source: Source, subject: str, kind: str, id: str, ids: Collection[str]) -> Iterator[NameProblem]:
    """Yield a finding unless ``id`` is one of ``ids``; ``kind`` says of what, its first word stands in the code."""
    if id not in ids:
        yield NameProblem(source, f"unknown-{kind.split()[0]}", f"{subject}: there is no {kind} '{id}'{nearest(id, ids)}")
