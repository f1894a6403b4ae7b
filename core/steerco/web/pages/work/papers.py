"""The papers of a meeting: each opens through the reader's sight, and new ones are marked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import select

from steerco.kernel.event import decode
from steerco.records.personal import FILE
from steerco.store.tables import Event
from steerco.web.pages.frame.visit import Visit

NEW = timedelta(days=3)
"""A paper is new for so long."""
KILO = 1024


class PaperLine(NamedTuple):
    """A paper as people find it."""

    title: str
    notes: str
    file_name: str
    href: str
    size: str
    added: str
    new: bool


def papers(visit: Visit, meeting: Any, rows: Iterable[dict[str, Any]]) -> list[PaperLine]:
    """Return the papers of a meeting, in the order in which they came."""
    rows = list(rows)
    times = _added(visit, meeting) if rows else {}
    return [_line(visit, meeting, row, times.get(row["digest"])) for row in rows]


def _line(visit: Visit, meeting: Any, row: dict[str, Any], added: datetime | None) -> PaperLine:
    notes = " · ".join(_notes(visit, row))
    if not row["digest"]:
        return PaperLine(row["title"], notes, "", "", "", "", False)
    href = visit.links.to("records", "meeting", meeting.ref, "files", row["digest"], name=row["file_name"])
    size = row["size"]
    told = visit.say("work.papers", "bytes" if size < KILO else "kilo", number=size if size < KILO else -(-size // KILO))
    day = visit.date(visit.tenant.snapshot.local(added)) if added else ""
    return PaperLine(row["title"], notes, row["file_name"], href, told, day, added is not None and visit.now - added <= NEW)


def _notes(visit: Visit, row: dict[str, Any]) -> Iterator[str]:
    """Yield what is said of a paper beside its title: its item, its grade with number and place, that it came late."""
    say = visit.say
    if row["item"]:
        yield f"{say('field', 'item')} {row['item']}"
    if row["grade"]:
        yield say("value", row["grade"])
    for name in ("registered_as", "kept_at"):
        if row[name]:
            yield f"{say('field', name)}: {row[name]}"
    if row["came_late"]:
        yield say("work.papers", "late", clauses="; ".join(row["came_late"]))


def _added(visit: Visit, meeting: Any) -> dict[str, datetime]:
    """Return when each paper came, by its digest: what the log says."""
    event = Event.__table__.c
    mine = (event.tenant_id == visit.tenant.id, event.record_id == meeting.id, event.action == "meeting.add-paper")
    times: dict[str, datetime] = {}
    for row in visit.session.connection().execute(select(event.at, event.body).where(*mine).order_by(event.seq)):
        for digest in _digests(decode(row.body).input):
            times[digest] = row.at
    return times


def _digests(value: Any) -> Iterable[str]:
    if isinstance(value, dict):
        if FILE in value:
            yield str(value[FILE])
        for each in value.values():
            yield from _digests(each)
    elif isinstance(value, list):
        for each in value:
            yield from _digests(each)
