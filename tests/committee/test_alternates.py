"""An alternate acts for one seat while its holder is away; both never count together."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from tests.committee.conftest import BY_VOTE, Board
from tests.kernel.conftest import revised

from steerco.configuration.installation import Installation
from steerco.records import NotFound, OutOfOrder

CHARTER = (
    BY_VOTE
    + """
[[seat]]
id = "school-alternate"
stands_for = "trustee-school"
cite = ["2.6"]
MORE
"""
)
READS = "p, SEAT, *, matter, read, -, allow, CLAUSE"
VOTES = "p, SEAT, board, matter, vote, -, allow, CLAUSE"


def may(seat: str, clause: str) -> str:
    """The policy lines by which who holds a seat reads matters and votes on them."""
    return "\n".join(line.replace("SEAT", seat).replace("CLAUSE", clause) for line in (READS, VOTES))


POLICY = may("school-alternate", "2.6")


@pytest.fixture
def board(installation: Installation) -> Any:
    def made(more: str = "", policy: str = POLICY, meets: bool = True, alternate: str = "hoa") -> tuple[Board, str, str]:
        board = Board(revised(installation, charter=CHARTER.replace("MORE", more), policy=policy))
        board.do("an", "appointment.appoint", person=alternate, seat="school-alternate", from_="2021-01-01")
        meeting = ""
        if meets:
            at = board.now + timedelta(days=1)
            meeting = board.do("an", "meeting.convene", kind="regular", starts_at=at.isoformat())
            board.now = at
            board.do("an", "meeting.open", meeting)
        given = {"meeting": meeting} if meets else {}
        id = board.do("em", "matter.raise", title="Mua", **{"class": "purchase"}, **given)
        board.do("giang", "matter.prepare-opinion", id, text="Nên mua")
        return board, id, meeting

    return made


def there(board: Board, meeting: str, *people: str) -> None:
    entries = [{"person": person, "presence": "present"} for person in people]
    board.do("an", "meeting.record-attendance", meeting, entries=entries)


def stopped(board: Board, who: str, id: str, **given: Any) -> tuple[str, tuple[str, ...]]:
    error = board.fails(who, "matter.vote", id, **{"position": "for", **given})
    assert isinstance(error, OutOfOrder)
    return error.code, tuple(error.cites)


def test_the_alternate_votes_for_the_seat_whose_holder_is_away(board: Any) -> None:
    board, id, meeting = board()
    there(board, meeting, "an", "hoa")
    board.do("hoa", "matter.vote", id, position="for")
    vote = board.show("matter", id)["votes"][0]
    assert (vote["who"], vote["by"], vote["how"]) == ("cuc", "hoa", "alternate")
    result = board.show("matter", id)["result"]
    assert (result["for"], result["base"]) == (1, 2)


def test_while_the_holder_is_there_the_alternate_has_no_vote(board: Any) -> None:
    board, id, meeting = board()
    there(board, meeting, "an", "hoa", "cuc")
    assert stopped(board, "hoa", id) == ("alternate-not-needed", ("2.6",))
    board.do("cuc", "matter.vote", id, position="for")


def test_who_is_not_booked_as_there_does_not_vote_as_alternate(board: Any) -> None:
    board, id, meeting = board()
    there(board, meeting, "an")
    assert stopped(board, "hoa", id) == ("alternate-not-there", ("2.6",))


def test_both_never_count_together(board: Any) -> None:
    board, id, meeting = board()
    there(board, meeting, "an", "hoa")
    board.do("hoa", "matter.vote", id, position="against")
    there(board, meeting, "cuc")
    board.do("cuc", "matter.vote", id, position="for")
    result = board.show("matter", id)["result"]
    assert (result["for"], result["against"], result["base"]) == (1, 0, 2), "the holder came and votes"


def test_an_alternate_who_only_attends_has_no_vote(board: Any) -> None:
    board, id, meeting = board("rights = ['attend']")
    there(board, meeting, "an", "hoa")
    assert stopped(board, "hoa", id) == ("alternate-without-vote", ("2.6",))
    assert board.show("matter", id).get("result") is None


def test_an_alternate_who_does_not_count_for_the_quorum_votes_all_the_same(board: Any) -> None:
    board, id, meeting = board("rights = ['vote']")
    there(board, meeting, "an", "hoa")
    board.do("hoa", "matter.vote", id, position="for")
    result = board.show("matter", id)["result"]
    assert (result["for"], result["base"]) == (1, 1)


def test_in_writing_the_alternate_acts_while_the_holder_is_recorded_absent(board: Any) -> None:
    board, id, _ = board(policy="", meets=False)
    assert isinstance(board.fails("hoa", "matter.vote", id, position="for"), NotFound)
    board.do("an", "officer-absence.record", who="cuc", from_="2021-03-01", to="2021-03-09")
    board.do("hoa", "matter.vote", id, position="for")
    assert board.show("matter", id)["votes"][0]["who"] == "cuc"
    assert {each.clause for each in board.done[-1].decision.because} == {"2.5", "2.6"}


def test_the_alternate_of_who_presides_votes_and_who_presides_does_not(board: Any) -> None:
    more = "[[seat]]\nid = 'chair-alternate'\nstands_for = 'chair'\nwhen = ['away', 'presides']\ncite = ['2.7']"
    board, id, meeting = board(more, "\n".join((POLICY, may("chair-alternate", "2.7"))))
    board.do("an", "person.add", id="ly", name="Ly")
    board.do("an", "appointment.appoint", person="ly", seat="chair-alternate")
    there(board, meeting, "an", "binh", "ly")
    board.do("ly", "matter.vote", id, position="for")
    assert board.show("matter", id)["votes"][0]["who"] == "an"
    assert stopped(board, "an", id) == ("alternate-votes", ("2.7",))
    board.do("binh", "matter.vote", id, position="for")
    assert board.show("matter", id)["result"]["base"] == 2


def test_nobody_who_has_a_vote_also_votes_as_alternate(board: Any) -> None:
    board, id, meeting = board(alternate="binh")
    there(board, meeting, "an", "binh")
    board.do("binh", "matter.vote", id, position="for")
    vote = board.show("matter", id)["votes"][0]
    assert (vote["who"], vote["how"]) == ("binh", None)
    assert board.show("matter", id)["result"]["base"] == 2, "Binh is there once, and nobody for the school"
