"""Listing tasks over the API with a million of them in the tenant, against a thousand: the same requests, on both databases.

Both tenants are in one database and asked in turn, through the whole application (routing, token, policy, visibility, JSON) but
no socket. ``STEERCO_BENCH_SCALE`` (1 by default) shrinks the million.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from statistics import median
from time import perf_counter
from typing import Any, NamedTuple

import msgspec
from tests.bench import many
from tests.bench.rows import Row, at_most
from tests.store import postgres

from steerco.committee.work.task import Task
from steerco.configuration.installation import Installation
from steerco.configuration.tenant import Tenant
from steerco.operations import tokens
from steerco.store.engine import Store
from steerco.store.listing import Asking, Filter, ListPosition, Order, Scope
from steerco.store.query_plans import plan_of
from steerco.web.app import create_app

NOW = datetime(2021, 2, 3, 2, tzinfo=UTC)
SCALE = float(os.environ.get("STEERCO_BENCH_SCALE", "1"))
SMALL, BIG = 1_000, max(int(1_000_000 * SCALE), 20_000)
ROUNDS = 40
BAR, WALL = 1.3, 1.5
MEMBER, LEADS_MANY, LEADS_FEW, COORDINATES = "bo-truong-cong-an", "chu-tich-da-nang", "bo-truong-y-te", "bo-truong-tu-phap"


class Case(NamedTuple):
    """A request: who asks, the query, and whether from the midst of the list (``order`` and ``filters`` are its cursor's)."""

    name: str
    who: str
    query: str = ""
    deep: bool = False
    order: Order = Order()
    filters: tuple[Filter, ...] = ()


DUE = Order("due_on")
CASES = (
    Case("all, first page", MEMBER),
    Case("all, a page in the midst", MEMBER, deep=True),
    Case("all, state=assigned", MEMBER, "state=assigned"),
    Case("all, state=assigned, in the midst", MEMBER, "state=assigned", True, Order(), (Filter("state", "eq", "assigned"),)),
    Case("all, state=canceled (ten)", MEMBER, "state=canceled"),
    Case("all, one lead and state", MEMBER, "lead=ubnd-tp-da-nang&state=done"),
    Case("all, due by a day (half)", MEMBER, "due_on[lte]=2021-12-31"),
    Case("all, due by a day (ten)", MEMBER, "due_on[lte]=2020-06-01"),
    Case("all, a title (no index), nothing", MEMBER, "title=nothing"),
    Case("all, by due day", MEMBER, "sort=due_on"),
    Case("all, by due day, in the midst", MEMBER, "sort=due_on", True, DUE),
    Case("all, by due day backwards", MEMBER, "sort=-due_on"),
    Case("all, by due day, one lead", MEMBER, "sort=due_on&lead=ubnd-tp-da-nang"),
    Case("all, by due day, one state", MEMBER, "sort=due_on&state=done"),
    Case("all, newest first", MEMBER, "sort=-created_at"),
    Case("leads a quarter, first page", LEADS_MANY),
    Case("leads a quarter, in the midst", LEADS_MANY, deep=True),
    Case("leads a quarter, one state", LEADS_MANY, "state=done"),
    Case("leads a quarter, due by a day", LEADS_MANY, "due_on[lte]=2021-12-31"),
    Case("leads a quarter, by due day", LEADS_MANY, "sort=due_on"),
    Case("leads a quarter, by due day, in the midst", LEADS_MANY, "sort=due_on", True, DUE),
    Case("leads twenty, first page", LEADS_FEW),
    Case("leads twenty, one state", LEADS_FEW, "state=done"),
    Case("leads twenty, by due day", LEADS_FEW, "sort=due_on"),
    Case("leads twenty, by title", LEADS_FEW, "sort=title"),
    Case("coordinates a tenth, first page", COORDINATES),
    Case("coordinates a tenth, in the midst", COORDINATES, deep=True),
    Case("coordinates a tenth, one state", COORDINATES, "state=done"),
)


def run() -> list[Row]:
    """Every case on SQLite, then on PostgreSQL behind row-level security."""
    return [row for database in ("SQLite", "PostgreSQL") for row in _on(database)]


def _on(database: str) -> Iterator[Row]:
    with opened(database) as installation:
        small, big = (many.tenant(installation, slug, NOW) for slug in ("national-small", "national-big"))
        many.tasks(installation.store, {small.id: SMALL, big.id: BIG})
        for name, ratio, taken in asyncio.run(_measured(installation, small, big)):
            yield at_most(f"{database}: {name}, {BIG:,} tasks : {SMALL:,}", taken * 1e3, "ms", ratio, BAR)
        if database == "PostgreSQL":
            yield from _walled(installation, big)


def _walled(installation: Installation, tenant: Tenant) -> Iterator[Row]:
    """The same lists as the role that row-level security holds and as the owner of the tables, whom it does not."""
    with tempfile.TemporaryDirectory() as folder:
        free = Installation(Store.open(str(installation.store._operator.url.render_as_string(hide_password=False)), folder))
        assert installation.store.is_walled()
        assert not free.store.is_walled()
        for case in (CASES[0], *(case for case in CASES if case.name == "leads a quarter, first page")):
            apps = [create_app(each, clock=lambda: NOW) for each in (installation, free)]
            held, bare = asyncio.run(_in_turn([asking(app, tenant, case, BIG) for app in apps]))
            yield at_most(f"row-level security: {case.name}, with it : without", held * 1e3, "ms", held / bare, WALL)
        free.store.close()


@contextmanager
def opened(database: str) -> Iterator[Installation]:
    """An empty installation on a database."""
    with tempfile.TemporaryDirectory() as folder:
        if database == "SQLite":
            store = Store.open(None, folder)
            store.create_schema()
            yield Installation(store)
            store.close()
            return
        for server in postgres.serve():
            server.create("bench")
            url, owner = server.url("bench", postgres.SERVING), server.url("bench", postgres.OWNER)
            store = Store.open(url, folder, operator_url=owner)
            store.upgrade(role=postgres.SERVING)
            yield Installation(store)
            store.close()


async def _measured(installation: Installation, small: Tenant, big: Tenant) -> list[tuple[str, float, float]]:
    """Of each case the ratio and the seconds with many tasks."""
    app = create_app(installation, clock=lambda: NOW)
    found = []
    for case in CASES:
        asks = [asking(app, tenant, case, size) for tenant, size in ((small, SMALL), (big, BIG))]
        less, more = await _in_turn(asks)
        found.append((case.name, more / less, more))
    return found


async def _in_turn(asks: list[Callable[[], Any]]) -> list[float]:
    """The median seconds of each request, asked in turn."""
    for ask in asks * 8:
        await ask()
    times: list[list[float]] = [[] for _ in asks]
    for _ in range(ROUNDS):
        for ask, taken in zip(asks, times, strict=True):
            start = perf_counter()
            await ask()
            taken.append(perf_counter() - start)
    return [median(taken) for taken in times]


def asking(app: Any, tenant: Tenant, case: Case, size: int, type: str = "task") -> Callable[[], Any]:
    """A function that asks the application and checks that the answer is a list."""
    secret = tokens.issue(tenant, case.who, ["read"], now=NOW).secret
    query = "limit=50" + (f"&{case.query}" if case.query else "") + (f"&after={_midst(tenant, case, size)}" if case.deep else "")
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http",
        "path": f"/t/{tenant.snapshot.slug}/api/{type}", "raw_path": f"/t/{tenant.snapshot.slug}/api/{type}".encode(),
        "query_string": query.replace("[", "%5B").replace("]", "%5D").encode(), "root_path": "",
        "headers": [(b"host", b"localhost"), (b"authorization", f"Bearer {secret}".encode())],
        "client": ("127.0.0.1", 1), "server": ("localhost", 80), "extensions": {}, "state": {},
    }  # fmt: skip

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def ask() -> list[Any]:
        sent: list[dict[str, Any]] = []

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        await app(dict(scope), receive, send)
        body = b"".join(message.get("body", b"") for message in sent[1:])
        if sent[0]["status"] != 200:
            raise RuntimeError(body.decode())
        items: list[Any] = msgspec.json.decode(body)["items"]
        return items

    return ask


def _midst(tenant: Tenant, case: Case, size: int) -> str:
    """The cursor of the task in the midst."""
    with tenant.store.read(tenant.id) as session:
        asked = Asking(session, plan_of(Task, Scope(whole=True), case.order, case.filters), tenant.id, case.filters)
        value = date(2021, 12, 1) if case.order.column == "due_on" else None
        return asked.cursor(ListPosition(value, many.id_of(size // 2)))
