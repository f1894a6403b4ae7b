"""Row-level security: the wall that stands when the fence is taken away."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, insert, or_, select, text, update
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session
from tests.store import postgres
from tests.store.tables import Board

from steerco.store import fence
from steerco.store.engine import Store
from steerco.store.tables import Event, TenantRow

B = Board.__table__
OPEN = {"unscoped": fence.OPEN}  # takes the fence away, for these tests only


@pytest.fixture(scope="module")
def walled(make_store: Callable[[str], Store]) -> Store:
    store = make_store("postgresql")
    for tenant, letter in ((1, "a"), (2, "b")):
        with store.write(tenant) as session:
            session.add(Board(tenant_id=tenant, id="x", name=letter))
    return store


def run(session: Session, statement: Any) -> Any:
    return session.connection().execute(statement, execution_options=OPEN)


def test_a_condition_beside_a_real_or_meets_the_wall(walled: Store) -> None:
    with walled.read(1) as session:
        found = run(session, select(B.c.name).where(or_(B.c.tenant_id == 1, B.c.name == "b")))
        assert found.scalars().all() == ["a"]


def test_raw_text_sees_one_tenant(walled: Store) -> None:
    for tenant, name in ((1, "a"), (2, "b"), (1, "a")):
        with walled.read(tenant) as session:
            assert run(session, text("SELECT name FROM test_board")).scalars().all() == [name]


def test_another_tenants_rows_cannot_be_written(walled: Store) -> None:
    with walled.write(1) as session:
        assert run(session, update(B).where(B.c.tenant_id == 2).values(name="c")).rowcount == 0
        assert run(session, delete(B).where(B.c.tenant_id == 2)).rowcount == 0
    for statement in (insert(B).values(tenant_id=2, id="new", name="c"), update(B).values(tenant_id=2)):
        with pytest.raises(ProgrammingError, match="row-level security"), walled.write(1) as session:
            run(session, statement)


def test_without_a_tenant_there_are_no_rows(walled: Store) -> None:
    with walled._writer.connect().execution_options(unscoped=True) as connection, connection.begin():
        assert connection.execute(select(B.c.name)).all() == []


def test_the_serving_role_has_no_global_table_and_cannot_change_the_log(walled: Store) -> None:
    for statement in (select(TenantRow.slug), update(Event).values(body="x"), delete(Event)):
        with pytest.raises(ProgrammingError, match="permission denied"), walled.write(1) as session:
            run(session, statement)


def test_a_store_says_whether_the_wall_stands(walled: Store, server: postgres.Server, template: str, tmp_path: Path) -> None:
    assert walled.is_walled()
    for role in (postgres.OWNER, "postgres"):
        store = Store.open(server.url(template, role), tmp_path)
        assert not store.is_walled()
        store.close()
    assert not Store.memory().is_walled()


USES = {
    "cli": "operators' commands",
    "store/engine.py": "the option itself, and the connection that migrates",
    "store/fence.py": "the check that it turns off",
    "store/security.py": "asks about the role itself",
    "operations/worker.py": "the lease, which is the installation's",
    "operations/archive": "the name and rows of a tenant that is imported, in one transaction",
    "operations/standing_copy.py": "the name of the one tenant in a store of its own, in memory",
    "operations/erasure.py": "takes away rows that a tenant's session may only add to, and says so in the register",
    "operations/lifecycle.py": "the state of tenants and the register of what was done with them",
    "configuration/installation.py": "the register of tenants, which belongs to none",
}


def test_unscoped_is_used_where_it_is_listed() -> None:
    """Whoever adds a use of ``unscoped`` says here why it may see every tenant."""
    root = Path(__file__).parents[2] / "core" / "steerco"
    uses = {
        path.relative_to(root).as_posix()
        for path in root.rglob("*.py")
        if re.search(r"unscoped(\(|\"|=|')", path.read_text(encoding="utf-8"))
    }
    unlisted = {use for use in uses if not any(use == known or use.startswith(f"{known}/") for known in USES)}
    assert not unlisted
