"""Signing in at a committee's OpenID provider: there, and back.

What the browser must bring back (state, nonce, PKCE's verifier) goes along sealed, and the first answer takes it away, whatever
that is.
"""

from __future__ import annotations

from hmac import compare_digest
from typing import Any

from litestar import Response, get
from litestar.params import FromPath

from steerco.accounts import openid, signing_in
from steerco.accounts.provider import Provider, ProviderProblem, Round, new_round
from steerco.accounts.signing_in import Let
from steerco.configuration.settings import OpenidSettings
from steerco.configuration.tenant import Tenant
from steerco.web.http.prefix import base_of
from steerco.web.http.problems import Anywhere
from steerco.web.http.sign_in import local_address, may_set
from steerco.web.http.worker_pool import abroad
from steerco.web.pages.account.desk import AccountDesk, desk, redirect, writing
from steerco.web.pages.account.errand import brought, done, take_along
from steerco.web.pages.account.offered import provided
from steerco.web.pages.account.sign_in import let_in

ERRAND = "openid"
STATUS = {"provider-away": 503, "insecure": 403, "waiting": 403, "refused": 403, "unlinked": 403}


@get("/t/{tenant:str}/sign-in/openid")
@abroad
def leave(request: Anywhere, tenant: FromPath[str]) -> Response[bytes]:
    """Lead the browser to the provider."""
    at = desk(request)
    found, settings = provided(at.service, tenant)
    to = local_address(at.fields["to"], f"/t/{tenant}")
    if not may_set(request):
        return _told(at, "insecure", tenant, to)
    round = new_round(found.id, settings.issuer, to, at.say.language)
    try:
        there = _provider(at, found, settings).address(round)
    except ProviderProblem as problem:
        return _told(at, problem.code, tenant, to)
    return take_along(request, redirect(there), ERRAND, round)


@get("/t/{tenant:str}/sign-in/openid/back")
@abroad
def come_back(request: Anywhere, tenant: FromPath[str]) -> Response[bytes]:
    """Sign in whoever the provider says this is, if an administrator has said who that is here."""
    at = desk(request)
    found, settings = provided(at.service, tenant)
    round = _brought(at, found, settings)
    if round is None:
        return done(request, _told(at, "round-lost", tenant, f"/t/{tenant}"), ERRAND)
    return done(request, _answered(desk(request, language=round.language, to=round.to), found, settings, round), ERRAND)


def _answered(at: AccountDesk, tenant: Tenant, settings: OpenidSettings, round: Round) -> Response[bytes]:
    """Return the answer to a browser that came back with its own round."""
    slug, code = tenant.snapshot.settings.slug, at.request.query_params.get("code", "")
    if not code or "error" in at.request.query_params:
        return _told(at, "not-signed-in", slug, round.to)
    try:
        claims = _provider(at, tenant, settings).claims(round, code)
    except ProviderProblem as problem:
        return _told(at, problem.code, slug, round.to)
    token, stands = _recognised(at, tenant, settings, claims)
    return let_in(at, Let(token)) if token else _told(at, stands, slug, round.to)


def _recognised(at: AccountDesk, tenant: Tenant, settings: OpenidSettings, claims: Any) -> tuple[str, str]:
    """Return the token of a new sign-in; or an empty one, and how the link stands that would have to be confirmed."""
    issuer, subject, value = settings.issuer, claims["sub"], openid.said(settings, claims)
    with tenant.store.read(tenant.id) as session:
        person = openid.suggested(session, tenant.id, settings, value)
    states = signing_in.states(demo=at.service.demo)
    with writing(at) as session:
        link = openid.find(session, tenant.id, issuer, subject)
        token = openid.begin(session, link, at.visitor.agent, at.now, states) if link is not None else None
        if token is not None:
            return token, ""
        stands = openid.ask(session, tenant.id, issuer, subject, value, person, at.now)
        return "", "unlinked" if stands == openid.CONFIRMED else stands


def _provider(at: AccountDesk, tenant: Tenant, settings: OpenidSettings) -> Provider:
    slug = tenant.snapshot.settings.slug
    back = f"{base_of(at.request.scope)}/t/{slug}/sign-in/openid/back"
    return Provider(settings, openid.secret(at.store.folder, slug), back)


def _brought(at: AccountDesk, tenant: Tenant, settings: OpenidSettings) -> Round | None:
    """Return the round of a browser that comes back; None where it is another's, too old, or has been answered before."""
    round = brought(at.request, ERRAND, Round)
    if round is None or round.number != tenant.id or round.issuer != settings.issuer:
        return None
    query = at.request.query_params
    ours = query.get("iss", round.issuer) == round.issuer
    return round if ours and compare_digest(round.state.encode(), query.get("state", "").encode("utf-8", "replace")) else None


def _told(at: AccountDesk, what: str, slug: str, to: str) -> Response[bytes]:
    """Return the page that says why nobody was signed in, and what to do."""
    again = at.to(f"/t/{slug}/sign-in/openid", to=to)
    return at.render("openid", STATUS.get(what, 400), what=what, again=again, by_name=at.to("/sign-in", to=to))


ROUTES = (leave, come_back)
