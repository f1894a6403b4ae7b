"""Interests are disclosed by their holder alone, owed promptly and every year, and keep from what they are about."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from tests.committee.conftest import Board
from tests.committee.test_recusals import CHARTER, POLICY, order, raised, voted
from tests.kernel.conftest import revised

from steerco.charter.model import Charter
from steerco.committee.members.directory import Directory
from steerco.committee.members.directory_data import Holding
from steerco.committee.members.disclosure_duties import disclosures
from steerco.committee.members.membership_duty import History
from steerco.configuration.installation import Installation

LINES = POLICY + "".join(f"\np, board, *, appointment, {act}, -, allow, 2.6" for act in ("disclose", "read"))
ASKED = "on = ['interest']\neffect = ['vote', 'base']\ndisclosure = { promptly = true, yearly = '01-31' }"


@pytest.fixture
def place(installation: Installation) -> Any:
    def of(person: str, recusal: str = ASKED) -> tuple[Board, str]:
        charter = CHARTER.replace("RECUSAL", recusal).replace("BASE", "seated")
        board = Board(revised(installation, charter=charter, policy=LINES))
        with board.tenant.store.read(board.tenant.id) as session:
            held = board.tenant.directory(session).holdings
        return board, next(each.id for each in held if each.person == person and each.seat)

    return of


def test_only_the_holder_discloses_and_only_where_it_is_asked(place: Any) -> None:
    board, id = place("em")
    assert order(board.fails("an", "appointment.disclose", id)) == ("disclosed-by-holder", ("2.6",))
    board.do("em", "appointment.disclose", id, interests=["purchase", "purchase"])
    assert board.show("appointment", id)["interests"] == ["purchase"]
    board, id = place("em", "on = ['interest']")
    assert order(board.fails("em", "appointment.disclose", id)) == ("nothing-to-disclose", ("steerco:nothing-to-disclose",))


@pytest.mark.parametrize(("interest", "given"), [("purchase", {}), ("hoa", {"concerns": "hoa"})])
def test_who_has_an_interest_in_its_class_or_party_takes_no_part_in_a_matter(
    place: Any, interest: str, given: dict[str, str]
) -> None:
    board, id = place("em")
    assert voted(board, raised(board, **given), "em")["base"] == 5
    board.do("em", "appointment.disclose", id, interests=[interest])
    matter = raised(board, **given)
    assert order(board.fails("em", "matter.vote", matter, position="for"))[0] == "recused"
    assert voted(board, matter, "an")["base"] == 4
    board.do("em", "appointment.disclose", id)
    assert voted(board, raised(board, **given), "em")["base"] == 5


def owed(place: Any, on: date, *made: date, last: date | None = None) -> list[tuple[str, date | None, date | None]]:
    """What em, a member since May 2020, owes on a day."""
    board, _ = place("em")
    charter: Charter = board.tenant.snapshot.regime_on(board.today).charter
    with board.tenant.store.read(board.tenant.id) as session:
        there: Directory = board.tenant.directory(session)
    seat = next(each.seat for each in there.holdings if each.person == "em" and each.seat)
    held = Holding("em", seat, "", "", date(2020, 5, 1), last, id="a", disclosed=tuple(map(str, made)))
    people = Directory(**{**vars_of(there), "holdings": (held,)})
    return [(duty.kind, duty.due_on, duty.done_on) for duty in disclosures(History(people, charter, on, date(2020, 1, 1)))]


def vars_of(directory: Directory) -> dict[str, Any]:
    return {
        name: getattr(directory, name) for name in directory.__dataclass_fields__ if directory.__dataclass_fields__[name].init
    }


def test_a_new_member_owes_the_first_and_from_the_next_year_on_one_each_year(place: Any) -> None:
    first = ("disclosure-first", None, None)
    assert owed(place, date(2020, 12, 31)) == [first]
    assert owed(place, date(2021, 1, 2)) == [first, ("disclosure-yearly", date(2021, 1, 31), None)]


def test_a_disclosure_counts_for_the_year_in_which_it_is_made(place: Any) -> None:
    spring, january = date(2020, 5, 4), date(2021, 1, 20)
    assert owed(place, date(2021, 2, 1), spring, january) == [
        ("disclosure-first", None, spring),
        ("disclosure-yearly", date(2021, 1, 31), january),
    ]
    assert owed(place, date(2021, 2, 1), spring)[1] == ("disclosure-yearly", date(2021, 1, 31), None)


def test_who_left_before_its_day_owes_it_no_more(place: Any) -> None:
    assert owed(place, date(2021, 2, 1), last=date(2021, 1, 15)) == [("disclosure-first", None, None)]
