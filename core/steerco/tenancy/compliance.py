"""The compliance report: the duty ledger by clause, over a period."""

from __future__ import annotations

from collections import Counter
from datetime import date

import msgspec
from sqlalchemy.orm import Session

from steerco.charter.model import Label
from steerco.charter.periods import parse
from steerco.tenancy.ledger import Entry, entries
from steerco.tenancy.tenant import Tenant

STATES = ("done", "done-late", "overdue", "missed", "due", "upcoming", "waived", "not-applicable")


class Row(msgspec.Struct, frozen=True):
    """One clause: what was due under it in the period, counted by how it stands on the last day; ``entries`` are those duties."""

    clause: str
    heading: Label
    gloss: Label
    counts: dict[str, int]
    entries: tuple[Entry, ...]

    @property
    def owed(self) -> int:
        return len(self.entries)


class Report(msgspec.Struct, frozen=True):
    """Every clause of the charter in force on ``last``, in its order; one under which nothing was due has no entries."""

    first: date
    last: date
    rows: tuple[Row, ...]
    totals: dict[str, int]


def compliance(tenant: Tenant, session: Session, first: date, last: date) -> Report:
    """What was due from ``first`` to ``last``, as it stands on ``last``. Raises ``ValueError`` for a period that ends first."""
    if last < first:
        raise ValueError("the period ends before it begins")
    due = [entry for entry in entries(tenant, session, last) if _within(entry, tenant, first, last)]
    rows = []
    for clause in tenant.snapshot.regime_on(last).charter.clauses:
        under = tuple(entry for entry in due if clause.id in entry.cites)
        rows.append(Row(clause.id, clause.heading, clause.gloss, _counted(under), under))
    return Report(first, last, tuple(rows), _counted(tuple(due)))


def _counted(due: tuple[Entry, ...]) -> dict[str, int]:
    counts = Counter(entry.state for entry in due)
    return {state: counts[state] for state in STATES if counts[state]}


def _within(entry: Entry, tenant: Tenant, first: date, last: date) -> bool:
    """Whether a duty was owed in the days asked about: its period touches them, or it was raised by then and not done before."""
    if entry.period:
        period = parse(entry.period)
        return period.first <= last and period.last >= first
    return entry.done_on is None or entry.done_on >= first
