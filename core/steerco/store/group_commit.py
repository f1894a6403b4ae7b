"""Acts that wait for the writer's turn share one transaction of SQLite, and so one wait for the disk.

Whoever ends an act while the next one is waiting leaves the transaction open for it: the next works under a savepoint of its
own, so that its failure takes nothing else along. The last commits for all, and none is told that it is done before that.
The order of asking stays what it is. A lone act commits at once, and waits for nobody.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

from steerco.store.fair_lock import FairLock
from steerco.store.sqlite import Writer

LONGEST = 0.02
"""Seconds after which nothing more joins a transaction: what the first of it waits longer, at most, but for one act."""


class Undone(Exception):
    """The transaction that an act shared with others was not kept, and nothing of the act is. It is to be done again, alone."""


class Batch:
    """The acts of one open transaction, told of its end together."""

    def __init__(self, writer: Writer, since: float) -> None:
        self.writer, self.since, self.lost = writer, since, False
        self._gate = threading.Lock()
        self._gate.acquire()

    def ended(self, *, lost: bool) -> None:
        """The transaction has ended: its acts may go on."""
        self.lost = lost
        self._gate.release()

    def wait(self) -> None:
        """Until it has ended. One after the other: they would only wake to wait for the interpreter."""
        with self._gate:
            pass


class BatchPlace:
    """An act's place in a transaction that others may share."""

    def __init__(self, turn: FairLock, company: Batch | None) -> None:
        self._turn, self.company = turn, company
        self.writer = company.writer if company else None
        self.since = company.since if company else monotonic()

    def on(self, writer: Writer) -> None:
        """The connection on which the transaction has begun."""
        self.writer = writer

    def leave_open(self) -> None:
        """The act has succeeded: the next may join, if one waits that may and there is time. To be said before the commit."""
        if self.writer is not None and monotonic() - self.since < LONGEST:
            self.writer.leaving = self._turn.chooses()


class GroupCommit:
    """The shared transactions of one writer's connection."""

    def __init__(self, turn: FairLock) -> None:
        self._turn = turn
        self._open: Batch | None = None  # only whoever has the turn touches it

    @contextmanager
    def act(self) -> Iterator[BatchPlace]:
        """One act in the writer's turn; at the end its outcome is certain. Raises ``Undone``, and ``Busy`` as the turn does."""
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
            if company is not None:  # also an act that failed: what it failed by may have been another's that was not kept
                company.wait()
                if company.lost:
                    raise Undone

    def _passed(self, place: BatchPlace) -> Batch | None:
        """End the transaction or leave it open for the next, and pass the turn on; the company to wait for."""
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
