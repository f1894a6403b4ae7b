"""The committee's API as a plugin's route asks it: in the name and with the token of the request that the route answers.

It is the API itself: the same handlers, decisions and problems as over HTTP, without the way over the network. So a plugin that
shows it in another form can show nothing and do nothing that its caller could not.

- Each call counts against the shares of the token and of the committee (``quotas``), as the request that the route answers does;
  one too many is answered with 429, and the route's answer tells what is left after its calls.
- A call leaves no line of its own: its statements stand in the line of the request, and what it tells of a fault bears the
  number of the request.
- What the edge of the server bounds (``limits``: sizes, the time that a body takes, and how often an address may ask for what is
  not there) is bounded for the request and not for each call.
"""

from __future__ import annotations

import asyncio
import hmac
import json
from collections.abc import Mapping
from contextvars import Context, copy_context
from dataclasses import dataclass, field
from time import monotonic
from typing import Any
from urllib.parse import quote, urlencode

from steerco.extension.results import Answer
from steerco.store.fair_lock import Busy
from steerco.web.http.auth import service_of
from steerco.web.http.passage import CURRENT
from steerco.web.http.problems import Anywhere

SECONDS = 4.0
"""How long the answers to one request are waited for in all: less than a route has, so that a busy server is told as such and not
as a plugin's fault."""
PASSED = ("accept-language", "authorization")
"""The headers of the outer request that go along."""
GIVEN = frozenset({"accept", "idempotency-key", "if-match"})
"""The headers that a plugin may add."""
ENDLESS = "events/stream"
WAITS = "wait"
"""The parameter of a question that is answered when there is news: here it would hold a thread of plugins meanwhile."""


@dataclass
class Heard:
    """What the application sends in answer."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytearray = field(default_factory=bytearray)

    async def __call__(self, message: Any) -> None:
        """Take one message of the answer."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in message["headers"]}
        elif message["type"] == "http.response.body":
            self.body += message.get("body", b"")

    def answer(self) -> Answer:
        """Return it whole."""
        media = self.headers.get("content-type", "application/octet-stream")
        return Answer(bytes(self.body), media, self.status, headers=self.headers)


@dataclass(frozen=True, repr=False)  # what a plugin logs of its request shows no token
class OwnApi:
    """The API of the committee ``slug``, for the sender of ``request``; ``loop`` is that in which the application runs.

    It is made where the request is worked for, and asks in that ``context`` from whatever thread it is called.
    """

    request: Anywhere
    slug: str
    loop: asyncio.AbstractEventLoop
    until: float = field(default_factory=lambda: monotonic() + SECONDS)
    context: Context = field(default_factory=copy_context)

    def __call__(
        self,
        method: str,
        path: str,
        query: Mapping[str, str] | None = None,
        input: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Return what the API answers to a request of ``path`` below ``/t/{tenant}/api/`` (``duties``, ``meeting/M-1``), problems
        too. ``input`` is sent as JSON; of ``headers`` go ``Accept``, ``Idempotency-Key`` and ``If-Match``.

        Raises ``ValueError`` for the stream of events, for a question that waits for news, for a path that leads out of the API
        and an address that is too long; ``Busy`` where the answers to one request took more than four seconds in all: what was
        asked may still be done then, so send acts with a key.
        """
        parts = path.split("/")
        if path == ENDLESS or not all(parts) or {".", ".."} & set(parts):
            raise ValueError(f"{path[:100]!r} is no part of the API that gives one answer")
        if WAITS in (query or {}):
            raise ValueError(f"{WAITS} keeps others waiting: ask again later")
        body = b"" if input is None else json.dumps(input).encode()
        asking = self._ask(self._scope(method, path, query or {}, headers or {}), body)
        asked = self.context.copy().run(asyncio.run_coroutine_threadsafe, asking, self.loop)  # the task has the context as well
        try:
            return asked.result(max(0.0, self.until - monotonic()))
        except TimeoutError:
            asked.cancel()
            raise Busy(f"the API gave no answer to {method} {parts[0]} within {SECONDS:g} s") from None

    async def _ask(self, scope: Any, body: bytes) -> Answer:
        heard, sent = Heard(), False

        async def receive() -> Any:
            nonlocal sent
            if sent:
                await asyncio.Event().wait()  # whoever asks stays until the end
            sent = True
            return {"type": "http.request", "body": body, "more_body": False}

        outer = CURRENT.get()
        if outer is None:  # no server's edge stands before the application
            await self.request.app(scope, receive, heard)
            return heard.answer()
        inner = outer.inner(scope)
        CURRENT.set(inner)
        await self.request.app(scope, receive, heard)
        outer.quota = inner.quota or outer.quota
        outer.waited += inner.waited
        return heard.answer()

    def _scope(self, method: str, path: str, query: Mapping[str, str], headers: Mapping[str, str]) -> Any:
        outer: Any = self.request.scope
        at = f"/t/{self.slug}/api/{path}"
        own = {name.lower(): value for name, value in headers.items() if name.lower() in GIVEN}
        passed = {name: value for name in PASSED if (value := self.request.headers.get(name)) is not None}
        told = {"host": self.request.headers.get("host", "localhost"), "content-type": "application/json", **passed, **own}
        searched = urlencode(query, errors="replace").encode()
        if len(at) + len(searched) > service_of(self.request).limits.address:
            raise ValueError("the address is too long")
        kept = ("asgi", "http_version", "scheme", "server", "client", "root_path", "extensions")
        return {
            **{name: outer[name] for name in kept if name in outer},
            "type": "http",
            "method": method,
            "path": at,
            "raw_path": quote(at, errors="replace").encode(),
            "query_string": searched,
            "headers": [(name.encode(), value.encode("latin-1", "replace")) for name, value in told.items()],
            "state": {},
        }


class Sealing:
    """Seals texts: only this plugin, asked with this token in this committee, comes to the same seal again (HMAC-SHA256). Whoever
    logs it shows nothing of the token."""

    def __init__(self, token: str, plugin: str, slug: str) -> None:
        self._key = hmac.digest(token.encode(), f"{plugin}\0{slug}".encode(), "sha256")

    def __call__(self, text: str) -> str:
        """Return the seal over a text."""
        return hmac.digest(self._key, text.encode(), "sha256").hex()
