"""The list of things that a committee still lacks, in the order that makes it run soonest: first what keeps it from running.

Each thing has a code; commands and pages have the words for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from msgspec import Struct

from steerco.charter.left_open import LeftOpen, left_open
from steerco.charter.text.proposed_rows import FILE as PROPOSED
from steerco.charter.text.proposed_rows import BadProposals, read_proposals
from steerco.config.findings import Finding
from steerco.config.read import read_toml
from steerco.configuration.snapshot import Snapshot

MOST_FINDINGS = 5
"""So many findings are told at once: mending the first often mends the next."""
PARTIES = ("body", "role")
"""The tables that every committee has."""
PAPER = ("id", "title", "effective")
"""What every instrument has."""


class Lack(Struct, frozen=True):
    """One thing that is lacking.

    ``code``: ``paper`` (``named`` is the key), ``party`` (the table), ``power``, ``finding``, ``proposals`` (``number`` wait),
    ``bad-proposals`` (``named`` says why), ``case``, ``apply``, ``not-stated`` (``topic``), ``bare`` (``clauses``).
    """

    code: str
    named: str = ""
    number: int = 0
    finding: Finding | None = None
    topic: LeftOpen | None = None
    clauses: tuple[str, ...] = ()


class FoundingState(Struct, frozen=True):
    """How far a committee's files are. ``content``: their texts by path; ``cases``: it has some; ``runs``: it is applied.

    ``findings``, ``snapshot`` and ``bare`` (the clauses under which nothing runs) are asked only where the answer hangs on them.
    """

    slug: str
    content: Mapping[str, str]
    cases: bool
    runs: bool
    findings: Callable[[], list[Finding]]
    snapshot: Callable[[], Snapshot]
    bare: Callable[[], list[str]]


def lacking(state: FoundingState, day: date) -> list[Lack]:
    """Return what is lacking, the first first."""
    found = [*_paper(state), *_parties(state), *_powers(state)]
    if not found:
        faults = [each for each in state.findings() if each.level == "error"]
        found = [Lack("finding", finding=each) for each in faults[:MOST_FINDINGS]]
    elif waiting := _proposals(state):
        found = [*waiting, *found]
    if not found:
        found = [*_to_run(state), *_proposals(state), *_to_be_complete(state, day)]
    return found


def open_of(snapshot: Snapshot, day: date) -> list[LeftOpen]:
    """Return what the regulation in force on a day (or the first one after it) leaves open."""
    regime = snapshot.regime_on(day)
    return left_open(regime.charter, regime.layers)


def _charter(state: FoundingState) -> Mapping[str, Any]:
    path = f"tenants/{state.slug}/charter.toml"
    return read_toml(state.content.get(path, ""), {}, path)[0]


def _paper(state: FoundingState) -> Iterator[Lack]:
    written = _charter(state).get("instrument", {})
    yield from (Lack("paper", key) for key in PAPER if key not in written)


def _parties(state: FoundingState) -> Iterator[Lack]:
    document = _charter(state)
    yield from (Lack("party", table) for table in PARTIES if not document.get(table))


def _powers(state: FoundingState) -> Iterator[Lack]:
    text = state.content.get(f"policies/{state.slug}.csv", "")
    if not any(line.lstrip().startswith("p") for line in text.splitlines()):
        yield Lack("power")


def _proposals(state: FoundingState) -> list[Lack]:
    text = state.content.get(f"tenants/{state.slug}/{PROPOSED}")
    if text is None:
        return []
    try:
        waiting = [each for each in read_proposals(text) if each.state == "open"]
    except BadProposals as wrong:
        return [Lack("bad-proposals", str(wrong))]
    return [Lack("proposals", number=len(waiting))] if waiting else []


def _to_run(state: FoundingState) -> Iterator[Lack]:
    name = str(state.snapshot().settings.name)
    if not state.cases:
        yield Lack("case")
    if not state.runs:
        yield Lack("apply", name)


def _to_be_complete(state: FoundingState, day: date) -> Iterator[Lack]:
    for each in open_of(state.snapshot(), day):
        if not each.looked and not each.filled:
            yield Lack("not-stated", topic=each)
    if bare := state.bare():
        yield Lack("bare", number=len(bare), clauses=tuple(bare))
