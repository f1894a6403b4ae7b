"""Signing in and out. Whatever is wrong, the answer is the same: in its words, its status, and the work behind it."""

from __future__ import annotations

from typing import Any

from litestar import Response, get, post
from litestar.params import RawBody

from steerco.accounts import signing_in, web_sign_ins
from steerco.i18n import languages, words
from steerco.store.base import INSTALLATION
from steerco.web.http.auth import service_of
from steerco.web.http.problems import Anywhere
from steerco.web.http.requests import typed_form
from steerco.web.http.sign_in import local_address, may_set, set_token, signed_in
from steerco.web.http.worker_pool import acting, showing
from steerco.web.pages.frame.language import of_stranger
from steerco.web.pages.frame.links import address
from steerco.web.pages.frame.query import PageQuery
from steerco.web.pages.frame.render import page


@get("/sign-in")
@showing
def sign_in_form(request: Anywhere) -> Response[bytes]:
    """The form, and where one was going."""
    query = PageQuery(request)
    return _form(request, query.text("lang"), query.text("to", 2000))


@post("/sign-in", status_code=303)
@acting
def sign_in(request: Anywhere, body: RawBody) -> Response[bytes]:
    """Sign in by name and password."""
    fields, service = typed_form(request, body), service_of(request)
    to, language = fields.get("to", ""), fields.get("lang", "")
    name, password = fields.get("name", ""), fields.get("password", "")
    if not may_set(request):
        return _form(request, language, to, name, "insecure", 403)
    if not name.strip() or not password:
        return _form(request, language, to, name, "missing", 422)
    store, now = service.installation.store, service.clock()
    before = signed_in(request)
    token = signing_in.by_password(store, name, password, now=now, agent=request.headers.get("user-agent", ""))
    if token is None:
        return _form(request, language, to, name, "wrong", 422)
    if before is not None:
        with store.write(INSTALLATION) as session:
            web_sign_ins.end(session, before.id, now)
    return set_token(request, redirect(local_address(to, address("/", {"lang": language}))), token)


@post("/sign-out", status_code=303)
@acting
def sign_out(request: Anywhere, body: RawBody) -> Response[bytes]:
    """End this browser's sign-in. It needs no token of a form: at worst somebody signs in again."""
    service, fields = service_of(request), typed_form(request, body)
    found = signed_in(request)
    if found is not None:
        with service.installation.store.write(INSTALLATION) as session:
            web_sign_ins.end(session, found.id, service.clock())
    to = address("/sign-in", {"lang": fields.get("lang", ""), "ended": "1"})
    return set_token(request, redirect(to), "")


def redirect(to: str) -> Response[bytes]:
    """Lead the browser on, by a request of its own that changes nothing."""
    return Response(b"", status_code=303, headers={"Location": to}, media_type="text/html")


def _form(
    request: Anywhere, wanted_language: str, to: str, name: str = "", wrong: str = "", status: int = 200
) -> Response[bytes]:
    language = of_stranger(request, wanted_language)
    say = words(language)
    found, ended = signed_in(request), PageQuery(request).text("ended")
    context: dict[str, Any] = {
        "to": to,
        "name": name[:200],
        "wrong": say("account.sign_in", wrong) if wrong else "",
        "told": say("account.sign_in", "ended") if ended and not found and not wrong else "",
        "reader": found,
        "home": address("/", {"lang": language}),
        "switches": [(code, address("/sign-in", {"lang": code, "to": to}), code == language) for code in languages()],
    }
    return page("account/sign_in.html", status, t=say, **context)
