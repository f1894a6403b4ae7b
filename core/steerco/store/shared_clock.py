"""The one clock of all servers of a database, for counts that they share: the database's own.

A server's ``now`` is put right by as much as its clock differs from the database's at that moment. So where a clock goes twenty
minutes ahead, a lock of fifteen minutes is not over on its server at once::

    shared_time(session, now)     # `now` minus those twenty minutes

SQLite has no server: whoever opens its file is on one machine, which has one clock.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

SAME = timedelta(seconds=1)
"""Clocks that differ by less are one: so long may the question take, and each takes another time."""


def machine_time() -> datetime:
    """Return the time by the clock of this machine."""
    return datetime.now(UTC)


def shared_time(session: Session, now: datetime) -> datetime:
    """Return the time that it is by the database's clock where it is ``now`` by this machine's."""
    if session.get_bind().dialect.name != "postgresql":
        return now
    told: datetime = session.execute(select(func.clock_timestamp())).scalar_one()
    ahead: timedelta = told - session.info["machine_clock"]()
    return now if abs(ahead) < SAME else now + ahead
