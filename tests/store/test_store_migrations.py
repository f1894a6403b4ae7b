"""The migrations give exactly the tables that are declared, on both databases, all or nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Thread
from time import sleep
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError
from tests.store import postgres
from tests.store.tables import TABLES

from steerco.store import migrations
from steerco.store.base import Base, owned_tables
from steerco.store.engine import Store
from steerco.store.migration_lines import MigrationLine, OutOfBounds
from steerco.store.migrations import MissingMigration, revision
from steerco.store.schema import drop, leftovers
from steerco.store.security import POLICY

revision.load()
OURS = {mapper.local_table.name for mapper in Base.registry.mappers if mapper.class_.__module__.startswith("steerco.")}

PLUGIN = """
import sqlalchemy as sa
from alembic import op
revision, down_revision, branch_labels, depends_on = "x1", None, None, None
def upgrade():
    op.create_table("x_demo_thing", sa.Column("tenant_id", sa.Integer), sa.Column("id", sa.String))
    {then}
def downgrade():
    op.drop_table("x_demo_thing")
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def bare(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    """A store without any table, opened as its owner."""
    if request.param == "sqlite":
        return Store.memory()
    server: postgres.Server = request.getfixturevalue("server")
    return Store.open(server.url(server.copy("template1"), postgres.OWNER), tmp_path)


def _is_ours(item: Any, name: str | None, kind: str, *_: Any) -> bool:
    return name in OURS if kind == "table" else getattr(item, "table", item).name in OURS


def test_the_migrations_give_the_tables_as_declared(bare: Store) -> None:
    bare.upgrade()
    with bare.operator_connection() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": _is_ours, "target_metadata": Base.metadata})
        found = compare_metadata(context, Base.metadata)
    assert not found, 'the tables have changed: python -m steerco.store.migrations.revision "what changed"'


def test_an_upgrade_again_changes_nothing_and_keeps_what_is_there(bare: Store) -> None:
    bare.upgrade()
    with bare.unscoped() as session:
        session.execute(text("INSERT INTO tally (tenant_id, name, n) VALUES (1, 'a', 5)"))
    bare.upgrade()
    with bare.unscoped() as session:
        assert session.execute(text("SELECT n FROM tally")).scalar() == 5


def test_the_migrations_can_be_undone(bare: Store) -> None:
    bare.upgrade()
    with bare.operator_connection() as connection:
        config = migrations.config(connection, Base.metadata)
        config.attributes["writing"] = True
        command.downgrade(config, "base")
        assert set(inspect(connection).get_table_names()) <= {"alembic_version"}


def test_without_the_newest_release_the_tables_are_those_of_the_one_before(bare: Store) -> None:
    """A release that is undone leaves no table, column or index of its own behind."""
    newest, *_ = versions = sorted((path.name[:4] for path in migrations.VERSIONS.glob("0*.py")), reverse=True)
    with bare.operator_connection() as connection:
        config = migrations.config(connection, Base.metadata)
        command.upgrade(config, versions[1])
        before = tables_of(connection)
        command.upgrade(config, newest)
        assert tables_of(connection) != before
        command.downgrade(config, versions[1])
        assert tables_of(connection) == before


def tables_of(connection: Connection) -> dict[str, tuple[set[str], set[str | None]]]:
    """The columns and indexes of each table."""
    look = inspect(connection)
    return {
        name: ({each["name"] for each in look.get_columns(name)}, {each["name"] for each in look.get_indexes(name)})
        for name in look.get_table_names()
    }


def test_a_plugins_line_of_versions_comes_with_the_rest(bare: Store, tmp_path: Path) -> None:
    folder = tmp_path / "versions"
    folder.mkdir()
    (folder / "x1.py").write_text(PLUGIN.format(then="pass"))
    bare.upgrade(lines=[MigrationLine(folder, "x_demo_")])
    with bare.operator_connection() as connection:
        assert {"x_demo_thing", "event"} <= set(inspect(connection).get_table_names())
    bare.upgrade()
    assert [str(each) for each in leftovers(bare, ["x_demo_"])] == []
    (left,) = leftovers(bare, [])
    assert left.rows == {"x_demo_thing": 0}
    drop(bare, left)
    with bare.operator_connection() as connection:
        assert not [name for name in inspect(connection).get_table_names() if name.startswith("x_demo")]


def test_a_line_that_is_ahead_of_what_is_installed_says_so(bare: Store, tmp_path: Path) -> None:
    folder = tmp_path / "versions"
    folder.mkdir()
    (folder / "x1.py").write_text(PLUGIN.format(then="pass"))
    bare.upgrade(lines=[MigrationLine(folder, "x_demo_")])
    (folder / "x1.py").unlink()
    with pytest.raises(MissingMigration, match="Install the newer release"):
        bare.upgrade(lines=[MigrationLine(folder, "x_demo_")])


def test_of_two_upgrades_at_once_the_second_waits_and_finds_nothing_to_do(server: postgres.Server, tmp_path: Path) -> None:
    name = server.copy("template1")
    first, second = (Store.open(server.url(name, postgres.OWNER), tmp_path) for _ in range(2))
    wrong: list[Exception] = []

    def upgrade() -> None:
        try:
            second.upgrade()
        except Exception as error:
            wrong.append(error)

    other = Thread(target=upgrade)
    waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted"
    with first.operator_connection() as connection:
        migrations.upgrade(connection, Base.metadata)
        other.start()
        while other.is_alive() and not connection.scalar(text(waiting)):
            sleep(0.01)
    other.join()
    assert wrong == []
    first.close()
    second.close()


def test_an_upgrade_that_fails_leaves_nothing(bare: Store, tmp_path: Path) -> None:
    folder = tmp_path / "versions"
    folder.mkdir()
    (folder / "x1.py").write_text(PLUGIN.format(then='op.execute("SELECT nothing FROM nowhere")'))
    with pytest.raises(DBAPIError):
        bare.upgrade(lines=[MigrationLine(folder, "x_demo_")])
    with bare.operator_connection() as connection:
        assert inspect(connection).get_table_names() == []


BEYOND = {
    "drops a table of the program": 'op.drop_table("meeting")',
    "drops all of them": '[op.drop_table(name) for name in ("event", "meeting", "tenant")]',
    "empties the log": 'op.execute("DELETE FROM event")',
    "in the second statement": """op.execute("SELECT 1; DROP TABLE event")""",
    "behind a comment": 'op.execute("/* x_demo_ */ UPDATE tally SET n = 0")',
    "by a rebuild": """
    with op.batch_alter_table("tally", recreate="always") as batch:
        batch.add_column(sa.Column("more", sa.Integer))""",
    "of another plugin": 'op.create_table("x_other_thing", sa.Column("id", sa.Integer))',
    "an index on the program's table": 'op.create_index("ix_x_demo_a", "event", ["action"])',
    "an index of the program's": 'op.drop_index("ix_event_tenant_id_type_record_id_seq", table_name="event")',
    "by its own table's new name": 'op.rename_table("x_demo_thing", "event_")',
    "what nobody can read": 'op.execute("CREATE VIEW x_demo_view AS SELECT * FROM event")',
}


@pytest.mark.parametrize("what", BEYOND)
def test_a_plugins_version_touches_its_own_tables_alone(bare: Store, tmp_path: Path, what: str) -> None:
    folder = tmp_path / "versions"
    folder.mkdir()
    bare.upgrade()
    with bare.unscoped() as session:
        session.execute(text("INSERT INTO tally (tenant_id, name, n) VALUES (1, 'a', 5)"))
    with bare.operator_connection() as connection:
        before = sorted(inspect(connection).get_table_names())
    (folder / "x1.py").write_text(PLUGIN.format(then=BEYOND[what]))
    with pytest.raises(OutOfBounds, match="x_demo_… alone"):
        bare.upgrade(lines=[MigrationLine(folder, "x_demo_")])
    with bare.operator_connection() as connection:
        assert sorted(inspect(connection).get_table_names()) == before
        assert connection.execute(text("SELECT tenant_id, name, n FROM tally")).all() == [(1, "a", 5)]


def test_a_plugins_version_may_do_all_with_its_own_tables(bare: Store, tmp_path: Path) -> None:
    folder = tmp_path / "versions"
    folder.mkdir()
    then = """op.execute("INSERT INTO x_demo_thing SELECT tenant_id, name FROM tally WHERE name = 'drop table event'")
    op.create_index("ix_x_demo_thing_id", "x_demo_thing", ["id"])
    with op.batch_alter_table("x_demo_thing", recreate="auto") as batch:
        batch.add_column(sa.Column("more", sa.Integer))
        batch.alter_column("id", new_column_name="key")
    op.drop_index("ix_x_demo_thing_id", table_name="x_demo_thing")
    op.rename_table("x_demo_thing", "x_demo_item")
    op.execute("UPDATE x_demo_item SET more = 1")
    """
    (folder / "x1.py").write_text(PLUGIN.format(then=then))
    bare.upgrade(lines=[MigrationLine(folder, "x_demo_")])
    with bare.operator_connection() as connection:
        assert {each["name"] for each in inspect(connection).get_columns("x_demo_item")} == {"tenant_id", "key", "more"}


def test_nobody_writes_a_version_into_the_installed_program(tmp_path: Path) -> None:
    folder = tmp_path / "site-packages" / "versions"
    folder.mkdir(parents=True)
    with pytest.raises(revision.Installed):
        revision.write("more", line=MigrationLine(folder))
    assert list(folder.iterdir()) == []


def test_tables_of_tenants_are_clustered_by_their_key_on_sqlite() -> None:
    store = Store.memory()
    store.upgrade()
    with store.operator_connection() as connection:
        plain = connection.exec_driver_sql(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE '%WITHOUT ROWID%'"
        ).scalars()
        assert set(plain) == {"tenant", "lease", "register", "alembic_version"}


def test_every_table_of_a_tenant_has_its_policy_on_postgresql(
    make_store: Callable[[str], Store],
) -> None:
    with make_store("postgresql").operator_connection() as connection:
        with_policy = set(
            connection.scalars(text("SELECT tablename FROM pg_policies WHERE policyname = :name"), {"name": POLICY})
        )
        switched_on = set(connection.scalars(text("SELECT relname FROM pg_class WHERE relrowsecurity")))
    expected = {table.name for table in owned_tables() if table.name in OURS or table in TABLES}
    assert with_policy == switched_on == expected
