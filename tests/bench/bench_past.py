"""A long log decided again: powers and duties of its acts under a draft, against ``log replay`` of the same log.

The log is the lived year of one committee with its acts repeated until it has 100,000 events. ``STEERCO_BENCH_SCALE`` (1 by
default) shrinks the number.
"""

from __future__ import annotations

import os
import tracemalloc
from collections.abc import Iterator
from datetime import date
from time import perf_counter
from typing import Any

from sqlalchemy import insert, select
from tests.answers.planted import content
from tests.bench.rows import Row, at_most
from tests.demonstration.lived import HOME, MOST, empty

from steerco.answers.past import past_under
from steerco.cases.demonstration import play
from steerco.committee import record_types
from steerco.configuration.installation import Installation
from steerco.configuration.load import load
from steerco.following.replay import replay
from steerco.store.tables import Event

SCALE = float(os.environ.get("STEERCO_BENCH_SCALE", "1"))
EVENTS = max(int(100_000 * SCALE), 2_000)
MONTHLY = 'every = "month"\nholder = "wg-head"'
EDITS = (
    ("most-steering-board/charter.toml", MONTHLY, MONTHLY.replace("month", "quarter")),
    ("most-steering-board.csv", "p, head, board, programme, issue,", "p, deputy-head, board, programme, issue,"),
)
ONE, LAST = date(2021, 1, 1), date(2021, 12, 31)


def run() -> list[Row]:
    """The rows of this bench."""
    installation = empty()
    list(play(HOME, installation))
    _repeat(installation, EVENTS)
    replayed = _seconds(lambda: replay(installation, MOST))
    under = _seconds(lambda: _under(installation))
    many = _peak(installation)
    installation.store.close()
    return [
        at_most(f"powers and duties of {EVENTS:,} events under a draft, against log replay", under, "s", under / replayed, 3),
        at_most(
            "memory of it, in KB an event (one ledger at a time holds what it reads)",
            many / 2**20,
            "MB",
            many / 2**10 / EVENTS,
            6,
        ),
    ]


def _under(installation: Installation) -> None:
    draft = load(MOST, content(MOST, *EDITS), record_types()).snapshot
    assert draft is not None
    found = past_under(installation, MOST, draft, ONE, LAST)
    assert found.flips
    assert found.duties


def _repeat(installation: Installation, events: int) -> None:
    """Repeat the acts of the log, each with what followed from it, under further numbers. (Hashes are not asked for.)"""
    tenant = installation.tenant(MOST)
    with tenant.store.unscoped() as session:
        rows = [dict(row) for row in session.execute(select(Event.__table__).where(Event.tenant_id == tenant.id)).mappings()]
        session.execute(insert(Event), list(_again(rows, events)))


def _again(rows: list[dict[str, Any]], events: int) -> Iterator[dict[str, Any]]:
    last = rows[-1]["seq"]
    year = [row for row in rows if row["at"].year == ONE.year]
    while last < events:
        shift = last + 1 - year[0]["seq"]
        for row in year:
            caused = row["caused_by"] + shift if row["caused_by"] else None
            yield row | {"seq": row["seq"] + shift, "caused_by": caused}
        last = year[-1]["seq"] + shift


def _seconds(work: Any) -> float:
    begun = perf_counter()
    work()
    return perf_counter() - begun


def _peak(installation: Installation) -> int:
    """The most memory, in bytes, that the answer takes at once."""
    tracemalloc.start()
    try:
        _under(installation)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
