"""What is a person's in a seat ends with the seat: absences, authorisations. Who is away acts for nobody."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from tests.committee.conftest import Board

from steerco.committee.members.directory import Day, Directory
from steerco.committee.members.directory_data import AbsencePeriod, Grant, Holding
from steerco.kernel.authority import Authority
from steerco.records import Invalid

FIRST = date(2021, 3, 1)
PERSONS = ("an", "binh", "hoa", "khanh")
SEATS = ("chair", "deputy")
BY_GRANT = ("1.1",)

days = st.integers(0, 20).map(lambda n: FIRST + timedelta(days=n))
spans = st.tuples(days, days).map(sorted)


@st.composite
def registers(draw: st.DrawFn) -> dict[str, Any]:
    """Who holds chair and deputy from when to when, who is away, who gave whom powers: in any combination."""
    people, named = st.sampled_from(PERSONS), st.sampled_from(SEATS)
    held = draw(st.lists(st.tuples(people, named, spans), max_size=6))
    away = draw(st.lists(st.tuples(people, st.sampled_from((*SEATS, *PERSONS)), spans), max_size=5))
    grants = draw(st.lists(st.tuples(people, named, people, st.sampled_from((*SEATS, *PERSONS)), spans, days), max_size=4))
    return {
        "holdings": tuple(Holding(person, seat, "", "", *span) for person, seat, span in held),
        "absences": tuple(AbsencePeriod(who, who if who in PERSONS else person, *span) for person, who, span in away),
        "grants": tuple(
            Grant(by, to, frozenset({"task.assign"}), BY_GRANT, *span, giver, frozenset({receiver}), given)
            for giver, by, receiver, to, span, given in grants
        ),
    }


def _held(register: Directory, person: str, seat: str, first: date, last: date) -> bool:
    """By the definition, day by day: the person held the seat on every day from the first to the last."""

    def holds(on: date) -> bool:
        return any(each.person == person and each.seat == seat and each.runs(on) for each in register.holdings)

    return all(holds(first + timedelta(days=n)) for n in range((last - first).days + 1))


def _away_on(register: Directory, person: str, seat: str, day: date) -> bool:
    """Whether an absence of the person runs, who has held the seat on all its days until now."""
    return any(
        each.person == person
        and each.who in (person, seat)
        and each.first <= day <= each.last
        and _held(register, person, seat, each.first, day)
        for each in register.absences
    )


def _given_on(register: Directory, person: str, seat: str, day: date) -> bool:
    """Whether powers of the seat were given to the person by somebody who has held it since."""
    return any(
        each.by == seat
        and person in each.receivers
        and each.first <= day <= each.last
        and _held(register, each.giver, seat, each.given, day)
        for each in register.grants
    )


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.filter_too_much]
)
@given(registers(), days)
def test_nobody_acts_for_another_while_away_and_nobody_is_acted_for_who_is_there(
    board: Board, register: dict[str, Any], on: date
) -> None:
    today = day(board)
    people = replace(today.all, **register, days={})
    there = people.on(on, today.charter)
    acting = [(person, capacity) for person in PERSONS for capacity in there.capacities(person)[1:]]
    assume(acting)  # somebody acts for another
    assert all(_given_on(people, who, each.acting_for, on) for who, each in acting if each.cites == BY_GRANT)
    for person in (who for who, each in acting if each.cites != BY_GRANT):
        assert not _away_on(people, person, "deputy", on)
        assert there.holders("chair")
        assert all(_away_on(people, chair, "chair", on) for chair in there.holders("chair"))


def day(board: Board) -> Day:
    with board.tenant.store.read(board.tenant.id) as session:
        return Authority(board.tenant, session, "an", board.now).day


def test_powers_end_with_the_seat_of_who_gave_them_and_of_who_received_them(board: Board) -> None:
    for giver, receiver in (("an", "hoa"), ("hoa", "an")):
        people = replace(
            day(board).all,
            holdings=(
                Holding(giver, "chair", "", "", FIRST, date(2021, 3, 10)),
                Holding("khanh", "chair", "", "", date(2021, 3, 11), date(2021, 3, 12)),
                Holding(giver, "chair", "", "", date(2021, 3, 13), None),
                Holding(receiver, "deputy", "", "", FIRST, date(2021, 3, 5)),
                Holding(receiver, "deputy", "", "", date(2021, 3, 6), None),
            ),
            grants=(
                Grant(
                    "chair",
                    "deputy",
                    frozenset({"task.*"}),
                    ("1.1",),
                    FIRST,
                    date(2021, 4, 1),
                    giver,
                    frozenset({receiver}),
                    FIRST,
                ),
            ),
            days={},
        )
        runs = [len(people.on(date(2021, 3, n), day(board).charter).capacities(receiver)) == 2 for n in range(1, 15)]
        assert runs == [True] * 10 + [False] * 4  # one appointment after another is no break; a seat that was left is left


def test_an_absence_needs_one_person_who_holds_the_seat_on_its_first_day(board: Board) -> None:
    board.do("an", "appointment.appoint", person="hoa", seat="chair", from_="2021-03-10", to="2021-03-31")
    board.do("an", "officer-absence.record", who="chair", from_="2021-03-12", to="2021-03-14")
    assert board.show("officer-absence", board.done[-1].id)["person"] == "hoa"
    stopped = board.fails("an", "officer-absence.record", who="chair", from_="2021-04-02", to="2021-04-03")
    assert isinstance(stopped, Invalid)
    assert {path: why.code for path, why in stopped.fields.items()} == {"who": "nobody-holds"}
