"""Counts by key, each in a window of time that begins with its first count.

They hold in one process and in its memory: a request that is counted costs no statement and starts no thread. Time is that of a
clock that never goes back, so setting the machine's clock lets nobody in and locks nobody out.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from time import monotonic
from typing import NamedTuple


class Counted(NamedTuple):
    """What is left after a count: ``taken`` is whether it was within the share, ``ends`` the seconds until the window does."""

    taken: bool
    left: int
    ends: float


class Windows:
    """The counts. ``seconds``: how long a window is; ``clock``: a time in seconds."""

    def __init__(self, seconds: float = 60.0, clock: Callable[[], float] = monotonic) -> None:
        self._seconds, self._clock = seconds, clock
        self._windows: dict[Hashable, list[float]] = {}
        self._swept = clock()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._windows)

    def take(self, key: Hashable, most: int) -> Counted:
        """Count once under a key, of ``most`` in a window."""
        now = self._clock()
        with self._lock:
            window = self._windows.get(key)
            if window is None or window[0] <= now:
                window = self._begun(key, now)
            window[1] += 1
            end, count = window
        return Counted(count <= most, max(0, most - int(count)), end - now)

    def spent(self, key: Hashable, most: int) -> bool:
        """Return whether nothing is left under a key, without counting."""
        window = self._windows.get(key)
        return window is not None and window[1] >= most and window[0] > self._clock()

    def _begun(self, key: Hashable, now: float) -> list[float]:
        """Begin a window. Windows that have ended go once in the time of one, so that they do not fill the memory."""
        if now - self._swept >= self._seconds:
            self._swept = now
            self._windows = {other: window for other, window in self._windows.items() if window[0] > now}
        window = self._windows[key] = [now + self._seconds, 0]
        return window
