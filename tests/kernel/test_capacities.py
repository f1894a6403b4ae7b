"""In which capacity one acts: a ban follows the person, a capacity that is asked for is all that is used."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from msgspec import structs
from tests.committee.conftest import Board
from tests.kernel.conftest import Revise

from steerco.charter.model import PartialDate, Superseded
from steerco.configuration.installation import Installation
from steerco.kernel.act import ActRequest
from steerco.kernel.authority import Authority
from steerco.kernel.perform import perform
from steerco.records import Invalid, NotFound, Refused, Stopped

RECUSED = "p, relation:author, board, matter, decide, -, deny, 2.5"
NOT_THE_DESK = "p, desk-head, *, task, remind, -, deny, 2.3"


def away(board: Board) -> None:
    """The chair is away, so the deputy acts."""
    board.do("an", "officer-absence.record", who="chair", from_="2021-03-01", to="2021-03-20")


def decided(board: Board, who: str, matter: str, capacity: str | None = None) -> Stopped | None:
    """What stops the decision, if anything does."""
    try:
        perform(
            board.tenant, ActRequest(who, "matter.decide", on=matter, input={"outcome": "Yes"}, at=board.now, capacity=capacity)
        )
    except Stopped as stopped:
        return stopped
    return None


def raised(board: Board, by: str) -> str:
    matter = board.do(by, "matter.raise", title="A roof", text="It leaks")
    board.do("giang", "matter.prepare-opinion", matter, text="Mend it")
    return matter


def test_a_ban_follows_the_actor_into_another_s_capacity(revise: Revise) -> None:
    board = Board(revise(policy=RECUSED))
    away(board)
    mine, another = raised(board, "binh"), raised(board, "cuc")
    for capacity in (None, "chair"):
        stopped = decided(board, "binh", mine, capacity)
        assert isinstance(stopped, Refused)
        assert [each.clause for each in stopped.decision.because] == ["2.5"]
    assert decided(board, "binh", another) is None


def test_the_ban_of_the_absent_follows_into_the_hands_of_whoever_acts_for_them(revise: Revise) -> None:
    board = Board(revise(policy=RECUSED))
    theirs = raised(board, "an")
    away(board)
    assert isinstance(decided(board, "binh", theirs), Refused)


def test_a_ban_on_one_seat_is_not_evaded_by_acting_in_another(revise: Revise) -> None:
    board = Board(revise(policy=NOT_THE_DESK))
    task = board.task(lead="trustee-school")
    for capacity in (None, "trustee", "desk-head"):
        assert isinstance(attempt(board, "dung", task, capacity), NotFound if capacity == "desk-head" else Refused)
    assert attempt(board, "cuc", task, "trustee") is None


def attempt(board: Board, who: str, task: str, capacity: str | None) -> Stopped | None:
    try:
        perform(board.tenant, ActRequest(who, "task.remind", on=task, input={}, at=board.now, capacity=capacity))
    except Stopped as stopped:
        return stopped
    return None


def test_a_capacity_that_is_asked_for_brings_only_its_own_powers(board: Board) -> None:
    """The director of the library is trustee and head of the Desk; only the head assigns to a librarian."""
    given = {"title": "x", "lead": "giang"}
    for capacity, allowed in (("desk-head", True), ("trustee", False), (None, True)):
        try:
            done = perform(board.tenant, ActRequest("dung", "task.assign", input=given, at=board.now, capacity=capacity))
            assert allowed, capacity
            assert done.decision.capacity == "desk-head"
        except Refused:
            assert not allowed, capacity


def test_a_capacity_that_one_has_not_is_told_with_those_that_one_has(board: Board) -> None:
    for capacity in ("chair", "no-such"):
        stopped = attempt(board, "dung", board.task(lead="trustee-school"), capacity)
        assert isinstance(stopped, Invalid)
        assert "desk-head" in str(stopped.fields["capacity"])


class TestWhoseRecordItIs:
    """A record is its author's by the seat in which it was made: it passes on with the seat."""

    def test_what_the_chair_issued_is_the_next_chair_s(self, board: Board) -> None:
        issued = board.do("an", "direction.issue", text="Open on Sundays", to=["school"])
        record = board.get("direction", issued)
        assert (record.author, record.author_as) == ("an", "chair")
        board.now += timedelta(days=1)
        board.do("an", "appointment.appoint", person="hoa", seat="chair", from_="2021-03-02")
        assert isinstance(board.fails("an", "direction.withdraw", issued, reason="Too dear"), Stopped)
        board.do("hoa", "direction.withdraw", issued, reason="Too dear")

    def test_what_the_deputy_did_for_the_absent_chair_is_the_chair_s(self, board: Board) -> None:
        away(board)
        for_the_chair, own = board.task("binh", lead="school"), board.task("binh", lead="trustee-school")
        made = [(each.author, each.author_as) for each in (board.get("task", for_the_chair), board.get("task", own))]
        assert made == [("binh", "chair"), ("binh", "deputy")]

    def test_one_of_many_in_a_seat_is_the_author_in_person(self, board: Board) -> None:
        record = board.get("matter", board.do("em", "matter.raise", title="A roof"))
        assert (record.author, record.author_as) == ("em", "em")


def test_nobody_is_put_out_of_a_seat_by_who_may_not_end_that_appointment(revise: Revise) -> None:
    board = Board(revise(policy="p, chair, *, appointment, end, -, deny, 1.1"))
    stopped = board.fails("an", "appointment.appoint", person="hoa", seat="deputy")
    assert isinstance(stopped, Refused)
    assert stopped.decision.facts.act == "end"
    with board.tenant.store.read(board.tenant.id) as session:
        assert Authority(board.tenant, session, "an", board.now).day.holders("deputy") == ("binh",)


def test_the_answer_names_the_appointment_that_an_appointment_ends(board: Board) -> None:
    board.do("an", "appointment.appoint", person="hoa", seat="deputy")
    done = board.done[-1]
    assert [(each.action, each.type) for each in done.followed] == [("appointment.end", "appointment")]
    assert board.show("appointment", done.followed[0].id)["person"] == "binh"


def test_that_a_guest_cannot_read_the_meeting_is_noted_with_the_invitation(board: Board, revise: Revise) -> None:
    def invited(board: Board) -> list[tuple[str, dict[str, str]]]:
        meeting = board.do("an", "meeting.convene", kind="ad-hoc", starts_at="2021-03-10T14:00:00")
        board.do("an", "meeting.invite", meeting, who=["hoa"])
        return [(each.code, each.params) for each in board.done[-1].decision.remarks]

    assert invited(board) == []
    unread = Board(revise(policy="p, relation:invited, *, meeting, read, -, deny, 1.1"))
    assert invited(unread) == [("guest-cannot-read", {"who": "hoa"})]


def test_on_a_day_of_an_instrument_whose_text_is_not_loaded_the_answer_says_so(installation: Installation) -> None:
    tenant = installation.tenant("library-board")
    (charter,) = tenant.snapshot.charters
    next_year, before = PartialDate(date(2022, 1, 1), date(2022, 1, 1)), Superseded("7/2020", date(2020, 1, 1))
    instrument = structs.replace(charter.instrument, effective=next_year, supersedes=(before,), cite=())
    tenant.snapshot = replace(tenant.snapshot, charters=(structs.replace(charter, instrument=instrument),), _regimes={})
    stopped = Board(tenant).fails("an", "meeting.convene", kind="ad-hoc", starts_at="2021-03-10T14:00:00")
    assert isinstance(stopped, Refused)
    assert [each.clause for each in stopped.decision.because] == ["steerco:text-not-loaded"]
    assert stopped.decision.basis == "platform"


@pytest.mark.parametrize(
    ("first", "last", "cite", "because"),
    [
        (date(2021, 1, 1), date(2021, 12, 31), (), "steerco:effect-uncertain"),
        (date(2021, 1, 1), date(2021, 12, 31), ("1.1",), "1.1"),
        (date(2022, 1, 1), date(2022, 1, 1), (), "steerco:not-in-force"),
    ],
)
def test_on_a_day_on_which_no_version_is_surely_in_force_the_answer_says_so(
    installation: Installation, first: date, last: date, cite: tuple[str, ...], because: str
) -> None:
    tenant = installation.tenant("library-board")
    (charter,) = tenant.snapshot.charters
    instrument = structs.replace(charter.instrument, effective=PartialDate(first, last), cite=cite)
    tenant.snapshot = replace(tenant.snapshot, charters=(structs.replace(charter, instrument=instrument),), _regimes={})
    stopped = Board(tenant).fails("an", "meeting.convene", kind="ad-hoc", starts_at="2021-03-10T14:00:00")
    assert isinstance(stopped, Refused)
    assert [each.clause for each in stopped.decision.because] == [because]
    assert stopped.decision.basis == ("clause" if cite else "platform")
