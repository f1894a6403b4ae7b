"""A tenant that is running: its number, its snapshot, its store, and the directory of its people."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from sqlalchemy import Integer, bindparam, func, select
from sqlalchemy.orm import Session

from steerco.committee.members.directory import Directory, load
from steerco.configuration.snapshot import Snapshot
from steerco.store.engine import Store
from steerco.store.files import FileStore
from steerco.store.sessions import TenantSession
from steerco.store.tables import Revision, Tally
from steerco.store.tenant_status import DIRECTORY as DIRECTORY  # counted up by changes of people, configuration and standing

MOVED = "directory-moved"
"""Under this name a reading session knows the tally already: it does not move within one transaction."""

# Put together once, and of columns: to build such a statement and to map its rows costs as much as to run it.
_own = bindparam("own", type_=Integer)
_MOVED = select(Tally.__table__.c.n).where(Tally.__table__.c.tenant_id == _own, Tally.__table__.c.name == DIRECTORY)
_NEWEST = select(func.max(Revision.__table__.c.number)).where(Revision.__table__.c.tenant_id == _own)

_swapping = threading.Lock()
"""Held while a tenant's snapshot and directory change together, and while both are looked at; never while anything is read."""


class Gone(LookupError):
    """The tenant was deleted while this process held it. Another may go by its name since: ask for that one anew."""

    def __init__(self, slug: str) -> None:
        super().__init__(f"tenant {slug!r} has been deleted")
        self.slug = slug


@dataclass
class Tenant:
    """One committee of an installation. ``id`` is its number in every key; the slug may be renamed.

    Threads share it, and whichever first meets a newer revision takes it up for all. So a request works on what :meth:`at`
    gives, which stays as it is until the request ends.
    """

    id: int
    snapshot: Snapshot
    store: Store
    files: FileStore
    load: Callable[[Session, int], Snapshot] | None = field(default=None, repr=False)
    """Loads a revision from the store; what another process applied is taken up by it."""
    _directory: tuple[int, Directory] | None = field(default=None, repr=False)
    _looked: tuple[int, int] = field(default=(0, 0), repr=False)
    _running: Tenant | None = field(default=None, repr=False, compare=False)

    @property
    def running(self) -> Tenant:
        """The tenant that goes with the time, of one that is held to a moment."""
        return self._running or self

    def unmoved(self, seq: int) -> None:
        """The log now ends at ``seq``, and the acts that led there (committed) left the directory as it was."""
        held = self._directory
        if held is not None:
            self._looked = (seq, held[0])

    def at(self, session: Session, seq: int = 0) -> Tenant:
        """Return the tenant as this session sees it: one revision and one directory, which nothing swaps meanwhile.

        ``seq``: see :meth:`directory`.
        """
        snapshot, held = self._seen(session, seq)
        looked = (seq, held[0]) if seq else self._looked
        return replace(self, snapshot=snapshot, load=None, _directory=held, _looked=looked, _running=self.running)

    def fixed(self) -> Tenant:
        """Return the tenant as it was last seen, for what is done before there is a session."""
        with _swapping:
            return replace(self, load=None, _running=self.running)

    def directory(self, session: Session, seq: int = 0) -> Directory:
        """Return the directory as this session sees it: read once, and again whenever its tally has moved.

        ``seq``: the end of the log, where the caller knows it; if it is the one of the last look, nothing can have moved. What a
        transaction has changed and not yet committed is read afresh and never kept.
        """
        return self._seen(session, seq)[1][1]

    def _seen(self, session: Session, seq: int) -> tuple[Snapshot, tuple[int, Directory]]:
        """Return the revision and the directory of this session's moment. The newest of each is kept for the sessions that
        follow.
        """
        with _swapping:
            snapshot, held, looked = self.snapshot, self._directory, self._looked
        if session.info.get(DIRECTORY):
            return snapshot, (0, load(session, self.id))
        if seq and held is not None and looked == (seq, held[0]):
            return snapshot, held
        moved = session.info.get(MOVED)
        if moved is None:
            session.flush()  # what this transaction has changed counts
            moved = session.connection().scalar(_MOVED, {"own": self.id}) or 0
            if isinstance(session, TenantSession) and session.begun is not None and session.info.get("tenant") == self.id:
                session.info[MOVED] = moved  # a read of this tenant: one snapshot until it ends
        if held is not None and held[0] == moved:
            return snapshot, held
        snapshot, fresh = self._current(session, snapshot), (moved, load(session, self.id))
        with _swapping:
            if self._directory is None or self._directory[0] < moved:  # an older session than another's sees what was
                self.snapshot, self._directory = snapshot, fresh
        return snapshot, fresh

    def _current(self, session: Session, held: Snapshot) -> Snapshot:
        """Return the newest revision that the session sees; the one that is held, if it is that."""
        newest = session.connection().scalar(_NEWEST, {"own": self.id})
        if not newest and self.load is not None:
            raise Gone(self.snapshot.slug)
        if not newest or newest == held.revision or self.load is None:
            return held
        return self.load(session, newest)
