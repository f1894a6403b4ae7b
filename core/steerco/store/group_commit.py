"""Group commit: acts that queue for SQLite's one writer share a transaction, and so one wait for the disk.

Pattern: group commit with a savepoint for each act. An act that ends while another one waits leaves the transaction open.
The next act works under a savepoint, so its failure undoes nothing but itself. The last act commits for all.

Example: acts A, B and C arrive together. A begins a transaction and leaves it open for B; B runs under ``SAVEPOINT act`` and
leaves it open for C; nobody waits behind C, so C commits. All three return now, after one ``fsync``. If C fails, its savepoint
alone is undone, and A and B are committed.

Rules:

- No act returns before the shared commit. If the commit fails, every act of the batch raises :class:`Undone`, and its
  caller runs it again, alone.
- Acts keep the order in which they asked for the lock.
- A lone act commits at once. No act joins a transaction older than ``LONGEST`` seconds.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

from steerco.store.fair_lock import FairLock
from steerco.store.sqlite import Writer

LONGEST = 0.02
"""Seconds after which no further act joins a transaction. The first act of a batch waits at most this and one act longer."""


class Undone(Exception):
    """The shared transaction of an act was rolled back, and the act with it. Run the act again, alone."""


class Batch:
    """The acts of one open transaction. They wait for its end together."""

    def __init__(self, writer: Writer, since: float) -> None:
        self.writer, self.since, self.lost = writer, since, False
        self._gate = threading.Lock()
        self._gate.acquire()

    def ended(self, *, lost: bool) -> None:
        """Let the acts of the transaction go on: it was committed, or ``lost``."""
        self.lost = lost
        self._gate.release()

    def wait(self) -> None:
        """Wait for the end of the transaction. Waiters pass one by one: at once they would only queue for the interpreter."""
        with self._gate:
            pass


class BatchPlace:
    """An act's place in a transaction that others may share."""

    def __init__(self, turn: FairLock, company: Batch | None) -> None:
        self._turn, self.company = turn, company
        self.writer = company.writer if company else None
        self.since = company.since if company else monotonic()

    def on(self, writer: Writer) -> None:
        """Set the connection on which the transaction has begun."""
        self.writer = writer

    def leave_open(self) -> None:
        """Let the next waiting act join, if there is time. Call this after the act has succeeded and before the commit."""
        if self.writer is not None and monotonic() - self.since < LONGEST:
            self.writer.leaving = self._turn.chooses()


class GroupCommit:
    """The shared transactions of one writer's connection."""

    def __init__(self, turn: FairLock) -> None:
        self._turn = turn
        self._open: Batch | None = None  # only the holder of the lock touches it

    @contextmanager
    def act(self) -> Iterator[BatchPlace]:
        """Run one act under the writer's lock; its outcome is certain at the end.

        Raises ``Undone`` if the shared transaction was rolled back, and ``Busy`` if the lock was not granted in time.
        """
        self._turn.take(joins=True)
        place = BatchPlace(self._turn, self._open)
        company: Batch | None = None
        try:
            try:
                if place.writer is not None:
                    place.writer.joining = True
                yield place
            finally:
                company = self._passed(place)
        finally:
            if company is not None:  # a failed act waits too: it may have failed by an earlier act that was rolled back
                company.wait()
                if company.lost:
                    raise Undone

    def _passed(self, place: BatchPlace) -> Batch | None:
        """End the transaction or leave it open, release the lock, and return the batch to wait for."""
        writer, company = place.writer, place.company
        try:
            if writer is None:  # nothing was begun
                return None
            leaving, writer.leaving, writer.joining = writer.leaving, False, False
            if leaving and writer.in_transaction:
                company = self._open = company or Batch(writer, place.since)
            elif company is not None:
                self._open = None
                company.ended(lost=not writer.ends())
            return company
        finally:
            self._turn.give()
