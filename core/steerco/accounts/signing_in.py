"""Signing in: by a password, and by a code where the account has a second factor.

Whoever is not let in is answered alike: an unknown name, a wrong password, a locked account and too many attempts take the same
statements and one check of a password each. So the answer, its time and the database's work tell nobody which names there are.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy.orm import Session

from steerco.accounts import attempts, events, passwords, second_factor, web_sign_ins, words
from steerco.accounts.accounts import ACTIVE, DEMONSTRATION, find_account, set_password
from steerco.accounts.web_sign_ins import PASSWORD_ALONE
from steerco.store.account_tables import Account
from steerco.store.base import INSTALLATION
from steerco.store.engine import Store


class Visitor(NamedTuple):
    """A browser that wants to be signed in: from which network address, and what it calls itself."""

    address: str
    agent: str


class Let(NamedTuple):
    """A browser that was let in. ``token`` is for its cookie; ``needs_code``: the second factor is still to be shown."""

    token: str
    needs_code: bool = False


def states(*, demo: bool) -> frozenset[str]:
    """Return the states of an account that may be signed in; those of a demonstration only where one is served."""
    return frozenset({ACTIVE, DEMONSTRATION} if demo else {ACTIVE})


def by_password(store: Store, name: str, password: str, visitor: Visitor, *, now: datetime, demo: bool = False) -> Let | None:
    """Let a browser in; None where name and password are not those of an account that may sign in now.

    Raises ``Busy`` where no password can be looked at; that is no attempt in vain, and does not count.
    """
    kept = _attempt(store, name, visitor, now, demo=demo)
    with attempts.given_back_if_busy(store, attempts.of_name(name), attempts.of_address(visitor.address)):
        fits = passwords.fits(password, kept)
    again = passwords.hashed(password) if kept is not None and fits and passwords.is_outdated(kept) else None
    with store.write(INSTALLATION) as session:
        account = find_account(session, name)
        if account is None or not fits or account.password != kept:
            _refused(session, account, now)
            return None
        if account.totp is None:
            attempts.forgive(session, attempts.of_name(name))
        else:  # the codes that were guessed before go on counting: only a right one takes them back
            attempts.give_back(session, attempts.of_name(name))
        attempts.give_back(session, attempts.of_address(visitor.address))
        if again is not None:
            set_password(session, account, again, now)
        how = PASSWORD_ALONE if account.totp else "password"
        return Let(web_sign_ins.begin(session, account.id, how=how, agent=visitor.agent, now=now), account.totp is not None)


def by_code(
    store: Store,
    token: str,
    code: str,
    visitor: Visitor,
    *,
    now: datetime,
    code_time: datetime | None = None,
    demo: bool = False,
) -> Let | None:
    """Let a browser in that has shown its password before (``token``); None for a code that is not right, and for a browser that
    has not, or too long ago. ``code_time``: the time of the app that shows codes, where it is not ``now``."""
    first = web_sign_ins.find_first_step(store, token, now, states(demo=demo))
    if first is None:
        return None
    key = attempts.of_name(first.name)
    with store.write(INSTALLATION) as session:
        let, locking = attempts.count(session, key, attempts.BY_NAME, now)
        account = find_account(session, first.name)
        taken = second_factor.take(session, account, code, code_time or now) if account is not None and let else None
        if account is None or taken is None:
            _refused(session, account, now)
            _lock_told(session, account, now, locking=locking)
            return None
        if not web_sign_ins.end(session, first.id, now, "code"):  # the same code twice at once: one of them is late
            return None
        attempts.forgive(session, key)
        return Let(web_sign_ins.begin(session, account.id, how=f"password-{taken}", agent=visitor.agent, now=now))


def _attempt(store: Store, name: str, visitor: Visitor, now: datetime, *, demo: bool) -> str | None:
    """Count the attempt. Return the hash that the password must fit; None where none is of use."""
    with store.write(INSTALLATION) as session:
        by_name, locking = attempts.count(session, attempts.of_name(name), attempts.BY_NAME, now)
        by_address, _ = attempts.count(session, attempts.of_address(visitor.address), attempts.most_of(visitor.address), now)
        account = find_account(session, name)
        _lock_told(session, account, now, locking=locking)
        may = by_name and by_address and account is not None and account.state in states(demo=demo)
        return account.password if account is not None and may else None


def _lock_told(session: Session, account: Account | None, now: datetime, *, locking: bool) -> None:
    """Tell the holder by mail that there were too many attempts; a page tells nobody."""
    if locking:
        email, id = (account.email, account.id) if account is not None else (None, None)
        words.add(session, words.LOCKED, now, email=email, account=id)


def _refused(session: Session, account: Account | None, now: datetime) -> None:
    events.tell(session, events.REFUSE, account.id if account is not None else "", now)
