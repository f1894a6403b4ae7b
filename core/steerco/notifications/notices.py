"""Notices are made from the log: each event names the persons to tell of it, and each of them gets one notice.

Pattern: a consumer of the log with a cursor. The notices and the cursor are written in one transaction, so that every event is
told once, whatever process dies in between::

    follow(tenant, now)                            # makes what is new, returns how many
    page(session, "minister", before=None)         # newest first, with the cursor of the next page

Rule: a notice holds no text. What it says is worked out when it is shown or sent, for a reader who may see the record then.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from steerco.configuration.regime import PLATFORM
from steerco.configuration.tenant import Tenant
from steerco.following import cursors
from steerco.kernel import visibility
from steerco.kernel.authority import Authority
from steerco.kernel.event import EventBody, decode
from steerco.store import log
from steerco.store.identity import uuid7
from steerco.store.notice_tables import NoticeChoice, NoticeRow
from steerco.store.sessions import tenant_of

NAME = "notices"
"""The consumer's name among the cursors."""
AT_ONCE = 200
KEPT = timedelta(days=400)
"""The time for which a notice is kept; what it tells of stands in the log for good."""
AT_ONCE_MAIL, DIGEST, NEVER = "at-once", "digest", "never"
WAYS = (AT_ONCE_MAIL, DIGEST, NEVER)
NO_MAIL, WAITING, GATHERED = "none", "waiting", "gathered"
"""Of a notice's e-mail: none is sent; it is to be sent at once; it is for the next digest."""


@dataclass(frozen=True)
class Choice:
    """How one person wishes to be told by e-mail. ``quiet``: record types of which they get none."""

    how: str = AT_ONCE_MAIL
    quiet: frozenset[str] = frozenset()

    def mail(self, type: str | None) -> str:
        """Return how far the e-mail of a new notice has come: to be sent, gathered, or none at all."""
        if self.how == NEVER or type in self.quiet:
            return NO_MAIL
        return GATHERED if self.how == DIGEST else WAITING


def follow(tenant: Tenant, now: datetime) -> int:
    """Make the notices of all new events; how many. A tenant that was never followed begins with its next event."""
    made = 0
    while True:
        with tenant.store.write(tenant.id) as session:
            start = cursors.last(session, NAME)
            if start is None:
                cursors.handled(session, NAME, log.head(session).seq)
                return made
            rows = list(log.entries(session, start, AT_ONCE))
            if not rows:
                return made
            made += sum(_of_event(session, row, decode(row["body"]), now) for row in rows)
            cursors.handled(session, NAME, rows[-1]["seq"])
        if len(rows) < AT_ONCE:
            return made


def _of_event(session: Session, row: Any, body: EventBody, now: datetime) -> int:
    """Make the notices of one event. Nobody is told of an act that they did themselves; who did it on paper is."""
    doer = body.entered_by or row["person"]
    whom = [person for person in dict.fromkeys(body.told) if person not in (doer, PLATFORM)]
    for person in whom:
        told = {"person": person, "key": f"event:{row['seq']}", "event": row["seq"], "act": row["action"]}
        add(session, now, type=row["type"], record=row["record_id"], at=row["recorded_at"], **told)
    return len(whom)


def add(session: Session, now: datetime, **columns: Any) -> None:
    """Make one notice, with its e-mail as its reader chose."""
    mail = choice_of(session, columns["person"]).mail(columns.get("type"))
    due = now if mail == WAITING else None
    row = {"type": None, "record": None, "duty": None, "about": None, "due_on": None, "at": now, **columns}
    session.add(NoticeRow(tenant_id=tenant_of(session), id=uuid7(), mail=mail, tries=0, again_at=due, **row))


def choice_of(session: Session, person: str) -> Choice:
    """Return how a person wishes to be told; who has said nothing is told at once."""
    row = session.get(NoticeChoice, (tenant_of(session), person))
    return Choice(row.how, frozenset(row.quiet)) if row is not None else Choice()


def choose(session: Session, person: str, how: str, quiet: Collection[str]) -> None:
    """Keep how a person wishes to be told. Raises ``ValueError`` for a way that there is not."""
    if how not in WAYS:
        raise ValueError(f"{how!r} is no way to be told: {', '.join(WAYS)}")
    session.merge(NoticeChoice(tenant_id=tenant_of(session), person=person, how=how, quiet=sorted(quiet)))


def page(session: Session, person: str, before: str, size: int, *, unread: bool = False) -> tuple[Sequence[NoticeRow], str]:
    """Return a person's notices, the newest first, and the id after which the next page begins (empty: it is the last)."""
    conditions = [NoticeRow.tenant_id == tenant_of(session), NoticeRow.person == person]
    conditions += [NoticeRow.id < before] if before else []
    conditions += [NoticeRow.read_at.is_(None)] if unread else []
    rows = session.scalars(select(NoticeRow).where(*conditions).order_by(NoticeRow.id.desc()).limit(size + 1)).all()
    return rows[:size], rows[size - 1].id if len(rows) > size else ""


def unread(tenant: Tenant, session: Session, person: str, now: datetime) -> int:
    """Return how many notices a person has not read, of those that the person may see now."""
    own = (NoticeRow.tenant_id == tenant_of(session), NoticeRow.person == person, NoticeRow.read_at.is_(None))
    each = (NoticeRow.type, NoticeRow.record)
    counted = session.execute(select(*each, func.count()).where(*own).group_by(*each)).all()
    if not counted or person not in tenant.directory(session).persons:
        return 0
    seen = visibility.seen(Authority(tenant, session, person, now), {(type, record) for type, record, _ in counted})
    return sum(number for type, record, number in counted if not record or (type, record) in seen)


def mark_read(session: Session, person: str, now: datetime, ids: Iterable[str] | None = None) -> None:
    """Note that a person has read these notices, or all."""
    own = [NoticeRow.tenant_id == tenant_of(session), NoticeRow.person == person, NoticeRow.read_at.is_(None)]
    own += [NoticeRow.id.in_(list(ids))] if ids is not None else []
    session.execute(update(NoticeRow).where(*own).values(read_at=now))


def visible(tenant: Tenant, session: Session, person: str, rows: Iterable[NoticeRow], now: datetime) -> list[NoticeRow]:
    """Return those of a person's notices whose record the person may see now. One without a record is seen by whom it is for."""
    rows = list(rows)
    if person not in tenant.directory(session).persons:
        return []
    authority = Authority(tenant, session, person, now)
    seen = visibility.seen(authority, {(row.type, row.record) for row in rows if row.record})
    return [row for row in rows if not row.record or (row.type, row.record) in seen]


def forget_old(session: Session, now: datetime) -> None:
    """Take away notices that are long past."""
    session.execute(delete(NoticeRow).where(NoticeRow.tenant_id == tenant_of(session), NoticeRow.at < now - KEPT))


def forget_person(session: Session, person: str) -> None:
    """Take away everything that a person was told, and their choice."""
    for table in (NoticeRow, NoticeChoice):
        kept: Any = table
        session.execute(delete(kept).where(kept.tenant_id == tenant_of(session), kept.person == person))
