"""``check`` of a long charter: time in proportion to its clauses and rows."""

from __future__ import annotations

import gc
from statistics import median
from time import perf_counter

from tests.bench.rows import Row, at_most

from steerco.charter import load
from steerco.charter.check import CheckScope, check
from steerco.committee import record_types
from steerco.configuration.vocabulary import for_charter

CLAUSES = 500
TIMES = 12
"""Ten times the clauses may take at most this many times as long."""


def charter(clauses: int) -> str:
    """Return a charter with a seat, a duty, a clock and a decision to every ten clauses, and what else a council has."""
    rows: dict[str, list[str]] = {"clause": [], "seat": [], "duty": [], "clock": [], "decision": []}
    for n in range(1, clauses + 1):
        rows["clause"].append(f'{{ id = "{n}", gloss = "Members look after matter {n} of the garden." }}')
        if n % 10 == 0:
            rows["seat"].append(f'{{ id = "place-{n}", role = "member", cite = ["{n}"] }}')
            rows["duty"].append(
                f'{{ id = "duty-{n}", label = "Duty {n}", holder = "place-{n}", after = "meeting.conclude", '
                f'done_by = ["minutes.draft"], same = "meeting", due = {{ days = {n % 30 + 1} }}, cite = ["{n}"] }}'
            )
            rows["clock"].append(
                f'{{ id = "clock-{n}", what = "report", where = {{ kind = "regular" }}, counts_from = "meeting.starts_at", '
                f'after = "{n % 20 + 1} days", duty_of = "place-{n}", cite = ["{n}"] }}'
            )
            rows["decision"].append(
                f'{{ id = "decision-{n}", classes = ["class-{n}"], rule = "vote", ballot = "plain", '
                f'pass = [{{ count = "for", of = "seated", share = [2, 3] }}], cite = ["{n}"] }}'
            )
    tables = [f"{name} = [\n" + "".join(f"  {row},\n" for row in each) + "]" for name, each in rows.items()]
    head = """role = [{ id = "member", cite = ["1"] }]
body = [{ id = "council", label = "Council", cite = ["1"] }]
ballot = [{ id = "plain", close = "declared", cite = ["1"] }]
[defaults]
body = "council"
[instrument]
id = "R"
title = "Rules"
effective = "2020"
"""
    return "\n".join([*tables, head])


def run() -> list[Row]:
    """Milliseconds for 500 clauses, and how often as long as 50 they take."""
    short, long = _seconds(charter(CLAUSES // 10), 7), _seconds(charter(CLAUSES), 5)
    name = f"check of a charter of {CLAUSES} clauses beside {CLAUSES // 10}"
    return [at_most(name, long * 1000, "ms", long / short, TIMES)]


def _seconds(text: str, rounds: int) -> float:
    around = CheckScope(vocabulary=for_charter(record_types()))
    taken = []
    for _ in range(rounds):
        gc.collect()
        start = perf_counter()
        read, wrong = load.read(text, "charter", "charter.toml", "en")
        assert read is not None, wrong
        found = [each for each in [*wrong, *check(read, around)] if each.level == "error" and each.code != "two-clocks"]
        taken.append(perf_counter() - start)
        assert found == [], found[:3]
    return median(taken)
