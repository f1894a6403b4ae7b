"""Tries every policy line of a tenant in changed form: some case must notice, or the line says something that nobody checks.

``python -m tests.tenants.mutation SLUG`` prints the lines whose change no case notices.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from msgspec import structs
from tests.tenants.tried import digest

from steerco.cases.grammar import Case
from steerco.cases.runner import find, run
from steerco.cases.world import Worlds
from steerco.committee import record_types
from steerco.configuration.home import Home
from steerco.configuration.load import load
from steerco.configuration.snapshot import Snapshot
from steerco.policy.line import Line

ROOT = Path(__file__).parents[2]


def mutants(lines: tuple[Line, ...], at: int) -> Iterator[tuple[str, tuple[Line, ...]]]:
    """The policy with one line dropped, turned round, and its clause changed to another line's."""
    line = lines[at]
    before, after = lines[:at], lines[at + 1 :]
    yield "dropped", (*before, *after)
    yield "turned round", (*before, structs.replace(line, allow=not line.allow), *after)
    other = next(each.clause for each in lines if each.clause != line.clause)
    yield "another clause", (*before, structs.replace(line, clause=other), *after)
    if line.facets:
        yield "without facets", (*before, structs.replace(line, facets=frozenset()), *after)


def concerned(cases: list[Case], line: Line) -> list[Case]:
    """The cases that can notice a change of the line, the likeliest first: with its act, then citing its clause, then any."""

    def far(case: Case) -> int:
        does = {step.get("do") for step in case.steps}
        if line.act == "read":
            return 0 if any("sees" in step for step in case.steps) and line.clause in case.cites else 1
        if f"{line.type}.{line.act}" not in does:
            return 9
        return 0 if line.clause in case.cites else 1

    return sorted((case for case in cases if far(case) < 9), key=far)


def survivors(
    slug: str, cases: list[Case] | None = None, part: slice = slice(None), only: frozenset[str] | None = None
) -> Iterator[tuple[Line, str]]:
    """Every changed line that no case notices, with what was changed. ``part``: which lines of each policy are changed;
    ``only``: the digests of the changes that are tried (``tests.tenants.tried``), all by default."""
    home = Home(ROOT)
    snapshot = load(slug, home.content(slug), record_types()).snapshot
    assert snapshot is not None
    cases = cases or find(ROOT / "tenants" / slug / "cases")[0]
    worlds = Worlds(home)
    for policy, lines in snapshot.policies.items():
        for at, line in list(enumerate(lines))[part]:
            if line.plugin:  # what a plugin brings is for its own tests
                continue
            near = concerned(cases, line)
            for what, changed in mutants(lines, at):
                if only is not None and digest(f"{what}: {line}") not in only:
                    continue
                worlds.instead[slug] = _under(snapshot, policy, changed)
                if not any(run(case, slug, worlds).failed for case in near):
                    yield line, what


def _under(snapshot: Snapshot, policy: str, lines: tuple[Line, ...]) -> Snapshot:
    return replace(snapshot, policies={**snapshot.policies, policy: lines}, _regimes={})


if __name__ == "__main__":
    for line, what in survivors(sys.argv[1]):
        print(f"{line.source.file}:{line.source.line}: {what}: {line}", flush=True)
