"""Answers: JSON with its ETag, and nothing sent again that the client has."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import msgspec
from litestar import Response

from steerco.web.http.list_forms import check_takes_json
from steerco.web.http.problems import Anywhere

JSON = "application/json"
_encode = msgspec.json.Encoder().encode


def plain(content: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response[bytes]:
    """Return an answer as JSON."""
    return Response(_encode(content), status_code=status, media_type=JSON, headers=dict(headers or {}))


def tag(tenant: str, body: bytes, version: int | None = None) -> str:
    """Return the ETag of a rendering, in one tenant: whether another has the same list, even an empty one, is nobody's to learn.

    Of a record it begins with the version, which is what ``If-Match`` is held against; the rest tells renderings of one version
    apart, since a record also shows what other records did to its parts and what a day computes.
    """
    mark = sha256(tenant.encode() + b"\0" + body).hexdigest()[:12]
    return f'"{mark}"' if version is None else f'"{version}.{mark}"'


def names_tag(if_none_match: str | None, etag: str) -> bool:
    """Return whether a header ``If-None-Match`` (RFC 9110, 13.1.2) names this tag: the client has it already."""
    if if_none_match is None:
        return False
    return if_none_match.strip() == "*" or etag in [each.strip().removeprefix("W/") for each in if_none_match.split(",")]


def tagged(
    request: Anywhere, content: Any, version: int | None = None, headers: Mapping[str, str] | None = None
) -> Response[bytes]:
    """Return an answer with an ETag, or 304 where ``If-None-Match`` (RFC 9110, 13.1.2) names it. Raises ``RequestError`` for a
    client that takes a form of lists alone."""
    check_takes_json(request)
    body = content if isinstance(content, bytes) else _encode(content)
    etag = tag(str(request.path_params.get("tenant", "")), body, version)
    more = {"ETag": etag, **(headers or {})}
    if names_tag(request.headers.get("if-none-match"), etag):
        return Response(b"", status_code=304, headers=more, media_type=JSON)
    return Response(body, media_type=JSON, headers=more)
