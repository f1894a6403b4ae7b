"""Words to the holders of accounts, kept until they are sent: whoever sends mail asks :func:`pending` and says :func:`sent`.

A word holds no text: what is to be said follows from ``what``. ``path`` is the address of a link on this server; it lets its
holder in, so it stands here only until it is sent or has expired, and belongs into no log.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from steerco.store.account_tables import AccountWord
from steerco.store.base import INSTALLATION
from steerco.store.engine import Store
from steerco.store.identity import uuid7

What = Literal["invitation", "reset", "locked", "password-changed", "factor-changed"]
INVITATION: What = "invitation"
RESET: What = "reset"
LOCKED: What = "locked"
PASSWORD_CHANGED: What = "password-changed"
FACTOR_CHANGED: What = "factor-changed"
LASTS = timedelta(days=3)


def add(
    session: Session,
    what: What,
    now: datetime,
    *,
    email: str | None,
    account: str | None = None,
    whom: tuple[int, str] | None = None,
    path: str | None = None,
    until: datetime | None = None,
) -> None:
    """Keep a word until it is sent. ``whom``: the tenant's number and the person that an invitation is for."""
    number, person = whom or (None, None)
    columns = {"what": what, "email": email, "account": account, "number": number, "person": person, "path": path}
    times = {"created_at": now, "expires_at": until or now + LASTS}
    session.add(AccountWord(tenant_id=INSTALLATION, id=uuid7(), **columns, **times))


def pending(store: Store, now: datetime, most: int = 100) -> Sequence[AccountWord]:
    """Return the oldest words that are to be sent and can be: they have an e-mail address, and have not expired."""
    own = (AccountWord.tenant_id == INSTALLATION, AccountWord.sent_at.is_(None), AccountWord.email.is_not(None))
    with store.read(INSTALLATION) as session:
        query = select(AccountWord).where(*own, AccountWord.expires_at > now).order_by(AccountWord.id).limit(most)
        return list(session.scalars(query))


def sent(store: Store, id: str, now: datetime) -> None:
    """Note that a word was sent; its link is kept no longer."""
    with store.write(INSTALLATION) as session:
        own = (AccountWord.tenant_id == INSTALLATION, AccountWord.id == id)
        session.execute(update(AccountWord).where(*own).values(sent_at=now, path=None))


def forget_old(session: Session, now: datetime) -> None:
    """Take away words that have expired."""
    session.execute(delete(AccountWord).where(AccountWord.tenant_id == INSTALLATION, AccountWord.expires_at < now))
