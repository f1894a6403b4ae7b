"""What is kept of somebody's sight, so that it need not be worked out again, ends with what it was worked out from."""

from __future__ import annotations

from tests.committee.conftest import Board
from tests.kernel.conftest import Revise

from steerco.kernel.authority import Authority

DENY = "p, deputy, *, meeting, read, -, deny, 1.1"


def test_a_revision_that_takes_the_right_to_read_away_holds_at_once(board: Board, revise: Revise) -> None:
    meeting = board.meeting("binh", "em")
    assert board.sees("binh", "meeting", meeting)
    assert board.sees("binh", "meeting", meeting)
    revise(policy=DENY)
    assert not board.sees("binh", "meeting", meeting)


def test_what_one_reader_may_see_is_kept_for_that_reader_alone_and_as_long_as_several_questions_take(
    board: Board, revise: Revise
) -> None:
    revise(policy=DENY)
    meeting = board.get("meeting", board.meeting("binh", "em"))
    with board.tenant.store.read(board.tenant.id) as session:
        chair, deputy = (Authority(board.tenant, session, who, board.now) for who in ("an", "binh"))
        with chair.keeping_ties(), deputy.keeping_ties():
            assert [(chair.may(meeting, "read"), deputy.may(meeting, "read")) for _ in range(2)] == [(True, False)] * 2
        assert chair._sight == deputy._sight == {}
