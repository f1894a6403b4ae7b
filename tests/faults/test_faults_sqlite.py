"""The disk is full under the embedded database: an act is told so, nothing of it is kept, and room is all that it takes."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
from base64 import b64encode
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from tests.faults.served import SLUG, STEERCO, Served, serving, steerco

from steerco.store.engine import Store, StoreUnavailable
from steerco.store.tables import Tally


def test_a_full_database_takes_nothing_and_goes_on_when_there_is_room() -> None:
    store = Store.memory()
    store.create_schema()
    with store.unscoped() as session:
        raw = session.connection().connection.driver_connection
        assert raw is not None
    pages = raw.execute("PRAGMA page_count").fetchone()[0]
    raw.execute(f"PRAGMA max_page_count = {pages + 2}")
    with pytest.raises(StoreUnavailable) as full, store.write(1) as session:
        session.add_all(Tally(tenant_id=1, name="x" * 500 + str(n), n=n) for n in range(200))
    assert full.value.code == "disk-full"
    with store.read(1) as session:
        assert session.query(Tally).count() == 0
    raw.execute(f"PRAGMA max_page_count = {pages + 1000}")
    with store.write(1) as session:
        session.add(Tally(tenant_id=1, name="a", n=1))
    store.close()


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """A home whose data lie on a disk of 16 MiB."""
    data = tmp_path / "home" / "var"
    data.mkdir(parents=True)
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", str(data)], capture_output=True)
    if mounted.returncode:  # only root may mount; a database that is full is tested above for everyone, by its number of pages
        pytest.skip("NOT TESTED: no small disk can be mounted here (it takes root)")
    yield tmp_path / "home"
    subprocess.run(["umount", "-l", str(data)], check=True)


def test_a_server_on_a_full_disk(small: Path) -> None:
    with serving(small, {}) as served:
        assert served.convene("before").status_code == 201
        junk = small / "var" / "junk"
        secretary = json.loads(steerco(small, f"token issue {SLUG} --person secretary --scope * --json"))["secret"]
        _fill(junk)
        told = _acts_until_full(served)
        assert told == "disk-full"
        assert served.held_at("before") == 1
        key, content = "paper", b64encode(os.urandom(300_000)).decode()
        meeting = served.ask("GET", "/meeting?place=before").json()["items"][0]["id"]
        paper = {"json": {"files": [{"name": "p", "base64": content}]}}
        headers = {"Idempotency-Key": key, "Authorization": f"Bearer {secretary}"}
        assert served.away(served.ask("POST", f"/meeting/{meeting}/add-paper", headers=headers, **paper)) == "disk-full"
        junk.unlink()
        assert served.ask("POST", f"/meeting/{meeting}/add-paper", headers=headers, **paper).status_code == 200
        assert served.until_done("full").status_code == 201
        assert served.held_at("full") == 1
        served.sound()


def _fill(junk: Path) -> None:
    """Take up every byte that is left."""
    with junk.open("wb", buffering=0) as file:
        for size in (1 << 20, 1 << 12, 1 << 9):
            try:
                while True:
                    file.write(b"x" * size)
            except OSError:
                continue


def _acts_until_full(served: Served) -> str:
    """What is still written goes into room that the database has taken before; then it is full."""
    for number in range(400):
        answer = served.convene(f"more-{number}", place="y" * 200)
        if answer.status_code == 503:
            return served.away(served.convene("full"))
        assert answer.status_code == 201
    return "never full"


def test_acts_that_are_lost_with_the_log_of_writes_are_told_by_their_numbers(tmp_path: Path) -> None:
    """As a server that was killed leaves its home, where somebody then took ``steerco.db-wal`` away."""
    killed = tmp_path / "killed"
    with serving(tmp_path / "home", {}) as served:
        with closing(sqlite3.connect(served.home / "var" / "steerco.db")) as database:
            assert database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0
            kept = database.execute("SELECT max(seq) FROM event").fetchone()[0]
        events = [served.convene(str(number)).json()["event"] for number in range(5)]
        shutil.copytree(served.home, killed, ignore=shutil.ignore_patterns("*-wal", "*-shm"))
    assert lost(killed) == f"events {kept + 1} to {events[-1]} had been acknowledged, and the log ends at {kept}"
    act = f"do {SLUG} --by chair meeting.convene --with"
    given = json.dumps({"kind": "regular", "starts_at": "2027-01-05T09:00:00"})
    for _ in events:  # others take their numbers: what was lost stays known, also to the next process
        steerco(killed, act, given)
    assert "this is not the acknowledged event" in lost(killed)
    (killed / "var" / "log.ends").unlink()
    assert lost(killed) == ""
    steerco(killed, act, given)
    assert lost(killed) == ""


def lost(home: Path) -> str:
    """What ``log verify`` tells of lost acts, which ``doctor`` tells too; nothing where it finds the log sound."""
    command = [*STEERCO, "log", "verify", SLUG, "--json", "--home", str(home)]
    verified = json.loads(subprocess.run(command, capture_output=True, check=False).stdout)
    checked = subprocess.run([*STEERCO, "doctor", "--json", "--home", str(home)], capture_output=True, check=False)
    (told,) = [each for each in json.loads(checked.stdout)["checks"] if each["what"] == f"log of {SLUG}"]
    found = "; ".join(each["detail"] for each in verified["breaks"] if each["kind"] == "lost")
    assert (told["state"] == "problem", "log.ends" in told["mend"]) == (bool(found), bool(found))
    assert found in told["said"]
    return found
