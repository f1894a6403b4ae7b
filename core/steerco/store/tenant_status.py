"""The status of a tenant (active, suspended, leaving), as the last operator's event in its log sets it.

The status lies in the log, not in a column: it moves with the log to another installation, and a writer that holds the log's
head can rely on it. Such an event is no act on a record, so it names neither record nor type.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

import msgspec
from msgspec import Struct
from sqlalchemy import Integer, bindparam, select
from sqlalchemy.orm import Session

from steerco.store import log
from steerco.store.identity import count_up
from steerco.store.sessions import tenant_of
from steerco.store.tables import Event

State = Literal["active", "suspended", "leaving"]

SUSPEND, RESUME = "tenant.suspend", "tenant.resume"
LEAVE, STAY = "tenant.request-deletion", "tenant.cancel-deletion"
IMPORT = "tenant.import"
REDACT = "tenant.redact"
"""Personal data were taken out of stored revisions; the event holds the digests that they have since."""
STATES: dict[str, State] = {SUSPEND: "suspended", RESUME: "active", LEAVE: "leaving", STAY: "active", IMPORT: "active"}
"""The events that change a tenant's status, and the status after each."""
ISSUE, REVOKE = "token.issue", "token.revoke"
TOKENS = frozenset({ISSUE, REVOKE})
"""A token was issued, or ended before its day. The event holds what the token is for, and nothing by which it is let in."""
TOLD = frozenset({*STATES, REDACT, *TOKENS})
"""Every event about the tenant as such, beside the one that brings a revision into use."""
DIRECTORY = "directory"
"""The tally that makes every process look again."""

_row = Event.__table__.c
_decode = msgspec.json.Decoder().decode
_encode = msgspec.json.Encoder(order="deterministic").encode


_LAST = (
    select(_row.seq, _row.at, _row.action, _row.body)
    .where(_row.tenant_id == bindparam("own", type_=Integer), _row.type.is_(None), _row.record_id.is_(None))
    .where(_row.action.in_(sorted(STATES)))
    .order_by(_row.seq.desc())
    .limit(1)
)


class Standing(Struct, frozen=True):
    """The status of a tenant, its event (0: none), author and reason. ``due``: when a leaving tenant is deleted."""

    state: State = "active"
    seq: int = 0
    at: datetime | None = None
    who: str = ""
    why: str = ""
    due: datetime | None = None


def standing(session: Session) -> Standing:
    """Return the status of the session's tenant."""
    row = session.connection().execute(_LAST, {"own": tenant_of(session)}).first()
    if row is None:
        return Standing()
    body = _decode(row.body)
    due = datetime.fromisoformat(body["due"]) if body.get("due") else None
    return Standing(STATES[row.action], row.seq, row.at, body.get("who", ""), body.get("why", ""), due)


def names_before(session: Session) -> set[str]:
    """Return the names that the tenant of the session had where it was imported from."""
    import_events = (_row.tenant_id == tenant_of(session), _row.type.is_(None), _row.record_id.is_(None), _row.action == IMPORT)
    return {_decode(body)["from"] for body in session.connection().scalars(select(_row.body).where(*import_events))}


def tell(session: Session, action: str, said: dict[str, Any], *, at: datetime, revision: int, person: str) -> log.Head:
    """Write one such event at the end of the log, so that every process takes it up (tokens are looked up each
    time); the new end."""
    body = _encode(said).decode()
    new_head = log.append(
        session, log.head(session), at=at, recorded_at=at, person=person, action=action, revision=revision, body=body
    )
    if action not in TOKENS:
        count_up(session, DIRECTORY)
    return new_head
