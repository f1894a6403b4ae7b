"""The compliance report: the duty ledger by clause, over a period."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date

import msgspec
from sqlalchemy.orm import Session

from steerco.charter.model import Label
from steerco.charter.periods import parse
from steerco.configuration.tenant import Tenant
from steerco.kernel.duty_ledger import DutyEntry, entries, last_day

STATES = ("done", "done-late", "overdue", "missed", "due", "upcoming", "waived", "not-applicable")


class UnderClause(msgspec.Struct, frozen=True):
    """One clause: what was due under it in the period, counted by how it stands on the last day; ``entries`` are those duties.

    ``gloss`` is a summary, not the wording.
    """

    clause: str
    heading: Label
    gloss: Label
    counts: dict[str, int]
    entries: tuple[DutyEntry, ...]


class Report(msgspec.Struct, frozen=True):
    """Every clause of the charter in force on ``last``, in its order; one under which nothing was due has no entries.

    ``totals`` counts each duty once, also one that two clauses ask for; ``elsewhere`` says how many of them no clause here asks
    for: they rest on a house rule, a law, or an earlier version of the charter.
    """

    first: date = msgspec.field(name="from")
    last: date = msgspec.field(name="to")
    totals: dict[str, int]
    elsewhere: int
    rows: tuple[UnderClause, ...]


def period(
    tenant: Tenant, session: Session, today: date, first: date | None = None, last: date | None = None
) -> tuple[date, date]:
    """Return the days asked about. What is left out: the calendar year of the other day, of the last recorded day if neither is
    given, and no further than today, since nobody has missed yet what is to come.
    """
    year = (last or first or min(last_day(tenant, session) or today, today)).year
    return first or date(year, 1, 1), last or min(date(year, 12, 31), today)


def compliance(
    tenant: Tenant,
    session: Session,
    first: date,
    last: date,
    *,
    of: str = "",
    clause: str = "",
    counts: Callable[[DutyEntry], bool] = lambda entry: True,
) -> Report:
    """Return the duties due from ``first`` to ``last``, with their state on ``last``; of one party or clause where these are
    given, and only what ``counts``. Raises ``ValueError`` for a period that ends first.
    """
    if last < first:
        raise ValueError("the period ends before it begins")
    ledger = entries(tenant, session, last, of=of, clause=clause)
    due = [entry for entry in ledger if _within(entry, first, last) and counts(entry)]
    clauses = [row for row in tenant.snapshot.regime_on(last).charter.clauses if clause in ("", row.id)]
    rows = []
    for row in clauses:
        under = tuple(entry for entry in due if rests(entry, row.id))
        rows.append(UnderClause(row.id, row.heading, row.gloss, _counted(under), under))
    elsewhere = sum(not any(rests(entry, row.id) for row in clauses) for entry in due)
    return Report(first, last, _counted(due), elsewhere, tuple(rows))


def rests(entry: DutyEntry, clause: str) -> bool:
    """Return whether the clause of the charter asks for it. What a house rule or a law asks is theirs, whatever they cite."""
    return entry.layer == "charter" and clause in entry.cites


def _counted(due: Iterable[DutyEntry]) -> dict[str, int]:
    counts = Counter(entry.state for entry in due)
    return {state: counts[state] for state in STATES if counts[state]}


def _within(entry: DutyEntry, first: date, last: date) -> bool:
    """Return whether a duty was owed in the days asked about: its period touches them, or it was raised by then and not done
    before.
    """
    if entry.period:
        owed = parse(entry.period)
        return owed.first <= last and owed.last >= first
    return entry.done_on is None or entry.done_on >= first
