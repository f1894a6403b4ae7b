"""An installation: one store, one folder of files, and the tenants applied to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

import msgspec
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from steerco.committee import record_types
from steerco.config.findings import Finding
from steerco.records import Record
from steerco.store import log
from steerco.store.engine import Store
from steerco.store.files import FileStore
from steerco.store.identity import count_up
from steerco.store.tables import Revision
from steerco.store.tables import Tenant as TenantRow
from steerco.tenancy.loading import Loaded, digest_of, load
from steerco.tenancy.onboarding import Seed
from steerco.tenancy.snapshot import PLATFORM, Snapshot
from steerco.tenancy.tenant import DIRECTORY, Tenant

ONBOARDING, ACTIVE = "onboarding", "active"
"""The states of a tenant: its first people are being entered; it is running."""
APPLY = "tenant.apply"
"""The one action in the log that is no act on a record: a revision of the configuration came into use."""


class NotApplied(Exception):
    """A configuration that cannot be applied; ``findings`` say why, each with file and line."""

    def __init__(self, slug: str, findings: list[Finding]) -> None:
        super().__init__(f"{slug}: " + "; ".join(str(finding) for finding in findings[:5]))
        self.slug, self.findings = slug, findings


class NoTenant(LookupError):
    """No tenant of that name has been applied here."""

    def __init__(self, slug: str) -> None:
        super().__init__(f"no tenant {slug!r} in this installation; `steerco tenant list` shows what there is")
        self.slug = slug


class Installation:
    """The tenants of one store. Snapshots are loaded from the revisions in the store when first asked for."""

    def __init__(self, store: Store, types: Mapping[str, type[Record]] | None = None) -> None:
        self.store, self.types = store, types or record_types()
        self.files = FileStore(store.folder / "files")
        self._tenants: dict[str, Tenant] = {}

    def slugs(self) -> list[str]:
        """The applied tenants, by name."""
        with self.store.unscoped() as session:
            return list(session.scalars(select(TenantRow.slug).order_by(TenantRow.slug)))

    def tenant(self, slug: str) -> Tenant:
        """A tenant under its newest revision. Raises ``NoTenant``."""
        if slug not in self._tenants:
            number = self._number(slug)
            with self.store.read(number) as session:
                tenant = self._under(slug, number, newest(session, number))
            tenant.load = self._loader(slug, number)
            self._tenants[slug] = tenant
        return self._tenants[slug]

    def under(self, slug: str, revision: int) -> Tenant:
        """A tenant under an earlier revision. Raises ``NoTenant``, and ``LookupError`` where there is no such revision."""
        number = self._number(slug)
        with self.store.read(number) as session:
            found = session.get(Revision, (number, revision))
        if found is None:
            raise LookupError(f"{slug} has no revision {revision}")
        return self._under(slug, number, found)

    def _loader(self, slug: str, tenant_id: int) -> Callable[[Session, int], Snapshot]:
        """How a running tenant takes up a revision that was applied meanwhile, here or by another process."""

        def taken_up(session: Session, number: int) -> Snapshot:
            return self._under(slug, tenant_id, session.get(Revision, (tenant_id, number))).snapshot

        return taken_up

    def _number(self, slug: str) -> int:
        with self.store.unscoped() as session:
            number = session.scalar(select(TenantRow.id).where(TenantRow.slug == slug))
        if number is None:
            raise NoTenant(slug)
        return number

    def _under(self, slug: str, tenant_id: int, revision: Revision | None) -> Tenant:
        if revision is None:  # an apply that was cut off before it stored anything
            raise NoTenant(slug)
        snapshot = checked(slug, load(slug, content_of(revision), self.types))
        return Tenant(tenant_id, snapshot.numbered(revision.number), self.store, self.files)

    def apply(self, slug: str, content: Mapping[str, str], *, at: datetime, who: str, why: str, seed: Seed) -> Tenant:
        """Make these files the tenant's newest revision; a new tenant's people are entered by ``seed``.

        The same content again changes nothing, and a first apply that was cut off is finished first. Raises ``NotApplied``
        where a file has an error.
        """
        loaded = load(slug, content, self.types)
        snapshot = checked(slug, loaded)
        tenant_id, state = self._registered(slug, at)
        if state == ONBOARDING:
            state = self._finish(slug, tenant_id, seed)
        number = self._revise(tenant_id, snapshot, content, at, who, why)
        tenant = Tenant(tenant_id, snapshot.numbered(number), self.store, self.files, self._loader(slug, tenant_id))
        if state == ONBOARDING:
            self._onboard(tenant, loaded, at, seed)
        self._tenants[slug] = tenant
        return tenant

    def _revise(self, tenant_id: int, snapshot: Snapshot, content: Mapping[str, str], at: datetime, who: str, why: str) -> int:
        """The number of the revision with this content: the newest one, or a new one."""
        with self.store.write(tenant_id) as session:
            before = newest(session, tenant_id)
            if before is not None and before.digest == snapshot.digest:
                return before.number
            number = before.number + 1 if before else 1
            text = msgspec.json.encode(dict(content), order="deterministic").decode()
            digest = digest_of(content)
            session.add(Revision(tenant_id=tenant_id, number=number, digest=digest, at=at, who=who, why=why, content=text))
            body = msgspec.json.encode({"digest": digest, "who": who, "why": why}, order="deterministic").decode()
            end = log.head(session)
            log.append(session, end, at=at, recorded_at=at, person=PLATFORM, action=APPLY, revision=number, body=body)
            count_up(session, DIRECTORY)
            return number

    def _finish(self, slug: str, tenant_id: int, seed: Seed) -> str:
        """Enter the people of the first revision, where an apply was cut off; the state that the tenant is then in."""
        with self.store.read(tenant_id) as session:
            first = session.get(Revision, (tenant_id, 1))
        if first is None:
            return ONBOARDING
        self._onboard(self._under(slug, tenant_id, first), load(slug, content_of(first), self.types), first.at, seed)
        return ACTIVE

    def _onboard(self, tenant: Tenant, loaded: Loaded, at: datetime, seed: Seed) -> None:
        if loaded.people is not None:
            seed(tenant, loaded.people, at)
        with self.store.unscoped() as session:
            session.execute(update(TenantRow).where(TenantRow.id == tenant.id).values(state=ACTIVE))

    def _registered(self, slug: str, at: datetime) -> tuple[int, str]:
        """The tenant's number, given out when it is first applied, and its state."""
        with self.store.unscoped() as session:
            known = session.scalar(select(TenantRow).where(TenantRow.slug == slug))
            if known is not None:
                return known.id, known.state
            row = TenantRow(slug=slug, created_at=at, state=ONBOARDING)
            session.add(row)
            session.flush()
            return row.id, ONBOARDING


def newest(session: Session, tenant_id: int) -> Revision | None:
    """The tenant's newest revision."""
    mine = select(Revision).where(Revision.tenant_id == tenant_id).order_by(Revision.number.desc()).limit(1)
    return session.scalars(mine).first()


def content_of(revision: Revision) -> dict[str, str]:
    """The files of a revision, by path relative to the home."""
    return msgspec.json.decode(revision.content, type=dict[str, str])


def checked(slug: str, loaded: Loaded) -> Snapshot:
    """The snapshot of files without an error. Raises ``NotApplied``."""
    if loaded.snapshot is None:
        raise NotApplied(slug, loaded.findings)
    return loaded.snapshot
