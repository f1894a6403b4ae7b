"""Terms end by themselves; limits, caps and conditions of membership are judged when somebody is appointed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.committee.conftest import Board
from tests.kernel.conftest import revised

from steerco.charter.membership import CapMost, TermLength
from steerco.configuration.installation import Installation
from steerco.records import OutOfOrder


@pytest.fixture
def board_with(installation: Installation) -> Any:
    return lambda charter: Board(revised(installation, charter=charter))


def stopped(board: Board, **given: Any) -> tuple[str, tuple[str, ...], dict[str, Any]]:
    error = board.fails("an", "appointment.appoint", **given)
    assert isinstance(error, OutOfOrder)
    return error.code, tuple(error.cites), dict(error.params)


def person(board: Board, id: str, **attrs: str) -> str:
    return board.do("an", "person.add", id=id, name=id.title(), attrs=attrs)


def test_a_term_ends_on_the_day_before_its_anniversary(board_with: Any) -> None:
    board = board_with("[[term]]\nrole = 'trustee'\nlength = { value = 2, unit = 'years' }\ncite = ['2.1']")
    person(board, "new")
    id = board.do("an", "appointment.appoint", person="new", seat="trustee", from_="2021-03-01")
    assert board.show("appointment", id)["to"] == date(2023, 2, 28)
    person(board, "other")
    long = stopped(board, person="other", seat="trustee", from_="2021-03-01", to="2024-01-01")
    assert long == ("term-too-long", ("2.1",), {"until": "2023-02-28"})


def test_a_limit_of_terms_counts_those_that_run_into_one_another(board_with: Any) -> None:
    board = board_with(
        "[[term]]\nrole = 'trustee'\nlength = { value = 1, unit = 'years' }\nlimit = { consecutive = 2 }\ncite = ['2.1']"
    )
    person(board, "new")
    for year in (2021, 2022):
        board.do("an", "appointment.appoint", person="new", seat="trustee", from_=f"{year}-01-01")
    assert stopped(board, person="new", seat="trustee", from_="2023-01-01")[:2] == ("term-limit", ("2.1",))
    board.do("an", "appointment.appoint", person="new", seat="trustee", from_="2024-01-01")


def test_a_soft_limit_is_said_and_not_enforced(board_with: Any) -> None:
    soft = "limit = { lifetime = 1 }\nlimit_force = 'soft'"
    board = board_with(f"[[term]]\nrole = 'trustee'\nlength = {{ value = 1, unit = 'years' }}\n{soft}\ncite = ['2.1']")
    person(board, "new")
    board.do("an", "appointment.appoint", person="new", seat="trustee", from_="2021-01-01")
    board.do("an", "appointment.appoint", person="new", seat="trustee", from_="2023-01-01")
    assert "term-limit" in {remark.code for remark in board.done[-1].decision.remarks}


def test_no_more_than_a_fourth_from_one_employer(board_with: Any) -> None:
    board = board_with(
        "[[cap]]\nid = 'one-employer'\nbody = 'board'\nby = 'attr:employer'\nmax = { share = [1, 4] }\ncite = ['2.1']"
    )
    for name in ("first", "second"):
        person(board, name, employer="Press")
    board.do("an", "appointment.appoint", person="first", seat="trustee", from_="2021-03-02")
    code, cites, params = stopped(board, person="second", seat="trustee", from_="2021-03-02")
    assert (code, cites, params["value"], params["count"]) == ("cap-exceeded", ("2.1",), "Press", 2)
    assert params["count"] * 4 > params["base"], "two of seven are more than a fourth"
    person(board, "third", employer="Mill")
    board.do("an", "appointment.appoint", person="third", seat="trustee", from_="2021-03-02")


def test_the_printed_case_of_a_share() -> None:
    assert CapMost(share=(1, 4)).allows(5, 21)
    assert not CapMost(share=(1, 4)).allows(6, 21)
    assert not CapMost(share=(1, 2), under=True).allows(3, 6)


def test_who_may_be_appointed(board_with: Any) -> None:
    board = board_with("[[eligibility]]\nrole = 'trustee'\nneeds = [{ attr = 'age', at_least = 18 }]\ncite = ['2.1']")
    person(board, "young", age="17")
    person(board, "grown", age="18")
    assert stopped(board, person="young", seat="trustee") == ("not-eligible", ("2.1",), {"needs": "age ≥ 18"})
    board.do("an", "appointment.appoint", person="grown", seat="trustee")


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.integers(1, 40))
def test_whole_years_and_months_leave_no_gap_and_no_overlap(first: date, months: int) -> None:
    last = TermLength(months, "months").last_day(first)
    assert last >= first
    assert (last + timedelta(days=1)).day in (first.day, (last + timedelta(days=1)).day)
    assert TermLength(months * 12, "months").last_day(first) == TermLength(months, "years").last_day(first)
