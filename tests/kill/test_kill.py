"""Killed at any moment, the store holds whole acts only: 200 kills of a writing process, on SQLite."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from steerco.cli.main import run

ROUNDS, SIDE_BY_SIDE = 200, 2
PATIENCE = 900


@pytest.mark.slow
def test_two_hundred_kills_lose_nothing_and_leave_no_half_act(tmp_path: Path) -> None:
    arenas = []
    for number in range(SIDE_BY_SIDE):
        folder = tmp_path / str(number)
        assert run(["tenant", "new", "river-board", "--home", str(folder / "home")]) == 0
        command = [sys.executable, "-m", "tests.kill.arena", str(folder), str(ROUNDS // SIDE_BY_SIDE), str(number + 1)]
        arenas.append(subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True))
    seen = []
    for arena in arenas:
        out, err = arena.communicate(timeout=PATIENCE)
        assert arena.returncode == 0, f"{out}\n{err[-2000:]}"
        seen.append(json.loads(out))
    total = {name: sum(each[name] for each in seen) for name in seen[0]}
    print(total)
    assert total["rounds"] == ROUNDS
    assert total["acknowledged"] > ROUNDS * 3, "the kills came too early to tell anything"
    assert total["rebuilt"] >= ROUNDS // 3
