"""What the transactions of a tenant promise, on both databases."""
# ruff: noqa: PT012  (what fails within a transaction must come after statements of it)

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from time import sleep

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError, ProgrammingError, StatementError
from sqlalchemy.orm import Mapped
from tests.store import postgres
from tests.store.tables import Task

from steerco.store.base import Base
from steerco.store.engine import Busy, Store
from steerco.store.fair_lock import FairLock
from steerco.store.sessions import tenant_of
from steerco.store.tables import Tally, TenantRow, Token


def test_what_was_written_is_read_and_what_failed_is_not(store: Store) -> None:
    with store.write(1) as session:
        session.add(Tally(tenant_id=1, name="a", n=1))
    with pytest.raises(ZeroDivisionError), store.write(1) as session:
        session.add(Tally(tenant_id=1, name="b", n=1))
        session.flush()
        raise ZeroDivisionError
    with store.read(1) as session:
        assert tenant_of(session) == 1
        assert session.scalars(select(Tally.name)).all() == ["a"]


def test_a_reader_sees_no_open_write_and_keeps_its_snapshot(store: Store) -> None:
    with store.write(1) as writing:
        writing.add(Tally(tenant_id=1, name="a", n=1))
        writing.flush()
        with store.read(1) as reading:
            assert reading.scalar(select(func.count()).select_from(Tally)) == 0
    with store.read(1) as reading:
        assert reading.scalar(select(func.count()).select_from(Tally)) == 1
        with store.write(1) as writing:
            writing.add(Tally(tenant_id=1, name="b", n=1))
        assert reading.scalar(select(func.count()).select_from(Tally)) == 1


def test_a_reader_cannot_write(store: Store) -> None:
    with pytest.raises((OperationalError, ProgrammingError, StatementError)), store.read(1) as session:
        session.add(Tally(tenant_id=1, name="a", n=1))
        session.flush()


def test_objects_stay_readable_after_the_commit(store: Store) -> None:
    with store.write(1) as session:
        tally = Tally(tenant_id=1, name="a", n=1)
        session.add(tally)
    assert tally.n == 1


def test_values_come_back_as_they_were(store: Store) -> None:
    hanoi = timezone(timedelta(hours=7))
    then = datetime(2021, 2, 3, 1, 30, 0, 123456, tzinfo=hanoi)
    with store.write(1) as session:
        session.add(Token(tenant_id=1, id="t", person="ông Ủy viên", hash="h", scopes=["đọc", "a"], created_at=then))
    with store.read(1) as session:
        token = session.get(Token, (1, "t"))
        assert token is not None
        assert token.created_at == then
        assert token.created_at.tzinfo is UTC
        assert (token.person, token.scopes, token.expires_at) == ("ông Ủy viên", ["đọc", "a"], None)


def test_a_time_without_a_zone_is_refused(store: Store) -> None:
    with pytest.raises(StatementError, match="without a zone"), store.write(1) as session:
        session.add(Token(tenant_id=1, id="t", person="p", hash="h", scopes=[], created_at=datetime(2021, 2, 3)))


def test_text_is_ordered_the_same_on_both_databases(store: Store) -> None:
    names = ["b", "B", "a-b", "ab", "a_b", "đ", "z", "Ủ", "1", "10", "9"]
    with store.write(1) as session:
        session.add_all(Tally(tenant_id=1, name=name, n=1) for name in names)
    with store.read(1) as session:
        assert session.scalars(select(Tally.name).order_by(Tally.name)).all() == sorted(names)


def test_two_writers_of_one_tenant_take_turns(store: Store) -> None:
    """Each spends 60 of 100 after reading the sum: one of them must see the other's."""
    ready, refused = threading.Barrier(2), []

    def spend(name: str) -> None:
        ready.wait()
        with store.write(1) as session:
            if (session.scalar(select(func.sum(Tally.n))) or 0) + 60 > 100:
                refused.append(name)
            else:
                session.add(Tally(tenant_id=1, name=name, n=60))

    threads = [threading.Thread(target=spend, args=(name,)) for name in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.read(1) as session:
        assert session.scalar(select(func.sum(Tally.n))) == 60
    assert len(refused) == 1


def test_many_threads_lose_nothing(store: Store) -> None:
    with store.write(1) as session:
        session.add(Tally(tenant_id=1, name="n", n=0))

    def count_up() -> None:
        for _ in range(10):
            with store.write(1) as session:
                tally = session.get(Tally, (1, "n"))
                assert tally is not None
                tally.n += 1

    threads = [threading.Thread(target=count_up) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.read(1) as session:
        assert session.scalar(select(Tally.n)) == 60


def test_unscoped_reaches_the_tables_of_no_tenant(store: Store) -> None:
    with store.unscoped() as session:
        session.add(TenantRow(slug="one", created_at=datetime(2021, 1, 1, tzinfo=UTC), state="active"))
    with store.unscoped() as session:
        assert session.scalars(select(TenantRow.slug)).all() == ["one"]
        with pytest.raises(LookupError):
            tenant_of(session)


@contextmanager
def held(turn: FairLock) -> Iterator[None]:
    """Somebody else has the turn."""
    begun, over = threading.Event(), threading.Event()

    def hold() -> None:
        with turn:
            begun.set()
            over.wait()

    holder = threading.Thread(target=hold)
    holder.start()
    begun.wait()
    try:
        yield
    finally:
        over.set()
        holder.join()


def test_a_long_wait_says_when_to_try_again() -> None:
    turn = FairLock(places=1, patience=0.2)
    with held(turn), pytest.raises(Busy, match=r"within 0\.2 s") as late, turn:
        pass
    assert late.value.retry_after >= 1
    with turn:
        assert turn.waiting == 0


def test_a_full_queue_is_said_at_once() -> None:
    turn, had = FairLock(places=1, patience=300), []

    def take() -> None:
        with turn:
            had.append(turn)

    with held(turn):
        waiting = threading.Thread(target=take)
        waiting.start()
        while not turn.waiting:
            sleep(0.001)
        with pytest.raises(Busy, match="1 writers are waiting"), turn:
            pass
    waiting.join()
    assert had == [turn]


def test_the_turn_is_granted_in_the_order_of_asking() -> None:
    turn, order, threads = FairLock(places=20, patience=300), [], []

    def take(number: int) -> None:
        with turn:
            order.append(number)

    with turn:
        for number in range(10):
            threads.append(threading.Thread(target=take, args=(number,)))
            threads[-1].start()
            while turn.waiting <= number:
                sleep(0.001)
    for thread in threads:
        thread.join()
    assert order == list(range(10))


def test_a_write_inside_a_write_is_a_mistake_and_not_a_wait() -> None:
    store = Store.memory()
    store.create_schema()
    with store.write(1), pytest.raises(RuntimeError, match="write inside a write"), store.write(1):
        pass


def test_another_process_holding_the_file_makes_it_busy(tmp_path: Path) -> None:
    store = Store.open(None, tmp_path, patience=0.1)
    store.create_schema()
    other = sqlite3.connect(tmp_path / "steerco.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Busy), store.write(1):
        pass
    other.execute("ROLLBACK")
    other.close()
    with store.write(1) as session:
        session.add(Tally(tenant_id=1, name="a", n=1))
    store.close()


def test_the_file_is_kept_and_durable(tmp_path: Path) -> None:
    store = Store.open(None, tmp_path)
    store.create_schema()
    with store.write(1) as session:
        session.add(Tally(tenant_id=1, name="a", n=1))
    with store.unscoped() as session:
        connection = session.connection()
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
    store.close()
    again = Store.open(None, tmp_path)
    with again.read(1) as session:
        assert session.scalars(select(Tally.name)).all() == ["a"]
    again.close()


def test_a_template_is_copied_whole() -> None:
    template, copy = Store.memory(), Store.memory()
    template.create_schema()
    with template.write(1) as session:
        session.add(Task(tenant_id=1, id="t", title="x"))
    copy.copy_from(template)
    with copy.write(1) as session:
        session.add(Task(tenant_id=1, id="u", title="y"))
    with template.read(1) as session:
        assert session.scalars(select(Task.id)).all() == ["t"]
    with copy.read(1) as session:
        assert session.scalars(select(Task.id)).all() == ["t", "u"]


def test_a_memory_store_leaves_nothing_behind() -> None:
    store = Store.memory()
    store.create_schema()
    folder = store.folder
    assert folder.exists()
    store.close()
    del store
    assert not folder.exists()


def test_a_table_of_no_tenant_cannot_slip_in() -> None:
    with pytest.raises(ValueError, match="must begin with tenant_id"):
        type("Stray", (Base,), {"__tablename__": "stray", "__annotations__": {"id": Mapped[int]}, "id": _key()})
    assert "stray" not in Base.metadata.tables


def _key() -> object:
    from sqlalchemy.orm import mapped_column

    return mapped_column(primary_key=True)


def test_an_unknown_database_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="SQLite or PostgreSQL"):
        Store.open("mysql://x/y", tmp_path)
    with pytest.raises(ValueError, match="must name a file"):
        Store.open("sqlite://", tmp_path)


def test_connections_lost_in_a_restart_are_replaced(make_store: Callable[[str], Store], server: postgres.Server) -> None:
    store = make_store("postgresql")
    with store.write(1) as session, store.read(1):
        session.add(Tally(tenant_id=1, name="a", n=1))
    server.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname LIKE 'template_of_tests_%'")
    with store.read(1) as session, store.read(1) as other:
        assert session.scalars(select(Tally.name)).all() == other.scalars(select(Tally.name)).all() == ["a"]
    server.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname LIKE 'template_of_tests_%'")
    with store.write(1) as session:
        session.add(Tally(tenant_id=1, name="b", n=1))


def test_a_lock_held_too_long_on_postgresql_is_busy(make_store: Callable[[str], Store], tmp_path: Path) -> None:
    patient = make_store("postgresql")
    url = patient._writer.url.set(drivername="postgresql").render_as_string(hide_password=False)
    store = Store.open(url, tmp_path, patience=0.2)
    with patient.write(1), pytest.raises(Busy), store.write(1):
        pass
    with patient.write(1), store.write(2) as session:  # another tenant does not wait
        session.add(Tally(tenant_id=2, name="a", n=1))
    store.close()


def test_no_free_connection_is_busy(tmp_path: Path) -> None:
    store = Store.open(None, tmp_path, pool=1, patience=0.1)
    store.create_schema()
    with store.read(1), pytest.raises(Busy, match="in use"), store.read(1):
        pass
    store.close()
