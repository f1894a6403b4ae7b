"""The last end of each log, stored beside the database: it exposes acts that are lost with the database's write-ahead log.

A signed checkpoint is up to an hour old; this file knows the last acknowledged act. It has one place for each tenant, written
after the commit and synced at most once a second. A killed process loses nothing of it; a power cut costs the last second. A
place that is ahead of its log is never overwritten, because it is the only witness of the loss.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
from pathlib import Path
from time import monotonic

from msgspec import Struct

from steerco.store import file_modes


class Head(Struct, frozen=True):
    """The end of a log: the number of its last event (0: none) and that event's hash."""

    seq: int = 0
    hash: bytes = b""


class Mark(Struct, frozen=True):
    """A head from another source (a checked checkpoint, or this file), to verify a log against."""

    seq: int
    hash: bytes


FILE = "log.ends"
PLACE = 96
"""The bytes of a tenant's place: number and hash (hexadecimal) of an event, blanks, a line end."""
EVERY = 1.0
"""The least number of seconds between two syncs."""


class Ends:
    """The ends of all logs, in ``folder``. If the folder cannot be written, nothing is stored and every act goes on."""

    def __init__(self, folder: Path) -> None:
        self._path, self._lock = folder / FILE, threading.Lock()
        self._handle: int | None = None
        self._known: dict[int, int] = {}
        self._synced = 0.0

    def of(self, tenant_id: int) -> Mark | None:
        """Return the last acknowledged event of a tenant's log, or None."""
        try:
            with self._path.open("rb") as file:
                file.seek(tenant_id * PLACE)
                seq, _, hash = file.read(PLACE).decode("ascii").partition(" ")
            return Mark(int(seq), bytes.fromhex(hash.strip()))
        except (OSError, ValueError):
            return None

    def watches(self, tenant_id: int) -> bool:
        """Return whether this process checked the end of the log before its first write."""
        return tenant_id in self._known

    def watch(self, tenant_id: int, end: int, *, lost: Mark | None) -> None:
        """Note that this process begins to write a log that ends with event ``end``.

        ``lost`` is an acknowledged event that the log lacks. Later ends are then not stored: they would overwrite the only
        witness of the loss.
        """
        self._known[tenant_id] = sys.maxsize if lost else end
        if lost:
            message = "tenant %d: the log lacks event %d, which had been acknowledged; `steerco doctor` says what to do"
            logging.getLogger("steerco.store").error(message, tenant_id, lost.seq)

    def keep(self, tenant_id: int, head: Head) -> None:
        """Store the committed end of the log."""
        with self._lock:
            if self._known.get(tenant_id, sys.maxsize) < head.seq:
                self._known[tenant_id] = head.seq
                self._write(tenant_id, head)

    def close(self) -> None:
        """Sync and close the file."""
        with self._lock:
            if self._handle is not None:
                os.fsync(self._handle)
                os.close(self._handle)
                self._handle = None

    def _write(self, tenant_id: int, head: Head) -> None:
        try:
            if self._handle is None:
                file_modes.file(self._path)
                self._handle = os.open(self._path, os.O_WRONLY)
            line = b"%d %b" % (head.seq, head.hash.hex().encode())
            os.pwrite(self._handle, line.ljust(PLACE - 1) + b"\n", tenant_id * PLACE)
            if monotonic() - self._synced > EVERY:
                os.fsync(self._handle)
                self._synced = monotonic()
        except OSError as error:
            logging.getLogger("steerco.store").warning("%s cannot be written: %s", self._path, error)
