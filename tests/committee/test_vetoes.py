"""Vetoes block what would pass and what has passed; a void one does not, a late one is stopped. A bar holds an act up."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.committee.conftest import Board
from tests.kernel.conftest import revised

from steerco.charter.model import DecisionRule, Label
from steerco.charter.tables.voting import VoteTest
from steerco.committee.decisions.tally import Electorate
from steerco.committee.decisions.vote_facts import Voting
from steerco.configuration.installation import Installation
from steerco.records import OutOfOrder

POLICY = "p, board, board, matter, veto, -, allow, 2.5"


def decision(id: str, more: str = "") -> str:
    return (
        f'[[decision]]\nid = "{id}"\nlabel = {{ vi = "Mua", en = "Purchase" }}\nbody = "board"\nclasses = ["{id}"]\n'
        f'rule = "vote"\nbase = "cast"\ncite = ["2.5"]\n{more}\n'
    )


def veto(more: str) -> str:
    return f'[[veto]]\ndecision = "purchase"\ncite = ["2.5"]\n{more}\n'


@pytest.fixture
def raised(installation: Installation) -> Any:
    def made(*tables: str) -> tuple[Board, str]:
        board = Board(revised(installation, charter=decision("purchase") + "".join(tables), policy=POLICY))
        return board, board.do("em", "matter.raise", title="Mua", **{"class": "purchase"})

    return made


def stopped(board: Board, who: str, action: str, id: str, **given: Any) -> str:
    error = board.fails(who, action, id, **given)
    assert isinstance(error, OutOfOrder)
    return error.code


def outcome(board: Board, id: str) -> str:
    return str(board.show("matter", id)["result"]["outcome"])


def test_nobody_vetoes_where_no_rule_says_so(raised: Any) -> None:
    board, id = raised()
    board.do("em", "matter.vote", id, position="for")
    error = board.fails("an", "matter.veto", id, text="Đắt")
    assert isinstance(error, OutOfOrder)
    assert error.code == "veto-not-stated"


def test_a_veto_blocks_what_would_pass_and_one_without_its_reason_is_kept_as_void(raised: Any) -> None:
    board, id = raised(veto('by = "chair"\nreason = "required"'))
    assert stopped(board, "an", "matter.veto", id, text="Đắt") == "veto-too-early"
    board.do("em", "matter.vote", id, position="for")
    assert stopped(board, "em", "matter.veto", id, text="Đắt") == "veto-by"
    board.do("an", "matter.veto", id)
    assert outcome(board, id) == "passed"
    board.do("an", "matter.veto", id, text="Đắt")
    assert outcome(board, id) == "blocked"
    assert [(row["who"], row["void"]) for row in board.show("matter", id)["vetoes"]] == [("chair", True), ("chair", False)]
    board.do("giang", "matter.prepare-opinion", id, text="Nên")
    board.do("an", "matter.decide", id, outcome="blocked")


def test_another_body_vetoes_by_a_matter_that_passed_in_it(raised: Any) -> None:
    board, earlier = raised(veto('by = "board"'), decision("stop"))
    before = board.do("em", "matter.raise", title="Dừng việc khác", **{"class": "stop"})
    board.do("em", "matter.vote", before, position="for")
    board.do("giang", "matter.prepare-opinion", before, text="Nên")
    board.do("an", "matter.decide", before, outcome="passed")
    board.now += timedelta(minutes=1)
    id = board.do("em", "matter.raise", title="Mua", **{"class": board.show("matter", earlier)["class"]})
    board.do("em", "matter.vote", id, position="for")
    assert stopped(board, "em", "matter.veto", id, decided=before) == "veto-by"
    other = board.do("em", "matter.raise", title="Dừng", about=id, **{"class": "stop"})
    board.do("em", "matter.vote", other, position="for")
    assert stopped(board, "an", "matter.veto", id, decided=other) == "veto-by"
    board.do("giang", "matter.prepare-opinion", other, text="Nên")
    board.do("an", "matter.decide", other, outcome="passed")
    assert stopped(board, "an", "matter.veto", id) == "veto-by"
    board.do("em", "matter.veto", id, decided=other)
    assert outcome(board, id) == "blocked"


def test_after_its_time_no_veto_undoes_a_decision(raised: Any) -> None:
    board, id = raised(veto('by = "chair"\nwithin = { value = 2, unit = "days" }'))
    board.do("em", "matter.vote", id, position="for")
    board.do("giang", "matter.prepare-opinion", id, text="Nên")
    board.do("an", "matter.decide", id, outcome="passed")
    then = board.now
    board.now = then + timedelta(days=2, minutes=1)
    assert stopped(board, "an", "matter.veto", id) == "veto-too-late"
    board.now = then + timedelta(days=2)
    board.do("an", "matter.veto", id)
    assert board.show("matter", id)["outcome"] == "blocked"


def test_what_rests_on_a_decision_is_told_with_the_veto_and_stays_until_somebody_takes_it_back(raised: Any) -> None:
    board, id = raised(veto('by = "chair"\nwithin = { value = 2, unit = "days" }'))
    board.do("em", "matter.vote", id, position="for")
    board.do("giang", "matter.prepare-opinion", id, text="Nên")
    board.do("an", "matter.decide", id, outcome="passed")
    task = board.do("an", "task.assign", title="Mua sách", to="binh", source=id)
    other = board.do("an", "task.assign", title="Việc khác", to="cuc")
    board.do("an", "matter.veto", id)
    remarks = {each.code: each.params for each in board.done[-1].decision.remarks}
    assert remarks["veto-leaves"] == {"records": board.show("task", task)["ref"]}
    assert "binh" in board.done[-1].told
    assert "cuc" not in board.done[-1].told
    assert [board.show("task", each)["state"] for each in (task, other)] == ["assigned", "assigned"]


def test_a_veto_on_what_nothing_rests_on_says_nothing_of_it(raised: Any) -> None:
    board, id = raised(veto('by = "chair"\nwithin = { value = 2, unit = "days" }'))
    board.do("em", "matter.vote", id, position="for")
    board.do("giang", "matter.prepare-opinion", id, text="Nên")
    board.do("an", "matter.decide", id, outcome="passed")
    board.do("an", "matter.veto", id)
    assert board.done[-1].decision.remarks == ()


def test_an_override_is_a_vote_of_its_own(raised: Any) -> None:
    board, id = raised(veto('by = "chair"\noverride = "again"'), decision("again"))
    board.do("em", "matter.vote", id, position="for")
    board.do("an", "matter.veto", id)
    board.do("em", "matter.vote", id, position="against")
    assert outcome(board, id) == "failed"
    assert board.show("matter", id)["goes_by"] == "again"


def test_each_vote_against_is_a_veto_until_it_is_withdrawn(raised: Any) -> None:
    board, id = raised(veto('by = "against"\nreason = true'))
    for who in ("em", "dung", "cuc"):
        board.do(who, "matter.vote", id, position="for")
    board.do("binh", "matter.vote", id, position="against")
    assert outcome(board, id) == "passed"
    board.do("binh", "matter.vote", id, position="against", reason="Đắt")
    assert outcome(board, id) == "blocked"
    board.do("binh", "matter.vote", id, position="for")
    assert outcome(board, id) == "passed"


def test_a_bar_holds_an_act_up_while_another_record_is_pending(raised: Any) -> None:
    bar = (
        '[[bar]]\non = "matter.vote"\nwhere = { class = "purchase" }\ncite = ["2.5"]\n'
        'while = { type = "matter", class = "stop", state = "pending" }\n'
    )
    board, id = raised(bar, decision("stop"))
    board.do("em", "matter.vote", id, position="for")
    other = board.do("em", "matter.raise", title="Dừng", **{"class": "stop"})
    board.do("em", "matter.vote", other, position="for")
    error = board.fails("dung", "matter.vote", id, position="for")
    assert isinstance(error, OutOfOrder)
    assert (error.code, error.cites) == ("barred-while", ("2.5",))
    board.do("giang", "matter.prepare-opinion", other, text="Nên")
    board.do("an", "matter.decide", other, outcome="passed")
    board.do("dung", "matter.vote", id, position="for")


VOTERS = tuple("abcde")


@given(st.dictionaries(st.sampled_from(VOTERS), st.sampled_from(["for", "against", "abstain"])), st.booleans())
def test_a_veto_keeps_from_passing_and_changes_nothing_else(votes: dict[str, str], closed: bool) -> None:
    rule = DecisionRule("d", Label(), "council", "vote", ("1",), pass_=(VoteTest("for", more_than="against"),))
    who = Electorate(VOTERS)
    free, vetoed = (Voting(rule, who, vetoed=each).result(votes, closed=closed) for each in (False, True))
    assert free is not None
    assert vetoed is not None
    assert vetoed.outcome == ("blocked" if free.outcome == "passed" else free.outcome)
    assert vetoed.tests == free.tests
