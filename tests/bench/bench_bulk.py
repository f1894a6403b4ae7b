"""Lists as a whole: a million records as lines take the memory of a page, and a page's time for each page."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from time import perf_counter
from typing import Any

from tests.bench import many
from tests.bench.bench_listing import MEMBER, opened
from tests.bench.rows import Row, at_most

from steerco.configuration.tenant import Tenant
from steerco.operations import tokens
from steerco.web.api.bulk_reading import FORMS
from steerco.web.app import create_app

NOW = datetime(2021, 2, 3, 2, tzinfo=UTC)
SMALL = 20_000
BIG = max(int(1_000_000 * float(os.environ.get("STEERCO_BENCH_SCALE", "1"))), 100_000)
BAR = 1.2


def run() -> list[Row]:
    """Both forms: the most memory that the process held while it sent the long list, to that of the short one."""
    return list(_rows())


def _rows() -> Iterator[Row]:
    with opened("SQLite") as installation:
        small, big = (many.tenant(installation, slug, NOW) for slug in ("national-small", "national-big"))
        many.tasks(installation.store, {small.id: SMALL, big.id: BIG})
        app = create_app(installation, clock=lambda: NOW)
        for form, name in FORMS.items():
            asyncio.run(_read(app, small, form, SMALL))
            (less, _), (more, seconds) = (asyncio.run(_read(app, *each)) for each in ((small, form, SMALL), (big, form, BIG)))
            yield at_most(f"{name}: memory while {BIG:,} tasks are sent : {SMALL:,}", more / 1e6, "MB", more / less, BAR)
            yield Row(f"{name}: tasks a second", BIG / seconds, "1/s")


async def _read(app: Any, tenant: Tenant, form: str, size: int) -> tuple[int, float]:
    """Read a whole list; return the most bytes that the process held meanwhile, and the seconds."""
    secret = tokens.issue(tenant, MEMBER, ["read"], now=NOW).secret
    path, held, lines, begun = f"/t/{tenant.snapshot.slug}/api/task", 0, 0, perf_counter()
    headers = [(b"host", b"localhost"), (b"authorization", f"Bearer {secret}".encode()), (b"accept", form.encode())]
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http", "path": path,
        "raw_path": path.encode(), "query_string": b"", "root_path": "", "headers": headers, "client": ("127.0.0.1", 1),
        "server": ("localhost", 80), "extensions": {}, "state": {},
    }  # fmt: skip
    asked, ended = False, asyncio.Event()

    async def receive() -> dict[str, Any]:
        nonlocal asked
        if asked:
            await ended.wait()  # the client stays until it has everything
            return {"type": "http.disconnect"}
        asked = True
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        nonlocal held, lines
        lines += message.get("body", b"").count(b"\n")
        held = max(held, _resident())
        if message["type"] == "http.response.body" and not message.get("more_body"):
            ended.set()

    await app(scope, receive, send)
    if lines - (form == "text/csv") != size:
        raise RuntimeError(f"{lines} lines of {size}")
    return held, perf_counter() - begun


def _resident() -> int:
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
