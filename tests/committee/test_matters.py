"""Matters, opinions and votes; programmes."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

import pytest
from tests.committee.conftest import ZONE, Board

from steerco.cli.answers.questions import detail
from steerco.following import feed
from steerco.kernel.act import ActRequest
from steerco.kernel.authority import Authority
from steerco.kernel.perform import perform
from steerco.records import Invalid, OutOfOrder, Refused, Stopped

MEMBERS = ("an", "binh", "cuc", "dung", "em")


def matter(board: Board, **given: object) -> str:
    return board.do("em", "matter.raise", **{"title": "Mua 100 quyển", **given})


def prepared(board: Board, **given: object) -> str:
    id = matter(board, **given)
    board.do("giang", "matter.prepare-opinion", id, text="Nên mua")
    return id


def test_without_a_prepared_opinion_nothing_is_decided_and_the_clause_says_so(board: Board) -> None:
    stopped = board.fails("an", "matter.decide", matter(board), outcome="approved")
    assert isinstance(stopped, OutOfOrder)
    assert (stopped.code, stopped.cites) == ("opinion-prepared", ("2.5",))


def test_the_one_to_whom_it_is_put_decides(board: Board) -> None:
    id = prepared(board)
    assert isinstance(board.fails("binh", "matter.decide", id, outcome="approved"), Refused)
    board.do("giang", "matter.put", id, put_to="deputy")
    board.do("binh", "matter.decide", id, outcome="approved", text="Đồng ý")
    shown = board.show("matter", id)
    assert (shown["state"], shown["outcome"], shown["decided_by"]) == ("decided", "approved", "deputy")


def test_the_latest_opinion_of_each_counts_and_the_earlier_stay(board: Board) -> None:
    id = matter(board)
    board.do("em", "matter.give-opinion", id, position="disagree")
    board.do("em", "matter.give-opinion", id, position="agree")
    assert [(row["who"], row["position"]) for row in board.show("matter", id)["opinions"]] == [
        ("em", "disagree"),
        ("em", "agree"),
    ]


def test_another_opinion_needs_its_words(board: Board) -> None:
    stopped = board.fails("em", "matter.give-opinion", matter(board), position="other")
    assert isinstance(stopped, Invalid)
    assert list(stopped.fields) == ["text"]


def test_where_one_person_decides_there_is_no_vote_and_no_result(board: Board) -> None:
    id = matter(board)
    stopped = board.fails("em", "matter.vote", id, position="for")
    assert isinstance(stopped, OutOfOrder)
    assert (stopped.code, stopped.cites) == ("no-vote", ("2.5",))
    assert "result" not in board.show("matter", id)


def test_a_matter_of_a_class_is_shown_by_its_class(board: Board) -> None:
    assert board.show("matter", matter(board, class_="acquisition"))["class"] == "acquisition"
    assert board.show("matter", matter(board))["class"] == "ordinary"


def test_a_vote_is_counted_and_decides(board: Board) -> None:
    id = prepared(board, class_="acquisition")
    for who, position in zip(MEMBERS, ("for", "for", "for", "against", "abstain"), strict=True):
        board.do(who, "matter.vote", id, position=position)
    result = board.show("matter", id)["result"]
    counts = {"outcome": "passed", "base": 5, "for": 3, "against": 1, "abstain": 1, "needed": 3}
    assert {name: result[name] for name in counts} == counts
    assert result["quorum_met"] is None, "a quorum of presence does not reach a vote in writing"
    assert list(result["tests"]) == [{"count": "for", "have": 3, "needed": 3, "of": "present", "base": 5, "met": True}]
    assert isinstance(board.fails("an", "matter.decide", id, outcome="failed"), Invalid)
    board.do("an", "matter.decide", id, outcome="passed")


def test_without_votes_or_without_a_quorum_nothing_is_decided(board: Board) -> None:
    alone = prepared(board, class_="acquisition")
    assert board.fails("an", "matter.decide", alone, outcome="passed").code == "vote-undecided"
    meeting = board.meeting("chair", "deputy", "em", "trustee-school", "trustee-library")
    id = prepared(board, class_="acquisition", meeting=meeting)
    board.do("an", "meeting.open", meeting)
    there = [{"person": who, "presence": "present"} for who in ("chair", "deputy")]
    board.do("an", "meeting.record-attendance", meeting, entries=there)
    for who in MEMBERS[:2]:
        board.do(who, "matter.vote", id, position="for")
    assert board.show("matter", id)["result"]["outcome"] == "no-quorum"
    stopped = board.fails("an", "matter.decide", id, outcome="passed")
    assert isinstance(stopped, OutOfOrder)
    assert (stopped.code, stopped.cites) == ("no-quorum", ("2.6",))  # the clause that asks for it, not the program
    assert stopped.params == {"have": 2, "need": 3}
    assert detail(stopped) == "2 of those entitled to vote are there or have voted; 3 are needed."


def test_an_equal_split_of_those_present_fails(board: Board) -> None:
    """More than half of them are needed: that is no tie, in which the text would have to say what follows."""
    id = prepared(board, class_="acquisition")
    for who, position in zip(MEMBERS[:4], ("for", "for", "against", "against"), strict=True):
        board.do(who, "matter.vote", id, position=position)
    assert board.fails("an", "matter.decide", id, outcome="passed").code == "invalid-input"
    board.do("an", "matter.decide", id, outcome="failed")


def test_of_a_secret_vote_nobody_learns_anything_until_it_is_decided(board: Board) -> None:
    """From a result that grows with each vote, or from who voted when, anybody reads who voted how."""
    id = prepared(board, class_="election")
    for who, position in zip(MEMBERS[:4], ("for", "against", "for", "against"), strict=True):
        board.do(who, "matter.vote", id, position=position)
        shown = board.show("matter", id)
        assert "result" not in shown
        assert shown["votes"] == []
    with board.tenant.store.read(board.tenant.id) as session:
        found, _ = feed.changes(Authority(board.tenant, session, "giang", board.now), 0, 500)
    votes = [change for change in found if change.action == "matter.vote"]
    assert len(votes) == 4
    assert {(change.person, change.capacity, change.acting_for) for change in votes} == {("", "", "")}
    board.do(MEMBERS[4], "matter.vote", id, position="for")
    board.do("an", "matter.decide", id, outcome="passed")
    assert (board.show("matter", id)["result"]["for"], len(board.show("matter", id)["votes"])) == (3, 5)


def test_a_secret_vote_is_not_read_by_trying_to_decide_it(board: Board) -> None:
    """Asked again after each vote, the answer of a trial, or to another outcome, tells who voted how."""
    id = prepared(board, class_="election")
    for who, position in zip(MEMBERS[:4], ("for", "against", "for", "for"), strict=True):
        board.do(who, "matter.vote", id, position=position)
        for outcome in ("passed", "failed"):
            trial = ActRequest("an", "matter.decide", board.now, id, {"outcome": outcome}, dry_run=True)
            with pytest.raises(OutOfOrder) as stopped:
                perform(board.tenant, trial)
            assert (stopped.value.code, stopped.value.params) == ("secret-vote-not-tried", {})
    board.do("an", "matter.decide", id, outcome="failed")
    assert (board.show("matter", id)["outcome"], board.show("matter", id)["state"]) == ("passed", "decided")


def test_of_an_open_vote_the_feed_tells_who_voted(board: Board) -> None:
    id = prepared(board, class_="acquisition")
    board.do("em", "matter.vote", id, position="for")
    assert board.show("matter", id)["result"]["for"] == 1
    with board.tenant.store.read(board.tenant.id) as session:
        found, _ = feed.changes(Authority(board.tenant, session, "giang", board.now), 0, 500)
    assert [change.person for change in found if change.action == "matter.vote"] == ["em"]


def test_in_a_meeting_only_who_is_there_makes_a_quorum_and_votes(board: Board) -> None:
    meeting = board.meeting("chair", "deputy", "em", "trustee-school", "trustee-library")
    id = prepared(board, class_="acquisition", meeting=meeting)
    board.do("an", "meeting.open", meeting)
    there = [{"person": who, "presence": "present"} for who in ("chair", "deputy", "trustee-school")]
    board.do("an", "meeting.record-attendance", meeting, entries=there)
    for who in ("an", "binh", "em"):
        board.do(who, "matter.vote", id, position="for")
    result = board.show("matter", id)["result"]
    assert (result["for"], result["base"], result["quorum_met"], result["outcome"]) == (2, 3, True, "passed")


def test_one_person_has_one_vote_whatever_the_seats_and_may_change_it(board: Board) -> None:
    id = prepared(board, class_="acquisition")
    board.do("dung", "matter.vote", id, position="for")
    board.do("dung", "matter.vote", id, position="against")
    shown = board.show("matter", id)
    assert (shown["result"]["for"], shown["result"]["against"], len(shown["votes"])) == (0, 1, 2)


def test_a_position_that_the_charter_does_not_know_is_no_vote(board: Board) -> None:
    stopped = board.fails("em", "matter.vote", prepared(board, class_="acquisition"), position="maybe")
    assert isinstance(stopped, Invalid)
    assert "abstain" in stopped.fields["position"].params["known"]


def test_who_has_no_seat_does_not_vote(board: Board) -> None:
    assert isinstance(board.fails("giang", "matter.vote", prepared(board, class_="acquisition"), position="for"), Refused)


def test_a_result_stays_what_it_was_when_the_board_changes(board: Board) -> None:
    id = prepared(board, class_="acquisition")
    for who in MEMBERS[:3]:
        board.do(who, "matter.vote", id, position="for")
    board.do("an", "matter.decide", id, outcome="passed")
    before = board.show("matter", id)["result"]
    for who in ("binh", "giang", "hoa", "khanh"):
        board.do("an", "appointment.appoint", person=who, seat="trustee", from_="2021-03-02")
    board.now = datetime(2021, 6, 1, 9, tzinfo=ZONE)
    assert board.show("matter", id)["result"] == before


ITEMS = [
    {"title": "Kiểm kê", "lead": "school", "coordinators": ["desk", "school", "desk"], "due": "2021-06-30", "product": "Báo cáo"},
    {"title": "Ngày hội đọc sách", "period": "2021-Q2"},
]


def programme(board: Board, kind: str = "work-programme", **given: object) -> str:
    return board.do("giang", "programme.draft", **{"kind": kind, "year": 2021, "items": ITEMS, **given})


def test_a_programme_is_drafted_submitted_returned_and_issued(board: Board) -> None:
    id = programme(board)
    board.do("dung", "programme.submit", id)
    board.do("an", "programme.return", id, reason="Thiếu kinh phí")
    board.do("giang", "programme.edit", id, items=ITEMS[:1])
    board.do("dung", "programme.submit", id)
    board.do("an", "programme.issue", id)
    shown = board.show("programme", id)
    assert (shown["state"], shown["issued_on"], shown["issued_by"]) == ("issued", date(2021, 3, 1), "chair")
    assert [(row["position"], row["title"], row["lead"], row["coordinators"]) for row in shown["items"]] == [
        (1, "Kiểm kê", "school", ["desk"])
    ]
    assert [row["reason"] for row in shown["returns"]] == ["Thiếu kinh phí"]


def test_a_programme_is_not_issued_before_it_is_submitted(board: Board) -> None:
    stopped = board.fails("an", "programme.issue", programme(board))
    assert isinstance(stopped, OutOfOrder)
    assert stopped.cites == ("2.4",)


def test_an_empty_programme_has_no_items(board: Board) -> None:
    assert board.show("programme", programme(board, items=[]))["items"] == []


def test_an_item_is_due_on_a_day_or_in_a_period_not_both(board: Board) -> None:
    both = [*ITEMS, {"title": "Sơn lại", "due": "2021-01-01", "period": "2021"}]
    stopped = board.fails("giang", "programme.draft", kind="work-plan", year=2021, items=both)
    assert isinstance(stopped, Invalid)
    assert list(stopped.fields) == ["items[2].due"]


def submitted(board: Board) -> str:
    id = programme(board)
    board.do("dung", "programme.submit", id)
    return id


def test_one_of_a_kind_and_year_is_issued_per_body(board: Board) -> None:
    first, second = submitted(board), submitted(board)
    board.do("an", "programme.issue", first)
    stopped = board.fails("an", "programme.issue", second)
    assert isinstance(stopped, OutOfOrder)
    assert stopped.cites == ("steerco:already-issued",)
    other = programme(board, kind="work-plan")
    board.do("dung", "programme.submit", other)
    board.do("an", "programme.issue", other)


def test_issued_at_midnight_it_is_issued_on_the_day_that_begins(board: Board) -> None:
    id = submitted(board)
    board.now = datetime(2021, 12, 31, 17, tzinfo=UTC)  # midnight in the tenant's zone
    board.do("an", "programme.issue", id)
    assert board.show("programme", id)["issued_on"] == date(2022, 1, 1)


def at_once(*acts: Callable[[], object]) -> list[object]:
    """What came of acts done by several people at the same time: None, or the code of why not."""

    def tried(act: Callable[[], object]) -> object:
        try:
            act()
        except Stopped as stopped:
            return stopped.code
        return None

    with ThreadPoolExecutor(len(acts)) as pool:
        return sorted(pool.map(tried, acts), key=str)


def test_two_drafts_issued_at_once_leave_one_issued(board: Board) -> None:
    ids = [submitted(board) for _ in range(2)]
    came = at_once(*(lambda id=id: board.do("an", "programme.issue", id) for id in ids))
    assert came == [None, "already-issued"]


def test_votes_cast_at_once_are_all_counted(board: Board) -> None:
    id = prepared(board, class_="acquisition")
    came = at_once(*(lambda who=who: board.do(who, "matter.vote", id, position="for") for who in MEMBERS))
    assert came == [None] * 5
    assert board.show("matter", id)["result"]["for"] == 5


@pytest.mark.parametrize("year", [1800, 2300])
def test_a_year_out_of_all_bounds_is_an_error(board: Board, year: int) -> None:
    assert isinstance(board.fails("giang", "programme.draft", kind="work-plan", year=year), Invalid)
