"""The reader of a page: an account that is signed in by a cookie, as one person of one committee."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hmac import compare_digest
from typing import Any

from litestar import Response
from sqlalchemy.orm import Session

from steerco.accounts import web_sign_ins
from steerco.accounts.signing_in import states
from steerco.accounts.web_sign_ins import LASTS, SignedIn
from steerco.configuration.regime import PLATFORM
from steerco.store.engine import Store
from steerco.web.http.passage import known_as
from steerco.web.http.problems import Anywhere, RequestError

SECURE_COOKIE, LOOPBACK_COOKIE = "__Host-steerco", "steerco"
"""The cookie over TLS, which no other host and no page below can set; and the one of a server on this machine, without TLS."""
_LOOPBACK = ("localhost", "127.0.0.1", "[::1]")


@dataclass(frozen=True)
class Reader:
    """Somebody who is signed in, in one committee. ``form_token`` comes back with every form of this sign-in;
    ``sign_in`` is its id."""

    account: str
    person: str
    form_token: str
    sign_in: str = ""


class SignInNeeded(RequestError):
    """A page that strangers do not see. A browser is led to the sign-in page, and back."""

    def __init__(self) -> None:
        super().__init__(401, "no-sign-in")


def signed_in(request: Anywhere) -> SignedIn | None:
    """Return the sign-in of the request's cookie, if it is good; looked up once a request, in a transaction of its own."""
    state = request.scope["state"]
    if "signed_in" not in state:
        service = request.app.state.service
        state["signed_in"] = sender(service.installation.store, request.scope, service.clock(), demo=service.demo)
    found: SignedIn | None = state["signed_in"]
    if found is not None:
        known_as(f"account:{found.account}")
    return found


def sender(store: Store, scope: Any, now: datetime, *, demo: bool) -> SignedIn | None:
    """Return the sign-in whose cookie a request has, by its ASGI scope. ``demo``: a demonstration is served."""
    token = token_in(scope)
    return web_sign_ins.find(store, token, now, states(demo=demo)) if token else None


def ended_sign_in(request: Anywhere) -> SignedIn | None:
    """Return whose sign-in the request's cookie was, where it ended within a day: what was typed meanwhile is kept for them, and
    for nobody else. It lets nobody in."""
    service, token = request.app.state.service, token_in(request.scope)
    if not token:
        return None
    return web_sign_ins.find_ended(service.installation.store, token, service.clock(), states(demo=service.demo))


def find_reader(request: Anywhere, session: Session, tenant_id: int) -> Reader | None:
    """Return who reads, by the cookie of the request; None for a stranger and for an account without a person in this tenant."""
    found = signed_in(request)
    person = found.persons.get(tenant_id) if found else None
    return Reader(found.account, person, found.form_token, found.id) if found and person and person != PLATFORM else None


def check_form(reader: Reader | SignedIn, token: str) -> None:
    """Check that a form was made for this sign-in. Raises ``RequestError``: what was typed is the caller's to keep."""
    if not compare_digest(reader.form_token.encode(), token.encode("utf-8", "replace")):
        raise RequestError(403, "foreign-form")


# The cookie


def token_in(scope: Any) -> str:
    """Return the token in the cookie of a request, by its ASGI scope; empty where there is none."""
    wanted = SECURE_COOKIE if scope["scheme"] == "https" else LOOPBACK_COOKIE
    for name, value in scope["headers"]:
        if name == b"cookie":
            for each in value.decode("latin-1").split(";"):
                key, _, token = each.strip().partition("=")
                if key == wanted:
                    return str(token) if token.isascii() and len(token) < 100 else ""
    return ""


def may_set(request: Anywhere) -> bool:
    """Return whether a cookie may be set: over TLS, or where nothing leaves this machine."""
    host = request.headers.get("host", "").lower()
    name = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host
    return request.scope["scheme"] == "https" or name in _LOOPBACK


def set_token(request: Anywhere, response: Response[bytes], token: str) -> Response[bytes]:
    """Give the browser the token of its sign-in; an empty one takes it away."""
    secure = request.scope["scheme"] == "https"
    response.set_cookie(
        key=SECURE_COOKIE if secure else LOOPBACK_COOKIE,
        value=token,
        max_age=int(LASTS.total_seconds()) if token else 0,
        path="/",
        secure=secure,
        httponly=True,
        samesite="lax",
    )
    return response


def is_from_elsewhere(headers: Iterable[tuple[bytes, bytes]]) -> bool:
    """Return whether a request that would change something was sent by a page of another site.

    Browsers say so themselves (``Sec-Fetch-Site``, else ``Origin``) and no page can change it. Programs say neither.
    """
    known = {name: value.decode("latin-1").lower() for name, value in headers}
    if (site := known.get(b"sec-fetch-site")) is not None:
        return site not in ("same-origin", "none")
    origin = known.get(b"origin")
    return origin is not None and origin.partition("://")[2] != known.get(b"host")


def local_address(wanted: str, otherwise: str = "/") -> str:
    """Return an address of this server that was asked for, to go to after signing in; ``otherwise`` where it is no such one."""
    plain = wanted.isascii() and wanted.isprintable() and "\\" not in wanted and len(wanted) < 2000
    inside = wanted.startswith("/") and not wanted.startswith(("//", "/sign-"))
    return wanted if plain and inside else otherwise
