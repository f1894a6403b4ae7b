"""Accounts: who can sign in, and as which person of which committee."""

from __future__ import annotations

from datetime import datetime
from unicodedata import normalize

from sqlalchemy import select
from sqlalchemy.orm import Session

from steerco.store.account_tables import Account, AccountPerson
from steerco.store.base import INSTALLATION
from steerco.store.identity import uuid7

ACTIVE, LOCKED = "active", "locked"
"""The states of an account: it may sign in; an administrator has locked it."""
LONGEST_NAME = 120


class BadAccount(ValueError):
    """An account that cannot be made or bound. ``code``: bad-name, name-taken, person-taken or person-bound."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def folded(name: str) -> str:
    """Return a sign-in name as it is kept: composed, small letters, no blanks around it."""
    return normalize("NFC", name).strip().casefold()


def add_account(session: Session, name: str, *, now: datetime, email: str | None = None, password: str | None = None) -> Account:
    """Make an account. ``password`` is its hash. The session writes to the installation. Raises ``BadAccount``."""
    kept = folded(name)
    if not kept or len(kept) > LONGEST_NAME or not kept.isprintable() or any(letter.isspace() for letter in kept):
        raise BadAccount("bad-name", f"a sign-in name has 1 to {LONGEST_NAME} characters and no blanks, not {name!r}")
    if find_account(session, kept) is not None:
        raise BadAccount("name-taken", f"there is an account {kept!r} already")
    columns = {"name": kept, "email": email, "password": password, "state": ACTIVE, "created_at": now}
    account = Account(tenant_id=INSTALLATION, id=uuid7(), **columns)
    session.add(account)
    session.flush()
    return account


def find_account(session: Session, name: str) -> Account | None:
    """Return the account of a sign-in name."""
    return session.scalar(select(Account).where(Account.tenant_id == INSTALLATION, Account.name == folded(name)))


def bind(session: Session, account: str, number: int, person: str, now: datetime) -> None:
    """Let an account be this person of the tenant with that number. Raises ``BadAccount`` where either is bound already."""
    own = AccountPerson.tenant_id == INSTALLATION
    taken = session.scalar(select(AccountPerson).where(own, AccountPerson.number == number, AccountPerson.person == person))
    if taken is not None and taken.account == account:
        return
    if taken is not None:
        raise BadAccount("person-taken", f"{person!r} has an account already")
    if session.get(AccountPerson, (INSTALLATION, account, number)) is not None:
        raise BadAccount("person-bound", "the account is another person of this committee already")
    session.add(AccountPerson(tenant_id=INSTALLATION, account=account, number=number, person=person, since=now))
    session.flush()


def account_of(session: Session, number: int, person: str) -> Account | None:
    """Return the account that is this person of the tenant with that number."""
    bound = select(AccountPerson.account).where(
        AccountPerson.tenant_id == INSTALLATION, AccountPerson.number == number, AccountPerson.person == person
    )
    id = session.scalar(bound)
    return session.get(Account, (INSTALLATION, id)) if id is not None else None
