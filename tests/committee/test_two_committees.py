"""A person in two committees is two persons: nothing of one is seen in the other."""

from __future__ import annotations

import pytest
from tests.committee.conftest import Board

from steerco.records import NotFound

ENDS: dict[str, tuple[str, dict[str, str]]] = {
    "meeting": ("meeting.cancel", {"reason": "Bão"}),
    "absence-request": ("absence-request.withdraw", {}),
    "substitution": ("substitution.withdraw", {}),
    "minutes": ("minutes.approve", {}),
    "direction": ("direction.withdraw", {"reason": "Thôi"}),
    "matter": ("matter.withdraw", {}),
    "programme": ("programme.issue", {}),
    "task": ("task.start", {}),
}


def made(board: Board) -> dict[str, str]:
    """One record of each kind in which the reader takes part at the library."""
    meeting = board.meeting("em")
    found = {
        "meeting": meeting,
        "absence-request": board.do("em", "absence-request.request", meeting=meeting, reason="Bận"),
        "substitution": board.do("em", "substitution.name", meeting=meeting, substitute="hoa"),
        "minutes": board.do("giang", "minutes.draft", meeting=meeting, text="Biên bản"),
        "direction": board.do("an", "direction.issue", text="Kiểm kê", to=["em"]),
        "matter": board.do("em", "matter.raise", title="Mua sách"),
        "programme": board.do("giang", "programme.draft", kind="work-plan", year=2021, items=[]),
    }
    return {**found, "task": board.task(to="em")}


def test_what_a_person_is_part_of_in_one_committee_does_not_exist_in_the_other(board: Board, club: Board) -> None:
    for type, id in made(board).items():
        assert board.sees("em", type, id), type
        assert not club.sees("em", type, id), type
        action, given = ENDS[type]
        with pytest.raises(NotFound):
            club.do("em", action, id, **given)


def test_the_same_person_has_other_powers_in_each(board: Board, club: Board) -> None:
    club.do("em", "meeting.convene", kind="ad-hoc", starts_at="2021-03-10T14:00:00")
    assert board.fails("em", "meeting.convene", kind="ad-hoc", starts_at="2021-03-10T14:00:00").outcome == "refused"


def test_references_count_on_their_own_in_each(board: Board, club: Board) -> None:
    here, there = board.task(to="em"), club.do("em", "task.assign", title="Chọn sách", to="em")
    assert board.show("task", here)["ref"] == club.show("task", there)["ref"]
