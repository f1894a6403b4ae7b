"""Who holds what, from when to when: one holder a seat, and whoever leaves it leaves it by an act of its own."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import select
from tests.committee.conftest import ZONE, Board

from steerco.committee.members.appointment import Appointment
from steerco.committee.members.directory import Day
from steerco.kernel.authority import Authority
from steerco.records import Conflict, Invalid, Refused
from steerco.store import log


def held(board: Board, **equal: Any) -> list[Appointment]:
    """The appointments with these values, oldest first."""
    with board.tenant.store.read(board.tenant.id) as session:
        mine = select(Appointment).where(Appointment.tenant_id == board.tenant.id)
        every = list(session.scalars(mine.order_by(Appointment.id)))
    return [each for each in every if all(getattr(each, name) == value for name, value in equal.items())]


def day(board: Board, on: date | None = None) -> Day:
    at = datetime(on.year, on.month, on.day, 9, tzinfo=ZONE) if on else board.now
    with board.tenant.store.read(board.tenant.id) as session:
        return Authority(board.tenant, session, "an", at).day


def appoint(board: Board, person: str, **given: Any) -> str:
    return board.do("an", "appointment.appoint", person=person, **given)


def invalid(board: Board, action: str, on: str | None = None, /, **given: Any) -> dict[str, str]:
    stopped = board.fails("an", action, on, **given)
    assert isinstance(stopped, Invalid), stopped
    return {path: str(why) for path, why in stopped.fields.items()}


def test_who_held_the_seat_leaves_it_by_an_act_that_is_logged_and_told(board: Board) -> None:
    (before,) = held(board, seat="chair")
    appoint(board, "hoa", seat="chair", from_="2021-03-05")
    after = board.get("appointment", before.id)
    assert (after.state, after.version, after.to) == ("ended", before.version + 1, date(2021, 3, 4))  # type: ignore[attr-defined]
    with board.tenant.store.read(board.tenant.id) as session:
        ended = next(row for row in reversed(list(log.entries(session))) if row["action"] == "appointment.end")
    assert (ended["record_id"], ended["caused_by"]) == (before.id, board.done[-1].seq)
    assert '"told":["an"]' in ended["body"]
    assert [day(board, date(2021, 3, n)).holders("chair") for n in (4, 5)] == [("an",), ("hoa",)]


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ({"from_": "2021-03-05"}, {"from_": "2021-03-05"}),
        ({"from_": "2021-03-05"}, {"from_": "2021-03-04"}),
        ({"from_": "2021-03-05", "to": "2021-03-10"}, {"from_": "2021-03-02", "to": "2021-03-05"}),
    ],
)
def test_nobody_is_put_into_a_seat_that_somebody_else_takes(board: Board, first: dict[str, str], then: dict[str, str]) -> None:
    for place in ({"seat": "chair"}, {"office": "principal"}):
        appoint(board, "hoa", **place, **first)
        stopped = board.fails("an", "appointment.appoint", person="khanh", **place, **then)
        assert isinstance(stopped, Conflict)
        assert (stopped.code, stopped.cites, stopped.params["seat"]) == ("seat-taken", ("steerco:seat-taken",), *place.values())
        assert day(board, date(2021, 3, 5)).holders(*place.values()) == ("hoa",)


def test_an_end_that_is_still_to_come_keeps_the_seat_until_then(board: Board) -> None:
    (before,) = held(board, seat="deputy")
    board.do("an", "appointment.end", before.id, to="2021-03-20")
    stopped = board.fails("an", "appointment.appoint", person="hoa", seat="deputy", from_="2021-03-10")
    assert isinstance(stopped, Conflict)
    assert stopped.params["until"] == "2021-03-20"
    appoint(board, "hoa", seat="deputy", from_="2021-03-21")
    assert [day(board, date(2021, 3, n)).holders("deputy") for n in (20, 21)] == [("binh",), ("hoa",)]


def test_a_seat_of_the_past_is_free_of_who_holds_it_now(board: Board) -> None:
    appoint(board, "hoa", seat="chair", from_="2019-01-01", to="2019-12-31")
    assert [each.state for each in held(board, seat="chair")] == ["held", "held"]


def test_nobody_holds_the_same_place_twice(board: Board) -> None:
    assert set(invalid(board, "appointment.appoint", person="cuc", office="principal")) == {"person"}
    assert set(invalid(board, "appointment.appoint", person="em", seat="trustee")) == {"person"}
    appoint(board, "hoa", seat="trustee")
    appoint(board, "giang", seat="focal-unit", agency="library")
    appoint(board, "giang", seat="focal-unit", agency="library-stacks")


def test_a_seat_that_follows_an_office_is_filled_through_the_office(board: Board) -> None:
    for seat, office in (("trustee-school", "principal"), ("desk-head", "library-director")):
        assert office in invalid(board, "appointment.appoint", person="hoa", seat=seat)["seat"]


def test_what_an_appointment_names_is_of_the_right_sort(board: Board) -> None:
    assert set(invalid(board, "appointment.appoint", person="hoa", seat="trustee", agency="desk")) == {"agency"}
    assert set(invalid(board, "appointment.appoint", person="hoa", seat="agency-head", agency="chair")) == {"agency"}
    assert set(invalid(board, "appointment.appoint", person="hoa", office="chair")) == {"office"}
    assert set(invalid(board, "appointment.appoint", person="hoa", seat="school")) == {"seat"}
    assert set(invalid(board, "office.add", title={"vi": "Trưởng phòng"}, agency="desk")) == {"agency"}
    assert set(invalid(board, "agency.add", name={"vi": "Phòng"}, parent="board")) == {"parent"}
    assert set(invalid(board, "agency.add", id="phong", name={"vi": "Phòng"}, parent="phong")) == {"parent"}
    for who in ("school", "board"):
        assert set(invalid(board, "officer-absence.record", who=who, from_="2021-03-02", to="2021-03-03")) == {"who"}


def test_an_appointment_is_cut_short_and_never_made_longer(board: Board) -> None:
    (before,) = held(board, seat="deputy")
    assert set(invalid(board, "appointment.end", before.id, to="2019-12-31")) == {"to"}
    interim = appoint(board, "hoa", seat="trustee", from_="2021-03-01", to="2021-03-10")
    assert "2021-03-10" in invalid(board, "appointment.end", interim, to="2021-03-11")["to"]
    board.now = datetime(2021, 4, 1, 9, tzinfo=ZONE)
    board.do("an", "appointment.end", interim)
    assert board.show("appointment", interim)["to"] == date(2021, 3, 10)


def test_who_may_appoint_guests_appoints_the_first_guest_and_nobody_else(board: Board) -> None:
    for seat in ("trustee", "librarian", "expert", "chair"):
        assert isinstance(board.fails("dung", "appointment.appoint", person="hoa", seat=seat), Refused)
    board.do("dung", "appointment.appoint", person="hoa", seat="guest")
    board.do("dung", "appointment.appoint", person="khanh", seat="guest")
    appoint(board, "em", seat="guest")  # a trustee too: the guests' seat gains nothing by that
    assert isinstance(board.fails("dung", "appointment.appoint", person="giang", seat="trustee"), Refused)


def test_a_head_without_a_named_seat_has_one_seat_all_the_same(club: Board) -> None:
    assert day_of(club).resolve("organiser") == "organiser"
    meeting = club.do("em", "meeting.convene", kind="ad-hoc", starts_at="2021-03-10T14:00:00")
    assert club.show("meeting", meeting)["presiding"] == "organiser"


def day_of(board: Board) -> Day:
    with board.tenant.store.read(board.tenant.id) as session:
        return Authority(board.tenant, session, "em", board.now).day


def test_nobody_speaks_for_what_is_no_agency_and_a_ring_of_units_has_an_end(board: Board) -> None:
    from dataclasses import replace

    from steerco.committee.members.directory_data import Holding

    today = day(board)
    spoken = Holding("hoa", "agency-head", "", "desk", date(2020, 1, 1), None)
    ring = {"school": "school-archive", "school-archive": "school"}
    register = replace(today.all, holdings=(*today.all.holdings, spoken), parents=ring, days={})
    other = register.on(board.today, today.charter)
    assert "desk" not in other.keys("hoa")
    assert other.agency("school") in ring


def test_an_appointment_that_has_not_begun_is_called_off_and_who_left_for_it_stays(board: Board) -> None:
    (before,) = held(board, seat="chair")
    wrong = appoint(board, "hoa", seat="chair", from_="2021-04-01")
    board.now = datetime(2021, 3, 20, 9, tzinfo=ZONE)
    board.do("an", "appointment.end", wrong, reason="entered by mistake")
    assert (board.show("appointment", wrong)["state"], board.show("appointment", wrong)["to"]) == ("ended", date(2021, 3, 31))
    after = board.show("appointment", before.id)
    assert (after["state"], after["to"]) == ("held", None)
    assert {day(board, date(2021, n, 2)).holders("chair") for n in (3, 4, 5)} == {("an",)}


def test_an_appointment_entered_today_gives_nothing_once_it_is_taken_back_and_the_right_one_finds_the_seat_free(
    board: Board,
) -> None:
    wrong = appoint(board, "hoa", seat="deputy", from_="2021-02-01")
    assert day(board).holders("deputy") == ("hoa",)
    board.do("an", "appointment.end", wrong)
    assert day(board).holders("deputy") == ("binh",)
    appoint(board, "khanh", seat="deputy")
    assert [day(board, date(2021, 3, n)).holders("deputy") for n in (1, 2)] == [("khanh",), ("khanh",)]
    assert day(board, date(2021, 2, 28)).holders("deputy") == ("binh",)


def test_the_day_after_it_was_entered_an_appointment_ends_with_a_day_that_counts(board: Board) -> None:
    wrong = appoint(board, "hoa", seat="deputy")
    board.now = datetime(2021, 3, 2, 9, tzinfo=ZONE)
    board.do("an", "appointment.end", wrong)
    assert [day(board, date(2021, 3, n)).holders("deputy") for n in (1, 2, 3)] == [("hoa",), ("hoa",), ()]


def test_who_holds_on_does_so_until_the_next_one_begins_or_the_last_day_of_before(board: Board) -> None:
    (before,) = held(board, seat="deputy")
    first = appoint(board, "hoa", seat="deputy", from_="2021-04-01")
    second = appoint(board, "khanh", seat="deputy", from_="2021-05-01")
    assert isinstance(board.fails("an", "appointment.resume", before.id), Refused)  # nobody does it but by taking another back
    board.do("an", "appointment.end", first)
    assert board.show("appointment", before.id)["to"] == date(2021, 4, 30)
    board.do("an", "appointment.end", second)
    assert board.show("appointment", before.id)["to"] is None
    assert {day(board, date(2021, n, 2)).holders("deputy") for n in (3, 4, 5, 6)} == {("binh",)}
