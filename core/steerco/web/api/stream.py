"""The change feed as it happens: a page at a time, a page that waits for news, or a stream of server-sent events.

All three read the log through the same page (``following.feed``), each time by the caller's token as it is then: a token that is
revoked ends a stream, and a seat that is lost hides what it showed. Where the log of a committee ends is looked up at most once
in ``EVERY`` seconds, however many wait for it; and when there is news, the listeners of a committee read it a few at a time,
so that its other requests do not wait for all of them.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Any
from weakref import WeakValueDictionary

import msgspec
from litestar import Response, get
from litestar.params import FromPath
from litestar.response import Stream
from sqlalchemy.exc import DBAPIError

from steerco.following import feed
from steerco.policy.line import READ
from steerco.records import reason
from steerco.store.fair_lock import Busy
from steerco.web.http.auth import entered, found_tenant, service_of, stranger
from steerco.web.http.passage import CURRENT, waited
from steerco.web.http.problems import Anywhere, RequestError
from steerco.web.http.requests import QueryParams
from steerco.web.http.responses import tagged
from steerco.web.http.worker_pool import WorkerPools

EVERY = 0.5
"""Seconds between two looks at where a log ends."""
HEARTBEAT = 15.0
"""Seconds after which a stream without news says that it is there, so that nothing in between takes it for dead."""
NOW = -1
"""After the newest event, whichever that is."""
LISTENERS = 1000
"""The number of streams and pages that wait for news in one process. A quarter of the places is kept from any one committee, for
the others."""
AGAIN = 30
"""Seconds after which a token with all its streams open may try for another."""
ABREAST = 2
"""The number of listeners of one committee that read a page at the same time."""
LONGEST = 30
"""The seconds that a page waits for news at most."""
BATCH = "application/cloudevents-batch+json"
EVENT_STREAM = "text/event-stream"


class Events(msgspec.Struct, frozen=True):
    """A page of the change feed. ``next`` is what to send as ``after`` next time, also where ``items`` is empty; ``more`` tells
    that there is more already."""

    items: list[feed.FeedEvent]
    next: int
    more: bool


class CloudEvent(msgspec.Struct, frozen=True):
    """An event in the envelope of CloudEvents 1.0: ``id`` is its number in the log of ``source``."""

    id: str
    source: str
    type: str
    subject: str
    time: datetime
    data: feed.FeedEvent
    specversion: str = "1.0"
    datacontenttype: str = "application/json"


def enveloped(tenant: str, event: feed.FeedEvent) -> CloudEvent:
    """Return an event of a tenant's feed in its envelope."""
    subject = f"{event.type}/{event.record}" if event.type else ""
    return CloudEvent(str(event.seq), f"/t/{tenant}", f"steerco.{event.action}", subject, event.recorded_at, event)


class LogEnds:
    """Where the logs of the committees end that somebody waits for. One for an application, used by its event loop alone.

    ``of_token``: how many may listen by one token (0: as many as there are places).
    """

    def __init__(self, pools: WorkerPools, of_token: int = 0) -> None:
        self._pools, self._of_token = pools, of_token
        self._known: dict[str, asyncio.Future[int]] = {}
        self._turns: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()
        self.listeners: Counter[str] = Counter()
        self._by_token: Counter[str] = Counter()
        self.over = False

    def end(self) -> None:
        """Let all go who listen: the server stops."""
        self.over = True

    def check_room(self, tenant: str, token: str) -> None:
        """Check that one more of a committee may listen, by this token. Raises ``Busy`` and ``RequestError``."""
        if self._of_token and self._by_token[token] >= self._of_token:
            raise RequestError(429, "too-many-streams", headers={"Retry-After": str(AGAIN)}, most=self._of_token)
        if (every := self.listeners.total()) >= LISTENERS or self.listeners[tenant] >= LISTENERS - LISTENERS // 4:
            raise Busy(f"{every} listen already")

    @contextmanager
    def listening(self, tenant: str, token: str) -> Iterator[asyncio.Semaphore]:
        """Take a place, and give what the listeners of the committee take turns by when they read. Raises as ``check_room``."""
        self.check_room(tenant, token)
        turns = self._turns.get(tenant)
        if turns is None:
            turns = self._turns[tenant] = asyncio.Semaphore(ABREAST)
        counts = ((self.listeners, tenant), (self._by_token, token))
        for count, whose in counts:
            count[whose] += 1
        try:
            yield turns
        finally:
            for count, whose in counts:
                count[whose] -= 1
                if not count[whose]:
                    del count[whose]

    async def beyond(self, request: Anywhere, tenant: str, after: int, seconds: float) -> bool:
        """Wait until the log has an event after that one, so many seconds at most; return whether it has."""
        loop = asyncio.get_running_loop()
        begun = loop.time()
        try:
            while await self._end(request, tenant) <= after:
                if self.over or (left := begun + seconds - loop.time()) <= 0:
                    return False
                await asyncio.sleep(min(EVERY, left))
            return True
        finally:
            waited(loop.time() - begun)

    async def _end(self, request: Anywhere, tenant: str) -> int:
        answer = self._known.get(tenant)
        if answer is None:
            answer = asyncio.ensure_future(self._pools.reads.run(_end, request, tenant=tenant))
            self._known[tenant] = answer
            answer.add_done_callback(lambda done: self._keep(tenant, done))
        return await asyncio.shield(answer)

    def _keep(self, tenant: str, done: asyncio.Future[int]) -> None:
        """Remember where a log ends for a while, and a failure no longer than for those who wait for it."""
        if done.cancelled() or done.exception() is not None:
            self._known.pop(tenant, None)
        else:
            done.get_loop().call_later(EVERY, self._known.pop, tenant, None)


def _end(request: Anywhere, tenant: str) -> int:
    running = found_tenant(service_of(request), tenant)
    if running is None:
        raise stranger()
    with running.store.read(running.id) as session:
        return feed.end(session)


@get("/events")
async def events(request: Anywhere, tenant: FromPath[str]) -> Response[bytes]:
    """Answer the events after a given one, on records that the caller may see. Follow ``next``, and nothing is missed.

    With ``wait`` the answer comes once there is something new, or after so many seconds.
    """
    params = QueryParams(request)
    after, limit = params.whole("after", 0, 0, 2**62), params.whole("limit", 100, 1, 200)
    wait = params.whole("wait", 0, 0, LONGEST)
    params.no_day("entries-have-times")
    params.done()
    run = request.app.state.crews.reads.run
    page = await run(_page, request, after=after, limit=limit, tenant=tenant)
    ends: LogEnds = request.app.state.log_ends
    if wait and not page.items:
        with ends.listening(tenant, token_of()) as turns:
            if await ends.beyond(request, tenant, page.next, wait):
                async with turns:
                    page = await run(_page, request, after=page.next, limit=limit, tenant=tenant)
    if BATCH in request.headers.get("accept", ""):
        content = msgspec.json.encode([enveloped(tenant, event) for event in page.items])
        link = f'</t/{tenant}/api/events?after={page.next}>; rel="next"'
        return Response(content, media_type=BATCH, headers={"Link": link})
    return tagged(request, page)


@get("/events/stream")
async def stream(request: Anywhere, tenant: FromPath[str]) -> Response[bytes] | Stream:
    """Answer the events after a given one and those that follow, as they are recorded: each a CloudEvent, as server-sent events.

    ``Last-Event-ID`` (or ``after``) says where to go on; without either it begins with what is recorded from now on. A stream
    ends after ten minutes, and a client that comes back by itself misses nothing.
    """
    params = QueryParams(request)
    after = params.whole("after", NOW, 0, 2**53)
    params.no_day("entries-have-times")
    params.done()
    heard = request.headers.get("last-event-id")
    if heard is not None and not (heard.isascii() and heard.isdigit() and len(heard) < 17):
        raise RequestError(422, "bad-cursor", fields={"Last-Event-ID": reason("not-whole", least=0, most=2**53)})
    begin = after if heard is None else int(heard)
    ends: LogEnds = request.app.state.log_ends
    run = request.app.state.crews.reads.run
    page = await run(_page, request, after=begin, limit=200, tenant=tenant)
    token = token_of()
    ends.check_room(tenant, token)
    passage = CURRENT.get()
    if passage is not None and passage.method == "HEAD":
        return Response(b"", media_type=EVENT_STREAM)
    return Stream(_told(request, tenant, token, page, ends), media_type=EVENT_STREAM, headers={"X-Accel-Buffering": "no"})


async def _told(request: Anywhere, tenant: str, token: str, page: Events, ends: LogEnds) -> AsyncIterator[bytes]:
    """Yield the stream. An error ends it, and the client learns why when it comes back."""
    with suppress(RequestError, Busy, DBAPIError), ends.listening(tenant, token) as turns:
        yield b"retry: 3000\n\n"
        until = asyncio.get_running_loop().time() + service_of(request).limits.stream
        while True:
            for event in page.items:
                told = msgspec.json.encode(enveloped(tenant, event)).decode()
                yield f"id: {event.seq}\nevent: {event.action}\ndata: {told}\n\n".encode()
            yield f"id: {page.next}\n\n".encode()  # what others may see moves the place to go on from, and shows nothing
            if ends.over or (left := until - asyncio.get_running_loop().time()) <= 0:
                return
            if not page.more and not await ends.beyond(request, tenant, page.next, min(HEARTBEAT, left)):
                yield b": still here\n\n"
                page = Events([], page.next, False)
                continue
            async with turns:
                page = await request.app.state.crews.reads.run(_page, request, after=page.next, limit=200, tenant=tenant)


def token_of() -> str:
    """Return the token of the request under way, as a reference."""
    passage = CURRENT.get()
    return passage.actor if passage is not None else ""


def _page(request: Anywhere, tenant: str, after: int, limit: int) -> Events:
    """Return a page of the feed by the caller's token as it is now; after ``NOW``, none but where to go on from."""
    with entered(request, tenant) as caller:
        caller.must(READ)
        end = feed.end(caller.session)
        if after == NOW:
            return Events([], end, False)
        if after > end:
            raise RequestError(422, "bad-cursor", fields={"after": reason("after-the-end")})
        happened, seq = feed.changes(caller.authority(), after, limit)
    return Events(happened, seq, seq < end)


ROUTES: tuple[Any, ...] = (events, stream)
