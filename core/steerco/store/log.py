"""The event log: one gapless chain of hashes for each tenant, written under the locked head.

Pattern: an append-only hash chain. Event 5 stores ``sha256(hash of event 4, seq, at, …, body)``, so a change to event 3
breaks the chain at event 3 and :func:`verify` names it.

Example::

    head = log.append(session, log.head(session), at=now, recorded_at=now, action="task.assign", body=text)

Rules:

- Append only under the tenant's lock (``Store.write``); :func:`head` then cannot move before the commit.
- The writer encodes the body once. No reader encodes it again, because two encoders may differ in a byte.
- The hash leaves out the tenant's number, so a log keeps its chain when it moves to another installation. A checkpoint
  (``checkpoint``) exposes a log that was cut at its end, rewritten as a whole, or swapped for another.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Literal

from msgspec import Struct
from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.orm import Session

from steerco.store.log_ends import Ends
from steerco.store.log_ends import Head as Head
from steerco.store.log_ends import Mark as Mark
from steerco.store.sessions import tenant_of
from steerco.store.tables import Event, LogHead


class Break(Struct, frozen=True):
    """One place where a log differs from what was written. ``seq``: the event at or after which the difference shows."""

    seq: int
    kind: Literal["changed", "gap", "head", "cut", "lost", "rewritten", "revision", "token", "account"]
    detail: str


_entry = Event.__table__.c
_INSERT = insert(Event.__table__)  # type: ignore[arg-type]
_TAIL = select(_entry.seq, _entry.hash).where(_entry.tenant_id == bindparam("own")).order_by(_entry.seq.desc()).limit(1)
_ALL = select(*_entry).where(_entry.tenant_id == bindparam("own")).order_by(_entry.seq)
_ONE = select(_entry.seq, _entry.hash).where(_entry.tenant_id == bindparam("own"), _entry.seq == bindparam("number"))
_head = LogHead.__table__.c
# On PostgreSQL the entry and the head's move are one statement, so one round trip.
_new = {column.name: bindparam(f"new_{column.name}", type_=column.type) for column in _entry}
_INSERT_AND_MOVE = (
    update(LogHead.__table__)  # type: ignore[arg-type]
    .where(_head.tenant_id == _new["tenant_id"])
    .values(seq=_new["seq"], hash=_new["hash"])
    .add_cte(_INSERT.values(_new).cte("entry"))
)


def head(session: Session) -> Head:
    """Return the end of the log of the session's tenant. In a write it cannot move until the transaction ends."""
    locked = session.info.get("head")
    if locked is not None:  # PostgreSQL: read from the row that the transaction locked first
        return Head(*locked)
    row = session.connection().execute(_TAIL, {"own": tenant_of(session)}).first()
    return Head(row.seq, row.hash) if row else Head()


def at(session: Session, seq: int) -> Head | None:
    """Return the head that the tenant's log had after event ``seq``, or None if the log has no such event."""
    row = session.connection().execute(_ONE, {"own": tenant_of(session), "number": seq}).first()
    return Head(row.seq, row.hash) if row else None


def append(
    session: Session,
    after: Head,
    *,
    at: datetime,
    recorded_at: datetime,
    action: str,
    body: str,
    person: str | None = None,
    type: str | None = None,
    record_id: str | None = None,
    revision: int | None = None,
    caused_by: int | None = None,
) -> Head:
    """Write the next event after the head ``after`` and return the new head.

    ``at`` is the time at which the event counts, ``recorded_at`` the time of its entry. ``body`` is the event as canonical
    text (JSON with sorted keys). ``caused_by`` is the number of the event that caused this one.

    Raises ``IntegrityError`` if ``after`` is not the end of the log.
    """
    row: dict[str, Any] = {
        "seq": after.seq + 1,
        "at": at,
        "recorded_at": recorded_at,
        "person": person,
        "action": action,
        "type": type,
        "record_id": record_id,
        "revision": revision,
        "caused_by": caused_by,
        "body": body,
    }
    new_head, tenant = Head(after.seq + 1, digest(after.hash, row)), tenant_of(session)
    _watch_end(session, tenant, after)
    values = row | {"tenant_id": tenant, "hash": new_head.hash}
    if session.info.get("head") is None:
        session.connection().execute(_INSERT, values)
    else:
        session.connection().execute(_INSERT_AND_MOVE, {f"new_{name}": value for name, value in values.items()})
        session.info["head"] = (new_head.seq, new_head.hash)
    session.info["end"] = new_head
    return new_head


def _watch_end(session: Session, tenant: int, end: Head) -> None:
    """Before this process first writes a tenant's log, compare its end with the last acknowledged event."""
    ends: Ends | None = session.info.get("ends")
    if ends is not None and not ends.watches(tenant):
        mark = ends.of(tenant)
        ends.watch(tenant, end.seq, lost=mark if mark and _lost(session, end, mark) else None)


HASHED = ("seq", "at", "recorded_at", "person", "action", "type", "record_id", "revision", "caused_by", "body")


def digest(previous: bytes, row: dict[str, Any]) -> bytes:
    """Return the SHA-256 of the previous hash and each value. A length before each value keeps two entries from reading alike."""
    parts = [previous]
    for name in HASHED:
        value = row[name]
        if value is None:
            parts.append(b"-;")
            continue
        if isinstance(value, datetime):
            value = value.astimezone(UTC).isoformat(timespec="microseconds")
        encoded = str(value).encode()
        parts.append(b"%d:%b;" % (len(encoded), encoded))
    return sha256(b"".join(parts)).digest()


def entries(session: Session, after: int = 0, limit: int | None = None, types: Sequence[str] = ()) -> Iterator[dict[str, Any]]:
    """Yield the stored events of the session's tenant after number ``after``, in order; ``types`` limits them to record types."""
    query = _ALL.where(_entry.seq > after)
    if types:
        query = query.where(_entry.type.in_(types))
    if limit is not None:
        query = query.limit(limit)
    result = session.connection().execute(query, {"own": tenant_of(session)}, execution_options={"yield_per": 500})
    for row in result.mappings():
        yield dict(row)


def doers(session: Session, type: str, record: str, actions: Collection[str], *, last: bool = False) -> frozenset[str]:
    """Return the persons who did any of these actions on a record, in whatever capacity; ``last``: only who did it last."""
    of = (Event.tenant_id == tenant_of(session), Event.type == type, Event.record_id == record, Event.action.in_(sorted(actions)))
    if not actions:
        return frozenset()
    newest = select(Event.person).where(*of).order_by(Event.seq.desc()).limit(1)
    persons = session.scalars(newest if last else select(Event.person).where(*of).distinct())
    return frozenset(person for person in persons if person)


def newest_of(session: Session, type: str, records: Collection[str], actions: Iterable[str]) -> dict[str, str]:
    """Return, by record, the body of the newest event that is one of these actions on it."""
    of = (Event.tenant_id == tenant_of(session), Event.type == type, Event.record_id.in_(sorted(records)))
    query = select(Event.record_id, Event.body).where(*of, Event.action.in_(sorted(actions))).order_by(Event.seq)
    return {record: body for record, body in session.execute(query) if record}


def last_acts(session: Session, tenant: int) -> dict[str, datetime]:
    """Return when each person of a tenant last acted."""
    query = select(_entry.person, func.max(_entry.at)).where(_entry.tenant_id == tenant, _entry.person.is_not(None))
    return {row[0]: row[1] for row in session.execute(query.group_by(_entry.person))}


def verify(session: Session, marks: Iterable[Mark] = ()) -> list[Break]:
    """Return every place where the log of the session's tenant differs from what was written; empty for a sound log.

    The chain alone exposes a changed value and an event that was removed, inserted or moved. A log that was cut at its end
    or rewritten as a whole is a sound chain: only ``marks`` expose it, and on PostgreSQL the head's row exposes a cut too.
    """
    breaks: list[Break] = []
    marked: dict[int, set[bytes]] = {}
    for mark in marks:
        marked.setdefault(mark.seq, set()).add(mark.hash)
    end = Head()
    for row in entries(session):
        seq: int = row["seq"]
        if seq != end.seq + 1:
            breaks.append(Break(end.seq + 1, "gap", f"events {end.seq + 1} to {seq - 1} are missing"))
        if row["hash"] != digest(end.hash, row):
            breaks.append(Break(seq, "changed", "this entry, or the one before it, differs from the hashed one"))
        if marked.get(seq, {row["hash"]}) != {row["hash"]}:
            breaks.append(Break(seq, "rewritten", "the checkpoint of this event has another hash"))
        end = Head(seq, row["hash"])
    for seq in sorted(marked):
        if seq > end.seq:
            breaks.append(Break(seq, "cut", f"the log ends at {end.seq}; a checkpoint names event {seq}"))
    return breaks + _head_breaks(session, end)


def lost(session: Session, mark: Mark) -> list[Break]:
    """Return the acknowledged events that the log of the session's tenant has lost. ``mark`` is the last acknowledged one."""
    end = head(session)
    if not _lost(session, end, mark):
        return []
    if end.seq < mark.seq:
        gone = f"{end.seq + 1}" if mark.seq == end.seq + 1 else f"{end.seq + 1} to {mark.seq}"
        return [Break(end.seq + 1, "lost", f"events {gone} had been acknowledged, and the log ends at {end.seq}")]
    return [Break(mark.seq, "lost", "this is not the acknowledged event: some were lost, and others took their numbers")]


def _lost(session: Session, end: Head, mark: Mark) -> bool:
    """Return whether the log that ends with ``end`` lacks the event of ``mark``."""
    entry = end if end.seq == mark.seq else at(session, mark.seq) if mark.seq < end.seq else None
    return entry is None or entry.hash != mark.hash


def _head_breaks(session: Session, end: Head) -> list[Break]:
    tenant = tenant_of(session)
    row = session.connection().execute(select(_head.seq, _head.hash).where(_head.tenant_id == tenant)).first()
    if row is None:  # SQLite has one writer, and reads the tail
        lost = end.seq and session.connection().dialect.name != "sqlite"
        return [Break(end.seq, "head", f"the log ends at {end.seq}, its head is gone")] if lost else []
    if (row.seq, row.hash) == (end.seq, end.hash):
        return []
    return [Break(end.seq, "head", f"the log ends at {end.seq}, its head says {row.seq}")]
