"""Web sign-ins: a browser that is signed in holds a token of 256 random bits in a cookie; its SHA-256 is kept.

A sign-in ends for good: nothing that runs meanwhile can bring it back, since rows are made at sign-in alone and an ended one is
never opened again.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from hmac import compare_digest
from hmac import new as hmac
from secrets import token_urlsafe
from typing import Any, NamedTuple

from sqlalchemy import and_, bindparam, select, update
from sqlalchemy.orm import Session

from steerco.accounts.accounts import ACTIVE
from steerco.store.account_tables import Account, AccountPerson, WebSignIn
from steerco.store.base import INSTALLATION
from steerco.store.engine import Store
from steerco.store.fair_lock import Busy
from steerco.store.identity import uuid7
from steerco.store.prepared_select import Prepared

LASTS = timedelta(days=7)
"""How long a sign-in lasts at most."""
IDLE = timedelta(days=1)
"""How long it lasts unused."""
TOUCHED = timedelta(minutes=5)
"""How exactly it is known when a sign-in was last used."""
AGENT = 200


class SignedIn(NamedTuple):
    """A good sign-in: of which account, and which person that is in each tenant, by the tenant's number."""

    id: str
    account: str
    name: str
    form_token: str
    persons: Mapping[int, str]


def begin(session: Session, account: str, *, how: str, agent: str, now: datetime) -> str:
    """Sign a browser in and return its token. The session writes to the installation."""
    token = token_urlsafe(32)
    columns = {"account": account, "how": how, "agent": agent[:AGENT], "form_secret": token_urlsafe(32)}
    times = {"created_at": now, "used_at": now, "expires_at": now + LASTS}
    session.add(WebSignIn(tenant_id=INSTALLATION, id=uuid7(), hash=hashed(token), **columns, **times))
    session.flush()
    return token


_in, _account, _as = WebSignIn.__table__.c, Account.__table__.c, AccountPerson.__table__.c
_own: Any = bindparam("own")
_FOUND = Prepared(
    select(
        _in.id,
        _in.hash,
        _in.account,
        _in.form_secret,
        _in.used_at,
        _in.expires_at,
        _in.ended_at,
        _account.name,
        _account.state,
        _as.number,
        _as.person,
    )
    .select_from(WebSignIn.__table__)
    .join(Account.__table__, and_(_account.tenant_id == _own, _account.id == _in.account))
    .outerjoin(AccountPerson.__table__, and_(_as.tenant_id == _own, _as.account == _in.account))
    .where(_in.tenant_id == _own, _in.hash == bindparam("digest"))
)


def find(store: Store, token: str, now: datetime) -> SignedIn | None:
    """Return the sign-in with this token, if it is good now; None for every other, whatever the reason. Its last use is noted."""
    digest = hashed(token)
    with store.read(INSTALLATION) as session:
        rows = _FOUND.all(session.connection(), {"own": INSTALLATION, "digest": digest})
    if not rows or not _is_good(rows[0], digest, now):
        return None
    row = rows[0]
    if now - row.used_at > TOUCHED:
        _touch(store, row.id, now)
    persons = {each.number: each.person for each in rows if each.number is not None}
    return SignedIn(row.id, row.account, row.name, form_token(row.form_secret, row.id), persons)


def _is_good(row: Any, digest: str, now: datetime) -> bool:
    lasting = row.ended_at is None and now < row.expires_at and now - row.used_at < IDLE
    return compare_digest(row.hash, digest) and lasting and row.state == ACTIVE


def _touch(store: Store, id: str, now: datetime) -> None:
    """Note the use of a sign-in, unless the writer is busy: the next request will."""
    try:
        with store.write(INSTALLATION) as session:
            session.execute(_still_open().where(WebSignIn.id == id).values(used_at=now))
    except Busy:
        return


def end(session: Session, id: str, now: datetime) -> bool:
    """End one sign-in. False where it has ended before."""
    done = session.execute(_still_open().where(WebSignIn.id == id).values(ended_at=now))
    return bool(done.rowcount)  # type: ignore[attr-defined]  # of an update


def end_all(session: Session, account: str, now: datetime, *, but: str = "") -> int:
    """End every sign-in of an account, except ``but``; how many there were."""
    done = session.execute(_still_open().where(WebSignIn.account == account, WebSignIn.id != but).values(ended_at=now))
    return int(done.rowcount)  # type: ignore[attr-defined]  # of an update


def _still_open() -> Any:
    return update(WebSignIn).where(WebSignIn.tenant_id == INSTALLATION, WebSignIn.ended_at.is_(None))


def form_token(secret: str, id: str) -> str:
    """Return the token that every form of a sign-in carries."""
    return hmac(secret.encode(), f"form {id}".encode(), sha256).hexdigest()


def hashed(token: str) -> str:
    """Return the digest that is kept of a token."""
    return sha256(token.encode()).hexdigest()
