"""The platform's own tables. Record types declare theirs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from steerco.store.base import Base, Owned, Tenanted

APPEND_ONLY = {"append_only": True}


class TenantRow(Base):
    """A tenant: the number that its rows carry, and the slug by which people name it (which may be renamed)."""

    __tablename__ = "tenant"
    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    state: Mapped[str]


class Register(Base):
    """An operator's act on a tenant (author, time, reason, end of its log). The row outlives the tenant.

    ``seq`` and ``head`` (hexadecimal) are the log's last event. They prove that an archive of the tenant is complete.
    """

    __tablename__ = "register"
    __table_args__ = (Index(None, "slug", "id"),)
    id: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    number: Mapped[int]
    slug: Mapped[str]
    what: Mapped[str]
    who: Mapped[str]
    why: Mapped[str]
    seq: Mapped[int]
    head: Mapped[str]
    detail: Mapped[dict[str, Any]]


class Lease(Base):
    """The process that holds a lease on single-process work, and the end of the lease."""

    __tablename__ = "lease"
    name: Mapped[str] = mapped_column(primary_key=True)
    holder: Mapped[str]
    until: Mapped[datetime]


class Event(Tenanted, Base):
    """One entry of the tenant's log. Written once, by :func:`steerco.store.log.append`; the hash covers every other
    column.
    """

    __tablename__ = "event"
    __table_args__ = (Index(None, "tenant_id", "type", "record_id", "seq"), {"info": APPEND_ONLY})
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    person: Mapped[str | None]
    action: Mapped[str]
    type: Mapped[str | None]
    record_id: Mapped[str | None]
    revision: Mapped[int | None]
    caused_by: Mapped[int | None]
    body: Mapped[str]
    hash: Mapped[bytes]


class LogHead(Tenanted, Base):
    """The end of a tenant's log: the row that a writer on PostgreSQL locks. SQLite has one writer and reads the log's
    tail.
    """

    __tablename__ = "log_head"
    seq: Mapped[int]
    hash: Mapped[bytes]


class Revision(Tenanted, Base):
    """A numbered state of the tenant's configuration: the whole content, and its digest."""

    __tablename__ = "revision"
    __table_args__ = ({"info": APPEND_ONLY},)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    digest: Mapped[str]
    at: Mapped[datetime]
    who: Mapped[str]
    why: Mapped[str]
    content: Mapped[str]


class PendingChange(Owned, Base):
    """A change of a tenant's files that somebody has prepared and nobody has applied yet.

    ``files`` are the new texts by path (None: the file goes), beside those of the revision ``base``; ``kind`` says what was
    changed (files, house, settings, plugin, rollback), ``back_to`` the revision whose content it brings back. ``trial`` is how
    far its plan and its cases are, ``plan`` the plan once it is made, ``applied`` the revision that it became.
    """

    __tablename__ = "pending_change"
    account: Mapped[str]
    person: Mapped[str]
    kind: Mapped[str]
    base: Mapped[int]
    back_to: Mapped[int]
    files: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    trial: Mapped[dict[str, Any]]
    plan: Mapped[str | None]
    applied: Mapped[int | None]


class Inquiry(Owned, Base):
    """A question about the committee that takes long: how far its answer is, and the answer once it is there.

    ``id`` follows from what is asked. ``progress`` is how far it is (``store.inquiries``), ``answer`` JSON.
    """

    __tablename__ = "inquiry"
    asked_at: Mapped[datetime]
    progress: Mapped[dict[str, Any]]
    answer: Mapped[str | None]


class Idempotency(Tenanted, Base):
    """The answer already given to a client's key; ``fingerprint`` tells a repeat from a misuse of the key."""

    __tablename__ = "idempotency"
    __table_args__ = (Index(None, "tenant_id", "at"),)
    person: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    fingerprint: Mapped[str]
    answer: Mapped[str]
    at: Mapped[datetime]


class Draft(Owned, Base):
    """A form that somebody has not finished, under the form's own key, for that account alone. ``record`` is the reference of the
    record that the act is on (None: it makes one), ``version`` the version seen; ``tried``: 1 where it was sent and something was
    wrong. ``fields`` hold what was typed by the names of fields, ``files`` names, digests and sizes by path.
    """

    __tablename__ = "draft"
    __table_args__ = (Index(None, "tenant_id", "account", "saved_at"), Index(None, "tenant_id", "expires_at"))
    account: Mapped[str]
    person: Mapped[str]
    action: Mapped[str]
    record: Mapped[str | None]
    version: Mapped[int | None]
    tried: Mapped[int]
    fields: Mapped[dict[str, Any]]
    files: Mapped[dict[str, Any]]
    saved_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class Token(Owned, Base):
    """An API token; only a hash of its secret is kept."""

    __tablename__ = "token"
    __table_args__ = (UniqueConstraint("tenant_id", "hash"),)
    person: Mapped[str]
    hash: Mapped[str]
    scopes: Mapped[list[str]]
    expires_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class Tally(Tenanted, Base):
    """A counter of the tenant: the last number given out of a series."""

    __tablename__ = "tally"
    name: Mapped[str] = mapped_column(primary_key=True)
    n: Mapped[int]


class RefusalCount(Tenanted, Base):
    """How often an act was refused by the same clauses in a month (``2021-03``): no event tells of it. No persons, no records."""

    __tablename__ = "refusal_count"
    month: Mapped[str] = mapped_column(primary_key=True)
    action: Mapped[str] = mapped_column(primary_key=True)
    clauses: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int]


class Cursor(Tenanted, Base):
    """The last event that a consumer of the log has handled."""

    __tablename__ = "cursor"
    consumer: Mapped[str] = mapped_column(primary_key=True)
    seq: Mapped[int]
