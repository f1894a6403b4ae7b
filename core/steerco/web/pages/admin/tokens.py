"""Tokens: what lets a program speak for a person. The secret is shown once, when it is issued."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath, RawBody

from steerco.configuration.regime import PLATFORM
from steerco.operations import tokens
from steerco.policy.line import ANY, READ
from steerco.store.tables import Token
from steerco.web.http.problems import Anywhere
from steerco.web.http.worker_pool import acting, showing
from steerco.web.pages.admin.desk import Desk, desk_of, led, refusal, risky_desk, shown
from steerco.web.pages.forms.posted import Posted, read_form
from steerco.web.pages.frame.pager import cut
from steerco.web.pages.frame.visit import Visit, visiting

SIZE = 20
DAYS = (30, 90, 365)


@get("/t/{tenant:str}/admin/tokens")
@showing
def token_list(request: Anywhere, tenant: FromPath[str]) -> Response[bytes]:
    """Every token ever issued, newest first, and the form for another."""
    with visiting(request, tenant) as visit:
        desk = desk_of(visit)
        return _shown(visit, desk)


def _shown(
    visit: Visit, desk: Desk, posted: Posted | None = None, wrong: dict[str, str] | None = None, status: int = 200
) -> Response[bytes]:
    if not desk.risky:
        return refusal(visit, "risky")
    wanted = visit.query.choice("state", ("good", "ended"))
    rows = [_told(visit, row) for row in reversed(tokens.all_tokens(visit.tenant))]
    rows = [row for row in rows if not wanted or (row["state"] == "good") == (wanted == "good")]
    part = cut(visit, rows, SIZE, ("admin", "tokens"), {"state": wanted})
    given = posted or Posted()
    context: dict[str, Any] = {
        "shown": part,
        "state": wanted,
        "persons": visit.names.persons(),
        "person": given.text("person"),
        "scopes": _scopes(visit),
        "chosen": given.fields.get("scopes", [READ]),
        "days": [(str(days), visit.say("admin.tokens", "days", number=days)) for days in DAYS],
        "until": given.text("days") or "90",
        "wrong": wrong or {},
        "token": desk.token,
    }
    return shown(visit, "tokens", status, **context)


def _told(visit: Visit, row: Token) -> dict[str, Any]:
    ended = row.revoked_at or (row.expires_at if row.expires_at and row.expires_at <= visit.now else None)
    return {
        "id": row.id,
        "person": visit.names(row.person),
        "scopes": [_scope(visit, scope) for scope in row.scopes],
        "state": "revoked" if row.revoked_at else "expired" if ended else "good",
        "issued": visit.time(row.created_at),
        "until": visit.date(visit.tenant.snapshot.local(row.expires_at)) if row.expires_at else "",
        "ended": visit.time(ended) if ended else "",
    }


def _scope(visit: Visit, scope: str) -> str:
    """Return what a token is for, in words."""
    say = visit.say
    type, _, name = scope.partition(".")
    if scope == ANY:
        return say("admin.tokens", "everything")
    if scope == READ:
        return say("admin.tokens", "read")
    return say("admin.tokens", "all_of", type=say("type", type)) if name == ANY else say("action", scope)


def _scopes(visit: Visit) -> list[tuple[str, str]]:
    types = [f"{name}.{ANY}" for name in sorted(visit.tenant.snapshot.types, key=lambda name: visit.say("type", name))]
    return [(scope, _scope(visit, scope)) for scope in (READ, *types, ANY)]


@post("/t/{tenant:str}/admin/tokens", status_code=200)
@acting
def issue_token(request: Anywhere, tenant: FromPath[str], body: RawBody) -> Response[bytes]:
    """Issue a token and show its secret, this once; or revoke one."""
    posted = read_form(request, body)
    with visiting(request, tenant) as visit:
        desk = risky_desk(visit)
        if expired := visit.expired(posted.token):
            return _shown(visit, desk, posted, {"": expired}, 403)
        step, id = posted.step
        if step == "revoke":
            tokens.revoke(visit.tenant.running, id, now=visit.now, who=desk.person)
            return led(visit.links.to("admin", "tokens"))
        return _issue(visit, desk, posted)


def _issue(visit: Visit, desk: Desk, posted: Posted) -> Response[bytes]:
    person, scopes, days = posted.text("person"), posted.fields.get("scopes", []), posted.text("days")
    wrong = {}
    if person == PLATFORM or person not in visit.day.all.persons:
        wrong["person"] = visit.say("admin.tokens", "no_person")
    if not scopes or not set(scopes) <= {scope for scope, _ in _scopes(visit)}:
        wrong["scopes"] = visit.say("admin.tokens", "no_scope")
    if days not in map(str, DAYS):
        wrong["days"] = visit.say("admin.tokens", "no_days")
    if wrong:
        return _shown(visit, desk, posted, wrong, 422)
    end = visit.now + timedelta(days=int(days))
    issued = tokens.issue(visit.tenant.running, person, scopes, now=visit.now, expires_at=end, who=desk.person)
    until = visit.date(visit.tenant.snapshot.local(end))
    scopes_told = [_scope(visit, scope) for scope in issued.scopes]
    return shown(visit, "token_issued", secret=issued.secret, person=visit.names(person), scopes=scopes_told, until=until)


TOKENS = (token_list, issue_token)
