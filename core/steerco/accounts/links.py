"""Links that are given out: an invitation of a person of a committee, and the reset of a password. Each is good once, for a time.

What is kept of a link is the hash of its secret. The link itself is returned to whoever made it and, where there is an e-mail
address to send it to, kept with the word that is to be sent (:mod:`steerco.accounts.words`), until it is.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from secrets import token_urlsafe

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from steerco.accounts import attempts, events, web_sign_ins, words
from steerco.accounts.accounts import (
    ACTIVE,
    BadAccount,
    account_by_id,
    account_of,
    add_account,
    bind,
    find_account,
    set_password,
)
from steerco.store.account_tables import Account, AccountLink
from steerco.store.base import INSTALLATION
from steerco.store.engine import Store
from steerco.store.identity import uuid7

INVITATION, RESET = "invitation", "reset"
LASTS = {INVITATION: timedelta(days=7), RESET: timedelta(hours=2)}
"""How long a link is good."""
LONGEST_ADDRESS = 254


class Link:
    """A link as it is given out: its address on this server, which is nowhere kept, and until when it is good."""

    def __init__(self, path: str, until: datetime) -> None:
        self.path, self.until = path, until


def invite(
    session: Session, number: int, person: str, *, now: datetime, email: str | None = None, by: str = events.OPERATOR
) -> Link:
    """Invite a person of the tenant with that number to have an account; earlier invitations of them end.

    Raises ``BadAccount`` where the person has one: for them there is :func:`reset`; and for what is no e-mail address.
    """
    if email and not is_address(email):
        raise BadAccount("bad-email", f"{email!r} is no e-mail address")
    if account_of(session, number, person) is not None:
        raise BadAccount("person-taken", f"{person!r} has an account already")
    end_invitations(session, number, person, now)
    link, secret = _new(session, INVITATION, now, by, number=number, person=person, email=email)
    if email:
        words.add(session, words.INVITATION, now, email=email, whom=(number, person), path=link.path, until=link.until)
    events.tell(session, events.LINK, "", now, by=by, what=INVITATION, number=number, person=person, hash=events.digest(secret))
    return link


def is_address(text: str) -> bool:
    """Return whether a mail can go to an address: one @, and nothing that a header or a mail server would take for more."""
    plain = text.isascii() and text.isprintable() and not set(text) & set(' <>,;"')
    return plain and text.count("@") == 1 and len(text) <= LONGEST_ADDRESS


def end_invitations(session: Session, number: int, person: str, now: datetime) -> None:
    """End every invitation of a person that is open."""
    own = (AccountLink.tenant_id == INSTALLATION, AccountLink.number == number, AccountLink.person == person)
    session.execute(update(AccountLink).where(*own, AccountLink.ended_at.is_(None)).values(ended_at=now))


def invitations(session: Session, number: int, now: datetime) -> dict[str, AccountLink]:
    """Return the open invitations of a tenant's persons, by person."""
    own = (AccountLink.tenant_id == INSTALLATION, AccountLink.number == number, AccountLink.what == INVITATION)
    rows = session.scalars(select(AccountLink).where(*own, AccountLink.ended_at.is_(None), AccountLink.expires_at > now))
    return {row.person: row for row in rows if row.person is not None}


def reset(session: Session, account: Account, *, now: datetime, by: str = events.OPERATOR) -> Link:
    """Return a link by which an account gets another password; it is also kept to be sent, where the account has an address."""
    link, secret = _new(session, RESET, now, by, account=account.id)
    if account.email:
        words.add(session, words.RESET, now, email=account.email, account=account.id, path=link.path, until=link.until)
    events.tell(session, events.LINK, account.id, now, by=by, what=RESET, hash=events.digest(secret))
    return link


def ask_reset(store: Store, name: str, address: str, *, now: datetime) -> None:
    """Somebody asks for a reset by a name. It is done alike for a name that nobody has, of which nothing can be sent."""
    with store.write(INSTALLATION) as session:
        by_name, _ = attempts.count(session, attempts.of_name(f"reset {name}"), attempts.BY_NAME, now)
        by_address, _ = attempts.count(session, attempts.of_address(f"reset {address}"), attempts.most_of(address), now)
        if not (by_name and by_address):  # nothing is kept of what is asked for without end, whoever has the name
            return
        account = find_account(session, name)
        may = account is not None and account.state == ACTIVE
        id, email = (account.id, account.email) if account is not None and may else ("", None)
        link, secret = _new(session, RESET, now, "self", account=id)
        words.add(session, words.RESET, now, email=email, account=id, path=link.path if email else None, until=link.until)
        events.tell(session, events.LINK, id, now, by="self", what=RESET, hash=events.digest(secret))


def find_link(session: Session, what: str, secret: str, now: datetime) -> AccountLink | None:
    """Return the link with this secret, if it is good now; None for every other, whatever the reason."""
    hash = web_sign_ins.hashed(secret)
    own = (AccountLink.tenant_id == INSTALLATION, AccountLink.hash == hash, AccountLink.what == what)
    row = session.scalar(select(AccountLink).where(*own))
    good = row is not None and row.ended_at is None and now < row.expires_at and (row.account or row.person)
    return row if good else None


def accept(session: Session, link: AccountLink, name: str, kept: str, now: datetime) -> Account:
    """Make the account of whoever was invited, with the hash of a password. The link ends. Raises ``BadAccount``."""
    account = add_account(session, name, now=now, email=link.email, password=kept, by=link.by)
    join(session, link, account.id, now)
    return account


def join(session: Session, link: AccountLink, account: str, now: datetime) -> None:
    """Let an account be the person who was invited, beside whom it is elsewhere. The link ends. Raises ``BadAccount``."""
    assert link.number is not None
    assert link.person is not None
    bind(session, account, link.number, link.person, now, by=link.by)
    end_invitations(session, link.number, link.person, now)


def renew(session: Session, link: AccountLink, password_hash: str, now: datetime) -> Account:
    """Give the account of a reset another password and end what it has signed in. Every reset of it ends."""
    account = account_by_id(session, link.account or "")
    set_password(session, account, password_hash, now)
    attempts.forgive(session, attempts.of_name(account.name))
    own = (AccountLink.tenant_id == INSTALLATION, AccountLink.account == account.id, AccountLink.ended_at.is_(None))
    session.execute(update(AccountLink).where(*own).values(ended_at=now))
    web_sign_ins.end_all(session, account.id, now, why="reset")
    words.add(session, words.PASSWORD_CHANGED, now, email=account.email, account=account.id)
    return account


def forget_old(session: Session, now: datetime) -> None:
    """Take away links that have long expired."""
    old = (AccountLink.tenant_id == INSTALLATION, AccountLink.expires_at < now - timedelta(days=30))
    session.execute(delete(AccountLink).where(*old))


def _new(
    session: Session,
    what: str,
    now: datetime,
    by: str,
    *,
    account: str | None = None,
    number: int | None = None,
    person: str | None = None,
    email: str | None = None,
) -> tuple[Link, str]:
    secret = token_urlsafe(32)
    hash = web_sign_ins.hashed(secret)
    whom = {"account": account, "number": number, "person": person, "email": email}
    times = {"created_at": now, "expires_at": now + LASTS[what]}
    session.add(AccountLink(tenant_id=INSTALLATION, id=uuid7(), hash=hash, what=what, by=by, **whom, **times))
    session.flush()
    return Link(f"/{what}/{secret}", now + LASTS[what]), hash
