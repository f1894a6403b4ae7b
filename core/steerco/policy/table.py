"""The policy compiled for the hot path: equal to Casbin over every request, and about a thousand times faster.

Keyed by (type, act) and never by person: what is held in memory depends on the regulation, not on how many work by it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from sys import intern
from typing import Any, TypeAlias

from msgspec import Struct

from steerco.policy.line import ANY, Line, closed, specificity, type_of

_Rule: TypeAlias = tuple[tuple[str, ...], str, frozenset[str], str, bool]
"""A line as the hot path needs it: who holds its subject, its body (empty: any), the facets needed, the prefix of the object,
whether it grants. Lines that differ in their act or clause alone have one between them."""

_Key: TypeAlias = tuple[str, str]
"""A type and an act."""

_NO_FACETS: frozenset[str] = frozenset()


class Request(Struct, frozen=True):
    """What is asked for one capacity.

    ``subjects`` are its roles, outsiders' kinds, body ids and ``relation:x``, not closed under groups; ``body`` is ``*`` for
    a record without one; ``object`` a type or ``type.kind``; ``facets`` every ``k=v`` that is true of what is asked.
    """

    subjects: frozenset[str]
    body: str
    object: str
    act: str
    facets: frozenset[str] = frozenset()


class Explanation(Struct, frozen=True):
    """Why one capacity is allowed or not.

    ``matched`` are the lines that speak of this capacity, the decisive one first; ``set_aside`` those of them that a deny
    overrode; ``others`` the lines that grant the very same to somebody else.
    """

    allowed: bool
    matched: tuple[Line, ...]
    decisive: Line | None
    set_aside: tuple[Line, ...]
    others: tuple[Line, ...]


class Table:
    """A policy as one look-up and a short loop. Immutable once made; safe to share between threads.

    ``closures`` gives each role with every group that holds it (``Charter.closure``).
    """

    __slots__ = ("_closures", "_lines", "_rules", "denied_subjects", "lines")

    def __init__(self, lines: Sequence[Line], closures: Mapping[str, frozenset[str]]) -> None:
        self.lines = tuple(lines)
        self._closures = closed(closures)
        self.denied_subjects = frozenset(line.subject for line in lines if not line.allow)
        self._rules, self._lines = _cells(self.lines, self._closures)  # apart, so that deciding fetches no line

    def allows(self, subjects: Set[str], body: str, object: str, act: str, facets: frozenset[str] = _NO_FACETS) -> bool:
        """Whether one capacity may. Within it a deny goes before every allow."""
        rules, dotted = self._rules, object + "."
        for holders, place, needed, prefix, allow in rules.get((type_of(object), act)) or rules.get((ANY, act), ()):
            if (
                not subjects.isdisjoint(holders)
                and (not place or place == body)
                and needed <= facets
                and dotted.startswith(prefix)
            ):
                return allow  # denies stand first
        return False

    def explain(self, subjects: Set[str], body: str, object: str, act: str, facets: frozenset[str] = _NO_FACETS) -> Explanation:
        """The answer of ``allows`` with every line that bears on it."""
        key, dotted = self._key(object, act), object + "."
        matched: list[Line] = []
        others: list[Line] = []
        for (holders, place, needed, prefix, allow), line in zip(self._rules.get(key, ()), self._lines.get(key, ()), strict=True):
            if (not place or place == body) and needed <= facets and dotted.startswith(prefix):
                if not subjects.isdisjoint(holders):
                    matched.append(line)
                elif allow:
                    others.append(line)
        decisive = matched[0] if matched else None
        allowed = decisive is not None and decisive.allow
        aside = () if allowed else tuple(line for line in matched if line.allow)
        return Explanation(allowed, tuple(matched), decisive, aside, tuple(others))

    def grants(self, body: str, object: str, act: str, facets: frozenset[str] = _NO_FACETS) -> tuple[Line, ...]:
        """The lines that grant this to anyone, narrower ones first."""
        found = self._lines.get(self._key(object, act), ())
        return tuple(line for line in found if line.allow and line.concerns(body, object, act, facets))

    def lines_for(self, type: str, act: str) -> tuple[Line, ...]:
        """Every line on an act of a record type (of all its kinds and bodies), denies and narrower ones first."""
        return self._lines.get(self._key(type, act), ())

    def groups_of(self, subject: str) -> frozenset[str]:
        """The subject with every group that holds it."""
        return self._closures.get(subject) or frozenset((subject,))

    def closed(self, subjects: Iterable[str]) -> frozenset[str]:
        """The subjects with all their groups: a line speaks of them where its subject is among these."""
        return frozenset().union(*(self.groups_of(subject) for subject in subjects))

    def _key(self, object: str, act: str) -> _Key:
        key = type_of(object), act
        return key if key in self._rules else (ANY, act)  # the latter: a type that no line names

    def held_as(self, line: Line, subjects: Set[str]) -> str:
        """As what a capacity falls under a line: its role in the line's group, else the line's subject itself."""
        members = sorted(s for s in subjects if s != line.subject and line.subject in self.groups_of(s))
        return members[0] if members else line.subject


def _order(line: Line) -> tuple[bool, tuple[int, int, bool, bool]]:
    return line.allow, specificity(line)


def _cells(
    lines: Sequence[Line], closures: Mapping[str, frozenset[str]]
) -> tuple[dict[_Key, tuple[_Rule, ...]], dict[_Key, tuple[Line, ...]]]:
    """By type and act the lines that name them, with those of any type for the act, denies first; and the rule of each."""
    found: dict[str, dict[str, list[tuple[_Rule, Line]]]] = {}
    for line in lines:
        found.setdefault(line.act, {}).setdefault(line.type, [])
    holders = {subject: _holders(subject, closures) for subject in {line.subject for line in lines}}
    known: dict[Any, Any] = {}  # what is alike is held once
    for line in sorted(lines, key=_order):
        rule, kinds = _rule(line, holders[line.subject]), found[line.act]
        for cell in kinds.values() if line.type == ANY else (kinds[line.type],):
            cell.append((known.setdefault(rule, rule), line))
    cells = {(kind, act): cell for act, kinds in found.items() for kind, cell in kinds.items()}
    rules = {key: tuple(rule for rule, _ in cell) for key, cell in cells.items()}
    told = {key: tuple(line for _, line in cell) for key, cell in cells.items()}
    return {key: known.setdefault(cell, cell) for key, cell in rules.items()}, told


def _rule(line: Line, holders: tuple[str, ...]) -> _Rule:
    prefix = intern(line.object + ".") if "." in line.object else ""  # the cell's key holds the type already
    return holders, "" if line.body == ANY else line.body, line.facets, prefix, line.allow


def _holders(subject: str, closures: Mapping[str, frozenset[str]]) -> tuple[str, ...]:
    """Everything that a capacity can be so that a line on the subject speaks of it."""
    return (subject, *(role for role, groups in closures.items() if subject in groups and role != subject))
