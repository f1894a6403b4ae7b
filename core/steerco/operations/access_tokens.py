"""Access tokens: short-lived secrets for machines, in exchange for an API token (OAuth's client credentials).

Nothing of them is kept. One is sealed by this installation and names the API token that it was given for, the acts that it is for
and its end. It is good while that API token is, so whoever revokes the one ends the others.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from secrets import token_hex

import msgspec
from sqlalchemy.orm import Session

from steerco.store.sessions import cursors_of

PREFIX = "steerco_at_"
LASTS = timedelta(minutes=10)


class Sealed(msgspec.Struct, frozen=True, array_like=True):
    """What an access token holds. ``chance``: no two are the same."""

    token: str
    scopes: tuple[str, ...]
    until: datetime
    chance: str = ""


def sealed(session: Session, tenant_id: int, token: str, scopes: tuple[str, ...], until: datetime) -> str:
    """Return an access token for the holder of an API token, by its id, good to a time."""
    content = msgspec.json.encode(Sealed(token, scopes, until.astimezone(UTC), token_hex(8)))
    return PREFIX + cursors_of(session).sealed(content, _about(tenant_id))


def opened(session: Session, tenant_id: int, secret: str, now: datetime) -> Sealed | None:
    """Return what an access token holds; None for one of another tenant or installation, or whose time is over."""
    try:
        content = cursors_of(session).opened(secret.removeprefix(PREFIX), _about(tenant_id))
        held = msgspec.json.decode(content, type=Sealed)
    except ValueError:
        return None
    return held if now < held.until else None


def _about(tenant_id: int) -> bytes:
    return f"access-token {tenant_id}".encode()
