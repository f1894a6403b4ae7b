"""A committee after its demonstration year, as tests ask about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import select
from tests.databases import STORES

from steerco.cases.demonstration import Played
from steerco.configuration.home import Home
from steerco.configuration.installation import Installation
from steerco.configuration.tenant import Tenant
from steerco.kernel.duty_ledger import DutyEntry, entries
from steerco.kernel.view import shown
from steerco.store import log

HOME = Home(Path(__file__).parents[2])
NATIONAL, MOST = "national-committee", "most-steering-board"
AFTER = date(2022, 1, 10)
"""The day on which the ledgers are read: the year is over."""


def empty() -> Installation:
    """An installation without a tenant."""
    return Installation(STORES.empty())


@dataclass
class Lived:
    """One committee after its year."""

    tenant: Tenant

    def ledger(self, on: date = AFTER, *, of: str = "", clause: str = "") -> list[DutyEntry]:
        with self.tenant.store.read(self.tenant.id) as session:
            return entries(self.tenant, session, on, of=of, clause=clause)

    def of_2021(self, *states: str, clause: str = "") -> set[tuple[str, str]]:
        """(duty, period) of what was owed within the year and is in one of these states after it."""
        return {(e.duty, e.period) for e in self.ledger(clause=clause) if e.period.startswith("2021") and e.state in states}

    def all(self, type: str, on: date = AFTER) -> list[dict[str, Any]]:
        """Every record of a type as people see it, oldest first."""
        table = self.tenant.snapshot.types[type]
        with self.tenant.store.read(self.tenant.id) as session:
            mine = select(table).where(table.tenant_id == self.tenant.id).order_by(table.created_at, table.id)
            return [shown(self.tenant, session, record, on) for record in session.scalars(mine)]

    def one(self, type: str, **having: Any) -> dict[str, Any]:
        found = [record for record in self.all(type) if all(record[name] == value for name, value in having.items())]
        assert len(found) == 1, found
        return found[0]

    def events(self) -> list[dict[str, Any]]:
        """The log, each event with what its body says."""
        with self.tenant.store.read(self.tenant.id) as session:
            return [row | {"said": msgspec.json.decode(row["body"])} for row in log.entries(session)]

    def day(self, at: datetime) -> date:
        return self.tenant.snapshot.local(at)


@dataclass
class Year:
    """Both years, with what was told while they were played and the CPU seconds that it took."""

    installation: Installation
    told: list[Played]
    seconds: float

    def __getitem__(self, slug: str) -> Lived:
        return Lived(self.installation.tenant(slug))
