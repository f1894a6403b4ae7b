"""A tenant that is running: its number, its snapshot, its store, and the directory of its people."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from steerco.committee.directory import Directory, load
from steerco.store.engine import Store
from steerco.store.files import FileStore
from steerco.store.tables import Revision, Tally
from steerco.tenancy.snapshot import Snapshot

DIRECTORY = "directory"
"""The tally that every change of the directory, and every new revision of the configuration, counts up."""

MOVED = "directory-moved"
"""Under this name a reading session knows the tally already: it does not move within one transaction."""


@dataclass
class Tenant:
    """One committee of an installation. ``id`` is its number in every key; the slug may be renamed."""

    id: int
    snapshot: Snapshot
    store: Store
    files: FileStore
    load: Callable[[Session, int], Snapshot] | None = field(default=None, repr=False)
    """Loads a revision from the store; what another process applied is taken up by it."""
    _directory: tuple[int, Directory] | None = field(default=None, repr=False)
    _looked: tuple[int, int] = field(default=(0, 0), repr=False)

    def unmoved(self, seq: int) -> None:
        """The log now ends at ``seq``, and the acts that led there (committed) left the directory as it was."""
        if self._directory is not None:
            self._looked = (seq, self._directory[0])

    def directory(self, session: Session, seq: int = 0) -> Directory:
        """The directory as this session sees it: read once, and again whenever its tally has moved.

        ``seq``: the end of the log, where the caller knows it; if it is the one of the last look, nothing can have moved. What a
        transaction has changed and not yet committed is read afresh and never kept.
        """
        if session.info.get(DIRECTORY):
            return load(session, self.id)
        held, looked = self._directory, self._looked
        if seq and held is not None and looked == (seq, held[0]):
            return held[1]
        moved = session.info.get(MOVED)
        if moved is None:
            moved = session.scalar(select(Tally.n).where(Tally.tenant_id == self.id, Tally.name == DIRECTORY)) or 0
        if held is not None and held[0] == moved:
            return held[1]
        self._renew(session)
        fresh = load(session, self.id)
        if held is None or held[0] < moved:
            self._directory = (moved, fresh)
        return fresh

    def _renew(self, session: Session) -> None:
        """Take up the newest revision, if it is not the one that this process has."""
        newest = session.scalar(select(func.max(Revision.number)).where(Revision.tenant_id == self.id))
        if newest and newest != self.snapshot.revision and self.load is not None:
            self.snapshot = self.load(session, newest)
