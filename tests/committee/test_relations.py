"""What ties a person to a record reads the same asked of one record, as a condition, and as a list."""

from __future__ import annotations

import sqlite3

import pytest
from sqlalchemy import select
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateIndex, CreateTable
from tests.committee.conftest import Board
from tests.committee.test_two_committees import made

from steerco.committee import record_types
from steerco.records import Listed
from steerco.store.base import Base

PEOPLE = ("an", "binh", "cuc", "dung", "em", "giang", "hoa", "khanh")

PENDING = {("meeting_attendance", "meeting")}
"""Ranges without an index so far; may only shrink."""


def busy(board: Board) -> None:
    """A board with records in every relation."""
    first = made(board)
    board.do("an", "absence-request.consent", first["absence-request"])
    board.do("em", "substitution.lodge-opinion", first["substitution"], opinion="Đồng ý")
    board.do("an", "substitution.admit", first["substitution"])
    board.do("giang", "matter.prepare-opinion", first["matter"], text="Nên mua")
    board.do("giang", "matter.put", first["matter"], put_to="deputy")
    board.do("giang", "programme.draft", kind="work-programme", year=2021, items=[{"title": "Kiểm kê", "lead": "school"}])
    task = board.task(to="school", coordinators=["desk-head", "giang"])
    board.do("cuc", "task.name-focal-unit", task, unit="school-archive")
    board.do("dung", "task.assign", title="Xếp kệ", lead="desk", to="giang", body="desk")
    board.meeting("trustee-library", "deputy")


def test_all_three_readings_agree_for_everybody_on_every_record(board: Board) -> None:
    busy(board)
    tied = 0
    with board.tenant.store.read(board.tenant.id) as session:
        regime = board.tenant.snapshot.regime_on(board.today)
        day = board.tenant.directory(session).on(board.today, regime.charter)
        for kind in record_types().values():
            records = list(session.scalars(select(kind).where(kind.tenant_id == board.tenant.id)))
            for relation in kind.relations.values():
                for person in PEOPLE:
                    keys, expression = day.keys(person), relation.expression
                    asked = {r.id for r in records if expression.py(r, keys, session)}
                    condition = select(kind.id).where(kind.tenant_id == board.tenant.id, expression.sql(kind, keys))
                    branches = expression.ids(kind, keys, board.tenant.id)
                    listed = {str(id) for chosen, _ in branches for id in session.scalars(chosen)}
                    assert asked == {str(id) for id in session.scalars(condition)}, (kind.record_type, relation.name, person)
                    assert asked == listed, (kind.record_type, relation.name, person)
                    tied += len(asked)
    assert tied > 40


def test_every_range_of_a_list_has_its_index() -> None:
    lacking = set()
    for kind in record_types().values():
        for relation in kind.relations.values():
            for owner, field in relation.expression.indexes():
                table = Base.metadata.tables[(owner or kind.record_type).replace("-", "_").replace(".", "_")]
                led = {tuple(index.columns.keys())[:2] for index in table.indexes} | {tuple(table.primary_key.columns.keys())[:2]}
                if ("tenant_id", field) not in led:
                    lacking.add((table.name, field))
    assert lacking <= PENDING


def test_entries_of_a_register_are_found_by_register_field_and_party_at_once() -> None:
    """The plan of SQLite: one range of the index of named parties, in the order of the entries."""
    with sqlite3.connect(":memory:") as raw:
        table = Base.metadata.tables["entry_parties"]
        for statement in (CreateTable(table), *map(CreateIndex, table.indexes)):
            raw.execute(str(statement.compile(dialect=sqlite.dialect())))
        (chosen, key), *_ = Listed("entry.parties", "r-visit", "lead").ids(None, frozenset({"dung"}), 1)
        ordered = chosen.order_by(key).compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True})
        plan = [row[3] for row in raw.execute(f"EXPLAIN QUERY PLAN {ordered}")]
    assert len(plan) == 1
    assert "(tenant_id=? AND register=? AND field=? AND who=?)" in plan[0]


def test_every_index_of_the_shared_table_begins_with_the_register() -> None:
    indexes = [[column.name for column in index.columns] for index in Base.metadata.tables["entry"].indexes]
    assert {columns[1] for columns in indexes if columns != ["tenant_id", "ref"]} == {"register"}


@pytest.mark.parametrize(
    ("kind", "name", "field"), [("meeting", "substitute", "substitute"), ("meeting", "planner", "author_as")]
)
def test_a_range_that_a_condition_narrows_is_searched_by_its_index(kind: str, name: str, field: str) -> None:
    """The plan of SQLite, once it knows that a tenant has many."""
    type = record_types()[kind]
    relation = type.relations[name]
    with sqlite3.connect(":memory:") as raw:
        for table in ("meeting", "substitution"):
            for statement in (CreateTable(Base.metadata.tables[table]), *map(CreateIndex, Base.metadata.tables[table].indexes)):
                raw.execute(str(statement.compile(dialect=sqlite.dialect())))
        raw.execute("ANALYZE sqlite_schema")
        for table in ("meeting", "substitution"):
            for index in Base.metadata.tables[table].indexes:
                rows = "90000 90000 4 1" if field in index.columns else "90000 90000 900 1"
                raw.execute("INSERT INTO sqlite_stat1 VALUES (?, ?, ?)", (table, index.name, rows))
            raw.execute("INSERT INTO sqlite_stat1 VALUES (?, ?, ?)", (table, table, "90000 90000 1"))
        raw.execute("ANALYZE sqlite_schema")
        ranges = list(relation.expression.ids(type, frozenset({"dung"}), 1))
        assert ranges
        for chosen, _ in ranges:
            statement = chosen.compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True})
            plan = [row[3] for row in raw.execute(f"EXPLAIN QUERY PLAN {statement}")]
            assert f"(tenant_id=? AND {field}=?)" in plan[0]
