"""A separation of duties that separates nothing is a finding with its line."""

from __future__ import annotations

import pytest
from tests.answers.planted import EXAMPLES

from steerco.committee import record_types
from steerco.configuration.home import Home
from steerco.configuration.load import load
from steerco.configuration.snapshot import Snapshot

FUND = "harvest-fund"
ROW = 'acts = ["budget.allocate", "budget.spend"]'


def findings(new: str) -> list[tuple[str, bool]]:
    home: Home = EXAMPLES
    path = f"tenants/{FUND}/charter.toml"
    texts = dict(home.content(FUND))
    assert ROW in texts[path]
    changed = load(FUND, {**texts, path: texts[path].replace(ROW, new)}, record_types())
    return [(finding.code, finding.line > 0) for finding in changed.findings]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ('acts = ["budget.allocate"]', "one-act"),
        ('acts = ["budget.allocate", "task.confirm"]', "two-types"),
        ('acts = ["budget.allocate", "budget.pay"]', "unknown-action"),
        ('acts = ["budget.spend"]\napart = "payee"', "unknown-relation"),
        ("acts = []", "bad-value"),
    ],
)
def test_a_row_that_separates_nothing_is_told(row: str, code: str) -> None:
    told = findings(row)
    assert told
    assert all(place for _, place in told)
    if code != "bad-value":
        assert [each for each, _ in told] == [code]


def test_the_same_row_as_it_stands_is_sound() -> None:
    loaded = load(FUND, EXAMPLES.content(FUND), record_types())
    assert loaded.findings == []
    assert isinstance(loaded.snapshot, Snapshot)
    rules = loaded.snapshot.regime_on(loaded.snapshot.charters[0].instrument.effective.first).separations
    assert set(rules) >= {"budget.allocate", "budget.spend", "proposal.accept", "task.confirm", "appointment.appoint"}
