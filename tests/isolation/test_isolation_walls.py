"""Three walls, each tried alone with the other two taken away: every one of them stops a crossing by itself.

Keys: a row cannot point to another tenant's. The fence: no statement leaves the process unless it is bound to its tenant, on
SQLite, where nothing stands behind it. Row-level security: raw text of the serving role meets one tenant's rows, or none.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

import pytest
from sqlalchemy import Boolean, Date, DateTime, Integer, LargeBinary, Table, delete, insert, select, text, update
from sqlalchemy.exc import IntegrityError, ProgrammingError
from tests import databases
from tests.databases import OnPostgresql

from steerco.cases.world import Stores
from steerco.committee import record_types
from steerco.store import fence
from steerco.store.base import Base, Utc, owned_tables
from steerco.store.engine import Store
from steerco.store.fence import CrossTenant

record_types()
OURS = {mapper.local_table.name for mapper in Base.registry.mappers if mapper.class_.__module__.startswith("steerco")}
TABLES = [table for table in owned_tables() if table.name in OURS]
MINE, THEIRS = 1, 2
OPEN = {"unscoped": fence.OPEN}
"""Takes the fence away, for these tests only."""


def value(column: Any, name: str) -> Any:
    """Something that fits into a column."""
    kind = column.type
    if isinstance(kind, Utc | DateTime):
        return datetime(2021, 2, 3, tzinfo=UTC)
    if isinstance(kind, Date):
        return date(2021, 2, 3)
    if isinstance(kind, LargeBinary):
        return name.encode()
    if isinstance(kind, Boolean):
        return True
    if isinstance(kind, Integer) or getattr(kind, "python_type", None) is int:
        return 1
    return name if getattr(kind, "python_type", str) is str else []


def row(table: Table, tenant: int, name: str) -> dict[str, Any]:
    """A row of a tenant, pointing to that tenant's own row of the same name in each table that it must refer to."""
    pointing = {element.parent.name for constraint in table.foreign_key_constraints for element in constraint.elements}
    found = {c.name: value(c, name) for c in table.columns if not c.nullable or c.primary_key or c.name in pointing}
    return {**found, "tenant_id": tenant}


def planted(store: Store) -> Store:
    """A row of each tenant in every table, with the fence taken away."""
    for tenant, name in ((MINE, "mine"), (THEIRS, "theirs")):
        for table in TABLES:
            planted_in(store, table, row(table, tenant, name))
    return store


def planted_in(store: Store, table: Table, made: dict[str, Any]) -> None:
    """Keep a row, unless its key is taken."""
    with store.unscoped() as session:
        key = [column == made[column.name] for column in table.primary_key]
        if not session.execute(select(1).select_from(table).where(*key)).first():
            session.execute(insert(table), made)


@cache
def on(database: str) -> Store:
    return planted((OnPostgresql() if database == "postgresql" else Stores()).empty())


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest) -> Store:
    return on(request.param)


def pointers() -> Iterator[Any]:
    for table in TABLES:
        for constraint in sorted(table.foreign_key_constraints, key=lambda each: str(each.name)):
            yield pytest.param(table, constraint, id=str(constraint.name))


@pytest.mark.parametrize(("table", "constraint"), [*pointers()])
def test_a_key_alone_refuses_another_tenants_parent(store: Store, table: Table, constraint: Any) -> None:
    """The same row, but for its parent's tenant, is kept: so it is the key that refuses it."""
    columns = [element.parent.name for element in constraint.elements if element.parent.name != "tenant_id"]
    every = [element.parent.name for each in table.foreign_key_constraints for element in each.elements]
    mine = {name: "mine" for name in every if name != "tenant_id"}
    planted_in(store, table, {**row(table, MINE, "new"), **mine})
    with pytest.raises(IntegrityError, match=r"(?i)foreign key"), store.unscoped() as session:
        session.execute(insert(table), {**row(table, MINE, "crossing"), **mine, **dict.fromkeys(columns, "theirs")})


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_the_fence_alone_refuses_what_is_not_bound(table: Table) -> None:
    store = on("sqlite")
    theirs = [select(table), select(table).where(table.c.tenant_id == THEIRS), update(table).values(row(table, MINE, "mine"))]
    theirs += [delete(table), delete(table).where(table.c.tenant_id == THEIRS), insert(table).values(row(table, THEIRS, "new"))]
    for statement in (*theirs, text(f"SELECT * FROM {table.name}")):
        with pytest.raises(CrossTenant), store.write(MINE) as session:
            session.connection().execute(statement)
    with store.read(MINE) as session:
        found = session.connection().execute(select(table.c.tenant_id).where(table.c.tenant_id == MINE)).scalars().all()
        assert set(found) == {MINE}


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_row_level_security_alone_shows_one_tenants_rows_or_none(table: Table) -> None:
    store = on("postgresql")
    assert store.is_walled()
    every = text(f'SELECT DISTINCT tenant_id FROM "{table.name}"')
    for tenant in (MINE, THEIRS):
        with store.read(tenant) as session:
            assert session.connection().execute(every, execution_options=OPEN).scalars().all() == [tenant]
    with store._reader.connect().execution_options(**OPEN) as connection, connection.begin():
        assert connection.execute(every).all() == []
    crossing = {**row(table, THEIRS, "new"), **{c.name: value(c, "theirs") for c in table.columns if c.foreign_keys}}
    with pytest.raises(ProgrammingError, match="row-level security"), store.write(MINE) as session:
        session.connection().execute(insert(table).values({**crossing, "tenant_id": THEIRS}), execution_options=OPEN)


def test_the_walls_that_stand_on_each_database() -> None:
    assert not on("sqlite").is_walled()
    assert on("postgresql").is_walled()
    assert databases.server()
