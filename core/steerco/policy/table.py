"""The policy compiled for the hot path: equal to Casbin over every request, and about a thousand times faster.

Keyed by (body, type, act) and never by person: what is held in memory depends on the regulation, not on how many work by it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from sys import intern
from typing import TypeAlias

from msgspec import Struct

from steerco.policy.line import ANY, Line, closed, specificity, type_of

_Rule: TypeAlias = tuple[frozenset[str], frozenset[str], str, bool]
"""A line as the hot path needs it: who holds its subject, the facets needed, the prefix of the object, whether it grants."""

_Cell: TypeAlias = tuple[tuple[_Rule, ...], tuple[Line, ...]]
"""The rules that bear on a body, type and act, denies first, and the line of each: apart, so that deciding fetches no line."""

_NOTHING: _Cell = ((), ())
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

    __slots__ = ("_by_act", "_cells", "_closures", "denied_subjects", "lines")

    def __init__(self, lines: Sequence[Line], closures: Mapping[str, frozenset[str]]) -> None:
        self.lines = tuple(lines)
        self._closures = closed(closures)
        self.denied_subjects = frozenset(line.subject for line in lines if not line.allow)
        self._by_act = _by_act(self.lines)
        self._cells = dict(_cells(self._by_act, {ANY, *(line.body for line in lines)}, self._closures))

    def allows(self, subjects: Set[str], body: str, object: str, act: str, facets: frozenset[str] = _NO_FACETS) -> bool:
        """Whether one capacity may. Within it a deny goes before every allow."""
        dotted = object + "."
        for holders, needed, prefix, allow in self._cell(body, object, act)[0]:
            if not holders.isdisjoint(subjects) and needed <= facets and dotted.startswith(prefix):
                return allow  # denies stand first in a cell
        return False

    def explain(self, subjects: Set[str], body: str, object: str, act: str, facets: frozenset[str] = _NO_FACETS) -> Explanation:
        """The answer of ``allows`` with every line that bears on it."""
        dotted = object + "."
        matched: list[Line] = []
        others: list[Line] = []
        for (holders, needed, prefix, allow), line in zip(*self._cell(body, object, act), strict=True):
            if needed <= facets and dotted.startswith(prefix):
                if not holders.isdisjoint(subjects):
                    matched.append(line)
                elif allow:
                    others.append(line)
        decisive = matched[0] if matched else None
        allowed = decisive is not None and decisive.allow
        aside = () if allowed else tuple(line for line in matched if line.allow)
        return Explanation(allowed, tuple(matched), decisive, aside, tuple(others))

    def grants(self, body: str, object: str, act: str, facets: frozenset[str] = _NO_FACETS) -> tuple[Line, ...]:
        """The lines that grant this to anyone, narrower ones first."""
        return tuple(line for line in self._cell(body, object, act)[1] if line.allow and line.concerns(body, object, act, facets))

    def lines_for(self, type: str, act: str) -> tuple[Line, ...]:
        """Every line on an act of a record type (of all its kinds and bodies), in the order of the files."""
        found = self._by_act.get((type, act))
        return found if found is not None else self._by_act.get((ANY, act), ())

    def groups_of(self, subject: str) -> frozenset[str]:
        """The subject with every group that holds it."""
        return self._closures.get(subject) or frozenset((subject,))

    def closed(self, subjects: Iterable[str]) -> frozenset[str]:
        """The subjects with all their groups: a line speaks of them where its subject is among these."""
        return frozenset().union(*(self.groups_of(subject) for subject in subjects))

    def held_as(self, line: Line, subjects: Set[str]) -> str:
        """As what a capacity falls under a line: its role in the line's group, else the line's subject itself."""
        members = sorted(s for s in subjects if s != line.subject and line.subject in self.groups_of(s))
        return members[0] if members else line.subject

    def _cell(self, body: str, object: str, act: str) -> _Cell:
        cells = self._cells
        kind = type_of(object)
        cell = cells.get((body, kind, act))
        if cell is None:  # a body or a type that no line names
            for key in ((ANY, kind, act), (body, ANY, act), (ANY, ANY, act)):
                if (cell := cells.get(key)) is not None:
                    return cell
            return _NOTHING
        return cell


def _order(line: Line) -> tuple[bool, tuple[int, int, bool, bool]]:
    return line.allow, specificity(line)


def _cells(
    by_act: Mapping[tuple[str, str], tuple[Line, ...]], bodies: Set[str], closures: Mapping[str, frozenset[str]]
) -> Iterator[tuple[tuple[str, str, str], _Cell]]:
    holders = _holders({line.subject for lines in by_act.values() for line in lines}, closures)
    for (kind, act), found in by_act.items():
        rules = [(_rule(line, holders[line.subject]), line) for line in sorted(found, key=_order)]
        anywhere = _cell([pair for pair in rules if pair[1].body == ANY])
        for body in bodies:
            here = [pair for pair in rules if pair[1].body in (ANY, body)]
            yield (body, kind, act), anywhere if len(here) == len(anywhere[0]) else _cell(here)


def _cell(rules: Sequence[tuple[_Rule, Line]]) -> _Cell:
    return tuple(rule for rule, _ in rules), tuple(line for _, line in rules)


def _rule(line: Line, holders: frozenset[str]) -> _Rule:
    prefix = intern(line.object + ".") if "." in line.object else ""  # the cell's key holds the type already
    return holders, line.facets, prefix, line.allow


def _holders(subjects: Set[str], closures: Mapping[str, frozenset[str]]) -> dict[str, frozenset[str]]:
    """By subject of a line, everything that a capacity can be so that the line speaks of it."""
    return {s: frozenset({s, *(role for role, groups in closures.items() if s in groups)}) for s in subjects}


def _by_act(lines: Sequence[Line]) -> dict[tuple[str, str], tuple[Line, ...]]:
    """The lines on each type and act that they name, and on each named type for the acts that go with every type."""
    acts: dict[str, list[tuple[str, Line]]] = {}
    for line in lines:
        acts.setdefault(line.act, []).append((line.type, line))
    types = {kind for pairs in acts.values() for kind, _ in pairs}
    return {
        (kind, act): tuple(line for of, line in pairs if of in (ANY, kind))
        for act, pairs in acts.items()
        for kind in (types if any(of == ANY for of, _ in pairs) else {of for of, _ in pairs})
    }
