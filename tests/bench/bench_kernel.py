"""What the road of a write costs: ``perform`` against the same rows in a bare SQLAlchemy transaction; threads; a lived year."""

from __future__ import annotations

import tempfile
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import count
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from sqlalchemy import create_engine, event, select
from sqlalchemy.orm import Session
from tests.bench.rows import Row, at_least, interleaved

from steerco.cases.demonstration import play
from steerco.cases.world import seed
from steerco.committee.work.task import Task
from steerco.committee.work.task_history import TaskProgress
from steerco.configuration.home import Home
from steerco.configuration.installation import Installation
from steerco.configuration.tenant import Tenant
from steerco.kernel.act import ActRequest
from steerco.kernel.perform import perform
from steerco.store.base import Base
from steerco.store.engine import Store
from steerco.store.identity import uuid7
from steerco.store.tables import Event

HOME = Home(Path(__file__).parents[2])
SLUG = "national-committee"
AT = datetime(2021, 2, 3, 2, tzinfo=UTC)
ACTS = 150


def run() -> list[Row]:
    """Every figure of the kernel, on SQLite with ``synchronous=FULL`` on both sides."""
    with tempfile.TemporaryDirectory() as folder:
        installation = Installation(Store.open(None, Path(folder) / "store"))
        installation.store.create_schema()
        tenant = installation.apply(SLUG, HOME.content(SLUG), at=AT, who="bench", why="bench", seed=seed)
        return [*_report(tenant, Path(folder)), *_threads(installation), *_year()]


def _task(tenant: Tenant) -> tuple[str, str]:
    """A task of an agency, and the person who reports on it."""
    with tenant.store.read(tenant.id) as session:
        day = tenant.directory(session).on(AT.date(), tenant.snapshot.charters[-1])
    chair = day.holders(tenant.snapshot.charters[-1].bodies[0].head)[0]
    agency = next(agency for agency in day.all.agencies if day.holders(agency))
    done = perform(tenant, ActRequest(chair, "task.assign", input={"title": "Bench", "lead": agency}, at=AT))
    who = day.holders(agency)[0]
    perform(tenant, ActRequest(who, "task.start", on=done.id, at=AT))
    return done.id, who


def _report(tenant: Tenant, folder: Path) -> list[Row]:
    """A progress report: get the task, write its row and one of its history, and an event with a hash."""
    id, who = _task(tenant)
    numbers = count(1)
    engine = _bare(folder / "bare.db", tenant, id)

    def performed() -> None:
        for _ in range(ACTS):
            perform(
                tenant, ActRequest(who, "task.report-progress", on=id, input={"text": "Half of it is done", "percent": 50}, at=AT)
            )

    def bare() -> None:
        for _ in range(ACTS):
            seq = next(numbers)
            with Session(engine, expire_on_commit=False) as session, session.begin():
                task = session.get_one(Task, (1, id))
                task.version, task.changed_at = task.version + 1, AT + timedelta(seconds=seq)
                text = "Half of it is done"
                session.add(TaskProgress(tenant_id=1, id=uuid7(), task=id, text=text, percent=50, by=who, at=AT))
                body = '{"input":{"text":"Half of it is done","percent":50}}' * 12
                session.add(
                    Event(
                        tenant_id=1, seq=seq, at=AT, recorded_at=AT, person=who, action="task.report-progress", type="task",
                        record_id=id, revision=1, body=body, hash=sha256(body.encode()).digest(),
                    )
                )  # fmt: skip

    mine, theirs = interleaved([performed, bare], rounds=5)
    engine.dispose()
    rate = ACTS / mine
    return [at_least("perform: a progress report, against the same rows in bare SQLAlchemy", rate, "acts/s", theirs / mine, 0.5)]


def _bare(path: Path, tenant: Tenant, id: str) -> Any:
    engine = create_engine(f"sqlite:///{path}", connect_args={"isolation_level": None})

    @event.listens_for(engine, "connect")
    def _prepare(raw: Any, _record: object) -> None:
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            raw.execute(f"PRAGMA {pragma}")

    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    Base.metadata.create_all(engine)
    with tenant.store.read(tenant.id) as session:
        task = session.scalars(select(Task).where(Task.tenant_id == tenant.id, Task.id == id)).one()
        values = {name: getattr(task, name) for name in Task.columns()}
    with Session(engine) as session, session.begin():
        session.add(Task(**{**values, "tenant_id": 1}))
    return engine


def _threads(installation: Installation) -> list[Row]:
    """Eight threads over fifty tenants against one thread: the writer's turn must not cost more than it orders.

    What threads gain is the wait for the disk, which acts that wait for their turn share; with a fast disk that is a tenth, so
    the two are measured in many short rounds, one after the other.
    """
    content = HOME.content(SLUG)
    tenants = []
    for number in range(50):
        slug = f"{SLUG}-{number}"
        renamed = {
            path.replace(SLUG, slug): text.replace(f'slug = "{SLUG}"', f'slug = "{slug}"')
            if path.endswith("tenant.toml")
            else text
            for path, text in content.items()
        }
        renamed |= {path: text for path, text in content.items() if path.startswith("policies/")}
        tenant = installation.apply(slug, renamed, at=AT, who="bench", why="bench", seed=seed)
        tenants.append((tenant, *_task(tenant)))

    def act(each: tuple[Tenant, str, str]) -> None:
        tenant, id, who = each
        perform(tenant, ActRequest(who, "task.report-progress", on=id, input={"text": "Half of it is done"}, at=AT))

    work = tenants * 4
    for each in work:  # directories and statements are read once
        act(each)
    with ThreadPoolExecutor(8) as pool:
        eight, one = interleaved([lambda: list(pool.map(act, work)), lambda: [act(each) for each in work]], rounds=11)
    return [at_least("perform: eight threads over 50 tenants, against one", len(work) / eight, "acts/s", one / eight, 1.0)]


def _year() -> list[Row]:
    """The lived year of both committees in CPU time, beside a pure-Python loop of the same machine and minute."""
    start = perf_counter()
    total = 0
    for number in range(5_000_000):
        total += number & 7
    loop = perf_counter() - start
    store = Store.memory()
    installation = Installation(store)
    store.create_schema()
    began = process_time()
    steps = sum(1 for _ in play(HOME, installation))
    spent = process_time() - began
    return [
        Row("a lived year of both committees, CPU", spent, f"s for {steps} steps", spent / loop),
        Row("the reference loop (5,000,000 additions)", loop, "s"),
    ]
