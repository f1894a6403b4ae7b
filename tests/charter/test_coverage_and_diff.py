"""Which clause is carried by what, and what an amendment changes."""

from __future__ import annotations

import msgspec

from steerco.charter import load
from steerco.charter.coverage import coverage
from steerco.charter.diff import diff
from steerco.charter.model import Charter

TEXT = """
policy = "garden.csv"
[instrument]
id = "G-1"
title = { en = "Rules" }
effective = 2021-01-01
cite = "QD.2"
[[clause]]
id = "QD.2"
[[clause]]
id = "7.1"
heading = { en = "Meetings" }
[[clause]]
id = "7.2"
[[clause]]
id = "7.3"
[[role]]
id = "leader"
body = "club"
label = { en = "Leader" }
cite = "7.1"
[[cadence]]
id = "monthly"
label = { en = "Monthly meeting" }
body = "club"
kind = "regular"
every = "month"
holder = "leader"
cite = "7.1"
[[duty]]
id = "minutes"
label = { en = "Minutes" }
holder = "leader"
after = "meeting.close"
done_by = "minutes.circulate"
due = { days = 5, unit = "working" }
cite = "7.1"
"""


def charter(text: str, kind: str = "charter") -> Charter:
    made, wrong = load.read(text, kind, f"{kind}.toml")
    assert made is not None, wrong
    return made


def test_each_clause_lists_what_cites_it() -> None:
    powers = [("7.2", "leader convenes"), ("7.2", "leader convenes"), ("9.9", "of another version")]
    found = coverage([charter(TEXT)], powers, cases=[("7.1", "a month without meeting")], hooks=[("7.2", "check")])
    assert msgspec.to_builtins(found) == {
        "total": 4,
        "covered": 3,
        "clauses": [
            {"id": "QD.2", "powers": [], "duties": [], "rules": ["instrument G-1"], "hooks": [], "cases": []},
            {
                "id": "7.1",
                "powers": [],
                "duties": ["minutes", "monthly"],
                "rules": ["role leader"],
                "hooks": [],
                "cases": ["a month without meeting"],
            },
            {"id": "7.2", "powers": ["leader convenes"], "duties": [], "rules": [], "hooks": ["check"], "cases": []},
            {"id": "7.3", "powers": [], "duties": [], "rules": [], "hooks": [], "cases": []},
        ],
    }


def test_a_house_rule_covers_no_clause() -> None:
    house = charter(
        """
[instrument]
id = "House"
kind = "house"
title = { en = "House rules" }
date = 2021-01-01
effective = 2021-01-01
adopted_by = "leader"
[[clause]]
id = "H.1"
[[rule]]
name = "notice"
value = 3
cite = ["H.1", "7.3"]
""",
        "house",
    )
    found = coverage([charter(TEXT), house])
    assert (found.total, found.covered) == (4, 2)


def test_the_same_text_differs_in_nothing_whatever_its_comments() -> None:
    again = charter("# a comment\n" + TEXT)
    assert diff(charter(TEXT), again) == []
    assert charter(TEXT).digest == again.digest


def test_differences_are_told_in_plain_words() -> None:
    later = (
        TEXT.replace('every = "month"', 'every = "quarter"')
        .replace("days = 5", "days = 3")
        .replace('id = "7.3"', 'id = "7.4"')
        .replace("G-1", "G-2")
    )
    assert [str(change) for change in diff(charter(TEXT), charter(later))] == [
        "instrument 'G-2' changed: number changed from G-1 to G-2",
        "clause '7.3' removed",
        "clause '7.4' added",
        "cadence 'monthly' changed: every changed from month to quarter",
        "duty 'minutes' changed: due changed from 5 working days after to 3 working days after",
    ]
