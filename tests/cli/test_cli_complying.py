"""The compliance report in a terminal."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from tests.cli.command import SLUG, Command


def test_by_clause_counts_what_the_ledger_lists(steerco: Command, running: Path) -> None:
    found = steerco(f"duties {SLUG} --by-clause --from 2027-01-01 --at 2027-09-30 --json --home", running).json
    assert (found["from"], found["to"]) == ("2027-01-01", "2027-09-30")
    ledger = steerco(f"duties {SLUG} --at 2027-09-30 --json --home", running).json
    assert found["totals"] == Counter(
        each["state"] for each in ledger if not each["period"] or "2027-Q1" <= each["period"] <= "2027-Q3"
    )
    asked = [row["clause"] for row in found["rows"] if row["entries"]]
    text = steerco(f"duties {SLUG} --by-clause --from 2027-01-01 --at 2027-09-30 --home", running).out
    assert asked
    assert all(f"\n{clause} " in text for clause in asked)
    assert "missed" in text
    assert "from 2027-01-01 to 2027-09-30" in text


def test_a_period_that_cannot_be_is_code_2(steerco: Command, running: Path) -> None:
    backwards = steerco(f"duties {SLUG} --by-clause --from 2027-02-01 --at 2027-01-01 --home", running)
    assert backwards.code == 2
    assert "ends before it begins" in backwards.err
    assert steerco(f"duties {SLUG} --by-clause --from yesterday --home", running).code == 2
    assert steerco(f"duties {SLUG} --by-clause --clause 9.9 --home", running).code == 1
    assert steerco(f"duties {SLUG} --from 2027-01-01 --home", running).code == 2
