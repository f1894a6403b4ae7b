"""Accounts: who of the committee can sign in, and what whoever looks after it may do about that.

The list, and each deed, is ``accounts.administration``; the pages add what is told before and after. A link is shown once.
"""

from __future__ import annotations

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath, RawBody

from steerco.accounts import administration
from steerco.accounts.accounts import BadAccount
from steerco.accounts.administration import AccountLine
from steerco.accounts.links import Link
from steerco.web.http.prefix import base_of
from steerco.web.http.problems import Anywhere
from steerco.web.http.worker_pool import acting, showing
from steerco.web.pages.admin.desk import Desk, desk_of, led, refusal, risky_desk, shown
from steerco.web.pages.forms.posted import Posted, read_form
from steerco.web.pages.frame.pager import cut
from steerco.web.pages.frame.visit import Visit, nothing_here, visiting

SIZE = 30
STATES = ("none", "invited", "active", "locked", "demonstration")
DEEDS = {
    "none": ("invite",),
    "invited": ("invite", "let-go"),
    "active": ("reset", "sign-out", "lock", "drop-factor", "let-go"),
    "locked": ("reset", "unlock", "let-go"),
    "demonstration": (),
}
"""What can be done about an account, by its state."""


@get("/t/{tenant:str}/admin/accounts")
@showing
def account_list(request: Anywhere, tenant: FromPath[str]) -> Response[bytes]:
    """Every person of the committee with their account."""
    with visiting(request, tenant) as visit:
        risky_desk(visit)  # or its refusal
        wanted, sought = visit.query.choice("state", STATES), visit.query.text("q").casefold()
        rows = [_told(visit, line) for line in administration.listing(visit.tenant, visit.now)]
        rows = [row for row in rows if (not wanted or row["state"] == wanted) and sought in row["who"].casefold()]
        rows.sort(key=lambda row: row["who"].casefold())
        part = cut(visit, rows, SIZE, ("admin", "accounts"), {"state": wanted, "q": sought})
        states = [(state, visit.say("admin.account-state", state)) for state in STATES]
        return shown(visit, "accounts", shown=part, states=states, state=wanted, q=sought)


def _told(visit: Visit, line: AccountLine) -> dict[str, Any]:
    return {
        "who": visit.names(line.person),
        "offices": visit.names.of(sorted(visit.day.roles(line.person))),
        "name": line.name,
        "email": line.email,
        "state": line.state,
        "factor": line.second_factor,
        "shared": line.shared,
        "sign_ins": line.signed_in,
        "used": visit.time(line.used_at) if line.used_at else "",
        "until": visit.time(line.invited_until) if line.invited_until else "",
        "href": visit.links.to("admin", "accounts", line.person),
    }


@get("/t/{tenant:str}/admin/accounts/{person:str}")
@showing
def account_page(request: Anywhere, tenant: FromPath[str], person: FromPath[str]) -> Response[bytes]:
    """One person's account, and what can be done about it."""
    with visiting(request, tenant) as visit:
        desk = desk_of(visit)
        return _page(visit, desk, person)


def _page(visit: Visit, desk: Desk, person: str, wrong: str = "", status: int = 200, link: Link | None = None) -> Response[bytes]:
    if not desk.risky:
        return refusal(visit, "risky")
    line = next((each for each in administration.listing(visit.tenant, visit.now) if each.person == person), None)
    if line is None:
        raise nothing_here()
    address = base_of(visit.request.scope) + link.path if link else ""
    deeds = [each for each in DEEDS.get(line.state, ()) if each != "drop-factor" or line.second_factor]
    return shown(
        visit,
        "account",
        status,
        account=_told(visit, line),
        deeds=[] if line.shared else deeds,
        action=visit.links.to("admin", "accounts", person),
        wrong=wrong,
        link=address,
        until=visit.time(link.until) if link else "",
    )


@post("/t/{tenant:str}/admin/accounts/{person:str}", status_code=200)
@acting
def account_deed(request: Anywhere, tenant: FromPath[str], person: FromPath[str], body: RawBody) -> Response[bytes]:
    """Invite, reset, lock, unlock, sign out everywhere, drop the second factor, or let go."""
    posted = read_form(request, body)
    with visiting(request, tenant) as visit:
        desk = risky_desk(visit)
        if expired := visit.expired(posted.token):
            return _page(visit, desk, person, expired, 403)
        if person not in visit.day.all.persons:
            raise nothing_here()
        return _done(visit, desk, person, posted)


def _done(visit: Visit, desk: Desk, person: str, posted: Posted) -> Response[bytes]:
    step, tenant = posted.step[0], visit.tenant.running
    how: dict[str, Any] = {"now": visit.now, "by": desk.account}
    link: Link | None = None
    try:
        match step:
            case "invite":
                link = administration.invite(tenant, person, email=posted.text("email"), **how)
            case "reset":
                link = administration.reset(tenant, person, **how)
            case "lock" if person == desk.person:
                return _page(visit, desk, person, visit.say("admin.account", "own_lock"), 409)
            case "lock":
                administration.lock_account(tenant, person, **how)
            case "unlock":
                administration.unlock_account(tenant, person, **how)
            case "sign-out":
                administration.sign_out(tenant, person, **how)
            case "drop-factor":
                administration.drop_factor(tenant, person, **how)
            case "let-go":
                administration.let_go(tenant, person, **how)
    except BadAccount as error:
        known = visit.say.has("admin.account", f"wrong_{error.code}")
        return _page(visit, desk, person, visit.say("admin.account", f"wrong_{error.code}" if known else "wrong"), 409)
    return _page(visit, desk, person, link=link) if link else led(visit.links.to("admin", "accounts", person))


ACCOUNTS = (account_list, account_page, account_deed)
