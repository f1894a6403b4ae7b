"""Passkeys: one's own, and signing in by one. These pages alone have a script, since only a script can ask a device for a key."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from ipaddress import ip_address
from urllib.parse import urlsplit

from litestar import Response, get, post
from litestar.params import FromPath, RawBody

from steerco.accounts import passkeys, signing_in, words
from steerco.accounts.passkeys import BadPasskey, Site
from steerco.accounts.signing_in import Let
from steerco.accounts.web_sign_ins import SignedIn
from steerco.store.base import INSTALLATION
from steerco.web.http.problems import Anywhere
from steerco.web.http.sign_in import may_set
from steerco.web.http.worker_pool import acting, showing, signing
from steerco.web.pages.account.account import knows_password
from steerco.web.pages.account.desk import AccountDesk, desk, own_account, owner, redirect, writing
from steerco.web.pages.account.errand import brought, done, take_along
from steerco.web.pages.account.sign_in import let_in
from steerco.web.pages.frame import dates
from steerco.web.pages.frame.render import POLICY

SCRIPTED = f"{POLICY}; script-src 'self'"
NEW, SIGN_IN = "new-passkey", "passkey"
"""What a browser is asked for: each has a challenge of its own."""


@get("/account/passkeys")
@showing
def own_passkeys(request: Anywhere) -> Response[bytes]:
    """One's passkeys, and a new one."""
    at = desk(request)
    return _list(at, owner(at), told=request.query_params.get("told", ""))


@post("/account/passkeys", status_code=303)
@signing
def add_passkey(request: Anywhere, body: RawBody) -> Response[bytes]:
    """Keep a new passkey. One who has a password shows it: a sign-in that was left open makes nobody a key."""
    at = desk(request, body)
    found, challenge, site = owner(at), brought(request, NEW, str), _site(request)
    if challenge is None or site is None:
        return _list(at, found, "passkey_late", 422)
    with at.store.read(INSTALLATION) as session:
        has_password = own_account(session, found).password is not None
    if has_password and not knows_password(at, found):
        return _list(at, found, "refused_password", 422)
    try:
        with writing(at) as session:
            row = own_account(session, found)
            name = at.fields.get("name", "").strip() or at.say("passkey.page", "unnamed")
            passkeys.add(session, row.id, site, urlsafe_b64decode(challenge), at.fields.get("credential", ""), name, at.now)
            words.add(session, words.FACTOR_CHANGED, at.now, email=row.email, account=row.id)
    except BadPasskey as error:
        return _list(at, found, f"passkey_{error.code.replace('-', '_')}", 422)
    return done(request, redirect(at.to("/account/passkeys", told="added")), NEW)


@post("/account/passkeys/{id:str}/remove", status_code=303)
@acting
def remove_passkey(request: Anywhere, id: FromPath[str], body: RawBody) -> Response[bytes]:
    """Take one of one's own passkeys away."""
    at = desk(request, body)
    found = owner(at)
    with writing(at) as session:
        row = own_account(session, found)
        if passkeys.remove(session, row.id, id, at.now):
            words.add(session, words.FACTOR_CHANGED, at.now, email=row.email, account=row.id)
    return redirect(at.to("/account/passkeys", told="removed"))


@get("/sign-in/passkey")
@showing
def passkey_form(request: Anywhere) -> Response[bytes]:
    """The button that asks the device."""
    return _form(desk(request))


@post("/sign-in/passkey", status_code=303)
@signing
def sign_in_by_passkey(request: Anywhere, body: RawBody) -> Response[bytes]:
    """Sign in by a passkey."""
    at = desk(request, body)
    challenge, site = brought(request, SIGN_IN, str), _site(request)
    if not may_set(request):
        return _form(at, "insecure", 403)
    if challenge is None or site is None:
        return _form(at, "passkey_late", 422)
    given, states = at.fields.get("credential", ""), signing_in.states(demo=at.service.demo)
    with writing(at) as session:
        token = passkeys.let_in(session, site, urlsafe_b64decode(challenge), given, at.visitor.agent, at.now, states)
    if token is None:
        return _form(at, "passkey_refused", 422)
    return done(request, let_in(at, Let(token)), SIGN_IN)


def _list(at: AccountDesk, found: SignedIn, wrong: str = "", status: int = 200, told: str = "") -> Response[bytes]:
    site, challenge = _site(at.request), passkeys.challenge()
    with at.store.read(INSTALLATION) as session:
        row, own = own_account(session, found), passkeys.of_account(session, found.account)
    told = at.say("passkey.told", told) if at.say.has("passkey.told", told) else ""
    options = passkeys.wanted_new(site, challenge, row.id, row.name, own) if site and len(own) < passkeys.MOST else ""
    listed = [(each, dates.time(at.say, each.created_at, at.zone), _used(at, each.used_at)) for each in own]
    context = {"own_keys": listed, "options": options, "form_token": found.form_token, "password": row.password}
    return _scripted(at, at.render("passkeys", status, wrong, told=told, most=passkeys.MOST, **context), NEW, challenge)


def _used(at: AccountDesk, moment: object) -> str:
    return dates.time(at.say, moment, at.zone) if moment else ""  # type: ignore[arg-type]  # a time


def _form(at: AccountDesk, wrong: str = "", status: int = 200) -> Response[bytes]:
    site, challenge = _site(at.request), passkeys.challenge()
    options = passkeys.wanted(site, challenge) if site else ""
    return _scripted(at, at.render("passkey", status, wrong, options=options), SIGN_IN, challenge)


def _scripted(at: AccountDesk, response: Response[bytes], errand: str, challenge: bytes) -> Response[bytes]:
    response.headers["Content-Security-Policy"] = SCRIPTED
    return take_along(at.request, response, errand, urlsafe_b64encode(challenge).decode())


def _site(request: Anywhere) -> Site | None:
    """Return this server as the browser knows it; None where it is reached by a number: browsers have no passkeys for those."""
    origin = f"{request.scope['scheme']}://{request.headers.get('host', '').lower()}"
    name = urlsplit(origin).hostname or ""
    try:
        ip_address(name)
    except ValueError:
        return Site(name, origin) if name else None
    return None


ROUTES = (own_passkeys, add_passkey, remove_passkey, passkey_form, sign_in_by_passkey)
