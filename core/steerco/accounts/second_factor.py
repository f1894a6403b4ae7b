"""The second factor: codes of an app (RFC 6238), each taken once, and recovery codes for when the app is gone."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from hmac import compare_digest
from secrets import choice

import pyotp
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from steerco.accounts import events, words
from steerco.store.account_tables import Account, RecoveryCode
from steerco.store.base import INSTALLATION

STEP = 30
"""Seconds for which a code is shown."""
WINDOW = 1
"""How many steps before and after now a code may be of, since clocks differ."""
CODES = 10
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Those that nobody takes for another."""


def new_secret() -> str:
    """Return a secret for an app, which is kept once a code of it was shown (:func:`turn_on`)."""
    return pyotp.random_base32()


def uri(secret: str, name: str, issuer: str) -> str:
    """Return the address by which an app takes the secret over."""
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=issuer)


def turn_on(
    session: Session, account: Account, secret: str, code: str, now: datetime, code_time: datetime | None = None
) -> list[str] | None:
    """Let an account need a second factor from here on. Return its recovery codes, which are shown once; None for a wrong code.

    ``code_time``: the time of the app that shows codes, where it is not ``now``.
    """
    step = _step(secret, code, code_time or now, 0)
    if step is None:
        return None
    account.totp, account.totp_step = secret, step
    codes = ["-".join("".join(choice(_LETTERS) for _ in range(4)) for _ in range(4)) for _ in range(CODES)]
    _drop_codes(session, account)
    session.add_all(RecoveryCode(tenant_id=INSTALLATION, account=account.id, hash=_hashed(each)) for each in codes)
    session.flush()
    _told(session, account, now, account.id)
    return codes


def turn_off(session: Session, account: Account, now: datetime, by: str = "") -> None:
    """Let an account need no second factor. ``by``: who did; empty for the account itself."""
    if account.totp is None:
        return
    account.totp = None
    _drop_codes(session, account)
    session.flush()
    _told(session, account, now, by or account.id)


def take(session: Session, account: Account, code: str, now: datetime) -> str | None:
    """Take a code of an account's app, or a recovery code, each once. Return which it was: totp or recovery; None if neither."""
    if account.totp is None:
        return None
    typed = "".join(code.split())
    step = _step(account.totp, typed, now, account.totp_step)
    if step is not None:
        account.totp_step = step
        return "totp"
    row = session.get(RecoveryCode, (INSTALLATION, account.id, _hashed(typed)))
    if row is None:
        return None
    session.delete(row)
    session.flush()
    return "recovery"


def codes_left(session: Session, account: str) -> int:
    """Return how many recovery codes an account still has."""
    own = (RecoveryCode.tenant_id == INSTALLATION, RecoveryCode.account == account)
    return session.scalar(select(func.count()).select_from(RecoveryCode).where(*own)) or 0


def _step(secret: str, code: str, now: datetime, last: int) -> int | None:
    """Return the step of time that a code is of, unless it or a later one was taken before."""
    present = int(now.timestamp()) // STEP
    generator, fitting = pyotp.TOTP(secret, interval=STEP), None
    for step in range(present - WINDOW, present + WINDOW + 1):
        if compare_digest(generator.at(step * STEP).encode(), code.encode("utf-8", "replace")) and step > last:
            fitting = step
    return fitting


def _hashed(code: str) -> str:
    """Return the hash that is kept of a recovery code. It has 80 random bits, so a slow one would add nothing."""
    return sha256("".join(letter for letter in code.upper() if letter.isalnum()).encode()).hexdigest()


def _drop_codes(session: Session, account: Account) -> None:
    own = (RecoveryCode.tenant_id == INSTALLATION, RecoveryCode.account == account.id)
    session.execute(delete(RecoveryCode).where(*own))


def _told(session: Session, account: Account, now: datetime, by: str) -> None:
    events.tell(session, events.FACTOR, account.id, now, by=by, factor=events.digest(account.totp))
    words.add(session, words.FACTOR_CHANGED, now, email=account.email, account=account.id)
