"""The care of a committee's accounts by its administrators: list, invite, reset, lock, let go.

In the browser that takes the power to apply risky changes of ``[administration]``: who invites somebody could sign in as them. An
account that is also a person of another committee can be taken away from this one, and nothing else: what concerns it as a whole
is for the operator of the installation.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TypeVar

from msgspec import Struct
from sqlalchemy import delete
from sqlalchemy.orm import Session

from steerco.accounts import events, links, second_factor, web_sign_ins
from steerco.accounts.accounts import (
    DEMONSTRATION,
    BadAccount,
    account_of,
    accounts_in,
    lock,
    persons_of,
    unbind,
    unlock,
)
from steerco.accounts.links import Link
from steerco.configuration.regime import PLATFORM
from steerco.configuration.tenant import Tenant
from steerco.store.account_tables import Account, AccountLink, OpenidLink
from steerco.store.base import INSTALLATION
from steerco.store.engine import Store

Result = TypeVar("Result")


class AccountLine(Struct, frozen=True):
    """One person of a committee as the list of accounts shows them. ``account`` is empty for somebody who has none; ``state`` is
    then ``invited`` or ``none``. ``shared``: the account is a person of another committee too."""

    person: str
    account: str = ""
    name: str = ""
    email: str = ""
    state: str = "none"
    second_factor: bool = False
    shared: bool = False
    signed_in: int = 0
    used_at: datetime | None = None
    invited_until: datetime | None = None


def listing(tenant: Tenant, now: datetime) -> list[AccountLine]:
    """Return every person of the committee with their account, by id."""
    with tenant.store.read(tenant.id) as session:
        persons = sorted(person for person in tenant.directory(session).persons if person != PLATFORM)
    with tenant.store.read(INSTALLATION) as session:
        accounts, invited = accounts_in(session, tenant.id), links.invitations(session, tenant.id, now)
        return [_line(session, person, accounts.get(person), invited, now) for person in persons]


def _line(
    session: Session, person: str, account: Account | None, invited: Mapping[str, AccountLink], now: datetime
) -> AccountLine:
    if account is None:
        link = invited.get(person)
        if link is None:
            return AccountLine(person)
        return AccountLine(person, email=link.email or "", state="invited", invited_until=link.expires_at)
    open_ones = [each for each in web_sign_ins.open_ones(session, account.id) if web_sign_ins.is_open(each, now)]
    return AccountLine(
        person,
        account.id,
        account.name,
        account.email or "",
        account.state,
        account.totp is not None,
        len(persons_of(session, account.id)) > 1,
        len(open_ones),
        max((each.used_at for each in open_ones), default=None),
    )


def invite(tenant: Tenant, person: str, *, now: datetime, email: str | None = None, by: str = events.OPERATOR) -> Link:
    """Invite a person to have an account. Raises ``BadAccount`` where they have one, and for nobody of the committee."""
    with tenant.store.read(tenant.id) as session:
        if person == PLATFORM or person not in tenant.directory(session).persons:
            raise BadAccount("nobody", f"{person!r} is no person of {tenant.snapshot.slug}")
    with tenant.store.write(INSTALLATION) as session:
        return links.invite(session, tenant.id, person, now=now, email=email or None, by=by)


def reset(tenant: Tenant, person: str, *, now: datetime, by: str = events.OPERATOR) -> Link:
    """Return a link by which a person sets another password. Raises ``BadAccount``."""
    return _done(tenant, person, by, lambda session, account: links.reset(session, account, now=now, by=by))


def lock_account(tenant: Tenant, person: str, *, now: datetime, by: str = events.OPERATOR) -> None:
    """Let a person sign in no more. Raises ``BadAccount``."""
    _done(tenant, person, by, lambda session, account: lock(session, account, now, by))


def unlock_account(tenant: Tenant, person: str, *, now: datetime, by: str = events.OPERATOR) -> None:
    """Let a person sign in again. Raises ``BadAccount``."""
    _done(tenant, person, by, lambda session, account: unlock(session, account, now, by))


def sign_out(tenant: Tenant, person: str, *, now: datetime, by: str = events.OPERATOR) -> int:
    """End every sign-in of a person; how many there were. Raises ``BadAccount``."""
    return _done(tenant, person, by, lambda session, account: web_sign_ins.end_all(session, account.id, now, why="by-admin"))


def drop_factor(tenant: Tenant, person: str, *, now: datetime, by: str = events.OPERATOR) -> None:
    """Let a person whose app is gone sign in by the password alone. Raises ``BadAccount``."""
    _done(tenant, person, by, lambda session, account: second_factor.turn_off(session, account, now, by))


def let_go(tenant: Tenant, person: str, *, now: datetime, by: str = events.OPERATOR) -> None:
    """Let nobody sign in as a person any more, and end their invitation. An account that is nobody elsewhere goes."""
    with tenant.store.write(INSTALLATION) as session:
        unbind(session, tenant.id, person, now, by)


def let_tenant_go(store: Store, number: int, now: datetime) -> None:
    """Let nobody sign in as a person of a tenant that is erased. It may be done twice."""
    with store.write(INSTALLATION) as session:
        for person in sorted({*accounts_in(session, number), *links.invitations(session, number, now)}):
            unbind(session, number, person, now, by="erasure")
        session.execute(delete(OpenidLink).where(OpenidLink.tenant_id == INSTALLATION, OpenidLink.number == number))


def _done(tenant: Tenant, person: str, by: str, deed: Callable[[Session, Account], Result]) -> Result:
    with tenant.store.write(INSTALLATION) as session:
        account = account_of(session, tenant.id, person)
        if account is None or account.state == DEMONSTRATION:
            raise BadAccount("no-account", f"{person!r} has no account")
        if len(persons_of(session, account.id)) > 1 and not by.startswith(events.OPERATOR):
            raise BadAccount("elsewhere-too", f"the account of {person!r} belongs to another committee too")
        return deed(session, account)
