"""The first page of administration: what is wrong now, what waits, and where everything is."""

from __future__ import annotations

from litestar import Response, get
from litestar.params import FromPath

from steerco.changes import pending
from steerco.changes.prepared import examined
from steerco.configuration.revisions import listed
from steerco.web.http.problems import Anywhere
from steerco.web.http.worker_pool import showing
from steerco.web.pages.admin.desk import desk_of, shown
from steerco.web.pages.admin.findings import views
from steerco.web.pages.admin.proposals import has_proposals
from steerco.web.pages.admin.revision_view import told_revision
from steerco.web.pages.admin.roles import roles
from steerco.web.pages.frame.visit import Visit, visiting

SECTIONS = ("house", "people", "accounts", "openid", "tokens", "plugins", "proposals", "files", "plan", "revisions")


@get("/t/{tenant:str}/admin")
@showing
def overview(request: Anywhere, tenant: FromPath[str]) -> Response[bytes]:
    """Findings on the revision in use, the newest revision, and the ways on."""
    with visiting(request, tenant) as visit:
        desk_of(visit)  # or its refusal
        snapshot = visit.tenant.snapshot
        content, methods = snapshot.content, visit.request.app.state.methods
        _, found = examined(snapshot.slug, content, visit.service.installation.types, visit.now)
        newest = listed(visit.session, visit.tenant.id, limit=1)
        return shown(
            visit,
            "overview",
            sections=[
                (name, visit.links.to("admin", name))
                for name in SECTIONS
                if methods.of(f"{visit.links.base}/admin/{name}") and _useful(visit, name)
            ],
            found=views(visit.say, found, content, roles(content, snapshot.slug, visit.say)),
            newest=told_revision(visit, newest[0]) if newest else None,
            waiting=len(pending.waiting(visit.session)),
        )


def _useful(visit: Visit, section: str) -> bool:
    """Return whether a section has anything to show in this committee."""
    if section == "openid":
        return visit.tenant.snapshot.settings.sign_in.openid is not None
    return section != "proposals" or has_proposals(visit)
