"""A tenant's life as such: suspend, resume, delete after a waiting period.

The tenant's own log tells it first, since every process and every writer goes by that; then the register, which stays when the
tenant does not. What was cut off between the two is finished by doing it again.

    active --suspend--> suspended --resume--> active
    active, suspended --request deletion--> leaving --cancel--> active
    leaving --when the day has come, by the worker--> erasing --> erased
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct, structs
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from steerco.configuration.installation import LEAVING, Installation, NoTenant
from steerco.configuration.regime import PLATFORM
from steerco.configuration.tenant import Tenant
from steerco.store import log
from steerco.store.identity import uuid7
from steerco.store.tables import Register
from steerco.store.tables import TenantRow as TenantRow
from steerco.store.tenant_status import LEAVE, RESUME, STATES, STAY, SUSPEND, Standing, standing, tell

WAITING = timedelta(days=30)
"""The default time within which a deletion can be called off."""
LEAST = timedelta(days=1)
FROM: dict[str, tuple[str, ...]] = {
    SUSPEND: ("active",),
    RESUME: ("suspended",),
    LEAVE: ("active", "suspended"),
    STAY: ("leaving",),
}
"""From which states each may be done."""


class NotNow(Exception):
    """Something that cannot be done with a tenant as it stands; ``state`` is how it stands."""

    def __init__(self, slug: str, what: str, state: str) -> None:
        super().__init__(f"{slug} is {state}")
        self.slug, self.what, self.state = slug, what, state


class RegisterEntry(Struct, frozen=True):
    """One line of the register."""

    at: datetime
    number: int
    slug: str
    what: str
    who: str
    why: str
    seq: int
    head: str
    detail: dict[str, Any]


def suspend(installation: Installation, slug: str, *, at: datetime, who: str, why: str) -> Standing:
    """Let everything be read and nothing be done. Raises ``NotNow`` and ``NoTenant``."""
    return _tell(installation, slug, SUSPEND, at, who, why)


def resume(installation: Installation, slug: str, *, at: datetime, who: str, why: str) -> Standing:
    """End a suspension. Raises ``NotNow`` and ``NoTenant``."""
    return _tell(installation, slug, RESUME, at, who, why)


def request_deletion(
    installation: Installation, slug: str, *, at: datetime, who: str, why: str, waiting: timedelta = WAITING
) -> Standing:
    """Have the tenant deleted when ``waiting`` (at least a day) is over. Raises ``ValueError``, ``NotNow`` and ``NoTenant``."""
    if waiting < LEAST:
        raise ValueError("a deletion waits at least one day, so that it can still be called off")
    return _tell(installation, slug, LEAVE, at, who, why, due_at=at + waiting)


def cancel_deletion(installation: Installation, slug: str, *, at: datetime, who: str, why: str) -> Standing:
    """Call a deletion off. Raises ``NotNow`` and ``NoTenant``."""
    return _tell(installation, slug, STAY, at, who, why)


def standing_of(tenant: Tenant) -> Standing:
    """Return the tenant's status, as its log tells it."""
    with tenant.store.read(tenant.id) as session:
        return standing(session)


def _tell(
    installation: Installation, slug: str, action: str, at: datetime, who: str, why: str, due_at: datetime | None = None
) -> Standing:
    """Write it into the log, and then into the register; only the latter where the log tells it already."""
    tenant = installation.tenant(slug)
    with installation.store.unscoped() as session:
        entered = session.scalar(select(TenantRow.state).where(TenantRow.id == tenant.id))
    with tenant.store.write(tenant.id) as session:
        if not log.head(session).seq:
            raise NoTenant(slug)  # deleted in the meantime
        before = standing(session)
        cut_off = before.state == STATES[action] != entered
        if not cut_off:
            if before.state not in FROM[action]:
                raise NotNow(slug, action, before.state)
            input = {"who": who, "why": why} | ({"due": due_at.isoformat()} if due_at else {})
            revision = tenant.at(session).snapshot.revision
            tell(session, action, input, at=at, revision=revision, person=PLATFORM)
        now, head = standing(session), log.head(session)
    with installation.store.unscoped() as session:
        detail = {"due": now.due.isoformat()} if now.due else {}
        deed = action.partition(".")[2]
        enter(session, RegisterEntry(at, tenant.id, slug, deed, now.who, now.why, head.seq, head.hash.hex(), detail))
        session.execute(update(TenantRow).where(TenantRow.id == tenant.id).values(state=now.state))
    return now


def enter(session: Session, entry: RegisterEntry) -> None:
    """Add a line to the register. The session is an operator's."""
    session.add(Register(id=uuid7(), **structs.asdict(entry)))


def register(installation: Installation, slug: str = "") -> list[RegisterEntry]:
    """Return the register, oldest first; ``slug``: only what was done with tenants of that name."""
    with installation.store.unscoped() as session:
        query = select(Register).order_by(Register.id)
        rows = session.scalars(query.where(Register.slug == slug) if slug else query)
        return [RegisterEntry(**{name: getattr(row, name) for name in RegisterEntry.__struct_fields__}) for row in rows]


def due_for_deletion(installation: Installation, at: datetime) -> list[str]:
    """Return the tenants whose waiting period is over. What the log says counts, not the register's copy of it."""
    with installation.store.unscoped() as session:
        leaving = list(session.scalars(select(TenantRow.slug).where(TenantRow.state == LEAVING).order_by(TenantRow.slug)))
    slugs = []
    for slug in leaving:
        with installation.store.read(installation.number(slug)) as session:  # also of one that this release cannot load
            now = standing(session)
        if now.state == LEAVING and now.due is not None and now.due <= at:
            slugs.append(slug)
    return slugs
