"""The ledger answers from memory what it would answer from the log."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.committee.conftest import MORNING, Board, installation, template
from tests.kernel.conftest import Revise, revise

from steerco.kernel import duty_ledger
from steerco.kernel.duty_ledger import DutyEntry, entries
from steerco.store import log

__all__ = ["installation", "revise", "template"]
DUE = (MORNING + timedelta(days=10)).date()
DUTY = """
[[duty]]
id = "task"
label = { vi = "Báo cáo kết quả", en = "Report the result" }
holder = "field:accountable"
after = "task.assign"
done_by = ["task.report-done"]
due = { field = "due_on" }
cite = ["2.3"]
"""


class Broken(Exception):
    """An act breaks off."""


@pytest.fixture
def board(revise: Revise) -> Board:
    return Board(revise(charter=DUTY))


def break_off(board: Board) -> None:
    """Look at the ledger with an event that is then not kept."""
    tenant = board.tenant
    with tenant.store.write(tenant.id) as session:
        log.append(session, log.head(session), at=board.now, recorded_at=board.now, action="task.none", body="{}", person="an")
        entries(tenant, session, board.today)
        raise Broken


def owed(board: Board, of: str = "") -> list[DutyEntry]:
    with board.tenant.store.read(board.tenant.id) as session:
        return entries(board.tenant, session, board.today, of=of)


def from_the_log(board: Board) -> list[DutyEntry]:
    duty_ledger._remembered.clear()
    return owed(board)


def test_each_act_shows_at_once(board: Board) -> None:
    for step in range(4):
        task = board.task(lead="school", due_on=DUE.isoformat())
        assert task in {each.record for each in owed(board)}
        remembered = owed(board)
        if step % 2:
            board.do("cuc", "task.start", task)
            board.do("cuc", "task.report-done", task, text="Done")
            remembered = owed(board)
        assert remembered == from_the_log(board)


def test_a_new_holder_s_name_and_a_new_revision_show_at_once(board: Board, revise: Revise) -> None:
    task = board.task(lead="school", due_on=DUE.isoformat())
    assert owed(board, "cuc")
    board.now += timedelta(days=1)
    board.do("an", "appointment.appoint", person="hoa", office="principal", agency="school", from_="2021-03-02")
    assert task in {each.record for each in owed(board, "hoa")}
    assert owed(board) == from_the_log(board)
    revise(charter=DUTY.replace("2.3", "2.4"))
    assert {each.cites for each in owed(board)} == {("2.4",)}
    assert owed(board) == from_the_log(board)


def test_what_an_act_that_broke_off_had_read_is_forgotten(board: Board) -> None:
    """Another event takes the number of the one that was never committed."""
    kept = owed(board)
    with pytest.raises(Broken):
        break_off(board)
    assert owed(board) == kept
    board.task(lead="school", due_on=DUE.isoformat())
    assert len(owed(board)) > len(kept)
    assert owed(board) == from_the_log(board)


def test_one_who_reads_an_earlier_moment_sees_it(board: Board) -> None:
    tenant = board.tenant
    with tenant.store.read(tenant.id) as session:
        before = entries(tenant, session, board.today)
        board.task(lead="school", due_on=DUE.isoformat())
        assert len(owed(board)) > len(before)
        assert entries(tenant, session, board.today) == before
    assert owed(board) == from_the_log(board)


def test_no_more_is_remembered_than_there_is_room_for(board: Board, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(duty_ledger._remembered, "heaviest", 1)
    first = owed(board)
    board.task(lead="school", due_on=DUE.isoformat())
    assert len(owed(board)) > len(first)
    assert len(duty_ledger._remembered) == 1
    for day in range(20):
        board.now += timedelta(days=1)
        assert owed(board) == owed(board), day
    with board.tenant.store.read(board.tenant.id) as session:
        assert 1 <= len(duty_ledger.read(board.tenant, session).days) <= duty_ledger.MOST_DAYS


def test_what_was_only_compared_is_forgotten(board: Board, monkeypatch: pytest.MonkeyPatch) -> None:
    """However few events each has: every plan reads the log under a configuration of its own."""
    monkeypatch.setattr(duty_ledger._remembered, "most", 2)
    for _ in range(4):
        tenant = replace(board.tenant, load=None, _directory=None)
        with tenant.store.read(tenant.id) as session:
            entries(tenant, session, board.today)
    assert len(duty_ledger._remembered) == 2
    assert owed(board) == from_the_log(board)
