"""Ten thousand tenants in one installation: what each costs in memory, and whether start, requests or onboarding grow with them.

Some hundreds are really onboarded; the rest are copies of one's register row, revision and log head, which is all that a tenant
nobody asks for is. ``STEERCO_BENCH_SCALE`` (1 by default) shrinks the numbers.
"""

from __future__ import annotations

import asyncio
import gc
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import tracemalloc
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from time import monotonic, perf_counter, sleep
from typing import Any

from sqlalchemy import insert, select, text
from tests.bench import many
from tests.bench.bench_listing import MEMBER, Case, asking
from tests.bench.rows import Row, at_most

from steerco.store.checkpoint import Seal
from steerco.store.engine import Store
from steerco.store.tables import Event, Revision
from steerco.store.tables import Tenant as TenantRow
from steerco.tenancy import compiled, loading
from steerco.tenancy.installation import ACTIVE, Installation
from steerco.tenancy.revisions import content_of
from steerco.tenancy.worker import Worker
from steerco.web.app import create_app

NOW = datetime(2021, 2, 3, 2, tzinfo=UTC)
SCALE = float(os.environ.get("STEERCO_BENCH_SCALE", "1"))
FEW, REAL = max(int(100 * SCALE), 20), max(int(120 * SCALE), 50)
THOUSAND, ALL = max(int(1_000 * SCALE), REAL * 2), max(int(10_000 * SCALE), REAL * 4)
COLD = REAL // 5
FIRST = Case("first page", MEMBER)


def run() -> list[Row]:
    """Every figure, on SQLite."""
    with tempfile.TemporaryDirectory() as folder:
        at = Path(folder)
        rows = _onboarded(at)
        for name, wanted in (("thousand", THOUSAND), ("all", ALL)):
            shutil.copytree(at / "real", at / name)
            _copies(at / name, wanted)
        rows += [*_memory(at), *_latency(at), *_cold(at), *_start(at)]
    return rows


def _slug(number: int) -> str:
    return f"national-{number}"


def _installation(folder: Path) -> Installation:
    return Installation(Store.open(None, folder / "var"))


def _onboarded(at: Path) -> list[Row]:
    """Really onboarded, one after another; on the way the folder is kept with one, and with a few."""
    installation = _installation(at / "real")
    installation.store.upgrade()
    taken = []
    for number in range(REAL):
        start = perf_counter()
        many.tenant(installation, _slug(number), NOW)
        taken.append(perf_counter() - start)
        if number + 1 in (1, FEW):
            with installation.store._exclusive() as raw:
                raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            shutil.copytree(at / "real", at / ("one" if number == 0 else "few"))
    installation.store.close()
    part = REAL // 4
    early, late = median(taken[part : 2 * part]), median(taken[-part:])
    name = f"onboarding with people: the last {part} of {REAL} : those after the first {part}"
    return [at_most(name, late * 1e3, "ms", late / early, 1.2)]


def _copies(folder: Path, wanted: int) -> None:
    """The rest of the tenants: register, revision, first event."""
    installation = _installation(folder)
    with installation.store.operator_connection() as connection:
        first = connection.execute(select(Revision.__table__).where(Revision.tenant_id == 1)).mappings().one()
        event = connection.execute(select(Event.__table__).where(Event.tenant_id == 1, Event.seq == 1)).mappings().one()
        last = connection.scalar(text("SELECT max(id) FROM tenant"))
        for start in range(last + 1, wanted + 1, 500):
            numbers = range(start, min(start + 500, wanted + 1))
            register = [{"id": n, "slug": _slug(n - 1), "created_at": NOW, "state": ACTIVE} for n in numbers]
            connection.execute(insert(TenantRow), register)
            revisions = [{**first, "tenant_id": n, "content": first["content"].replace(_slug(0), _slug(n - 1))} for n in numbers]
            connection.execute(insert(Revision), revisions)
            connection.execute(insert(Event), [{**event, "tenant_id": n} for n in numbers])
            for row in revisions:  # as applying leaves it
                reading = loading.Reading(
                    "", {}, installation.types, installation.plugins, stored=True, compiled=compiled.Compiled()
                )
                installation._compiled.keep_passed(reading.mark(loading.digest_of(content_of(Revision(**row)))))
    installation.store.close()


def _memory(at: Path) -> list[Row]:
    """What the process holds of tenants that it knows (the worker has looked at each), and of those that it has loaded."""
    few, all_ = (_held(at / name) for name in ("few", "all"))
    known = (all_[0] - few[0]) / (all_[1] - few[1])
    installation = _installation(at / "all")
    loading._kept.most = REAL  # as many as are measured, lest what is shared with them be let go
    day = installation.tenant(_slug(0)).snapshot.local(NOW)
    gc.collect()
    tracemalloc.start()
    for number in range(1, COLD + 1):
        regime = installation.tenant(_slug(number)).snapshot.regime_on(day)
        assert len(regime.table.lines) == len(regime.lines)
        assert regime.clauses.keys() | regime.procedures.keys()
    gc.collect()
    loaded = tracemalloc.get_traced_memory()[0] / COLD
    tracemalloc.stop()
    installation.store.close()
    return [
        at_most("a tenant known and not loaded", known / 1024, "KiB", known / 1024, 4),
        at_most("a tenant's snapshot, loaded, among equal ones", loaded / 1024, "KiB", loaded / 1024, 100),
    ]


def _held(folder: Path) -> tuple[int, int]:
    installation = _installation(folder)
    create_app(installation)
    gc.collect()
    tracemalloc.start()
    worker = Worker(installation, "bench", lambda: NOW, Seal(folder / "var"))
    count = 0
    while True:
        for number, _, head in worker._slice():
            worker._seen[number], count = (head, NOW), count + 1
        if worker._after == 0:
            break
    gc.collect()
    held = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    installation.store.close()
    return held, count


def _latency(at: Path) -> list[Row]:
    """Requests in turn to the one tenant, and to those asked often among a thousand and among all."""
    installations = [_installation(at / name) for name in ("one", "thousand", "all")]
    hot = REAL - COLD
    sets: list[list[Any]] = []
    for installation, tenants in zip(installations, (1, hot, hot), strict=True):
        app = create_app(installation, clock=lambda: NOW)
        sets.append([asking(app, installation.tenant(_slug(number)), FIRST, 0) for number in range(tenants)])

    async def measured() -> list[float]:
        times: list[list[float]] = [[], [], []]
        for number in range(3 * hot):
            for asks, taken in zip(sets, times, strict=True):
                start = perf_counter()
                await asks[number % len(asks)]()
                if number >= hot:  # by then each has been asked once
                    taken.append(perf_counter() - start)
        return [median(taken) for taken in times]

    one, thousand, all_ = asyncio.run(measured())
    for installation in installations:
        installation.store.close()
    return [
        Row("a request, one tenant", one * 1e3, "ms"),
        at_most(f"a request over {hot} tenants of {THOUSAND:,}, against one's", thousand * 1e3, "ms", thousand / one, 1.1),
        at_most(f"a request over {hot} tenants of {ALL:,}, against one's", all_ * 1e3, "ms", all_ / one, 1.1),
    ]


def _cold(at: Path) -> list[Row]:
    """The first request to tenants that are not loaded, against the second; then with nothing read before in memory."""
    installation = _installation(at / "all")
    app = create_app(installation, clock=lambda: NOW)
    asks = [asking(app, installation.tenant(_slug(number)), FIRST, 0) for number in range(REAL - COLD, REAL)]

    async def measured(*, bare: bool) -> tuple[float, float]:
        cold: list[float] = []
        warm: list[float] = []
        for number, ask in enumerate(asks, REAL - COLD):
            installation.forget(_slug(number))
            for kept in (loading._kept, *((compiled._kept,) if bare else ())):
                kept.clear()
            for taken in (cold, warm):
                start = perf_counter()
                await ask()
                taken.append(perf_counter() - start)
        return median(cold), median(warm)

    asyncio.run(measured(bare=False))
    rows = []
    for name, bare in (("its charter known from another", False), ("its charter from the disk", True)):
        cold, warm = asyncio.run(measured(bare=bare))
        rows.append(at_most(f"a cold tenant's first request ({name}), against the second", cold * 1e3, "ms", cold / warm, 10))
    installation.store.close()
    return rows


def _start(at: Path) -> list[Row]:
    """From the command to the first answer."""
    times: dict[str, list[float]] = {"few": [], "all": []}
    for _ in range(4):
        for name, taken in times.items():
            taken.append(_served(at / name))
    few, all_ = (min(taken) for taken in times.values())
    return [at_most(f"start of serve with {ALL:,} tenants, against {FEW}", all_, "s", all_ / few, 1.5)]


def _served(home: Path) -> float:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(Path(sys.executable).parent / "steerco"), "--home", str(home), "serve", "--port", str(port)]
    with tempfile.TemporaryFile() as said:
        start = perf_counter()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=said)
        try:
            end = monotonic() + 120
            while monotonic() < end and process.poll() is None:
                if _answers(port):
                    return perf_counter() - start
                sleep(0.02)
            said.seek(0)
            raise RuntimeError(f"the server did not start: {process.poll()}, {said.read().decode()[-2000:]}")
        finally:
            process.terminate()
            process.wait(20)


def _answers(port: int) -> bool:
    """Whether a request to the first tenant is answered: that it asks for a token is an answer."""
    asking = HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        asking.request("GET", f"/t/{_slug(0)}/api/task")
        return asking.getresponse().status == 401
    except OSError:
        return False
    finally:
        asking.close()
