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

from steerco.accounts import events
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
FIRST_STEP = timedelta(minutes=10)
"""How long the second step may wait after the first."""
KEPT_ENDED = timedelta(hours=24)
"""How long it is known whose sign-in an ended one was, so that what was typed in a form meanwhile is not lost."""
AGENT = 200
PASSWORD_ALONE = "password-alone"
"""How a browser stands that has shown the password, and has still to show the second factor: it is not signed in."""


class SignedIn(NamedTuple):
    """A good sign-in: of which account, and which person that is in each tenant, by the tenant's number. ``within``: of the one
    tenant in which it counts, whose provider vouched for it; what belongs to the whole account is not open to it."""

    id: str
    account: str
    name: str
    form_token: str
    persons: Mapping[int, str]
    how: str = ""
    within: int | None = None


def begin(session: Session, account: str, *, how: str, agent: str, now: datetime, within: int | None = None) -> str:
    """Sign a browser in and return its token. The session writes to the installation, whose log tells of it.

    ``within``: the number of the one tenant in which the sign-in counts.
    """
    token, id = token_urlsafe(32), uuid7()
    columns = {"account": account, "how": how, "within": within, "agent": agent[:AGENT], "form_secret": token_urlsafe(32)}
    until = now + (FIRST_STEP if how == PASSWORD_ALONE else LASTS)
    times = {"created_at": now, "used_at": now, "expires_at": until}
    session.add(WebSignIn(tenant_id=INSTALLATION, id=id, hash=hashed(token), **columns, **times))
    session.flush()
    said = {"sign_in": id, "how": how, "within": within, "hash": events.digest(hashed(token))}
    events.tell(session, events.BEGIN, account, now, until=until.isoformat(), **said)
    return token


_in, _account, _as = WebSignIn.__table__.c, Account.__table__.c, AccountPerson.__table__.c
_own: Any = bindparam("own")
_FOUND = Prepared(
    select(
        _in.id,
        _in.hash,
        _in.account,
        _in.form_secret,
        _in.how,
        _in.within,
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


def find(store: Store, token: str, now: datetime, states: frozenset[str]) -> SignedIn | None:
    """Return the sign-in with this token, if it is good now; None for every other, whatever the reason. Its last use is noted.

    ``states``: those of an account that may be signed in.
    """
    rows = _rows(store, token)
    if not rows or not _is_good(rows[0], now) or rows[0].state not in states or rows[0].how == PASSWORD_ALONE:
        return None
    if now - rows[0].used_at > TOUCHED:
        note_use(store, rows[0].id, now)
    return _signed_in(rows)


def find_first_step(store: Store, token: str, now: datetime, states: frozenset[str]) -> SignedIn | None:
    """Return who has shown the password with this token, and not yet the second factor."""
    rows = _rows(store, token)
    good = rows and _is_good(rows[0], now) and rows[0].state in states and rows[0].how == PASSWORD_ALONE
    return _signed_in(rows) if good else None


def find_ended(store: Store, token: str, now: datetime, states: frozenset[str]) -> SignedIn | None:
    """Return whose sign-in this was, if it ended of itself or was ended within a day. It lets nobody in."""
    rows = _rows(store, token)
    if not rows or _is_good(rows[0], now) or rows[0].state not in states or rows[0].how == PASSWORD_ALONE:
        return None
    row = rows[0]
    over = min(each for each in (row.ended_at, row.expires_at, row.used_at + IDLE) if each is not None)
    return _signed_in(rows) if now - over < KEPT_ENDED else None


def _rows(store: Store, token: str) -> list[Any]:
    digest = hashed(token)
    with store.read(INSTALLATION) as session:
        rows = _FOUND.all(session.connection(), {"own": INSTALLATION, "digest": digest})
    return [row for row in rows if compare_digest(row.hash, digest)]


def _signed_in(rows: list[Any]) -> SignedIn:
    row = rows[0]
    counting = [each for each in rows if each.number is not None and row.within in (None, each.number)]
    persons = {each.number: each.person for each in counting}
    return SignedIn(row.id, row.account, row.name, form_token(row.form_secret, row.id), persons, row.how, row.within)


def _is_good(row: Any, now: datetime) -> bool:
    return row.ended_at is None and now < row.expires_at and now - row.used_at < IDLE


def note_use(store: Store, id: str, now: datetime) -> None:
    """Note the use of a sign-in, unless the writer is busy: the next request will."""
    try:
        with store.write(INSTALLATION) as session:
            session.execute(_open().where(WebSignIn.id == id).values(used_at=now))
    except Busy:
        return


def end(session: Session, id: str, now: datetime, why: str = "out") -> bool:
    """End one sign-in; the log tells of it. False where it has ended before."""
    row = session.get(WebSignIn, (INSTALLATION, id))
    if row is None or row.ended_at is not None:
        return False
    row.ended_at = now
    session.flush()
    events.tell(session, events.END, row.account, now, sign_in=id, why=why)
    return True


def end_all(
    session: Session, account: str, now: datetime, *, but: str = "", why: str = "everywhere", within: int | None = None
) -> int:
    """End every sign-in of an account, except ``but``; how many there were. ``within``: only those that count in that tenant
    alone."""
    ids = [row.id for row in open_ones(session, account) if row.id != but and within in (None, row.within)]
    return sum(end(session, id, now, why) for id in ids)


def open_ones(session: Session, account: str) -> list[WebSignIn]:
    """Return the sign-ins of an account that have not been ended, newest first; some may have run out."""
    own = (WebSignIn.tenant_id == INSTALLATION, WebSignIn.account == account, WebSignIn.ended_at.is_(None))
    return list(session.scalars(select(WebSignIn).where(*own).order_by(WebSignIn.id.desc())))


def is_open(row: WebSignIn, now: datetime) -> bool:
    """Return whether a sign-in is good now."""
    return _is_good(row, now) and row.how != PASSWORD_ALONE


def _open() -> Any:
    return update(WebSignIn).where(WebSignIn.tenant_id == INSTALLATION, WebSignIn.ended_at.is_(None))


def form_token(secret: str, id: str) -> str:
    """Return the token that every form of a sign-in carries."""
    return hmac(secret.encode(), f"form {id}".encode(), sha256).hexdigest()


def hashed(token: str) -> str:
    """Return the digest that is kept of a token."""
    return sha256(token.encode()).hexdigest()
