"""The e-mails of notices: what is to be sent, sent, tried again, or given up.

Pattern: claim, send, note. A notice is claimed by moving its next try ahead, in a transaction of its own; then the mail goes out;
then its state is written. A process that dies in between leaves the claim to run out, and the mail is tried again under the same
Message-ID. A server that is away loses nothing and stops nobody: the pauses double, up to an hour.

Rule: whether its reader may still see the record is asked right before it is sent. If not, the mail is dropped.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from steerco.accounts.links import is_address
from steerco.configuration.tenant import Tenant
from steerco.following import cursors
from steerco.notifications import notices
from steerco.notifications.invitation import INVITING, calendar_part
from steerco.notifications.mail import Letter, MailServer, Rejected, Unavailable
from steerco.notifications.notices import GATHERED, WAITING
from steerco.notifications.wording import Telling, Told
from steerco.store.notice_tables import NoticeRow
from steerco.store.sessions import tenant_of

SENT, DROPPED, REFUSED = "sent", "dropped", "refused"
"""Of a notice's e-mail: it went out; its reader may not see the record, or has no address; the receiving server refused it."""
AT_ONCE = 50
CLAIM = timedelta(minutes=5)
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(hours=1)
DIGEST = "digest"
DIGEST_AT = time(7)
"""The time of day, in the tenant's zone, from which the digest of the day is sent."""


def send(tenant: Tenant, server: MailServer, now: datetime) -> int:
    """Send the mails that are due; how many went out."""
    total = 0
    while claimed := _claimed(tenant, now):
        with tenant.store.read(tenant.id) as session:
            letters = [(ids, letter) for ids, letter in _letters(tenant, session, server, claimed, now)]
        without = {row.id for row in claimed} - {id for ids, _ in letters for id in ids}
        _note(tenant, [(sorted(without), DROPPED, "")])
        if not letters:
            continue
        try:
            answers = server.send([letter for _, letter in letters])
        except Unavailable as away:
            _again(tenant, [id for ids, _ in letters for id in ids], str(away), now)
            return total
        done = [(ids, SENT, "") for (ids, _), error in zip(letters, answers, strict=True) if error is None]
        bad = [(ids, REFUSED, str(e)) for (ids, _), e in zip(letters, answers, strict=True) if isinstance(e, Rejected)]
        _note(tenant, [*done, *bad])
        for (ids, _), error in zip(letters, answers, strict=True):
            if isinstance(error, Unavailable):
                _again(tenant, list(ids), str(error), now)
        total += len(done)
        if len(claimed) < AT_ONCE:
            return total
    return total


def gather(tenant: Tenant, now: datetime) -> None:
    """Once a day, from the time of the digest on, what was gathered is to be sent, as one mail to each."""
    local = now.astimezone(tenant.snapshot.settings.zone)
    if local.time() < DIGEST_AT:
        return
    with tenant.store.read(tenant.id) as session:
        if (cursors.last(session, DIGEST) or 0) >= local.date().toordinal():
            return
    with tenant.store.write(tenant.id) as session:
        if (cursors.last(session, DIGEST) or 0) >= local.date().toordinal():
            return
        own = (NoticeRow.tenant_id == tenant.id, NoticeRow.mail == GATHERED, NoticeRow.again_at.is_(None))
        for row in session.scalars(select(NoticeRow).where(*own)):
            row.again_at = now
        cursors.handled(session, DIGEST, local.date().toordinal())


def _claimed(tenant: Tenant, now: datetime) -> Sequence[NoticeRow]:
    """Return the mails whose time has come, none of which another process takes for a while."""
    due = (NoticeRow.tenant_id == tenant.id, NoticeRow.mail.in_((WAITING, GATHERED)), NoticeRow.again_at <= now)
    with tenant.store.read(tenant.id) as session:
        if session.scalar(select(NoticeRow.id).where(*due).limit(1)) is None:
            return []
    with tenant.store.write(tenant.id) as session:
        rows = session.scalars(select(NoticeRow).where(*due).order_by(NoticeRow.again_at, NoticeRow.id).limit(AT_ONCE)).all()
        for row in rows:
            row.tries, row.again_at = row.tries + 1, now + CLAIM
        return rows


def _letters(
    tenant: Tenant, session: Session, server: MailServer, claimed: Sequence[NoticeRow], now: datetime
) -> list[tuple[tuple[str, ...], Letter]]:
    """Return the mails to send, each with the notices in it. What its reader may not see is in none."""
    by_person: dict[str, list[NoticeRow]] = {}
    for row in claimed:
        by_person.setdefault(row.person, []).append(row)
    telling = Telling(tenant, session, now)
    letters: list[tuple[tuple[str, ...], Letter]] = []
    for person, rows in by_person.items():
        address = address_of(tenant, session, person)
        shown = notices.visible(tenant, session, person, rows, now) if address else []
        gathered = [row for row in shown if row.mail == GATHERED]
        for row in shown:
            if row.mail == WAITING:
                letters.append(((row.id,), _letter(telling, server, row, address)))
        if gathered:
            letters.append((tuple(row.id for row in gathered), _digest(telling, server, gathered, address)))
    return letters


def address_of(tenant: Tenant, session: Session, person: str) -> str:
    """Return the e-mail address that is on record of a person; empty where there is none that a mail can go to."""
    kind = tenant.snapshot.types["person"]
    row: Any = session.get(kind, (tenant.id, person))
    address = str(row.email or "") if row is not None else ""
    return address if is_address(address) else ""


def _letter(telling: Telling, server: MailServer, notice: NoticeRow, to: str) -> Letter:
    told = telling.of(notice)
    calendar = _calendar(telling, server, notice, told, to)
    lines = [told.title, "", telling.committee, told.why, *_basis(telling, told)]
    lines += ["", telling.say("notifications.mail", "open", address=server.address + told.path)]
    lines += [telling.say("notifications.mail", "calendar")] if calendar else []
    return Letter(to, told.title, "\n".join([*lines, *_foot(telling, server)]), f"{notice.id}.{telling.tenant.id}", calendar)


def _digest(telling: Telling, server: MailServer, rows: Sequence[NoticeRow], to: str) -> Letter:
    lines = [telling.committee, ""]
    for row in rows:
        told = telling.of(row)
        lines += [told.title, *_basis(telling, told), server.address + told.path, ""]
    subject = telling.say("notifications.subject", "digest", committee=telling.committee, number=len(rows))
    return Letter(to, subject, "\n".join([*lines, *_foot(telling, server)]), f"{rows[0].id}.{telling.tenant.id}")


def _basis(telling: Telling, told: Told) -> list[str]:
    return [telling.say("notifications.mail", "clause", cites="; ".join(told.cites))] if told.cites else []


def _foot(telling: Telling, server: MailServer) -> list[str]:
    page = f"{server.address}/t/{telling.tenant.snapshot.slug}/notices"
    say = telling.say
    return ["", say("notifications.mail", "choose", address=page), say("notifications.mail", "no_reply")]


def _calendar(telling: Telling, server: MailServer, notice: NoticeRow, told: Told, to: str) -> tuple[str, bytes] | None:
    """Return the part for calendars of a notice of a meeting that its reader is to attend."""
    if notice.act not in INVITING or notice.type != "meeting":
        return None
    meeting: Any = telling.tenant.snapshot.types["meeting"].get(telling.session, telling.tenant.id, notice.record or "")
    presiding = telling.name(meeting.presiding) if meeting.presiding else telling.committee
    zone = telling.tenant.snapshot.settings.zone
    return calendar_part(meeting, told.about, host=server.domain, zone=zone, sender=server.sender, presiding=presiding, to=to)


def _note(tenant: Tenant, outcomes: Sequence[tuple[Sequence[str], str, str]]) -> None:
    """Write what came of mails: (notices, state, why)."""
    wanted = {id: (state, fault) for ids, state, fault in outcomes for id in ids}
    if not wanted:
        return
    with tenant.store.write(tenant.id) as session:
        for row in session.scalars(
            select(NoticeRow).where(NoticeRow.tenant_id == tenant_of(session), NoticeRow.id.in_(list(wanted)))
        ):
            row.mail, row.fault = wanted[row.id][0], wanted[row.id][1] or None
            row.again_at = None


def _again(tenant: Tenant, ids: Sequence[str], why: str, now: datetime) -> None:
    """Try these mails again after a pause that doubles with each try."""
    with tenant.store.write(tenant.id) as session:
        for row in session.scalars(
            select(NoticeRow).where(NoticeRow.tenant_id == tenant_of(session), NoticeRow.id.in_(list(ids)))
        ):
            row.again_at, row.fault = now + min(FIRST_PAUSE * 2 ** min(row.tries - 1, 20), LONGEST_PAUSE), why[:300]
