"""The policy table: policy lines compiled for the hot path, about a thousand times faster than Casbin.

Pattern: a decision table under the key (type, act), sorted so that the first line that applies decides.

Example: ``p, head, council, meeting, convene, -, allow, 5.1`` becomes a rule in the cell ``("meeting", "convene")``. The call
``table.allows({"head"}, "council", "meeting.ad-hoc", "convene")`` walks that cell and returns True at this rule.

Rules:

- Within one capacity, a deny goes before every allow, and the regulation before house rules; these before the platform's grants.
- A house line that gives way to the regulation does not count in a request of which the regulation's line speaks.
- Casbin (``engine``) is the oracle: tests check that the table gives its answer to every request.
- No key names a person, so memory grows with the regulation, not with the number of members.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence, Set
from functools import lru_cache
from sys import intern
from typing import TypeAlias, TypeVar

from msgspec import Struct

from steerco.policy.house import NONE, House
from steerco.policy.line import ANY, PLATFORM, Line, closed, specificity, type_of
from steerco.policy.packed_lines import UNPACKED

_Guard: TypeAlias = tuple[str, frozenset[str], str]
"""Body, facets and prefix of a line to which another gives way."""

_Rule: TypeAlias = tuple[tuple[str, ...], str, frozenset[str], str, bool, tuple[_Guard, ...]]
"""A line as the hot path needs it: the holders of its subject, its body (empty: any), its facets, the prefix of its object,
whether it grants, and the lines to which it gives way. Lines that differ in act or clause alone share one rule."""

_Key: TypeAlias = tuple[str, str]
"""A type and an act."""

_Same = TypeVar("_Same", _Guard, _Rule, tuple[_Guard, ...], tuple[_Rule, ...], _Key)

_NO_FACETS: frozenset[str] = frozenset()


class PowerRequest(Struct, frozen=True):
    """A request for one capacity.

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
    overrode, and house lines that gave way to the regulation (these are not among the matched); ``others`` the lines that grant
    the very same to somebody else.
    """

    allowed: bool
    matched: tuple[Line, ...]
    decisive: Line | None
    set_aside: tuple[Line, ...]
    others: tuple[Line, ...]


class Table:
    """A policy as one look-up and a short loop. Immutable once made; safe to share between threads.

    ``closures`` gives each role with every group that holds it (``Charter.closure``), ``house`` which lines only fill. What
    decides is at hand; which line a rule came from is kept as its place among the lines, for those who ask why.
    """

    __slots__ = ("_closures", "_places", "_rules", "denied_subjects", "house", "lines")

    def __init__(self, lines: Sequence[Line], closures: Mapping[str, frozenset[str]], house: House = NONE) -> None:
        self.lines: Sequence[Line] = tuple(lines) if isinstance(lines, list) else lines
        self.house = house
        self._closures = closed(closures)
        self.denied_subjects = frozenset(line.subject for line in lines if not line.allow)
        self._rules, self._places = _cells(self.lines, self._closures, house)  # apart, so that deciding fetches no line

    def allows(self, subjects: Set[str], body: str, object: str, act: str, facets: frozenset[str] = _NO_FACETS) -> bool:
        """Return whether one capacity may do the act. A deny goes before every allow, the regulation before house rules."""
        rules, dotted = self._rules, object + "."
        for holders, place, needed, prefix, allow, guards in rules.get((type_of(object), act)) or rules.get((ANY, act), ()):
            if (
                not subjects.isdisjoint(holders)
                and (not place or place == body)
                and needed <= facets
                and dotted.startswith(prefix)
            ):
                if guards and _stopped(guards, body, dotted, facets):
                    continue
                return allow  # denies stand first, and house rules last
        return False

    def explain(self, subjects: Set[str], body: str, object: str, act: str, facets: frozenset[str] = _NO_FACETS) -> Explanation:
        """Return the answer of :meth:`allows` with every line that bears on it."""
        key, dotted = self._key(object, act), object + "."
        matched: list[Line] = []
        others: list[Line] = []
        gave_way: list[Line] = []
        for rule, line in zip(self._rules.get(key, ()), _lines_of(self).get(key, ()), strict=True):
            holders, place, needed, prefix, allow, guards = rule
            if not ((not place or place == body) and needed <= facets and dotted.startswith(prefix)):
                continue
            mine, stopped = not subjects.isdisjoint(holders), guards and _stopped(guards, body, dotted, facets)
            if mine and (stopped or (not allow and matched and matched[0].allow)):
                gave_way.append(line)
            elif mine:
                matched.append(line)
            elif allow and not stopped:
                others.append(line)
        decisive = matched[0] if matched else None
        allowed = decisive is not None and decisive.allow
        aside = [] if allowed else [line for line in matched if line.allow]
        return Explanation(allowed, tuple(matched), decisive, (*aside, *gave_way), tuple(others))

    def grants(self, body: str, object: str, act: str, facets: frozenset[str] = _NO_FACETS) -> tuple[Line, ...]:
        """Return the lines that grant this act to anyone, narrower ones first."""
        lines = _lines_of(self).get(self._key(object, act), ())
        return tuple(line for line in lines if line.allow and line.concerns(body, object, act, facets))

    def lines_for(self, type: str, act: str) -> tuple[Line, ...]:
        """Return every line on an act of a record type (of all kinds and bodies), denies first, then narrower lines."""
        return _lines_of(self).get(self._key(type, act), ())

    def groups_of(self, subject: str) -> frozenset[str]:
        """Return the subject with every group that holds it."""
        return self._closures.get(subject) or frozenset((subject,))

    def closed(self, subjects: Iterable[str]) -> frozenset[str]:
        """Return the subjects with all their groups. A line speaks of them if its subject is among these."""
        return frozenset().union(*(self.groups_of(subject) for subject in subjects))

    def _key(self, object: str, act: str) -> _Key:
        key = type_of(object), act
        return key if key in self._rules else (ANY, act)  # the latter: a type that no line names

    def held_as(self, line: Line, subjects: Set[str]) -> str:
        """Return the subject by which a capacity falls under a line: its role in the line's group, or the line's subject."""
        members = sorted(s for s in subjects if s != line.subject and line.subject in self.groups_of(s))
        return members[0] if members else line.subject


def _stopped(guards: tuple[_Guard, ...], body: str, dotted: str, facets: frozenset[str]) -> bool:
    """Return whether one of these lines speaks of the request."""
    return any(
        (not place or place == body) and needed <= facets and dotted.startswith(prefix) for place, needed, prefix in guards
    )


@lru_cache(UNPACKED)
def _lines_of(table: Table) -> dict[_Key, tuple[Line, ...]]:
    """Return the lines of each (type, act) in the order of its rules."""
    lines, places = tuple(table.lines), iter(table._places)
    return {key: tuple(lines[next(places)] for _ in cell) for key, cell in table._rules.items()}


@lru_cache(4096)
def _alike(part: _Same) -> _Same:
    """Return the first of equal parts of tables: what is alike in the policies of a process is held once."""
    return part


def _order(line: Line, house: House) -> tuple[bool, bool, tuple[int, int, bool, bool]]:
    """Return the place of a line: what a house rule bars goes before what the platform alone opens, as it bars no regulation."""
    opened = line.allow and line.clause.startswith(PLATFORM)
    return opened or house.fills(line), line.allow, specificity(line)


def _cells(
    lines: Sequence[Line], closures: Mapping[str, frozenset[str]], house: House
) -> tuple[dict[_Key, tuple[_Rule, ...]], array[int]]:
    """Return the rules of each (type, act), denies first, and the place among the lines of each rule of each cell in turn.

    Lines for any type stand in every cell of their act.
    """
    cells_of: dict[str, dict[str, list[tuple[_Rule, int]]]] = {}
    for line in lines:
        cells_of.setdefault(line.act, {}).setdefault(line.type, [])
    holders = {subject: _holders(subject, closures) for subject in {line.subject for line in lines}}
    grants = [line for line in lines if house.grants(line)] if house.clauses else []
    for place, line in sorted(enumerate(lines), key=lambda each: _order(each[1], house)):
        before = grants if line.allow and house.fills(line) else []
        places = (_guard(g, any_type=line.type == ANY) for g in before if _near(g, line) and house.yields(line, g))
        guards = _alike(tuple(dict.fromkeys(map(_alike, places))))
        rule, kinds = _alike(_rule(line, holders[line.subject], guards)), cells_of[line.act]
        for cell in kinds.values() if line.type == ANY else (kinds[line.type],):
            cell.append((rule, place))
    cells = {_alike((kind, act)): cell for act, kinds in cells_of.items() for kind, cell in kinds.items()}
    rules = {key: _alike(tuple(rule for rule, _ in cell)) for key, cell in cells.items()}
    wide = "H" if len(lines) <= 0xFFFF else "L"
    return rules, array(wide, (place for cell in cells.values() for _, place in cell))


def _near(grant: Line, line: Line) -> bool:
    return grant.act == line.act and (grant.type == line.type or ANY in (grant.type, line.type))


def _guard(line: Line, *, any_type: bool = False) -> _Guard:
    """Return the place of a line. A cell's key holds the type, unless the line guards in cells of ``any_type``."""
    prefix = intern(line.object + ".") if "." in line.object or (any_type and line.object != ANY) else ""
    return "" if line.body == ANY else line.body, line.facets, prefix


def _rule(line: Line, holders: tuple[str, ...], guards: tuple[_Guard, ...]) -> _Rule:
    place, needed, prefix = _guard(line)
    return holders, place, needed, prefix, line.allow, guards


def _holders(subject: str, closures: Mapping[str, frozenset[str]]) -> tuple[str, ...]:
    """Return every subject of a capacity of which a line on ``subject`` speaks."""
    return (subject, *(role for role, groups in closures.items() if subject in groups and role != subject))
