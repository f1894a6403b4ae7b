"""What an act costs whoever does it while five hundred clients listen to the change feed, beside a server that nobody listens to.

Each is a server process of its own with a database of its own; acts are done at both in turn, so that a noisy minute falls on
both alike. At the one that is listened to, an act comes when all have been told of those before, and another while they are
being told of it. How long telling takes, and what the server works for it, are figures without a bar: each listener reads with
its own token, as often as there is news.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from queue import Empty, Queue
from statistics import median
from threading import Thread
from time import perf_counter, sleep

from tests.bench.bench_http import NOW, SLUG, prepare, process
from tests.bench.cpu import used
from tests.bench.rows import Row, at_most

from steerco.configuration.installation import Installation
from steerco.operations import tokens
from steerco.store.engine import Store

LISTENERS, ACTS, WARM = 500, 14, 2
BAR = 1.2
MIDST = 0.8
"""Seconds after an act in which listeners are being told of it: where a log ends is looked up each half second."""
PATIENCE = 120.0
"""Seconds until all listeners have been told, after which it is said that they were not."""


def run() -> list[Row]:
    """Measure and compare."""
    with tempfile.TemporaryDirectory() as quiet, tempfile.TemporaryDirectory() as heard:
        secrets = [_prepared(Path(folder)) for folder in (quiet, heard)]
        servers = process("steerco", Path(quiet)), process("steerco", Path(heard))
        with servers[0] as (alone, _), servers[1] as (port, pid), _listening(port, secrets[1]) as told:
            return _rows(alone, port, pid, secrets, told)


def _rows(alone: int, port: int, pid: int, secrets: list[str], told: Queue[str]) -> list[Row]:
    taken: list[tuple[float, float, float]] = []
    spread, work = [], []
    for number in range(WARM + ACTS):
        before, first = used(pid), _act(alone, secrets[0])
        second = _act(port, secrets[1])
        begun = perf_counter()
        sleep(MIDST)
        third = _act(port, secrets[1])
        _await(told, str(2 * number + 2))
        if number >= WARM:
            taken.append((first, second, third))
            spread.append(perf_counter() - begun)
            work.append((used(pid) - before) / 2)
    idle, midst = (median(each[which] / each[0] for each in taken) for which in (1, 2))
    middle = [median(each) * 1000 for each in zip(*taken, strict=True)]
    return [
        Row("an act over HTTP, nobody listens", middle[0], "ms"),
        at_most(f"  while {LISTENERS} listen", middle[1], "ms", idle, BAR),
        Row("  while they are being told of the act before", middle[2], "ms", midst),
        Row("  until all have been told of two acts", median(spread), "s"),
        Row("  work of the server for an act and for telling all", median(work), "s of CPU time"),
    ]


def _prepared(folder: Path) -> str:
    """A database; the secret of a token of the chair's."""
    prepare(folder)
    store = Store.open(None, folder)
    tenant = Installation(store).tenant(SLUG)
    with tenant.store.read(tenant.id) as session:
        today = tenant.snapshot.local(NOW)
        (chair,) = tenant.directory(session).on(today, tenant.snapshot.regime_on(today).charter).holders("chair")
    secret = tokens.issue(tenant, chair, ["*"], now=NOW).secret
    store.close()
    return secret


def _act(port: int, secret: str) -> float:
    """Seconds until a meeting is convened."""
    body = json.dumps({"kind": "ad-hoc", "starts_at": "2021-03-01T09:00:00"})
    head = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    connection.connect()
    begun = perf_counter()
    connection.request("POST", f"/t/{SLUG}/api/meeting/convene", body, head)
    answer = connection.getresponse()
    content = answer.read()
    taken = perf_counter() - begun
    connection.close()
    if answer.status != 201:
        raise RuntimeError(content.decode())
    return taken


@contextmanager
def _listening(port: int, secret: str) -> Iterator[Queue[str]]:
    """Clients that listen; what they say, line by line, once all of them do."""
    path = f"/t/{SLUG}/api/events/stream"
    command = [sys.executable, "-m", "tests.bench.sse_listeners", str(port), path, secret, str(LISTENERS)]
    said: Queue[str] = Queue()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]) as listeners:
        assert listeners.stdout is not None
        lines = listeners.stdout
        Thread(target=lambda: [said.put(line.strip()) for line in lines], daemon=True).start()
        try:
            _await(said, "ready")
            yield said
        finally:
            listeners.kill()


def _await(said: Queue[str], wanted: str) -> None:
    """Wait for a line. Raises ``RuntimeError`` where it does not come, so that the bench ends in any case."""
    try:
        while (line := said.get(timeout=PATIENCE)) != wanted:
            if line.isdigit() and int(line) > int(wanted):
                raise RuntimeError(f"{line} before {wanted}")
    except Empty:
        raise RuntimeError(f"the listeners did not say {wanted!r} within {PATIENCE:.0f} s") from None
