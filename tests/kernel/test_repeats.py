"""The same request once more: the first answer to the same one, a conflict for another."""

from __future__ import annotations

from threading import Barrier, Thread
from typing import Any

import pytest
from tests.committee.conftest import Board

from steerco.kernel.act import ActRequest
from steerco.kernel.perform import Done, perform
from steerco.records import Conflict, File, Refused
from steerco.store import log

PAPER = File("signed.pdf", text="signed")


def ask(board: Board, key: str, on: str, who: str = "dung", **more: Any) -> Done:
    given = {"text": "Half", **more.pop("input", {})}
    return perform(
        board.tenant, ActRequest(who, "task.report-progress", on=on, input=given, at=more.pop("at", board.now), key=key, **more)
    )


def begun(board: Board) -> tuple[str, str]:
    """A task on its way: its id, and the reference that people see."""
    task = board.task(lead="library")
    board.do("dung", "task.start", task)
    return task, board.done[-1].ref


def count(board: Board) -> int:
    with board.tenant.store.read(board.tenant.id) as session:
        return log.head(session).seq


def test_a_repeat_gets_the_first_answer_by_id_and_by_reference_and_later(board: Board) -> None:
    task, ref = begun(board)
    first, events = ask(board, "k", task), count(board)
    for on in (task, ref):
        again = ask(board, "k", on, at=board.now.replace(hour=17))
        assert again.replayed
        assert (again.seq, again.version, again.decision) == (first.seq, first.version, first.decision)
    assert count(board) == events


@pytest.mark.parametrize(
    "other",
    [
        {"input": {"text": "All of it"}},
        {"input": {"percent": 50}},
        {"version": 2},
        {"capacity": "desk-head"},
        {"evidence": PAPER},
    ],
    ids=lambda other: next(iter(other)),
)
def test_the_key_for_another_request_is_a_conflict_and_does_nothing(board: Board, other: dict[str, Any]) -> None:
    task, _ = begun(board)
    ask(board, "k", task)
    events = count(board)
    with pytest.raises(Conflict) as stopped:
        ask(board, "k", task, **other)
    assert stopped.value.code == "key-reused"
    assert count(board) == events


def test_the_key_for_another_record_or_act_is_a_conflict(board: Board) -> None:
    (task, _), (second, _) = begun(board), begun(board)
    ask(board, "k", task)
    with pytest.raises(Conflict):
        ask(board, "k", second)
    with pytest.raises(Conflict):
        perform(board.tenant, ActRequest("dung", "task.report-done", on=task, input={"text": "Half"}, at=board.now, key="k"))


def test_another_person_s_same_key_is_another_key(board: Board) -> None:
    for who in ("an", "binh"):
        given = {"title": "Roof", "lead": "trustee-school"}
        assert not perform(board.tenant, ActRequest(who, "task.assign", input=given, at=board.now, key="k")).replayed


def test_what_was_refused_or_only_tried_is_not_remembered(board: Board) -> None:
    given = {"title": "Roof", "lead": "school"}
    with pytest.raises(Refused):
        perform(board.tenant, ActRequest("binh", "task.assign", input=given, at=board.now, key="k"))
    tried = perform(board.tenant, ActRequest("an", "task.assign", input=given, at=board.now, key="k", dry_run=True))
    done = perform(board.tenant, ActRequest("an", "task.assign", input=given, at=board.now, key="k"))
    assert (tried.dry, done.dry, done.replayed) == (True, False, False)


def test_at_the_same_moment_it_is_done_once(board: Board) -> None:
    task, _ = begun(board)
    start, came, events = Barrier(5), [], count(board)

    def one() -> None:
        start.wait()
        came.append(ask(board, "k", task))

    threads = [Thread(target=one) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(each.replayed for each in came) == [False, True, True, True, True]
    assert len({each.seq for each in came}) == 1
    assert count(board) == events + 1
