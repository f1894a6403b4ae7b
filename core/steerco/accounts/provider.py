"""An OpenID provider, as its client talks to it: where it leads people who sign in, and whom it says they are.

The code flow of OpenID Connect with PKCE (S256), state and nonce. Whatever the provider sends is believed only once its signature
is that of one of its keys, and issuer, audience, nonce and times are right.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from secrets import token_urlsafe
from threading import Lock
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import msgspec

if TYPE_CHECKING:
    import httpx2  # it, authlib and joserfc take a third of a second to import: with the first who signs in by them

    from steerco.configuration.settings import OpenidSettings

PATIENCE = 5.0
"""Seconds in which the provider must take a connection, and go on answering."""
KEPT = 600.0
"""Seconds for which what a provider says of itself is kept."""
LEFT_ALONE = 10.0
"""Seconds for which a provider that did not answer is not asked again: whoever comes meanwhile is told at once."""
LEEWAY = 60
"""Seconds by which clocks may differ."""
ALGORITHMS = ("RS256", "PS256", "ES256", "EdDSA")
SCOPE = "openid profile email"
OURS = ("invalid_client", "unauthorized_client")
"""What a provider says where the client is not set up as it should be."""
ADDRESSES = ("authorization_endpoint", "token_endpoint", "jwks_uri")


class ProviderProblem(Exception):
    """Nobody can be signed in at the provider now. ``code``: provider-away, provider-wrong, code-refused or not-proven."""

    def __init__(self, code: str, why: str) -> None:
        super().__init__(f"{code}: {why}")
        self.code = code


class Round(msgspec.Struct, frozen=True):
    """What a browser takes along to the provider and brings back: what the answer must match, and where one was going."""

    number: int
    issuer: str
    state: str
    nonce: str
    verifier: str
    to: str
    language: str


def new_round(number: int, issuer: str, to: str, language: str) -> Round:
    """Return a new round, with everything in it that nobody can guess. ``number``: the tenant's."""
    return Round(number, issuer, token_urlsafe(32), token_urlsafe(32), token_urlsafe(48), to, language)


@dataclass
class _Known:
    """What is kept of a provider: its metadata and keys, until when; or until when it is left alone."""

    metadata: Mapping[str, Any] | None
    keys: Mapping[str, Any] | None
    until: float


_known: dict[str, _Known] = {}
_lock = Lock()


@dataclass(frozen=True)
class Provider:
    """The provider of a tenant. ``secret``: the client's, empty for a public one; ``back``: the address that it answers to."""

    settings: OpenidSettings
    secret: str
    back: str

    def address(self, round: Round) -> str:
        """Return the address to which a browser is led. Raises ``ProviderProblem``."""
        metadata, _ = self._described()
        with self._client() as client:
            more = {"code_verifier": round.verifier, "nonce": round.nonce, "state": round.state}
            url, _ = client.create_authorization_url(metadata["authorization_endpoint"], **more)
        return str(url)

    def claims(self, round: Round, code: str) -> Mapping[str, Any]:
        """Return what the provider says of whoever came back with this code. Raises ``ProviderProblem``."""
        import httpx2
        from authlib.integrations.base_client.errors import OAuthError

        metadata, keys = self._described()
        try:
            with self._client() as client:
                given = client.fetch_token(metadata["token_endpoint"], code=code, code_verifier=round.verifier)
        except httpx2.HTTPError as error:
            raise ProviderProblem("provider-away", str(error)) from error
        except OAuthError as error:
            code = "provider-wrong" if error.error in OURS else "code-refused"  # a code that was used before, or our own secret
            raise ProviderProblem(code, str(error)) from error
        except ValueError as error:
            raise ProviderProblem("provider-wrong", str(error)) from error
        token = given.get("id_token")
        if not isinstance(token, str):
            raise ProviderProblem("not-proven", "the provider gave no ID token")
        return self.proven(token, keys, round)

    def proven(self, token: str, keys: Mapping[str, Any], round: Round) -> Mapping[str, Any]:
        """Return the claims of an ID token that is good for this round."""
        from joserfc import jwt
        from joserfc.errors import JoseError
        from joserfc.jwk import KeySet

        wanted: dict[str, Any] = {
            "iss": {"essential": True, "value": self.settings.issuer},
            "aud": {"essential": True, "value": self.settings.client_id},
            "nonce": {"essential": True, "value": round.nonce},
            "exp": {"essential": True},
            "iat": {"essential": True},
            "sub": {"essential": True},
        }
        try:
            decoded = jwt.decode(token, KeySet.import_key_set(dict(keys)), algorithms=list(ALGORITHMS))  # type: ignore[arg-type]  # as JSON
            jwt.JWTClaimsRegistry(leeway=LEEWAY, **wanted).validate(decoded.claims)
        except (JoseError, ValueError, KeyError, TypeError) as error:
            forget(self.settings.issuer)  # it may have other keys by now
            raise ProviderProblem("not-proven", f"{type(error).__name__}: {error}") from error
        claims: dict[str, Any] = decoded.claims
        if isinstance(claims["aud"], list) and len(claims["aud"]) > 1 and claims.get("azp") != self.settings.client_id:
            raise ProviderProblem("not-proven", "the token is for another client too")
        if not isinstance(claims["sub"], str) or not 0 < len(claims["sub"]) <= 255:
            raise ProviderProblem("not-proven", "the token names nobody")
        return claims

    def _described(self) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        """Return the provider's metadata and its keys. Raises ``ProviderProblem``."""
        issuer, now = self.settings.issuer, time.monotonic()
        with _lock:
            kept = _known.get(issuer)
        if kept is not None and now < kept.until:
            if kept.metadata is None or kept.keys is None:
                raise ProviderProblem("provider-away", "it did not answer a moment ago")
            return kept.metadata, kept.keys
        try:
            metadata, keys = self._ask()
        except ProviderProblem:
            with _lock:
                _known[issuer] = _Known(None, None, now + LEFT_ALONE)
            raise
        with _lock:
            _known[issuer] = _Known(metadata, keys, now + KEPT)
        return metadata, keys

    def _ask(self) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        import httpx2

        issuer = self.settings.issuer
        try:
            with httpx2.Client(timeout=PATIENCE) as client:
                metadata = _json(client, f"{issuer.rstrip('/')}/.well-known/openid-configuration")
                if metadata.get("issuer") != issuer:
                    raise ProviderProblem("provider-wrong", f"it calls itself {metadata.get('issuer')!r}, not {issuer!r}")
                for name in ADDRESSES:
                    if not _is_safe(metadata.get(name), issuer):
                        raise ProviderProblem("provider-wrong", f"its {name} is no address over TLS")
                return metadata, _json(client, metadata["jwks_uri"])
        except httpx2.HTTPError as error:
            raise ProviderProblem("provider-away", str(error)) from error

    def _client(self) -> Any:
        from authlib.integrations.httpx_client import OAuth2Client

        given = {"redirect_uri": self.back, "scope": SCOPE, "code_challenge_method": "S256", "timeout": PATIENCE}
        how = {} if self.secret else {"token_endpoint_auth_method": "none"}
        return OAuth2Client(self.settings.client_id, self.secret or None, **given, **how)


def forget(issuer: str) -> None:
    """Ask a provider anew, the next time, what it says of itself."""
    with _lock:
        _known.pop(issuer, None)


def _json(client: httpx2.Client, url: str) -> dict[str, Any]:
    answer = client.get(url)
    answer.raise_for_status()
    try:
        found = answer.json()
    except ValueError as error:
        raise ProviderProblem("provider-wrong", f"{url} is no JSON") from error
    if not isinstance(found, dict):
        raise ProviderProblem("provider-wrong", f"{url} is no object")
    return found


def _is_safe(url: object, issuer: str) -> bool:
    """Return whether an address is over TLS; or, like its issuer's, on this machine."""
    if not isinstance(url, str):
        return False
    parts = urlsplit(url)
    return parts.scheme == "https" or (
        parts.scheme == "http" and parts.hostname == urlsplit(issuer).hostname and issuer[:5] == "http:"
    )
