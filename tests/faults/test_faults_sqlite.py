"""The disk is full under the embedded database: an act is told so, nothing of it is kept, and room is all that it takes."""

from __future__ import annotations

import json
import os
import subprocess
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.faults.served import SLUG, Served, serving, steerco

from steerco.store.engine import Away, Store
from steerco.store.tables import Tally


def test_a_full_database_takes_nothing_and_goes_on_when_there_is_room() -> None:
    store = Store.memory()
    store.create_schema()
    with store.unscoped() as session:
        raw = session.connection().connection.driver_connection
        assert raw is not None
    pages = raw.execute("PRAGMA page_count").fetchone()[0]
    raw.execute(f"PRAGMA max_page_count = {pages + 2}")
    with pytest.raises(Away) as full, store.write(1) as session:
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
