"""The requirements on acts (``[[procedure]]`` and what stands for one) that come, go or change from one regime to another.

A requirement stands at each office to which a line gives the act that needs it; at no single office where no line speaks of it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from steerco.charter.events import NOT
from steerco.charter.model import Procedure
from steerco.configuration.regime import Regime
from steerco.policy.line import ANY, Line

Pair = tuple[Procedure | None, Procedure | None]
"""A requirement as it stood and as it stands."""


def changed_requirements(old: Regime, new: Regime) -> Iterator[tuple[str, Pair]]:
    """Yield each requirement that is new, gone or changed, once for each office whose act needs it (empty: no single one)."""
    acts = dict.fromkeys((*old.procedures, *new.procedures))
    for act in acts:
        for pair in _pairs(old.procedures.get(act, ()), new.procedures.get(act, ())):
            offices = (_offices(regime, rule) for regime, rule in zip((old, new), pair, strict=True) if rule is not None)
            for office in dict.fromkeys(each for of_one in offices for each in of_one):
                yield office, pair


def _pairs(was: Sequence[Procedure], is_: Sequence[Procedure]) -> Iterator[Pair]:
    """Pair what asks for the same: in the same case, else where both sides have one case left."""
    for requires in dict.fromkeys(rule.requires for rule in (*was, *is_)):
        before, after = ([rule for rule in side if rule.requires == requires] for side in (was, is_))
        gone = [rule for rule in before if _key(rule) not in map(_key, after)]
        come = [rule for rule in after if _key(rule) not in map(_key, before)]
        for rule in gone[:]:
            if (same := next((each for each in come if each.where == rule.where), None)) is not None:
                gone.remove(rule)
                come.remove(same)
                yield rule, same
        if len(gone) == len(come) == 1:
            yield gone[0], come[0]
        else:
            yield from ((rule, None) for rule in gone)
            yield from ((None, rule) for rule in come)


def _key(rule: Procedure) -> tuple[object, ...]:
    return frozenset(rule.where.items()), rule.effect, rule.cite


def _offices(regime: Regime, rule: Procedure) -> tuple[str, ...]:
    charter = regime.charter
    parties = {row.id for row in (*charter.roles, *charter.seats, *charter.groups, *charter.bodies)}  # type: ignore[attr-defined]  # rows of any table that has ids
    lines = (line for line in regime.table.lines_for(*rule.on.split(".", 1)) if line.allow and _speaks(line, rule.where, parties))
    return tuple(dict.fromkeys(line.subject for line in lines)) or ("",)


def _speaks(line: Line, where: Mapping[str, str], parties: Collection[str]) -> bool:
    """Return whether a line may give an act to which a requirement in this case applies. One party may be of several of the
    charter's ``parties``."""
    kind = line.object.partition(".")[2]
    said = dict(facet.split("=", 1) for facet in line.facets)
    said |= {"kind": kind} if kind else {}
    one_of = {name: value for name, value in where.items() if name in said and value.removeprefix(NOT) not in parties}
    if any(_apart(said[name], value) for name, value in one_of.items()):
        return False
    return line.body in (ANY, where.get("body", line.body))


def _apart(one: str, other: str) -> bool:
    if one.startswith(NOT) or other.startswith(NOT):
        return one.removeprefix(NOT) == other.removeprefix(NOT) and one != other
    return one != other
