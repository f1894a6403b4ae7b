"""Brings adopted amendments into use: their files become the tenant's next revision, and each version counts from its own day.

A chore of the worker. It may be done twice: the same content is one revision, and the amendment notes which.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from steerco.changes.amending import Occupied, files_of, with_files
from steerco.committee.amendment import Amendment
from steerco.configuration.apply_checks import Unsafe
from steerco.configuration.installation import Installation, NotApplied
from steerco.configuration.snapshot import PLATFORM
from steerco.configuration.tenant import Tenant
from steerco.kernel.act import ActRequest
from steerco.kernel.perform import perform
from steerco.operations.onboarding import seeding


def bring_into_use(installation: Installation, tenant: Tenant, now: datetime) -> None:
    """Bring every adopted amendment that holds files, and is not in use yet, into use; note why where that cannot be."""
    with tenant.store.read(tenant.id) as session:
        adopted = (Amendment.tenant_id == tenant.id, Amendment.state == "adopted")
        waiting = (Amendment.revision.is_(None), Amendment.fault.is_(None))
        found = session.scalars(select(Amendment).where(*adopted, *waiting).order_by(Amendment.id))
        prepared = [(each.id, each.ref, each.title, files_of(tenant, session, each)) for each in found]
    for id, ref, title, files in prepared:
        if files:
            _bring(installation, tenant, ActRequest(PLATFORM, "", now, id), files, f"{ref}: {title}")


def _bring(installation: Installation, tenant: Tenant, on: ActRequest, files: dict[str, str], why: str) -> None:
    slug = tenant.snapshot.slug
    try:
        content, base = with_files(installation, slug, files)
        applied = installation.apply(slug, content, at=on.at, who="amendment", why=why, seed=seeding(), base=base)
    except (NotApplied, Unsafe, Occupied) as error:
        perform(tenant, _noting(on, "amendment.note-fault", fault=str(error)[:20_000] or "refused"))
        return
    perform(applied, _noting(on, "amendment.note-revision", revision=applied.snapshot.revision))


def _noting(on: ActRequest, action: str, **values: object) -> ActRequest:
    return ActRequest(on.actor, action, on.at, on.on, input=values)
