"""The server under the application: uvicorn, with an end to how long a request's head may take, and to how long an answer waits
for a client that does not read it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD = 10.0
"""Seconds within which the head of a request has to be whole. uvicorn bounds the pause between two requests, and no head."""

UNREAD = 120.0
"""Seconds after which a connection is given up whose client has read nothing of what waits for it."""


class Timed(H11Protocol):
    """A connection that is closed where the head of its next request does not come in time, however it trickles, or where an
    answer is not read."""

    seconds, unread = HEAD, UNREAD
    _head: asyncio.TimerHandle | None = None
    _full: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        super().connection_made(transport)
        self._head = self.loop.call_later(self.seconds, self._too_slow)

    def data_received(self, data: bytes) -> None:
        if self._head is None and self._idle():
            self._head = self.loop.call_later(self.seconds, self._too_slow)
        super().data_received(data)
        if not self._idle():
            self._stop()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop()
        self._drained()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """More waits to be read than is kept: the client has so long to read some of it."""
        super().pause_writing()
        self._watch()

    def resume_writing(self) -> None:
        """The client has read."""
        self._drained()
        super().resume_writing()

    def _watch(self) -> None:
        self._full = self.loop.call_later(self.unread, self._unread, self.transport.get_write_buffer_size())

    def _unread(self, before: int) -> None:
        if self.transport.get_write_buffer_size() >= before:
            self.transport.abort()
        else:
            self._watch()

    def _drained(self) -> None:
        if self._full is not None:
            self._full.cancel()
            self._full = None

    def _idle(self) -> bool:
        """Return whether no request is under way."""
        return self.cycle is None or self.cycle.response_complete

    def _stop(self) -> None:
        if self._head is not None:
            self._head.cancel()
            self._head = None

    def _too_slow(self) -> None:
        self._head = None
        if self._idle() and not self.transport.is_closing():
            self.transport.close()


class Server(uvicorn.Server):
    """Says that it serves once it listens; ``stopping`` is whether it was asked to stop before it could hear that itself.
    ``proxies``: addresses, joined by commas, whose word on a client's address and scheme is taken. ``ending`` is called before it
    waits for what is under way.
    """

    def __init__(
        self,
        app: Any,
        host: str,
        port: int,
        *,
        begun: Callable[[], None],
        stopping: Callable[[], bool],
        proxies: str = "127.0.0.1",
        ending: Callable[[], None] = lambda: None,
    ) -> None:
        settings = uvicorn.Config(
            app,
            host=host,
            port=port,
            http=Timed,
            ws="none",
            log_config=None,
            forwarded_allow_ips=proxies,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=2,
        )
        super().__init__(settings)
        self._begun, self._stopping, self._ending = begun, stopping, ending

    async def startup(self, sockets: Any = None) -> None:
        """Begin to listen."""
        await super().startup(sockets)
        if self._stopping():
            self.should_exit = True
        elif self.started and not self.should_exit:
            self._begun()

    async def shutdown(self, sockets: Any = None) -> None:
        """Stop listening, and end."""
        self._ending()
        await super().shutdown(sockets)
