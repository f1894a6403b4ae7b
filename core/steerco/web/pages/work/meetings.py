"""Meetings that concern the reader: those that lie ahead, in the order of their days."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import select

from steerco.committee.meetings.attendance import Attendance
from steerco.configuration.regime import PLATFORM
from steerco.kernel import visibility
from steerco.kernel.authority import Authority
from steerco.kernel.view import fields
from steerco.store.listing import Filter, Order
from steerco.web.pages.frame.values import meeting_title
from steerco.web.pages.frame.visit import ReaderLook
from steerco.web.pages.work import when
from steerco.web.pages.work.sight import own_keys

SHOWN = 3
MOST = 200
STANDING = ("open", "convened", "planned")


class MeetingLine(NamedTuple):
    """A meeting that lies ahead, for the reader."""

    title: str
    href: str
    state: str
    state_id: str
    when: str
    day: date
    place: str
    papers: int


def ahead(visit: ReaderLook, sight: Authority, shown: int = SHOWN) -> list[MeetingLine]:
    """Return the next meetings to which the reader is asked, or over which they preside."""
    lines = [the_line(visit, meeting) for meeting in standing(visit, sight) if concerns(visit, sight, meeting)]
    lines = [line for line in lines if line.day >= visit.today]
    return sorted(lines, key=lambda line: line.day)[:shown]


def standing(visit: ReaderLook, sight: Authority, states: tuple[str, ...] = STANDING) -> Iterator[Any]:
    """Yield the visible meetings in these states, the newest first."""
    table = visit.tenant.snapshot.types.get("meeting")
    if table is None:
        return
    for state in states:
        page = visibility.page(sight, table, ["id"], None, MOST, Order("id", True), [Filter("state", "eq", state)])
        for row in page.rows:
            yield table.get_one(visit.session, visit.tenant.id, row.id)


def concerns(visit: ReaderLook, sight: Authority, meeting: Any) -> bool:
    """Return whether the reader presides, is on the list, belongs to the body while no list is set, or to one that assists it."""
    keys = own_keys(sight)
    rows = visit.session.execute(
        select(Attendance.who, Attendance.invited_as).where(
            Attendance.tenant_id == visit.tenant.id, Attendance.meeting == meeting.id
        )
    ).all()
    if meeting.presiding in keys or any(row.who in keys for row in rows):
        return True
    listed = any(row.invited_as == "attendee" for row in rows)
    if sight.actor == PLATFORM:
        return False
    assists = {body.id for body in visit.regime.charter.bodies if body.assists == meeting.body}
    return (not listed and sight.actor in visit.day.members(meeting.body)) or bool(assists & {*visit.day.bodies(sight.actor)})


def the_line(visit: ReaderLook, meeting: Any) -> MeetingLine:
    """Return a meeting as a line of a list."""
    zone = visit.tenant.snapshot.settings.zone
    papers = type(meeting).parts()["papers"]
    count = len(
        visit.session.scalars(select(papers.id).where(papers.tenant_id == visit.tenant.id, papers.meeting == meeting.id)).all()
    )
    return MeetingLine(
        meeting_title(visit, fields(meeting)),
        visit.links.record("meeting", meeting.ref),
        visit.say.state("meeting", meeting.state),
        meeting.state,
        when.moment(visit, meeting.starts_at),
        meeting.starts_at.astimezone(zone).date(),
        meeting.place or "",
        count,
    )
