"""Pages of somebody who is signed in, beside the bare handler of the list's bench: first page, meeting, tasks, a form.

The demonstration is served as people serve it. The same client asks both, over eight connections that stay open. And: how a
list's slowest requests fare while ten people sign in at once.
"""

from __future__ import annotations

import re
import tempfile
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter

import httpx
from tests.bench import bench_http
from tests.bench.rows import Row, at_least, at_most
from tests.browser.demonstration import Demonstration, demonstration

SLUG, MEMBER = "national-committee", "member@national-committee"
ROUNDS, SECONDS, CLIENTS = 3, 2.0, 8
BAR = 0.25
TOGETHER = 10
"""People who sign in at once."""


def run() -> list[Row]:
    """Every figure."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        secret = bench_http.prepare(Path(folder))
        raw = stack.enter_context(bench_http.server("raw", Path(folder)))
        served = stack.enter_context(demonstration())
        cookie, password = _signed_in(served)
        meeting = _first(served, cookie, "/records/meeting", r"records/(meeting/M-\d+-\d+)")
        paths = {
            "first page": "",
            "meeting": f"/records/{meeting}",
            "tasks": "/records/task",
            "form of an act": f"/records/absence-request/do/request?with.meeting={meeting.partition('/')[2]}",
        }
        bare = [_rate(f"http://127.0.0.1:{raw}/tasks", {"Authorization": f"Bearer {secret}"}) for _ in range(ROUNDS)]
        found = []
        for name, path in paths.items():
            url = f"{served.url}/t/{SLUG}{path}"
            rate = median(_rate(url, {"Cookie": cookie, "Accept": "text/html"}) for _ in range(ROUNDS))
            found.append(at_least(f"pages: {name}, to the bare handler", rate, "requests/s", rate / median(bare), BAR))
        return [*found, _beside_sign_ins(served, cookie, password)]


def _signed_in(served: Demonstration) -> tuple[str, str]:
    """The cookie of a member, and the demonstration's password."""
    said = re.search(r"password (\S+) as", served.told())
    assert said is not None
    return _sign_in(served, said[1]), said[1]


def _sign_in(served: Demonstration, password: str) -> str:
    with httpx.Client(base_url=served.url, headers={"Accept": "text/html"}, timeout=60, verify=False) as client:
        fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', client.get("/sign-in").text))
        client.post("/sign-in", data={**fields, "name": MEMBER, "password": password}, headers={"Origin": served.url})
        return "; ".join(f"{name}={value}" for name, value in client.cookies.items())


def _first(served: Demonstration, cookie: str, path: str, pattern: str) -> str:
    answer = httpx.get(f"{served.url}/t/{SLUG}{path}", headers={"Cookie": cookie, "Accept": "text/html"}, timeout=60)
    found = re.search(pattern, answer.text)
    assert found is not None
    return found[1]


def _rate(url: str, headers: dict[str, str]) -> float:
    """Requests a second, over connections that stay open."""
    with ThreadPoolExecutor(CLIENTS) as pool:
        until = perf_counter() + SECONDS
        return sum(pool.map(lambda _: len(_asked(url, headers, lambda: perf_counter() > until)), range(CLIENTS))) / SECONDS


def _asked(url: str, headers: dict[str, str], over: Callable[[], bool]) -> list[float]:
    """How long each request took, until it is over."""
    times = []
    with httpx.Client(headers=headers, timeout=60) as client:
        while not over():
            start = perf_counter()
            answer = client.get(url)
            times.append(perf_counter() - start)
            assert answer.status_code == 200, answer.status_code
    return times


def _beside_sign_ins(served: Demonstration, cookie: str, password: str) -> Row:
    """The slowest hundredth of a list's requests, while people sign in at once, to that without."""
    url, headers = f"{served.url}/t/{SLUG}/records/task", {"Cookie": cookie, "Accept": "text/html"}

    alone: list[float] = []
    beside: list[float] = []
    for _ in range(ROUNDS):  # by turns, since what else the machine is at changes both
        until = perf_counter() + SECONDS
        alone += _asked(url, headers, lambda: perf_counter() > until)  # noqa: B023  # asked before the next round begins
        ended = threading.Event()
        with ThreadPoolExecutor(TOGETHER + 1) as pool:
            asked = pool.submit(_asked, url, headers, ended.is_set)
            list(pool.map(lambda _: _sign_in(served, password), range(TOGETHER)))
            ended.set()
            beside += asked.result()
    quiet, busy = (quantiles(times, n=100)[98] for times in (alone, beside))
    return at_most(f"pages: p99 of a list while {TOGETHER} sign in, to that alone", busy * 1e3, "ms", busy / quiet, 1.5)
