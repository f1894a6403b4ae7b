"""The database fails under a real server: nothing is lost or done twice, and it comes back by itself."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from tests.faults.served import LONG, Served, serving
from tests.store import postgres

CUT = f"SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE usename IN ('{postgres.SERVING}', '{postgres.OWNER}')"


@pytest.fixture(scope="module")
def server() -> Iterator[postgres.Server]:
    """A server of its own, since it is going to be ended; what it has acknowledged it keeps, as one in service does."""
    for server in postgres.serve():
        server.run("ALTER SYSTEM SET synchronous_commit = on")
        server.run("SELECT pg_reload_conf()")
        yield server


@pytest.fixture(scope="module")
def served(server: postgres.Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    server.create("faults")
    urls = {
        "STEERCO_DATABASE_URL": server.url("faults", postgres.SERVING),
        "STEERCO_OPERATOR_URL": server.url("faults", postgres.OWNER),
    }
    home = tmp_path_factory.mktemp("served") / "home"
    with serving(home, urls, f"db upgrade --role {postgres.SERVING}") as served:
        yield served


def asked_for(server: postgres.Server, what: str) -> int:
    with psycopg.connect(server.url("faults", "postgres"), autocommit=True) as connection:
        row = connection.execute(what.encode()).fetchone()
    return int(row[0]) if row else 0


def test_a_connection_cut_in_the_midst_of_an_act(served: Served, server: postgres.Server) -> None:
    assert served.until_done("before").status_code == 201
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
    with psycopg.connect(server.url("faults", "postgres")) as holder, ThreadPoolExecutor() as pool:
        holder.execute("SELECT 1 FROM tally FOR UPDATE")  # where every act comes by, when it has done half of its work
        answer = pool.submit(served.convene, "cut")
        until(lambda: asked_for(server, waiting) > 0)
        asked_for(server, CUT)
        assert served.away(answer.result()) == "database-away"
    assert served.held_at("cut") == 0
    assert served.until_done("cut").status_code == 201
    assert served.held_at("cut") == 1


def test_connections_cut_again_and_again(served: Served, server: postgres.Server) -> None:
    over = threading.Event()

    def cutting() -> None:
        while not over.wait(0.1):
            asked_for(server, CUT)

    cutter = threading.Thread(target=cutting)
    cutter.start()
    try:
        storm(served, "storm", 12)
    finally:
        over.set()
        cutter.join()
    once_each(served, "storm", 12)


@pytest.mark.parametrize("mode", ["fast", "immediate"])
def test_a_server_that_is_restarted(served: Served, server: postgres.Server, mode: str) -> None:
    with ThreadPoolExecutor() as pool:
        acts = pool.submit(storm, served, mode, 8)
        until(lambda: served.held_at(f"{mode}-0") > 0)
        server.restart(mode)
        acts.result()
    once_each(served, mode, 8)


def test_a_server_that_is_away_for_a_while(served: Served, server: postgres.Server) -> None:
    """As in a failover: nobody gets in, then all do."""
    server.run(f"ALTER ROLE {postgres.SERVING} NOLOGIN")
    asked_for(server, CUT)
    try:
        assert served.away(served.convene("away")) == "database-away"
        assert served.away(served.ask("GET", "/meeting")) == "database-away"
    finally:
        server.run(f"ALTER ROLE {postgres.SERVING} LOGIN")
    assert served.until_done("away").status_code == 201
    assert served.held_at("away") == 1


def test_a_primary_that_takes_no_writes(served: Served, server: postgres.Server) -> None:
    assert served.until_done("while it takes writes").status_code == 201
    server.run(f"ALTER ROLE {postgres.SERVING} SET default_transaction_read_only = on")
    asked_for(server, CUT)
    try:
        assert served.away(served.convene("read-only")) == "database-read-only"
        assert served.held_at("while it takes writes") == 1  # what is there can be read
    finally:
        server.run(f"ALTER ROLE {postgres.SERVING} RESET default_transaction_read_only")
    answer = served.until_done("read-only")  # the connections that were told so have been given up
    assert answer.status_code == 201
    assert served.held_at("read-only") == 1
    served.sound()


def storm(served: Served, name: str, acts: int) -> None:
    """So many acts from several clients at once, each asked again until it is done."""
    with ThreadPoolExecutor(4) as pool:
        assert {answer.status_code for answer in pool.map(served.until_done, [f"{name}-{n}" for n in range(acts)])} == {201}


def once_each(served: Served, name: str, acts: int) -> None:
    assert [served.held_at(f"{name}-{n}") for n in range(acts)] == [1] * acts


def until(so: Callable[[], bool]) -> None:
    end = time.monotonic() + LONG
    while not so():
        assert time.monotonic() < end
        time.sleep(0.02)
