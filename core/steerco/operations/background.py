"""Long work behind the answers of a server: one piece at a time, of those that wait in one process.

What is done keeps its progress in the database itself, so that any process shows it and whoever asked may leave the page.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from steerco.store.fair_lock import Busy

WAITING = 20
"""So many pieces of work may wait in one process."""
OF_ONE = 5
"""So many of them may be of one committee, so that none fills the line for the others."""
STILL = timedelta(seconds=90)
"""What notes no progress for so long, in no process, was cut off."""

log = logging.getLogger("steerco.background")


class BackgroundFull(Busy):
    """Too much waits already."""

    def __init__(self) -> None:
        super().__init__("too much is worked out already", retry_after=60)


class Background:
    """One thread, and what waits for it by key: what sort of work, for which committee, and of what."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._keys: set[tuple[str, ...]] = set()
        self._thread: ThreadPoolExecutor | None = None

    def begin(self, key: tuple[str, ...], work: Callable[[], None], failed: Callable[[str], None]) -> None:
        """Do a piece of work, unless it is under way. ``failed`` is told what broke it off. Raises ``BackgroundFull``."""
        with self._lock:
            if key in self._keys:
                return
            self._check_room(key)
            self._keys.add(key)
            self._thread = self._thread or ThreadPoolExecutor(1, thread_name_prefix="steerco-background")
            self._thread.submit(self._run, key, work, failed)

    def check_room(self, key: tuple[str, ...]) -> None:
        """Raise ``BackgroundFull`` where there is no room for a piece of work that is not under way."""
        with self._lock:
            if key not in self._keys:
                self._check_room(key)

    def _check_room(self, key: tuple[str, ...]) -> None:
        if len(self._keys) >= WAITING or sum(each[1] == key[1] for each in self._keys) >= OF_ONE:
            raise BackgroundFull

    def is_here(self, key: tuple[str, ...]) -> bool:
        """Return whether this process does it, or lets it wait."""
        with self._lock:
            return key in self._keys

    @property
    def ended(self) -> bool:
        """Whether the process goes down: what is under way is to be left."""
        return self._ended.is_set()

    def end(self) -> None:
        """Begin nothing more."""
        self._ended.set()
        with self._lock:
            thread, self._thread = self._thread, None
        if thread is not None:
            thread.shutdown(wait=False, cancel_futures=True)

    def _run(self, key: tuple[str, ...], work: Callable[[], None], failed: Callable[[str], None]) -> None:
        try:
            work()
        except Exception as error:  # told on the page; a thread that dies would leave the page waiting
            log.exception("%s failed", " ".join(key))
            self._told(key, failed, f"{type(error).__name__}: {error}"[:500])
        finally:
            with self._lock:
                self._keys.discard(key)

    def _told(self, key: tuple[str, ...], failed: Callable[[str], None], fault: str) -> None:
        try:
            failed(fault)
        except Exception:
            log.exception("the failure of %s could not be kept", " ".join(key))
