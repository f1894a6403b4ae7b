"""The program under a path of another site, such as ``/steerco``: the one place that knows of it.

Inside, every address begins at ``/``. ``Prefixed`` stands before the application: it takes the prefix from what comes in, and
puts it before every address that goes out: links and forms of pages, feeds, ``Location``, ``Link``, cookies, the servers of an
OpenAPI document. Without a prefix it is not there and costs nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from litestar.types import Message, Receive, Send

KEY = "steerco.prefix"
"""Under what name a request's ASGI scope keeps the prefix."""
_SHAPE = re.compile(r"(/[A-Za-z0-9._~-]+)+")
_LINK = re.compile(rb"""(\s(?:href|action|src|formaction)=["'])(?=/(?!/))""")
_PAGES = (b"text/html", b"application/xml", b"application/atom+xml", b"application/xhtml+xml")
_SERVERS, _PROBLEM = b'"servers":[{"url":"/"}]', b'"type":"/problems/'
_HOST, _SECURE = b"__Host-steerco", b"__Secure-steerco"
"""Browsers take the first for a cookie of the whole host alone; under a path the second takes its place."""


class BadPrefix(ValueError):
    """A prefix that is no path, or that the program's own addresses begin with."""


def checked(prefix: str) -> str:
    """Return the prefix. Raises ``BadPrefix`` for one that is not such as ``/steerco``."""
    if not _SHAPE.fullmatch(prefix) or prefix.split("/")[1] == "t" or {".", ".."} & set(prefix.split("/")):
        raise BadPrefix(f"{prefix!r} is no path such as /steerco: it begins with /, does not end with it, and is not /t")
    return prefix


def base_of(scope: Any) -> str:
    """Return the address of this server as the request's sender has it, without a last ``/``, by the ASGI scope."""
    host = next((value for name, value in scope["headers"] if name == b"host"), b"").decode("latin-1")
    return f"{scope['scheme']}://{host}{scope.get(KEY, '')}"


class Prefixed:
    """The ASGI application ``app`` under a prefix. A request without it is answered too: a web server in front may have taken it
    off, and whoever asks for ``/health`` comes past that server."""

    def __init__(self, app: Any, prefix: str) -> None:
        self.inner, self.prefix, self._raw = app, checked(prefix), prefix.encode()

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.inner(scope, receive, send)
        elif scope["path"] == self.prefix:
            head = [(b"location", self._raw + b"/"), (b"content-length", b"0")]
            await send({"type": "http.response.start", "status": 308, "headers": head})
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        else:
            await self.inner(self._within(scope), receive, _Outbound(send, self._raw, scope))

    def _within(self, scope: Any) -> Any:
        path, raw = scope["path"], scope.get("raw_path") or b""
        headers = [(name, value.replace(_SECURE, _HOST) if name == b"cookie" else value) for name, value in scope["headers"]]
        changed = {**scope, "headers": headers, KEY: self.prefix}
        if path.startswith(f"{self.prefix}/"):
            changed["path"] = path.removeprefix(self.prefix)
            changed["raw_path"] = raw.removeprefix(self._raw)
        return changed


class _Outbound:
    """Sends an answer on with the prefix before its addresses. The text of a page is held until it is whole; what else is sent,
    as a stream of events, goes on as it comes."""

    def __init__(self, send: Send, prefix: bytes, scope: Any) -> None:
        self._send, self._prefix, self._head = send, prefix, scope["method"] == "HEAD"
        self._document = scope["path"].endswith("/schema/openapi.json")
        self._kind, self._start, self._parts = b"", None, list[bytes]()

    async def __call__(self, message: Message) -> None:
        held: Any = message
        if held["type"] == "http.response.start":
            headers = list(_outward(held.get("headers", ()), self._prefix))
            self._kind = next((value for name, value in headers if name == b"content-type"), b"").partition(b";")[0]
            held["headers"] = headers
            if self._rewritten():
                self._start = held
                return
        elif self._start is not None:
            self._parts.append(held.get("body", b""))
            if held.get("more_body"):
                return
            await self._whole(self._start, b"".join(self._parts))
            return
        await self._send(message)

    def _rewritten(self) -> bool:
        return self._document or self._kind in _PAGES or self._kind == b"application/problem+json"

    async def _whole(self, start: Any, body: bytes) -> None:
        if self._kind in _PAGES:
            body = _LINK.sub(rb"\g<1>" + self._prefix, body)
        else:
            body = body.replace(_SERVERS, b'"servers":[{"url":"' + self._prefix + b'"}]', 1)
            body = body.replace(_PROBLEM, b'"type":"' + self._prefix + b"/problems/", 1)
        length = [] if self._head else [(b"content-length", str(len(body)).encode())]
        start["headers"] = [(name, value) for name, value in start["headers"] if name != b"content-length"] + length
        await self._send(start)
        await self._send({"type": "http.response.body", "body": body, "more_body": False})


def _outward(headers: Any, prefix: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield the headers of an answer with the prefix before each address of this server."""
    for given, value in headers:
        name = given.lower()
        if name in (b"location", b"content-location") and value.startswith(b"/") and not value.startswith(b"//"):
            value = prefix + value
        elif name == b"link":
            value = re.sub(rb"<(?=/(?!/))", b"<" + prefix, value)
        elif name == b"set-cookie":
            value = re.sub(rb"(?i)(;\s*path=)/(?=;|$)", rb"\g<1>" + prefix, value)
            value = _SECURE + value.removeprefix(_HOST) if value.startswith(_HOST) else value
        yield name, value
