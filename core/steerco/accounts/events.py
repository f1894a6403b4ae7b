"""Events of accounts in the installation's own log: the same chain of hashes as a committee's, under its own number.

An event names accounts and sign-ins by their ids. It holds no name, no address and nothing by which anybody is let in; of a hash
it holds the digest, by which a changed row is found (:mod:`steerco.accounts.verification`).
"""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from typing import Any

import msgspec
from sqlalchemy.orm import Session

from steerco.store import log

MAKE, BIND, UNBIND = "account.make", "account.bind", "account.unbind"
PASSWORD, FACTOR, EMAIL = "account.password", "account.factor", "account.email"
LOCK, UNLOCK, FORGET = "account.lock", "account.unlock", "account.forget"
LINK = "account.link"
FOUND = "founding.link"
BEGIN, REFUSE, END = "sign-in.begin", "sign-in.refuse", "sign-in.end"

OPERATOR = "operator"
"""Who did it, where no account did."""

_encode = msgspec.json.Encoder(order="deterministic").encode


def tell(session: Session, action: str, account: str, now: datetime, **said: Any) -> None:
    """Write an event about an account (empty: nobody's) at the end of the installation's log, in the transaction of what it
    tells of."""
    body = _encode({"account": account, **said}).decode()
    log.append(session, log.head(session), at=now, recorded_at=now, action=action, person=account or None, body=body)


def digest(kept: str | None) -> str:
    """Return the digest of something that is kept and that must not stand in a log; empty for nothing."""
    return sha256(kept.encode()).hexdigest() if kept else ""
