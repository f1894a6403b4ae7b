"""How many acts were refused, per month, act and clauses: all that is kept of what did not happen.

A refusal leaves no event, so a draft that grants more could not be held against the past. The count names no person, record or
input. It is made in memory and written with the next act of the same committee that is done, or when the store is closed: a
refused act writes nothing and waits for nothing. What a process had not written when it was killed is missing.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import NamedTuple, cast

from sqlalchemy import Table, insert, select, update
from sqlalchemy.orm import Session

from steerco.store.tables import RefusalCount

_counts = cast("Table", RefusalCount.__table__)  # Core: the mapper would look for rows that a session holds, and none is held

MOST = 500
"""So many different refusals of one committee are held in memory; further ones are not counted until those are written."""


class RefusalKey(NamedTuple):
    """What is counted together: the month (``2021-03``), the act, and the clauses that refused it, joined by commas."""

    month: str
    action: str
    clauses: str


class Refusals:
    """The refusals of one process that are not written yet, by tenant."""

    def __init__(self) -> None:
        self._counts: dict[int, Counter[RefusalKey]] = {}
        self._lock = threading.Lock()

    def count(self, tenant: int, month: str, action: str, clauses: Iterable[str]) -> None:
        """Count one refusal."""
        key = RefusalKey(month, action, ",".join(clauses))
        with self._lock:
            own = self._counts.setdefault(tenant, Counter())
            if key in own or len(own) < MOST:
                own[key] += 1

    @contextmanager
    def taken(self, tenant: int) -> Iterator[Counter[RefusalKey]]:
        """Hand out the counts to be written for a tenant; held again where the writing fails."""
        counts = self._taken(tenant)
        try:
            yield counts
        except BaseException:
            if counts:
                with self._lock:
                    self._counts.setdefault(tenant, Counter()).update(counts)
            raise

    def _taken(self, tenant: int) -> Counter[RefusalKey]:
        if tenant not in self._counts:  # nearly always: not even a lock is taken
            return Counter()
        with self._lock:
            return self._counts.pop(tenant, Counter())

    def tenants(self) -> list[int]:
        """Return the tenants of which something is to be written."""
        with self._lock:
            return list(self._counts)


def add(session: Session, tenant: int, counts: Counter[RefusalKey]) -> None:
    """Add counts to those that are written."""
    connection, row = session.connection(), _counts.c
    for key, number in counts.items():
        same = (row.tenant_id == tenant, row.month == key.month, row.action == key.action, row.clauses == key.clauses)
        if not connection.execute(update(_counts).where(*same).values(number=row.number + number)).rowcount:
            connection.execute(insert(_counts).values(tenant_id=tenant, **key._asdict(), number=number))


def counted(session: Session, tenant: int, first: str, last: str) -> Counter[tuple[str, str]]:
    """Return how many acts were refused from one month to another, by act and clauses, as far as it is written."""
    row = RefusalCount.__table__.c
    within = (row.month >= first, row.month <= last)  # no BETWEEN: PostgreSQL takes no collation inside of it
    mine = select(row.action, row.clauses, row.number).where(row.tenant_id == tenant, *within)
    found: Counter[tuple[str, str]] = Counter()
    for action, clauses, number in session.connection().execute(mine.order_by(row.action, row.clauses)):
        found[action, clauses] += number
    return found
