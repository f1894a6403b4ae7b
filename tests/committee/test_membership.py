"""Terms end by themselves; limits, caps and conditions of membership are judged when somebody is appointed."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.committee.conftest import Board
from tests.kernel.conftest import revised

from steerco.charter.tables.membership import CapMost
from steerco.charter.tables.terms import TermLength
from steerco.configuration.installation import Installation
from steerco.kernel.duty_ledger import entries
from steerco.records import OutOfOrder


@pytest.fixture
def board_with(installation: Installation) -> Any:
    return partial(_board, installation=installation)


def _board(charter: str, installation: Installation) -> Board:
    return Board(revised(installation, charter=charter))


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


def owed(board: Board, duty: str) -> list[tuple[str, date | None]]:
    with board.tenant.store.read(board.tenant.id) as session:
        return [(e.state, e.since) for e in entries(board.tenant, session, board.today) if e.duty == duty]


def sized(keys: str) -> str:
    body = f"[[body]]\nid = 'circle'\nlabel = {{ vi = 'Tổ', en = 'Circle' }}\n{keys}\ncite = ['1.1']\n"
    return body + "[[role]]\nid = 'reader'\nbody = 'circle'\nlabel = { vi = 'Người đọc', en = 'Reader' }\ncite = ['1.1']\n"


def test_too_few_members_are_owed_to_whoever_keeps_them_until_enough_came(board_with: Any) -> None:
    board = board_with(sized("min = 2"))
    for name in ("one", "two"):
        person(board, name)
    board.do("an", "appointment.appoint", person="one", seat="reader")
    board.now += timedelta(days=3)
    assert [state for state, _ in owed(board, "below-min-circle")] == ["due"]
    board.do("an", "appointment.appoint", person="two", seat="reader")
    assert [state for state, _ in owed(board, "below-min-circle")] == ["done"]
    with board.tenant.store.read(board.tenant.id) as session:
        entry = next(e for e in entries(board.tenant, session, board.today) if e.duty == "below-min-circle")
    assert (entry.holders, entry.cites) == (("an",), ("1.1",))
    assert "Circle" in entry.label.en
    assert "Tổ" in entry.label.vi


def test_only_those_counted_fill_a_body(board_with: Any) -> None:
    board = board_with(
        "[[role]]\nid = 'observer'\nbody = 'circle'\nlabel = { en = 'O' }\ncite = ['1.1']\n"
        + sized("max = 1\ncounted = ['reader']")
    )
    for name in ("one", "two", "three"):
        person(board, name)
    board.do("an", "appointment.appoint", person="one", seat="reader")
    board.do("an", "appointment.appoint", person="two", seat="observer")
    assert stopped(board, person="three", seat="reader")[:2] == ("body-full", ("1.1",))


def test_co_chairs_head_a_body_together(board_with: Any) -> None:
    pair = "[[role]]\nid = 'host'\nbody = 'circle'\nseveral = true\nlabel = { en = 'Host' }\ncite = ['1.1']\n"
    board = board_with(pair + sized("head = 'host'"))
    for name in ("one", "two"):
        person(board, name)
        board.do("an", "appointment.appoint", person=name, seat="host")
    with board.tenant.store.read(board.tenant.id) as session:
        day = board.tenant.directory(session).on(board.today, board.tenant.snapshot.regime_on(board.today).charter)
    assert set(day.holders("circle")) == {"one", "two"}
    assert day.roles("one") == day.roles("two") == {"host"}
    assert {"circle"} <= day.keys("one") & day.keys("two")


def test_a_group_of_seats_is_named_where_a_role_is(board_with: Any) -> None:
    places = "".join(f"[[seat]]\nid = 'reader-{n}'\nrole = 'reader'\nlabel = {{ en = 'R{n}' }}\ncite = ['1.1']\n" for n in (1, 2))
    group = "[[group]]\nid = 'first-readers'\nlabel = { en = 'First' }\nroles = ['reader-1']\ncite = ['1.1']\n"
    term = "[[term]]\nrole = 'first-readers'\nlength = { value = 1, unit = 'years' }\ncite = ['2.1']\n"
    board = board_with(places + group + term + sized("min = 1"))
    for name, seat in (("one", "reader-1"), ("two", "reader-2")):
        person(board, name)
        board.do("an", "appointment.appoint", person=name, seat=seat, from_="2021-03-01")
    ends = {
        row.person: row.to
        for row in (board.get("appointment", each.id) for each in board.done if each.made and each.made[0][0] == "appointment")
    }
    assert ends == {"one": date(2022, 2, 28), "two": None}


def term(keys: str, length: str = "{ value = 1, unit = 'years' }") -> str:
    return f"[[term]]\nrole = 'trustee'\nlength = {length}\n{keys}\ncite = ['2.1']\n"


def appointed(board: Board, who: str, **given: Any) -> dict[str, Any]:
    return board.show("appointment", board.do("an", "appointment.appoint", person=who, seat="trustee", **given))


@pytest.mark.parametrize(
    ("keys", "starts", "last"),
    [
        ("starts = 'fixed:07-01'", "2021-07-01", date(2022, 6, 30)),
        ("starts = 'fixed:07-01'", "2021-09-15", date(2022, 6, 30)),
        ("starts = 'fixed:07-01'", "2021-06-30", date(2021, 6, 30)),
        ("starts = 'election'", "2021-09-15", date(2022, 9, 14)),
    ],
)
def test_a_term_counts_from_where_the_charter_says(board_with: Any, keys: str, starts: str, last: date) -> None:
    board = board_with(term(keys))
    person(board, "new")
    assert appointed(board, "new", from_=starts)["to"] == last


@pytest.mark.parametrize(("whichever", "last"), [("shorter", date(2022, 2, 28)), ("longer", date(2024, 2, 29))])
def test_of_two_lengths_the_charter_chooses(board_with: Any, whichever: str, last: date) -> None:
    board = board_with(term(f"whichever = '{whichever}'") + term("", "{ value = 3, unit = 'years' }"))
    person(board, "new")
    assert appointed(board, "new", from_="2021-03-01")["to"] == last


def test_who_is_held_over_goes_on_and_a_successor_is_owed(board_with: Any) -> None:
    board = board_with(term("ends = 'holds-over'"))
    person(board, "new")
    shown = appointed(board, "new", from_="2021-03-01")
    assert (shown["to"], shown["term_to"]) == (None, date(2022, 2, 28))
    assert not owed(board, "term-over-trustee")
    board.now = board.now.replace(year=2022, month=3, day=2)
    assert owed(board, "term-over-trustee") == [("due", date(2022, 3, 1))]
    assert appointed(board, "new")["term_to"] == date(2023, 3, 1), "the same person may begin a term of their own"
    board.now += timedelta(days=1)
    assert owed(board, "term-over-trustee") == [("done", date(2022, 3, 1))]


def test_short_terms_are_not_counted(board_with: Any) -> None:
    exempt = "limit = { lifetime = 1 }\nlimit_exempt = { shorter_than = { value = 6, unit = 'months' } }"
    board = board_with(term(exempt))
    person(board, "new")
    appointed(board, "new", from_="2021-01-01", to="2021-06-29")
    appointed(board, "new", from_="2022-01-01", to="2022-06-30")
    assert stopped(board, person="new", seat="trustee", from_="2023-01-01")[:2] == ("term-limit", ("2.1",))


def test_staggered_terms_end_with_their_group(board_with: Any) -> None:
    groups = "stagger = [{ group = 'a', seats = 1, first = 2021-06-30 }, { group = 'b', seats = 5, first = 2022-06-30 }]"
    board = board_with(term(groups, "{ value = 3, unit = 'years' }"))
    ends = []
    for name, first in (("one", "2021-03-01"), ("two", "2021-03-01"), ("three", "2021-07-01")):
        person(board, name)
        ends.append(appointed(board, name, from_=first)["to"])
    assert ends == [date(2021, 6, 30), date(2022, 6, 30), date(2024, 6, 30)]


def test_each_holder_is_confirmed_every_so_often_or_the_ledger_tells(board_with: Any) -> None:
    board = Board(
        revised(
            board_with.keywords["installation"],
            charter=term("confirm = { every = { value = 1, unit = 'years' }, by = 'leadership' }", "'none'"),
            policy="p, board, *, appointment, confirm, -, allow, 2.1\np, board, *, appointment, read, -, allow, 2.7",
        )
    )
    person(board, "new")
    id = board.do("an", "appointment.appoint", person="new", seat="trustee", from_="2021-03-01")
    error = board.fails("new", "appointment.confirm", id)
    assert (error.code, error.cites) == ("confirmed-by", ("2.1",))
    board.now = board.now.replace(year=2022, month=2)
    board.do("an", "appointment.confirm", id)
    board.now = board.now.replace(year=2023, month=3, day=5)
    with board.tenant.store.read(board.tenant.id) as session:
        mine = [e for e in entries(board.tenant, session, board.today) if e.duty == "confirmation-trustee" and e.record == id]
    assert [(e.state, e.due_on) for e in mine] == [
        ("done", date(2022, 3, 1)),
        ("overdue", date(2023, 3, 1)),
        ("due", date(2024, 3, 1)),
    ]
