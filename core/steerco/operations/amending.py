"""Brings adopted amendments into use: their files become the tenant's next revision, and each version counts from its own day.

A chore of the worker. It may be done twice: the same content is one revision, and the amendment notes which.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from steerco.changes.amending import Occupied, brought, files_of, with_files
from steerco.changes.annex import annex, to_json
from steerco.committee.work.amendment import Amendment, AmendmentAnnexFile, AmendmentFile
from steerco.config.read import NotText
from steerco.configuration.apply_checks import Unsafe
from steerco.configuration.installation import Installation, NotApplied
from steerco.configuration.regime import PLATFORM
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
        holding = select(AmendmentFile.amendment).where(AmendmentFile.tenant_id == tenant.id)
        open_ = (Amendment.tenant_id == tenant.id, Amendment.state.in_(OPEN), Amendment.revision.is_(None))
        waiting = (*open_, Amendment.fault.is_(None), Amendment.id.in_(holding))
        found = session.scalars(select(Amendment).where(*waiting).order_by(Amendment.id))
        wanted = [each for each in found if (each.id, each.state) not in attached]
        prepared = [(each.id, each.ref, _annexed(installation, tenant, session, each, now)) for each in wanted]
    for id, ref, made in prepared:
        if made is not None:
            file = {"name": f"{ref}-annex.json", "text": made}
            on = ActRequest(PLATFORM, "", now, id)
            perform(tenant, _noting(on, "amendment.note-annex", file=file, compared_with=tenant.snapshot.revision))


def _annexed(installation: Installation, tenant: Tenant, session: Session, amendment: Amendment, now: datetime) -> str | None:
    """Return the annex of an amendment; None where its files do not load, which is told where it is decided."""
    brings, snapshot = brought(installation, tenant, session, amendment).after, tenant.snapshot
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
        prepared = [(each.id, f"{each.ref}: {each.title}", _files(tenant, session, each)) for each in found]
    for id, why, files in prepared:
        if files:
            _bring(installation, tenant, ActRequest(PLATFORM, "", now, id), files, why)


def _files(tenant: Tenant, session: Session, amendment: Amendment) -> dict[str, str] | NotText:
    try:
        return files_of(tenant, session, amendment)
    except NotText as error:
        return error


def _bring(installation: Installation, tenant: Tenant, on: ActRequest, files: dict[str, str] | NotText, why: str) -> None:
    slug = tenant.snapshot.slug
    try:
        if isinstance(files, NotText):
            raise files
        content, base = with_files(installation, slug, files)
        applied = installation.apply(slug, content, at=on.at, who="amendment", why=why, seed=seeding(), base=base)
    except (NotApplied, NotText, Unsafe, Occupied) as error:
        perform(tenant, _noting(on, "amendment.note-fault", fault=str(error)[:20_000] or "refused"))
        return
    perform(applied, _noting(on, "amendment.note-revision", revision=applied.snapshot.revision))


def _noting(on: ActRequest, action: str, **values: object) -> ActRequest:
    return ActRequest(on.actor, action, on.at, on.on, input=values)
