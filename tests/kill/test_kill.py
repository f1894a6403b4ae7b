"""Killed at any moment, the store holds whole acts only: kills of a writing process on both databases."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from tests import databases, sweep
from tests.store import postgres

from steerco.cli.main import run

ROUNDS, SIDE_BY_SIDE = sweep.number(200, 60), 2
ROUNDS_ON_POSTGRESQL = sweep.number(50, 12)
PATIENCE = 900


def begin(folder: Path, *words: str) -> subprocess.Popen[str]:
    """An arena of its own in the folder."""
    assert run(["tenant", "new", "river-board", "--home", str(folder / "home")]) == 0
    command = [sys.executable, "-m", "tests.kill.arena", str(folder), *words]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def outcome(arena: subprocess.Popen[str]) -> dict[str, int]:
    out, err = arena.communicate(timeout=PATIENCE)
    assert arena.returncode == 0, f"{out}\n{err[-2000:]}"
    found: dict[str, int] = json.loads(out)
    return found


@pytest.mark.slow
def test_kills_lose_nothing_and_leave_no_half_act(tmp_path: Path) -> None:
    rounds = ROUNDS // SIDE_BY_SIDE
    arenas = [begin(tmp_path / str(number), str(rounds), str(number + 1)) for number in range(SIDE_BY_SIDE)]
    seen = [outcome(arena) for arena in arenas]
    total = {name: sum(each[name] for each in seen) for name in seen[0]}
    print(total)
    assert total["rounds"] == total["rebuilt"] == ROUNDS
    assert total["acknowledged"] > ROUNDS * 3, "the kills came too early to tell anything"


@pytest.mark.slow
def test_kills_on_postgresql_lose_nothing_and_leave_no_half_act(tmp_path: Path, server: postgres.Server) -> None:
    name = server.copy(databases.schema())
    urls = [server.url(name, role) for role in (postgres.SERVING, postgres.OWNER)]
    total = outcome(begin(tmp_path, str(ROUNDS_ON_POSTGRESQL), "7", *urls))
    print(total)
    assert total["rounds"] == total["rebuilt"] == ROUNDS_ON_POSTGRESQL
    assert total["acknowledged"] > ROUNDS_ON_POSTGRESQL * 3, "the kills came too early to tell anything"
