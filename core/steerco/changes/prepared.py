"""A change of a tenant's files before it is applied: what is wrong with them, and what they would do.

The command line and the pages go this one road: both ask ``examined`` and ``planned`` here, and apply by
``Installation.apply``, which asks everything again under the tenant's lock.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

import tomlkit
from msgspec import structs

from steerco.changes.plan import Plan, changed, plan
from steerco.config.findings import Finding
from steerco.configuration.home import slug_in
from steerco.configuration.installation import ONBOARDING, Installation, NotApplied, checked
from steerco.configuration.load import Loaded, load
from steerco.configuration.parse_cache import Compiled
from steerco.configuration.plugin_contributions import released
from steerco.configuration.plugin_wiring import advice
from steerco.configuration.revisions import InUse, brought_by, content_of, listed, newest, stood_under
from steerco.configuration.vocabulary import Types
from steerco.store.tables import Revision


class Stored(NamedTuple):
    """A revision in the database: its number, its digest, and its files under the name that the tenant has here."""

    number: int
    digest: str
    content: dict[str, str]


def in_use(installation: Installation, slug: str) -> Stored | None:
    """Return the revision in use; None where its first apply was cut off. Raises ``NoTenant``."""
    if installation.state(slug) == ONBOARDING:
        return None
    number = installation.number(slug)
    with installation.store.read(number) as session:
        row = newest(session, number)
        return _stored(row, slug) if row else None


def stored(installation: Installation, slug: str, number: int) -> Stored | None:
    """Return the revision of that number, if there is one. Raises ``NoTenant``."""
    tenant_id = installation.number(slug)
    with installation.store.read(tenant_id) as session:
        row = session.get(Revision, (tenant_id, number))
        return _stored(row, slug) if row else None


def _stored(row: Revision | InUse, slug: str) -> Stored:
    return Stored(row.number, row.digest, _under_name(content_of(row), slug))


def _under_name(content: dict[str, str], slug: str) -> dict[str, str]:
    """Return the files under another name, if they have another: a tenant that was brought here from elsewhere."""
    name = slug_in(content, slug)
    if name == slug:
        return content
    old, own = f"tenants/{name}/", f"tenants/{slug}/"
    renamed = {own + path.removeprefix(old) if path.startswith(old) else path: text for path, text in content.items()}
    document = tomlkit.parse(renamed[f"{own}tenant.toml"])
    document["slug"] = slug
    return {**renamed, f"{own}tenant.toml": tomlkit.dumps(document)}


def examined(
    slug: str, content: Mapping[str, str], types: Types, at: datetime, *, compiled: Compiled | None = None
) -> tuple[Loaded, list[Finding]]:
    """Return the files as they were read, and every finding on them, warnings and the plugins' advice among them.

    ``types`` are core's record types, ``at`` the time for which advice is asked, ``compiled`` what was read before.
    """
    loaded = load(slug, content, types, compiled=compiled)
    found = list(loaded.findings)
    if loaded.snapshot is not None:
        found += advice(loaded.snapshot.circle, f"tenants/{slug}/tenant.toml", loaded.snapshot.local(at))
    return loaded, sorted(set(found))


def planned(installation: Installation, slug: str, content: Mapping[str, str], at: datetime, *, correct: bool = False) -> Plan:
    """Return the effect of applying these files to a tenant that runs.

    ``correct``: as a correction of files (see ``safety.hazards``). Raises ``NotApplied`` for files with errors, ``NoTenant``.
    """
    after = checked(slug, load(slug, content, installation.types, installation.plugins))
    try:
        tenant = installation.tenant(slug)
    except NotApplied as error:  # this release cannot read the revision in use, so cannot compare
        current = in_use(installation, slug)
        number, files = (current.number, current.content) if current else (0, {})
        why = f"revision {number} cannot be read by this release ({error.findings[0]})"
        warning = f"{why}: applying these files replaces it, and nothing can be compared"
        return Plan(slug, number, number + 1, changed(files, content), notes=(warning,), weight="risky")
    with tenant.store.read(tenant.id) as session:
        result = plan(tenant, session, after, tenant.snapshot.local(at), correct=correct)
        since = listed(session, tenant.id, limit=1)[0]
        moved = released(brought_by(session, since.number), tenant.snapshot, stood_under(session, since.number))
    return structs.replace(result, notes=(*moved, *result.notes))
