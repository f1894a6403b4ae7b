"""Several processes on one database: each is a program of its own, started, asked over HTTP and killed."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import timedelta
from functools import partial
from pathlib import Path
from threading import Event
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen

import pytest
from tests.cli.command import SLUG
from tests.store import postgres

from steerco.cases.world import seed
from steerco.cli.access.account import USUAL, leading
from steerco.cli.frame.schema_upgrade import migrate
from steerco.cli.frame.shell import Shell, now
from steerco.configuration.home import Home
from steerco.configuration.installation import Installation
from steerco.operations import tokens
from steerco.store.engine import Store
from steerco.store.tables import Lease

CHARTER, POLICY = f"tenants/{SLUG}/charter.toml", f"policies/{SLUG}.csv"
PATIENCE = 300
REVISIONS = 4
LEASE = 2
pytestmark = pytest.mark.xdist_group("processes")


class Ground:
    """A home, applied, on one of the databases, and two servers on it that answer."""

    def __init__(self, home: Path, urls: dict[str, str], stack: ExitStack) -> None:
        self.home, self.urls = home, urls
        self.store = Store.open(urls.get("STEERCO_DATABASE_URL"), home / "var", operator_url=urls.get("STEERCO_OPERATOR_URL"))
        stack.callback(self.store.close)
        self.installation = Installation(self.store)
        migrate(self.store, postgres.SERVING if urls else None)
        self.apply(self.content)
        self.processes: list[subprocess.Popen[bytes]] = []
        self.servers = [self._start(stack) for _ in range(2)]
        for process, address in zip(self.processes, self.servers, strict=True):
            until(partial(healthy, process, address))

    @property
    def content(self) -> dict[str, str]:
        return Home(self.home).content(SLUG)

    def apply(self, content: dict[str, str]) -> int:
        return self.installation.apply(SLUG, content, at=now(), who="op", why="test", seed=seed).snapshot.revision

    def _start(self, stack: ExitStack) -> str:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        program = Path(sys.executable).with_name("steerco")
        command = [str(program), "serve", "--port", str(port), "--lease", str(LEASE), "--home", str(self.home)]
        process = subprocess.Popen(command, env={**os.environ, **self.urls}, stdout=subprocess.DEVNULL)
        stack.callback(process.wait)
        stack.callback(process.kill)
        self.processes.append(process)
        return f"http://127.0.0.1:{port}"


def healthy(process: subprocess.Popen[bytes], address: str) -> bool:
    assert process.poll() is None, "the server ended by itself"
    try:
        with urlopen(f"{address}/health", timeout=30) as answer:
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False


def until(true: Callable[[], bool]) -> None:
    """Wait for it, for as long as a slow machine may need."""
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.05)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def ground(request: pytest.FixtureRequest, written: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    home = Path(shutil.copytree(written, tmp_path_factory.mktemp("processes") / "home"))
    urls: dict[str, str] = {}
    if request.param == "postgresql":
        server: postgres.Server = request.getfixturevalue("server")
        server.create("processes")
        roles = {"STEERCO_DATABASE_URL": postgres.SERVING, "STEERCO_OPERATOR_URL": postgres.OWNER}
        urls = {variable: server.url("processes", role) for variable, role in roles.items()}
    with ExitStack() as stack:
        yield Ground(home, urls, stack)


def marked(content: dict[str, str], number: int) -> dict[str, str]:
    """The files with the number in every gloss: whatever is told of a clause tells its revision."""
    glossed = re.sub(r'(gloss = \{ vi = ").*?(", en = ").*?(" \})', rf"\g<1>r{number}\g<2>r{number}\g<3>", content[CHARTER])
    return {**content, CHARTER: glossed}


def test_every_process_takes_a_revision_up_at_once_and_no_request_is_served_by_two(ground: Ground) -> None:
    """The first request after an apply, to whichever process, is served under it; and each answer, asked for at whatever moment,
    is of one revision in all its parts."""
    tenant, at = ground.installation.tenant(SLUG), now()
    secret = tokens.issue(tenant, "member-a", ("read",), now=at, expires_at=at + timedelta(hours=1)).secret
    content = ground.content
    assert ground.apply(marked(content, 2)) == 2

    def ask(server: str, path: str, body: Any = None) -> Any:
        data = json.dumps(body).encode() if body is not None else None
        headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}
        with urlopen(Request(f"{server}/t/{SLUG}/api{path}", data, headers), timeout=PATIENCE) as answer:
            return json.load(answer)

    def shown(server: str) -> int:
        """The revision of an answer, which all of it is of."""
        whole = ask(server, "/charter")
        told = {clause["gloss"]["en"] for one in whole["instruments"][:1] for clause in one["clauses"]}
        assert told == {f"r{whole['revision']}"}
        decision = ask(server, "/explain", {"do": "meeting.convene", "with": {"kind": "regular"}})
        assert {each["gloss"]["en"] for each in decision["because"]} == {f"r{decision['revision']}"}
        return int(whole["revision"])

    stop = Event()

    def keep_asking(server: str) -> set[int]:
        seen: set[int] = set()
        while not stop.is_set():
            seen.add(shown(server))
        return seen

    last = 2 + REVISIONS
    with ThreadPoolExecutor(4) as pool:
        asking = [pool.submit(keep_asking, server) for server in (*ground.servers, *ground.servers)]
        try:
            for number in range(3, last + 1):
                assert ground.apply(marked(content, number)) == number
                assert [shown(server) for server in ground.servers] == [number, number]
        finally:
            stop.set()
        for each in asking:
            assert each.result() <= set(range(2, last + 1))


def test_the_death_of_the_worker_is_survived(ground: Ground) -> None:
    """One of the two holds the lease; killed, it is followed by the other when the lease ends. The test before needs both. Links
    lead to one that runs: not to the one that was killed, and when none does, to where one would answer."""

    def holder() -> str:
        with ground.store.unscoped() as session:
            row = session.get(Lease, "worker")
            return row.holder if row else ""

    until(lambda: holder() != "")
    processes = {f"{socket.gethostname()}:{each.pid}": each for each in ground.processes}
    servers = dict(zip(processes.values(), ground.servers, strict=True))
    first = processes.pop(holder())
    ((other, process),) = processes.items()
    shell = Shell(str(ground.home))
    assert leading(shell, None) in ground.servers
    first.send_signal(signal.SIGKILL)
    first.wait()
    until(lambda: holder() == other)
    assert leading(shell, None) == servers[process]
    process.send_signal(signal.SIGTERM)
    assert process.wait(PATIENCE) == 0
    assert leading(shell, None) == USUAL
    assert holder() == ""  # who ends in good order gives it back
