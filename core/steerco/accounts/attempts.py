"""How often it may be tried in vain to sign in: so often under one name, and so often from one address.

Each attempt is counted before the password is looked at, under the lock of the installation's log, so that no number of attempts
at once gets past the count; a right one takes its name's count back. Names that nobody has are counted alike.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from hashlib import sha256
from ipaddress import ip_address

from sqlalchemy import delete
from sqlalchemy.orm import Session

from steerco.accounts.accounts import folded
from steerco.store.account_tables import SignInAttempts
from steerco.store.base import INSTALLATION
from steerco.store.engine import Store
from steerco.store.fair_lock import Busy
from steerco.store.shared_clock import shared_time

WINDOW = timedelta(minutes=15)
"""Attempts are counted over this time, and so long nothing is let in once there were too many."""
BY_NAME, BY_ADDRESS = 10, 100
"""The attempts that are let through: a ministry's people may have one address between them."""


def of_name(name: str) -> str:
    """Return the key of a sign-in name."""
    return _key("name", folded(name))


def of_address(address: str) -> str:
    """Return the key of a network address; those of one subscriber (IPv6: its /64) have one."""
    try:
        known = ip_address(address)
    except ValueError:
        return _key("address", address)
    return _key("address", known.exploded[:19] if known.version == 6 else known.exploded)


def most_of(address: str) -> int:
    """Return how many attempts are let through from an address. One of this machine may be a web server's in front that does not
    say whose request it hands on, and then everybody's: it is counted, and never too often."""
    try:
        return 2**31 if ip_address(address).is_loopback else BY_ADDRESS
    except ValueError:
        return BY_ADDRESS


def _key(kind: str, value: str) -> str:
    return sha256(f"{kind}:{value}".encode()).hexdigest()


def count(session: Session, key: str, most: int, now: datetime) -> tuple[bool, bool]:
    """Count an attempt. Return whether it is let through, and whether it is the one with which the lock begins.

    All servers count by the database's clock, so one whose own clock goes ahead ends no lock early. The database's clock may be
    set back: then a lock that ends later than one that begins now is shortened to that, and a count that begins later than now
    goes on.
    """
    now = shared_time(session, now)
    row = session.get(SignInAttempts, (INSTALLATION, key))
    if row is None:
        row = SignInAttempts(tenant_id=INSTALLATION, key=key, n=0, since=now, until=None)
        session.add(row)
    begun_for = now - row.since
    if row.until is not None:
        row.until = min(row.until, now + WINDOW)
        if now < row.until or timedelta() <= begun_for < WINDOW:
            return False, False
    if begun_for >= WINDOW or row.until is not None:
        row.n, row.since, row.until = 0, now, None
    row.n += 1
    if row.n <= most:
        return True, False
    row.since, row.until = max(row.since, now), now + WINDOW
    return False, True


def give_back(session: Session, key: str) -> None:
    """Take back the last attempt that was counted, since it was none in vain."""
    row = session.get(SignInAttempts, (INSTALLATION, key))
    if row is not None and row.until is None and row.n > 0:
        row.n -= 1


@contextmanager
def given_back_if_busy(store: Store, *keys: str) -> Iterator[None]:
    """Take attempts back that were counted, where ``Busy`` keeps their password from being looked at."""
    try:
        yield
    except Busy:
        with store.write(INSTALLATION) as session:
            for key in keys:
                give_back(session, key)
        raise


def forgive(session: Session, key: str) -> None:
    """Take the count of a key back."""
    session.execute(delete(SignInAttempts).where(SignInAttempts.tenant_id == INSTALLATION, SignInAttempts.key == key))


def forget_old(session: Session, now: datetime) -> None:
    """Take away counts that have run out."""
    old = (SignInAttempts.tenant_id == INSTALLATION, SignInAttempts.since < shared_time(session, now) - 2 * WINDOW)
    session.execute(delete(SignInAttempts).where(*old))
