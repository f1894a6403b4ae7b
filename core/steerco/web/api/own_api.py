"""The committee's API as a plugin's route asks it: in the name and with the token of the request that the route answers.

It is the API itself: the same handlers, decisions, limits and problems as over HTTP, without the way over the network. So a
plugin that shows it in another form can show nothing and do nothing that its caller could not.
"""

from __future__ import annotations

import asyncio
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

from steerco.extension.results import Answer
from steerco.store.fair_lock import Busy
from steerco.web.http.problems import Anywhere

SECONDS = 4.0
"""How long an answer is waited for: less than a route has, so that a busy server is told as such and not as a plugin's fault."""
PASSED = ("accept-language", "authorization")
"""The headers of the outer request that go along."""
GIVEN = frozenset({"accept", "idempotency-key", "if-match"})
"""The headers that a plugin may add."""
ENDLESS = "events/stream"


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


@dataclass(frozen=True)
class OwnApi:
    """The API of the committee ``slug``, for the sender of ``request``; ``loop`` is that in which the application runs."""

    request: Anywhere
    slug: str
    loop: asyncio.AbstractEventLoop

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

        Raises ``ValueError`` for the stream of events, and for a path that leads out of the API; ``Busy`` where no answer came
        within four seconds: what was asked may still be done then, so send acts with a key.
        """
        parts = path.split("/")
        if path == ENDLESS or not all(parts) or {".", ".."} & set(parts):
            raise ValueError(f"{path!r} is no part of the API that gives one answer")
        body = b"" if input is None else json.dumps(input).encode()
        asked = asyncio.run_coroutine_threadsafe(
            self._ask(self._scope(method, path, query or {}, headers or {}), body), self.loop
        )
        try:
            return asked.result(SECONDS)
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

        await self.request.app(scope, receive, heard)
        return heard.answer()

    def _scope(self, method: str, path: str, query: Mapping[str, str], headers: Mapping[str, str]) -> Any:
        outer: Any = self.request.scope
        at = f"/t/{self.slug}/api/{path}"
        own = {name.lower(): value for name, value in headers.items() if name.lower() in GIVEN}
        passed = {name: value for name in PASSED if (value := self.request.headers.get(name)) is not None}
        told = {"host": self.request.headers.get("host", "localhost"), "content-type": "application/json", **passed, **own}
        kept = ("asgi", "http_version", "scheme", "server", "client", "root_path", "extensions")
        return {
            **{name: outer[name] for name in kept if name in outer},
            "type": "http",
            "method": method,
            "path": at,
            "raw_path": quote(at, errors="replace").encode(),
            "query_string": urlencode(query, errors="replace").encode(),
            "headers": [(name.encode(), value.encode("latin-1", "replace")) for name, value in told.items()],
            "state": {},
        }


def sealed(secret: str, plugin: str, slug: str, text: str) -> str:
    """Return a seal over a text that only this plugin, asked with this token in this committee, comes to again (HMAC-SHA256)."""
    return hmac.digest(secret.encode(), "\0".join((plugin, slug, text)).encode(), "sha256").hex()
