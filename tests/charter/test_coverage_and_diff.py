"""Which clause is carried by what, and what an amendment changes."""

from __future__ import annotations

import msgspec
import pytest

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
[[rule]]
name = "quorum"
value = "not-stated"
cite = "7.3"
"""


def charter(text: str, kind: str = "charter") -> Charter:
    made, wrong = load.read(text, kind, f"{kind}.toml")
    assert made is not None, wrong
    return made


def test_each_clause_lists_what_cites_it() -> None:
    powers = [("7.2", "leader convenes"), ("7.2", "leader convenes"), ("9.9", "of another version")]
    asserted = [("7.1", "a month without meeting"), ("7.3", "no quorum is stated")]
    found = coverage([charter(TEXT)], powers, cases=asserted, hooks=[("7.2", "check")])
    assert msgspec.to_builtins(found) == {
        "total": 4,
        "covered": 1,  # under QD.2 and 7.2 something runs that no case asserts; under 7.3 nothing runs
        "clauses": [
            {"id": "QD.2", "powers": [], "duties": [], "rules": ["instrument G-1"], "hooks": [], "cases": []},
            {
                "id": "7.1",
                "powers": [],
                "duties": ["minutes", "monthly"],
                "rules": [],
                "hooks": [],
                "cases": ["a month without meeting"],
            },
            {"id": "7.2", "powers": ["leader convenes"], "duties": [], "rules": [], "hooks": ["check"], "cases": []},
            {
                "id": "7.3",
                "powers": [],
                "duties": [],
                "rules": [],
                "hooks": [],
                "cases": ["no quorum is stated"],
            },
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
    found = coverage([charter(TEXT), house], cases=[("7.3", "three days of notice")])
    assert (found.total, found.covered) == (4, 0)
    assert found.clauses[3].rules == []


@pytest.mark.parametrize(
    ("written", "runs"),
    [
        ('[[rule]]\nname = "quorum"\nvalue = 3', True),
        ('[[rule]]\nname = "quorum"\nvalue = "not-stated"', False),
        ('[[rule]]\nname = "colour-of-the-paper"\nvalue = "blue"', False),
        ('[[cadence]]\nid = "c"\nlabel = { en = "c" }\nbody = "b"\nkind = "regular"\nevery = "month"\nholder = "h"', True),
        ('[[cadence]]\nid = "c"\nlabel = { en = "c" }\nbody = "b"\nkind = "regular"\nevery = "not-stated"\nholder = "h"', False),
        ('[[decision]]\nid = "d"\nlabel = { en = "d" }\nbody = "b"\nrule = "one-decides"', False),
        ('[[decision]]\nid = "d"\nlabel = { en = "d" }\nbody = "b"\nrule = "one-decides"\nclasses = ["budget"]', True),
        ('[[decision]]\nid = "d"\nlabel = { en = "d" }\nbody = "b"\nrule = "vote"', True),
        ('[[seat]]\nid = "s"\nlabel = { en = "s" }\nrole = "r"\noffice = "o"', True),
        ('[[seat]]\nid = "s"\nlabel = { en = "s" }\nrole = "r"', False),
        ('[[portfolio]]\nid = "p"\nlabel = { en = "p" }\nholder = "h"', False),
        ('[[portfolio]]\nid = "p"\nlabel = { en = "p" }\nholder = "h"\nlead = "a"', True),
        ('[[bound]]\nwho = "b"', True),
    ],
)
def test_what_the_program_does_not_go_by_covers_no_clause(written: str, runs: bool) -> None:
    """Though a case asserts the clause and the row cites it."""
    head = '[instrument]\nid = "1"\ntitle = { en = "t" }\neffective = 2021-01-01\n[[clause]]\nid = "1.1"'
    made = charter(f'{head}\n{written}\ncite = "1.1"\n')
    found = coverage([made], cases=[("1.1", "a case")])
    assert found.covered == int(runs)
    (clause,) = found.clauses
    assert (bool(clause.rules or clause.duties), clause.cases) == (runs, ["a case"])


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
