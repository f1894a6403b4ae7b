"""The changes that an amendment's files would make to the charter, told before it is decided.

The files of an amendment are the next version of the charter and its policy, under names of their own: what is in force is not
written over, and nothing else of the configuration is theirs to change. Put beside the files in use they make the configuration
that would follow, and the effect is the plan of that change (``changes.plan``): powers, duties, dates, for whom.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

import tomlkit
from sqlalchemy import select
from sqlalchemy.orm import Session

from steerco.changes.annex import AmendmentAnnex, annex, of_json
from steerco.changes.plan import Plan, plan
from steerco.changes.prepared import in_use
from steerco.committee.work.amendment import Amendment, AmendmentAnnexFile, AmendmentFile
from steerco.config.read import decoded
from steerco.configuration.installation import Installation
from steerco.configuration.load import load
from steerco.configuration.partly import partly as as_far_as_it_loads
from steerco.configuration.snapshot import Snapshot
from steerco.configuration.tenant import Tenant


class Effect(NamedTuple):
    """The effect of an amendment: its plan and the snapshot that it would bring, or what is wrong with its files."""

    plan: Plan | None
    after: Snapshot | None
    content: dict[str, str]
    wrong: tuple[str, ...] = ()


def files_of(tenant: Tenant, session: Session, amendment: Amendment) -> dict[str, str]:
    """Return the texts of its files by their paths in the configuration. Raises ``NotText`` for one that is none."""
    mine = select(AmendmentFile).where(AmendmentFile.tenant_id == tenant.id, AmendmentFile.amendment == amendment.id)
    found = {}
    for row in session.scalars(mine.order_by(AmendmentFile.id)):
        with tenant.files.open(tenant.id, row.digest) as file:
            found[_path(tenant.snapshot.slug, row.file_name)] = decoded(file.read(), row.file_name)
    return found


class KeptAnnex(NamedTuple):
    """The annex that an amendment's record keeps: its file's name and digest (SHA-256), when it was made, and what it says."""

    file_name: str
    digest: str
    made_for: str
    annex: AmendmentAnnex


def kept_annex(tenant: Tenant, session: Session, amendment: Amendment) -> KeptAnnex | None:
    """Return the newest annex on an amendment's record: that of the decision where there is one."""
    rows = AmendmentAnnexFile
    mine = select(rows).where(rows.tenant_id == tenant.id, rows.amendment == amendment.id).order_by(rows.id.desc()).limit(1)
    row = session.scalar(mine)
    if row is None or not tenant.files.has(tenant.id, row.digest):
        return None
    with tenant.files.open(tenant.id, row.digest) as file:
        found = of_json(file.read())
    return KeptAnnex(row.file_name, row.digest, row.made_for, found) if found is not None else None


def _path(slug: str, name: str) -> str:
    return f"policies/{name}" if name.endswith(".csv") else f"tenants/{slug}/{name}"


class Occupied(ValueError):
    """A file of the amendment has the name of one that is in use: a version in force is not written over."""


def with_files(installation: Installation, slug: str, files: Mapping[str, str]) -> tuple[dict[str, str], int]:
    """Return the configuration in use with these files, its versions among the charters, and the number of its revision.

    Raises ``Occupied``, and ``NoTenant``.
    """
    current = in_use(installation, slug)
    content = dict(current.content) if current else {}
    if taken := sorted(path for path in files if path in content):
        raise Occupied(f"in use already: {', '.join(path.rsplit('/', 1)[-1] for path in taken)}")
    settings_path = f"tenants/{slug}/tenant.toml"
    settings: Any = tomlkit.parse(content.get(settings_path, ""))
    versions = [path.rsplit("/", 1)[-1] for path in files if path.endswith(".toml")]
    if versions:
        settings["charters"] = [*settings.get("charters", ()), *versions]
    return {**content, **files, settings_path: tomlkit.dumps(settings)}, current.number if current else 0


def brought(
    installation: Installation, tenant: Tenant, session: Session, amendment: Amendment, *, partly: bool = False
) -> Effect:
    """Return the snapshot that the amendment's files would bring, or what is wrong with them; its plan is not made.

    ``partly``: of files with errors, beside what is wrong with them, as far as they load.
    """
    slug = tenant.snapshot.slug
    try:
        content, _ = with_files(installation, slug, files_of(tenant, session, amendment))
    except ValueError as error:
        return Effect(None, None, {}, (str(error),))
    loaded = load(slug, content, installation.types, installation.plugins)
    if loaded.snapshot is None:
        wrong = tuple(str(finding) for finding in loaded.findings if finding.level == "error")
        if not partly:
            return Effect(None, None, content, wrong)
        read = as_far_as_it_loads(slug, content, installation.types, installation.plugins)
        return Effect(None, read.snapshot, content, tuple(map(str, read.wrong)))
    return Effect(None, loaded.snapshot, content)


class AnnexOnRequest(NamedTuple):
    """The annex of an amendment: the one that its record keeps (``kept``), else that of its files, with what is ``wrong`` with
    them; no ``annex`` where none of them loads."""

    annex: AmendmentAnnex | None
    kept: KeptAnnex | None = None
    wrong: tuple[str, ...] = ()


def annex_of(installation: Installation, tenant: Tenant, session: Session, amendment: Amendment, today: date) -> AnnexOnRequest:
    """Return the annex of an amendment. Before its record keeps one, its files, as far as they load, are compared with what is in
    force ``today``, as they will be when it is attached."""
    kept = kept_annex(tenant, session, amendment)
    if kept is not None:
        return AnnexOnRequest(kept.annex, kept)
    draft = brought(installation, tenant, session, amendment, partly=True)
    if draft.after is None:
        return AnnexOnRequest(None, wrong=draft.wrong)
    would = annex(tenant.snapshot.regime_on(today), draft.after.regime(draft.after.charters[-1]))
    return AnnexOnRequest(would, wrong=draft.wrong)


def effect(installation: Installation, tenant: Tenant, session: Session, amendment: Amendment, at: datetime) -> Effect:
    """Return what the amendment's files would change if they were brought into use at ``at``."""
    found = brought(installation, tenant, session, amendment)
    if found.after is None:
        return found
    return found._replace(plan=plan(tenant, session, found.after, tenant.snapshot.local(at)))
