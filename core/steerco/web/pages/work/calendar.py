"""The calendar of a year: meetings, what falls due, days proposed for the meetings that a text asks for, days off."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any, Literal, NamedTuple

from litestar import Response, get
from litestar.params import FromPath
from sqlalchemy import select

from steerco.charter import periods
from steerco.charter.proposals import Proposal, proposed
from steerco.configuration.regime import PLATFORM
from steerco.kernel import visibility
from steerco.kernel.authority import Authority
from steerco.kernel.view import fields
from steerco.web.http.problems import Anywhere
from steerco.web.http.requests import AHEAD
from steerco.web.http.worker_pool import showing
from steerco.web.pages.frame import dates
from steerco.web.pages.frame.values import meeting_title
from steerco.web.pages.frame.visit import Cite, ReaderLook, Visit, visiting
from steerco.web.pages.work import when
from steerco.web.pages.work.days_off import stretches, unsure, worked_in_exchange
from steerco.web.pages.work.duties import duty_lines
from steerco.web.pages.work.meetings import MeetingLine, ahead, standing, the_line
from steerco.web.pages.work.sight import present

MOST = 500
"""The number of meetings of a year that are shown."""
FEED = "ical-feed"
"""The end of the name of a record type that gives people their calendar at an address."""
Sort = Literal["meeting", "due", "proposed", "holiday"]


class CalendarEntry(NamedTuple):
    """One entry of a day. ``status`` is a word that tells what it is without colour; ``record`` the id of its meeting."""

    day: date
    sort: Sort
    shown: str
    status: str
    title: str
    href: str = ""
    cites: tuple[Cite, ...] = ()
    record: str = ""


class Month(NamedTuple):
    """A month with its entries; ``past`` where it is over."""

    label: str
    id: str
    past: bool
    entries: list[CalendarEntry]


@get("/t/{tenant:str}/calendar")
@showing
def calendar(request: Anywhere, tenant: FromPath[str]) -> Response[bytes]:
    """The year: when do we meet, and what falls due?"""
    with visiting(request, tenant) as visit:
        sight = present(visit)
        first = visit.tenant.snapshot.spans()[0].since.year
        year = visit.query.number("year", visit.today.year, 9999)
        if not first <= year <= (visit.today + AHEAD).year:
            visit.query.errors["year"] = ("bad", {"given": str(year)})
            year = visit.today.year
        return visit.render(
            "work/calendar.html",
            "meetings",
            year=year,
            months=months(visit, sight, year),
            ahead=_next(visit, sight),
            before=visit.links.to("calendar", year=year - 1) if year > first else "",
            after=visit.links.to("calendar", year=year + 1) if year < (visit.today + AHEAD).year else "",
            feed=_feed(visit),
        )


def months(visit: Visit, sight: Authority, year: int) -> list[Month]:
    """Return the twelve months of a year, as the reader may see it."""
    entries = sorted(entries_of(visit, sight, year), key=lambda entry: (entry.day, entry.sort, entry.title))
    return [
        Month(
            visit.say("work.calendar", "month", month_name=visit.say("month", number), year=f"{year:04}"),
            f"m{number}",
            (year, number) < (visit.today.year, visit.today.month),
            [entry for entry in entries if entry.day.month == number],
        )
        for number in range(1, 13)
    ]


def entries_of(visit: ReaderLook, sight: Authority, year: int) -> Iterator[CalendarEntry]:
    """Yield everything of a year that the reader may see, in no order."""
    meetings = list(_meetings(visit, sight, year))
    yield from (_meeting(visit, meeting) for meeting in meetings)
    if sight.actor != PLATFORM:
        yield from _due(visit, sight, year)
    if sight.actor == PLATFORM or visit.day.bodies(sight.actor):
        yield from _proposed(visit, year, meetings)
    yield from _days_off(visit, year)


def _meetings(visit: ReaderLook, sight: Authority, year: int) -> Iterator[Any]:
    """Yield the meetings of the year that the reader may see: of others not even that there is one."""
    table: Any = visit.tenant.snapshot.types["meeting"]
    zone = visit.tenant.snapshot.settings.zone
    begins, ends = (datetime.combine(date(each, 1, 1), time(0), zone) for each in (year, year + 1))
    mine = (table.tenant_id == visit.tenant.id, table.starts_at >= begins, table.starts_at < ends)
    ids = visit.session.scalars(select(table.id).where(*mine).order_by(table.starts_at).limit(MOST)).all()
    seen = visibility.among(sight, table, ids)
    for id in ids:
        if id in seen:
            yield table.get_one(visit.session, visit.tenant.id, id)


def _meeting(visit: ReaderLook, meeting: Any) -> CalendarEntry:
    day = visit.tenant.snapshot.local(meeting.starts_at)
    shown = f"{_short(visit, day)}, {when.clock_time(visit, meeting.starts_at)}"
    status = visit.say.state("meeting", meeting.state)
    href = visit.links.record("meeting", meeting.ref)
    return CalendarEntry(day, "meeting", shown, status, meeting_title(visit, fields(meeting)), href, record=meeting.id)


def _due(visit: ReaderLook, sight: Authority, year: int) -> Iterator[CalendarEntry]:
    for line in duty_lines(visit, sight):
        if line.due is not None and line.due.year == year:
            cites = tuple(visit.cites(line.cites[:1]))
            yield CalendarEntry(line.due, "due", _short(visit, line.due), line.status, line.title, line.href, cites)


def _proposed(visit: ReaderLook, year: int, meetings: list[Any]) -> Iterator[CalendarEntry]:
    """Yield the days that the program proposes for periods in which no such meeting is called or held."""
    say, snapshot = visit.say, visit.tenant.snapshot
    for each in proposed(visit.regime.charter.cadences, year, snapshot.calendar):
        if each.day < visit.today or any(_is_of(visit, meeting, each) for meeting in meetings):
            continue
        label = next((say.of(c.label) for c in visit.regime.charter.cadences if c.id == each.cadence), each.cadence)
        status = say("work.calendar", "proposed_unsure" if each.expected else "proposed")
        yield CalendarEntry(each.day, "proposed", _short(visit, each.day), status, label, cites=tuple(visit.cites(each.cites)))


def _is_of(visit: ReaderLook, meeting: Any, proposal: Proposal) -> bool:
    day = visit.tenant.snapshot.local(meeting.starts_at)
    same = (meeting.body, meeting.kind) == (proposal.body, proposal.kind)
    return same and meeting.state != "canceled" and day in periods.parse(proposal.period)


def _days_off(visit: ReaderLook, year: int) -> Iterator[CalendarEntry]:
    """Days off within the working week, as stretches, and days of rest that are worked."""
    calendar, first, last = visit.tenant.snapshot.calendar, date(year, 1, 1), date(year, 12, 31)
    for run in stretches(calendar, first, last):
        shown = _short(visit, run[0])
        if run[0] != run[1]:
            shown = visit.say("work.calendar", "stretch", first=shown, last=_short(visit, run[1]))
        status = visit.say("work.calendar", "off_unsure" if unsure(calendar, run) else "off")
        yield CalendarEntry(run[0], "holiday", shown, status, "")
    for day in worked_in_exchange(calendar, first, last):
        yield CalendarEntry(day, "holiday", _short(visit, day), visit.say("work.calendar", "worked"), "")


def _short(visit: ReaderLook, day: date) -> str:
    return f"{visit.say('work.weekday-short', day.isoweekday())} {dates.day_month(visit.say, day)}"


def _next(visit: Visit, sight: Authority) -> MeetingLine | None:
    """Return the next meeting of the reader; for a stranger the next of the committee."""
    if sight.actor != PLATFORM:
        return next(iter(ahead(visit, sight, 1)), None)
    coming = [m for m in standing(visit, sight) if visit.tenant.snapshot.local(m.starts_at) >= visit.today]
    soonest = min(coming, key=lambda meeting: meeting.starts_at, default=None)
    return the_line(visit, soonest) if soonest is not None else None


def _feed(visit: Visit) -> str:
    """Return where a reader has their calendar at an address of its own; empty where no plugin gives one."""
    types = [name for name, type in visit.tenant.snapshot.types.items() if type.plugin and name.endswith(FEED)]
    return visit.links.to("records", types[0]) if types and visit.reader else ""
