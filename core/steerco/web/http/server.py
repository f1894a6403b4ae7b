"""The server under the application: uvicorn, with an end to how long a request's head may take, and to how long an answer waits
for a client that does not read it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD = 10.0
"""Seconds within which the head of a request has to be whole. uvicorn bounds the pause between two requests, and no head."""

UNREAD = 120.0
"""Seconds after which a connection is given up whose client has read nothing of what waits for it."""


LINGER = 5.0
"""Seconds for which a connection is kept whose request was answered before all of its body came."""

DISCARDED = 64 * 1024 * 1024
"""Bytes of such a body that are thrown away before the connection is cut."""


class Lingering:
    """The transport of a connection. Closed in the midst of a request's body, it says that nothing more comes, and reads on for a
    while: bytes that arrive at a closed socket make the system throw away an answer that was not read yet, and a web server
    in front, which hands the body on, would see the end and not the answer."""

    def __init__(self, transport: asyncio.Transport, conn: h11.Connection, loop: asyncio.AbstractEventLoop) -> None:
        self._transport, self._conn, self._loop = transport, conn, loop
        self._left: int | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    @property
    def lingers(self) -> bool:
        """Whether what comes is to be discarded."""
        return self._left is not None

    def is_closing(self) -> bool:
        """Return whether no more is written."""
        return self.lingers or self._transport.is_closing()

    def close(self) -> None:
        """Close at once, or after a while where a body is still coming."""
        unread = self._conn.their_state is h11.SEND_BODY
        if self.lingers or not unread or self._transport.is_closing() or not self._transport.can_write_eof():
            self._transport.close()
            return
        self._left = DISCARDED
        self._transport.write_eof()
        with suppress(RuntimeError):
            self._transport.resume_reading()
        self._loop.call_later(LINGER, self._transport.close)

    def discard(self, size: int) -> None:
        """Bytes have come that nobody wants."""
        self._left = (self._left or 0) - size
        if self._left < 0:
            self._transport.abort()


class Timed(H11Protocol):
    """A connection that is closed where the head of its next request does not come in time, however it trickles, or where an
    answer is not read."""

    seconds, unread = HEAD, UNREAD
    transport: Lingering  # type: ignore[assignment]  # in all that is asked of it, a transport
    _head: asyncio.TimerHandle | None = None
    _full: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        super().connection_made(transport)
        self.transport = Lingering(transport, self.conn, self.loop)
        self._head = self.loop.call_later(self.seconds, self._too_slow)

    def data_received(self, data: bytes) -> None:
        if self.transport.lingers:
            self.transport.discard(len(data))
            return
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
