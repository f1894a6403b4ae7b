"""The subject of a record in one line, as people at work call it: a meeting by its period, a request by who asks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from steerco.kernel import visibility
from steerco.kernel.authority import Authority
from steerco.kernel.view import fields
from steerco.records import Record
from steerco.web.pages.frame.values import meeting_title, title_of
from steerco.web.pages.frame.visit import ReaderLook


def subject(visit: ReaderLook, sight: Authority, record: Record) -> str:
    """Return what a record is about, without anything that the reader may not see."""
    named = SUBJECTS.get(record.record_type)
    text = named(visit, sight, record) if named else title_of(visit, record.record_type, fields(record))
    return text or visit.say("type", record.record_type)


def _absence(visit: ReaderLook, sight: Authority, request: Any) -> str:
    return visit.say("work.subject", "absence", who=visit.names(request.who), when=_of_meeting(visit, sight, request.meeting))


def _substitution(visit: ReaderLook, sight: Authority, named: Any) -> str:
    substitute, who = visit.names(named.substitute), visit.names(named.who)
    return visit.say(
        "work.subject", "substitution", substitute=substitute, who=who, when=_of_meeting(visit, sight, named.meeting)
    )


def _minutes(visit: ReaderLook, sight: Authority, minutes: Any) -> str:
    meeting = visibility.find(sight, visit.tenant.snapshot.types["meeting"], minutes.meeting)
    return visit.say("work.subject", "minutes", of=meeting_title(visit, fields(meeting)) if meeting else minutes.ref)


def _of_meeting(visit: ReaderLook, sight: Authority, id: str) -> str:
    """Return the day of a meeting, where the reader sees it."""
    meeting: Any = visibility.find(sight, visit.tenant.snapshot.types["meeting"], id)
    starts: datetime | None = meeting.starts_at if meeting else None
    return visit.date(starts.astimezone(visit.tenant.snapshot.settings.zone).date()) if starts else ""


SUBJECTS: dict[str, Callable[[ReaderLook, Authority, Any], str]] = {
    "absence-request": _absence,
    "substitution": _substitution,
    "minutes": _minutes,
}
"""Record types that have a better name at work than their title; every other goes by its title."""
