"""How far one machine goes: what a request of each kind costs a core, on both databases, in a small committee and a large.

Through the whole application and no socket. What is measured is CPU time (of this process, and of PostgreSQL's), because other
programs use the clock's time and not ours. From it follow the requests that a core answers in a second.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterator
from itertools import count
from statistics import median
from time import process_time
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import text
from tests.bench import many
from tests.bench.bench_listing import NOW, opened
from tests.bench.bench_papers import _papers
from tests.bench.cpu import parent, used_below
from tests.bench.rows import Row, at_most

from steerco.cli.serve.processes import settle
from steerco.configuration.installation import Installation
from steerco.configuration.tenant import Tenant
from steerco.operations import tokens
from steerco.web.app import create_app
from steerco_vn_documents import rendering

SCALE = float(os.environ.get("STEERCO_BENCH_SCALE", "1"))
PEOPLE, TASKS = (0, int(1_000 * SCALE)), (1_000, int(100_000 * SCALE))
"""Of the small committee and of the large: people beside its own, and tasks."""
SLICES, REQUESTS, PAPERS = 9, 20, 24
BAR = 1.5
PERSON = '\n[[person]]\nid = "person-{0}"\nname = {{ vi = "Person {0}", en = "Person {0}" }}\n'


class Kind(NamedTuple):
    """A kind of request: its name, who asks, and what is asked."""

    name: str
    who: str
    method: str
    path: str


KINDS = (
    Kind("a list of 50 tasks", "bo-truong-cong-an", "GET", "task?limit=50"),
    Kind("one task", "bo-truong-cong-an", "GET", f"task/{many.id_of(500)}"),
    Kind("an act (a meeting is convened)", "thu-tuong", "POST", "meeting/convene"),
)


def run() -> list[Row]:
    """Measure both databases."""
    return [*_on("SQLite"), *_on("PostgreSQL"), *_printing()]


def _on(database: str) -> Iterator[Row]:
    with opened(database) as installation:
        if database == "SQLite":
            installation.store.create_schema()  # tables of types that are known by now
        sizes = [_committee(installation, slug, people) for slug, people in zip(("small", "large"), PEOPLE, strict=True)]
        many.tasks(installation.store, {each.id: tasks for each, tasks in zip(sizes, TASKS, strict=True)})
        app = create_app(installation, clock=lambda: NOW)
        settle()
        server = _postmaster(installation)
        for kind in KINDS:
            small, large = asyncio.run(_in_turn([_asking(app, each, kind) for each in sizes], server))
            name = f"{database}: {kind.name}, requests a core-second"
            yield at_most(f"{name}, {PEOPLE[1]:,} people and {TASKS[1]:,} tasks : few", 1 / large, "", large / small, BAR)
        yield Row(f"{database}: of the disk for an act", _bytes_an_act(app, installation, sizes[0]) / 1024, "KiB")


def _committee(installation: Installation, slug: str, people: int) -> Tenant:
    files = many.content(slug)
    path = f"tenants/{slug}/people.toml"
    files[path] += "".join(PERSON.format(number) for number in range(people))
    return installation.apply(slug, files, at=NOW, who="bench", why="bench", seed=many.seed)


async def _in_turn(asks: list[Callable[[], Any]], server: int | None) -> list[float]:
    """The CPU seconds of each request, of both programs: medians over slices in turn."""
    for ask in asks * REQUESTS:
        await ask()
    taken: list[list[float]] = [[] for _ in asks]
    for _ in range(SLICES):
        for ask, each in zip(asks, taken, strict=True):
            begun = process_time() + _used(server)
            for _ in range(REQUESTS):
                await ask()
            each.append((process_time() + _used(server) - begun) / REQUESTS)
    return [median(each) if server is None else sum(each) / len(each) for each in taken]


def _asking(app: Any, tenant: Tenant, kind: Kind) -> Callable[[], Any]:
    secret, numbers = tokens.issue(tenant, kind.who, ["*"], now=NOW).secret, count()
    path, _, query = kind.path.partition("?")
    path = f"/t/{tenant.snapshot.slug}/api/{path}"
    headers = [(b"host", b"localhost"), (b"content-type", b"application/json"), (b"authorization", f"Bearer {secret}".encode())]
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": kind.method, "scheme": "http", "path": path,
        "raw_path": path.encode(), "query_string": query.encode(), "root_path": "", "headers": headers,
        "client": ("127.0.0.1", 1), "server": ("localhost", 80), "extensions": {}, "state": {},
    }  # fmt: skip

    async def receive() -> dict[str, Any]:
        given = {"kind": "ad-hoc", "starts_at": "2021-04-15T08:00:00", "place": f"Room {next(numbers)}"}
        body = msgspec.json.encode(given) if kind.method == "POST" else b""
        return {"type": "http.request", "body": body, "more_body": False}

    async def ask() -> None:
        status, said = 0, b""

        async def send(message: dict[str, Any]) -> None:
            nonlocal status, said
            status, said = message.get("status", status), said + message.get("body", b"")

        await app(dict(scope), receive, send)
        if status not in (200, 201):
            raise RuntimeError(said.decode())

    return ask


def _postmaster(installation: Installation) -> int | None:
    """The process of PostgreSQL's whose children serve us; None on SQLite."""
    if installation.store.dialect == "sqlite":
        return None
    with installation.store.operator_connection() as connection:
        serving = int(connection.execute(text("SELECT pg_backend_pid()")).scalar_one())
    return parent(serving)


def _used(server: int | None) -> float:
    """The CPU seconds of a server's processes."""
    return 0.0 if server is None else used_below(server)


def _bytes_an_act(app: Any, installation: Installation, tenant: Tenant) -> float:
    acts = 20 * REQUESTS
    before = _size(installation)
    act = _asking(app, tenant, KINDS[-1])

    async def all_() -> None:
        for _ in range(acts):
            await act()

    asyncio.run(all_())
    return (_size(installation) - before) / acts


def _size(installation: Installation) -> int:
    """The bytes of the database."""
    sql = "SELECT pg_database_size(current_database())"
    if installation.store.dialect == "sqlite":
        sql = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
    with installation.store.operator_connection() as connection:
        return int(connection.execute(text(sql)).scalar_one())


def _printing() -> Iterator[Row]:
    """Papers: work of the processor alone, whatever the database."""
    papers = _papers()
    rendering.pdf(next(papers), electronic=True)
    begun = process_time() + _used(os.getpid())  # typst sets them in a process of its own, which is this one's child
    for _ in range(PAPERS):
        rendering.pdf(next(papers), electronic=True)
    own = (process_time() + _used(os.getpid()) - begun) / PAPERS
    yield Row("papers of three pages, a core-second", 1 / own, "")
