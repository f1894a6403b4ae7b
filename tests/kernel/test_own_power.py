"""Nobody gives themselves a power by what they enter in the register of people."""

from __future__ import annotations

from datetime import datetime

from tests.committee.conftest import ZONE, Board
from tests.kernel.conftest import Revise

from steerco.kernel.authority import Authority
from steerco.records import Refused


def lines(who: str, type: str, *acts: str) -> str:
    """Lines of policy that grant somebody these acts."""
    return "".join(f"p, {who}, *, {type}, {act}, -, allow, 1.1\n" for act in acts)


def deputies(board: Board) -> tuple[str, ...]:
    with board.tenant.store.read(board.tenant.id) as session:
        return Authority(board.tenant, session, "an", board.now).day.holders("deputy")


def test_nobody_regains_a_place_by_ending_what_another_entered(revise: Revise) -> None:
    """``giang``, who may end appointments, was deputy until yesterday."""
    board = Board(revise(policy=lines("librarian", "appointment", "end", "appoint", "read")))
    board.do("an", "appointment.appoint", person="giang", seat="deputy")
    board.now = datetime(2021, 3, 2, 9, tzinfo=ZONE)
    today = board.do("an", "appointment.appoint", person="binh", seat="deputy")
    assert isinstance(board.fails("giang", "appointment.end", today), Refused)
    assert deputies(board) == ("binh",)
    board.do("an", "appointment.end", today)
    assert deputies(board) == ("giang",)


def test_nobody_records_the_absence_by_which_they_act(revise: Revise) -> None:
    granted = [lines(who, "officer-absence", "record", "read") for who in ("deputy", "desk")]
    board = Board(revise(policy="".join(granted)))
    for who in ("chair", "an"):
        stopped = board.fails("binh", "officer-absence.record", who=who, from_="2021-03-02", to="2021-03-03")
        assert (stopped.code, getattr(stopped, "cites", ())) == ("absence-by-who-acts", ("steerco:absence-by-who-acts",))
    board.do("giang", "officer-absence.record", who="chair", from_="2021-03-02", to="2021-03-03")
    board.do("binh", "officer-absence.record", who="deputy", from_="2021-03-05", to="2021-03-06")
