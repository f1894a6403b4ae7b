"""The next release's schema over a store with data: everything is still there, and a migration that is killed has not begun."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import inspect, text
from tests.cli.command import Command
from tests.cli.conftest import steerco as steerco
from tests.databases import HOMES, STORES, schema
from tests.lifecycle.conftest import BOARD, LATER, Moved, act, hashes, sound
from tests.store import postgres

from steerco.cli.frame.schema_upgrade import migrate
from steerco.configuration.installation import Installation
from steerco.operations.archive.importer import bring
from steerco.store import migration_lines, migrations
from steerco.store.base import Base
from steerco.store.engine import Store
from steerco.store.schema import newest, present, standing
from steerco.testkit import SAMPLE

ROOT = Path(__file__).parents[2]
NEXT = '''
"""What a release may do to the schema: a column, a table filled from rows that are there, a table rebuilt."""
import os, pathlib, time
import sqlalchemy as sa
from alembic import op
revision, down_revision, branch_labels, depends_on = "{next}", "{newest}", None, None

def upgrade():
    with op.batch_alter_table("task") as table:
        table.add_column(sa.Column("weight", sa.Integer, nullable=False, server_default="7"))
    with op.batch_alter_table("meeting", recreate="auto") as table:
        table.alter_column("place", new_column_name="venue")
    op.create_table(
        "next_title",
        sa.Column("tenant_id", sa.BigInteger, primary_key=True),
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("title", sa.String),
    )
    op.execute("INSERT INTO next_title (tenant_id, id, title) SELECT tenant_id, id, title FROM task")
    if reached := os.environ.get("REACHED"):
        pathlib.Path(reached).write_text("half way")
        time.sleep(600)
    op.create_index("ix_next_title", "next_title", ["tenant_id", "title"])

def downgrade():
    raise NotImplementedError
'''
UPGRADE = """
import pathlib, sys
from tests.lifecycle.test_upgrade import to_the_newest
from steerco.store.engine import Store
url, data, versions, role = sys.argv[1:]
to_the_newest(Store.open(url or None, pathlib.Path(data)), pathlib.Path(versions), role)
"""


def to_the_newest(store: Store, versions: Path, role: str = "") -> None:
    """As ``db upgrade`` of a release does whose versions lie in that folder."""
    with store.operator_connection() as connection:
        command.upgrade(
            migrations.config(connection, Base.metadata, migration_lines.MigrationLine(versions), role or None), "heads"
        )


@dataclass
class Lived:
    """A store at this release's schema, with the board in it, and the folder of the next release's version."""

    store: Store
    url: str
    role: str
    versions: Path

    @property
    def next(self) -> str:
        return f"{int(newest()) + 1:04d}"

    def upgrade(self) -> None:
        to_the_newest(self.store, self.versions, self.role)

    def tables(self) -> set[str]:
        with self.store.operator_connection() as connection:
            return set(inspect(connection).get_table_names())

    def all(self, sql: str) -> list[Any]:
        with self.store.operator_connection() as connection:
            return [tuple(row) for row in connection.execute(text(sql))]


@pytest.fixture(params=["sqlite", "postgresql"])
def lived_in(request: pytest.FixtureRequest, archive: Moved, tmp_path: Path) -> Iterator[Lived]:
    url, role, serving = "", "", ""
    if request.param == "postgresql":
        server: postgres.Server = request.getfixturevalue("server")
        name = server.copy(schema())
        url, role, serving = server.url(name, postgres.OWNER), postgres.SERVING, server.url(name, postgres.SERVING)
    store = Store.open(serving or None, tmp_path / "data", operator_url=url or None)
    installation = Installation(store)
    if not url:
        migrate(store)
    bring(installation, archive.path, at=LATER, who="op", why="test")
    shutil.copytree(migrations.VERSIONS, tmp_path / "versions")
    made = Lived(store, url, role, tmp_path / "versions")
    (made.versions / f"{made.next}_next.py").write_text(NEXT.format(next=made.next, newest=newest()))
    yield made
    store.close()


def test_an_upgrade_keeps_everything_and_brings_what_is_new(lived_in: Lived) -> None:
    installation = Installation(lived_in.store)
    before, tasks = hashes(installation, BOARD), lived_in.all("SELECT id, title FROM task ORDER BY id")
    places = lived_in.all("SELECT id, place FROM meeting ORDER BY id")
    assert tasks
    assert places
    lived_in.upgrade()
    assert present(lived_in.store) == (lived_in.next,)
    assert lived_in.all("SELECT id, title FROM next_title ORDER BY id") == tasks
    assert lived_in.all("SELECT DISTINCT weight FROM task") == [(7,)]
    assert lived_in.all("SELECT id, venue FROM meeting ORDER BY id") == places
    assert hashes(installation, BOARD) == before
    lived_in.upgrade()
    assert lived_in.all("SELECT id, title FROM next_title ORDER BY id") == tasks


def test_this_release_refuses_the_schema_of_the_next(lived_in: Lived) -> None:
    assert standing(lived_in.store) == "current"
    lived_in.upgrade()
    assert standing(lived_in.store) == "newer"


def test_a_migration_that_is_killed_has_not_begun(lived_in: Lived, tmp_path: Path) -> None:
    """Killed half way, with tables changed and rows moved: the store is at the old version, whole, and is upgraded afterwards."""
    tables, reached = lived_in.tables(), tmp_path / "reached"
    lived_in.store.close()
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "core"))), "REACHED": str(reached)}
    program = [sys.executable, "-c", UPGRADE, lived_in.url, str(tmp_path / "data"), str(lived_in.versions), lived_in.role]
    with subprocess.Popen(program, env=environment) as child:
        while not reached.exists():
            assert child.poll() is None, "the migration ended by itself"
            time.sleep(0.05)
        child.send_signal(signal.SIGKILL)
        child.wait()
    assert present(lived_in.store) == (newest(),)
    assert lived_in.tables() == tables
    installation = Installation(lived_in.store)
    sound(installation, BOARD)
    act(installation.tenant(BOARD), "an", "task.assign", title="Sau đó", to="binh")
    lived_in.upgrade()
    assert lived_in.all("SELECT count(*) FROM next_title") == lived_in.all("SELECT count(*) FROM task")


def test_a_table_that_is_rebuilt_stays_clustered_by_its_key_on_sqlite(lived: Store, tmp_path: Path) -> None:
    store = STORES.copy(lived)
    shutil.copytree(migrations.VERSIONS, tmp_path / "versions")
    (tmp_path / "versions" / "n.py").write_text(
        "import sqlalchemy as sa\nfrom alembic import op\n"
        f'revision, down_revision, branch_labels, depends_on = "9000", "{newest()}", None, None\n'
        "def upgrade():\n"
        '    with op.batch_alter_table("meeting_papers", recreate="always") as table:\n'
        '        table.add_column(sa.Column("weight", sa.Integer))\n'
        "def downgrade():\n    pass\n"
    )
    rows = "SELECT tenant_id, id, title, digest FROM meeting_papers ORDER BY id"
    with store.operator_connection() as connection:
        before = connection.execute(text(rows)).all()
    to_the_newest(store, tmp_path / "versions")
    with store.operator_connection() as connection:
        made = connection.execute(text("SELECT sql FROM sqlite_master WHERE name = 'meeting_papers'")).scalar()
        assert connection.execute(text(rows)).all() == before
    assert "WITHOUT ROWID" in made
    assert "DEFERRABLE" in made
    store.close()


@pytest.mark.parametrize(("version", "word"), [("0000", "db upgrade"), ("9999", "install that release")])
@pytest.mark.parametrize("words", ["serve --port 8992", "work --once", "tenant list", f"log verify {BOARD}"])
def test_no_command_goes_on_with_another_schema(
    words: str, version: str, word: str, steerco: Command, lived: Store, tmp_path: Path
) -> None:
    home = Path(shutil.copytree(SAMPLE, tmp_path / "home"))
    HOMES.fill(home, lived)
    HOMES.behind(home, f"UPDATE alembic_version SET version_num = '{version}'")
    rows = "SELECT version_num, (SELECT max(hash) FROM event), (SELECT count(*) FROM event) FROM alembic_version"
    before = HOMES.behind(home, rows)
    ran = steerco(f"{words} --home", home)
    assert ran.code == 1
    assert word in ran.err
    assert HOMES.behind(home, rows) == before


def test_a_command_that_only_reads_files_does_not_ask_for_the_schema(steerco: Command) -> None:
    assert steerco("tenant check --home", SAMPLE).code == 0


@pytest.mark.parametrize("version", ["0001", newest()])
def test_a_database_from_before_the_first_release_is_told_what_to_do(
    version: str, steerco: Command, lived: Store, tmp_path: Path
) -> None:
    """It bears a version, and what a program of those days did not make yet is missing."""
    home = Path(shutil.copytree(SAMPLE, tmp_path / "home"))
    HOMES.fill(home, lived)
    HOMES.behind(home, "DROP TABLE task_reminders")
    HOMES.behind(home, "ALTER TABLE meeting DROP COLUMN place")
    HOMES.behind(home, f"UPDATE alembic_version SET version_num = '{version}'")
    rows = "SELECT version_num, (SELECT max(hash) FROM event), (SELECT count(*) FROM meeting) FROM alembic_version"
    before = HOMES.behind(home, rows)
    for words in ("db upgrade", "tenant list") if version == "0001" else ("tenant list", "doctor"):
        ran = steerco(f"{words} --home", home)
        assert ran.code == 1
        told = ran.out + ran.err
        if version == newest() or words == "db upgrade":
            assert version == "0001" or "task_reminders, meeting.place" in told  # else what the upgrade met first
            assert "from before release 0.1" in told
            assert "move the data folder away" in told
        assert HOMES.behind(home, rows) == before
