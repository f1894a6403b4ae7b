"""The worker's part in disposal: the papers of what was disposed of go from the disk; number, day, signer and digests stay.

A step looks at what was disposed of since the one before, by the log: a committee that disposed of thousands of papers costs no
more than one that disposed of none. A backup that is restored may bring papers back, so the first step of a process, and one a
day, looks at all of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from steerco.committee.documents.document import Document
from steerco.configuration.tenant import Tenant
from steerco.operations.used_files import used
from steerco.store import log
from steerco.store.lapse import lapsed
from steerco.store.tables import Event

WHOLE_EVERY = timedelta(days=1)
DISPOSED = "document.dispose"


class DisposalsSeen(NamedTuple):
    """Up to which event of a tenant's log disposals were seen to, and when all of them were looked at."""

    seq: int
    whole_at: datetime


class Disposal:
    """The disposals of every tenant that this process has seen to."""

    def __init__(self) -> None:
        self._looked: dict[int, DisposalsSeen] = {}

    def step(self, tenant: Tenant, now: datetime) -> list[str]:
        """Remove the papers of the tenant's disposed documents from the disk, and return their digests. ``now``: with a zone.

        A file that another record holds as well stays with that record: there, nobody has decided on it.
        """
        known = self._looked.get(tenant.id)
        whole = known is None or lapsed(known.whole_at, WHOLE_EVERY, now)
        with tenant.store.read(tenant.id) as session:
            end = log.head(session).seq
            papers = _papers(session, tenant.id, None if whole or known is None else known.seq)
            there = {digest for digest in papers if tenant.files.has(tenant.id, digest)}
            gone = there - used(session) if there else there
        taken = tenant.files.sweep(tenant.id, gone, older_than=0) if gone else []
        self._looked[tenant.id] = DisposalsSeen(end, now if whole or known is None else known.whole_at)
        return taken


def _papers(session: Session, tenant_id: int, since: int | None) -> Iterator[str]:
    """Yield the digests of everything that stood on paper of what was disposed of, behind an event; None: ever."""
    digests = select(Document.content, Document.paper, Document.printed)
    disposed = digests.where(Document.tenant_id == tenant_id, Document.state == "disposed")
    if since is not None:
        mine = (Event.tenant_id == tenant_id, Event.seq > since, Event.action == DISPOSED)
        ids = session.scalars(select(Event.record_id).where(*mine)).all()
        if not ids:
            return
        disposed = disposed.where(Document.id.in_(ids))
    for row in session.execute(disposed):
        yield from filter(None, row)
