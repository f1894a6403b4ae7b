"""Forms that are not finished: kept for a week, for the account that began them, and gone when their act is done."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from steerco.store.sessions import tenant_of
from steerco.store.tables import Draft

KEPT = timedelta(days=7)
"""The time for which a draft is kept after it was last saved."""
MOST = 20
"""The most drafts that an account has in one committee: a further one takes the place of the oldest."""


def save(session: Session, draft: Draft, now: datetime) -> bool:
    """Keep a draft, over the one that has its key. False where the key is another account's: nothing was kept."""
    own = tenant_of(session)
    known = session.get(Draft, (own, draft.id))
    if known is not None and known.account != draft.account:
        return False
    draft.tenant_id, draft.saved_at, draft.expires_at = own, now, now + KEPT
    session.merge(draft)
    session.flush()
    expire(session, now)
    mine = select(Draft.id).where(Draft.tenant_id == own, Draft.account == draft.account)
    for old in session.scalars(mine.order_by(Draft.saved_at.desc(), Draft.id).offset(MOST)).all():
        session.execute(delete(Draft).where(Draft.tenant_id == own, Draft.id == old))
    return True


def find(session: Session, account: str, key: str, now: datetime) -> Draft | None:
    """Return an account's draft with this key; None where there is none, or where it is another's."""
    draft = session.get(Draft, (tenant_of(session), key)) if key else None
    return draft if draft is not None and draft.account == account and draft.expires_at > now else None


def of_account(session: Session, account: str, now: datetime) -> list[Draft]:
    """Return the drafts of an account, the newest first."""
    mine = (Draft.tenant_id == tenant_of(session), Draft.account == account, Draft.expires_at > now)
    return list(session.scalars(select(Draft).where(*mine).order_by(Draft.saved_at.desc(), Draft.id)))


def discard(session: Session, account: str, key: str) -> None:
    """Remove an account's draft: its act is done, or it is not wanted."""
    session.execute(delete(Draft).where(Draft.tenant_id == tenant_of(session), Draft.id == key, Draft.account == account))


def expire(session: Session, now: datetime) -> None:
    """Remove what was not finished in time."""
    session.execute(delete(Draft).where(Draft.tenant_id == tenant_of(session), Draft.expires_at <= now))


def forget_person(session: Session, person: str) -> None:
    """Remove what somebody had begun: what they typed is personal data of theirs, or of whom they wrote about."""
    session.execute(delete(Draft).where(Draft.tenant_id == tenant_of(session), Draft.person == person))
