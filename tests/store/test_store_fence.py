"""Every form of statement that two tenants could meet in: it returns this tenant's rows only, or it is refused.

The forms are the ones that were measured when the fence was designed; criteria alone let 16 of them through.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import (
    and_,
    bindparam,
    case,
    delete,
    exists,
    func,
    insert,
    literal_column,
    or_,
    select,
    text,
    union,
    union_all,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, aliased, joinedload, selectinload, subqueryload
from tests.store.tables import Board, Step, Task

from steerco.store.engine import Store
from steerco.store.fence import CrossTenant
from steerco.store.tables import Event, Tally, TenantRow

B, T, S = Board.__table__, Task.__table__, Step.__table__
MINE, OTHER = 1, 2


@pytest.fixture
def two(emptied: Store) -> Store:
    """Two tenants with the same ids: tenant 1 has names in a, tenant 2 in b."""
    store = emptied
    for tenant, letter in ((MINE, "a"), (OTHER, "b")):
        with store.write(tenant) as session:
            session.add(Board(tenant_id=tenant, id="x", name=letter))
            session.flush()
            session.add(Task(tenant_id=tenant, id="x", board_id="x", title=letter, lead=letter))
            session.flush()
            session.add(Step(tenant_id=tenant, id="x", task_id="x", who=letter))
    return store


def rows(session: Session, statement: Any) -> list[Any]:
    return [tuple(row) for row in session.execute(statement).unique()]


other_b = aliased(Board)
READS: dict[str, Callable[[Session], list[Any]]] = {
    "select": lambda s: [b.name for b in s.scalars(select(Board))],
    "columns": lambda s: list(s.scalars(select(Board.name))),
    "count": lambda s: list(s.scalars(select(func.count()).select_from(Board))),
    "count of a column": lambda s: list(s.scalars(select(func.count(Board.id)))),
    "get": lambda s: [s.get_one(Board, (MINE, "x")).name],
    "query": lambda s: [b.name for b in s.query(Board)],
    "aliased": lambda s: [b.name for b in s.scalars(select(aliased(Board)))],
    "join": lambda s: rows(s, select(Board.name, Task.title).join(Task, Board.tasks)),
    "join on the wrong columns": lambda s: rows(s, select(Board.name, Task.title).join(Task, Board.id == Task.board_id)),
    "outer join": lambda s: rows(s, select(Board.name, Task.title).outerjoin(Task, Task.board_id == Board.id)),
    "self join": lambda s: rows(s, select(Board.name, other_b.name).join(other_b, other_b.id == Board.id)),
    "orm exists": lambda s: list(s.scalars(select(Board.name).where(Board.tasks.any(Task.title != "")))),
    "exists by hand": lambda s: list(s.scalars(select(Board.name).where(exists().where(Task.board_id == Board.id)))),
    "scalar subquery": lambda s: rows(s, select(Board.name, select(func.max(Task.title)).scalar_subquery())),
    "in a subquery": lambda s: list(s.scalars(select(Board.name).where(Board.id.in_(select(Task.board_id))))),
    "cte": lambda s: rows(s, select(select(Board.name).cte())),
    "recursive cte": lambda s: rows(s, _recursive()),
    "union": lambda s: rows(s, union(select(Board.name), select(Task.title))),
    "union of limited branches": lambda s: rows(s, _branches()),
    "lazy": lambda s: [t.title for b in s.scalars(select(Board)) for t in b.tasks],
    "lazy parent": lambda s: [t.board.name for t in s.scalars(select(Task)) if t.board],
    "selectin": lambda s: [t.title for b in s.scalars(select(Board).options(selectinload(Board.tasks))) for t in b.tasks],
    "joined": lambda s: [t.title for b in s.scalars(select(Board).options(joinedload(Board.tasks))).unique() for t in b.tasks],
    "joined under a limit": lambda s: [
        t.title for b in s.scalars(select(Board).options(joinedload(Board.tasks)).limit(5)).unique() for t in b.tasks
    ],
    "subquery load": lambda s: [t.title for b in s.scalars(select(Board).options(subqueryload(Board.tasks))) for t in b.tasks],
    "refresh": lambda s: _refresh(s),
    "or in the ORM": lambda s: list(s.scalars(select(Board.name).where(or_(Board.tenant_id == MINE, Board.name == "b")))),
    "core with the tenant": lambda s: rows(s, select(B.c.name).where(B.c.tenant_id == MINE)),
    "core join with a link": lambda s: rows(
        s,
        select(B.c.name, T.c.title)
        .join_from(B, T, and_(T.c.tenant_id == B.c.tenant_id, T.c.board_id == B.c.id))
        .where(B.c.tenant_id == MINE),
    ),
    "core exists with a link": lambda s: rows(
        s,
        select(B.c.name).where(B.c.tenant_id == MINE, exists().where(T.c.tenant_id == B.c.tenant_id, T.c.board_id == B.c.id)),
    ),
    "core with a case": lambda s: rows(
        s, select(case((B.c.name == "a", "a"), else_="?")).where(B.c.tenant_id == MINE, or_(B.c.id == "x", B.c.id == "y"))
    ),
    "window": lambda s: rows(
        s, select(B.c.name).add_columns(func.row_number().over(order_by=B.c.id)).where(B.c.tenant_id == MINE)
    ),
    "for update": lambda s: list(s.scalars(select(Board.name).with_for_update())),
    "bound by hand": lambda s: list(
        s.connection().execute(select(B.c.name).where(B.c.tenant_id == bindparam("own")), {"own": MINE}).scalars()
    ),
    "no table": lambda s: list(s.scalars(select(literal_column("1")))),
}


def _recursive() -> Any:
    base = select(Board.id, Board.name).cte("tree", recursive=True)
    return select(base.union(select(Task.id, Task.title).join(base, base.c.id == Task.board_id)).c.name)


def _branches() -> Any:
    one = select(B.c.id).where(B.c.tenant_id == MINE, B.c.name == "a").order_by(B.c.id).limit(3).subquery()
    two = select(T.c.board_id).where(T.c.tenant_id == MINE).order_by(T.c.id).limit(3).subquery()
    ids = union(select(one.c[0]), select(two.c[0])).subquery()
    return select(B.c.name).where(B.c.tenant_id == MINE, B.c.id.in_(select(ids.c[0])))


def _refresh(session: Session) -> list[str]:
    board = session.get_one(Board, (MINE, "x"))
    session.refresh(board)
    session.expire(board)
    return [board.name]


@pytest.mark.parametrize("form", READS)
def test_a_good_read_gives_this_tenants_rows(two: Store, form: str) -> None:
    with two.write(MINE) as session:
        found = READS[form](session)
    assert found, "a good statement must find something"
    assert not any("b" in (row if isinstance(row, tuple) else (row,)) for row in found), found
    if form.startswith("count"):
        assert found == [1]


WRITES: dict[str, Callable[[Session], Any]] = {
    "add": lambda s: s.add(Board(tenant_id=MINE, id="new", name="a")),
    "change": lambda s: setattr(s.get_one(Task, (MINE, "x")), "title", "a2"),
    "delete": lambda s: s.delete(s.get_one(Step, (MINE, "x"))),
    "bulk update": lambda s: s.execute(update(Board).values(name="a2")),
    "bulk update without sync": lambda s: s.execute(
        update(Board).values(name="a2"), execution_options={"synchronize_session": False}
    ),
    "bulk delete": lambda s: s.execute(delete(Step)),
    "core insert": lambda s: s.execute(insert(B).values(tenant_id=MINE, id="new", name="a")),
    "core insert many": lambda s: s.execute(insert(B), [{"tenant_id": MINE, "id": i, "name": "a"} for i in "pqr"]),
    "core insert of several values": lambda s: s.execute(
        insert(B).values([{"tenant_id": MINE, "id": i, "name": "a"} for i in "pqr"])
    ),
    "orm bulk insert": lambda s: s.execute(insert(Board), [{"tenant_id": MINE, "id": i, "name": "a"} for i in "pqr"]),
    "orm bulk insert returning": lambda s: s.execute(
        insert(Board).returning(Board.name), [{"tenant_id": MINE, "id": i, "name": "a"} for i in "pqr"]
    ).all(),
    "upsert": lambda s: s.execute(_upsert(s, MINE)),
    "core update": lambda s: s.execute(update(B).where(B.c.tenant_id == MINE).values(name="a2")),
    "core delete": lambda s: s.execute(delete(S).where(S.c.tenant_id == MINE)),
    "orm bulk update by key": lambda s: s.execute(update(Board), [{"tenant_id": MINE, "id": "x", "name": "a2"}]),
    "savepoint": lambda s: _savepoint(s),
}


def _upsert(session: Session, tenant: int) -> Any:
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    made = dialect.insert(Tally.__table__).values(tenant_id=tenant, name="n", n=1)
    return made.on_conflict_do_update(index_elements=["tenant_id", "name"], set_={"n": Tally.n + 1})


def _savepoint(session: Session) -> None:
    with session.begin_nested():
        session.add(Board(tenant_id=MINE, id="new", name="a"))
    with pytest.raises(ZeroDivisionError), session.begin_nested():  # noqa: PT012  # fails after a statement
        session.add(Board(tenant_id=MINE, id="gone", name="a"))
        session.flush()
        raise ZeroDivisionError


@pytest.mark.parametrize("form", WRITES)
def test_a_good_write_touches_this_tenants_rows(two: Store, form: str) -> None:
    before = everything(two, OTHER), everything(two, MINE)
    with two.write(MINE) as session:
        WRITES[form](session)
    assert everything(two, OTHER) == before[0]
    assert everything(two, MINE) != before[1]


def everything(store: Store, tenant: int) -> list[Any]:
    with store.unscoped() as session:
        return [
            tuple(row)
            for table in (B, T, S, Tally.__table__)
            for row in session.execute(select(table).where(table.c.tenant_id == tenant).order_by(*table.primary_key))
        ]


REFUSED: dict[str, Callable[[Session], Any]] = {
    "core table": lambda s: s.execute(select(B.c.name)),
    "core table, other tenant": lambda s: s.execute(select(B.c.name).where(B.c.tenant_id == OTHER)),
    "core table, OR": lambda s: s.execute(select(B.c.name).where(or_(B.c.tenant_id == MINE, B.c.tenant_id == OTHER))),
    "core table, a real OR": lambda s: s.execute(select(B.c.name).where(or_(B.c.tenant_id == MINE, B.c.name == "b"))),
    "core table, not": lambda s: s.execute(select(B.c.name).where(~(B.c.tenant_id == MINE))),
    "core table, in a list": lambda s: s.execute(select(B.c.name).where(B.c.tenant_id.in_([MINE, OTHER]))),
    "core table, condition inside a case": lambda s: s.execute(
        select(B.c.name).where(case((and_(B.c.id == "x", B.c.tenant_id == MINE), B.c.id), else_="x") == "x")
    ),
    "core table in an EXISTS": lambda s: s.execute(select(Board.name).where(exists().where(T.c.board_id == Board.id))),
    "core table joined in": lambda s: s.execute(select(Board.name, T.c.title).join(T, T.c.board_id == Board.id)),
    "core outer join bound on the wrong side": lambda s: s.execute(
        select(B.c.name, T.c.title).outerjoin(T, and_(T.c.board_id == B.c.id, B.c.tenant_id == MINE, T.c.tenant_id == MINE))
    ),
    "core subquery": lambda s: s.execute(select(select(B.c.name).subquery().c.name)),
    "core scalar subquery": lambda s: s.execute(select(select(func.max(B.c.name)).scalar_subquery())),
    "core cte": lambda s: s.execute(select(select(B.c.name).cte().c.name)),
    "core union": lambda s: s.execute(union_all(select(B.c.name).where(B.c.tenant_id == MINE), select(B.c.name))),
    "core product": lambda s: s.execute(select(B.c.name, T.c.title).where(B.c.tenant_id == MINE, B.c.id == T.c.board_id)),
    "core update": lambda s: s.execute(update(B).values(name="c")),
    "core update of another": lambda s: s.execute(update(B).where(B.c.tenant_id == OTHER).values(name="c")),
    "core delete": lambda s: s.execute(delete(S)),
    "core insert": lambda s: s.execute(insert(B).values(tenant_id=OTHER, id="new", name="c")),
    "core insert many": lambda s: s.execute(
        insert(B), [{"tenant_id": MINE, "id": "n1", "name": "c"}, {"tenant_id": OTHER, "id": "n2", "name": "c"}]
    ),
    "core insert of several values": lambda s: s.execute(
        insert(B).values([{"tenant_id": t, "id": "n", "name": "c"} for t in (MINE, OTHER)])
    ),
    "core insert from select": lambda s: s.execute(
        insert(B).from_select(["tenant_id", "id", "name"], select(T.c.tenant_id, T.c.title, T.c.title))
    ),
    "upsert": lambda s: s.execute(_upsert(s, OTHER)),
    "orm bulk insert": lambda s: s.execute(insert(Board), [{"tenant_id": OTHER, "id": "n", "name": "c"}]),
    "bulk_insert_mappings": lambda s: s.bulk_insert_mappings(Board.__mapper__, [{"tenant_id": OTHER, "id": "n", "name": "c"}]),
    "orm bulk update by key": lambda s: s.execute(update(Board), [{"tenant_id": OTHER, "id": "x", "name": "c"}]),
    "bulk_update_mappings": lambda s: s.bulk_update_mappings(Board.__mapper__, [{"tenant_id": OTHER, "id": "x", "name": "c"}]),
    "bulk_save_objects": lambda s: s.bulk_save_objects([Board(tenant_id=OTHER, id="n", name="c")]),
    "add another's object": lambda s: s.add(Board(tenant_id=OTHER, id="new", name="c")),
    "merge another's object": lambda s: s.merge(Board(tenant_id=OTHER, id="x", name="c")),
    "get another's id": lambda s: s.get(Board, (OTHER, "x")),
    "another's key in a query": lambda s: s.query(Board).where(Board.tenant_id == OTHER).all(),
    "move a row": lambda s: setattr(s.get_one(Step, (MINE, "x")), "tenant_id", OTHER),
    "core move a row": lambda s: s.execute(update(S).where(S.c.tenant_id == MINE).values(tenant_id=OTHER)),
    "core move by arithmetic": lambda s: s.execute(update(S).where(S.c.tenant_id == MINE).values(tenant_id=S.c.tenant_id + 1)),
    "text": lambda s: s.execute(text("SELECT name FROM test_board")),
    "text with the tenant": lambda s: s.execute(text("SELECT name FROM test_board WHERE tenant_id = 1")),
    "text as a condition": lambda s: s.execute(select(B.c.name).where(B.c.tenant_id == MINE, text("1 = 1 OR 1 = 1"))),
    "literal column as a condition": lambda s: s.execute(
        select(B.c.name).where(B.c.tenant_id == MINE, literal_column("1 = 1 OR 1"))
    ),
    "from_statement": lambda s: s.scalars(select(Board).from_statement(text("SELECT * FROM test_board"))).all(),
    "exec_driver_sql": lambda s: s.connection().exec_driver_sql("SELECT name FROM test_board"),
    "a global table": lambda s: s.execute(select(TenantRow.slug)),
    "the database's own table": lambda s: s.execute(select(literal_column("name")).select_from(_foreign("sqlite_master"))),
    "change of the log": lambda s: s.execute(update(Event).values(body="x")),
    "deletion from the log": lambda s: s.execute(delete(Event)),
}


def _foreign(name: str) -> Any:
    from sqlalchemy import table

    return table(name)


@pytest.mark.parametrize("form", REFUSED)
def test_a_statement_that_could_reach_another_tenant_is_refused(two: Store, form: str) -> None:
    before = everything(two, OTHER), everything(two, MINE)
    with pytest.raises(CrossTenant), two.write(MINE) as session:  # noqa: PT012  # some are refused as they are sent
        REFUSED[form](session)
        session.flush()
    assert (everything(two, OTHER), everything(two, MINE)) == before


def test_a_child_of_another_tenants_parent_cannot_be_stored(two: Store) -> None:
    with two.write(OTHER) as session:
        session.add(Board(tenant_id=OTHER, id="only-theirs", name="b"))
    with pytest.raises(IntegrityError), two.write(MINE) as session:
        session.add(Task(tenant_id=MINE, id="t", board_id="only-theirs", title="a"))


def test_the_same_statement_serves_every_tenant(two: Store) -> None:
    """The reading is kept with the compiled statement, the values are checked each time."""
    names = []
    for tenant in (MINE, OTHER, MINE):
        with two.read(tenant) as session:
            names += session.scalars(select(Board.name)).all()
            with pytest.raises(CrossTenant):
                session.execute(select(B.c.name).where(B.c.tenant_id == 3 - tenant))
    assert names == ["a", "b", "a"]


def test_without_a_tenant_only_unscoped_speaks(two: Store) -> None:
    with two.unscoped() as session:
        assert session.scalars(select(Board.name).order_by(Board.name)).all() == ["a", "b"]
    with pytest.raises(CrossTenant, match="no tenant"), Session(two._reader) as session:
        session.scalars(select(Board.name)).all()
