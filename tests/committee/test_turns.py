"""Who presides by turn, and who fills a place that fell vacant."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.committee.conftest import Board
from tests.kernel.conftest import revised

from steerco.charter.tables.terms import TermLength
from steerco.charter.tables.turns import Rotation
from steerco.committee.members.directory import Day
from steerco.configuration.installation import Installation
from steerco.kernel.duty_ledger import DutyEntry, entries
from steerco.records import Invalid, OutOfOrder

UNITS = st.sampled_from(["days", "weeks", "months", "years"])
LENGTHS = st.builds(TermLength, st.integers(1, 9), UNITS)
DAYS = st.dates(date(2000, 1, 1), date(2020, 1, 1))


@pytest.fixture
def changed(installation: Installation) -> Any:
    return lambda charter: Board(revised(installation, charter=charter))


def people(board: Board, on: date) -> Day:
    with board.tenant.store.read(board.tenant.id) as session:
        return board.tenant.directory(session).on(on, board.tenant.snapshot.regime_on(on).charter)


def ledger(board: Board, duty: str) -> list[DutyEntry]:
    with board.tenant.store.read(board.tenant.id) as session:
        return [entry for entry in entries(board.tenant, session, board.today) if entry.duty == duty]


@given(DAYS, LENGTHS, st.integers(2, 5), st.integers(0, 4000))
def test_a_turn_is_as_counted_one_by_one(first: date, period: TermLength, parties: int, later: int) -> None:
    """A slow reference walks from turn to turn."""
    order = tuple(f"p{number}" for number in range(parties))
    rotation = Rotation("presidency", order, period, ("1",), first)
    day, number = first + timedelta(days=later), 0
    while period.after(first, number + 1) <= day:
        number += 1
    assert rotation.turn(day) == order[number % parties]
    whose, begins = rotation.following(day)
    assert whose == rotation.turn(begins)
    assert rotation.turn(begins - timedelta(days=1)) == rotation.turn(day)
    assert rotation.turn(first - timedelta(days=1)) == ""


TURNS = """
[[role]]
id = 'presidency'
body = 'circle'
label = { en = 'Presidency' }
cite = ['1.1']
[[role]]
id = 'delegate'
body = 'circle'
represents = true
label = { en = 'Delegate' }
cite = ['1.1']
[[body]]
id = 'circle'
head = 'presidency'
label = { en = 'Circle' }
cite = ['1.1']
[[rotation]]
role = 'presidency'
order = ['school', 'library']
period = { value = 4, unit = 'months' }
from = 2021-01-01
cite = ['2.1']
"""


def test_the_head_of_a_body_passes_from_agency_to_agency_by_the_calendar(changed: Any) -> None:
    board = changed(TURNS)
    for name, agency in (("one", "school"), ("two", "library")):
        board.do("an", "person.add", id=name, name=name.title())
        board.do("an", "appointment.appoint", person=name, seat="delegate", agency=agency, from_="2021-01-01")
    for on, who in ((date(2021, 4, 30), "one"), (date(2021, 5, 1), "two"), (date(2021, 9, 1), "one")):
        day = people(board, on)
        assert day.holders("presidency") == day.holders("circle") == (who,)
        assert {"presidency", "circle"} <= day.keys(who)
    error = board.fails("an", "appointment.appoint", person="one", seat="presidency")
    assert isinstance(error, Invalid)
    assert error.fields["seat"].code == "held-by-turn"


GROUPS = (
    TURNS.replace("from = 2021-01-01", "from = 2021-01-01\ngroups_of = 2\ngroup_role = 'partner'")
    + """
[[role]]
id = 'partner'
body = 'circle'
label = { en = 'Partner' }
cite = ['1.1']
"""
)


def test_those_whose_turns_make_a_group_hold_its_role_together(changed: Any) -> None:
    board = changed(GROUPS.replace("'school', 'library'", "'school', 'library', 'school'"))
    for name, agency in (("one", "school"), ("two", "library")):
        board.do("an", "person.add", id=name, name=name.title())
        board.do("an", "appointment.appoint", person=name, seat="delegate", agency=agency, from_="2021-01-01")
    for on, whom in ((date(2021, 8, 31), {"one", "two"}), (date(2021, 9, 1), {"one"}), (date(2022, 4, 30), {"one"})):
        assert set(people(board, on).holders("partner")) == whom, on
    error = board.fails("an", "appointment.appoint", person="one", seat="partner")
    assert isinstance(error, Invalid)
    assert error.fields["seat"].code == "held-by-turn"


VACANT = """
[[term]]
role = 'librarian'
length = { value = 2, unit = 'years' }
cite = ['2.1']
[[vacancy]]
role = 'librarian'
order = ['runner-up', 'appointed-by:leadership']
runner_up_max = 1
when = [{ before_next = { less_than = { value = 2, unit = 'months' } }, order = ['leave-open'] }]
term_of_successor = 'rest'
cite = ['2.4']
"""


def seated(board: Board, who: str, **given: Any) -> str:
    board.do("an", "person.add", id=who, name=who.title())
    return board.do("an", "appointment.appoint", person=who, seat="librarian", **given)


def test_a_vacancy_is_owed_until_somebody_serves_the_rest_of_the_term(changed: Any) -> None:
    board = changed(VACANT)
    first = seated(board, "one", from_="2021-03-01")
    board.do("an", "appointment.end", first, to="2021-03-01")
    board.now += timedelta(days=4)
    (entry,) = ledger(board, "vacancy-librarian")
    assert (entry.state, entry.since, entry.cites, entry.holders) == ("due", date(2021, 3, 2), ("2.4",), ("an",))
    assert "the runner-up; whom leadership appoint" in entry.label.en
    shown = board.show("appointment", seated(board, "two", filled_by="runner-up"))
    assert (shown["to"], shown["filled_by"]) == (date(2023, 2, 28), "runner-up")
    assert [(e.state, e.done_on) for e in ledger(board, "vacancy-librarian")] == [("done", board.today)]


def test_the_ways_of_filling_a_place_are_those_of_the_charter(changed: Any) -> None:
    board = changed(VACANT)
    first = seated(board, "one", from_="2021-03-01")
    board.do("an", "appointment.end", first, to="2021-03-01")
    board.now += timedelta(days=1)
    second = seated(board, "two", filled_by="runner-up")
    board.do("an", "appointment.end", second, to="2021-03-02")
    board.do("an", "person.add", id="three", name="Three")
    given = {"person": "three", "seat": "librarian", "from_": "2021-03-05"}
    for way, code in (("runner-up", "runners-up-used"), ("special-election", "vacancy-order")):
        error = board.fails("an", "appointment.appoint", **given, filled_by=way)
        assert isinstance(error, OutOfOrder)
        assert (error.code, tuple(error.cites)) == (code, ("2.4",))
    board.do("an", "appointment.appoint", **given, filled_by="appointed-by:leadership")


def test_shortly_before_the_end_of_the_term_a_place_stays_open(changed: Any) -> None:
    board = changed(VACANT)
    id = seated(board, "one", from_="2021-03-01")
    board.now = board.now.replace(year=2023, month=2, day=10)
    board.do("an", "appointment.end", id, to="2023-02-10")
    board.now += timedelta(days=3)
    assert not ledger(board, "vacancy-librarian")
    board.do("an", "person.add", id="two", name="Two")
    error = board.fails("an", "appointment.appoint", person="two", seat="librarian")
    assert (error.code, error.params["until"]) == ("left-open", "2023-02-28")
    board.do("an", "appointment.appoint", person="two", seat="librarian", from_="2023-03-01")
