"""Answers already given, by the key that the client sent with the request."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from steerco.store.engine import tenant_of
from steerco.store.tables import Idempotency


class KeyReused(Exception):
    """The key was used for another request."""


def recall(session: Session, person: str, key: str, fingerprint: str) -> str | None:
    """The answer given to this person's key, or None. Raises ``KeyReused`` where the request was another."""
    mine = (Idempotency.tenant_id == tenant_of(session), Idempotency.person == person, Idempotency.key == key)
    row = session.scalar(select(Idempotency).where(*mine))
    if row is None:
        return None
    if row.fingerprint != fingerprint:
        raise KeyReused(key)
    return row.answer


def answered(session: Session, person: str, key: str) -> bool:
    """Whether this person's key has an answer already."""
    row = Idempotency.__table__.c
    mine = (row.tenant_id == tenant_of(session), row.person == person, row.key == key)
    return session.connection().execute(select(row.key).where(*mine)).first() is not None


def remember(session: Session, person: str, key: str, fingerprint: str, answer: str, at: datetime) -> None:
    """Keep an answer, in the transaction of the act that it tells of."""
    tenant = tenant_of(session)
    session.add(Idempotency(tenant_id=tenant, person=person, key=key, fingerprint=fingerprint, answer=answer, at=at))
