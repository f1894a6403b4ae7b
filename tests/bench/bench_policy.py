"""What a decision costs: the compiled table against Casbin, reasons against ``enforce_ex``, one tenant against a thousand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from random import Random
from resource import RUSAGE_SELF, getrusage
from statistics import median
from time import perf_counter

from tests.bench.rows import Row, at_least, at_most, interleaved

from steerco.charter.model import Label
from steerco.policy.capacity import Ask, Capacity
from steerco.policy.decision import Grounds, SubjectHolders
from steerco.policy.engine import Engine
from steerco.policy.explain import decide
from steerco.policy.reader import read
from steerco.policy.table import PowerRequest, Table

LINES = 200
TENANTS = 1_000
ROLES = [f"role-{n}" for n in range(12)]
GROUPS = [f"group-{n}" for n in range(3)]
BODIES = ["board", "group"]
TYPES = [f"type-{n}" for n in range(16)]
ACTS = [f"act-{n}" for n in range(10)]


def policy(seed: int) -> Table:
    """A policy of the size of a real one, unlike that of any other seed."""
    return Table(read(_text(seed), "bench.csv")[0], _closures())


def _text(seed: int) -> str:
    draw = Random(seed)
    subjects = [*ROLES, *GROUPS, "relation:lead", "relation:author"]
    lines: dict[str, None] = {}
    while len(lines) < LINES:
        kind = draw.choice(TYPES) + draw.choice(("", "", ".special"))
        facets = draw.choice(("-", "-", "-", "to=role-1", "to=role-2;source=none"))
        effect = "deny" if draw.random() < 0.05 else "allow"
        body, clause = draw.choice((*BODIES, "*")), f"{draw.randint(1, 12)}.{draw.randint(1, 6)}"
        lines[f"p, {draw.choice(subjects)}, {body}, {kind}, {draw.choice(ACTS)}, {facets}, {effect}, {clause}"] = None
    return "\n".join(lines)


def _closures() -> dict[str, frozenset[str]]:
    return {role: frozenset({role, GROUPS[n % len(GROUPS)]}) for n, role in enumerate(ROLES)}


def _requests(seed: int, count: int) -> list[PowerRequest]:
    draw = Random(seed)
    return [
        PowerRequest(
            frozenset({draw.choice(ROLES), draw.choice(ROLES), draw.choice(("relation:lead", "board"))}),
            draw.choice(BODIES),
            draw.choice(TYPES) + draw.choice(("", ".special")),
            draw.choice(ACTS),
            draw.choice((frozenset(), frozenset({"to=role-1"}), frozenset({"to=role-2", "source=none"}))),
        )
        for _ in range(count)
    ]


def run() -> list[Row]:
    return [*_against_casbin(), *_over_tenants()]


def _against_casbin() -> list[Row]:
    lines = read(_text(0), "bench.csv")[0]
    closures = _closures()
    table, engine = Table(lines, closures), Engine(lines, closures)
    few, many = _requests(1, 40), _requests(2, 4_000)
    grounds, party = Grounds(Label(en="gloss")), SubjectHolders(Label(en="label"), ("person",))
    asks = [(Ask(Capacity("someone"), r),) for r in many]

    def every(answer: Callable[..., object], requests: list[PowerRequest]) -> Callable[[], object]:
        return lambda: [answer(r.subjects, r.body, r.object, r.act, r.facets) for r in requests]

    enforce, hot, enforce_ex, explain, whole = interleaved(
        [
            every(engine.enforce, few),
            every(table.allows, many),
            every(engine.enforce_ex, few),
            every(table.explain, many),
            lambda: [decide(table, ask, clauses=lambda _: grounds, who=lambda _: party) for ask in asks],
        ]
    )
    casbin, casbin_ex = enforce / len(few) * 1e6, enforce_ex / len(few) * 1e6
    us = [taken / len(many) * 1e6 for taken in (hot, explain, whole)]
    start = perf_counter()
    Table(lines, closures)
    return [
        Row(f"policy: Casbin enforce, {LINES} lines", casbin, "us"),
        at_least("policy: decision on the hot path, faster than enforce", us[0], "us", casbin / us[0], 100),
        at_least("policy: lines that bear on it, faster than enforce_ex", us[1], "us", casbin_ex / us[1], 20),
        at_least("policy: whole decision with reasons, faster than enforce_ex", us[2], "us", casbin_ex / us[2], 20),
        Row("policy: compiling a table", (perf_counter() - start) * 1e3, "ms"),
    ]


def _over_tenants() -> list[Row]:
    """Each of a thousand tenants in turn, and at once again: the second time is what a process with that tenant alone takes.

    The bar is on what a visit is, a list of records with a button for each act. What the first decision costs while its
    table is in no cache is shown beside it: that is the memory of the machine and not the policy, since a bare look-up in a
    dict of its own for each tenant slows down likewise.
    """
    start = _rss()
    tables = [policy(seed) for seed in range(TENANTS)]
    held = (_rss() - start) / TENANTS
    Random(4).shuffle(tables)
    dicts = [{(kind, act): 0 for kind in TYPES for act in ACTS} for _ in tables]
    page, single, key = _page(records=20, acts=6), _page(records=1, acts=1), (TYPES[3], ACTS[3])

    def ask(table: Table, requests: list[PowerRequest]) -> None:
        for r in requests:
            table.allows(r.subjects, r.body, r.object, r.act, r.facets)

    first, again = _twice([partial(ask, table, page) for table in tables])
    cold, warm = _twice([partial(ask, table, single) for table in tables])
    bare_cold, bare_warm = _twice([partial(each.get, key) for each in dicts])
    return [
        at_most(f"policy: a decision on a page of {len(page)}, 1,000 tenants to 1", first / len(page), "us", first / again, 1.2),
        Row("policy: one decision in a tenant in no cache, to a warm one", cold, "us", cold / warm),
        Row("policy: a bare look-up in a dict in no cache, to a warm one", bare_cold, "us", bare_cold / bare_warm),
        Row("policy: memory of a tenant's table", held, "KiB"),
    ]


def _twice(works: Sequence[Callable[[], object]], rounds: int = 5) -> tuple[float, float]:
    """The microseconds of a work after all the others, and of the same at once again: medians, so that a pause of the
    machine in one of them does not count."""
    first, again = [], []
    for _ in range(rounds):
        for work in works:
            start = perf_counter()
            work()
            between = perf_counter()
            work()
            again.append(perf_counter() - between)
            first.append(between - start)
    return median(first) * 1e6, median(again) * 1e6


def _page(records: int, acts: int) -> list[PowerRequest]:
    """What a list of records of one type asks: each act of each record, the person's relations differing."""
    draw = Random(5)
    relations = (("relation:lead",), ("relation:author",), ("relation:lead", "relation:author"), ())
    return [
        PowerRequest(frozenset({"role-3", "board", *relation}), "board", TYPES[3], act, frozenset())
        for relation in (draw.choice(relations) for _ in range(records))
        for act in ACTS[3 : 3 + acts]
    ]


def _rss() -> float:
    """KiB that the process holds, at its most so far."""
    return getrusage(RUSAGE_SELF).ru_maxrss
