"""The tables of notices: what a person of a tenant is told, and how they wish to be told."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from steerco.store.base import Base, Owned, Tenanted


class NoticeRow(Owned, Base):
    """One thing that one person is told of: an event of the log, or a day that comes near.

    ``key`` is what it is told by, so that nothing is told twice. ``event`` is the number in the log (0: a reminder). ``mail`` is
    how far its e-mail has come (``steerco.notifications.outbox``), ``tries`` how often that was tried, ``again_at`` when the next
    try is due. ``about`` is what follows from no event, record or duty (``notifications.suspension_notices``). It holds no text:
    what it says follows from the record as its reader may see it then.
    """

    __tablename__ = "notice"
    __table_args__ = (
        UniqueConstraint("tenant_id", "person", "key"),
        Index(None, "tenant_id", "person", "id"),
        Index(None, "tenant_id", "mail", "again_at"),
    )
    person: Mapped[str]
    key: Mapped[str]
    event: Mapped[int]
    act: Mapped[str]
    type: Mapped[str | None]
    record: Mapped[str | None]
    duty: Mapped[str | None]
    about: Mapped[dict[str, Any] | None]
    due_on: Mapped[date | None]
    at: Mapped[datetime]
    read_at: Mapped[datetime | None]
    mail: Mapped[str]
    tries: Mapped[int]
    again_at: Mapped[datetime | None]
    fault: Mapped[str | None]


class NoticeChoice(Tenanted, Base):
    """How a person wishes to be told by e-mail: ``at-once``, in a daily ``digest``, or ``never``; of ``quiet`` record types
    never."""

    __tablename__ = "notice_choice"
    person: Mapped[str] = mapped_column(primary_key=True)
    how: Mapped[str]
    quiet: Mapped[list[str]]
