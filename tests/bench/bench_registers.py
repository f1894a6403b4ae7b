"""Lists of a register beside the same lists of tasks: as many entries as tasks, and as many of a second register in one table.

Through the whole application, asked in turn. ``STEERCO_BENCH_SCALE`` (1 by default) shrinks the two hundred thousand.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import Table, insert
from tests.bench import many
from tests.bench.bench_listing import LEADS_MANY, MEMBER, Case, _in_turn, asking, opened
from tests.bench.rows import Row, at_most

from steerco.cases.world import seed
from steerco.committee.work.entry import DeclaredEntry, EntryParty
from steerco.configuration.installation import Installation
from steerco.configuration.tenant import Tenant
from steerco.store.engine import Store
from steerco.web.app import create_app

NOW = datetime(2021, 2, 3, 2, tzinfo=UTC)
SIZE = max(int(200_000 * float(os.environ.get("STEERCO_BENCH_SCALE", "1"))), 5_000)
BAR = 1.5
SLUG = "with-registers"
AGENCIES = ("ubnd-tp-da-nang", "bo-y-te", "bo-tu-phap", "bo-cong-an")
REGISTER = """
[[register]]
id = "{0}"
label = {{ vi = "{0}", en = "{0}" }}
states = ["assigned", "done"]
fields = [{{ name = "lead", type = "party" }}, {{ name = "due_on", type = "day" }}, {{ name = "title", type = "line" }}]
relations = {{ lead = "lead" }}
  [[register.action]]
  name = "plan"
  to = "assigned"
  [[register.action]]
  name = "report"
  from = ["assigned"]
  to = "done"
"""
CASES = (
    Case("all", MEMBER),
    Case("all, one state", MEMBER, "state=done"),
    Case("all, by due day", MEMBER, "sort=due_on"),
    Case("all, one lead", MEMBER, "lead=ubnd-tp-da-nang"),
    Case("leads a quarter", LEADS_MANY),
    Case("leads a quarter, by due day", LEADS_MANY, "sort=due_on"),
)


def run() -> list[Row]:
    """Every case on SQLite, then on PostgreSQL behind row-level security."""
    return [row for database in ("SQLite", "PostgreSQL") for row in _on(database)]


def _on(database: str) -> Iterator[Row]:
    with opened(database) as installation:
        tenant = _tenant(installation)
        many.tasks(installation.store, {tenant.id: SIZE})
        _entries(installation.store, tenant.id)
        app = create_app(installation, clock=lambda: NOW)
        for case in CASES:
            asks = [asking(app, tenant, case, SIZE, type) for type in ("task", "r-visit")]
            tasks, entries = asyncio.run(_in_turn(asks))
            yield at_most(f"{database}: a register, {case.name}, : tasks", entries * 1e3, "ms", entries / tasks, BAR)


def _tenant(installation: Installation) -> Tenant:
    content = many.content(SLUG)
    content[f"tenants/{SLUG}/registers.toml"] = "".join(REGISTER.format(id) for id in ("visit", "trip"))
    policy = "policies/national-committee.csv"
    content[policy] += "".join(f"p, relation:lead, *, r-{id}, read, -, allow, H.66\n" for id in ("visit", "trip"))
    return installation.apply(SLUG, content, at=NOW, who="bench", why="bench", seed=seed)


def _entries(store: Store, tenant_id: int) -> None:
    table, parties = DeclaredEntry.__table__, EntryParty.__table__
    assert isinstance(table, Table)
    assert isinstance(parties, Table)
    with store.operator_connection() as connection:
        for start in range(0, 2 * SIZE, many.CHUNK):
            rows = [_entry(tenant_id, number) for number in range(start, min(start + many.CHUNK, 2 * SIZE))]
            connection.execute(insert(table), rows)
            named = [
                {name: row[name] for name in ("tenant_id", "id", "register")}
                | {"entry": row["id"], "field": "lead", "who": row["filed_party"]}
                for row in rows
            ]
            connection.execute(insert(parties), named)
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("ANALYZE entry")
            connection.exec_driver_sql("ANALYZE entry_parties")


def _entry(tenant_id: int, number: int) -> dict[str, object]:
    lead, due = AGENCIES[number // 2 % len(AGENCIES)], date(2021, 1, 1) + timedelta(days=number % 700)
    return {
        "tenant_id": tenant_id,
        "id": many.id_of(number),
        "ref": f"V-2021-{number}",
        "register": "r-visit" if number % 2 else "r-trip",
        "body": "committee",
        "state": "done" if number % 3 else "assigned",
        "version": 1,
        "author": MEMBER,
        "author_as": "member",
        "created_at": NOW,
        "changed_at": NOW,
        "filed_party": lead,
        "filed_day": due,
        "texts": {"title": f"Việc {number}"},
        "parties_named": {"lead": [lead]},
        "further": {"due_on": due.isoformat()},
    }
