"""Identity of records: ids that sort by time and that nobody can guess, and the references that people see."""

from __future__ import annotations

import uuid_utils
from sqlalchemy import select
from sqlalchemy.orm import Session

from steerco.store.sessions import tenant_of
from steerco.store.tables import Tally


def uuid7() -> str:
    """Return a new UUIDv7 (RFC 9562). Later ids sort later, even within one millisecond of a process."""
    return str(uuid_utils.uuid7())


def count_up(session: Session, name: str) -> int:
    """Return the next number of one of the tenant's tallies, from 1. It is safe since a write holds the tenant's log head."""
    tenant = tenant_of(session)
    tally = session.scalar(select(Tally).where(Tally.tenant_id == tenant, Tally.name == name))
    if tally is None:
        tally = Tally(tenant_id=tenant, name=name, n=0)
        session.add(tally)
    tally.n += 1
    return tally.n


def next_reference(session: Session, prefix: str, year: int) -> str:
    """Return the next reference of a prefix in a year, such as ``M-2021-003``."""
    return f"{prefix}-{year}-{count_up(session, f'{prefix}-{year}'):03d}"
