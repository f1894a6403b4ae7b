"""Accounts: who can sign in, and as which person of which committee.

Every function works in a session that writes to the installation, and tells the installation's log what it does.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from unicodedata import normalize

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from steerco.accounts import events, web_sign_ins
from steerco.configuration.regime import PLATFORM
from steerco.store.account_tables import (
    Account,
    AccountLink,
    AccountPerson,
    AccountWord,
    OpenidLink,
    Passkey,
    RecoveryCode,
    WebSignIn,
)
from steerco.store.base import INSTALLATION
from steerco.store.identity import uuid7

ACTIVE, LOCKED, DEMONSTRATION = "active", "locked", "demonstration"
"""The states of an account: it may sign in; an administrator has locked it; it may sign in where a demonstration is served."""
LONGEST_NAME = 120


class BadAccount(ValueError):
    """An account that cannot be made or bound. ``code``: bad-name, name-taken, bad-email, nobody, person-taken or
    person-bound."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def folded(name: str) -> str:
    """Return a sign-in name as it is kept: composed, small letters, no blanks around it."""
    return normalize("NFC", name).strip().casefold()


def add_account(
    session: Session,
    name: str,
    *,
    now: datetime,
    email: str | None = None,
    password: str | None = None,
    state: str = ACTIVE,
    by: str = events.OPERATOR,
) -> Account:
    """Make an account. ``password`` is its hash; ``by`` who made it. Raises ``BadAccount``."""
    kept = folded(name)
    if not kept or len(kept) > LONGEST_NAME or not kept.isprintable() or any(letter.isspace() for letter in kept):
        raise BadAccount("bad-name", f"a sign-in name has 1 to {LONGEST_NAME} characters and no blanks, not {name!r}")
    if find_account(session, kept) is not None:
        raise BadAccount("name-taken", f"there is an account {kept!r} already")
    columns = {"name": kept, "email": email, "password": password, "totp_step": 0, "state": state, "created_at": now}
    account = Account(tenant_id=INSTALLATION, id=uuid7(), **columns)
    session.add(account)
    session.flush()
    said = {"name": named(account.id, kept), "password": events.digest(password), "state": state}
    said |= {"email": named(account.id, email)} if email else {}
    events.tell(session, events.MAKE, account.id, now, by=by, **said)
    return account


def named(id: str, name: str) -> str:
    """Return what the log says of a sign-in name."""
    return events.digest(f"{id} {name}")


def find_account(session: Session, name: str) -> Account | None:
    """Return the account of a sign-in name."""
    return session.scalar(select(Account).where(Account.tenant_id == INSTALLATION, Account.name == folded(name)))


def account_by_id(session: Session, id: str) -> Account:
    """Return an account. Raises ``LookupError`` where there is none."""
    account = session.get(Account, (INSTALLATION, id))
    if account is None:
        raise LookupError("there is no such account")
    return account


def bind(session: Session, account: str, number: int, person: str, now: datetime, by: str = events.OPERATOR) -> None:
    """Let an account be this person of the tenant with that number. Raises ``BadAccount`` where either is bound already, and for
    the platform's own actor, as whom nobody signs in."""
    if person == PLATFORM:
        raise BadAccount("nobody", f"nobody signs in as {person!r}")
    bound = account_of(session, number, person)
    if bound is not None and bound.id == account:
        return
    if bound is not None:
        raise BadAccount("person-taken", f"{person!r} has an account already")
    if session.get(AccountPerson, (INSTALLATION, account, number)) is not None:
        raise BadAccount("person-bound", "the account is another person of this committee already")
    session.add(AccountPerson(tenant_id=INSTALLATION, account=account, number=number, person=person, since=now))
    session.flush()
    events.tell(session, events.BIND, account, now, by=by, number=number, person=person)


def unbind(session: Session, number: int, person: str, now: datetime, by: str = events.OPERATOR) -> str | None:
    """Let nobody be this person any more; the account that was. One that is nobody anywhere is forgotten with all it has."""
    account = account_of(session, number, person)
    _drop_links(session, number, person)
    if account is None:
        return None
    session.delete(session.get_one(AccountPerson, (INSTALLATION, account.id, number)))
    session.flush()
    events.tell(session, events.UNBIND, account.id, now, by=by, number=number, person=person)
    if not persons_of(session, account.id):
        forget(session, account.id, now, by)
    return account.id


def _drop_links(session: Session, number: int, person: str) -> None:
    own = (AccountLink.tenant_id == INSTALLATION, AccountLink.number == number, AccountLink.person == person)
    session.execute(delete(AccountLink).where(*own))
    words = (AccountWord.tenant_id == INSTALLATION, AccountWord.number == number, AccountWord.person == person)
    session.execute(delete(AccountWord).where(*words))
    at_provider = (OpenidLink.tenant_id == INSTALLATION, OpenidLink.number == number, OpenidLink.person == person)
    session.execute(delete(OpenidLink).where(*at_provider))


def forget(session: Session, account: str, now: datetime, by: str = events.OPERATOR) -> None:
    """Take an account away with its sign-ins, links, passkeys, codes and words. The log keeps that there was one of that id."""
    for table in (WebSignIn, AccountLink, OpenidLink, Passkey, AccountWord, RecoveryCode, AccountPerson):
        kept: Any = table
        session.execute(delete(kept).where(kept.tenant_id == INSTALLATION, kept.account == account))
    session.delete(account_by_id(session, account))
    session.flush()
    events.tell(session, events.FORGET, account, now, by=by)


def account_of(session: Session, number: int, person: str) -> Account | None:
    """Return the account that is this person of the tenant with that number."""
    bound = select(AccountPerson.account).where(
        AccountPerson.tenant_id == INSTALLATION, AccountPerson.number == number, AccountPerson.person == person
    )
    id = session.scalar(bound)
    return session.get(Account, (INSTALLATION, id)) if id is not None else None


def persons_of(session: Session, account: str) -> dict[int, str]:
    """Return whom an account is, by the number of the tenant."""
    rows = select(AccountPerson).where(AccountPerson.tenant_id == INSTALLATION, AccountPerson.account == account)
    return {row.number: row.person for row in session.scalars(rows)}


def accounts_in(session: Session, number: int) -> dict[str, Account]:
    """Return the accounts of a tenant's persons, by person."""
    joined = select(AccountPerson.person, Account).join(
        Account, (Account.tenant_id == INSTALLATION) & (Account.id == AccountPerson.account)
    )
    own = joined.where(AccountPerson.tenant_id == INSTALLATION, AccountPerson.number == number).order_by(AccountPerson.person)
    return {row.person: row.Account for row in session.execute(own)}


def lock(session: Session, account: Account, now: datetime, by: str = events.OPERATOR) -> None:
    """Let an account sign in no more, and end what it has signed in. Its API tokens are another matter."""
    account.state = LOCKED
    session.flush()
    events.tell(session, events.LOCK, account.id, now, by=by)
    web_sign_ins.end_all(session, account.id, now, why="lock")


def unlock(session: Session, account: Account, now: datetime, by: str = events.OPERATOR) -> None:
    """Let a locked account sign in again."""
    if account.state == LOCKED:
        account.state = ACTIVE
        session.flush()
        events.tell(session, events.UNLOCK, account.id, now, by=by)


def set_email(session: Session, account: Account, email: str, now: datetime) -> None:
    """Give an account another e-mail address (empty: none), to which a forgotten password's link goes."""
    account.email = email or None
    session.flush()
    events.tell(session, events.EMAIL, account.id, now, by=account.id, email=named(account.id, email) if email else "")


def set_password(session: Session, account: Account, kept: str, now: datetime, by: str = "") -> None:
    """Give an account the hash of another password. ``by``: who did, empty for the account itself."""
    account.password = kept
    session.flush()
    events.tell(session, events.PASSWORD, account.id, now, by=by or account.id, password=events.digest(kept))
