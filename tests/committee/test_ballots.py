"""Ballots: who may vote is settled when one opens; it closes as the charter says; what is secret stays so."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from tests.committee.conftest import ZONE, Board
from tests.kernel.conftest import revised

from steerco.configuration.installation import Installation
from steerco.records import Invalid, OutOfOrder

MEMBERS = ("an", "binh", "cuc", "dung", "em")
POLICY = "\n".join(f"p, board, board, matter, {act}, -, allow, 2.5" for act in ("open-ballot", "second", "close", "recuse"))
DECISION = """
[[decision]]
id = "by-ballot"
label = { vi = "Bỏ phiếu", en = "By ballot" }
body = "board"
rule = "vote"
classes = ["purchase"]
base = "cast"
cite = ["2.5"]
MORE
[[ballot]]
id = "week"
cite = ["2.5"]
BALLOT
"""


@pytest.fixture
def vote(installation: Installation) -> Any:
    def made(ballot: str = "", more: str = 'ballot = "week"') -> tuple[Board, str]:
        charter = DECISION.replace("MORE", more).replace("BALLOT", ballot)
        board = Board(revised(installation, charter=charter, policy=POLICY))
        id = board.do("em", "matter.raise", title="Mua", **{"class": "purchase"})
        board.do("giang", "matter.prepare-opinion", id, text="Nên mua")
        return board, id

    return made


def stopped(board: Board, who: str, action: str, id: str, **given: Any) -> tuple[str, tuple[str, ...]]:
    error = board.fails(who, action, id, **given)
    assert isinstance(error, OutOfOrder)
    return error.code, tuple(error.cites)


def test_votes_come_only_while_the_ballot_is_open(vote: Any) -> None:
    board, id = vote("period = { value = 2, unit = 'days' }\nclose = 'at-end'")
    assert stopped(board, "em", "matter.vote", id, position="for") == ("ballot-not-open", ("2.5",))
    board.do("an", "matter.open-ballot", id)
    board.do("em", "matter.vote", id, position="for")
    assert board.show("matter", id)["result"]["outcome"] == "open"
    assert stopped(board, "an", "matter.decide", id, outcome="passed") == ("ballot-open", ("2.5",))
    assert stopped(board, "an", "matter.close", id) == ("ballot-not-over", ("2.5",))
    board.now += timedelta(days=2, minutes=1)
    assert stopped(board, "binh", "matter.vote", id, position="against") == ("ballot-closed", ("2.5",))
    board.do("an", "matter.decide", id, outcome="passed")
    assert board.show("matter", id)["result"]["outcome"] == "passed"


def test_an_end_before_the_stated_period_is_refused_and_a_later_one_holds(vote: Any) -> None:
    board, id = vote("period = { value = 3, unit = 'working' }\nclose = 'at-end'")
    soon = (board.now + timedelta(days=1)).isoformat()
    assert stopped(board, "an", "matter.open-ballot", id, closes_at=soon) == ("ballot-too-short", ("2.5",))
    board.do("an", "matter.open-ballot", id, closes_at=(board.now + timedelta(days=9)).isoformat())
    board.now += timedelta(days=8)
    board.do("binh", "matter.vote", id, position="for")


def test_it_closes_when_all_have_voted_or_when_nothing_can_change(vote: Any) -> None:
    board, id = vote("close = 'all-voted'")
    board.do("an", "matter.open-ballot", id)
    for who in MEMBERS[:4]:
        board.do(who, "matter.vote", id, position="for")
    assert stopped(board, "an", "matter.decide", id, outcome="passed")[0] == "ballot-open"
    board.do("em", "matter.vote", id, position="against")
    board.do("an", "matter.decide", id, outcome="passed")
    settled, other = vote("close = 'when-settled'", 'ballot = "week"\n' + 'pass = [{ count = "for", at_least = 3 }]')
    settled.do("an", "matter.open-ballot", other)
    for who in MEMBERS[:3]:
        settled.do(who, "matter.vote", other, position="for")
    assert stopped(settled, "em", "matter.vote", other, position="against")[0] == "ballot-closed"
    settled.do("an", "matter.decide", other, outcome="passed")


def test_it_needs_a_second_by_another(vote: Any) -> None:
    board, id = vote("second = 1")
    board.do("em", "matter.open-ballot", id)
    assert stopped(board, "em", "matter.vote", id, position="for") == ("ballot-not-seconded", ("2.5",))
    assert stopped(board, "em", "matter.second", id)[0] == "second-by-another"
    board.do("an", "matter.second", id)
    board.do("em", "matter.vote", id, position="for")


def test_only_those_named_open_and_close_it(vote: Any) -> None:
    board, id = vote("opened_by = ['chair']")
    assert stopped(board, "em", "matter.open-ballot", id) == ("ballot-opened-by", ("2.5",))
    board.do("an", "matter.open-ballot", id)
    assert stopped(board, "em", "matter.close", id) == ("ballot-closed-by", ("2.5",))
    board.do("em", "matter.vote", id, position="for")
    board.do("an", "matter.close", id)
    board.do("an", "matter.decide", id, outcome="passed")


def test_a_vote_against_may_need_its_reason_and_stay(vote: Any) -> None:
    board, id = vote("reason_for = ['against']\nrevisable = 'no'")
    board.do("an", "matter.open-ballot", id)
    error = board.fails("em", "matter.vote", id, position="against")
    assert isinstance(error, Invalid)
    assert list(error.fields) == ["reason"]
    board.do("em", "matter.vote", id, position="against", reason="Đắt")
    assert stopped(board, "em", "matter.vote", id, position="for") == ("vote-not-revisable", ("2.5",))


def test_a_hidden_ballot_shows_nothing_until_it_is_closed(vote: Any) -> None:
    board, id = vote("hide = 'until-closed'")
    board.do("an", "matter.open-ballot", id)
    board.do("em", "matter.vote", id, position="for")
    shown = board.show("matter", id)
    assert (shown["votes"], "result" in shown) == ([], False)
    board.do("an", "matter.close", id)
    shown = board.show("matter", id)
    assert ([row["position"] for row in shown["votes"]], shown["result"]["outcome"]) == (["for"], "passed")


def test_a_hidden_ballot_hides_until_its_last_hour_where_the_committee_is(vote: Any) -> None:
    board, id = vote("hide = 'until-closed'\nperiod = { value = 1, unit = 'days' }")
    board.now = datetime(2021, 3, 2, 3, tzinfo=ZONE)
    board.do("an", "matter.open-ballot", id)
    board.do("em", "matter.vote", id, position="for")
    board.now = datetime(2021, 3, 3, 2, tzinfo=ZONE)
    board.do("binh", "matter.vote", id, position="against")
    assert board.show("matter", id)["votes"] == []
    board.now += timedelta(days=1)
    assert len(board.show("matter", id)["votes"]) == 2


def test_of_few_secret_votes_the_totals_stay_closed(vote: Any) -> None:
    board, id = vote("secret = true")
    board.do("an", "matter.open-ballot", id)
    for who in ("em", "binh"):
        board.do(who, "matter.vote", id, position="for")
    board.do("an", "matter.close", id)
    board.do("an", "matter.decide", id, outcome="failed")
    shown = board.show("matter", id)
    assert (shown["outcome"], shown["result"]) == ("passed", {"outcome": "passed"})
    assert {row["position"] for row in shown["votes"]} == {None}


def test_who_takes_no_part_is_out_of_base_and_count(vote: Any) -> None:
    board, id = vote(
        "", 'ballot = "week"\nexcluding = ["recused", "author"]\n' + 'pass = [{ count = "for", of = "seated", share = [1, 1] }]'
    )
    board.do("an", "matter.open-ballot", id)
    board.do("binh", "matter.recuse", id, reason="Nhà cung cấp là người thân")
    assert stopped(board, "binh", "matter.vote", id, position="for") == ("not-entitled-to-vote", ("2.5",))
    assert stopped(board, "em", "matter.vote", id, position="for")[0] == "not-entitled-to-vote", "the author"
    for who in ("an", "cuc", "dung"):
        board.do(who, "matter.vote", id, position="for")
    result = board.show("matter", id)["result"]
    assert (result["base"], result["for"], board.show("matter", id)["recusals"][0]["who"]) == (3, 3, "binh")


def test_who_leaves_keeps_the_vote_and_who_comes_has_none(vote: Any) -> None:
    board, id = vote("")
    board.do("an", "matter.open-ballot", id)
    board.do("em", "matter.vote", id, position="for")
    board.do("an", "appointment.appoint", person="hoa", seat="trustee", from_="2021-03-02")
    board.now += timedelta(days=3)
    assert stopped(board, "hoa", "matter.vote", id, position="against")[0] == "not-entitled-to-vote"
    assert board.show("matter", id)["result"]["for"] == 1


def test_a_vote_after_its_meeting_is_in_writing_and_counts_whoever_was_there(vote: Any) -> None:
    board, _ = vote()
    meeting = board.meeting("em")
    id = board.do("em", "matter.raise", title="Mua", meeting=meeting, **{"class": "purchase"})
    board.do("giang", "matter.prepare-opinion", id, text="Nên mua")
    board.do("an", "meeting.open", meeting)
    board.do("an", "meeting.record-attendance", meeting, entries=[{"person": "em", "presence": "present"}])
    board.do("an", "meeting.conclude", meeting, text="Bàn tiếp bằng văn bản")
    board.do("an", "matter.open-ballot", id)
    for who in ("an", "binh", "cuc"):
        board.do(who, "matter.vote", id, position="for")
    board.do("an", "matter.close", id)
    assert board.show("matter", id)["result"]["for"] == 3


def test_a_tie_waits_for_whoever_has_the_casting_vote(vote: Any) -> None:
    board, id = vote("", 'ballot = "week"\ntie = "casting:chair"')
    board.do("an", "matter.open-ballot", id)
    for who, position in zip(MEMBERS[:4], ("for", "for", "against", "against"), strict=True):
        board.do(who, "matter.vote", id, position=position)
    board.do("an", "matter.close", id)
    result = board.show("matter", id)["result"]
    assert (result["outcome"], result["waits_for"]) == ("undecided", "chair")
    board.do("an", "matter.decide", id, outcome="passed")


def test_a_tie_that_the_text_does_not_settle_decides_nothing(vote: Any) -> None:
    board, id = vote("", "")
    for who, position in zip(MEMBERS[:4], ("for", "for", "against", "against"), strict=True):
        board.do(who, "matter.vote", id, position=position)
    error = board.fails("an", "matter.decide", id, outcome="passed")
    assert (error.code, error.params) == ("vote-undecided", {"for_votes": 2, "against": 2, "needed": 3})


def test_a_secret_tie_tells_no_figures(vote: Any) -> None:
    board, id = vote("", "secret = true")
    for who, position in zip(MEMBERS[:4], ("for", "against", "for", "against"), strict=True):
        board.do(who, "matter.vote", id, position=position)
    error = board.fails("an", "matter.decide", id, outcome="passed")
    assert (error.code, sorted(error.params)) == ("secret-vote-undecided", ["base", "needed"])


def test_a_tie_is_voted_on_again_where_the_charter_says_so(vote: Any) -> None:
    board, id = vote("close = 'declared'", 'ballot = "week"\ntie = "revote"')
    board.do("an", "matter.open-ballot", id)
    board.do("em", "matter.vote", id, position="for")
    board.do("an", "matter.vote", id, position="against")
    board.do("an", "matter.close", id)
    assert stopped(board, "an", "matter.decide", id, outcome="passed") == ("vote-again", ("2.5",))
    board.do("an", "matter.open-ballot", id)
    board.do("em", "matter.vote", id, position="for")
    board.do("an", "matter.close", id)
    assert (board.show("matter", id)["result"]["outcome"], board.show("matter", id)["result"]["for"]) == ("passed", 1)
    assert stopped(board, "an", "matter.open-ballot", id) == ("ballot-opened-already", ("steerco:ballot-opened-already",))


def test_fixed_is_as_many_seats_as_the_charter_lists_where_it_states_no_number(vote: Any) -> None:
    seat = '\n[[seat]]\nid = "trustee-N"\nrole = "trustee"\nlabel = { vi = "Ủy viên", en = "Trustee" }\ncite = ["1.1"]'
    seats = "".join(seat.replace("N", each) for each in "abc")  # beside the chair, the deputy and two trustees
    board, id = vote(f"close = 'declared'{seats}", 'ballot = "week"\npass = [{ count = "for", of = "fixed", share = [1, 2] }]')
    board.do("an", "matter.open-ballot", id)
    for who in MEMBERS[:3]:
        board.do(who, "matter.vote", id, position="for")
    board.do("an", "matter.close", id)
    result = board.show("matter", id)["result"]
    assert (result["outcome"], result["base"], result["needed"]) == ("failed", 7, 4)
