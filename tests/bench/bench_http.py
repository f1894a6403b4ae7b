"""Listing twenty tasks over HTTP: Steerco with token, policy, visibility and JSON, beside handlers that have none of these.

Each contender is a server process of its own (uvicorn, one worker) over the same SQLite file; the load comes from another
process, over eight connections that stay open. Contenders are measured in turn, several rounds, and compared round by round.
"""

from __future__ import annotations

import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from time import monotonic, sleep

from tests.bench.rows import Row, at_least

from steerco.cases.world import seed
from steerco.configuration.home import Home, shipped
from steerco.configuration.installation import Installation
from steerco.configuration.regime import PLATFORM
from steerco.kernel.act import ActRequest
from steerco.kernel.perform import perform
from steerco.operations import tokens
from steerco.store.engine import Store

SLUG, TASKS, PAGE = "national-committee", 200, 20
ROUNDS, SECONDS, CONNECTIONS = 7, 1.5, 8
NOW = datetime(2021, 2, 3, 2, tzinfo=UTC)


def run() -> list[Row]:
    """Measure and compare."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as servers:
        secret = prepare(Path(folder))
        names = ["steerco", "orm", "raw"] + (["drf"] if find_spec("rest_framework") else [])
        ports = {name: servers.enter_context(server(name, Path(folder))) for name in names}
        rates: dict[str, list[float]] = {name: [] for name in names}
        for name in names:
            load(ports[name], path_of(name), secret, 0.5)
        for _ in range(ROUNDS):
            for name in names:
                rates[name].append(load(ports[name], path_of(name), secret, SECONDS))
    return rows(rates)


def rows(rates: dict[str, list[float]]) -> list[Row]:
    """The figures, with Steerco's ratio to each of the others."""
    mine = rates["steerco"]

    def ratio(name: str) -> float:
        return median(own / other for own, other in zip(mine, rates[name], strict=True))

    found = [
        Row("list 20 tasks over HTTP: Steerco", median(mine), "requests/s"),
        at_least("  beside bare Litestar + async ORM", median(rates["orm"]), "requests/s", ratio("orm"), 1.2),
        at_least("  beside raw sqlite3 in Litestar", median(rates["raw"]), "requests/s", ratio("raw"), 0.35),
    ]
    if "drf" in rates:
        found.append(Row("  beside Django + DRF with a tenant filter", median(rates["drf"]), "requests/s", ratio("drf")))
    return found


def prepare(folder: Path) -> str:
    """A database with two hundred tasks; the secret of a member's token."""
    store = Store.open(None, folder)
    installation, home = Installation(store), Home(shipped())
    store.create_schema()
    tenant = installation.apply(SLUG, home.content(SLUG), at=NOW, who="bench", why="bench", seed=seed)
    for number in range(TASKS):
        given = {"title": f"Task {number}", "lead": ("bo-cong-an", "bo-xay-dung")[number % 2], "due_on": "2021-06-30"}
        perform(tenant, ActRequest(PLATFORM, "task.assign", input=given, at=NOW))
    secret = tokens.issue(tenant, "bo-truong-cong-an", ["read"], now=NOW).secret
    store.close()
    return secret


def path_of(name: str) -> str:
    """The address of the list at a contender."""
    return f"/t/{SLUG}/api/task?limit={PAGE}" if name in ("steerco", "told") else "/tasks"


@contextmanager
def server(name: str, folder: Path) -> Iterator[int]:
    """A contender's server; its port."""
    with process(name, folder) as (port, _):
        yield port


@contextmanager
def process(name: str, folder: Path) -> Iterator[tuple[int, int]]:
    """A contender's server; its port, and the number of its process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "tests.bench.http_servers", name, str(folder), str(port)]
    started = subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd=Path(__file__).parents[2])
    try:
        _await(port, started)
        yield port, started.pid
    finally:
        started.terminate()
        started.wait(10)


def _await(port: int, process: subprocess.Popen[bytes]) -> None:
    end = monotonic() + 60
    while monotonic() < end and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            sleep(0.1)
    raise RuntimeError("a server did not start")


def load(port: int, path: str, secret: str, seconds: float) -> float:
    """Requests a second that the server answers, asked by a process of its own."""
    command = [sys.executable, "-m", "tests.bench.http_load", str(port), path, secret, str(seconds), str(CONNECTIONS), str(PAGE)]
    told = subprocess.run(command, check=True, capture_output=True, text=True, cwd=Path(__file__).parents[2])
    return float(told.stdout)
