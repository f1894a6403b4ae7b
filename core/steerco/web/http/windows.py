"""Where counts of requests are kept: by key, each in a window of time that begins with its first count.

The storage of the library that counts (``limits``). Its own one in memory starts a thread for each window, which cost more than
the request that was counted. This one holds in one process and starts none; its time is that of a clock that never goes back, so
setting the machine's clock lets nobody in and locks nobody out.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from time import monotonic

from limits.storage import Storage


class Windows(Storage):
    """The counts. ``clock``: a time in seconds."""

    STORAGE_SCHEME = None  # made here, and never by its address

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._windows: dict[str, list[float]] = {}
        self._swept = clock()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._windows)

    @property
    def base_exceptions(self) -> tuple[type[Exception], ...]:
        """The errors that a storage may raise: none."""
        return ()

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count under a key, in a window of ``expiry`` seconds. Return the count."""
        now = self._clock()
        with self._lock:
            window = self._windows.get(key)
            if window is None or window[0] <= now:
                window = self._begun(key, now, expiry)
            window[1] += amount
            return int(window[1])

    def get(self, key: str) -> int:
        """Return the count under a key."""
        window = self._windows.get(key)
        return int(window[1]) if window is not None and window[0] > self._clock() else 0

    def get_expiry(self, key: str) -> float:
        """Return the time at which the window of a key ends, by the clock; now, where there is none."""
        window = self._windows.get(key)
        return self._clock() if window is None else window[0]

    def until(self, time: float) -> float:
        """Return the seconds until a time of the clock."""
        return max(0.0, time - self._clock())

    def check(self) -> bool:
        """Return whether counts can be kept."""
        return True

    def reset(self) -> int:
        """Forget all counts. Return of how many keys."""
        with self._lock:
            forgotten, self._windows = len(self._windows), {}
        return forgotten

    def clear(self, key: str) -> None:
        """Forget the count of a key."""
        with self._lock:
            self._windows.pop(key, None)

    def _begun(self, key: str, now: float, seconds: int) -> list[float]:
        """Begin a window. Windows that have ended go once in the time of one, so that they do not fill the memory."""
        if now - self._swept >= seconds:
            self._swept = now
            self._windows = {other: window for other, window in self._windows.items() if window[0] > now}
        window = self._windows[key] = [now + seconds, 0]
        return window
