"""Holds the compiled table and Casbin to the same answers, over everything that a policy can be asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from itertools import combinations, product

from steerco.policy.engine import Engine
from steerco.policy.line import ANY, READ, RELATION
from steerco.policy.reader import Vocabulary
from steerco.policy.table import PowerRequest, Table

UNNAMED = "not-in-any-line"


class EngineByAct:
    """Casbin over a whole policy, asked of an act with its lines alone, since the model lets no other line match.

    A call costs Casbin as much as it has lines. Every fiftieth request is put to the whole policy as well.
    """

    def __init__(self, whole: Engine, table: Table, closures: Mapping[str, frozenset[str]]) -> None:
        self._whole, self._asked = whole, 0
        lines = {act: [line for line in table.lines if line.act == act] for act in {line.act for line in table.lines}}
        self._engines = {act: Engine(of_act, closures, house=table.house) for act, of_act in lines.items()}
        self._no_lines = Engine([], closures, house=table.house)

    def enforce(self, subjects: Set[str], body: str, object: str, act: str, facets: frozenset[str]) -> bool:
        answer = self._engines.get(act, self._no_lines).enforce(subjects, body, object, act, facets)
        self._asked += 1
        if self._asked % 50 == 0:
            assert self._whole.enforce(subjects, body, object, act, facets) is answer
        return answer


def assert_equal(table: Table, engine: Engine | EngineByAct, vocabulary: Vocabulary) -> tuple[int, int]:
    """Asks both every request of the vocabulary; answers how many there were, and how many were allowed.

    Facet values that no line on the act names cannot be told apart, so one stands for all of them. So it is with subjects, but
    each of them is asked once of every object and body, with all facets. Where a deny line stands, subjects are asked in pairs
    too, since a deny counts against what another subject is granted.
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
            named = {s for s in singles if any(line.subject in table.groups_of(s) for line in lines)}
            subjects = [frozenset((s,)) for s in sorted(named | {UNNAMED})] + [frozenset(), frozenset(singles)]
            if any(not line.allow for line in lines):
                subjects += [frozenset(pair) for pair in combinations(sorted(named), 2)]
            others = [frozenset((s,)) for s in singles if s not in named | {UNNAMED}]
            facet_names = {f for line in lines for f in line.facets}
            for facets in _facet_sets(facet_names, [line.facets for line in lines]):
                asked = subjects + others if facets == facet_names else subjects
                for body, object_, who in product((*sorted(vocabulary.bodies), ANY), objects, asked):
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
