"""The numbered revisions of a tenant: what each event says of one, their list, and whether they are still what was applied.

A revision is never changed: the fence lets no statement do it, the serving role on PostgreSQL has no right to, and who does it
past both is found, since the log's event holds the digest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

import msgspec
from msgspec import UNSET, Struct, UnsetType, structs
from sqlalchemy import Integer, bindparam, select
from sqlalchemy.orm import Session

from steerco.configuration.load import digest_of
from steerco.configuration.plugin_contributions import Stood
from steerco.configuration.risk import Weight
from steerco.store import log
from steerco.store.prepared_select import Prepared
from steerco.store.sessions import tenant_of
from steerco.store.tables import Event, Revision
from steerco.store.tenant_status import REDACT

APPLY = "tenant.apply"
"""The action under which the log tells that a revision came into use."""


class RevisionNote(Struct, frozen=True):
    """What the event of a revision says. ``by`` is the person of the tenant who applied it, empty for the operator; ``base`` the
    revision that it was planned against (0: none, or not told); ``weight`` whether it changed anything that decides;
    ``back_to`` the earlier revision whose content it has again; ``corrected`` whether versions in force were set right;
    ``brought`` what its plugins brought into force then and ``stood`` what they could stop (see the module ``brought``), not told
    where nothing is on."""

    digest: str
    who: str
    why: str
    by: str = ""
    base: int = 0
    weight: Weight = "risky"
    back_to: int = 0
    corrected: bool = False
    brought: dict[str, str] | UnsetType = UNSET
    stood: dict[str, Stood] | UnsetType = UNSET


class RevisionSummary(Struct, frozen=True):
    """One revision as people see it."""

    number: int
    at: datetime
    who: str
    why: str
    digest: str
    by: str
    base: int
    weight: Weight
    back_to: int
    corrected: bool
    event: int


class Outrun(Exception):
    """Somebody else has applied a revision since the one that this change was planned against. Nothing was applied."""

    def __init__(self, slug: str, base: int, newest: RevisionSummary | None) -> None:
        state = "it has none"
        if newest:
            state = f"{newest.by or newest.who} applied revision {newest.number} on {newest.at:%Y-%m-%d %H:%M} UTC"
        why = f": {newest.why}" if newest and newest.why else ""
        super().__init__(f"{slug}: planned against revision {base or 'none'}, but {state}{why}")
        self.slug, self.base, self.newest = slug, base, newest


_said = msgspec.json.Decoder(RevisionNote).decode
encode = msgspec.json.Encoder(order="deterministic").encode


def said_of(body: str) -> RevisionNote:
    """Return what the event of a revision says."""
    return _said(body)


class InUse(NamedTuple):
    """The newest revision, as far as a tenant is made of it."""

    number: int
    digest: str
    at: datetime
    why: str
    content: str


_row = Revision.__table__.c
_NEWEST = Prepared(
    select(*(_row[name] for name in InUse._fields))  # columns: to make an object of the row takes longer than to read it
    .where(_row.tenant_id == bindparam("own", type_=Integer))
    .order_by(_row.number.desc())
    .limit(1)
)


def newest(session: Session, tenant_id: int) -> InUse | None:
    """Return the tenant's newest revision."""
    session.flush()  # what this transaction has changed counts
    rows = _NEWEST.all(session.connection(), {"own": tenant_id})
    return InUse._make(rows[0]) if rows else None


def content_of(revision: Revision | InUse) -> dict[str, str]:
    """Return the files of a revision, by path relative to the home."""
    return msgspec.json.decode(revision.content, type=dict[str, str])


def listed(session: Session, tenant_id: int, *, before: int | None = None, limit: int | None = None) -> list[RevisionSummary]:
    """Return the revisions, newest first; ``before``: only those with a smaller number."""
    row = Revision.__table__.c
    conditions = [row.tenant_id == tenant_id, *([row.number < before] if before is not None else [])]
    columns = (row.number, row.at, row.who, row.why, row.digest)
    rows = session.execute(select(*columns).where(*conditions).order_by(row.number.desc()).limit(limit)).all()
    numbers = [item.number for item in rows]
    events = select(Event.revision, Event.seq, Event.body).where(
        Event.tenant_id == tenant_id, Event.type.is_(None), Event.record_id.is_(None), Event.action == APPLY
    )
    notes = {item.revision: (item.seq, _said(item.body)) for item in session.execute(events.where(Event.revision.in_(numbers)))}
    return [_told(row.number, row.at, *notes.get(row.number, (0, RevisionNote(row.digest, row.who, row.why)))) for row in rows]


def _told(number: int, at: datetime, event: int, note: RevisionNote) -> RevisionSummary:
    fields = structs.asdict(note)
    return RevisionSummary(
        number, at, event=event, **{name: fields[name] for name in RevisionSummary.__struct_fields__ if name in fields}
    )


def brought_by(session: Session, revision: int) -> dict[str, str]:
    """Return what the plugins brought into force when the revision was applied, by its event."""
    note = _applied(session, revision)
    return {} if note is None or note.brought is UNSET else note.brought


def stood_under(session: Session, revision: int) -> dict[str, Stood]:
    """Return what the plugins could stop when the revision was applied, by its event."""
    note = _applied(session, revision)
    return {} if note is None or note.stood is UNSET else note.stood


def _applied(session: Session, revision: int) -> RevisionNote | None:
    """Return the note in the event of a revision; None where the log has none."""
    own = tenant_of(session)
    conditions = (Event.tenant_id == own, Event.type.is_(None), Event.record_id.is_(None), Event.action == APPLY)
    body = session.scalar(select(Event.body).where(*conditions, Event.revision == revision).order_by(Event.seq).limit(1))
    return _said(body) if body else None


def breaks(session: Session) -> Iterator[log.Break]:
    """Yield every revision that is not what the tenant's log says was applied."""
    own = tenant_of(session)
    notes: dict[int, tuple[int, RevisionNote]] = {}
    content: dict[int, str] = {}
    events = select(Event.seq, Event.action, Event.revision, Event.body).where(
        Event.tenant_id == own, Event.type.is_(None), Event.record_id.is_(None), Event.action.in_((APPLY, REDACT))
    )
    for event in session.execute(events.order_by(Event.seq)):
        if event.action == APPLY:
            notes[event.revision] = event.seq, _said(event.body)
            content[event.revision] = notes[event.revision][1].digest
        else:  # personal data were taken out: the content has another digest since
            content |= {int(number): digest for number, digest in msgspec.json.decode(event.body)["revisions"].items()}
    present = set()
    for row in session.execute(select(Revision).where(Revision.tenant_id == own).order_by(Revision.number)).scalars():
        present.add(row.number)
        if row.number not in notes:
            yield log.Break(0, "revision", f"revision {row.number} was never applied: no event tells of it")
            continue
        seq, note = notes[row.number]
        if (row.digest, row.who, row.why) != (note.digest, note.who, note.why) or _digest(row) != content[row.number]:
            yield log.Break(seq, "revision", f"revision {row.number} is not what was applied: it has been rewritten")
        session.expunge(row)
    for number in sorted(notes.keys() - present):
        yield log.Break(notes[number][0], "revision", f"revision {number} is gone")


def _digest(row: Revision) -> str:
    try:
        content: Mapping[str, str] = content_of(row)
    except msgspec.DecodeError:
        return ""
    return digest_of(content)
