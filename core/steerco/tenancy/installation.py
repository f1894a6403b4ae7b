"""An installation: one store, one folder of files, and the tenants applied to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

import msgspec
from sqlalchemy import select

from steerco.committee import record_types
from steerco.config.findings import Finding
from steerco.config.people import People
from steerco.records import Record
from steerco.store import log
from steerco.store.engine import Store
from steerco.store.files import FileStore
from steerco.store.tables import Revision
from steerco.store.tables import Tenant as TenantRow
from steerco.tenancy.loading import Loaded, digest_of, load
from steerco.tenancy.snapshot import PLATFORM, Snapshot
from steerco.tenancy.tenant import Tenant

Seed = Callable[[Tenant, People, datetime], None]


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
            self._tenants[slug] = self._load(slug)
        return self._tenants[slug]

    def _load(self, slug: str) -> Tenant:
        with self.store.unscoped() as session:
            number = session.scalar(select(TenantRow.id).where(TenantRow.slug == slug))
        if number is None:
            raise NoTenant(slug)
        with self.store.read(number) as session:
            newest = select(Revision).where(Revision.tenant_id == number).order_by(Revision.number.desc()).limit(1)
            revision = session.scalars(newest).one()
            content = msgspec.json.decode(revision.content, type=dict[str, str])
        snapshot = checked(slug, load(slug, content, self.types))
        return Tenant(number, snapshot.numbered(revision.number), self.store, self.files)

    def apply(self, slug: str, content: Mapping[str, str], *, at: datetime, who: str, why: str, seed: Seed) -> Tenant:
        """Make these files the tenant's newest revision; a new tenant's people are entered by ``seed``.

        The same content again changes nothing. Raises ``NotApplied`` where a file has an error.
        """
        loaded = load(slug, content, self.types)
        snapshot = checked(slug, loaded)
        tenant_id, new = self._registered(slug, at)
        with self.store.write(tenant_id) as session:
            newest = select(Revision).where(Revision.tenant_id == tenant_id).order_by(Revision.number.desc()).limit(1)
            before = session.scalars(newest).first()
            number = before.number if before else 0
            if before is None or before.digest != snapshot.digest:
                number += 1
                text = msgspec.json.encode(dict(content), order="deterministic").decode()
                session.add(
                    Revision(tenant_id=tenant_id, number=number, digest=digest_of(content), at=at, who=who, why=why, content=text)
                )
                body = msgspec.json.encode({"digest": snapshot.digest, "who": who, "why": why}, order="deterministic").decode()
                end = log.head(session)
                log.append(
                    session, end, at=at, recorded_at=at, person=PLATFORM, action="tenant.apply", revision=number, body=body
                )
        tenant = Tenant(tenant_id, snapshot.numbered(number), self.store, self.files)
        self._tenants[slug] = tenant
        if new and loaded.people is not None:
            seed(tenant, loaded.people, at)
        return tenant

    def _registered(self, slug: str, at: datetime) -> tuple[int, bool]:
        """The tenant's number, given out when it is first applied, and whether it is new."""
        with self.store.unscoped() as session:
            known = session.scalar(select(TenantRow.id).where(TenantRow.slug == slug))
            if known is not None:
                return known, False
            row = TenantRow(slug=slug, created_at=at, state="active")
            session.add(row)
            session.flush()
            return row.id, True


def checked(slug: str, loaded: Loaded) -> Snapshot:
    """The snapshot of files without an error. Raises ``NotApplied``."""
    if loaded.snapshot is None:
        raise NotApplied(slug, loaded.findings)
    return loaded.snapshot
