"""Acts that share a transaction of SQLite: each is kept or not for its own sake, in the order of asking, and told the truth."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from time import sleep

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from tests.store.tables import TABLES, Board, Task

from steerco.store import group_commit
from steerco.store.base import Base
from steerco.store.engine import Busy, Store, StoreUnavailable, Undone
from steerco.store.sqlite import Writer


class Mistake(Exception):
    """What an act fails by."""


class Crowd:
    """Acts that ask for the writer one after the other while another has it; what came of each, and when it began."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.came: dict[str, str] = {}
        self.began: list[str] = []
        self.committed_by_then: dict[str, bool] = {}

    def run(self, acts: list[tuple[str, Callable[[Session, str], None]]]) -> None:
        """All of them, their order of asking being the order of the list."""
        turn = self.store._turn
        assert turn is not None
        threads = []
        with turn:
            for number, (name, act) in enumerate(acts):
                threads.append(threading.Thread(target=self._one, args=(name, act)))
                threads[-1].start()
                while turn.waiting <= number:
                    sleep(0)
        for thread in threads:
            thread.join(300)
            assert not thread.is_alive(), "an act waits for ever"

    def _one(self, name: str, act: Callable[[Session, str], None]) -> None:
        again = False
        while True:
            try:
                with self.store.write(1, sharing=not again) as session:
                    if not again:
                        self.began.append(name)
                    act(session, name)
                self.came[name] = "done"
                self.committed_by_then[name] = name in kept(self.store)
            except Undone:
                again = True
                continue
            except (Mistake, IntegrityError, Busy) as error:
                self.came[name] = type(error).__name__
            return


def kept(store: Store) -> set[str]:
    with store.read(1) as session:
        return set(session.scalars(select(Board.id)))


def good(session: Session, name: str) -> None:
    session.add(Board(tenant_id=1, id=name, name=name))


def wrong(session: Session, name: str) -> None:
    good(session, name)
    session.flush()
    raise Mistake


def orphan(session: Session, name: str) -> None:
    """Refers to what is not there, which shows only at the commit, as the keys of records do."""
    good(session, name)
    raw(session).execute("PRAGMA defer_foreign_keys=ON")
    session.add(Task(tenant_id=1, id=name, title=name, board_id="nowhere"))


def closing(session: Session, name: str) -> None:
    good(session, name)
    session.info["closing"] = True


ACTS = {"good": (good, "done"), "wrong": (wrong, "Mistake"), "orphan": (orphan, "IntegrityError"), "closing": (closing, "done")}


def raw(session: Session) -> Writer:
    found = session.connection().connection.driver_connection
    assert isinstance(found, Writer)
    return found


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    store = Store.memory()
    store.create_schema()
    with store.operator_connection() as connection:
        Base.metadata.create_all(connection, tables=TABLES)
    yield store
    store.close()


@pytest.fixture(autouse=True)
def time_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """However slow the machine, the acts share: what is to be seen is what sharing does."""
    monkeypatch.setattr(group_commit, "LONGEST", 60.0)


def emptied(store: Store) -> Store:
    with store.operator_connection() as connection:
        for table in reversed(TABLES):
            connection.execute(table.delete())  # type: ignore[attr-defined]  # they are tables, declared as what they are made from
    return store


def commits(store: Store) -> list[int]:
    """Counts the commits of the writer from here on."""
    seen: list[int] = []
    with store.unscoped() as session:
        raw(session).set_trace_callback(lambda sql: seen.append(1) if sql.startswith("COMMIT") else None)
    seen.clear()
    return seen


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(kinds=st.lists(st.sampled_from(sorted(ACTS)), min_size=1, max_size=6))
def test_each_act_is_kept_or_not_for_its_own_sake_and_told_so_after_the_commit(store: Store, kinds: list[str]) -> None:
    crowd = Crowd(emptied(store))
    names = [f"{number}-{kind}" for number, kind in enumerate(kinds)]
    crowd.run([(name, ACTS[kind][0]) for name, kind in zip(names, kinds, strict=True)])
    assert crowd.came == {name: ACTS[kind][1] for name, kind in zip(names, kinds, strict=True)}
    assert kept(store) == {name for name, kind in zip(names, kinds, strict=True) if ACTS[kind][1] == "done"}
    assert crowd.began == names
    assert all(crowd.committed_by_then.values())


def test_eight_waiting_acts_wait_for_the_disk_once(store: Store) -> None:
    seen, crowd = commits(emptied(store)), Crowd(store)
    crowd.run([(str(number), good) for number in range(8)])
    assert len(kept(store)) == 8
    assert len(seen) == 1


def test_an_act_alone_commits_at_once(store: Store) -> None:
    seen = commits(emptied(store))
    with store.write(1, sharing=True) as session:
        good(session, "alone")
    assert (kept(store), len(seen)) == ({"alone"}, 1)


def test_nothing_joins_after_the_time_nor_after_an_act_that_closes(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    seen, crowd = commits(emptied(store)), Crowd(store)
    crowd.run([("a", good), ("b", closing), ("c", good)])
    assert len(seen) == 2
    seen.clear()
    monkeypatch.setattr(group_commit, "LONGEST", 0.0)
    crowd.run([("d", good), ("e", good), ("f", good)])
    assert len(seen) == 3


def test_a_transaction_that_the_database_gives_up_is_told_to_none_as_done(store: Store) -> None:
    """SQLite ends a transaction by itself when its disk fails; here one act makes it so."""

    def broken(session: Session, name: str) -> None:
        good(session, name)
        session.flush()
        if not failed:
            failed.append(name)
            raw(session).execute("ROLLBACK")

    failed: list[str] = []
    crowd = Crowd(emptied(store))
    crowd.run([("a", good), ("b", good), ("c", broken), ("d", good)])
    assert crowd.came == dict.fromkeys("abcd", "done")
    assert kept(store) == set("abcd")
    assert failed == ["c"]


def test_a_full_disk_stops_the_act_that_fills_it(tmp_path: Path) -> None:
    store = Store.open(None, tmp_path)
    store.create_schema()
    with store.operator_connection() as connection:
        Base.metadata.create_all(connection, tables=TABLES)
    with store.unscoped() as session:
        pages = raw(session).execute("PRAGMA page_count").fetchone()[0]
    with store.unscoped() as session:
        raw(session).execute(f"PRAGMA max_page_count={pages + 8}")

    def large(session: Session, name: str) -> None:
        session.add(Board(tenant_id=1, id=name, name="x" * 1_000_000))

    crowd = Crowd(store)
    crowd.run([("a", good), ("b", large), ("c", good)])
    assert crowd.came == {"a": "done", "b": StoreUnavailable.__name__, "c": "done"}
    assert kept(store) == {"a", "c"}
    store.close()


def test_a_refusal_waits_for_what_it_rests_on(store: Store) -> None:
    """It was refused for what an act before it did; that act is not kept; so it is asked again, and allowed."""

    def refused_where_taken(session: Session, name: str) -> None:
        if session.get(Board, (1, "0-orphan")) is not None:
            raise Mistake
        good(session, name)

    crowd = Crowd(emptied(store))
    crowd.run([("0-orphan", orphan), ("1", refused_where_taken), ("2", good)])
    assert crowd.came == {"0-orphan": "IntegrityError", "1": "done", "2": "done"}
