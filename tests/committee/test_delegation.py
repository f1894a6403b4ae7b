"""What passes with powers that one officer gives another: the seat that was named, and nothing else of its holder's."""

from __future__ import annotations

from typing import Any

import pytest
from tests.committee.conftest import Board

from steerco.kernel.authority import Authority
from steerco.policy.capacity import Capacity
from steerco.records import Invalid

DAYS = {"from_": "2021-03-01", "to_day": "2021-03-31"}


def grant(board: Board, who: str, **given: Any) -> str:
    return board.do(who, "authority-delegation.grant", **{"scope": ["task.start"], **DAYS, **given})


def acting(board: Board, person: str) -> list[Capacity]:
    with board.tenant.store.read(board.tenant.id) as session:
        day = Authority(board.tenant, session, person, board.now).day
    return [capacity for capacity in day.capacities(person) if capacity.acting_for]


def test_one_gives_ones_own_powers_only(board: Board) -> None:
    for by in ("deputy", "trustee-school", "em"):
        stopped = board.fails("an", "authority-delegation.grant", by=by, to="hoa", scope=["task.start"], **DAYS)
        assert isinstance(stopped, Invalid)
        assert set(stopped.fields) == {"by"}
    grant(board, "an", by="chair", to="hoa")


@pytest.mark.parametrize("by", ["library", "board", "desk"])
def test_an_agency_or_a_body_gives_no_powers(board: Board, by: str) -> None:
    stopped = board.fails("dung", "authority-delegation.grant", by=by, to="hoa", scope=["task.start"], **DAYS)
    assert isinstance(stopped, Invalid)
    assert set(stopped.fields) == {"by"}


def test_a_seat_passes_with_its_role_and_no_other_seat_of_role_or_holder(board: Board) -> None:
    grant(board, "dung", by="trustee-library", to="hoa")
    (capacity,) = acting(board, "hoa")
    assert capacity.acting_for == "trustee-library"
    assert capacity.keys & {"trustee-school", "desk-head", "desk", "dung", "library"} == set()
    assert {"trustee-library"} <= capacity.keys
    assert capacity.roles == {"trustee", "board", "trustee-library"}, "a policy line may name the seat as well as its role"
    own, other, of_head = (board.task(to=to) for to in ("trustee-library", "trustee-school", "desk-head"))
    board.do("hoa", "task.start", own)
    assert board.done[-1].decision.acting_for == "trustee-library"
    for task in (other, of_head):
        assert board.fails("hoa", "task.start", task).outcome in ("refused", "not-found")


def test_an_office_passes_with_the_seats_that_follow_it(board: Board) -> None:
    grant(board, "dung", by="library-director", to="hoa")
    (capacity,) = acting(board, "hoa")
    assert capacity.acting_for == "library-director"
    assert {"trustee-library", "desk-head"} <= capacity.keys
    assert "trustee-school" not in capacity.keys


def test_what_is_someones_in_person_stays_theirs_and_what_the_seat_made_does_not(board: Board) -> None:
    private = board.do("an", "meeting.convene", kind="ad-hoc", starts_at="2021-03-10T14:00:00")
    board.do("an", "meeting.set-attendees", private, attendees=["hoa"])
    direction = board.do("an", "direction.issue", text="Kiểm kê")
    grant(board, "an", by="chair", to="khanh", scope=["direction.withdraw"])
    (capacity,) = acting(board, "khanh")
    assert "an" not in capacity.keys
    board.do("khanh", "direction.withdraw", direction, reason="Đổi kế hoạch")
    assert board.done[-1].decision.acting_for == "chair"


def test_who_acts_for_another_opens_what_the_seat_convened(board: Board) -> None:
    meeting = board.meeting("em")
    board.do("an", "officer-absence.record", who="chair", from_="2021-03-01", to="2021-03-05")
    board.do("binh", "meeting.open", meeting)
    assert board.done[-1].decision.acting_for == "chair"
