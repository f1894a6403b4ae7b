"""Questions that take long, by what is asked: how far each is, and its answer, for every process to show."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec
from msgspec import Struct
from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session

from steerco.store.sessions import tenant_of
from steerco.store.tables import Inquiry

KEPT = timedelta(days=14)
"""So long an answer is kept."""
MOST = 20
"""So many are kept in one tenant; the oldest make room."""


class InquiryProgress(Struct, frozen=True):
    """How far an answer is. ``stage``: waiting, working, done or failed; ``beat`` is when it last said so, ``done`` of ``total``
    how far, ``fault`` what stopped it."""

    stage: str
    beat: datetime
    done: int = 0
    total: int = 0
    fault: str = ""

    @property
    def over(self) -> bool:
        return self.stage in ("done", "failed")


def find(session: Session, id: str) -> tuple[InquiryProgress, str | None, datetime] | None:
    """Return how far a question of the session's tenant is, its answer, and when it was asked; None for one nobody asked."""
    row = session.get(Inquiry, (tenant_of(session), id))
    return (msgspec.convert(row.progress, InquiryProgress), row.answer, row.asked_at) if row is not None else None


def ask(session: Session, id: str, at: datetime) -> None:
    """Keep that something is asked, anew if it was before. What is too old goes."""
    own = tenant_of(session)
    _forget(session, Inquiry.tenant_id == own, Inquiry.asked_at < at - KEPT)
    _forget(session, Inquiry.tenant_id == own, Inquiry.id == id)
    newest = select(Inquiry.id).where(Inquiry.tenant_id == own).order_by(Inquiry.asked_at.desc(), Inquiry.id)
    for old in session.scalars(newest.offset(MOST - 1)).all():
        _forget(session, Inquiry.tenant_id == own, Inquiry.id == old)
    progress = msgspec.to_builtins(InquiryProgress("waiting", at))
    session.add(Inquiry(tenant_id=own, id=id, asked_at=at, progress=progress, answer=None))


def note(session: Session, id: str, progress: InquiryProgress, answer: str | None = None) -> None:
    """Keep how far it is, and the answer once it is there."""
    row = session.get(Inquiry, (tenant_of(session), id))
    if row is not None:
        row.progress, row.answer = msgspec.to_builtins(progress), answer


def forget_person(session: Session, person: str) -> None:
    """Remove the answers that name a person, and those that are being made: they may."""
    for row in session.scalars(select(Inquiry).where(Inquiry.tenant_id == tenant_of(session))).all():
        if row.answer is None or person in row.answer:
            session.delete(row)


def _forget(session: Session, *which: ColumnElement[bool]) -> None:
    session.execute(delete(Inquiry).where(*which))
