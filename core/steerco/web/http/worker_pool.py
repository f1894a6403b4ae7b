"""Threads for handlers: few for reads, more for acts, and an end to how many may wait.

Handlers are plain functions and run in threads. How many at once matters: over SQLite a read is work for the processor, and
six threads that want the interpreter's lock at once list a third fewer records a second than two (measured). Acts wait for the
writer's turn, and must not keep reads waiting with them. Tenants are served by turns: however
much one asks for, another's next request waits for one of each tenant that waits, and no longer.
"""

from __future__ import annotations

import asyncio
import atexit
import threading
import weakref
from collections import Counter, deque
from collections.abc import Callable, Coroutine, Iterator
from contextlib import suppress
from contextvars import Context, copy_context
from functools import wraps
from queue import SimpleQueue
from typing import Any, ParamSpec, TypeVar

from litestar import Response

from steerco.store.fair_lock import Busy
from steerco.web.http.problems import Anywhere

P = ParamSpec("P")
T = TypeVar("T")
Handler = Callable[P, Response[Any]]
Answer = Coroutine[Any, Any, Response[Any]]
Answered = asyncio.Future[Any]
Work = tuple[asyncio.AbstractEventLoop, Answered, Context, Callable[..., Any], tuple[Any, ...], dict[str, Any]]


class Lines:
    """Requests that wait, in a line for each tenant. A thread takes the first of the line whose turn it is."""

    def __init__(self) -> None:
        self._lines: dict[str, deque[Work]] = {}
        self._turns: deque[str] = deque()
        self._lock = threading.Lock()
        self._there: SimpleQueue[bool] = SimpleQueue()

    def put(self, whose: str, work: Work) -> None:
        """Add a request at the end of a tenant's line."""
        with self._lock:
            line = self._lines.get(whose)
            if line is None:
                line = self._lines[whose] = deque()
                self._turns.append(whose)
            line.append(work)
        self._there.put(True)

    def get(self) -> Work | None:
        """Wait for the next request and return it; None where the thread is let go."""
        if not self._there.get():
            return None
        with self._lock:
            whose = self._turns.popleft()
            line = self._lines[whose]
            work = line.popleft()
            if line:
                self._turns.append(whose)
            else:
                del self._lines[whose]
        return work

    def dismiss(self, threads: int) -> None:
        """Let so many threads go, each after what it is at."""
        for _ in range(threads):
            self._there.put(False)


class WorkerPool:
    """At most ``threads`` handlers at once; ``waiting`` more may wait, and one more is told ``Busy``. A quarter of the places to
    wait is kept from any one tenant, for the others.

    A queue and plain threads: what an executor of the standard library does besides was a tenth of a list's instructions.
    """

    def __init__(self, name: str, threads: int, waiting: int) -> None:
        self.name, self.threads, self.waiting = name, threads, waiting
        self.pending = 0
        self._of: Counter[str] = Counter()
        self._asked: Lines | None = None
        self._at_work: list[threading.Thread] = []

    async def run(self, handler: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        """Run the handler in a thread and return its answer. Raises ``Busy`` where too many wait."""
        whose = kwargs.get("tenant", "")
        full = self.threads + self.waiting
        if self.pending >= full or self._of[whose] >= full - self.waiting // 4:
            raise Busy(f"{self.pending} requests are waiting already")
        if self._asked is None:
            self._asked = self._start()
        loop = asyncio.get_running_loop()
        answer: Answered = loop.create_future()
        self.pending += 1
        self._of[whose] += 1
        try:
            self._asked.put(whose, (loop, answer, copy_context(), handler, args, kwargs))
            done: T = await answer
            return done
        finally:
            self.pending -= 1
            self._of[whose] -= 1
            if not self._of[whose]:
                del self._of[whose]

    def _start(self) -> Lines:
        lines = Lines()
        names = (f"steerco-{self.name}_{number}" for number in range(self.threads))
        self._at_work = [threading.Thread(target=_work, args=(lines,), name=name, daemon=True) for name in names]
        for thread in self._at_work:
            thread.start()
        weakref.finalize(self, lines.dismiss, self.threads)  # an application that is dropped without a word
        _crews.add(self)
        return lines

    def end(self) -> None:
        """Let the threads go; those that are at work finish."""
        lines, self._asked = self._asked, None
        if lines is not None:
            lines.dismiss(self.threads)

    def join(self) -> None:
        """Let the threads go, and wait for those that are at work."""
        self.end()
        for thread in self._at_work:
            thread.join()


_crews: weakref.WeakSet[WorkerPool] = weakref.WeakSet()


@atexit.register
def _finished() -> None:
    """The process ends after what it has begun."""
    for crew in list(_crews):
        crew.join()


def _work(lines: Lines) -> None:
    """Serve one request after the other until the thread is let go."""
    while (work := lines.get()) is not None:
        loop, answer, context, handler, args, kwargs = work
        if not answer.cancelled():
            outcome: Any
            try:
                outcome = context.run(handler, *args, **kwargs)
            except BaseException as error:  # it is the caller's
                outcome = error
            with suppress(RuntimeError):  # the loop has ended meanwhile
                loop.call_soon_threadsafe(_deliver, answer, outcome)
            del outcome
        del work, loop, answer, context, handler, args, kwargs  # nothing is kept alive until the next request


def _deliver(answer: Answered, outcome: Any) -> None:
    if answer.cancelled():
        return
    if isinstance(outcome, BaseException):
        answer.set_exception(outcome)
    else:
        answer.set_result(outcome)


class WorkerPools:
    """The threads of one application. ``dialect``: of its database."""

    def __init__(self, dialect: str) -> None:
        self.reads = WorkerPool("reads", 2 if dialect == "sqlite" else 16, 512)
        self.acts = WorkerPool("acts", 16, 256)  # two hundred people of one committee press at once, and nobody is turned away
        self.pages = WorkerPool("pages", 2 if dialect == "sqlite" else 16, 256)
        self.plugins = WorkerPool("plugins", 8, 64)
        self.sign_ins = WorkerPool("sign-ins", 4, 256)
        self.abroad = WorkerPool("abroad", 8, 32)
        self.answers = WorkerPool("answers", 1, 16)

    def __iter__(self) -> Iterator[WorkerPool]:
        yield from (self.reads, self.acts, self.pages, self.plugins, self.sign_ins, self.abroad, self.answers)

    def end(self) -> None:
        """Let all threads go."""
        for crew in self:
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


def signing(handler: Handler[P]) -> Callable[P, Answer]:
    """Run a handler among those that look at passwords and wait for that, so that it keeps no act waiting."""
    return _among("sign_ins", handler)


def plugged(handler: Handler[P]) -> Callable[P, Answer]:
    """Run a handler among those of plugins, so that a slow one keeps no read and no act waiting."""
    return _among("plugins", handler)


def abroad(handler: Handler[P]) -> Callable[P, Answer]:
    """Run a handler among those that ask another server, so that one that is slow keeps nobody else waiting."""
    return _among("abroad", handler)


def working_out(handler: Handler[P]) -> Callable[P, Answer]:
    """Run a handler alone that works out for seconds what the rules lead to, so that it keeps no read and no page waiting."""
    return _among("answers", handler)


def _among(name: str, handler: Handler[P]) -> Callable[P, Answer]:
    @wraps(handler)
    async def run(*args: P.args, **kwargs: P.kwargs) -> Response[Any]:
        request: Anywhere = kwargs["request"]  # type: ignore[assignment]  # Litestar gives everything by name
        crew: WorkerPool = getattr(request.app.state.crews, name)
        return await crew.run(handler, *args, **kwargs)

    return run
