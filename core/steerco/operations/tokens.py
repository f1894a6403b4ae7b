"""API tokens: a secret of 256 random bits that speaks for one person of one tenant, for some acts, until a day.

The secret is shown once, when it is issued; what is kept is its SHA-256. A slow hash would add nothing, since nobody can
guess 256 bits.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from hashlib import sha256
from hmac import compare_digest
from secrets import token_urlsafe
from typing import Any

from msgspec import Struct, json
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from steerco.configuration.regime import PLATFORM
from steerco.configuration.snapshot import Snapshot
from steerco.configuration.tenant import DIRECTORY, MOVED, Tenant
from steerco.operations import access_tokens
from steerco.policy.line import ANY, READ
from steerco.store import log
from steerco.store.identity import uuid7
from steerco.store.prepared_select import Prepared
from steerco.store.sessions import tenant_of
from steerco.store.tables import Event, Tally, Token
from steerco.store.tenant_status import ISSUE, REVOKE, TOKENS, tell

PREFIX = "steerco_"
"""The beginning of every secret, by which scanners of source code find one that was checked in."""


class BadToken(ValueError):
    """A token that cannot be issued; the message says why and what can be asked for."""


class Issued(Struct, frozen=True):
    """A fresh token. ``secret`` is never shown again; ``id`` is what it is revoked by."""

    id: str
    secret: str
    person: str
    scopes: tuple[str, ...]
    expires_at: datetime | None


class KnownToken(Struct, frozen=True):
    """A token that is good: whom it speaks for, and what for."""

    id: str
    person: str
    scopes: frozenset[str]

    def lets(self, act: str) -> bool:
        """Return whether it is for this act: ``read``, or ``type.action``."""
        return not self.scopes.isdisjoint((ANY, act, f"{act.partition('.')[0]}.{ANY}"))


def issue(
    tenant: Tenant,
    person: str,
    scopes: Iterable[str],
    *,
    now: datetime,
    expires_at: datetime | None = None,
    who: str = "operator",
) -> Issued:
    """Issue a token for a person. ``scopes``: ``read``, ``type.action``, ``type.*`` or ``*``; ``who`` issues it. The log tells
    of it.

    Raises ``BadToken`` for a person or scope that the tenant does not have, an end that has passed, and for the platform's own
    actor, whom no token speaks for.
    """
    granted = tuple(dict.fromkeys(scopes))
    _check_scopes(tenant.snapshot, granted)
    if expires_at is not None and expires_at <= now:
        raise BadToken(f"the end, {expires_at.isoformat()}, has passed")
    issued = Issued(uuid7(), PREFIX + token_urlsafe(32), person, granted, expires_at)
    with tenant.store.write(tenant.id) as session:
        if person == PLATFORM or person not in tenant.directory(session).persons:
            raise BadToken(
                f"{person!r} is no person of {tenant.snapshot.slug}; name one by the id under which they are on record"
            )
        columns = {"id": issued.id, "person": person, "hash": hashed(issued.secret), "scopes": list(granted)}
        session.add(Token(tenant_id=tenant.id, **columns, expires_at=expires_at, created_at=now))
        until = expires_at.astimezone(UTC).isoformat() if expires_at else None
        _tell(tenant, session, ISSUE, now, {**columns, "hash": _digest(hashed(issued.secret)), "expires_at": until, "who": who})
    return issued


def _tell(tenant: Tenant, session: Session, action: str, now: datetime, input: dict[str, Any]) -> None:
    tell(session, action, input, at=now, revision=tenant.at(session).snapshot.revision, person=PLATFORM)


def _check_scopes(snapshot: Snapshot, scopes: tuple[str, ...]) -> None:
    if not scopes:
        raise BadToken("name at least one scope: read, type.action, type.* or *")
    for scope in scopes:
        kind, _, name = scope.partition(".")
        whole_type = name == ANY and kind in snapshot.types
        if scope not in (ANY, READ) and not whole_type and snapshot.action(scope) is None:
            raise BadToken(f"no scope {scope!r}: use read, type.action, type.* or *; `steerco actions` lists the actions")


def revoke(tenant: Tenant, id: str, *, now: datetime, who: str = "operator") -> bool:
    """End a token at once; the log tells of it. False where there is none of that id, or it was revoked before."""
    with tenant.store.write(tenant.id) as session:
        row = session.get(Token, (tenant.id, id))
        if row is None or row.revoked_at is not None:
            return False
        row.revoked_at = now
        _tell(tenant, session, REVOKE, now, {"id": id, "who": who})
        return True


class _TokenEvent(Struct):
    """A token as the log has it. ``hash`` is the digest of the kept digest of its secret, since logs leave the house."""

    id: str
    person: str = ""
    hash: str = ""
    scopes: tuple[str, ...] = ()
    expires_at: str | None = None


def breaks(session: Session) -> list[log.Break]:
    """Return a break for every token of the session's tenant that is not as it was issued, or was revoked and is good again."""
    issued: dict[str, tuple[int, _TokenEvent]] = {}
    revoked: dict[str, int] = {}
    own = Event.tenant_id == tenant_of(session)
    lines = select(Event.seq, Event.action, Event.body).where(own, Event.type.is_(None), Event.action.in_(sorted(TOKENS)))
    for seq, action, body in session.execute(lines.order_by(Event.seq)):
        event = _decode_event(body)
        if action == ISSUE:
            issued[event.id] = (seq, event)
        else:
            revoked[event.id] = seq
    rows = session.scalars(select(Token).where(Token.tenant_id == tenant_of(session)).order_by(Token.id))
    return [fault for row in rows if (fault := _altered(row, issued.get(row.id), revoked.get(row.id))) is not None]


def _altered(row: Token, issued: tuple[int, _TokenEvent] | None, revoked: int | None) -> log.Break | None:
    if issued is None:
        return log.Break(0, "token", f"no event tells that the token {row.id}, for {row.person}, was issued")
    seq, event = issued
    until = row.expires_at.astimezone(UTC).isoformat() if row.expires_at else None
    now = {"person": row.person, "hash": _digest(row.hash), "scopes": tuple(row.scopes), "expires_at": until}
    if differing := [name for name, value in now.items() if value != getattr(event, name)]:
        return log.Break(seq, "token", f"the token {row.id}, for {row.person}, is not as it was issued: {', '.join(differing)}")
    if revoked is not None and row.revoked_at is None:
        return log.Break(revoked, "token", f"the token {row.id}, for {row.person}, was revoked, and is good again")
    return None


_decode_event = json.Decoder(_TokenEvent).decode


def all_tokens(tenant: Tenant) -> list[Token]:
    """Return every token ever issued, oldest first; never a secret, since none is kept."""
    with tenant.store.read(tenant.id) as session:
        return list(session.scalars(select(Token).where(Token.tenant_id == tenant.id).order_by(Token.id)))


def of_person(session: Session, person: str, now: datetime) -> list[Token]:
    """Return the tokens that speak for a person of the session's tenant and are good, newest first."""
    own = (Token.tenant_id == tenant_of(session), Token.person == person, Token.revoked_at.is_(None))
    rows = session.scalars(select(Token).where(*own).order_by(Token.id.desc()))
    return [row for row in rows if row.expires_at is None or row.expires_at > now]


def narrowed(snapshot: Snapshot, known: KnownToken, scopes: tuple[str, ...]) -> tuple[str, ...]:
    """Return the scopes asked for, none of them beyond those of the token; without any, all of the token's. Raises
    ``BadToken``."""
    if not scopes:
        return tuple(sorted(known.scopes))
    _check_scopes(snapshot, scopes)
    for scope in scopes:
        wide = {ANY, scope} if scope == ANY else {ANY, scope, f"{scope.partition('.')[0]}.{ANY}"}
        if known.scopes.isdisjoint(wide):
            raise BadToken(f"the token is not for {scope!r}")
    return tuple(dict.fromkeys(scopes))


_row = Token.__table__.c
_moved = select(Tally.__table__.c.n).where(Tally.__table__.c.tenant_id == bindparam("own"), Tally.__table__.c.name == DIRECTORY)
_READ = select(
    _row.id, _row.person, _row.hash, _row.scopes, _row.expires_at, _row.revoked_at, _moved.scalar_subquery().label("moved")
).where(_row.tenant_id == bindparam("own"))
_BY_DIGEST = Prepared(_READ.where(_row.hash == bindparam("digest")))
_BY_ID = Prepared(_READ.where(_row.id == bindparam("id")))


def find_good_token(session: Session, tenant_id: int, secret: str, now: datetime) -> KnownToken | None:
    """Return the token with this secret, if it is good now; None for every other, whatever the reason. For an access token that
    is the token that it was given for, with the scopes that it is for.

    In the same statement the directory's tally is read, for a reading session to go by from here on.
    """
    held = access_tokens.opened(session, tenant_id, secret, now) if secret.startswith(access_tokens.PREFIX) else None
    digest = hashed(secret)
    asked: dict[str, Any] = {"own": tenant_id}
    rows = (
        _BY_DIGEST.all(session.connection(), {**asked, "digest": digest})
        if held is None
        else _BY_ID.all(session.connection(), {**asked, "id": held.token})
    )
    row = next(iter(rows), None)
    if row is not None:
        session.info[MOVED] = row.moved or 0
    good = (
        row is not None
        and (held is not None or compare_digest(row.hash, digest))
        and row.revoked_at is None
        and (row.expires_at is None or row.expires_at > now)
        and row.person != PLATFORM
    )
    if row is None or not good:
        return None
    return KnownToken(row.id, row.person, frozenset(held.scopes if held is not None else row.scopes))


def hashed(secret: str) -> str:
    """Return the digest that is kept of a secret."""
    return sha256(secret.encode()).hexdigest()


def _digest(digest: str) -> str:
    return sha256(digest.encode()).hexdigest()
