"""The message after an act, made from its event: it says what is in the log, and needs nothing kept."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, NamedTuple

from sqlalchemy import select

from steerco.kernel import visibility
from steerco.kernel.event import EventBody, decode
from steerco.store.tables import Event
from steerco.web.pages.frame.visit import Visit

RECENT = timedelta(minutes=10)
"""An act is told of for so long; after that the history alone has it."""
NAMED = 6
"""So many of those who were told are named."""


class DoneAct(NamedTuple):
    """An act of the reader's own that was just done: what, when, on which record, for whom, what followed, who was told."""

    act: str
    at: str
    ref: str
    href: str
    acting_for: str
    for_whom: str
    followed: list[tuple[str, str, str]]
    told: list[str]
    more_told: int
    remarks: list[str]


def done_of(visit: Visit) -> DoneAct | None:
    """Return the act that the address names (``done=``), if it is the reader's own and new."""
    number = visit.query.number("done", 0, 2**62)
    if not number or visit.reader is None:
        return None
    events = Event.__table__.c
    row = visit.session.execute(select(Event).where(events.tenant_id == visit.tenant.id, events.seq == number)).scalar()
    body = decode(row.body) if row is not None else None
    if row is None or body is None or visit.reader.person not in (row.person, body.entered_by):
        return None
    if not timedelta(0) <= visit.now - row.recorded_at <= RECENT or not visibility.seen(
        visit.authority, [(row.type, row.record_id)]
    ):
        return None
    return _told(visit, row, body)


def _told(visit: Visit, row: Any, body: EventBody) -> DoneAct:
    followed, further = _followed(visit, row.seq)
    told = visit.names.of(each for each in dict.fromkeys([*body.told, *further]) if each != row.person)
    entered = bool(body.entered_by) and row.person is not None
    return DoneAct(
        visit.say("action", row.action),
        visit.time(row.recorded_at),
        body.ref,
        visit.links.record(row.type, body.ref) if row.type else "",
        visit.names(body.acting_for) if body.acting_for else "",
        visit.names(row.person) if entered else "",
        followed,
        told[:NAMED],
        max(0, len(told) - NAMED),
        [remark_text(visit, each.code) for each in body.remarks or ()],
    )


def _followed(visit: Visit, seq: int) -> tuple[list[tuple[str, str, str]], list[str]]:
    """Return the acts that followed from an event by right (act, reference, address) and whom they told, as far as the reader
    sees what they were on."""
    events = Event.__table__.c
    mine = select(Event).where(events.tenant_id == visit.tenant.id, events.caused_by == seq).order_by(events.seq).limit(200)
    rows = list(visit.session.scalars(mine))
    seen = visibility.seen(visit.authority, [(row.type, row.record_id) for row in rows])
    acts, told = [], list[str]()
    for row in (each for each in rows if (each.type, each.record_id) in seen):
        body = decode(row.body)
        acts.append((visit.say("action", row.action), body.ref, visit.links.record(row.type or "", body.ref)))
        told += body.told
    return acts, told


def remark_text(visit: Visit, code: str) -> str:
    """Return what an act's decision says beside, in words."""
    text = visit.say("acts.remark", code) if visit.say.has("acts.remark", code) else visit.say("stop", code)
    return f"{text[:1].upper()}{text[1:]}"
