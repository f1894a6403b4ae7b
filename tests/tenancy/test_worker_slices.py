"""The worker of many tenants: every one with something new is reached, and none keeps another waiting for good."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, select
from tests.databases import STORES
from tests.tenancy.board import NOW, SLUG, apply, content

from steerco.configuration.installation import ACTIVE, Installation
from steerco.configuration.revisions import encode
from steerco.configuration.tenant import Tenant
from steerco.operations import worker as work
from steerco.operations.worker import Worker
from steerco.store.checkpoint import Seal
from steerco.store.tables import Event, LogHead, Revision
from steerco.store.tables import TenantRow as TenantRow

MANY = 120
Visits = tuple[Worker, Counter[int], list[datetime]]


@pytest.fixture(scope="module")
def installation() -> Iterator[Installation]:
    """One tenant, and hundreds that are its rows under other names."""
    store = STORES.empty()
    apply(Installation(store), content(), at=NOW)
    with store.operator_connection() as connection:
        tables = {table: table.__table__ for table in (Revision, LogHead, Event)}
        rows = {
            each: dict(connection.execute(select(table).where(table.c.tenant_id == 1)).mappings().first() or {})
            for each, table in tables.items()
        }
        numbers = range(2, MANY + 1)
        connection.execute(insert(TenantRow), [{"id": n, "slug": slug(n), "created_at": NOW, "state": ACTIVE} for n in numbers])
        for each, row in rows.items():
            copies = [{**row, "tenant_id": n} for n in numbers]
            if each is Revision:
                copies = [copy | {"content": encode(named(slug(copy["tenant_id"]))).decode()} for copy in copies]
            if row:  # SQLite needs no row to lock at the log's end
                connection.execute(insert(each), copies)
    yield Installation(store, kept=10)
    store.close()


def slug(number: int) -> str:
    return SLUG if number == 1 else f"board-{number}"


def named(name: str) -> dict[str, str]:
    own = {path.replace(f"tenants/{SLUG}/", f"tenants/{name}/"): text for path, text in content().items()}
    return {path: text.replace(f'slug = "{SLUG}"', f'slug = "{name}"') for path, text in own.items()}


class Clocked(Worker):
    """A worker that knows nothing of checkpoints: only the chores are looked at here."""

    def _seal(self, slug: str, tenant: Tenant, now: datetime) -> None: ...
    def _forget(self, tenant: Tenant, now: datetime) -> None: ...
    def _sweep(self, tenant: Tenant, now: datetime) -> None: ...


@pytest.fixture
def visits(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> Iterator[Visits]:
    monkeypatch.setattr(work, "SLICE", 25)
    monkeypatch.setattr(work, "AT_ONCE", 10)
    seen: Counter[int] = Counter()
    clock = [NOW]

    def chore(tenant: Tenant, now: datetime) -> None:
        seen.update([tenant.id])

    worker = Clocked(installation, "one", lambda: clock[0], Seal(installation.store.folder), (chore,))
    yield worker, seen, clock
    worker.release()


def rounds(worker: Worker, steps: int) -> None:
    for _ in range(steps):
        assert worker.once()


def test_every_tenant_is_reached_once_and_then_only_those_with_news(visits: Visits, monkeypatch: pytest.MonkeyPatch) -> None:
    worker, seen, clock = visits
    rounds(worker, MANY // work.AT_ONCE + MANY // work.SLICE + 1)
    assert set(seen) == set(range(1, MANY + 1))
    rounds(worker, MANY // work.SLICE)
    before = Counter(seen)
    moved = {7, 63, MANY}
    heads = worker.installation.heads

    def with_news(after: int, most: int) -> list[tuple[int, str, int]]:
        return [(number, name, head + (number in moved)) for number, name, head in heads(after, most)]

    monkeypatch.setattr(worker.installation, "heads", with_news)
    rounds(worker, MANY // work.SLICE + 1)
    assert {number for number in seen if seen[number] > before[number]} == moved
    assert len(worker.installation._tenants) <= 10

    clock[0] += timedelta(hours=2)  # time alone brings every one its turn
    before = Counter(seen)
    rounds(worker, MANY // work.AT_ONCE + MANY // work.SLICE + 2)
    assert all(seen[number] > before[number] for number in range(1, MANY + 1))


def test_tenants_with_news_all_the_time_and_broken_ones_starve_no_other(visits: Visits, monkeypatch: pytest.MonkeyPatch) -> None:
    worker, seen, _ = visits
    steps = [0]
    busy = range(1, 2 * work.AT_ONCE)
    broken = {slug(number) for number in range(2 * work.AT_ONCE, 4 * work.AT_ONCE)}
    heads, tenant = worker.installation.heads, worker.installation.tenant

    def moving(after: int, most: int) -> list[tuple[int, str, int]]:
        steps[0] += 1
        return [(number, name, head + steps[0] * (number in busy)) for number, name, head in heads(after, most)]

    def failing(name: str) -> Tenant:
        if name in broken:
            raise LookupError("broken")
        return tenant(name)

    monkeypatch.setattr(worker.installation, "heads", moving)
    monkeypatch.setattr(worker.installation, "tenant", failing)
    rounds(worker, MANY // work.AT_ONCE + MANY // work.SLICE + 2)
    assert set(seen) == {number for number in range(1, MANY + 1) if slug(number) not in broken}


def test_it_goes_on_at_once_while_there_is_more_to_look_at(visits: Visits) -> None:
    worker, seen, _ = visits
    pauses: list[float] = []

    class Stop:
        def is_set(self) -> bool:
            return len(pauses) > 40 or (len(pauses) > 0 and pauses[-1] == 30)

        def wait(self, seconds: float) -> None:
            pauses.append(seconds)

    worker.run(Stop(), every=30)  # type: ignore[arg-type]  # it only asks and waits
    assert set(seen) == set(range(1, MANY + 1))
    assert sum(pauses) < 30 + 40


def test_after_a_clock_was_put_back_nobody_waits_for_the_time_to_come_again(installation: Installation, tmp_path: Path) -> None:
    def works(holder: str, at: datetime) -> bool:
        return Clocked(installation, holder, lambda: at, Seal(tmp_path)).once()

    assert works("ahead", NOW + work.HELD)
    assert not works("another", NOW), "the clocks of two machines differ"
    assert works("dead", NOW + timedelta(days=1))
    assert not works("another", NOW + timedelta(days=1))
    assert works("another", NOW)
    Clocked(installation, "another", lambda: NOW, Seal(tmp_path)).release()
