"""How many may share something, who may become a member at all, and what a new member confirms."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from tests.committee.conftest import Board
from tests.kernel.conftest import revised

from steerco.configuration.installation import Installation
from steerco.kernel.duty_ledger import entries
from steerco.records import OutOfOrder


@pytest.fixture
def changed(installation: Installation) -> Any:
    policy = "p, board, *, appointment, acknowledge, -, allow, 2.1\np, board, *, appointment, read, -, allow, 2.7"
    return lambda charter: Board(revised(installation, charter=charter, policy=policy))


def seated(board: Board, who: str, **attrs: str) -> str:
    board.do("an", "person.add", id=who, name=who.title(), attrs=attrs)
    return board.do("an", "appointment.appoint", person=who, seat="trustee")


def stopped(board: Board, who: str, code: str, **given: Any) -> OutOfOrder:
    error = board.fails("an", "appointment.appoint", person=who, seat="trustee", **given)
    assert isinstance(error, OutOfOrder)
    assert (error.code, tuple(error.cites)) == (code, ("2.1",))
    return error


def cap(keys: str) -> str:
    return f"[[cap]]\nid = 'one-employer'\nbody = 'board'\nby = 'attr:employer'\n{keys}\ncite = ['2.1']\n"


def test_related_employers_count_as_one_and_steps_go_by_the_number_seated(changed: Any) -> None:
    groups = "related = [{ by = 'attr:employer', groups = [['Press', 'Print']] }]"
    board = changed(cap(f"steps = [{{ up_to = 6, at_most = 1 }}, {{ from = 7, at_most = 2 }}]\n{groups}"))
    seated(board, "first", employer="Press")
    seated(board, "second", employer="Print")
    board.do("an", "person.add", id="third", name="Third", attrs={"employer": "Press"})
    assert stopped(board, "third", "cap-exceeded").params["count"] == 3


def test_a_cap_without_an_id_is_called_by_its_body_and_what_it_counts_by(changed: Any) -> None:
    board = changed(cap("max = { at_most = 1 }\non_breach = 'duty'").replace("id = 'one-employer'\n", ""))
    seated(board, "first", employer="Press")
    seated(board, "second", employer="Press")
    assert [state for state, _ in ledger(board, "cap-board-employer")] == ["due"]


def test_who_came_last_has_no_vote_while_too_many_share_an_employer(changed: Any) -> None:
    board = changed(cap("max = { at_most = 1 }\non_breach = 'suspend-voting'"))
    seated(board, "first", employer="Press")
    board.now += timedelta(days=1)
    last = seated(board, "second", employer="Press")
    assert "cap-exceeded" in {remark.code for remark in board.done[-1].decision.remarks}
    board.now += timedelta(days=1)
    id = board.do("an", "matter.raise", title="Mua sách", class_="acquisition")
    board.do("giang", "matter.prepare-opinion", id, text="Nên mua")
    board.do("giang", "matter.put", id, put_to="chair")
    board.do("first", "matter.vote", id, position="for")
    error = board.fails("second", "matter.vote", id, position="for")
    assert isinstance(error, OutOfOrder)
    assert (error.code, tuple(error.cites)) == ("capped", ("2.1",))
    assert last


WAIVER = """
[[decision]]
id = 'waive-cap'
label = { en = 'A cap is lifted', vi = 'Cho vượt giới hạn' }
body = 'board'
rule = 'vote'
classes = ['waiver']
base = 'cast'
cite = ['2.5']
"""


def test_a_decision_on_somebody_lifts_the_cap_for_that_person_alone(changed: Any) -> None:
    board = changed(cap("max = { at_most = 1 }\nwaiver = 'waive-cap'") + WAIVER)
    seated(board, "first", employer="Press")
    for who in ("second", "third"):
        board.do("an", "person.add", id=who, name=who.title(), attrs={"employer": "Press"})
    stopped(board, "second", "cap-exceeded")
    for class_, outcome in (("acquisition", "passed"), ("waiver", "failed"), ("waiver", "passed")):
        stopped(board, "second", "cap-exceeded")
        id = board.do("an", "matter.raise", title="Miễn", class_=class_, concerns="second")
        board.do("giang", "matter.prepare-opinion", id, text="Nên miễn")
        board.do("giang", "matter.put", id, put_to="chair")
        for voter in ("an", "binh", "cuc", "dung", "em"):
            board.do(voter, "matter.vote", id, position="for" if outcome == "passed" else "against")
        board.do("an", "matter.decide", id, outcome=outcome)
    stopped(board, "third", "cap-exceeded")
    board.do("an", "appointment.appoint", person="second", seat="trustee")


def test_too_many_are_owed_to_be_fewer_by_a_day(changed: Any) -> None:
    repair = "repair = { order = ['they-decide'], within = { value = 2, unit = 'months' } }"
    board = changed(cap(f"max = {{ at_most = 1 }}\non_breach = 'duty'\n{repair}"))
    seated(board, "first", employer="Press")
    second = seated(board, "second", employer="Press")
    assert owed(board) == [("cap-one-employer", who, "due", date(2021, 5, 1)) for who in ("first", "second")]
    board.now += timedelta(days=5)
    board.do("an", "appointment.end", second, to="2021-03-06")
    board.now += timedelta(days=2)
    assert {each[2] for each in owed(board)} == {"done"}


def test_what_those_concerned_do_not_mend_in_time_the_next_ways_of_the_order_do(changed: Any) -> None:
    repair = "repair = { order = ['they-decide', 'last-in', 'lots'], within = { value = 10, unit = 'days' } }"
    board = changed(cap(f"max = {{ at_most = 1 }}\non_breach = 'duty'\n{repair}"))
    seated(board, "first", employer="Press")
    board.now += timedelta(days=1)
    seated(board, "second", employer="Press")
    board.now += timedelta(days=11)
    late, second = owed(board)[:2], owed(board)[2:]
    assert {each[2] for each in late} == {"overdue"}
    assert [(duty, state, day) for duty, _, state, day in second] == [("cap-one-employer-2", "due", date(2021, 3, 23))]
    assert words_of(board, "cap-one-employer-2").endswith("Second")
    board.now += timedelta(days=11)
    assert owed(board)[-1][0] == "cap-one-employer-3"
    assert words_of(board, "cap-one-employer-3").endswith("First, Second")


def owed(board: Board) -> list[tuple[str, str, str, date | None]]:
    with board.tenant.store.read(board.tenant.id) as session:
        found = entries(board.tenant, session, board.today)
    return sorted((e.duty, e.holder, e.state, e.due_on) for e in found if e.duty.startswith("cap-"))


def words_of(board: Board, duty: str) -> str:
    with board.tenant.store.read(board.tenant.id) as session:
        return next(e.label.en for e in entries(board.tenant, session, board.today) if e.duty == duty)


def ledger(board: Board, duty: str) -> list[tuple[str, date | None]]:
    with board.tenant.store.read(board.tenant.id) as session:
        return [(e.state, e.due_on) for e in entries(board.tenant, session, board.today) if e.duty == duty]


NEEDS = """
[[eligibility]]
role = 'trustee'
needs = [{ any = [{ attr = 'public-servant', value = 'yes' }, { attr = 'years', at_least = 13 }] }]
endorsements = { at_least = 2, by = 'board', distinct = 'attr:region' }
acknowledges = { what = 'training', within = { value = 60, unit = 'days' } }
cite = ['2.1']
"""


def test_one_of_several_conditions_suffices_and_different_regions_endorse(changed: Any) -> None:
    board = changed("[[eligibility]]\nrole = 'librarian'\ncite = ['2.1']\n" + NEEDS.replace("by = 'board'", "by = 'librarian'"))
    for name, region in (("north", "n"), ("north-too", "n"), ("south", "s")):
        board.do("an", "person.add", id=name, name=name.title(), attrs={"region": region})
        board.do("an", "appointment.appoint", person=name, seat="librarian")
    board.do("an", "person.add", id="green", name="Green", attrs={"years": "12"})
    assert stopped(board, "green", "not-eligible").params["needs"] == "public-servant = yes / years ≥ 13"
    board.do("an", "person.add", id="ripe", name="Ripe", attrs={"years": "13"})
    assert stopped(board, "ripe", "endorsements-missing", endorsed_by=["north", "north-too"]).params["have"] == 1
    id = board.do("an", "appointment.appoint", person="ripe", seat="trustee", endorsed_by=["north", "south"])
    assert ledger(board, "acknowledgement-trustee")[-1] == ("due", date(2021, 4, 30))
    assert board.fails("binh", "appointment.acknowledge", id).code == "acknowledged-by-holder"
    board.do("ripe", "appointment.acknowledge", id)
    assert ledger(board, "acknowledgement-trustee")[-1] == ("done", date(2021, 4, 30))
