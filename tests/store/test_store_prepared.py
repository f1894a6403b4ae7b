"""A prepared select answers as the same select does any other way, and the fence stands before it all the same."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import bindparam, func, select
from sqlalchemy.exc import StatementError
from tests.store.tables import Board, Task

from steerco.store.engine import Store
from steerco.store.fence import CrossTenant
from steerco.store.prepared_select import Prepared

T: Any = Task.__table__
OWN: Any = bindparam("own")
DAYS = Prepared(select(T.c.id, T.c.due_on).where(T.c.tenant_id == OWN, T.c.due_on >= bindparam("since", type_=T.c.due_on.type)))


@pytest.fixture
def store(emptied: Store) -> Store:
    with emptied.write(1) as session:
        session.add(Board(tenant_id=1, id="b", name="B"))
        session.flush()
        for id, due in (("x", date(2021, 3, 1)), ("y", date(2021, 4, 1)), ("z", None)):
            session.add(Task(tenant_id=1, id=id, board_id="b", title=id, due_on=due))
    return emptied


def test_values_go_in_and_come_out_as_their_columns_have_them(store: Store) -> None:
    with store.read(1) as session:
        rows = DAYS.all(session.connection(), {"own": 1, "since": date(2021, 3, 15), "unknown": 5})
        assert [(row.id, row.due_on) for row in rows] == [("y", date(2021, 4, 1))]
        every = Prepared(select(T.c.due_on, func.count().label("n")).where(T.c.tenant_id == OWN).group_by(T.c.due_on))
        assert {tuple(row) for row in every.all(session.connection(), {"own": 1})} == {
            (date(2021, 3, 1), 1),
            (date(2021, 4, 1), 1),
            (None, 1),
        }


def test_a_statement_whose_text_depends_on_its_values_finds_them(store: Store) -> None:
    among = Prepared(select(T.c.id).where(T.c.tenant_id == OWN, T.c.id.in_(bindparam("ids", expanding=True))).order_by(T.c.id))
    with store.read(1) as session:
        for ids in (["x"], ["z", "x", "w"], []):
            assert [row.id for row in among.all(session.connection(), {"own": 1, "ids": ids})] == sorted(set(ids) - {"w"})


def test_the_fence_refuses_another_tenants_number_and_none_at_all(store: Store) -> None:
    with store.read(2) as session, pytest.raises(CrossTenant):
        DAYS.all(session.connection(), {"own": 1, "since": date(2021, 1, 1)})
    with store.read(1) as session, pytest.raises(CrossTenant):
        Prepared(select(T.c.id)).all(session.connection(), {})
    with store.read(1) as session:
        assert len(DAYS.all(session.connection(), {"own": 1, "since": date(2021, 1, 1)})) == 2


def test_a_value_that_is_missing_is_an_error_as_from_any_statement(store: Store) -> None:
    with store.read(1) as session, pytest.raises(StatementError):
        DAYS.all(session.connection(), {"own": 1})
