"""Where each log ended at last, kept beside the database: what is lost with the database's own log of writes is noticed.

A signed checkpoint tells of an hour ago; this tells of the last act whose sender was told that it is done. One file, a place
in it for each tenant, written after the commit and synced at most once a second: a process that is killed loses nothing of it,
a machine that loses power the last second. A place that is ahead of its log is never written over: it is the only witness.
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
    """A head that is known from elsewhere, to hold a log against: of a signed checkpoint that was checked, or kept here."""

    seq: int
    hash: bytes


FILE = "log.ends"
PLACE = 96
"""Bytes a tenant has in the file: the number and hash (hexadecimal) of an event, blanks, a line's end."""
EVERY = 1.0
"""Seconds between two syncs at least."""


class Ends:
    """The last events of logs, in ``folder``. A folder that cannot be written keeps nothing, and stops no act."""

    def __init__(self, folder: Path) -> None:
        self._path, self._lock = folder / FILE, threading.Lock()
        self._handle: int | None = None
        self._known: dict[int, int] = {}
        self._synced = 0.0

    def of(self, tenant_id: int) -> Mark | None:
        """The last event of a tenant's log that was acknowledged here; None where none is known."""
        try:
            with self._path.open("rb") as file:
                file.seek(tenant_id * PLACE)
                seq, _, hash = file.read(PLACE).decode("ascii").partition(" ")
            return Mark(int(seq), bytes.fromhex(hash.strip()))
        except (OSError, ValueError):
            return None

    def watches(self, tenant_id: int) -> bool:
        """Whether this process has looked where the log ended before it wrote to it."""
        return tenant_id in self._known

    def watch(self, tenant_id: int, end: int, *, lost: Mark | None) -> None:
        """This process begins to write a log that ends with event ``end``; ``lost``: an event that was acknowledged and is not in
        it any more. Then nothing is kept of what follows: it would take the place of the only witness.
        """
        self._known[tenant_id] = sys.maxsize if lost else end
        if lost:
            message = "tenant %d: event %d had been acknowledged and is not in its log any more; `steerco doctor` says what to do"
            logging.getLogger("steerco.store").error(message, tenant_id, lost.seq)

    def keep(self, tenant_id: int, head: Head) -> None:
        """Keep that the log ends with ``head``, which is committed."""
        with self._lock:
            if self._known.get(tenant_id, sys.maxsize) < head.seq:
                self._known[tenant_id] = head.seq
                self._write(tenant_id, head)

    def close(self) -> None:
        """Sync what was kept."""
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
