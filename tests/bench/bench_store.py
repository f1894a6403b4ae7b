"""What the store costs: a write against bare SQLAlchemy, the fence, a list where nothing matches, a copied template."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from time import perf_counter
from typing import Any

from sqlalchemy import Engine, create_engine, event, insert, or_, select
from sqlalchemy.orm import Session
from tests.bench.rows import Row, at_least, at_most, interleaved
from tests.store.tables import Board, Task

from steerco.store import fence, log
from steerco.store.engine import Store
from steerco.store.listing import Branch, Scope, page

AT = datetime(2021, 2, 3, tzinfo=UTC)
MANY = 200_000
T = Task.__table__
ids = count(1)


def run() -> list[Row]:
    """Every figure of the store, on SQLite."""
    return [*_writes(), *_fence(), *_lists(), *_copies()]


@contextmanager
def _opened() -> Iterator[tuple[Store, Engine]]:
    """A durable store, and a bare engine with the same pragmas on a file of its own."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store.open(None, Path(folder) / "store")
        store.create_schema()
        bare = create_engine(f"sqlite:///{folder}/bare.db", connect_args={"isolation_level": None})

        @event.listens_for(bare, "connect")
        def _prepare(raw: Any, _record: object) -> None:
            for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
                raw.execute(f"PRAGMA {pragma}")

        event.listen(bare, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
        Task.metadata.create_all(bare)
        yield store, bare
        store.close()
        bare.dispose()


def _writes() -> list[Row]:
    """One act: a record inserted through the ORM. The store adds turn, tenant, fence and a chained event."""
    with _opened() as (store, bare):

        def plain() -> None:
            with Session(bare, expire_on_commit=False) as session, session.begin():
                session.add(Task(tenant_id=1, id=f"t{next(ids):09}", title="x"))

        def fenced() -> None:
            with store.write(1) as session:
                session.add(Task(tenant_id=1, id=f"t{next(ids):09}", title="x"))

        def logged() -> None:
            with store.write(1) as session:
                head = log.head(session)
                session.add(Task(tenant_id=1, id=f"t{next(ids):09}", title="x"))
                session.flush()
                log.append(session, head, at=AT, recorded_at=AT, action="task.assign", body='{"title":"x"}' * 20)

        base, one, all_of_it = interleaved([_times(100, plain), _times(100, fenced), _times(100, logged)])
        with store.read(1) as session:
            began = perf_counter()
            assert log.verify(session) == []
            checked = log.head(session).seq / (perf_counter() - began)
    return [
        Row("bare SQLAlchemy write, synced", 100 / base, "writes/s"),
        at_most("write(), same insert", 100 / one, "writes/s", one / base, 1.5),
        at_most("write() with a chained event", 100 / all_of_it, "writes/s", all_of_it / base, 2.5),
        Row("log.verify", checked, "events/s"),
    ]


def _fence() -> list[Row]:
    """A small Core select by key, with and without the check of what goes out; and the same through the ORM."""
    with _opened() as (store, _):
        with store.write(1) as session:
            session.add_all(Task(tenant_id=1, id=f"t{n}", title="x") for n in range(20))
        core = select(T.c.title).where(T.c.tenant_id == 1, T.c.id == "t1")
        orm = select(Task.title).where(Task.id == "t1")
        with store.read(1) as session:
            connection = session.connection()
            free, checked, criteria = interleaved(
                [
                    _times(300, lambda: connection.execute(core, execution_options={"unscoped": fence.OPEN}).all()),
                    _times(300, lambda: connection.execute(core).all()),
                    _times(300, lambda: session.execute(orm).all()),
                ]
            )
    return [
        Row("Core select, no check", free / 300 * 1e6, "us"),
        at_most("Core select, checked", checked / 300 * 1e6, "us", checked / free, 1.25),
        Row("ORM select with criteria, checked", criteria / 300 * 1e6, "us", criteria / free),
    ]


def _lists() -> list[Row]:
    """A page of 21 among many: everything, a relation's few, nothing; and the plain OR that it replaces."""
    with _opened() as (store, _):
        with store.write(1) as session:
            session.add(Board(tenant_id=1, id="b", name="b"))
            session.flush()
            rows = [
                {"tenant_id": 1, "id": f"t{n:09}", "title": "x", "lead": f"p{n % 1000}", "author": f"p{n % 777}", "version": 1}
                for n in range(MANY)
            ]
            session.connection().execute(insert(T), rows)
        everything, mine, nobodys = Scope(whole=True), _mine("p5"), _mine("nobody")  # made once, as for a reader's capacities
        with store.read(1) as session:
            whole, some, none, plain_or = interleaved(
                [
                    _times(20, lambda: page(session, Task, everything, ["title"], limit=20)),
                    _times(20, lambda: page(session, Task, mine, ["title"], limit=20)),
                    _times(20, lambda: page(session, Task, nobodys, ["title"], limit=20)),
                    _times(1, lambda: session.connection().execute(_or("nobody")).all()),
                ]
            )
    return [
        Row(f"page of {MANY:,} rows, everything", whole / 20 * 1e3, "ms"),
        at_most("page, two relations", some / 20 * 1e3, "ms", some / whole, 4),
        at_most("page, two relations, nothing matches", none / 20 * 1e3, "ms", none / whole, 4),
        at_least("the OR that it replaces, nothing matches", plain_or * 1e3, "ms", plain_or / (none / 20), 3),
    ]


def _mine(who: str) -> Scope:
    own = select(Task.id).where(Task.tenant_id == 1)
    return Scope(branches=[Branch(own.where(Task.lead == who), Task.id), Branch(own.where(Task.author == who), Task.id)])


def _or(who: str) -> Any:
    """As people write it: over a field without an index too."""
    mine = or_(T.c.lead == who, T.c.author == who, T.c.title == who)
    return select(T.c.id, T.c.title).where(T.c.tenant_id == 1, mine).order_by(T.c.id).limit(21)


def _copies() -> list[Row]:
    """A fresh store with the whole schema, made anew and copied."""
    template = Store.memory()
    template.create_schema()

    def anew() -> None:
        store = Store.memory()
        store.create_schema()
        store.close()

    def copied() -> None:
        store = Store.memory()
        store.copy_from(template)
        store.close()

    made, copy = interleaved([anew, copied])
    template.close()
    return [at_least("a store copied from a template", copy * 1e3, "ms", made / copy, 2)]


def _times(n: int, work: Callable[[], object]) -> Callable[[], None]:
    def many() -> None:
        for _ in range(n):
            work()

    return many
