"""Threads for handlers: few for reads, more for acts, and an end to how many may wait.

Handlers are plain functions and run in threads. How many at once matters: over SQLite a read is work for the processor, and
six threads that want the interpreter's lock at once list a third fewer records a second than two (measured). Acts wait for the
writer's turn, and must not keep reads waiting with them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from functools import wraps
from typing import Any, ParamSpec

from litestar import Response

from steerco.store.turn import Busy
from steerco.web.problems import Anywhere

P = ParamSpec("P")
Handler = Callable[P, Response[bytes]]
Answer = Coroutine[Any, Any, Response[bytes]]


class Crew:
    """At most ``threads`` handlers at once; ``waiting`` more may wait, and one more is told ``Busy``."""

    def __init__(self, name: str, threads: int, waiting: int) -> None:
        self.name, self.threads, self.waiting = name, threads, waiting
        self.pending = 0
        self._pool: ThreadPoolExecutor | None = None

    async def run(self, handler: Callable[..., Response[bytes]], *args: Any, **kwargs: Any) -> Response[bytes]:
        """The handler's answer. Raises ``Busy``."""
        if self.pending >= self.threads + self.waiting:
            raise Busy(f"{self.pending} requests are waiting already")
        if self._pool is None:
            self._pool = ThreadPoolExecutor(self.threads, f"steerco-{self.name}")
        self.pending += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, lambda: handler(*args, **kwargs))
        finally:
            self.pending -= 1

    def end(self) -> None:
        """Let the threads go; those that are at work finish."""
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown(wait=False)


class Crews:
    """The threads of one application. ``dialect``: of its database."""

    def __init__(self, dialect: str) -> None:
        self.reads = Crew("reads", 2 if dialect == "sqlite" else 16, 512)
        self.acts = Crew("acts", 16, 64)
        self.pages = Crew("pages", 2 if dialect == "sqlite" else 16, 256)
        self.plugins = Crew("plugins", 8, 64)

    def end(self) -> None:
        """Let all threads go."""
        for crew in (self.reads, self.acts, self.pages, self.plugins):
            crew.end()


def reading(handler: Handler[P]) -> Callable[P, Answer]:
    """Run a handler among the reads. Its first parameter is the request."""
    return _among("reads", handler)


def acting(handler: Handler[P]) -> Callable[P, Answer]:
    """Run a handler among the acts, where it may wait for the writer's turn."""
    return _among("acts", handler)


def showing(handler: Handler[P]) -> Callable[P, Answer]:
    """Run a handler among those of pages, one of which asks for as much as many reads do, and keeps none of them waiting."""
    return _among("pages", handler)


def plugged(handler: Handler[P]) -> Callable[P, Answer]:
    """Run a handler among those of plugins, so that a slow one keeps no read and no act waiting."""
    return _among("plugins", handler)


def _among(name: str, handler: Handler[P]) -> Callable[P, Answer]:
    @wraps(handler)
    async def run(*args: P.args, **kwargs: P.kwargs) -> Response[bytes]:
        request: Anywhere = kwargs["request"]  # type: ignore[assignment]  # Litestar gives everything by name
        crew: Crew = getattr(request.app.state.crews, name)
        return await crew.run(handler, *args, **kwargs)

    return run
