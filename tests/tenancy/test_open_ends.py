"""What `tenant check` warns of: rules that leave something open which nobody can close at work."""

from __future__ import annotations

import pytest

from steerco.committee import record_types
from steerco.config.findings import Finding
from steerco.configuration.home import Home
from steerco.configuration.load import load
from steerco.extension.loader import Plugins
from steerco.testkit import SAMPLE

SLUG = "library-board"
CHARTER, POLICY = f"tenants/{SLUG}/charter.toml", f"policies/{SLUG}.csv"
PEOPLE = f"tenants/{SLUG}/people.toml"
PRESIDING = '[[rule]]\nname = "presiding"\nvalue = "convener"\ncite = ["2.1"]\n'


def findings(**changed: tuple[str, str]) -> list[Finding]:
    """What check finds in the sample where in a file (charter, policy or people) one text stands for another."""
    content = dict(Home(SAMPLE).content(SLUG))
    for file, (old, new) in changed.items():
        path = {"charter": CHARTER, "policy": POLICY, "people": PEOPLE}[file]
        assert old in content[path]
        content[path] = content[path].replace(old, new)
    return load(SLUG, content, record_types(), Plugins()).findings


def test_the_sample_leaves_nothing_open() -> None:
    assert findings() == []


UNREAD = ("p, relation:invited, *, meeting, read, -", "# p, relation:invited, *, meeting, read, -")
UNSEEN = "p, deputy, board, commendation, approve, -, allow, 2.1"
DUTY = """[[duty]]
id = "start-work"
label = { en = "Start" }
holder = "chair"
every = "year"
done_by = ["meeting.set-agenda"]
cite = ["2.1"]

"""


@pytest.mark.parametrize(
    ("changed", "code", "file"),
    [
        ({"charter": (PRESIDING, "")}, "presiding-left-open", POLICY),
        ({"policy": UNREAD}, "guests-cannot-read", POLICY),
        ({"charter": (PRESIDING, DUTY + PRESIDING)}, "duty-nobody-can-do", CHARTER),
        ({"policy": (UNREAD[0], f"{UNSEEN}\n{UNREAD[0]}")}, "power-unseen", POLICY),
    ],
)
def test_what_is_left_open_is_a_warning_with_its_line(changed: dict[str, tuple[str, str]], code: str, file: str) -> None:
    found = [each for each in findings(**changed) if each.code == code]
    assert {(each.level, each.file) for each in found} == {("warning", file)}
    assert all(each.line > 0 for each in found)


def test_a_duty_that_only_a_vacant_seat_may_discharge_is_a_warning() -> None:
    granted = (UNREAD[0], f"p, deputy, *, meeting, set-agenda, -, allow, 2.1\n{UNREAD[0]}")
    given = {"charter": (PRESIDING, DUTY + PRESIDING), "policy": granted}
    assert findings(**given) == []
    found = findings(**given, people=('seat = "deputy"', 'seat = "guest"'))
    assert [(each.level, each.file, each.code) for each in found] == [("warning", CHARTER, "duty-of-vacant-seat")]
    assert "deputy" in found[0].message
