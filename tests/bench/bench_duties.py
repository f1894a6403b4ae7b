"""The ledger of duties and the compliance report: of a committee of ten years against one of a year, each year alike."""

from __future__ import annotations

import gc
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from tests.bench import many
from tests.bench.rows import Row, at_most, interleaved

from steerco.cli.serve.processes import settle
from steerco.configuration.installation import Installation
from steerco.configuration.tenant import Tenant
from steerco.following.compliance import compliance
from steerco.kernel import duty_ledger
from steerco.kernel.act import ActRequest
from steerco.kernel.perform import perform
from steerco.store.engine import Store

FIRST, YEARS = 2021, 10
TASKS = max(int(60 * float(os.environ.get("STEERCO_BENCH_SCALE", "1"))), 12)
"""Tasks of a year, beside its four meetings."""
ROUNDS, BAR = 5, 12.0
CHAIR, LEAD, WHO = "thu-tuong", "bo-y-te", "bo-truong-y-te"


def run() -> list[Row]:
    """The rows of this bench: read anew from the log each time, as a process does that has just begun."""
    with tempfile.TemporaryDirectory() as folder:
        installation = Installation(Store.open(None, Path(folder) / "store"))
        installation.store.create_schema()
        one, ten = (_lived(installation, f"national-{years}", years) for years in (1, YEARS))
        found = []
        for name, ask in (("the ledger of duties", _ledger), ("the compliance report", _compliance)):
            with _as_served():
                short, long = interleaved([ask(one, 1), ask(ten, YEARS)], ROUNDS)
            found.append(at_most(f"{name}, {YEARS} years : one", long * 1e3, "ms", long / short, BAR))
        installation.store.close()
    return found


@contextmanager
def _as_served() -> Iterator[None]:
    """The garbage collector as a server has it: what is loaded out of its sight. Else every long reading pays for the whole
    program, and a short one for none of it."""
    usual = gc.get_threshold()
    settle()
    yield
    gc.unfreeze()
    gc.set_threshold(*usual)


def _lived(installation: Installation, slug: str, years: int) -> Tenant:
    """A committee under that name, with so many years of meetings and of work."""
    tenant = many.tenant(installation, slug, datetime(FIRST, 1, 4, 2, tzinfo=UTC))
    for year in range(FIRST, FIRST + years):
        for quarter in range(4):
            _meeting(tenant, datetime(year, quarter * 3 + 1, 20, 2, tzinfo=UTC))
        for number in range(TASKS):
            _task(tenant, datetime(year, 1, 25, 2, tzinfo=UTC) + timedelta(days=number * 280 // TASKS), done=number % 3 > 0)
    return tenant


def _meeting(tenant: Tenant, at: datetime) -> None:
    given = {"kind": "regular", "starts_at": (at + timedelta(days=10)).isoformat()}
    id = perform(tenant, ActRequest(CHAIR, "meeting.convene", at, input=given)).id
    perform(tenant, ActRequest(CHAIR, "meeting.open", at + timedelta(days=10), on=id))
    perform(tenant, ActRequest(CHAIR, "meeting.conclude", at + timedelta(days=10, hours=2), on=id, input={"text": "Bench"}))


def _task(tenant: Tenant, at: datetime, *, done: bool) -> None:
    given = {"title": "Bench", "lead": LEAD, "due_on": (at + timedelta(days=30)).date().isoformat()}
    id = perform(tenant, ActRequest(CHAIR, "task.assign", at, input=given)).id
    perform(tenant, ActRequest(WHO, "task.start", at + timedelta(days=1), on=id))
    if done:
        perform(tenant, ActRequest(WHO, "task.report-done", at + timedelta(days=20), on=id))


def _ledger(tenant: Tenant, years: int) -> Callable[[], None]:
    def ask() -> None:
        duty_ledger._remembered.clear()
        with tenant.store.read(tenant.id) as session:
            assert len(duty_ledger.entries(tenant, session, date(FIRST + years, 1, 2))) > TASKS * years

    return ask


def _compliance(tenant: Tenant, years: int) -> Callable[[], None]:
    def ask() -> None:
        duty_ledger._remembered.clear()
        with tenant.store.read(tenant.id) as session:
            assert compliance(tenant, session, date(FIRST, 1, 1), date(FIRST + years - 1, 12, 31)).rows

    return ask
