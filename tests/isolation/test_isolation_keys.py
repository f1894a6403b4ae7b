"""Every table, key, unique index and join carries the tenant: what isolation rests on, and what lets tenants lie on many nodes.

Citus asks exactly this of tables that are distributed by a column: it is part of every primary key, foreign key and unique index,
and every query is about one value of it, the same in each table that it touches.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, Table, UniqueConstraint, event
from sqlalchemy.dialects import postgresql
from tests.cli.command import SLUG, Command

from steerco.committee import record_types
from steerco.store.base import GLOBAL, Base, is_owned, owned_tables
from steerco.store.statement_analysis import Unreadable, read

record_types()
OURS = {mapper.local_table.name for mapper in Base.registry.mappers if mapper.class_.__module__.startswith("steerco")}
TABLES = [table for table in owned_tables() if table.name in OURS]
TENANT = "tenant_id"

GLOBALS = {
    "tenant": "which tenants there are, by name: a row a tenant, read once a process and tenant",
    "register": "what was done with tenants: a few rows a tenant in its whole life",
    "lease": "which process works: a row a kind of work",
}
"""What stays outside, and why it stays small. A reference table of Citus."""

ACROSS = {
    "event": "where each log ends: the worker asks for a page of tenants at a time, to pass over those where nothing happened",
}
"""Tables of tenants that an operator's statement reads over all tenants at once. They may only become fewer."""


def test_what_belongs_to_no_tenant_is_listed() -> None:
    assert set(GLOBALS) == set(GLOBAL)
    assert all(GLOBALS.values())


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_key_carries_the_tenant(table: Table) -> None:
    assert next(column.name for column in table.primary_key) == TENANT
    for constraint in table.foreign_key_constraints:
        pairs = [(element.parent.name, element.column.name) for element in constraint.elements]
        assert (TENANT, TENANT) in pairs, constraint.name
        assert is_owned(constraint.referred_table), constraint.name
    for unique in table.constraints:
        if isinstance(unique, UniqueConstraint):
            assert TENANT in unique.columns, unique.name
    for index in table.indexes:
        first = next(iter(index.columns)).name
        assert first == TENANT, index.name
    assert not table.columns[TENANT].nullable


def test_the_lists_have_nothing_that_is_gone() -> None:
    assert set(ACROSS) <= {table.name for table in TABLES}


def test_no_value_comes_from_a_sequence_of_the_whole_installation() -> None:
    """A counter that every tenant draws from would be one place that all nodes wait for, and tell how much others do."""
    for table in TABLES:
        assert len(table.primary_key), table.name
        for column in table.primary_key:
            assert column.autoincrement is not True, f"{table.name}.{column.name}"
            assert column.server_default is None, f"{table.name}.{column.name}"


# What is sent

Sent = list[tuple[str, bool]]


@pytest.fixture
def sent() -> Iterator[Sent]:
    """Every statement of SQLAlchemy's that is sent, and whether it was sent for all tenants."""
    found: Sent = []

    def note(connection: Any, cursor: Any, sql: str, parameters: Any, context: Any, many: bool) -> None:
        if context.compiled is not None and not context.isddl:
            unscoped = connection.get_execution_options().get("unscoped") or context.execution_options.get("unscoped")
            found.append((context.compiled.string, bool(unscoped)))

    event.listen(Engine, "before_cursor_execute", note)
    yield found
    event.remove(Engine, "before_cursor_execute", note)


COMMANDS = (
    "tenant list",
    f"tenant plan {SLUG}",
    f"log verify {SLUG}",
    f"log head {SLUG}",
    f"log replay {SLUG}",
    f"duties {SLUG}",
    f"token list {SLUG}",
    "work --once",
    "doctor",
)


def test_every_statement_is_about_one_tenant(steerco: Command, home: Path, sent: Sent) -> None:
    """The commands that go over all tenants too: they take one after the other."""
    owned = frozenset(table.name for table in TABLES)
    for words in COMMANDS:
        assert steerco(f"{words} --home", home).code == 0, words
    assert sent
    assert {unscoped for _, unscoped in sent} == {True, False}
    found: set[str] = set()
    for sql in {sql for sql, unscoped in sent if unscoped}:
        try:
            reading = read(sql, owned)
        except Unreadable as error:
            pytest.fail(f"{error}: {sql}")
        across = {each.split()[0] for each in reading.unbound} - set(GLOBALS)
        assert across <= set(ACROSS), sql
        found |= across
    assert found == set(ACROSS), "no longer asked across tenants: take it off the list"


def test_what_postgresql_is_asked_names_the_tenant_in_every_conflict() -> None:
    """An upsert finds the row of this tenant: its conflict is over a key, and each key begins with the tenant."""
    dialect = postgresql.dialect()
    for table in TABLES:
        upsert = postgresql.insert(table).on_conflict_do_nothing(index_elements=list(table.primary_key))
        assert f"ON CONFLICT ({TENANT}" in str(upsert.compile(dialect=dialect))
