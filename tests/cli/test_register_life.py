"""A committee with a register of its own through what an operator does: drift, rollback, pull, audit, moving house, erasure, and
the end of the register itself."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from tests.cli.command import Command, edit

EXAMPLES = Path(__file__).parents[2] / "tenants/_examples"
SLUG = "daknong-sc"
REGISTERS, POLICY = f"tenants/{SLUG}/registers.toml", f"policies/{SLUG}.csv"
VISIT = {"agency": "ubnd-tinh", "leader": "thu-ky", "purpose": "progress"}


@pytest.fixture
def board(steerco: Command, tmp_path: Path) -> Path:
    """The committee, applied; one visit is over and reported, one is still ahead."""
    home = tmp_path / "home"
    shutil.copytree(EXAMPLES / "tenants" / SLUG, home / "tenants" / SLUG)
    (home / "policies").mkdir()
    shutil.copy(EXAMPLES / POLICY, home / POLICY)
    assert steerco(f"tenant apply {SLUG} --why begin --home {home}").code == 0
    for day in ("2024-03-01", "2199-03-01"):
        act(steerco, home, "plan", by="dai-su-quan", given={**VISIT, "visit_on": day})
    act(steerco, home, "report", by="thu-ky", given={"findings": "done"}, on=listed(steerco, home)[0])
    return home


def act(steerco: Command, home: Path, name: str, *, by: str, given: dict[str, str], on: str = "", slug: str = SLUG) -> None:
    target = f"--on {on}" if on else ""
    ran = steerco(f"do {slug} --by {by} r-visit.{name} {target} --home {home} --with", json.dumps(given))
    assert ran.code == 0, ran.out + ran.err


def listed(steerco: Command, home: Path) -> list[str]:
    """The visits that were planned, in that order, as the log names them."""
    events = steerco(f"log show {SLUG} --json --home {home}").json
    return [each["record"] for each in events if each["action"] == "r-visit.plan"]


def sound(steerco: Command, home: Path, slug: str = SLUG) -> dict[str, int]:
    """Return the rows that come out when the whole log is performed again, once every other check of it has passed."""
    for check in ("verify", "replay"):
        ran = steerco(f"log {check} {slug} --json --home {home}")
        assert (ran.code, ran.json["ok"]) == (0, True), ran.out + ran.err
    again = steerco(f"log rebuild {slug} --json --home {home}")
    assert (again.code, again.json["differences"]) == (0, []), again.out + again.err
    assert steerco(f"doctor --home {home}").code == 0
    return dict(again.json["rows"])


def drift(steerco: Command, home: Path) -> dict[str, str]:
    (row,) = steerco(f"tenant list --json --home {home}").json
    return {each["file"]: each["what"] for each in row["drift"]}


def test_words_of_a_register_are_changed_taken_back_and_pulled(steerco: Command, board: Path) -> None:
    before = (board / REGISTERS).read_text("utf-8")
    edit(board / REGISTERS, 'prefix = "LV"', 'prefix = "CT"')
    assert list(drift(steerco, board)) == [REGISTERS]
    edit(board / REGISTERS, 'prefix = "CT"', 'prefix = "LV"')
    word = (board / REGISTERS).read_text("utf-8").split('plural = { vi = "', 1)[1].split('"', 1)[0]
    edit(board / REGISTERS, f'"{word}"', f'"{word} 2"')
    assert steerco(f"tenant apply {SLUG} --why words --home {board}").code == 0
    assert steerco(f"tenant rollback {SLUG} 1 --why back --home {board}").code == 0
    assert list(drift(steerco, board)) == [REGISTERS]
    assert steerco(f"tenant pull {SLUG} --home {board}").code == 0
    assert (board / REGISTERS).read_text("utf-8") == before
    assert drift(steerco, board) == {}
    assert sound(steerco, board)["entry"] == 2


def test_a_register_moves_house_and_goes_on_there(steerco: Command, board: Path, tmp_path: Path) -> None:
    archive, open_ = tmp_path / "moved.zip", listed(steerco, board)[1]
    assert steerco(f"tenant export {SLUG} --to {archive} --home {board}").code == 0
    assert steerco(f"tenant import {archive} --as moved --why move --home {board}").code == 0
    assert steerco(f"tenant pull moved --home {board}").code == 0
    assert (board / "tenants/moved/registers.toml").read_text("utf-8") == (board / REGISTERS).read_text("utf-8")
    act(steerco, board, "cancel", by="dai-su-quan", given={"why": "rain"}, on=open_, slug="moved")
    assert sound(steerco, board, "moved") == sound(steerco, board)


def test_whoever_led_a_visit_is_erased_and_the_log_stays_sound(steerco: Command, board: Path) -> None:
    assert steerco(f"tenant erase-person {SLUG} thu-ky --why request --home {board}").code == 0
    assert sound(steerco, board)["entry"] == 2
    assert drift(steerco, board) == {}, "the file and the revision were both redacted"


def test_a_register_ends_when_nothing_in_it_is_open_and_its_entries_stay(steerco: Command, board: Path) -> None:
    register, policy = (board / REGISTERS).read_text("utf-8"), (board / POLICY).read_text("utf-8")
    (board / REGISTERS).unlink()
    (board / POLICY).write_text("".join(ln for ln in policy.splitlines(True) if "r-visit" not in ln), "utf-8")
    plan = steerco(f"tenant plan {SLUG} --json --home {board}").json
    assert [each["code"] for each in plan["refused"]] == ["type-in-use"]
    refused = steerco(f"tenant apply {SLUG} --why end --home {board}")
    assert (refused.code, ":0:" in refused.err) == (1, False)
    assert "1 record is of the type 'r-visit', which would be gone: LV-" in refused.err
    act(steerco, board, "cancel", by="dai-su-quan", given={"why": "rain"}, on=listed(steerco, board)[1])
    assert steerco(f"tenant apply {SLUG} --why end --home {board}").code == 0
    assert steerco(f"do {SLUG} --by dai-su-quan r-visit.plan --home {board} --with", json.dumps(VISIT)).code != 0
    assert sound(steerco, board)["entry"] == 2, "what was entered stays"
    assert steerco(f"tenant rollback {SLUG} 1 --why resume --home {board}").code == 0
    assert steerco(f"tenant pull {SLUG} --theirs --home {board}").code == 0
    assert (board / REGISTERS).read_text("utf-8") == register
    act(steerco, board, "plan", by="dai-su-quan", given={**VISIT, "visit_on": "2199-04-01"})
    assert sound(steerco, board)["entry"] == 3
