"""The worker's part in disposal: the papers of what was disposed of go from the disk; number, day, signer and digests stay.

A backup that is restored may bring such papers back, so every step looks again.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from steerco.committee.document import Document
from steerco.configuration.tenant import Tenant
from steerco.operations.used_files import used


def take_out_disposed(tenant: Tenant, now: datetime) -> list[str]:
    """Remove the papers of the tenant's disposed documents from the disk, and return their digests.

    A file that another record holds as well stays with that record: there, nobody has decided on it.
    """
    with tenant.store.read(tenant.id) as session:
        there = {digest for digest in _papers(session, tenant.id) if tenant.files.has(tenant.id, digest)}
        gone = there - used(session) if there else there
    return tenant.files.sweep(tenant.id, gone, older_than=0) if gone else []


def _papers(session: Session, tenant_id: int) -> Iterator[str]:
    """Yield the digests of everything that stood on paper of what was disposed of."""
    digests = select(Document.content, Document.paper, Document.printed)
    disposed = digests.where(Document.tenant_id == tenant_id, Document.state == "disposed")
    for row in session.execute(disposed):
        yield from filter(None, row)
