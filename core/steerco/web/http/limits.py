"""The outermost layer: what holds for every answer, also for those that the framework gives before any handler runs.

It bounds the size of what comes in and the time that it takes, and more narrowly for strangers; unpacks nothing; answers HEAD
wherever GET is answered; puts the security headers on everything; and gives each request a number, which its
answer and its one line of log bear (``passage``).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable
from ipaddress import ip_address
from time import perf_counter
from typing import Any

from litestar import Litestar
from litestar.types import Message, Receive, Send
from msgspec import Struct

from steerco.i18n import preferred
from steerco.web.http import api_versions
from steerco.web.http.deprecations import headers_for
from steerco.web.http.methods import Methods
from steerco.web.http.passage import HEADER, Passage
from steerco.web.http.problems import MEDIA, Problem, RequestError, fault, of_trouble
from steerco.web.http.rates import Rates
from steerco.web.http.sign_in import is_from_elsewhere

SECURITY = {
    b"x-content-type-options": b"nosniff",
    b"x-frame-options": b"DENY",
    b"content-security-policy": b"default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    b"referrer-policy": b"same-origin",
    b"cross-origin-resource-policy": b"same-origin",
    b"cache-control": b"private, no-cache",
    b"vary": b"Authorization, Accept-Language",
}
"""Put on every answer that has not set them itself. (Under a stricter policy for referrers, browsers hide the origin of our own
forms.)"""
MISSED = frozenset({401, 404})
"""The answers that say that something is not there, or not for somebody like this."""
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
"""The methods that change nothing."""


class Limits(Struct, frozen=True):
    """The limits of a request: sizes in bytes, ``depth`` in levels of nesting of its JSON.

    ``unknown``: how much of a body is read before its sender is known. ``piece`` and ``whole``: seconds within which the next
    piece of a body has to come, and all of it. ``misses`` and ``costly``: how often a minute an address may ask for what is not
    there, and for what takes a password's time. ``stream``: seconds after which a stream of events ends. ``token`` and
    ``tenant``: requests a minute of one token, and of all of a committee; ``streams``: how many a token may keep open (0: any).
    """

    body: int = 24 * 1024 * 1024
    unknown: int = 64 * 1024
    piece: float = 15.0
    whole: float = 300.0
    headers: int = 16 * 1024
    address: int = 8 * 1024
    depth: int = 16
    misses: int = 300
    costly: int = 300
    stream: float = 600.0
    token: int = 0
    tenant: int = 0
    streams: int = 0


class BodyTooLarge(RequestError):
    """A body that is larger than the limit, found while it is read."""

    def __init__(self, limit: int) -> None:
        super().__init__(413, "body-too-large", headers={"Connection": "close"}, limit=limit)


class TooSlow(RequestError):
    """A body that did not come in time."""

    def __init__(self) -> None:
        super().__init__(408, "body-too-slow", headers={"Connection": "close"})


ProblemPage = Callable[[Any, Problem], tuple[bytes, dict[str, str]] | None]
"""Gives the page of a problem and its headers, by the request's ASGI scope; None for a program, which gets the problem itself."""

Known = Callable[[Any], Awaitable[None]]
"""Raises for a request, by its ASGI scope, whose sender is nobody here."""


class Edge:
    """The ASGI application: ``app`` behind the limits. ``app`` is public so that a server's tools reach it.

    ``known`` says whether a request's sender is somebody here; ``hosts`` are the names under which it answers beside addresses
    and ``localhost`` (None: under every name). ``page`` shows a problem to a browser. ``ends`` are called with each
    request that was answered, after its line of log.
    """

    def __init__(
        self,
        app: Litestar,
        limits: Limits,
        methods: Methods,
        known: Known,
        hosts: Collection[str] | None = None,
        page: ProblemPage | None = None,
    ) -> None:
        self.app, self.limits, self.methods, self.known, self.page = app, limits, methods, known, page
        self.hosts = None if hosts is None else frozenset(host.lower() for host in hosts)
        self.ends: tuple[Callable[[Passage], None], ...] = (Passage.log,)
        self.rates = Rates(limits.misses, limits.costly)

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        passage = Passage(scope)
        passage.enter()
        try:
            await self._answer(scope, receive, _Out(send, scope, self.page, passage), passage)
        finally:  # also of an answer that broke off
            for end in self.ends:
                end(passage)

    async def _answer(self, scope: Any, receive: Receive, out: _Out, passage: Passage) -> None:
        problem = self._refused(scope)
        if problem is not None:
            await out.problem(problem, language(scope["headers"]))
        elif scope["method"] == "OPTIONS" and (allow := self.methods.of(scope["path"])):
            await out({"type": "http.response.start", "status": 204, "headers": [(b"allow", allow.encode())]})
            await out({"type": "http.response.body", "body": b"", "more_body": False})
        else:
            inner: Any = {**scope, "method": "GET"} if scope["method"] == "HEAD" else scope
            passage.scope = inner
            await self._inside(inner, receive, out, self._counted(scope, out))

    def _counted(self, scope: Any, out: _Out) -> Send:
        """Return a ``send`` that counts answers of what is not there, and says so where there were too many."""
        instead = False

        async def counted(message: Message) -> None:
            nonlocal instead
            if message["type"] == "http.response.start" and message["status"] in MISSED and (over := self.rates.missed(scope)):
                instead = True
                await out.problem(over, language(scope["headers"]))
            elif not instead:
                await out(message)

        return counted

    async def _inside(self, scope: Any, receive: Receive, out: _Out, counted: Send) -> None:
        """The framework's answer; if it fails itself, a problem like any other."""
        try:
            await self.app(scope, self._bounded(scope, receive), counted)
        except Exception as error:
            if out.begun:
                raise
            await out.problem(fault(error, scope["method"], scope["path"]), language(scope["headers"]))

    def _refused(self, scope: Any) -> RequestError | None:
        """Return the error of a request that is refused before any of its body is read, or None."""
        if len(scope.get("raw_path") or b"") + len(scope["query_string"]) > self.limits.address:
            return RequestError(414, "headers-too-large", limit=self.limits.address)
        size = length = 0
        host, coding = b"", ""
        for name, value in scope["headers"]:
            size += len(name) + len(value)
            if name == b"content-length" and value.isdigit():
                length = int(value) if len(value) < 19 else self.limits.body + 1
            elif name == b"host":
                host = value
            elif name == b"content-encoding":
                coding = value.decode("latin-1").strip().lower()
        if size > self.limits.headers:
            return RequestError(431, "headers-too-large", limit=self.limits.headers)
        if "\x00" in scope["path"] or "\ufffd" in scope["path"]:
            return RequestError(404, "no-such-path")
        if self.hosts is not None and not self._answers_to(host.decode("latin-1")):
            return RequestError(421, "unknown-host", host=host.decode("latin-1")[:80])
        if scope["method"] not in SAFE and is_from_elsewhere(scope["headers"]):
            return RequestError(403, "cross-site")
        if coding not in ("", "identity") and scope["method"] not in SAFE:
            return RequestError(415, "wrong-coding", headers={"Accept-Encoding": "identity"}, sent=coding[:100])
        if over := self.rates.refused(scope) or api_versions.refused(scope["path"], scope["headers"]):
            return over
        return BodyTooLarge(self.limits.body) if length > self.limits.body else None

    def _answers_to(self, host: str) -> bool:
        """Return whether a Host header names this server. A page of another site can make its own name lead here, and no
        address."""
        name = host.lower().rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host.lower()
        try:
            ip_address(name.strip("[]"))
        except ValueError:
            return name == "localhost" or (self.hosts is not None and name in self.hosts)
        return True

    def _bounded(self, scope: Any, receive: Receive) -> Receive:
        """Return a ``receive`` that hands on the body up to the limits: its length may be left unsaid, or said wrongly."""
        read, begun, known, ended = 0, perf_counter(), False, False

        async def bounded() -> Any:
            nonlocal read, known, ended
            if ended:  # what comes now is the end of the connection, which takes its time
                return await receive()
            left = self.limits.whole - (perf_counter() - begun)
            try:
                async with asyncio.timeout(max(0.0, min(self.limits.piece, left))):
                    message = await receive()
            except TimeoutError:
                raise TooSlow from None
            if message["type"] != "http.request":
                raise RequestError(400, "bad-request", reason="the connection ended before the body did")
            read, ended = read + len(message.get("body", b"")), not message.get("more_body")
            if read > self.limits.body:
                raise BodyTooLarge(self.limits.body)
            if read > self.limits.unknown and not known:
                await self.known(scope)
                known = True
            return message

        return bounded


class _Out:
    """Sends an answer on, with what every answer has."""

    def __init__(self, send: Send, scope: Any, page: ProblemPage | None, passage: Passage) -> None:
        self._send, self._method, self._scope, self._page, self._passage = send, scope["method"], scope, page, passage

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._passage.status = message["status"]
            path = self._scope["path"]
            version = api_versions.told(path, self._scope["headers"])
            notices = {**self._passage.quota, **headers_for(self._method, path), **version}
            told = [(name.lower().encode(), value.encode()) for name, value in notices.items()]
            message["headers"] = [*_completed([*message.get("headers", ()), *told]), (HEADER, self._passage.id.encode())]
        elif message["type"] == "http.response.body" and self._method == "HEAD":
            message["body"] = b""
        await self._send(message)

    async def problem(self, trouble: RequestError, language: str) -> None:
        """Answer with a problem at once."""
        import msgspec

        problem: Problem = of_trouble(trouble, language, "")
        shown = self._page(self._scope, problem) if self._page is not None else None
        body, headers = shown or (msgspec.json.encode(problem), {"content-type": MEDIA})
        headers = {**headers, "content-length": str(len(body)), **trouble.headers}
        raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
        await self({"type": "http.response.start", "status": problem.status, "headers": raw})
        await self({"type": "http.response.body", "body": body, "more_body": False})

    @property
    def begun(self) -> bool:
        """Whether the answer's head has been sent."""
        return self._passage.status != 0


def _completed(headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    present = list(headers)
    names = {name.lower() for name, _ in present}
    return present + [(name, value) for name, value in SECURITY.items() if name not in names]


def language(headers: Iterable[tuple[bytes, bytes]]) -> str:
    """Return the language asked for by raw headers."""
    liked = next((value for name, value in headers if name == b"accept-language"), b"")
    return preferred(liked.decode("latin-1"))
