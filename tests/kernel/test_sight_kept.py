"""What is kept of somebody's sight, so that it need not be worked out again, ends with what it was worked out from."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text
from tests.committee.conftest import Board
from tests.databases import ON_POSTGRESQL
from tests.kernel.conftest import Revise

from steerco.committee.work.task import Task
from steerco.kernel.authority import Authority
from steerco.kernel.by_name import called

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


@pytest.mark.skipif(ON_POSTGRESQL, reason="its planner takes both indexes of an OR by itself")
def test_one_record_is_looked_up_and_not_searched_for_among_all(board: Board) -> None:
    """By tenant alone, a read among 100,000 tasks took eleven times as long as one among a thousand."""
    mine = select(Task.id).where(Task.tenant_id == 1, called(Task, 1, "T-2021-001"))
    with board.tenant.store.operator_connection() as connection:
        sql = str(mine.compile(connection, compile_kwargs={"literal_binds": True}))
        steps = [row.detail for row in connection.execute(text(f"EXPLAIN QUERY PLAN {sql}"))]
    searches = [step for step in steps if " USING " in step]
    assert len(searches) == 3
    assert all("tenant_id=? AND id=?" in step or "tenant_id=? AND ref=?" in step for step in searches), steps
