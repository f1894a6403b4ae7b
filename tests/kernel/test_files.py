"""An act's files: on the disk before anything is locked, named or swept, and never taken from under an act."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread

import pytest
from tests.committee.conftest import Board
from tests.kernel.conftest import Revise
from tests.kernel.test_entering import PAPER, RULE

from steerco.configuration.installation import Installation
from steerco.kernel.act import ActRequest
from steerco.kernel.attachments import GRACE, sweep
from steerco.kernel.perform import perform
from steerco.operations.lifecycle import suspend
from steerco.operations.worker import SWEEP_EVERY, Worker
from steerco.records import OutOfOrder, Refused, Stopped
from steerco.store.checkpoint import Seal

OLD = GRACE + 3600
ROOF = {"title": "Roof", "lead": "school"}
PAPERS = {"files": [{"name": "tờ trình.txt", "text": "x"}]}


def hand_in(board: Board, meeting: str, text: str, who: str = "giang") -> None:
    board.do(who, "meeting.add-paper", meeting, files=[{"name": "tờ trình.txt", "text": text}])


def stored(board: Board) -> list[str]:
    """What is in the tenant's files."""
    texts = []
    for digest in board.tenant.files.all(board.tenant.id):
        with board.tenant.files.open(board.tenant.id, digest) as file:
            texts.append(file.read().decode())
    return sorted(texts)


def aged(board: Board) -> None:
    """Everything stored so far was stored long ago."""
    then = time.time() - OLD
    for path in (board.tenant.store.folder / "files" / str(board.tenant.id)).rglob("*"):
        if path.is_file():
            os.utime(path, (then, then))


def test_the_bytes_are_on_the_disk_while_the_act_still_waits(board: Board) -> None:
    meeting = board.meeting()
    with board.tenant.store.write(board.tenant.id):  # somebody else is writing
        act = Thread(target=hand_in, args=(board, meeting, "early"))
        act.start()
        until = time.monotonic() + 300
        while "early" not in stored(board) and time.monotonic() < until:
            time.sleep(0.005)
        found = stored(board)
    act.join()
    assert found == ["early"]
    assert board.show("meeting", meeting)["papers"][0]["file_name"] == "tờ trình.txt"


@pytest.mark.parametrize("who", ["em", "cuc"])
def test_who_may_not_hand_in_fills_no_disk(board: Board, who: str) -> None:
    meeting = board.meeting()
    with pytest.raises(Stopped):
        hand_in(board, meeting, "unasked", who)
    assert stored(board) == []


def test_nor_does_who_may_not_enter_for_another(board: Board) -> None:
    """The actor has the power; the one who sends it has none to use it."""
    with pytest.raises(Refused):
        perform(board.tenant, ActRequest("an", "task.assign", input=ROOF, at=board.now, entered_by="binh", evidence=PAPER))
    assert stored(board) == []


def test_nor_does_anybody_in_a_tenant_that_takes_no_acts(installation: Installation, board: Board) -> None:
    meeting = board.meeting()
    suspend(installation, board.tenant.snapshot.slug, at=board.now, who="op", why="")
    with pytest.raises(OutOfOrder):
        perform(board.tenant, ActRequest("giang", "meeting.add-paper", on=meeting, input=PAPERS, at=board.now))
    assert stored(board) == []


def test_what_is_only_tried_is_not_stored(board: Board) -> None:
    given = {"files": [{"name": "a", "text": "tried"}]}
    perform(board.tenant, ActRequest("giang", "meeting.add-paper", on=board.meeting(), input=given, at=board.now, dry_run=True))
    assert stored(board) == []


def test_a_sweep_takes_what_nothing_names_and_only_when_it_is_old(revise: Revise) -> None:
    board = Board(revise(charter=RULE))
    hand_in(board, board.meeting(), "paper")
    given = {"title": "Roof", "lead": "school"}
    perform(board.tenant, ActRequest("an", "task.assign", input=given, at=board.now, entered_by="giang", evidence=PAPER))
    board.tenant.files.put(board.tenant.id, b"orphan")
    aged(board)
    board.tenant.files.put(board.tenant.id, b"in flight")
    assert len(sweep(board.tenant)) == 1
    assert stored(board) == sorted(["paper", PAPER.text, "in flight"])


def test_an_old_orphan_that_an_act_hands_in_again_stays(board: Board) -> None:
    """The sweep has chosen it already; then an act comes to name it, before the sweep takes it."""
    meeting = board.meeting()
    board.tenant.files.put(board.tenant.id, b"again")
    aged(board)
    chosen = list(board.tenant.files.older(board.tenant.id, GRACE))
    hand_in(board, meeting, "again")
    assert len(chosen) == 1
    assert board.tenant.files.sweep(board.tenant.id, chosen, GRACE) == []
    assert stored(board) == ["again"]


def test_one_tenant_s_sweep_leaves_another_s_files(board: Board, club: Board) -> None:
    for each in (board, club):
        each.tenant.files.put(each.tenant.id, b"orphan")
    aged(board)
    aged(club)
    sweep(board.tenant)
    assert (stored(board), stored(club)) == ([], ["orphan"])


def test_the_worker_sweeps_once_a_day(installation: Installation, board: Board, tmp_path: Path) -> None:
    now = [datetime.now(UTC)]
    worker = Worker(installation, "one", lambda: now[0], Seal(tmp_path))
    for later, left in ((timedelta(), []), (timedelta(hours=1), ["orphan"]), (SWEEP_EVERY, [])):
        board.tenant.files.put(board.tenant.id, b"orphan")
        aged(board)
        now[0] += later
        assert worker.once()
        assert stored(board) == left
