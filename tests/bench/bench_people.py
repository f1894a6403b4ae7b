"""Two hundred people at work for a minute in one committee: each with an account and a sign-in, with pauses as people make them.

Everybody has a task: looks at the list, opens the form of a progress report and sends it, again and again. The server is one
process over SQLite with the postman beside it, as ``serve`` runs it. Asked: does every request succeed, how long do the slowest
take against the middle, and how soon after its event is a word made.
"""

from __future__ import annotations

import asyncio
import re
import socket
import subprocess
import sys
import tempfile
import threading
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from statistics import quantiles
from time import monotonic, perf_counter, sleep

import httpx
from sqlalchemy import select
from tests.bench.rows import Row, at_most

from steerco.accounts import web_sign_ins
from steerco.accounts.accounts import add_account, bind
from steerco.cases.world import seed
from steerco.configuration.home import Home
from steerco.configuration.installation import Installation
from steerco.configuration.regime import PLATFORM
from steerco.configuration.tenant import Tenant
from steerco.kernel.act import ActRequest
from steerco.kernel.perform import perform
from steerco.notifications import notices
from steerco.notifications.postman import Postman
from steerco.store.base import INSTALLATION
from steerco.store.engine import Store
from steerco.store.notice_tables import NoticeRow
from steerco.testkit import SAMPLE

SLUG, PEOPLE, SECONDS, PAUSE = "library-board", 200, 60.0, 12.0
"""``PAUSE``: seconds on average between a person's rounds of three requests, so that there are some fifty requests a second."""
ACTS, A_SECOND = 500, 50


def run() -> list[Row]:
    """Every figure."""
    with tempfile.TemporaryDirectory() as folder:
        tokens, tasks = _prepare(Path(folder))
        return [*_at_work(Path(folder), tokens, tasks), _word(Path(folder), tasks)]


def _prepare(folder: Path) -> tuple[list[str], list[str]]:
    """A committee with its people, a task for each; the token of each one's sign-in, and the reference of each one's task."""
    store, now = Store.open(None, folder), datetime.now(UTC)
    store.upgrade()
    installation = Installation(store)
    tenant = installation.apply(SLUG, Home(SAMPLE).content(SLUG), at=now, who="bench", why="bench", seed=seed)
    tokens, tasks = [], []
    for number in range(PEOPLE):
        person = f"person-{number}"
        perform(tenant, ActRequest(PLATFORM, "person.add", now, input={"id": person, "name": f"Person {number}"}))
        given = {"title": f"Task {number}", "to": person, "due_on": "2099-06-30"}
        tasks.append(str(perform(tenant, ActRequest(PLATFORM, "task.assign", now, input=given)).ref))
        with store.write(INSTALLATION) as session:
            account = add_account(session, f"{person}@bench", now=now)
            bind(session, account.id, tenant.id, person, now)
            tokens.append(web_sign_ins.begin(session, account.id, how="password", agent="bench", now=now))
    store.close()
    return tokens, tasks


def _at_work(folder: Path, tokens: list[str], tasks: list[str]) -> list[Row]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "tests.bench.bench_people", str(folder), str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd=Path(__file__).parents[2])
    try:
        _await(port)
        times, faults = asyncio.run(_all(f"http://127.0.0.1:{port}", tokens, tasks))
    finally:
        process.terminate()
        process.wait(30)
    cuts = quantiles(times, n=100)
    return [
        at_most(f"people: {PEOPLE} act for a minute: requests that failed", len(times) / SECONDS, "requests/s", faults, 0),
        at_most("people: the slowest hundredth of them, to the middle", cuts[98] * 1e3, "ms", cuts[98] / cuts[49], 10),
    ]


def _await(port: int) -> None:
    end = monotonic() + 60
    while monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            sleep(0.1)
    raise RuntimeError("the server did not start")


async def _all(url: str, tokens: list[str], tasks: list[str]) -> tuple[list[float], int]:
    """Everybody at once: how long each request took, and how many did not succeed."""
    times: list[float] = []
    until = perf_counter() + SECONDS
    people = (_person(url, token, task, Random(task), until, times) for token, task in zip(tokens, tasks, strict=True))
    return times, sum(await asyncio.gather(*people))


async def _person(url: str, token: str, task: str, chance: Random, until: float, times: list[float]) -> int:
    fields: dict[str, str] = {}
    faults, at = 0, f"/t/{SLUG}/records/task/{task}/do/report-progress"
    headers = {"Cookie": f"steerco={token}", "Accept": "text/html", "Origin": url}
    async with httpx.AsyncClient(base_url=url, headers=headers, timeout=60) as client:
        await asyncio.sleep(chance.uniform(0, PAUSE))
        while perf_counter() < until:
            for method, path in (("GET", f"/t/{SLUG}/records/task"), ("GET", at), ("POST", at)):
                sent = {**fields, "with.text": "So far, so good"} if method == "POST" else None
                start = perf_counter()
                answer = await client.request(method, path, data=sent)
                times.append(perf_counter() - start)
                fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', answer.text))
                faults += answer.status_code != (303 if method == "POST" else 200)
                await asyncio.sleep(chance.uniform(0, PAUSE / 6))
            await asyncio.sleep(chance.uniform(0, PAUSE))
    return faults


def _word(folder: Path, tasks: list[str]) -> Row:
    """How long after its event a word is made, at fifty acts a second; the postman looks once a second, as beside a server."""
    store = Store.open(None, folder)
    installation = Installation(store)
    tenant, stop = installation.tenant(SLUG), threading.Event()
    notices.follow(tenant, datetime.now(UTC))
    postman = threading.Thread(target=Postman(installation, lambda: datetime.now(UTC)).run, args=(stop,))
    postman.start()
    begun, made = perf_counter(), datetime.now(UTC)
    for number in range(ACTS):
        sleep(max(0.0, begun + number / A_SECOND - perf_counter()))
        given = {"title": f"Word {number}", "to": f"person-{number % PEOPLE}"}
        perform(tenant, ActRequest(PLATFORM, "task.assign", datetime.now(UTC), input=given))
    sleep(3)
    stop.set()
    postman.join()
    late = _delays(tenant, made)
    store.close()
    assert len(late) == ACTS, len(late)
    return at_most(f"people: a word after its event at {A_SECOND} acts/s, the slowest, in seconds", max(late), "s", max(late), 2)


def _delays(tenant: Tenant, since: datetime) -> list[float]:
    """Seconds from each event to the notice of it: a notice's id tells when it was made."""
    with tenant.store.read(tenant.id) as session:
        own = (NoticeRow.tenant_id == tenant.id, NoticeRow.at >= since)
        rows = session.execute(select(NoticeRow.id, NoticeRow.at).where(*own)).all()
    return [int(row.id.replace("-", "")[:12], 16) / 1e3 - row.at.timestamp() for row in rows]


def main(folder: str, port: str) -> None:
    """Serve the committee with a postman beside, until ended."""
    import uvicorn

    from steerco.cli.serve.processes import settle
    from steerco.web.app import create_app

    installation = Installation(Store.open(None, Path(folder)))
    app = create_app(installation)
    postman = Postman(installation, lambda: datetime.now(UTC))
    threading.Thread(target=postman.run, args=(threading.Event(),), daemon=True).start()
    settle()
    uvicorn.run(app, host="127.0.0.1", port=int(port), log_level="error", access_log=False)


if __name__ == "__main__":
    main(*sys.argv[1:])
