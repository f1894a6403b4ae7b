"""How far each that follows a tenant's log has come: by its name, the number of the last event that it has handled.

The log is gapless and ordered, so that number is all that has to be kept.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from steerco.store.sessions import tenant_of
from steerco.store.tables import Cursor


def last(session: Session, follower: str) -> int | None:
    """Return the last event that it has handled; None for one that is new to the session's tenant."""
    row = session.get(Cursor, (tenant_of(session), follower))
    return row.seq if row is not None else None


def handled(session: Session, follower: str, seq: int) -> None:
    """It has handled every event up to this one. What it once has handled it never goes back behind."""
    row = session.get(Cursor, (tenant_of(session), follower))
    if row is None:
        session.add(Cursor(tenant_id=tenant_of(session), consumer=follower, seq=seq))
    else:
        row.seq = max(row.seq, seq)
