"""Who has come from the committee's OpenID provider, and which person that is: nobody is anybody before that is confirmed here.

It is a risky change by ``[administration]``: whoever has a confirmed link has all the powers of that person.
"""

from __future__ import annotations

from typing import NamedTuple

from litestar import Response, get, post
from litestar.params import FromPath, RawBody

from steerco.accounts import openid
from steerco.accounts.accounts import BadAccount, find_account
from steerco.configuration.regime import PLATFORM
from steerco.store.account_tables import OpenidLink
from steerco.store.base import INSTALLATION
from steerco.web.http.problems import Anywhere
from steerco.web.http.requests import typed_form
from steerco.web.http.sign_in import check_form
from steerco.web.http.worker_pool import acting, showing
from steerco.web.pages.admin.desk import allowed, desk_of, led, refusal, shown
from steerco.web.pages.frame import dates
from steerco.web.pages.frame.visit import Visit, nothing_here, visiting


class LinkView(NamedTuple):
    """A link as the page shows it: what the provider's claim says, who here it is or may be, and how it stands."""

    id: str
    value: str
    person: str
    name: str
    state: str
    asked: str


@get("/t/{tenant:str}/admin/openid")
@showing
def openid_links(request: Anywhere, tenant: FromPath[str]) -> Response[bytes]:
    """Every link, those that wait first."""
    with visiting(request, tenant) as visit:
        desk = desk_of(visit)
        return _list(visit, may=desk.risky)


@post("/t/{tenant:str}/admin/openid", status_code=303)
@acting
def decide_openid_link(request: Anywhere, tenant: FromPath[str], body: RawBody) -> Response[bytes]:
    """Confirm a link for a person, or refuse it."""
    fields = typed_form(request, body)
    with visiting(request, tenant) as visit:
        desk = desk_of(visit)
        if visit.reader is not None:
            check_form(visit.reader, fields.get("form_token", ""))
        if not desk.risky:
            return refusal(visit, "risky")
        link, person = fields.get("link", ""), fields.get("person", "")
        if fields.get("do") == "confirm" and (person == PLATFORM or person not in visit.day.all.persons):
            return _list(visit, may=True, wrong=visit.say("openid.links", "needs_person"), at=link)
        try:
            _decide(visit, desk.person, link, person if fields.get("do") == "confirm" else "")
        except BadAccount as error:
            why = visit.say("openid.links", error.code)
            return _list(visit, may=True, wrong=visit.say("openid.links", "failed", why=why), at=link)
        return led(visit.links.to("admin", "openid"))


def _decide(visit: Visit, by: str, id: str, person: str) -> None:
    """Confirm the link for the person, or refuse it where there is none. Raises ``RequestError`` and ``BadAccount``."""
    tenant = visit.tenant
    with tenant.store.write(INSTALLATION) as session:
        link = session.get(OpenidLink, (INSTALLATION, id))
        if link is None or link.number != tenant.id:
            raise nothing_here()
        if not person:
            openid.refuse(session, link, visit.now, by=by)
            return
        own = link.value if "@" in link.value and find_account(session, link.value) is None else ""
        openid.confirm(session, link, person, visit.now, by=by, name=own or f"{person}@{tenant.snapshot.slug}")


def _list(visit: Visit, *, may: bool, wrong: str = "", at: str = "") -> Response[bytes]:
    settings = visit.tenant.snapshot.settings.sign_in.openid
    with visit.tenant.store.read(INSTALLATION) as session:
        rows = [_view(visit, link) for link in openid.links(session, visit.tenant.id)]
    people = sorted(((id, visit.names(id)) for id in visit.day.all.persons if id != PLATFORM), key=lambda each: each[1])
    status = 422 if wrong else 200
    more = {"people": people, "may": may, "wrong": wrong, "at": at, "able": allowed(visit, "risky")}
    return shown(visit, "openid", status, rows=rows, provider=settings, **more)


def _view(visit: Visit, link: OpenidLink) -> LinkView:
    name = visit.names(link.person) if link.person else ""
    asked = dates.time(visit.say, link.asked_at, visit.tenant.snapshot.settings.zone)
    return LinkView(link.id, link.value, link.person or "", name, link.state, asked)
