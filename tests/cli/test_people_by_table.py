"""``steerco tenant people``: a table into the files of a new committee, then as acts of somebody in one that runs."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.cli.command import SLUG, Command

TABLE = "name,seat,from\nAda Brook,member,2026-01-01\n"


def table(home: Path, text: str) -> Path:
    path = home / "members.csv"
    path.write_text(text, "utf-8")
    return path


def test_a_table_goes_into_the_files_whole_or_not_at_all(steerco: Command, written: Path, tmp_path: Path) -> None:
    home = Path(shutil.copytree(written, tmp_path / "home"))
    people = home / "tenants" / SLUG / "people.toml"
    before = people.read_text("utf-8")
    wrong = steerco(f"tenant people {SLUG} {table(home, TABLE + 'Bo,nowhere,2026-01-01')} --home {home}")
    assert wrong.code == 1
    assert "members.csv:3: " in wrong.out
    assert "nowhere" in wrong.out
    dry = steerco(f"tenant people {SLUG} {table(home, TABLE)} --dry-run --json --home {home}")
    assert (dry.code, dry.json["persons"], dry.json["appointments"]) == (0, 1, 1)
    assert people.read_text("utf-8") == before
    assert steerco(f"tenant people {SLUG} {table(home, TABLE)} --home {home}").code == 0
    assert "Ada Brook" in people.read_text("utf-8")
    assert steerco(f"tenant check {SLUG} --home {home}").code == 0


def test_in_a_committee_that_runs_somebody_enters_them_by_the_policy(steerco: Command, home: Path) -> None:
    path = table(home, TABLE + "Bo Lake,member,2026-01-02\n")
    assert "--as" in steerco(f"tenant people {SLUG} {path} --home {home}").err
    refused = steerco(f"tenant people {SLUG} {path} --as member-a --home {home}")
    assert refused.code == 1
    lines = refused.out.splitlines()
    assert [line.partition(" ")[0] for line in lines] == ["members.csv:2:", "members.csv:3:"]  # each, not the first alone
    assert all("(H.1). Who may: secretary." in line for line in lines)
    entered = steerco(f"tenant people {SLUG} {path} --as secretary --json --home {home}")
    assert (entered.code, entered.json["persons"], entered.json["appointments"]) == (0, 2, 2)
    again = steerco(f"tenant people {SLUG} {path} --as secretary --home {home}")
    assert (again.code, "members.csv:2: " in again.out) == (1, True)  # so they are on record
