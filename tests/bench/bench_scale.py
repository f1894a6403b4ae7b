"""Ten thousand tenants in one installation: what each costs in memory, and whether start, requests or onboarding grow with them.

One is really onboarded, with its people; the others are copies of all its rows, under names of their own, as onboarding would
have left them (that takes minutes instead of hours). Into installations so filled, more are really onboarded, in turn.
``STEERCO_BENCH_SCALE`` (1 by default) shrinks the numbers.
"""

from __future__ import annotations

import asyncio
import gc
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import tracemalloc
from collections.abc import Iterable
from contextlib import closing
from datetime import UTC, date, datetime
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from time import monotonic, perf_counter, sleep
from typing import Any

import msgspec
from tests.bench import many
from tests.bench.bench_listing import MEMBER, Case, asking
from tests.bench.cpu import used
from tests.bench.rows import Row, at_most

from steerco.charter import packed_texts
from steerco.configuration import files_pass, load, parse_cache
from steerco.configuration import regime as regimes_of
from steerco.configuration.installation import Installation
from steerco.configuration.regime import Regime
from steerco.operations.worker import Worker
from steerco.policy import packed_lines, table
from steerco.store.base import Base
from steerco.store.checkpoint import Seal
from steerco.store.engine import Store
from steerco.web.app import create_app

NOW = datetime(2021, 2, 3, 2, tzinfo=UTC)
SCALE = float(os.environ.get("STEERCO_BENCH_SCALE", "1"))
FEW, THOUSAND, ALL = max(int(100 * SCALE), 20), max(int(1_000 * SCALE), 100), max(int(10_000 * SCALE), 400)
HOT, COLD, LOADED = 96, 24, max(int(500 * SCALE), 50)
"""Tenants that are asked often; that are asked for the first time; that are loaded at once."""
OWN = 10
"""Tenants whose charter and policy are like nobody else's."""
NEW = 12
"""Tenants that are onboarded into each installation."""
FIRST = Case("first page", MEMBER)
STEERCO = str(Path(sys.executable).parent / "steerco")


def run() -> list[Row]:
    """Every figure, on SQLite."""
    with tempfile.TemporaryDirectory() as folder:
        at = Path(folder)
        first = _installation(at / "one")
        first.store.upgrade()
        many.tenant(first, _slug(0), NOW)
        first.store.scrub()
        first.store.close()
        for name, wanted in (("few", FEW), ("thousand", THOUSAND), ("all", ALL)):
            shutil.copytree(at / "one", at / name)
            _filled(at / name, wanted)
        return [*_memory(at), *_latency(at), *_cold(at), *_start(at), *_onboarded(at)]


def _slug(number: int) -> str:
    return f"national-{number}"


def _installation(folder: Path) -> Installation:
    return Installation(Store.open(None, folder / "var"))


def _filled(folder: Path, wanted: int) -> None:
    """Copies of the first tenant's rows, up to so many tenants."""
    installation = _installation(folder)
    compiled = parse_cache.Compiled()
    reading = files_pass.FilesPass("", {}, installation.types, installation.plugins, stored=True, compiled=compiled)
    with closing(sqlite3.connect(folder / "var" / "steerco.db")) as db:
        there = {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        tables = [table for name, table in Base.metadata.tables.items() if name in there and "tenant_id" in table.columns]
        db.execute("PRAGMA synchronous=OFF")
        content = db.execute("SELECT content FROM revision WHERE tenant_id = 1").fetchone()[0]
        for start in range(2, wanted + 1, 500):
            numbers = range(start, min(start + 500, wanted + 1))
            with db:
                _rows(db, "tenant", "id", ["slug", "created_at", "state"], numbers)
                for table in tables:
                    _rows(db, table.name, "tenant_id", [c.name for c in table.columns if c.name != "tenant_id"], numbers)
            for number in numbers:  # as applying leaves it
                mine = msgspec.json.decode(content.replace(_slug(0), _slug(number - 1)), type=dict[str, str])
                installation._compiled.keep_passed(reading.mark(load.digest_of(mine)))
    installation.store.scrub()
    installation.store.close()


def _rows(db: sqlite3.Connection, table: str, key: str, columns: list[str], numbers: range) -> None:
    """The first tenant's rows of a table, once for each of these numbers; where its name stands, theirs."""
    named = f"replace(s.{{}}, '{_slug(0)}', 'national-' || (n.i - 1))"
    given = ", ".join(named.format(f'"{name}"') if name in ("slug", "content") else f's."{name}"' for name in columns)
    into = ", ".join(f'"{name}"' for name in (key, *columns))
    series = f"n(i) AS (SELECT {numbers[0]} UNION ALL SELECT i + 1 FROM n WHERE i < {numbers[-1]})"
    query = f'SELECT n.i, {given} FROM n CROSS JOIN "{table}" AS s WHERE s.{key} = 1'
    db.execute(f'WITH RECURSIVE {series} INSERT INTO "{table}" ({into}) {query}')


def _onboarded(at: Path) -> list[Row]:
    """More tenants with their people, into an installation of a thousand and of all, in turn."""
    installations = [_installation(at / name) for name in ("thousand", "all")]
    times: list[list[float]] = [[], []]
    for number in range(NEW + 1):
        for installation, taken in zip(installations, times, strict=True):
            start = perf_counter()
            many.tenant(installation, f"new-{number}", NOW)
            taken.append(perf_counter() - start)
    for installation in installations:
        installation.store.close()
    thousand, all_ = (median(taken[1:]) for taken in times)
    name = f"onboarding one more with its people: beside {ALL:,} : beside {THOUSAND:,}"
    return [at_most(name, all_ * 1e3, "ms", all_ / thousand, 1.2)]


def _spread(count: int, of: int) -> list[int]:
    """So many numbers, from everywhere among the tenants."""
    return [number * of // count for number in range(count)]


def _memory(at: Path) -> list[Row]:
    """What the process holds of tenants that it knows (the worker has looked at each), and of those that it has loaded."""
    few, all_ = (_held(at / name) for name in ("few", "all"))
    known = (all_[0] - few[0]) / (all_[1] - few[1])
    loaded, _ = _loaded(at / "all", map(_slug, _spread(LOADED, ALL)))
    installation = _installation(at / "few")
    for number in range(OWN):
        content = many.own(f"own-{number}", number)
        installation.apply(f"own-{number}", content, at=NOW, who="bench", why="bench", seed=lambda tenant, people, at: None)
    installation.store.close()
    own, words = _loaded(at / "few", (f"own-{number}" for number in range(OWN)))
    return [
        at_most(f"a tenant known and not loaded, of {ALL:,}", known / 1024, "KiB", known / 1024, 4),
        at_most(f"a tenant's snapshot, {LOADED} loaded at once, with equal charters", loaded / 1024, "KiB", loaded / 1024, 100),
        at_most(f"a tenant's snapshot, {OWN} loaded, each with a charter of its own", own / 1024, "KiB", own / 1024, 100),
        Row("its clauses, duties and the like while they are read (a bounded number in a process)", words / 1024, "KiB"),
    ]


def _loaded(folder: Path, slugs: Iterable[str]) -> tuple[float, float]:
    """Bytes a tenant, its policy's table and the like included, that these take beside one that is loaded; and what each takes
    for a while when all that its charter and its policy tell has just been read. The latter is held for a bounded number of
    tenants, however many are loaded, so it is not a part of the former: the caches of it are emptied before the look."""
    installation = _installation(folder)
    most = load._kept.most
    load._kept.most = 0
    for kept in (load._kept, files_pass._policies, parse_cache._kept, regimes_of._tables, regimes_of._clauses):
        kept.clear()
    _packed()
    day = installation.tenant(_slug(0)).snapshot.local(NOW)
    regimes = [_regime(installation, _slug(0), day)]
    _packed()
    gc.collect()
    tracemalloc.start()
    regimes = [_regime(installation, slug, day) for slug in slugs]
    _packed()
    gc.collect()
    held = tracemalloc.get_traced_memory()[0]
    for regime in regimes:
        assert {line.type for line in regime.table.lines_for("task", "read")} <= {line.type for line in regime.lines}
        assert regime.clauses.keys() & {cite for duty in regime.charter.duties for cite in duty.cite}
        assert all(
            tuple(getattr(layer, name)) is not None for layer in (regime.charter, *regime.layers) for name in packed_texts.FOLDED
        )
    gc.collect()
    read = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    load._kept.most = most
    installation.store.close()
    return held / len(regimes), (read - held) / len(regimes)


def _regime(installation: Installation, slug: str, day: date) -> Regime:
    """What decides in a tenant on a day, with all that the first act makes of it."""
    regime = installation.tenant(slug).snapshot.regime_on(day)
    assert len(regime.table.lines) == len(regime.lines)
    assert regime.procedures.keys()
    return regime


def _packed() -> None:
    """Leave all that is packed as it is packed."""
    for unpacked in (packed_texts._unfolded, packed_lines._unpacked, table._lines_of):
        unpacked.cache_clear()


def _held(folder: Path) -> tuple[int, int]:
    """What a process holds whose worker has been through all tenants, in bytes, and how many tenants there are."""
    installation = _installation(folder)
    create_app(installation)
    gc.collect()
    tracemalloc.start()
    worker = Worker(installation, "bench", lambda: NOW, Seal(folder / "var"))
    count = 0
    while True:
        for number, slug, head in worker._slice():
            worker._last_looked[number], worker._sealed[slug], worker._swept[number] = (head, NOW), NOW, NOW
            count += 1
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
    sets: list[list[Any]] = []
    for installation, numbers in zip(installations, ([0], _spread(HOT, THOUSAND), _spread(HOT, ALL)), strict=True):
        app = create_app(installation, clock=lambda: NOW)
        sets.append([asking(app, installation.tenant(_slug(number)), FIRST, 0) for number in numbers])

    async def measured() -> list[float]:
        times: list[list[float]] = [[], [], []]
        for number in range(4 * HOT):
            for asks, taken in zip(sets, times, strict=True):
                start = perf_counter()
                await asks[number % len(asks)]()
                if number >= HOT:  # by then each has been asked once
                    taken.append(perf_counter() - start)
        return [median(taken) for taken in times]

    one, thousand, all_ = asyncio.run(measured())
    for installation in installations:
        installation.store.close()
    return [
        Row("a request, one tenant", one * 1e3, "ms"),
        at_most(f"a request over {HOT} tenants of {THOUSAND:,}, against one's", thousand * 1e3, "ms", thousand / one, 1.1),
        at_most(f"a request over {HOT} tenants of {ALL:,}, against one's", all_ * 1e3, "ms", all_ / one, 1.1),
    ]


def _cold(at: Path) -> list[Row]:
    """The first request to tenants that are not loaded, against the second; then with nothing read before in memory."""
    installation = _installation(at / "all")
    app = create_app(installation, clock=lambda: NOW)
    asks = {slug: asking(app, installation.tenant(slug), FIRST, 0) for slug in map(_slug, _spread(COLD, ALL))}

    async def measured(rounds: int, *, bare: bool) -> tuple[float, float]:
        cold: list[float] = []
        warm: list[float] = []
        for slug, ask in [*asks.items()] * rounds:
            installation.forget(slug)
            for kept in (load._kept, *((parse_cache._kept,) if bare else ())):
                kept.clear()
            for taken in (cold, warm):
                start = perf_counter()
                await ask()
                taken.append(perf_counter() - start)
        return median(cold), median(warm)

    asyncio.run(measured(1, bare=False))
    rows = []
    for name, bare in (("its charter known from another", False), ("its charter from the disk", True)):
        cold, warm = asyncio.run(measured(4, bare=bare))
        rows.append(at_most(f"a cold tenant's first request ({name}), against the second", cold * 1e3, "ms", cold / warm, 10))
    installation.store.close()
    return rows


def _start(at: Path) -> list[Row]:
    """From the command to the first answer: CPU time of the server's process."""
    times: dict[str, list[float]] = {"one": [], "all": []}
    for name in times:  # the tables of plugins, as an operator makes them
        subprocess.run([STEERCO, "--home", str(at / name), "db", "upgrade"], check=True, stdout=subprocess.DEVNULL)
    for _ in range(4):
        for name, taken in times.items():
            taken.append(_served(at / name))
    one, all_ = (min(taken) for taken in times.values())
    return [at_most(f"start of serve with {ALL:,} tenants, against one", all_, "s of CPU time", all_ / one, 1.2)]


def _served(home: Path) -> float:
    """What a server has used of the processor when it gives its first answer."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [STEERCO, "--home", str(home), "serve", "--port", str(port)]
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=said)
        try:
            end = monotonic() + 120
            while monotonic() < end and process.poll() is None:
                if _answers(port):
                    return used(process.pid)
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
