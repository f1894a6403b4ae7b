"""Idempotency: answers by the key that the client sent with the request."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from steerco.store.sessions import tenant_of
from steerco.store.tables import Idempotency


class KeyReused(Exception):
    """The key was used for another request."""


def recall(session: Session, person: str, key: str, fingerprint: str) -> str | None:
    """Return the stored answer for this person's key, or None. Raises ``KeyReused`` if the key came with another request."""
    mine = (Idempotency.tenant_id == tenant_of(session), Idempotency.person == person, Idempotency.key == key)
    row = session.scalar(select(Idempotency).where(*mine))
    if row is None:
        return None
    if row.fingerprint != fingerprint:
        raise KeyReused(key)
    return row.answer


def answered(session: Session, person: str, key: str) -> bool:
    """Return whether this person's key has an answer."""
    row = Idempotency.__table__.c
    mine = (row.tenant_id == tenant_of(session), row.person == person, row.key == key)
    return session.connection().execute(select(row.key).where(*mine)).first() is not None


def answer_to(session: Session, person: str, key: str) -> str | None:
    """Return the stored answer for this person's key, whatever came with it; None where there is none."""
    row = Idempotency.__table__.c
    mine = (row.tenant_id == tenant_of(session), row.person == person, row.key == key)
    answer: str | None = session.connection().scalar(select(row.answer).where(*mine))
    return answer


def remember(session: Session, person: str, key: str, fingerprint: str, answer: str, at: datetime) -> None:
    """Store an answer in the transaction of its act."""
    tenant = tenant_of(session)
    session.add(Idempotency(tenant_id=tenant, person=person, key=key, fingerprint=fingerprint, answer=answer, at=at))
