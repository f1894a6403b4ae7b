"""The caller: the bearer token of a request, and the authority of the person it speaks for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from litestar.datastructures import State
from sqlalchemy.orm import Session

from steerco.configuration.installation import Installation, NoTenant
from steerco.configuration.tenant import Gone, Tenant
from steerco.kernel.authority import Authority
from steerco.operations import tokens
from steerco.records import Invalid, Record, reason
from steerco.store.base import INSTALLATION
from steerco.web.http.limits import Limits
from steerco.web.http.passage import CURRENT, known_as
from steerco.web.http.problems import Anywhere, RequestError
from steerco.web.http.quotas import Quotas
from steerco.web.http.sign_in import sender


@dataclass(frozen=True)
class Service:
    """The surroundings of every handler. ``clock`` is the only clock that there is; ``demo``: pages and schemas are public."""

    installation: Installation
    clock: Callable[[], datetime]
    demo: bool = False
    limits: Limits = field(default_factory=Limits)
    wall: Callable[[], datetime] | None = None
    """The clock on the wall, where a demonstration lives by another: codes of an app are of its time."""
    quotas: Quotas = field(default_factory=Quotas)


def service_of(request: Anywhere) -> Service:
    """Return the service that an application was made with."""
    state: State = request.app.state
    service: Service = state.service
    return service


@dataclass(frozen=True)
class Caller:
    """The person whom a token speaks for, inside one reading transaction of the tenant."""

    service: Service
    tenant: Tenant
    session: Session
    token: tokens.KnownToken
    now: datetime
    capacity: str | None = None

    @property
    def person(self) -> str:
        """The person for whom the token speaks."""
        return self.token.person

    def authority(self) -> Authority:
        """Return the caller's authority now, in all capacities or the one asked for."""
        return Authority(self.tenant, self.session, self.person, self.now, self.capacity)

    def type(self, name: str) -> type[Record]:
        """Return a record type of the tenant by name."""
        kind = self.tenant.snapshot.types.get(name)
        if kind is None:
            raise RequestError(404, "no-such-type")
        return kind

    def must(self, act: str) -> None:
        """Check that the token is for this act. The answer does not depend on any record, so it tells nothing of one."""
        if not self.token.lets(act):
            raise RequestError(403, "token-scope", headers={"WWW-Authenticate": 'Bearer error="insufficient_scope"'}, scope=act)


def stranger() -> RequestError:
    """Return the one answer to every token that is not good here: missing, unknown, expired, revoked, another tenant's, no
    tenant."""
    return RequestError(401, "no-token", headers={"WWW-Authenticate": "Bearer"})


def bearer(request: Anywhere) -> str:
    """Return the secret in the header ``Authorization: Bearer …`` (RFC 6750). It is read nowhere else: addresses end up in
    logs."""
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not secret.strip() or not secret.isascii():
        raise stranger()
    return secret.strip()


@contextmanager
def entered(request: Anywhere, tenant: str, capacity: str | None = None) -> Iterator[Caller]:
    """The caller of a request, inside one reading transaction. Raises ``RequestError`` for a stranger, and for
    a token that asks too often."""
    secret = bearer(request)
    service = service_of(request)
    now = service.clock()
    for last in (False, True):
        running = found_tenant(service, tenant)
        if running is None:
            with service.installation.store.read(INSTALLATION) as session:
                tokens.find_good_token(session, INSTALLATION, secret, now)  # as many statements as where there is one
            raise stranger()
        with running.store.read(running.id) as session:
            token = tokens.find_good_token(session, running.id, secret, now)
            try:
                current = running.at(session)  # the whole request is served under this one revision
            except Gone:  # deleted by another process; another tenant may go by its name since
                service.installation.forget(tenant)
                if last:
                    raise stranger() from None
                continue
            if token is None or token.person not in current.directory(session).persons:
                raise stranger()
            known_as(f"token:{token.id}")
            _count(service, token.id, running.id)
            yield Caller(service, current, session, token, now, capacity)
            return


def _count(service: Service, token: str, tenant: int) -> None:
    """Count a request once, however often it looks at its token. Raises ``QuotaSpent``."""
    passage = CURRENT.get()
    if passage is not None and not passage.counted:
        passage.counted = True
        passage.quota = service.quotas.take(token, tenant)


def check_sender(service: Service, scope: Any) -> None:
    """Check that a request, by its ASGI scope, comes from somebody who is known here, before its body is read: by a token that is
    good at the tenant whose address it is, or by the cookie of a sign-in.

    Raises ``RequestError`` where it does not.
    """
    path: str = scope["path"]
    slug = path.removeprefix("/t/").partition("/")[0] if path.startswith("/t/") else ""
    authorization = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"authorization"), "")
    scheme, _, secret = authorization.partition(" ")
    running = found_tenant(service, slug) if scheme.lower() == "bearer" and secret.isascii() else None
    if running is not None:
        with running.store.read(running.id) as session:
            if tokens.find_good_token(session, running.id, secret.strip(), service.clock()) is not None:
                return
    elif sender(service.installation.store, scope, service.clock(), demo=service.demo) is not None:
        return
    raise RequestError(401, "no-token", headers={"WWW-Authenticate": "Bearer", "Connection": "close"})


def found_tenant(service: Service, slug: str) -> Tenant | None:
    """Return the tenant of that name, if there is one."""
    try:
        return service.installation.tenant(slug)
    except NoTenant:
        return None


def person_named(caller: Caller, named: str, at: datetime, field: str = "by") -> str:
    """Return the one person whom an id, seat, office or role means on the day. Raises ``Invalid``, of the input ``field``."""
    snapshot = caller.tenant.snapshot
    today = snapshot.local(at)
    day = caller.tenant.directory(caller.session).on(today, snapshot.regime_on(today).charter)
    if named in day.all.persons:
        return named
    holders = day.holders(day.resolve(named) or named)
    if len(holders) != 1:
        raise Invalid({field: reason("not-one-person", given=named, day=today)})
    return holders[0]
