"""A home of release 0.1, kept as it was (``keep_release.py``), comes up under this program on both databases."""

from __future__ import annotations

import json
import sqlite3
import tarfile
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from litestar.testing import TestClient
from sqlalchemy import Date, DateTime, MetaData, inspect, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeEngine
from tests.cli.command import Command
from tests.cli.conftest import steerco as steerco
from tests.lifecycle.keep_release import KEPT
from tests.store import postgres

from steerco.cli.frame.schema_upgrade import lines
from steerco.configuration.installation import Installation
from steerco.store import migrations
from steerco.store.base import Base
from steerco.store.engine import Store
from steerco.store.schema import newest, present
from steerco.web.app import create_app

NATIONAL, MOST = "national-committee", "most-steering-board"
COMMITTEES = (NATIONAL, MOST)
CONVENERS = {NATIONAL: "chair", MOST: "head"}
MEETING = json.dumps({"kind": "ad-hoc", "starts_at": "2021-04-15T09:00:00"})
Rows = dict[str, list[dict[str, Any]]]


@dataclass
class Kept:
    """The home, and the secret of a token that release 0.1 issued."""

    home: Path
    token: str
    url: str
    owner: str

    def store(self) -> Store:
        """The database, as one process has it."""
        return Store.open(self.url or None, self.home / "var", operator_url=self.owner or None)

    def rows(self) -> Rows:
        """Every row of every table, in one order."""
        store, found = self.store(), {}
        with store.operator_connection() as connection:
            for name in inspect(connection).get_table_names():
                rows = connection.execute(text(f'SELECT * FROM "{name}"')).mappings()
                found[name] = sorted((dict(row) for row in rows), key=lambda row: json.dumps(row, default=str))
        store.close()
        return found


def unpacked(folder: Path) -> tuple[Path, str, str]:
    """The home, its database as SQL, and the token's secret."""
    (package,) = KEPT.glob("release-0.1.tar.xz")
    with tarfile.open(package) as file:
        file.extractall(folder, filter="data")
    (folder / "home" / "var").chmod(0o700)
    sql, token = folder / "home" / "database.sql", folder / "home" / "token"
    taken = folder / "home", sql.read_text("utf-8"), token.read_text("utf-8")
    sql.unlink()
    token.unlink()
    return taken


@pytest.fixture(scope="module")
def template(server: postgres.Server, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a database on PostgreSQL that has the tables of 0.1 and the rows."""
    name, folder = "kept_release", tmp_path_factory.mktemp("template")
    _, sql, _ = unpacked(folder)
    server.create(name)
    store = Store.open(server.url(name, postgres.OWNER), folder)
    with store.operator_connection() as connection:
        command.upgrade(migrations.config(connection, Base.metadata, migrations.CORE, postgres.SERVING), "0001")
        for line in lines():
            command.upgrade(migrations.config(connection, Base.metadata, line, postgres.SERVING), "0001")
    store.close()
    admin = Store.open(server.url(name, "postgres"), folder)
    with admin.operator_connection() as connection, closing(sqlite3.connect(":memory:")) as kept:
        kept.executescript(sql)
        kept.row_factory = sqlite3.Row
        connection.execute(text("SET session_replication_role = replica"))  # parents and parts come in any order
        tables = MetaData()
        tables.reflect(connection)
        for table in tables.sorted_tables:
            rows = [dict(row) for row in kept.execute(f'SELECT * FROM "{table.name}"')]
            if rows and not table.name.endswith("version"):
                typed = [{column: _typed(value, table.c[column].type) for column, value in row.items()} for row in rows]
                connection.execute(table.insert(), typed)
        heads = (
            "SELECT tenant_id, seq, hash FROM event WHERE (tenant_id, seq) IN (SELECT tenant_id, max(seq) FROM event GROUP BY 1)"
        )
        connection.execute(text(f"INSERT INTO log_head (tenant_id, seq, hash) {heads}"))  # SQLite needs none
        numbers = "SELECT setval(pg_get_serial_sequence('tenant', 'id'), (SELECT max(id) FROM tenant))"
        connection.execute(text(numbers))
    admin.close()
    return name


def _typed(value: Any, type: TypeEngine[Any]) -> Any:
    """A value of SQLite as PostgreSQL has it."""
    if value is None:
        return None
    if isinstance(type, DateTime):
        return datetime.fromisoformat(value).replace(tzinfo=UTC)
    if isinstance(type, JSONB):
        return json.loads(value)
    return date.fromisoformat(value) if isinstance(type, Date) else type.python_type(value)


@pytest.fixture(params=["sqlite", "postgresql"])
def kept(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Kept:
    home, sql, token = unpacked(tmp_path)
    url = owner = ""
    if request.param == "postgresql":
        server: postgres.Server = request.getfixturevalue("server")
        name = server.copy(request.getfixturevalue("template"))
        url, owner = server.url(name, postgres.SERVING), server.url(name, postgres.OWNER)
        monkeypatch.setenv("STEERCO_DATABASE_URL", url)
        monkeypatch.setenv("STEERCO_OPERATOR_URL", owner)
    else:
        with closing(sqlite3.connect(home / "var" / "steerco.db")) as file:
            file.executescript(sql)
        (home / "var" / "steerco.db").chmod(0o600)
    return Kept(home, token, url, owner)


def test_it_is_asked_to_be_brought_up_then_everything_is_there_and_works(steerco: Command, kept: Kept) -> None:
    asked = steerco("tenant list --json --home", kept.home)
    assert (asked.code, asked.error["error"]) == (1, "database-older")
    assert "steerco db upgrade" in asked.error["do"]
    before = kept.rows()
    assert steerco("db upgrade --home", kept.home).code == 0
    after = kept.rows()
    assert after["alembic_version"] == [{"version_num": newest()}]
    for table in before.keys() - {"alembic_version"}:
        columns = before[table][0].keys() if before[table] else ()
        assert [{name: row[name] for name in columns} for row in after[table]] == before[table], table
    assert steerco("work --once --home", kept.home).code == 0
    doctor = steerco("doctor --json --home", kept.home)
    assert [check for check in doctor.json["checks"] if check["state"] == "problem"] == []
    for slug in COMMITTEES:
        did = steerco(f"do {slug} --by {CONVENERS[slug]} meeting.convene --home", kept.home, "--with", MEETING)
        assert did.code == 0, did.err
        verified = steerco(f"log verify {slug} --json --home", kept.home)
        assert (verified.code, verified.json["ok"]) == (0, True), verified.out
        assert verified.json["checkpoints"] > 0
    assert [row["state"] for row in steerco(f"token list {NATIONAL} --json --home", kept.home).json] == ["good"]
    assert [row["what"] for row in steerco("tenant register --json --home", kept.home).json] == ["suspend", "resume"]


def test_two_processes_take_it_up_while_it_is_brought_up(steerco: Command, kept: Kept) -> None:
    """Both run ahead of the upgrade and take no requests until it is done; then they serve one log, without a restart. When a
    later release brings its columns, nothing is sent to them any more, and what they have at hand they still finish."""
    stores = kept.store(), kept.store()
    first, second = (create_app(Installation(store)) for store in stores)
    headers = {"Authorization": f"Bearer {kept.token}"}
    with TestClient(first) as one, TestClient(second) as other:
        assert [client.get("/ready").status_code for client in (one, other)] == [503, 503]
        assert steerco("db upgrade --home", kept.home).code == 0
        assert [client.get("/ready").status_code for client in (one, other)] == [200, 200]
        for number, client in enumerate((one, other, one, other)):
            given = {"kind": "ad-hoc", "starts_at": f"2099-01-{number + 5:02}T09:00:00"}
            did = client.post(f"/t/{NATIONAL}/api/meeting/convene", headers=headers, json=given)
            assert did.status_code == 201, did.text
        lists = [client.get(f"/t/{NATIONAL}/api/meeting?limit=100", headers=headers).json()["items"] for client in (one, other)]
        assert lists[0] == lists[1]
        assert {f"2099-01-{day:02}" for day in (5, 6, 7, 8)} <= {item["starts_at"][:10] for item in lists[0]}
        with stores[0].operator_connection() as connection:
            connection.execute(text("ALTER TABLE meeting ADD COLUMN of_a_later_release VARCHAR"))
            connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        assert [client.get("/ready").status_code for client in (one, other)] == [503, 503]
        given = {"kind": "ad-hoc", "starts_at": "2099-02-02T09:00:00"}
        assert one.post(f"/t/{NATIONAL}/api/meeting/convene", headers=headers, json=given).status_code == 201
        with stores[0].operator_connection() as connection:
            connection.execute(text(f"UPDATE alembic_version SET version_num = '{newest()}'"))
    for store in stores:
        store.close()
    assert steerco(f"log verify {NATIONAL} --home", kept.home).code == 0


def test_a_later_release_was_here_and_nothing_goes_back(steerco: Command, kept: Kept) -> None:
    assert steerco("db upgrade --home", kept.home).code == 0
    store = kept.store()
    with store.operator_connection() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    store.close()
    for words in ("db upgrade", f"log verify {NATIONAL}", "tenant list"):
        refused = steerco(f"{words} --json --home", kept.home)
        assert (refused.code, refused.error["error"]) == (1, "database-newer")
        assert "install" in refused.error["do"]
    store = kept.store()
    assert present(store) == ("9999",)
    store.close()
