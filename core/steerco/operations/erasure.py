"""Erasure: of a tenant whose time is over, and of one person's data on request.

Of a tenant nothing stays but the register's line with the end of its log: with it, an archive that was kept is known to be the
whole of what was here. Of a person the log keeps that somebody acted under that id; who it was, is gone from the rows, from what
inputs held, and from the stored revisions. The log refers to such data and never holds them, so its chain stands as it was.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import msgspec
import tomlkit
from msgspec import Struct
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from steerco.accounts.administration import let_go, let_tenant_go
from steerco.changes import pending
from steerco.committee.members.people import Person
from steerco.configuration.installation import ERASING, LEAVING, Installation
from steerco.configuration.load import digest_of
from steerco.configuration.regime import PLATFORM
from steerco.configuration.revisions import content_of, newest
from steerco.notifications import notices
from steerco.operations import personal_data
from steerco.operations.lifecycle import RegisterEntry, due_for_deletion, enter
from steerco.records.personal import ERASED, PersonalDatum, marked
from steerco.store import drafts, inquiries, log, rows
from steerco.store.checkpoint import Seal
from steerco.store.sessions import tenant_of
from steerco.store.tables import Event, LogHead, Revision
from steerco.store.tables import TenantRow as TenantRow
from steerco.store.tenant_status import REDACT, standing, tell

GONE = "erased"
"""The states of a number whose rows are gone and whose files are going, and of one of which nothing is left."""


# A tenant


def carry_out(installation: Installation, seal: Seal, at: datetime) -> list[str]:
    """Erase every tenant whose day has come, and finish what was cut off before; the names of the former.

    What is wrong with one keeps no other from being erased: the first error is raised when the rest is done.
    """
    slugs, wrong = list[str](), list[Exception]()
    for slug in due_for_deletion(installation, at):
        try:
            _erase(installation, slug, at)
            slugs.append(slug)
        except Exception as error:
            error.add_note(f"when {slug} was to be erased")
            wrong.append(error)
    if _finish(installation, seal, at):
        installation.store.scrub()
    if wrong:
        raise wrong[0]
    return slugs


def _erase(installation: Installation, slug: str, at: datetime) -> None:
    """Every row of the tenant goes in one transaction with the line in the register that tells of it."""
    number = installation.number(slug)
    with installation.store.read(number) as session:
        status, head = standing(session), log.head(session)
    tables = rows.tables_of(installation.store, number)
    with installation.store.unscoped() as session:
        row = session.get(TenantRow, number, with_for_update=True)
        if row is None or row.state != LEAVING or row.slug != slug:
            return  # called off, or done, in the meantime
        _hold(session, number, head)
        rows.remove(session, tables, number)
        detail = {"requested_at": status.at.isoformat() if status.at else "", "began": row.created_at.isoformat()}
        entry = RegisterEntry(at, number, slug, "erase", status.who, status.why, head.seq, head.hash.hex(), detail)
        enter(session, entry)
        row.slug, row.state = f"#{row.id}:{slug}", ERASING
    installation.forget(slug)


def _hold(session: Session, number: int, head: log.Head) -> None:
    """Keep writers out from here on. Raises ``Moved`` where one was in the log since it was looked at."""
    session.execute(select(LogHead.seq).where(LogHead.tenant_id == number).with_for_update())
    row = Event.__table__.c
    last = select(row.seq, row.hash).where(row.tenant_id == number).order_by(row.seq.desc()).limit(1)
    latest = session.connection().execute(last).first()
    if latest is None or latest.seq != head.seq:
        raise Moved(f"the log of tenant {number} went on while it was about to be erased")


class Moved(RuntimeError):
    """A tenant changed while it was about to be erased; the next step of the worker looks again."""


def _finish(installation: Installation, seal: Seal, at: datetime) -> int:
    """Take away the files, checkpoints and sign-ins of those whose rows are gone; how many those are."""
    with installation.store.unscoped() as session:
        erased = [(row.id, row.slug) for row in session.scalars(select(TenantRow).where(TenantRow.state == ERASING))]
    for number, mark in erased:
        slug = mark.partition(":")[2]
        let_tenant_go(installation.store, number, at)
        installation.files.remove_all(number)
        seal.retire(slug, f"{slug}~{number}")
        with installation.store.unscoped() as session:
            session.execute(update(TenantRow).where(TenantRow.id == number).values(state=GONE, slug=f"#{number}"))
    return len(erased)


# A person


class Erased(Struct, frozen=True):
    """The result of erasing a person: values of inputs, and the revisions that held the person. ``event`` tells of it in the log.

    ``rows`` are those of plugins' tables from which something was taken, by table; ``beyond`` the tables of plugins that may hold
    more: of a plugin that does not say what they hold of persons, or that is not installed any more.
    """

    person: str
    values: int
    revisions: tuple[int, ...]
    event: int
    rows: dict[str, int] = {}
    beyond: tuple[str, ...] = ()


def erase_person(installation: Installation, slug: str, person: str, *, at: datetime, who: str, why: str) -> Erased:
    """Erase name, e-mail and attributes of a person. Their acts stay, under an id that no longer says who that was.

    What people wrote into texts and papers is not looked into. Raises ``NoTenant``, and ``LookupError`` where there is no such
    person, and ``Moved`` where a revision was applied in the same moment: nothing was erased then.
    """
    tenant = installation.tenant(slug)
    with tenant.store.read(tenant.id) as session:
        if session.get(Person, (tenant.id, person)) is None:
            raise LookupError(f"{slug} has no person {person!r}")
        redacted = {revision.number: without(content_of(revision), person) for revision in _revisions(session)}
        changed = {number: text for number, (text, touched) in redacted.items() if touched}
    digests = {str(number): digest_of(text) for number, text in changed.items()}
    tables = personal_data.tables(installation.store)
    with tenant.store.write(tenant.id) as session:
        if (now := newest(session, tenant.id)) is not None and now.number not in redacted:
            raise Moved(f"{slug}: a revision was applied while {person} was about to be erased; nothing was; do it again")
        count, unsaid = len(values_of(session, person, tables)), personal_data.beyond(session, tables)
        input = {"person": person, "who": who, "why": why, "values": count, "revisions": digests}
        end = tell(session, REDACT, input, at=at, revision=tenant.at(session).snapshot.revision, person=PLATFORM)
        cleared = redact(session, person, tables)
        pending.forget_person(session, person)
        drafts.forget_person(session, person)
        inquiries.forget_person(session, person)
        notices.forget_person(session, person)
    unknown = tuple(sorted({*unsaid, *rows.undeclared(installation.store, tenant.id)}))
    with installation.store.unscoped() as session:
        for number, text in changed.items():
            own = (Revision.tenant_id == tenant.id, Revision.number == number)
            content = msgspec.json.encode(text, order="deterministic").decode()
            session.execute(update(Revision).where(*own).values(content=content))
        detail = {"person": person, "values": count, "revisions": sorted(changed), "rows": cleared, "beyond": unknown}
        enter(session, RegisterEntry(at, tenant.id, slug, "erase-person", who, why, end.seq, end.hash.hex(), detail))
    let_go(tenant, person, now=at, by=f"erasure:{who}")
    installation.store.scrub()
    installation.forget(slug)
    return Erased(person, count, tuple(changed), end.seq, cleared, unknown)


def values_of(session: Session, person: str, tables: personal_data.Tables) -> list[str]:
    """Return the ids under which the person's own data lie: those of the inputs by which the person was entered or changed, and
    of those that brought into a plugin's record what is declared as the person's."""
    row = Event.__table__.c
    own = (row.tenant_id == tenant_of(session), row.type == Person.record_type, row.record_id == person)
    own_ids = [id for body in session.connection().scalars(select(row.body).where(*own)) for id in marked(body)]
    return [*own_ids, *personal_data.inputs(session, person, tables)]


def redact(session: Session, person: str, tables: personal_data.Tables) -> dict[str, int]:
    """Take the values away from the rows of the session's tenant, so that they read as a rebuild would leave them; how many rows
    of plugins were changed, by table. ``tables`` are theirs."""
    own = tenant_of(session)
    for id in values_of(session, person, tables):
        session.execute(update(PersonalDatum).where(PersonalDatum.tenant_id == own, PersonalDatum.id == id).values(value=None))
    row = session.get(Person, (own, person))
    if row is not None:
        row.name, row.email = {"vi": ERASED, "en": ERASED}, ERASED if row.email else None
        row.attrs = dict.fromkeys(row.attrs, ERASED)
        row.version += 1  # readers with a copy learn that it is out of date
        session.flush()
    return personal_data.erase(session, person, tables)


def _revisions(session: Session) -> Iterator[Revision]:
    query = select(Revision).where(Revision.tenant_id == tenant_of(session)).order_by(Revision.number)
    yield from session.scalars(query)


def without(content: dict[str, str], person: str) -> tuple[dict[str, str], bool]:
    """Return a tenant's files without the person's data, all else as it was, and whether anything was taken out."""
    texts, touched = dict(content), False
    for path, text in content.items():
        if path.startswith("tenants/") and "person" in text and (person in text or "\\" in text):  # however it is quoted
            document: Any = tomlkit.parse(text)
            for table in document.get("person", ()):
                if isinstance(table, dict) and table.get("id") == person:
                    touched |= _blank(table)
            texts[path] = tomlkit.dumps(document)
    return (texts, True) if touched else (content, False)


def _blank(person: dict[str, Any]) -> bool:
    before = str(person)
    for name in ("name", "email"):
        if name in person:
            person[name] = {"vi": ERASED, "en": ERASED} if isinstance(person[name], dict) else ERASED
    for name in person.get("attrs", {}):
        person["attrs"][name] = ERASED
    return str(person) != before
