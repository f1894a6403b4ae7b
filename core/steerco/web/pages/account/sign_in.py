"""Signing in and out. Whatever is wrong, the answer is the same: in its words, its status, and the work behind it."""

from __future__ import annotations

from litestar import Response, get, post
from litestar.params import RawBody

from steerco.accounts import signing_in, web_sign_ins
from steerco.accounts.signing_in import Let
from steerco.web.http.problems import Anywhere
from steerco.web.http.sign_in import local_address, may_set, set_token, signed_in, token_in
from steerco.web.http.worker_pool import acting, showing, signing
from steerco.web.pages.account.desk import AccountDesk, desk, redirect, writing
from steerco.web.pages.account.offered import offer


@get("/sign-in")
@showing
def sign_in_form(request: Anywhere) -> Response[bytes]:
    """The form, and where one was going."""
    at = desk(request)
    told = request.query_params.get("told", "")
    return _form(at, told=at.say("account.told", told) if at.say.has("account.told", told) else "")


@post("/sign-in", status_code=303)
@signing
def sign_in(request: Anywhere, body: RawBody) -> Response[bytes]:
    """Sign in by name and password."""
    at = desk(request, body)
    name, password = at.fields.get("name", ""), at.fields.get("password", "")
    if not may_set(request):
        return _form(at, name, "insecure", 403)
    if not name.strip() or not password:
        return _form(at, name, "missing", 422)
    let = signing_in.by_password(at.store, name, password, at.visitor, now=at.now, demo=at.service.demo)
    if let is None:
        return _form(at, name, "refused", 422)
    return let_in(at, let)


def let_in(at: AccountDesk, let: Let) -> Response[bytes]:
    """Give the browser its new token, end what it was signed in as before, and lead it on."""
    before = signed_in(at.request)
    if before is not None:
        with writing(at) as session:
            web_sign_ins.end(session, before.id, at.now, "again")
    onward = local_address(at.fields["to"], at.to("/", to=None))
    return set_token(at.request, redirect(at.to("/sign-in/code") if let.needs_code else onward), let.token)


@get("/sign-in/code")
@showing
def code_form(request: Anywhere) -> Response[bytes]:
    """The second step: a code of the app, or a recovery code."""
    return desk(request).render("code")


@post("/sign-in/code", status_code=303)
@acting
def sign_in_by_code(request: Anywhere, body: RawBody) -> Response[bytes]:
    """Sign in by a code, after the password."""
    at = desk(request, body)
    store, demo = at.store, at.service.demo
    token = token_in(request.scope)
    let = signing_in.by_code(store, token, at.fields.get("code", ""), at.visitor, now=at.now, code_time=at.code_time, demo=demo)
    if let is None:
        return at.render("code", 422, "refused")
    return set_token(request, redirect(local_address(at.fields["to"], at.to("/", to=None))), let.token)


@post("/sign-out", status_code=303)
@acting
def sign_out(request: Anywhere, body: RawBody) -> Response[bytes]:
    """End this browser's sign-in. It needs no token of a form: at worst somebody signs in again."""
    at = desk(request, body)
    found = signed_in(request)
    if found is not None:
        with writing(at) as session:
            web_sign_ins.end(session, found.id, at.now)
    return set_token(request, redirect(at.to("/sign-in", to=None, told="signed_out")), "")


def _form(at: AccountDesk, name: str = "", wrong: str = "", status: int = 200, told: str = "") -> Response[bytes]:
    return at.render(
        "sign_in",
        status,
        wrong,
        name=name[:200],
        demo=at.service.demo,
        provider=offer(at),
        passkey=at.to("/sign-in/passkey"),
        told=told if not signed_in(at.request) else "",
    )


ROUTES = (sign_in_form, sign_in, code_form, sign_in_by_code, sign_out)
