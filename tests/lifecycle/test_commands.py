"""The same from the command line: what an operator types, and what is said when it cannot be done."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest
from tests.cli.command import SLUG, Command
from tests.cli.conftest import home as home
from tests.cli.conftest import running as running
from tests.cli.conftest import steerco as steerco
from tests.cli.conftest import written as written
from tests.databases import HOMES


@pytest.fixture
def archive(steerco: Command, home: Path, tmp_path: Path) -> Path:
    assert steerco(f"tenant export {SLUG} --home {home} --to", tmp_path / "a.zip").code == 0
    return tmp_path / "a.zip"


def test_a_tenant_moves_to_another_home(steerco: Command, home: Path, archive: Path, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    verified = steerco("tenant verify --json", archive).json
    assert (verified["ok"], verified["slug"], verified["known_key"]) == (True, SLUG, False)
    with_key = steerco(f"tenant verify {archive} --key", home / "var" / "checkpoint.pub")
    assert with_key.code == 0
    made = steerco(f"tenant import {archive} --as lake-board --json --home", tmp_path / "other").json
    assert (made["slug"], made["head"]) == ("lake-board", verified["head"])
    for words in ("log verify", "log replay", "log rebuild"):
        assert steerco(f"{words} lake-board --json --home", tmp_path / "other").json["ok"], words
    given = json.dumps({"text": "x", "tasks": [{"title": "t", "to": "member-a"}]})
    done = steerco(f"do lake-board --by chair direction.issue --home {tmp_path / 'other'} --with", given)
    assert done.code == 0, done.err
    assert [each["what"] for each in steerco("tenant register --json --home", tmp_path / "other").json] == ["import"]


def test_an_archive_may_be_how_an_installation_begins(steerco: Command, archive: Path, tmp_path: Path) -> None:
    """Into a home that is not there yet; a file that is no archive leaves none behind."""
    fresh = tmp_path / "srv" / "fresh"
    none = tmp_path / "none.zip"
    none.write_bytes(b"no archive")
    assert steerco(f"tenant import {none} --as river-board --home", fresh).code == 1
    assert not fresh.exists()
    made = steerco(f"tenant import {archive} --as river-board --home", fresh)
    assert made.code == 0, made.err
    assert "tenant pull river-board" in made.err
    assert steerco("tenant pull river-board --home", fresh).code == 0
    found = steerco("doctor --json --home", fresh)
    assert found.code == 0
    assert [each for each in found.json["checks"] if each["state"] != "ok"] == []


def test_a_home_that_has_the_senders_key_knows_it(steerco: Command, home: Path, archive: Path) -> None:
    assert steerco("tenant verify --json --home", home, archive).json["known_key"]


def test_an_archive_that_is_signed_by_another_is_refused(
    steerco: Command, home: Path, archive: Path, running: Path, tmp_path: Path
) -> None:
    from steerco.store.checkpoint import Seal

    Seal(tmp_path / "stranger").key()
    key = tmp_path / "stranger" / "checkpoint.pub"
    (tmp_path / "other").mkdir()
    ran = steerco(f"tenant import {archive} --json --key {key} --home", tmp_path / "other")
    assert (ran.code, ran.error["error"]) == (1, "other-key")
    assert not (tmp_path / "other" / "var").exists()
    assert steerco(f"tenant verify {archive} --json --key", archive).error["error"] == "no-key"


def test_what_cannot_be_done_is_told_with_what_to_do(steerco: Command, home: Path, archive: Path, tmp_path: Path) -> None:
    cut = tmp_path / "cut.zip"
    cut.write_bytes(archive.read_bytes()[:-30])
    (tmp_path / "other").mkdir()
    for words, error, code in (
        (f"tenant export {SLUG} --to {archive} --home {home}", "exists", 2),
        (f"tenant export {SLUG} --to {tmp_path}/nowhere/a.zip --home {home}", "no-folder", 2),
        (f"tenant export nobody --home {home}", "no-tenant", 1),
        (f"tenant import {archive} --home {home}", "exists", 1),
        (f"tenant import {archive} --as ../x --home {tmp_path / 'other'}", "bad-slug", 2),
        (f"tenant import {cut} --home {tmp_path / 'other'}", "bad-archive", 1),
        (f"tenant verify {cut}", "bad-archive", 1),
        (f"tenant resume {SLUG} --why x --home {home}", "not-now", 1),
        (f"tenant delete {SLUG} --cancel --why x --home {home}", "not-now", 1),
        (f"tenant erase-person {SLUG} nobody --why x --home {home}", "no-person", 2),
        (f"tenant suspend {SLUG} --home {home}", "usage", 2),
        (f"tenant delete {SLUG} --why x --days 0 --home {home}", "usage", 2),
    ):
        ran = steerco(f"{words} --json")
        assert (ran.code, ran.error["error"]) == (code, error), (words, ran.err)
        assert ran.error["do"] or error == "bad-slug", words
    assert steerco("tenant list --json --home", home).json[0]["state"] == "active"


def test_an_erasure_reaches_the_homes_own_files_and_leaves_their_comments(steerco: Command, home: Path) -> None:
    people = home / "tenants" / SLUG / "people.toml"
    people.write_text("# who sits there\n" + people.read_text("utf-8"), "utf-8")
    person = tomllib.loads(people.read_text("utf-8"))["person"][0]
    assert steerco(f"tenant apply {SLUG} --home", home).code == 0
    told = steerco(f"tenant erase-person {SLUG} {person['id']} --why asked --json --home", home).json
    assert (told["written"], told["files"]) == ([f"tenants/{SLUG}/people.toml"], [])
    text = people.read_text("utf-8")
    assert person["name"]["en"] not in text
    assert text.startswith("# who sits there\n")
    assert steerco("tenant list --json --home", home).json[0]["drift"] == []


def test_lists_say_how_a_tenant_stands(steerco: Command, home: Path) -> None:
    assert steerco(f"tenant suspend {SLUG} --why x --home", home).code == 0
    assert "suspended" in steerco("tenant list --home", home).out
    given = json.dumps({"kind": "regular", "starts_at": "2027-01-05T09:00:00"})
    told = steerco(f"do {SLUG} --by chair meeting.convene --json --home {home} --with", given)
    assert told.code == 1
    assert "tenant-suspended" in told.out + told.err
    assert steerco(f"tenant resume {SLUG} --why x --home", home).code == 0
    assert steerco(f"tenant delete {SLUG} --why x --days 10 --home", home).code == 0
    assert "to be deleted on" in steerco("tenant list --home", home).out


def test_an_installation_is_backed_up_and_restored(steerco: Command, home: Path, tmp_path: Path) -> None:
    made = steerco(f"backup --json --home {home} --to", tmp_path / "backup").json
    assert steerco("restore --check --json", tmp_path / "backup").json["heads"] == made["heads"]
    assert steerco(f"restore {tmp_path / 'backup'} --home", tmp_path / "again").code == 0
    assert steerco("doctor --home", tmp_path / "again").code == 0
    listed = [steerco("tenant list --json --home", each).json for each in (home, tmp_path / "again")]
    assert listed[0] == listed[1]
    over = steerco(f"backup --to {tmp_path} --json --home", home)
    assert (over.code, over.error["error"]) == (2, "no-backup")
    full = steerco(f"restore {tmp_path / 'backup'} --json --home", home)
    assert (full.code, full.error["error"]) == (1, "not-empty")
    assert "--home" in full.error["do"]
    none = steerco(f"restore {tmp_path} --json --home", tmp_path / "third")
    assert (none.code, none.error["error"]) == (1, "bad-backup")
    assert over.error["do"]
    assert none.error["do"]


def test_a_restore_is_rehearsed_and_leaves_nothing_behind(
    steerco: Command, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "disk").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "disk"))
    made = steerco(f"backup --json --home {home} --to", tmp_path / "backup").json
    before = sorted(home.rglob("*"))
    rehearsed = steerco(f"restore {tmp_path / 'backup'} --rehearse --json --home", home)
    assert rehearsed.code == 0, rehearsed.out
    assert (rehearsed.json["ok"], rehearsed.json["problems"], rehearsed.json["heads"]) == (True, [], made["heads"])
    assert rehearsed.json["seconds"] >= 0
    assert sorted(home.rglob("*")) == before
    assert list((tmp_path / "disk").iterdir()) == []
    HOMES.behind(home, "UPDATE event SET person = 'another' WHERE seq = 3")
    assert steerco(f"backup --home {home} --to", tmp_path / "altered").code == 0
    found = steerco(f"restore {tmp_path / 'altered'} --rehearse --home", tmp_path / "nowhere")
    assert found.code == 1
    assert f"log of {SLUG}: not what was written: event 3" in found.out
    assert not (tmp_path / "nowhere").exists()
    manifest = tmp_path / "backup" / "backup.json"
    manifest.write_text(manifest.read_text() + "}")
    assert steerco(f"restore {tmp_path / 'backup'} --rehearse --json --home", home).error["error"] == "bad-backup"


def test_of_a_series_the_newest_backups_stay(steerco: Command, home: Path, tmp_path: Path) -> None:
    series = tmp_path / "series"
    for name in ("steerco-20200101T000000Z", "steerco-20210101T000000Z"):
        assert steerco(f"backup --home {home} --to", series / name).code == 0
    for name in ("steerco-20190101T000000Z", "my own"):  # no backups
        (series / name).mkdir()
    made = steerco(f"backup --json --keep 2 --home {home} --into", series).json
    assert made["gone"] == [str(series / "steerco-20200101T000000Z")]
    left = {path.name for path in series.iterdir()}
    assert left == {"steerco-20190101T000000Z", "my own", "steerco-20210101T000000Z", Path(made["folder"]).name}
    assert steerco(f"restore --check {made['folder']}").code == 0
    for words in (f"backup --home {home}", f"backup --keep 2 --home {home} --to x", f"backup --to x --into y --home {home}"):
        assert steerco(words).code == 2
