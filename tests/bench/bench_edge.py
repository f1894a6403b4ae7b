"""What is done beside a request's own work: its line of log, its metrics, its count against a share. Each on against off.

First in one process, one application, no socket: a request with and one without in turn, so that a noisy minute falls on both
alike, and CPU time of the process (of all its threads) in place of the clock, so that other programs on the machine do not count.
Then served, with and without in turn.
"""

from __future__ import annotations

import asyncio
import logging
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import process_time
from typing import Any

from tests.bench.bench_http import NOW, PAGE, SLUG, load, path_of, prepare, process
from tests.bench.cpu import used
from tests.bench.rows import Row, at_most

from steerco.cli.serve import logs
from steerco.cli.serve.processes import settle
from steerco.configuration.installation import Installation
from steerco.store.engine import Store
from steerco.web.app import create_app
from steerco.web.http.limits import Edge, Limits
from steerco.web.http.metrics import Metrics

REQUESTS, WARM = 1500, 100
SLICES, SECONDS = 12, 1.5
BAR = 1.05
LOG = logging.getLogger("steerco")


def run() -> list[Row]:
    """Measure and compare."""
    with tempfile.TemporaryDirectory() as folder, (Path(folder) / "log").open("w") as log:
        secret = prepare(Path(folder))
        store = Store.open(None, Path(folder))
        app = create_app(Installation(store), clock=lambda: NOW, limits=Limits(token=10**6, tenant=10**6))
        logs.begin(to=log)
        settle()
        found = asyncio.run(_compared(app, secret))
        store.close()
        return [*found, *_served(Path(folder), secret)]


def _served(folder: Path, secret: str) -> list[Row]:
    """The same from a server that is asked over a socket by eight at once: what its process costs a request."""
    with process("steerco", folder) as quiet, process("told", folder) as told:
        costs: list[tuple[float, float]] = []
        for _ in range(SLICES + 1):
            costs.append((_cost(*quiet, secret), _cost(*told, secret)))
    without = median(each[0] for each in costs[1:])
    more = median(on - off for off, on in costs[1:])
    ratio = median(on / off for off, on in costs[1:])
    return [
        Row("the same list, served: CPU time of the server", without * 1000, "ms"),
        at_most("  log and metrics, on against off", more * 1e6, "µs more", ratio, BAR),
    ]


def _cost(port: int, pid: int, secret: str) -> float:
    """CPU seconds of a process for each request that it answers."""
    before = used(pid)
    asked = load(port, path_of("steerco"), secret, SECONDS) * SECONDS
    return (used(pid) - before) / asked


async def _compared(app: Edge, secret: str) -> list[Row]:
    metrics, quiet = Metrics(), app.ends
    quotas = app.app.state.service.quotas
    shares = quotas._shares

    def way(level: int, ends: tuple[Any, ...], counted: Any) -> Callable[[], None]:
        def turn() -> None:
            LOG.setLevel(level)
            app.ends, quotas._shares = ends, counted

        return turn

    ways = {
        "off": way(logging.WARNING, quiet, []),
        "log and metrics": way(logging.INFO, (*quiet, metrics.count), []),
        "shares of requests": way(logging.WARNING, quiet, shares),
    }
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(REQUESTS):
        for name, turn in ways.items():
            turn()
            begun = process_time()
            assert await _asked(app, secret) == 200
            if number >= WARM:
                taken[name].append(process_time() - begun)
    middle = {name: median(each) for name, each in taken.items()}
    rows = [Row("a list of 20 tasks, no socket, nothing told: CPU time", middle["off"] * 1000, "ms")]
    for name in list(ways)[1:]:
        more = middle[name] - middle["off"]
        rows.append(Row(f"  {name}, on against off", more * 1e6, "µs more", middle[name] / middle["off"]))
    return rows


async def _asked(app: Edge, secret: str) -> int:
    scope: dict[str, Any] = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": f"/t/{SLUG}/api/task",
        "raw_path": f"/t/{SLUG}/api/task".encode(),
        "query_string": f"limit={PAGE}".encode(),
        "root_path": "",
        "headers": [(b"host", b"127.0.0.1"), (b"authorization", f"Bearer {secret}".encode())],
        "client": ("192.0.2.1", 40000),
        "server": ("127.0.0.1", 8000),
    }
    status = 0

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        nonlocal status
        status = message.get("status", status)

    await app(scope, receive, send)
    return status
