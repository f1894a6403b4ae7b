"""The change feed: the log, as far as an actor may see the records that it speaks of.

The log is ordered and gapless (a writer takes its head first), so the number of the last event that was looked at is a cursor
that misses nothing: what has a lower number can no longer come.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from steerco.extension.facts import Recorded
from steerco.kernel import visibility
from steerco.kernel.authority import Authority
from steerco.kernel.event import EventBody, decode
from steerco.store import log
from steerco.store.sessions import tenant_of
from steerco.store.tables import Event

AT_ONCE = 500
"""Events looked at together."""
FURTHEST = 5000
"""Events looked at for one page, however few of them can be seen."""


class FeedEvent(Recorded, frozen=True):
    """One event as the feed tells it: who did what to which record, in which capacity, because of which clauses.

    ``at`` is when it counts, ``recorded_at`` when it was entered; ``state`` and ``version`` are those that it left. An act of
    one who signed paper names in ``entered_by`` who entered it, and in ``evidence`` the digest of that paper.
    """

    caused_by: int | None = None
    entered_by: str = ""
    evidence: str = ""


def told(row: Mapping[str, Any], body: EventBody) -> dict[str, Any]:
    """Return the fields of ``Recorded`` for an event."""
    return {
        "seq": row["seq"],
        "at": row["at"],
        "recorded_at": row["recorded_at"],
        "action": row["action"],
        "type": row["type"] or "",
        "record": row["record_id"] or "",
        "ref": body.ref,
        "state": body.state,
        "version": body.version,
        "person": "" if body.secret else row["person"] or "",
        "capacity": "" if body.secret else body.capacity,
        "acting_for": "" if body.secret else body.acting_for,
        "because": body.because,
    }


def end(session: Session) -> int:
    """Return the number of the newest event."""
    row = Event.__table__.c
    newest = select(func.max(row.seq)).where(row.tenant_id == tenant_of(session))
    return session.connection().scalar(newest) or 0


def evidence(session: Session, type: str, record: str) -> frozenset[str]:
    """Return the digests of the signed papers on whose strength acts on a record were entered; never a secret vote's."""
    row = Event.__table__.c
    conditions = (row.tenant_id == tenant_of(session), row.type == type, row.record_id == record)
    proofs = (decode(body) for body in session.connection().scalars(select(row.body).where(*conditions)))
    return frozenset(each.evidence for each in proofs if each.evidence and not each.secret)


def changes(authority: Authority, after: int, limit: int) -> tuple[list[FeedEvent], int]:
    """At most ``limit`` events after number ``after`` that the actor may see, and the number to go on from."""
    events: list[FeedEvent] = []
    looked = after
    while looked - after < FURTHEST:
        batch = list(log.entries(authority.session, looked, AT_ONCE))
        visible = visibility.seen(authority, ((row["type"], row["record_id"]) for row in batch))
        for row in batch:
            looked = row["seq"]
            if (row["type"], row["record_id"]) in visible:
                events.append(_change(row))
                if len(events) == limit:
                    return events, looked
        if len(batch) < AT_ONCE:
            break
    return events, looked


def _change(row: dict[str, Any]) -> FeedEvent:
    body = decode(row["body"])
    entered, paper = ("", "") if body.secret else (body.entered_by or "", body.evidence or "")
    return FeedEvent(**told(row, body), caused_by=row["caused_by"], entered_by=entered, evidence=paper)
