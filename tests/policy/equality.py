"""Holds the compiled table and Casbin to the same answers, over everything that a policy can be asked."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from steerco.policy.engine import Engine
from steerco.policy.line import ANY, READ, RELATION
from steerco.policy.reader import Vocabulary
from steerco.policy.table import PowerRequest, Table

UNNAMED = "not-in-any-line"


def assert_equal(table: Table, engine: Engine, vocabulary: Vocabulary) -> tuple[int, int]:
    """Asks both every request of the vocabulary; answers how many there were, and how many were allowed.

    Facet values that no line on the act names cannot be told apart, so one stands for all of them. Where a deny line stands,
    subjects are asked in pairs too, since a deny counts against what another subject is granted.
    """
    asked = allowed = 0
    for r in requests(table, vocabulary):
        truth = engine.enforce(r.subjects, r.body, r.object, r.act, r.facets)
        got = table.allows(r.subjects, r.body, r.object, r.act, r.facets)
        explained = table.explain(r.subjects, r.body, r.object, r.act, r.facets).allowed
        assert got is truth, f"Casbin {truth}, table {got}: {r}"
        assert explained is truth, f"Casbin {truth}, explanation {explained}: {r}"
        asked += 1
        allowed += truth
    return asked, allowed


def requests(table: Table, vocabulary: Vocabulary) -> Iterator[PowerRequest]:
    """Every (subjects, body, object, act, facets) worth telling apart."""
    for kind in sorted(vocabulary.acts):
        objects = [kind, *(f"{kind}.{k}" for k in sorted(vocabulary.kinds.get(kind, ())))]
        relations = {RELATION + name for name in vocabulary.relations.get(kind, ())}
        singles = sorted(vocabulary.subjects | relations | {UNNAMED})
        for act in sorted(vocabulary.acts[kind] | {READ}):
            lines = table.lines_for(kind, act)
            subjects = [frozenset((s,)) for s in singles] + [frozenset(), frozenset(singles)]
            if any(not line.allow for line in lines):
                named = {s for s in singles if any(line.subject in table.groups_of(s) for line in lines)}
                subjects += [frozenset(pair) for pair in combinations(sorted(named), 2)]
            for facets in _facet_sets({f for line in lines for f in line.facets}, [line.facets for line in lines]):
                for body in (*sorted(vocabulary.bodies), ANY):
                    for object_ in objects:
                        for who in subjects:
                            yield PowerRequest(who, body, object_, act, facets)


def _facet_sets(named: set[str], needed: list[frozenset[str]]) -> list[frozenset[str]]:
    if not named:
        return [frozenset()]
    if len(named) <= 3:
        sets = {frozenset(c) for n in range(len(named) + 1) for c in combinations(sorted(named), n)}
    else:
        sets = {frozenset(), frozenset(named), *(frozenset((f,)) for f in named), *needed}
        sets |= {need - {f} for need in needed for f in need} | {frozenset(named - {f}) for f in named}
    sets.add(frozenset((f"{UNNAMED}={UNNAMED}",)))
    return sorted(sets, key=sorted)
