"""Brings adopted amendments into use: their files become the tenant's next revision, and each version counts from its own day.

A chore of the worker. It may be done twice: the same content is one revision, and the amendment notes which.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from steerco.changes.amending import Occupied, files_of, with_files
from steerco.changes.annex import annex, to_json
from steerco.committee.amendment import Amendment, AmendmentAnnexFile
from steerco.configuration.apply_checks import Unsafe
from steerco.configuration.installation import Installation, NotApplied
from steerco.configuration.load import load
from steerco.configuration.snapshot import PLATFORM
from steerco.configuration.tenant import Tenant
from steerco.kernel.act import ActRequest
from steerco.kernel.perform import perform
from steerco.operations.onboarding import seeding

OPEN = ("submitted", "adopted")
"""The states of an amendment that is to be decided, or to be brought into use."""


def attach_annexes(installation: Installation, tenant: Tenant, now: datetime) -> None:
    """Attach to each amendment that holds files, and is not in use yet, the annex of what they change: once when it is
    submitted, once when it is adopted. One whose files do not load has none."""
    with tenant.store.read(tenant.id) as session:
        there = select(AmendmentAnnexFile.amendment, AmendmentAnnexFile.made_for).where(AmendmentAnnexFile.tenant_id == tenant.id)
        attached = {tuple(row) for row in session.execute(there)}
        open_ = (Amendment.tenant_id == tenant.id, Amendment.state.in_(OPEN), Amendment.revision.is_(None))
        found = session.scalars(select(Amendment).where(*open_, Amendment.fault.is_(None)).order_by(Amendment.id))
        wanted = [each for each in found if (each.id, each.state) not in attached]
        prepared = [(each.id, each.ref, _annexed(installation, tenant, files_of(tenant, session, each), now)) for each in wanted]
    for id, ref, made in prepared:
        if made is not None:
            file = {"name": f"{ref}-annex.json", "text": made}
            on = ActRequest(PLATFORM, "", now, id)
            perform(tenant, _noting(on, "amendment.note-annex", file=file, compared_with=tenant.snapshot.revision))


def _annexed(installation: Installation, tenant: Tenant, files: dict[str, str], now: datetime) -> str | None:
    slug, snapshot = tenant.snapshot.slug, tenant.snapshot
    if not files:
        return None
    try:
        content, _ = with_files(installation, slug, files)
    except ValueError:  # no text, or the name of a file in use: told where it is decided, and when it is brought into use
        return None
    brings = load(slug, content, installation.types, installation.plugins).snapshot
    if brings is None:
        return None
    return to_json(annex(snapshot.regime_on(snapshot.local(now)), brings.regime(brings.charters[-1])))


def bring_into_use(installation: Installation, tenant: Tenant, now: datetime) -> None:
    """Bring every adopted amendment that holds files, and is not in use yet, into use; note why where that cannot be.

    Before that the annexes of those that are decided on, or were, are attached (``attach_annexes``)."""
    attach_annexes(installation, tenant, now)
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
