"""The data that a browser takes along while somebody is being signed in elsewhere, sealed in a cookie for some minutes:
nothing is stored for whoever is not known yet, and nobody else can bring it back.
"""

from __future__ import annotations

import time
from typing import TypeVar

import msgspec
from litestar import Response

from steerco.store.base import INSTALLATION
from steerco.store.sessions import cursors_of
from steerco.web.http.auth import service_of
from steerco.web.http.problems import Anywhere

LASTS = 600
"""Seconds in which one must be back."""

T = TypeVar("T")


def take_along(request: Anywhere, response: Response[bytes], errand: str, content: object) -> Response[bytes]:
    """Give the browser something to bring back."""
    store = service_of(request).installation.store
    with store.read(INSTALLATION) as session:
        body = msgspec.json.encode((int(time.time()), content))
        sealed = cursors_of(session).sealed(body, _about(errand))
    return _cookie(request, response, errand, sealed, LASTS)


def brought(request: Anywhere, errand: str, sort: type[T]) -> T | None:
    """Return what the browser was given; None for nothing, for another's and for what is too old."""
    store = service_of(request).installation.store
    try:
        with store.read(INSTALLATION) as session:
            body = cursors_of(session).opened(request.cookies.get(_name(request, errand), ""), _about(errand))
        begun, content = msgspec.json.decode(body, type=tuple[int, sort])  # type: ignore[valid-type]  # as given
    except ValueError:
        return None
    return content if 0 <= time.time() - begun < LASTS else None


def done(request: Anywhere, response: Response[bytes], errand: str) -> Response[bytes]:
    """Take away from the browser what it was given: each answer counts once."""
    return _cookie(request, response, errand, "", 0)


def _cookie(request: Anywhere, response: Response[bytes], errand: str, value: str, age: int) -> Response[bytes]:
    secure = request.scope["scheme"] == "https"
    key = _name(request, errand)
    response.set_cookie(key=key, value=value, max_age=age, path="/", secure=secure, httponly=True, samesite="lax")
    response.headers["Cache-Control"] = "no-store"
    return response


def _name(request: Anywhere, errand: str) -> str:
    return f"__Host-steerco-{errand}" if request.scope["scheme"] == "https" else f"steerco-{errand}"


def _about(errand: str) -> bytes:
    return f"errand {errand}".encode()
