"""A quorum to meet keeps a meeting from opening; one to vote keeps a vote from deciding. Each says how many are there."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.committee.conftest import Board
from tests.committee.test_suspension import VOTES, decided
from tests.kernel.conftest import revised

from steerco.charter.model import Quorum
from steerco.committee.decisions.tally import Electorate, presence
from steerco.configuration.installation import Installation
from steerco.records import OutOfOrder

MEMBERS = ("an", "binh", "cuc", "dung", "em")
QUORUM = """
[[quorum]]
id = "to-meet"
body = "board"
for = "meet"
cite = ["2.5"]
MORE
"""


@pytest.fixture
def sitting(installation: Installation) -> Any:
    def made(more: str, *there: str, mode: str = "in-person") -> tuple[Board, str]:
        board = Board(revised(installation, charter=QUORUM.replace("MORE", more)))
        id = board.meeting(starts_at="2021-03-01T09:00:00")
        if there:
            entries = [{"person": who, "presence": "present", "mode": mode} for who in there]
            board.do("an", "meeting.record-attendance", id, entries=entries)
        return board, id

    return made


def stopped(board: Board, id: str) -> tuple[str, tuple[str, ...], dict[str, Any]]:
    error = board.fails("an", "meeting.open", id)
    assert isinstance(error, OutOfOrder)
    return error.code, tuple(error.cites), {name: value for name, value in error.params.items() if name != "action"}


def test_too_few_cannot_open_and_the_answer_says_how_many(sitting: Any) -> None:
    board, id = sitting('of = "seated"\nshare = [1, 2]\nover = true', "an", "binh")
    assert stopped(board, id) == ("quorum-to-meet", ("2.5",), {"have": "2", "need": "3"})
    board.do("an", "meeting.record-attendance", id, entries=[{"person": "em", "presence": "late"}])
    board.do("an", "meeting.open", id)


def test_without_enough_the_meeting_is_to_be_canceled_where_the_text_says_so(sitting: Any) -> None:
    board, id = sitting('of = "seated"\nat_least = 2\nwithout = "cancel"', "an")
    assert stopped(board, id)[0] == "quorum-else-canceled"


def test_whoever_lost_the_place_in_the_base_is_not_asked_for_to_meet(installation: Installation) -> None:
    charter = VOTES + QUORUM.replace("MORE", 'of = "seated"\nall_but = 1')
    board = Board(revised(installation, charter=charter))
    for _ in range(2):
        decided(board, "an", "cuc", "dung", "em")
    id = board.meeting(starts_at=board.now.replace(tzinfo=None).isoformat())
    board.do("an", "meeting.record-attendance", id, entries=[{"person": "an", "presence": "present"}])
    assert stopped(board, id) == ("quorum-to-meet", ("2.5",), {"have": "1", "need": "3"})


def test_at_the_second_call_fewer_suffice(sitting: Any) -> None:
    call = 'second_call = { after = { value = 30, unit = "minutes" }, at_least = 2 }'
    more = f'of = "seated"\nall_but = 1\nwithout = "second-call"\n{call}'
    board, id = sitting(more, "an", "binh")
    board.now += timedelta(minutes=29)
    assert stopped(board, id) == ("quorum-to-meet", ("2.5",), {"have": "2", "need": "4"})
    board.now += timedelta(minutes=1)
    board.do("an", "meeting.open", id)


def test_who_takes_part_remotely_counts_where_the_text_names_them(sitting: Any) -> None:
    board, id = sitting('of = "seated"\nat_least = 2', "an", "binh", mode="remote")
    assert stopped(board, id) == ("quorum-to-meet", ("2.5",), {"have": "0", "need": "2"})
    other, meeting = sitting('of = "seated"\nat_least = 2\ncounts = ["present", "remote"]', "an", "binh", mode="remote")
    other.do("an", "meeting.open", meeting)


def test_a_member_whose_substitute_is_there_counts_once_where_the_text_names_substitutes(installation: Installation) -> None:
    for more, short in (("", True), ('counts = ["present", "substitute"]', False)):
        charter = QUORUM.replace("MORE", f'of = "seated"\nat_least = 3\n{more}')
        board = Board(revised(installation, charter=charter))
        id = board.meeting(starts_at="2021-03-01T09:00:00")
        for member, other in (("cuc", "giang"), ("dung", "an")):
            board.do("an", "absence-request.consent", board.do(member, "absence-request.request", meeting=id, reason="Away"))
            named = board.do(member, "substitution.name", meeting=id, substitute=other)
            board.do(member, "substitution.lodge-opinion", named, opinion="Yes")
            board.do("an", "substitution.admit", named)
        there = [{"person": who, "presence": "present"} for who in ("an", "binh")]
        board.do("an", "meeting.record-attendance", id, entries=there)
        assert stopped(board, id)[2] == {"have": "2", "need": "3"}, "the Chair is there for herself, not for another too"
        board.do("an", "meeting.record-attendance", id, entries=[{"person": "giang", "presence": "present"}])
        if short:
            assert stopped(board, id)[2] == {"have": "2", "need": "3"}
        else:
            board.do("an", "meeting.open", id)


def test_without_the_officer_there_is_no_quorum_and_none_stated_stops_nobody(sitting: Any) -> None:
    board, id = sitting('share = "none"\nmust = ["chair"]', "binh", "em")
    assert stopped(board, id) == ("officers-there", ("2.5",), {"who": "chair"})
    other, meeting = sitting('share = "none"')
    other.do("an", "meeting.open", meeting)


@given(n=st.integers(0, 30), there=st.integers(0, 30), remote=st.integers(0, 30), all_but=st.integers(0, 5), listed=st.booleans())
def test_a_quorum_counts_each_once(n: int, there: int, remote: int, all_but: int, listed: bool) -> None:
    names = [f"m{i}" for i in range(30)]
    quorum = Quorum("q", "b", ("1",), of="seated", all_but=all_but, counts=("present", "remote") if listed else ("present",))
    who = Electorate(tuple(names[:n]), present=tuple(names[:there]), remote=tuple(names[:remote]))
    have, need = presence(quorum, who, {})
    assert need == max(1, n - all_but)
    assert have == sum(1 for i in range(30) if i < n and i < there and (listed or i >= remote))
