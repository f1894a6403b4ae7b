"""Which clauses a case asserts: those that a step holds an answer to, and not those that it is said to be about."""

from __future__ import annotations

from pathlib import Path

import pytest

from steerco.cases.grammar import read

CASE = '[[case]]\nname = "c"\ncites = ["9.9"]\nat = 2021-02-03\n  [[case.step]]\n  '


@pytest.mark.parametrize(
    ("step", "clauses"),
    [
        ('by = "chair"\ndo = "meeting.convene"\nbecause = ["3.3", "4.1"]', ("3.3", "4.1")),
        ('by = "chair"\ndo = "meeting.convene"\nbecause = "3.3"\nbecause_not = ["4.1"]', ("3.3",)),
        ('by = "chair"\ndo = "meeting.convene"\nexpect = "refused"\nbasis = "no-clause"', ()),
        ('duties = [{ of = "chair", duty = "quarterly-meeting", cites = ["7.1"] }]', ("7.1",)),
        ('duties = [{ of = "chair", duty = "quarterly-meeting" }]', ()),
        ('duties = [{ of = "chair", cites = ["7.1"], count = 0 }]', ()),
        ('sees = [{ by = "m1", on = "t1", because = ["8.3"] }]', ("8.3",)),
        ('rule = [{ name = "quorum", value = 3, cites = ["7.1"] }]', ("7.1",)),
        ('rule = [{ name = "quorum", value = "not-stated", cites = ["7.1"] }]', ()),
        ('rule = [{ name = "colour-of-the-paper", value = "blue", cites = ["7.1"] }]', ()),
        ('bound = [{ who = "m1", cites = ["1.2"] }]', ("1.2",)),
        ('bound = [{ who = "m1", cites = ["1.2"], bound = false }]', ()),
        ('compliance = [{ clause = "7.1", counts = { missed = 1 } }]', ("7.1",)),
        ('compliance = [{ clause = "7.1", counts = { missed = 0 } }]', ()),
        ('records = [{ on = "t1", has = { state = "open" } }]', ()),
    ],
)
def test_a_clause_is_asserted_where_a_step_fails_without_it(step: str, clauses: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "c.toml").write_text(CASE + step, "utf-8")
    ((case,), findings) = read(tmp_path / "c.toml")
    assert findings == []
    assert case.asserts == clauses
