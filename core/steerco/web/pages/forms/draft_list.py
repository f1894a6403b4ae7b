"""The forms that the reader has not finished."""

from __future__ import annotations

from typing import NamedTuple

from litestar import Response, get, post
from litestar.params import FromPath, RawBody

from steerco.store import drafts
from steerco.store.tables import Draft
from steerco.web.http.problems import Anywhere
from steerco.web.http.sign_in import check_form
from steerco.web.http.worker_pool import acting, showing
from steerco.web.pages.forms.drafts import act_address, finish
from steerco.web.pages.forms.posted import read_form
from steerco.web.pages.frame.visit import Visit, nothing_here, visiting


class DraftLine(NamedTuple):
    """One unfinished form: its act, the record that it is on, its last change, its last day, and where it goes on."""

    key: str
    act: str
    record: str
    saved: str
    until: str
    href: str


@get("/t/{tenant:str}/drafts")
@showing
def draft_list(request: Anywhere, tenant: FromPath[str]) -> Response[bytes]:
    """Show the reader's unfinished drafts, the newest first; nobody else's."""
    with visiting(request, tenant) as visit:
        mine = drafts.of_account(visit.session, visit.reader.account, visit.now) if visit.reader else []
        lines = [line for draft in mine if (line := _line(visit, draft))]
        return visit.render("forms/drafts.html", "drafts", lines=lines, most=drafts.MOST)


def _line(visit: Visit, draft: Draft) -> DraftLine | None:
    """Return a draft as the list shows it; None where the tenant has no such act any more."""
    action = visit.tenant.snapshot.action(draft.action)
    if action is None:
        return None
    href = act_address(visit.links, action, draft.record, draft=draft.id)
    saved, until = visit.time(draft.saved_at), visit.date(visit.tenant.snapshot.local(draft.expires_at))
    act = visit.say("action", action.id)
    return DraftLine(draft.id, f"{act[:1].upper()}{act[1:]}", draft.record or "", saved, until, href)


@post("/t/{tenant:str}/drafts", status_code=303)
@acting
def drop_draft(request: Anywhere, tenant: FromPath[str], body: RawBody) -> Response[bytes]:
    """Throw one away."""
    posted = read_form(request, body)
    with visiting(request, tenant) as visit:
        if visit.reader is None:
            raise nothing_here()
        check_form(visit.reader, posted.token)
        finish(visit, posted.text("drop"))
        return Response(b"", status_code=303, headers={"Location": visit.links.to("drafts")}, media_type="text/html")
