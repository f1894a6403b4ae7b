"""Everything that can go wrong with an installation is made to go wrong; ``doctor`` finds it and says what mends it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.cli.command import SLUG, Command
from tests.cli.conftest import running as running
from tests.cli.conftest import steerco as steerco
from tests.cli.conftest import written as written
from tests.databases import HOMES, ON_POSTGRESQL

from steerco.kernel.attachments import GRACE
from steerco.store.checkpoint import Checkpoint, Seal


@pytest.fixture(scope="module")
def papered(running: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that runs, with a paper and a checkpoint."""
    from steerco.cli.main import run

    home = HOMES.copy(running, tmp_path_factory.mktemp("papered") / "home")
    paper = json.dumps({"files": [{"name": "paper.txt", "text": "what the paper says"}]})
    given = ["--by", "secretary", "meeting.add-paper", "--on", reference(home), "--with", paper, "--home", str(home)]
    with HOMES.inside(home):
        assert run(["do", SLUG, *given]) == 0
        assert run(["work", "--once", "--home", str(home)]) == 0
    return home


@pytest.fixture
def home(papered: Path, tmp_path: Path) -> Iterator[Path]:
    home = HOMES.copy(papered, tmp_path / "home")
    with HOMES.inside(home):
        yield home
    HOMES.forget(tmp_path)


def reference(home: Path) -> str:
    return str(HOMES.behind(home, "SELECT ref FROM meeting")[0][0])


def files(home: Path) -> list[Path]:
    return [path for path in sorted((home / "var" / "files").rglob("*")) if path.is_file()]


def checks(steerco: Command, home: Path, *, code: int) -> list[dict[str, Any]]:
    ran = steerco("doctor --json --home", home)
    assert ran.code == code, ran.out
    return [each for each in ran.json["checks"] if each["state"] != "ok"]


@pytest.mark.parametrize("umask", [0o000, 0o022])
def test_what_a_home_keeps_is_for_its_own_account(steerco: Command, written: Path, tmp_path: Path, umask: int) -> None:
    home = Path(shutil.copytree(written, tmp_path / "home"))
    meeting = json.dumps({"kind": "regular", "starts_at": "2099-01-05T09:00:00"})
    paper = json.dumps({"files": [{"name": "paper.txt", "text": "what the paper says"}]})
    before = os.umask(umask)
    try:
        assert steerco(f"tenant apply {SLUG} --home", home).code == 0
        assert steerco(f"do {SLUG} --by chair meeting.convene --home", home, "--with", meeting).code == 0
        act = f"do {SLUG} --by secretary meeting.add-paper --home"
        assert steerco(act, home, "--on", reference(home), "--with", paper).code == 0
        assert steerco("work --once --home", home).code == 0
    finally:
        os.umask(before)
    (home / "var").chmod(0o755)  # as one that was there before: what is made inside keeps to itself
    assert {"files", "checkpoints", "checkpoint.key"} <= {path.name for path in (home / "var").iterdir()}
    assert files(home)
    assert checks(steerco, home, code=0) == []


def test_a_sound_installation_needs_nothing(steerco: Command, home: Path) -> None:
    assert checks(steerco, home, code=0) == []


def gone(home: Path) -> None:
    files(home)[0].unlink()


def bent(home: Path) -> None:
    files(home)[0].write_bytes(b"something else")


def statement(sql: str) -> Callable[[Path], object]:
    return lambda home: HOMES.behind(home, sql)


def restored_from_long_ago(home: Path) -> None:
    seal = Seal(home / "var")
    bare = Checkpoint(SLUG, 10_000, "00" * 32, datetime.now(UTC))
    seal.keep(Checkpoint(SLUG, 10_000, "00" * 32, bare.at, seal.sign(bare.signed())))


def other_key(home: Path) -> None:
    (home / "var" / "checkpoint.key").unlink()
    (home / "var" / "checkpoint.pub").unlink()
    Seal(home / "var").key()


def folder_in_the_way(home: Path) -> None:
    shutil.rmtree(home / "var" / "checkpoints")
    (home / "var" / "checkpoints").write_text("in the way")


def past_due(home: Path) -> None:
    from steerco.cli.frame.shell import Shell
    from steerco.operations.lifecycle import request_deletion

    long_ago = datetime.now(UTC) - timedelta(days=60)
    request_deletion(Shell(str(home)).installation, SLUG, at=long_ago, who="op", why="test")


def half_erased(home: Path) -> None:
    from steerco.cli.frame.shell import Shell
    from steerco.operations.erasure import _erase

    past_due(home)
    _erase(Shell(str(home)).installation, SLUG, datetime.now(UTC))


def held(holder: str, seconds: int) -> Callable[[Path], None]:
    def run(home: Path) -> None:
        until = (datetime.now(UTC) + timedelta(seconds=seconds)).strftime("%Y-%m-%d %H:%M:%S.%f")
        HOMES.behind(home, f"INSERT INTO lease (name, holder, until) VALUES ('worker', '{holder}', '{until}')")

    return run


def dead() -> str:
    """A worker of this machine that lived, and does not any more."""
    import socket

    child = subprocess.Popen([sys.executable, "-c", "pass"])
    child.wait()
    return f"{socket.gethostname()}:{child.pid}"


def cut_off(home: Path) -> None:
    from steerco.cli.frame.shell import Shell
    from steerco.operations.lifecycle import suspend

    suspend(Shell(str(home)).installation, SLUG, at=datetime.now(UTC), who="op", why="test")
    statement("UPDATE tenant SET state = 'active'")(home)


def overwritten(home: Path) -> None:
    """As a disk that fails leaves it: pages in the middle are not what was written."""
    HOMES.behind(home, "PRAGMA wal_checkpoint(TRUNCATE)")
    with (home / "var" / "steerco.db").open("r+b") as file:
        file.seek(20 * 4096)
        file.write(b"Z" * 40 * 4096)


def emptied(home: Path) -> None:
    (home / "var" / "steerco.db").write_bytes(b"")


def readable(home: Path) -> None:
    (home / "var").chmod(0o755)
    for each in ("files", "files/1", "steerco.db"):
        if (home / "var" / each).exists():
            (home / "var" / each).chmod(0o755)


def spoiled_key(home: Path) -> None:
    (home / "var" / "checkpoint.key").write_text("no key")


def tail_cut(home: Path) -> None:
    """Also where no checkpoint tells of it."""
    shutil.rmtree(home / "var" / "checkpoints")
    statement("DELETE FROM event WHERE seq = (SELECT max(seq) FROM event WHERE type = 'meeting')")(home)


RENAMED = "UPDATE revision SET content = replace(content, 'en = ', 'en =  ')"

BEHIND = (
    "INSERT INTO log_head (tenant_id, seq, hash) SELECT tenant_id, seq, hash FROM event WHERE seq = 1"
    " ON CONFLICT (tenant_id) DO UPDATE SET seq = excluded.seq, hash = excluded.hash"
)

PROBLEMS: list[tuple[str, Callable[[Path], object], str, str, str]] = [
    ("a file gone", gone, f"files of {SLUG}", "missing", "backup"),
    ("a file bent", bent, f"files of {SLUG}", "not what was stored", "backup"),
    ("an event changed", statement("UPDATE event SET body = '{}' WHERE seq = 3"), f"log of {SLUG}", "changed", "restore"),
    ("an event gone", statement("DELETE FROM event WHERE seq = 3"), f"log of {SLUG}", "gap", "restore"),
    ("behind its checkpoint", restored_from_long_ago, f"log of {SLUG}", "cut", "newest backup"),
    ("another key", other_key, f"log of {SLUG}", "not signed", "checkpoint.key"),
    ("a revision rewritten", statement(RENAMED), f"log of {SLUG}", "rewritten", "restore a backup"),
    ("a revision spoiled", statement("UPDATE revision SET content = '{}'"), SLUG, "cannot be used", "backup"),
    ("a schema that is older", statement("UPDATE alembic_version SET version_num = '0000'"), "database", "older", "db upgrade"),
    ("a schema that is newer", statement("UPDATE alembic_version SET version_num = '9999'"), "database", "newer", "install"),
    ("a deletion that is stuck", past_due, SLUG, "still there", "work --once"),
    ("a deletion half done", half_erased, SLUG, "not finished", "work --once"),
    ("a command cut off", cut_off, SLUG, "cut off", "tenant suspend"),
    ("a worker that is gone", held("elsewhere:1", -600), "worker", "gone", "steerco work"),
    ("a worker that was killed", lambda home: held(dead(), 50)(home), "worker", "not live", "steerco work"),
    ("a database that is damaged", overwritten, "database", "damaged", "steerco restore"),
    ("a database that is empty", emptied, "database", "empty", "steerco restore"),
    ("a table gone", statement("DROP TABLE task_reminders"), "database", "missing: task_reminders", "steerco restore"),
    ("a row without another", statement("UPDATE person SET tenant_id = 7"), "database", "not there", "steerco restore"),
    ("a record changed", statement("UPDATE meeting SET state = 'closed'"), f"records of {SLUG}", "is closed", "log rebuild"),
    (
        "a record gone",
        statement("DELETE FROM appointment WHERE person = 'the-vice-chair'"),
        f"records of {SLUG}",
        "is gone",
        "log rebuild",
    ),
    ("a text changed", statement("UPDATE meeting SET place = 'elsewhere'"), f"records of {SLUG}", "meeting ", "log rebuild"),
    (
        "a name changed",
        statement("""UPDATE person SET name = '{"vi": "X", "en": "X"}'"""),
        f"records of {SLUG}",
        "person ",
        "log rebuild",
    ),
    (
        "a seat usurped",
        statement("UPDATE appointment SET person = 'the-secretary' WHERE seat = 'chair'"),
        f"records of {SLUG}",
        "appointment ",
        "log rebuild",
    ),
    ("a tally changed", statement("UPDATE tally SET n = n + 7"), f"records of {SLUG}", "tally ", "log rebuild"),
    ("the end of the log cut off", tail_cut, f"records of {SLUG}", "at version 2, its log at 1", "backup"),
    ("a head that lies", statement(BEHIND), f"log of {SLUG}", "its head says 1", "INSERT INTO log_head"),
    ("what others can read", readable, "data", "other accounts", "chmod -R go="),
    ("a key that is none", spoiled_key, "key", "no key", "backup"),
    ("a folder that cannot be written", folder_in_the_way, "data", "cannot be written", "folder"),
]


@pytest.mark.parametrize(("harm", "what", "said", "mend"), [each[1:] for each in PROBLEMS], ids=[each[0] for each in PROBLEMS])
def test_it_finds_what_is_wrong_and_says_the_mend(
    harm: Callable[[Path], object],
    what: str,
    said: str,
    mend: str,
    steerco: Command,
    home: Path,
) -> None:
    harm(home)
    found = [each for each in checks(steerco, home, code=1) if each["state"] == "problem"]
    assert [each for each in found if what in each["what"] and said in each["said"] and mend in each["mend"]], found
    assert all(each["mend"] for each in found)


@pytest.mark.skipif(ON_POSTGRESQL, reason="PostgreSQL takes nothing into such a column that is no JSON")
def test_a_row_that_cannot_be_read_is_named(steerco: Command, home: Path) -> None:
    HOMES.behind(home, "UPDATE person SET name = '{spoilt' WHERE id = 'the-secretary'")
    found = [each for each in checks(steerco, home, code=1) if each["state"] == "problem"]
    assert [("the-secretary: name" in each["said"], bool(each["mend"])) for each in found] == [(True, True)]
    ran = steerco(f"log rebuild {SLUG} --json --home", home)
    assert ran.code == 1
    (each,) = ran.json["differences"]
    assert (each["action"], each["what"]) == ("person", "the-secretary")
    assert "name is no JSON" in each["logged"]


def test_what_is_no_problem_is_told_as_a_note(steerco: Command, home: Path) -> None:
    orphan = home / "var" / "files" / "1" / "ab" / ("ab" * 32)
    orphan.parent.mkdir(parents=True)
    orphan.write_bytes(b"x")
    old = time.time() - GRACE - 60
    os.utime(orphan, (old, old))
    (home / "var" / "files" / "77" / "cd").mkdir(parents=True)
    statement(
        "INSERT INTO tenant (id, slug, created_at, state)"
        " VALUES (99, '#import:other-board', '2026-01-01 00:00:00.000000', 'importing')"
    )(home)
    assert steerco(f"tenant suspend {SLUG} --why holidays --home", home).code == 0
    notes = {each["what"]: each for each in checks(steerco, home, code=0)}
    assert "named by no record" in notes[f"files of {SLUG}"]["said"]
    assert "rm -r" in notes["files"]["mend"]
    assert "tenant import" in notes["other-board"]["mend"]
    assert "holidays" in notes[SLUG]["said"]
    assert "tenant resume" in notes[SLUG]["mend"]


def test_a_tenant_whose_files_are_not_here_is_told_where_to_have_them_from(steerco: Command, home: Path) -> None:
    shutil.rmtree(home / "tenants" / SLUG)
    (note,) = checks(steerco, home, code=0)
    assert (note["what"], note["state"]) == (SLUG, "note")
    assert steerco(f"tenant pull {SLUG} --home", home).code == 0
    assert checks(steerco, home, code=0) == []


def test_a_head_that_is_not_the_end_of_its_log_is_mended_by_what_is_said(steerco: Command, home: Path) -> None:
    statement(BEHIND)(home)
    (found,) = checks(steerco, home, code=1)
    statement("INSERT INTO" + found["mend"].partition("INSERT INTO")[2])(home)
    assert checks(steerco, home, code=0) == []


def test_the_mends_mend(steerco: Command, home: Path) -> None:
    """What it says to do is done, and there is nothing left to say."""
    cut_off(home)
    assert steerco(f"tenant suspend {SLUG} --why again --home", home).code == 0
    assert steerco(f"tenant resume {SLUG} --why over --home", home).code == 0
    past_due(home)
    assert steerco("work --once --home", home).code == 0
    found = checks(steerco, home, code=0)
    assert [each["what"] for each in found] == [SLUG]
    assert "it is not applied" in found[0]["said"]
