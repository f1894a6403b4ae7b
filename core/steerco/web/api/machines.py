"""OAuth for machines: an access token of ten minutes in exchange for an API token (RFC 6749, client credentials).

The client's id is the API token's id, and the client's secret the API token itself. Every answer to a client that is not good is
the same, whatever the reason and whether or not there is such a committee.
"""

from __future__ import annotations

from hmac import compare_digest
from typing import Any
from urllib.parse import parse_qsl

from litestar import Response, get, post
from litestar.params import FromPath, RawBody

from steerco.accounts import attempts
from steerco.operations import access_tokens, tokens
from steerco.store.base import INSTALLATION
from steerco.web.http.auth import Service, found_tenant, service_of
from steerco.web.http.prefix import base_of
from steerco.web.http.problems import Anywhere
from steerco.web.http.responses import plain
from steerco.web.http.worker_pool import acting

FORM = "application/x-www-form-urlencoded"
GRANT = "client_credentials"
METHODS = ("client_secret_basic", "client_secret_post")
LONGEST, MOST_FIELDS = 4096, 10
SECRET_ANSWER = {"Cache-Control": "no-store", "Pragma": "no-cache"}


@post("/oauth/token", status_code=200)
@acting
def token(request: Anywhere, tenant: FromPath[str], body: RawBody) -> Response[bytes]:
    """Give an access token to a client that shows its id and secret, for all of its scopes or those asked for."""
    from authlib.oauth2.rfc6749.errors import OAuth2Error  # 0.4 s to import: with the first machine that asks

    try:
        return plain(_granted(request, tenant, body), 200, SECRET_ANSWER)
    except OAuth2Error as error:
        told = dict(error.get_body())
        return plain(told, error.status_code, SECRET_ANSWER | _challenge(error.status_code))


def _challenge(status: int) -> dict[str, str]:
    return {"WWW-Authenticate": 'Basic realm="steerco", charset="UTF-8"'} if status == 401 else {}


def _granted(request: Anywhere, slug: str, body: bytes) -> dict[str, Any]:
    """Return the answer to a good request. Raises ``OAuth2Error``."""
    from authlib.oauth2.rfc6749.errors import InvalidScopeError, UnsupportedGrantTypeError

    service = service_of(request)
    now = service.clock()
    fields = _fields(request, body)
    id, secret = _credentials(request, fields)
    _let(service, request)
    running = found_tenant(service, slug)
    place, store = (running.id, running.store) if running is not None else (INSTALLATION, service.installation.store)
    with store.read(place) as session:
        known = None if secret.startswith(access_tokens.PREFIX) else tokens.find_good_token(session, place, secret, now)
        if running is None or known is None or not compare_digest(known.id.encode(), id.encode()):
            raise _no_client()
        snapshot = running.at(session).snapshot
    _good(service, request)
    if fields.get("grant_type") != GRANT:
        raise UnsupportedGrantTypeError(fields.get("grant_type", ""))
    try:
        scopes = tokens.narrowed(snapshot, known, tuple(fields.get("scope", "").split()))
    except tokens.BadToken as wrong:
        raise InvalidScopeError(description=str(wrong)) from None
    with store.read(place) as session:
        access = access_tokens.sealed(session, place, known.id, scopes, now + access_tokens.LASTS)
    lasts = int(access_tokens.LASTS.total_seconds())
    return {"access_token": access, "token_type": "Bearer", "expires_in": lasts, "scope": " ".join(scopes)}


def _no_client() -> Exception:
    from authlib.oauth2.rfc6749.errors import InvalidClientError

    error: Exception = InvalidClientError(description="no such client, or not its secret", status_code=401)
    return error


def _fields(request: Anywhere, body: bytes) -> dict[str, str]:
    """Return the fields of the form, each once. Raises ``OAuth2Error``."""
    from authlib.oauth2.rfc6749.errors import InvalidRequestError

    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media != FORM or len(body) > LONGEST:
        raise InvalidRequestError(f"send a form ({FORM}) of at most {LONGEST} bytes")
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict")
    except ValueError:
        raise InvalidRequestError("the form cannot be read") from None
    if len(dict(pairs)) < len(pairs):
        raise InvalidRequestError("a field stands twice in the form")
    return dict(pairs)


def _credentials(request: Anywhere, fields: dict[str, str]) -> tuple[str, str]:
    """Return id and secret, from the header or the form and not from both. Raises ``OAuth2Error``."""
    from authlib.oauth2.rfc6749.errors import InvalidRequestError
    from authlib.oauth2.rfc6749.util import extract_basic_authorization

    given = request.headers.get("authorization", "")
    if not given:
        return fields.get("client_id", ""), fields.get("client_secret", "")
    if "client_secret" in fields:
        raise InvalidRequestError("name the client in the header or in the form, and not in both")
    try:
        id, secret = extract_basic_authorization({"Authorization": given})
    except ValueError:
        raise _no_client() from None
    return id or "", secret or ""


def _let(service: Service, request: Anywhere) -> None:
    """Count an attempt from this address, as at signing in. Raises ``OAuth2Error`` where there were too many in vain."""
    address = _address(request)
    with service.installation.store.write(INSTALLATION) as session:
        let, _ = attempts.count(session, attempts.of_address(f"token {address}"), attempts.most_of(address), service.clock())
    if not let:
        raise _no_client()


def _good(service: Service, request: Anywhere) -> None:
    """Take the attempt back: it was none in vain."""
    with service.installation.store.write(INSTALLATION) as session:
        attempts.give_back(session, attempts.of_address(f"token {_address(request)}"))


def _address(request: Anywhere) -> str:
    return request.client.host if request.client else ""


@get("/.well-known/oauth-authorization-server/t/{tenant:str}", sync_to_thread=False)
def metadata(request: Anywhere, tenant: FromPath[str]) -> Response[bytes]:
    """Answer where a machine gets its token (RFC 8414). The same for every name: it tells nobody which committees there are."""
    base = base_of(request.scope)
    here = f"{base}/t/{tenant}"
    return plain(
        {
            "issuer": here,
            "token_endpoint": f"{here}/api/oauth/token",
            "token_endpoint_auth_methods_supported": METHODS,
            "grant_types_supported": [GRANT],
            "response_types_supported": [],
            "service_documentation": f"{base}/schema/openapi.json",
        }
    )


ROUTES = [token]
