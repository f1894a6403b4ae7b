"""Links by which somebody makes a new committee in a browser. The operator gives one out, for one name; whoever has it may go on
with the committee until it is applied, and nobody else sees anything of it.

The link is all that lets one in: what is kept is the hash of its secret, as of an invitation. So no account of the installation
stands above its committees, and whoever made one has no part in it unless its own files say so.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from secrets import token_urlsafe
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from steerco.accounts import events, web_sign_ins
from steerco.accounts.links import Link
from steerco.store.account_tables import Founding
from steerco.store.base import INSTALLATION
from steerco.store.identity import uuid7

LASTS = timedelta(days=30)
"""So long a link is good."""


def offer(session: Session, slug: str, *, now: datetime, by: str = events.OPERATOR) -> Link:
    """Return a link by which a committee of that name is made. An earlier one of the name ends, and what was begun by it goes on
    under the new one."""
    own = (Founding.tenant_id == INSTALLATION, Founding.slug == slug, Founding.ended_at.is_(None))
    before = session.scalar(select(Founding).where(*own))
    files = dict(before.files) if before is not None else {}
    session.execute(update(Founding).where(*own).values(ended_at=now, files={}))
    secret, until = token_urlsafe(32), now + LASTS
    hash = web_sign_ins.hashed(secret)
    times = {"created_at": now, "changed_at": now, "expires_at": until}
    session.add(Founding(tenant_id=INSTALLATION, id=uuid7(), hash=hash, slug=slug, files=files, trial={}, by=by, **times))
    session.flush()
    events.tell(session, events.FOUND, "", now, by=by, slug=slug, hash=events.digest(hash))
    return Link(f"/new/{secret}", until)


def find(session: Session, secret: str, now: datetime) -> Founding | None:
    """Return what the link with this secret is for, if it is good now; None for every other, whatever the reason."""
    own = (Founding.tenant_id == INSTALLATION, Founding.hash == web_sign_ins.hashed(secret))
    row = session.scalar(select(Founding).where(*own))
    return row if row is not None and row.ended_at is None and now < row.expires_at else None


def ended(session: Session, secret: str) -> Founding | None:
    """Return the link with this secret if it has ended and is not forgotten yet: whoever holds it may learn that."""
    own = (Founding.tenant_id == INSTALLATION, Founding.hash == web_sign_ins.hashed(secret), Founding.ended_at.is_not(None))
    return session.scalar(select(Founding).where(*own))


def any_open(session: Session, now: datetime) -> bool:
    """Return whether any link is good now."""
    own = (Founding.tenant_id == INSTALLATION, Founding.ended_at.is_(None), Founding.expires_at > now)
    return session.scalar(select(Founding.id).where(*own).limit(1)) is not None


def keep(session: Session, row: Founding, files: Mapping[str, str], seen: str, now: datetime) -> bool:
    """Keep the committee's files in the place of those that were ``seen``. False where others came between: nothing is kept."""
    if version(row) != seen:
        return False
    row.files, row.changed_at = dict(files), now
    return True


def version(row: Founding) -> str:
    """Return by what a form tells which files it was made from."""
    return row.changed_at.isoformat()


def note_trial(session: Session, row: Founding, trial: Mapping[str, Any]) -> None:
    """Keep how the committee's cases came out."""
    row.trial = dict(trial)


def end(session: Session, row: Founding, now: datetime) -> None:
    """End the link: the committee is applied, and has its files itself."""
    row.files, row.trial, row.ended_at = {}, {}, now


def forget_old(session: Session, now: datetime) -> None:
    """Take away what was not applied in time, and links that have long ended."""
    old = (Founding.tenant_id == INSTALLATION, Founding.expires_at < now)
    session.execute(delete(Founding).where(*old))
