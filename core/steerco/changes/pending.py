"""Changes that somebody prepares in a browser: kept with the tenant until they are applied, for every administrator to see.

A pending change is new texts of some files beside a revision. It never counts for anything until it is applied, and what it would
do is always asked against the revision in use.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

import msgspec
from msgspec import Struct
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from steerco.changes.drift import pull
from steerco.changes.plan import Plan
from steerco.configuration.tenant import Tenant
from steerco.store.identity import uuid7
from steerco.store.sessions import tenant_of
from steerco.store.tables import PendingChange

KEPT = timedelta(days=60)
"""So long a change waits to be applied."""
MOST = 50
"""So many wait in one tenant; the oldest make room."""

CORRECTION = "correction"
"""The kind of a change that corrects files to a paper that always said so (see ``safety.hazards``)."""

Files = Mapping[str, str | None]
"""New texts by path; None: the file goes."""


class Trial(Struct, frozen=True):
    """How far a change has been tried: its plan, then its cases.

    ``stage``: waiting, plan, cases, done or failed. ``beat`` is when it last said so; ``failures`` name the cases that failed,
    each with what was expected and what came; ``fault`` is what stopped the trial itself.
    """

    stage: str = "waiting"
    beat: datetime | None = None
    total: int = 0
    done: int = 0
    failed: int = 0
    failures: tuple[tuple[str, str, str], ...] = ()
    fault: str = ""

    @property
    def over(self) -> bool:
        return self.stage in ("done", "failed")


class ChangeDraft(Struct, frozen=True):
    """What is to be kept of a change: who prepared it, against which revision, of which kind, and the files."""

    account: str
    person: str
    kind: str
    base: int
    files: dict[str, str | None]
    back_to: int = 0


def differences(before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, str | None]:
    """Return the files of ``after`` that differ from ``before``; None for one that is gone."""
    return {path: after.get(path) for path in sorted({*before, *after}) if before.get(path) != after.get(path)}


def content_with(content: Mapping[str, str], files: Files) -> dict[str, str]:
    """Return a revision's files with those of a change."""
    return {path: text for path, text in {**content, **files}.items() if text is not None}


def keep(tenant: Tenant, change: ChangeDraft, at: datetime, id: str = "") -> str:
    """Keep a change (``id``: in the place of that one) and return its id. What waited too long goes on the way."""
    fields = msgspec.structs.asdict(change)
    with tenant.store.write(tenant.id) as session:
        row = session.get(PendingChange, (tenant.id, id)) if id else None
        if row is None:
            _make_room(session, at)
            row = PendingChange(tenant_id=tenant.id, id=uuid7(), created_at=at, applied=None)
            session.add(row)
        for name, value in fields.items():
            setattr(row, name, value)
        row.changed_at, row.plan, row.trial = at, None, msgspec.to_builtins(Trial(beat=at))
        return row.id


def _make_room(session: Session, at: datetime) -> None:
    own = PendingChange.tenant_id == tenant_of(session)
    session.execute(delete(PendingChange).where(own, PendingChange.changed_at < at - KEPT))
    ids = session.scalars(select(PendingChange.id).where(own).order_by(PendingChange.id.desc()).offset(MOST - 1)).all()
    if ids:
        session.execute(delete(PendingChange).where(own, PendingChange.id.in_(ids)))


def find(session: Session, id: str) -> PendingChange | None:
    """Return a change of the session's tenant, applied or not."""
    return session.get(PendingChange, (tenant_of(session), id))


def waiting(session: Session) -> list[PendingChange]:
    """Return the changes of the session's tenant that nobody has applied, newest first."""
    own = (PendingChange.tenant_id == tenant_of(session), PendingChange.applied.is_(None))
    return list(session.scalars(select(PendingChange).where(*own).order_by(PendingChange.changed_at.desc(), PendingChange.id)))


def trial_of(row: PendingChange) -> Trial:
    """Return how far the change has been tried."""
    return msgspec.convert(row.trial, Trial)


def plan_of(row: PendingChange) -> Plan | None:
    """Return the plan that was made of it; None where there is none, or another release wrote it."""
    if row.plan is None:
        return None
    try:
        return msgspec.json.decode(row.plan, type=Plan)
    except msgspec.DecodeError:
        return None


def note(tenant: Tenant, id: str, trial: Trial, plan: Plan | None = None) -> None:
    """Keep how far a trial is, and the plan once there is one."""
    values: dict[str, object] = {"trial": msgspec.to_builtins(trial)}
    if plan is not None:
        values["plan"] = msgspec.json.encode(plan).decode()
    own = (PendingChange.tenant_id == tenant.id, PendingChange.id == id)
    with tenant.store.write(tenant.id) as session:
        session.execute(update(PendingChange).where(*own).values(values))


def applied(tenant: Tenant, id: str, revision: int) -> None:
    """Keep that a change became a revision; its texts are the revision's from here on."""
    own = (PendingChange.tenant_id == tenant.id, PendingChange.id == id)
    with tenant.store.write(tenant.id) as session:
        session.execute(update(PendingChange).where(*own).values(applied=revision, files={}, plan=None))


def discard(tenant: Tenant, id: str) -> None:
    """Take a change away that nobody has applied."""
    own = (PendingChange.tenant_id == tenant.id, PendingChange.id == id, PendingChange.applied.is_(None))
    with tenant.store.write(tenant.id) as session:
        session.execute(delete(PendingChange).where(*own))


class Rebased(Struct, frozen=True):
    """A change brought onto another revision: its files there, or the files that both sides changed, with the places."""

    files: dict[str, str | None]
    conflicts: dict[str, str]


def rebased(files: Files, was: Mapping[str, str], there: Mapping[str, str]) -> Rebased:
    """Bring a change of the revision ``was`` onto the revision ``there``, by ``merge``: what each side changed stays.

    A file that both took in different directions is a conflict, and then nothing is brought over.
    """
    own = [path for path, text in files.items() if text is not None]
    sides = [{path: side[path] for path in own if path in side} for side in (was, there)]
    here = {path: text for path, text in files.items() if text is not None}
    brought = pull(here, sides[1], sides[0])
    gone = [path for path, text in files.items() if text is None]
    conflicts = {**brought.conflicts, **{path: path for path in gone if there.get(path) != was.get(path)}}
    result = {**{path: text for path, text in there.items() if path not in gone}, **here, **brought.written}
    return Rebased(differences(there, {path: text for path, text in result.items() if path not in brought.gone}), conflicts)


def forget_person(session: Session, person: str) -> None:
    """Take away what a person prepared and nobody has applied: the person's data are being erased.

    Those of others go too whose files or plan name the person.
    """
    own = PendingChange.tenant_id == tenant_of(session)
    for row in session.scalars(select(PendingChange).where(own)).all():
        if row.person == person or any(person in (text or "") for text in (*row.files.values(), row.plan)):
            session.delete(row)
