"""Numbering papers: a thousand issued by eight threads. The last quarter of them takes no longer than the first."""

from __future__ import annotations

import os
import tempfile
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

from tests.bench.rows import Row, at_most

from steerco.cases.world import seed
from steerco.configuration.home import Home
from steerco.configuration.installation import Installation
from steerco.configuration.tenant import Tenant
from steerco.kernel.act import ActRequest
from steerco.kernel.perform import perform
from steerco.store.engine import Store

HOME = Home(Path(__file__).parents[2])
SLUG, SIGNER = "most-steering-board", "cvp-bo"
AT = datetime(2021, 2, 3, 2, tzinfo=UTC)
PAPERS = max(int(1_000 * float(os.environ.get("STEERCO_BENCH_SCALE", "1"))), 80)
THREADS, PARTS, BAR = 8, 4, 1.5


def run() -> list[Row]:
    """The row of this bench, on SQLite; core's plain paper is printed, since setting a page has a bench of its own."""
    with tempfile.TemporaryDirectory() as folder:
        installation = Installation(Store.open(None, Path(folder) / "store"))
        installation.store.create_schema()
        files, own = HOME.content(SLUG), f"tenants/{SLUG}/tenant.toml"
        files[own] = files[own].replace('"steerco_vn_documents", ', "")
        tenant = installation.apply(SLUG, files, at=AT, who="bench", why="bench", seed=seed)
        parts = [_numbered(tenant, part) for part in _parts([_signed(tenant, n) for n in range(PAPERS)])]
        installation.store.close()
    name = f"{PAPERS:,} papers numbered by {THREADS} threads, the last quarter : the first"
    return [at_most(name, PAPERS / sum(parts), "papers/s", parts[-1] / parts[0], BAR)]


def _parts(ids: list[str]) -> list[list[str]]:
    size = len(ids) // PARTS
    return [ids[at * size : (at + 1) * size] for at in range(PARTS)]


def _signed(tenant: Tenant, number: int) -> str:
    given = {"kind": "conclusion-notice", "title": f"Paper {number}"}
    id = perform(tenant, ActRequest(SIGNER, "document.draft", AT, input=given)).id
    return perform(tenant, ActRequest(SIGNER, "document.sign", AT, on=id)).id


def _numbered(tenant: Tenant, ids: list[str]) -> float:
    """Issue the papers, and return the seconds that it took."""
    start = perf_counter()
    with ThreadPoolExecutor(THREADS) as hands:
        issued = list(hands.map(lambda id: perform(tenant, ActRequest(SIGNER, "document.issue", AT, on=id)).id, ids))
    assert sorted(issued) == sorted(ids)
    return perf_counter() - start
