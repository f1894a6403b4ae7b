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


class StoreUnavailable(Busy):
    """The database cannot do its work now and may later: it is cut off, restarting or read-only, or its disk is full.

    ``code``: one of the three above. Of what was being written nothing is kept, but for one
    case: the connection was lost as the end of the transaction was on its way. Whoever sent an idempotency key asks again with
    it, and the act is there once either way.
    """

    def __init__(self, code: str, message: str, retry_after: int = 5) -> None:
        super().__init__(message, retry_after)
        self.code = code


class Waiting:
    """One who waits. ``joins``: would go on in the transaction of the one before."""

    __slots__ = ("granted", "joins", "who")

    def __init__(self, who: int, joins: bool) -> None:
        self.who, self.joins, self.granted = who, joins, threading.Lock()
        self.granted.acquire()


class FairLock:
    """Mutual exclusion, first come first served.

    ``places``: how many may wait; one more is told :class:`Busy` at once. ``patience``: seconds that one waits at most.
    Asking again in the thread that holds it is a mistake and raises ``RuntimeError`` rather than waiting for itself.
    """

    def __init__(self, places: int, patience: float) -> None:
        self._places, self._patience = places, patience
        self._guard = threading.Lock()
        self._queue: deque[Waiting] = deque()
        self._holder: int | None = None
        self._chosen: Waiting | None = None

    @property
    def waiting(self) -> int:
        """How many wait now."""
        return len(self._queue)

    def take(self, *, joins: bool = False) -> None:
        """Wait for the turn. Raises :class:`Busy`."""
        me = threading.get_ident()
        with self._guard:
            if self._holder is None:
                self._holder = me
                return
            if self._holder == me:
                raise RuntimeError("a write inside a write: do both in one transaction")
            if len(self._queue) >= self._places:
                raise Busy(f"{self._places} writers are waiting already")
            mine = Waiting(me, joins)
            self._queue.append(mine)
        try:
            if mine.granted.acquire(timeout=self._patience):
                return
        except BaseException:  # interrupted
            if not self._withdraw(mine):
                mine.granted.acquire()
                self.give()
            raise
        if self._withdraw(mine):
            raise Busy(f"no turn to write within {self._patience:g} s")
        mine.granted.acquire()  # granted, or chosen, between the end of the wait and here

    def _withdraw(self, mine: Waiting) -> bool:
        with self._guard:
            if mine in self._queue:
                self._queue.remove(mine)
                return True
        return False

    def chooses(self) -> bool:
        """Choose the next, if one waits that would join; from here on it cannot give up. Only for the holder."""
        with self._guard:
            if self._chosen is None and self._queue and self._queue[0].joins:
                self._chosen = self._queue.popleft()
        return self._chosen is not None

    def give(self) -> None:
        """Hand the turn to the next."""
        with self._guard:
            following, self._chosen = self._chosen or (self._queue.popleft() if self._queue else None), None
            self._holder = following.who if following else None
            if following:
                following.granted.release()

    def __enter__(self) -> None:
        self.take()

    def __exit__(self, *_raised: object) -> None:
        self.give()
