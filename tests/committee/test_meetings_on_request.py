"""A meeting that the charter has called on request: how many ask, who owes the call, by when."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from tests.committee.conftest import Board
from tests.kernel.conftest import revised

from steerco.configuration.installation import Installation
from steerco.kernel.duty_ledger import DutyEntry, entries
from steerco.records import OutOfOrder

CADENCE = """
[[cadence]]
id = "extra"
label = { en = "Extra meeting", vi = "Họp bất thường" }
body = "board"
kind = "ad-hoc"
holder = "chair"
or_on_request = { at_least = 2, of = "trustee", within = "2 weeks" }
cite = ["2.6"]
"""
POLICY = "p, board, board, matter, request-meeting, -, allow, 2.6"


@pytest.fixture
def asked(installation: Installation) -> Board:
    return Board(revised(installation, charter=CADENCE, policy=POLICY))


def owed(board: Board) -> list[DutyEntry]:
    with board.tenant.store.read(board.tenant.id) as session:
        return [entry for entry in entries(board.tenant, session, board.today) if entry.duty == "extra-on-request"]


def test_once_enough_have_asked_the_holder_owes_the_call_within_the_time(asked: Board) -> None:
    id = asked.do("em", "matter.raise", title="Mái dột")
    asked.do("cuc", "matter.request-meeting", id)
    assert owed(asked) == []
    asked.do("dung", "matter.request-meeting", id)
    (entry,) = owed(asked)
    assert (entry.holder, entry.state, entry.due_on, entry.cites) == ("chair", "due", date(2021, 3, 15), ("2.6",))
    assert "Họp bất thường" in entry.label.vi
    assert asked.told() == {"an"}
    asked.now += timedelta(days=1)
    asked.do("an", "meeting.convene", kind="regular", starts_at="2021-03-20T09:00:00")
    assert owed(asked)[0].state == "due"
    asked.do("an", "meeting.convene", kind="ad-hoc", starts_at="2021-03-20T14:00:00")
    assert owed(asked)[0].state == "done"


def test_nobody_asks_twice_and_only_those_ask_whom_the_text_names(asked: Board) -> None:
    id = asked.do("em", "matter.raise", title="Mái dột")
    asked.do("cuc", "matter.request-meeting", id)
    for who, code in (("cuc", "requested-already"), ("an", "requested-by")):
        error = asked.fails(who, "matter.request-meeting", id)
        assert isinstance(error, OutOfOrder)
        assert (error.code, tuple(error.cites)) == (code, ("2.6",))


def test_a_third_of_those_who_may_ask_is_enough_and_less_is_not(installation: Installation) -> None:
    third = CADENCE.replace('at_least = 2, of = "trustee"', 'share = [1, 3], of = "board"')
    board = Board(revised(installation, charter=third, policy=POLICY))
    id = board.do("em", "matter.raise", title="Mái dột")
    board.do("cuc", "matter.request-meeting", id)
    assert owed(board) == []
    board.do("dung", "matter.request-meeting", id)
    due = [board.today + timedelta(days=14)]
    assert [entry.due_on for entry in owed(board)] == due
    board.now += timedelta(days=3)
    board.do("em", "matter.request-meeting", id)
    assert [entry.due_on for entry in owed(board)] == due, "who asks once it was enough brings no second duty"
