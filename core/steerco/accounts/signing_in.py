"""Signing in: what is asked for, and what is noted of it."""

from __future__ import annotations

from datetime import datetime

from steerco.accounts import passwords, web_sign_ins
from steerco.accounts.accounts import ACTIVE, find_account
from steerco.store.base import INSTALLATION
from steerco.store.engine import Store


def by_password(store: Store, name: str, password: str, *, now: datetime, agent: str) -> str | None:
    """Return the token of a new web sign-in; None where name and password are not those of an account that may sign in."""
    with store.read(INSTALLATION) as session:
        account = find_account(session, name)
    kept = account.password if account is not None else None
    if not passwords.fits(password, kept) or account is None or account.state != ACTIVE:
        return None
    with store.write(INSTALLATION) as session:
        return web_sign_ins.begin(session, account.id, how="password", agent=agent, now=now)
