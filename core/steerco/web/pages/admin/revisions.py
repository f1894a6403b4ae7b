"""The revisions of a committee's configuration: who, when, why, what differs; two side by side; going back to one."""

from __future__ import annotations

from litestar import Response, get, post
from litestar.params import FromPath, RawBody

from steerco.changes.prepared import stored
from steerco.configuration.revisions import listed
from steerco.web.http.problems import Anywhere
from steerco.web.http.sign_in import check_form
from steerco.web.http.worker_pool import acting, showing
from steerco.web.pages.admin import drafting
from steerco.web.pages.admin.desk import allowed, desk_of, refusal, shown
from steerco.web.pages.admin.difference import of_files
from steerco.web.pages.admin.revision_view import told_revision
from steerco.web.pages.admin.roles import roles
from steerco.web.pages.forms.posted import read_form
from steerco.web.pages.frame.pager import cut
from steerco.web.pages.frame.visit import Visit, nothing_here, visiting

SIZE = 20


@get("/t/{tenant:str}/admin/revisions")
@showing
def revisions(request: Anywhere, tenant: FromPath[str]) -> Response[bytes]:
    """Every revision, newest first."""
    with visiting(request, tenant) as visit:
        desk_of(visit)  # or its refusal
        part = cut(visit, listed(visit.session, visit.tenant.id), SIZE, ("admin", "revisions"), {})
        rows = [told_revision(visit, each) for each in part.items]
        return shown(visit, "revisions", rows=rows, shown=part, current=visit.tenant.snapshot.revision)


@get("/t/{tenant:str}/admin/revisions/{number:int}")
@showing
def revision(request: Anywhere, tenant: FromPath[str], number: FromPath[int]) -> Response[bytes]:
    """One revision, and what differs from the one before it or from another that is asked for (``from=``)."""
    with visiting(request, tenant) as visit:
        desk = desk_of(visit)
        every = listed(visit.session, visit.tenant.id)
        summary = next((each for each in every if each.number == number), None)
        numbers = [str(each.number) for each in every if each.number != number]
        against = int(visit.query.choice("from", numbers, str(number - 1)) or 0)
        new, old = (stored(visit.service.installation, visit.tenant.snapshot.slug, each) for each in (number, against))
        if summary is None or new is None:
            raise nothing_here()
        was = old.content if old else {}
        all = roles({**was, **new.content}, visit.tenant.snapshot.slug, visit.say)
        return shown(
            visit,
            "revision",
            revision=told_revision(visit, summary),
            against=against,
            numbers=[(each, visit.say("admin.revisions", "number", number=each)) for each in numbers],
            files=of_files(was, new.content, all) if old else [],
            current=visit.tenant.snapshot.revision,
            able=allowed(visit, "risky"),
            may=desk.risky,
            token=desk.token,
        )


@post("/t/{tenant:str}/admin/revisions/{number:int}", status_code=200)
@acting
def go_back(request: Anywhere, tenant: FromPath[str], number: FromPath[int], body: RawBody) -> Response[bytes]:
    """Plan a new revision with the content of an earlier one."""
    posted = read_form(request, body)
    with visiting(request, tenant) as visit:
        desk = desk_of(visit)
        assert visit.reader is not None  # who has a desk is signed in
        check_form(visit.reader, posted.token)
        earlier, now = _stored(visit, number), drafting.current(visit)
        if not desk.may(drafting.weight_of(visit, now.content, earlier)):
            return refusal(visit, "risky")
        return drafting.prepared(visit, desk, "rollback", now, earlier, back_to=number)


def _stored(visit: Visit, number: int) -> dict[str, str]:
    found = stored(visit.service.installation, visit.tenant.snapshot.slug, number)
    if found is None:
        raise nothing_here()
    return found.content
