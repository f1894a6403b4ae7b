"""The week of one person on one sheet of paper: what to decide, with boxes to tick; the calendar; what is late and falls due."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from hashlib import sha256
from typing import Any, NamedTuple

from litestar import Response, get
from litestar.params import FromPath

from steerco.kernel.authority import Authority
from steerco.kernel.event import decode
from steerco.store import log
from steerco.web.http.problems import Anywhere
from steerco.web.http.requests import AHEAD
from steerco.web.http.worker_pool import showing
from steerco.web.pages.frame.visit import Cite, ReaderLook, Visit, nothing_here, visiting
from steerco.web.pages.work import when
from steerco.web.pages.work.calendar import CalendarEntry, entries_of
from steerco.web.pages.work.lines import Work, WorkLine, work_of
from steerco.web.pages.work.sight import present

FITS = {"decide": 5, "calendar": 5, "overdue": 4, "due": 5, "away": 3}
"""The number of lines of each part that one sheet of A4 has room for; the rest is told by its number."""
CALLED = ("meeting.plan", "meeting.convene", "meeting.postpone")
"""The acts by which a meeting stands in the calendar: the clause of the newest stands beside it."""
WITHIN = timedelta(days=30)
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""The letters and figures of a sheet's code: none that is taken for another."""


class AwayLine(NamedTuple):
    """Who acts for the reader in one role while the reader is away, by which clauses."""

    text: str
    cites: list[Cite]


class SheetPart(NamedTuple):
    """A part of the sheet; ``more`` lines found no room."""

    lines: list[Any]
    more: int


@get("/t/{tenant:str}/week")
@showing
def week(request: Anywhere, tenant: FromPath[str]) -> Response[bytes]:
    """Show what somebody decides, does and attends in a week, to print."""
    with visiting(request, tenant) as visit:
        if visit.reader is None:
            raise nothing_here()
        sight = present(visit)
        first = _first(visit)
        work = work_of(visit, sight)
        due = [line for line in work.due if line.due is not None and line.due <= visit.today + WITHIN]
        return visit.render(
            "work/week.html",
            "week",
            first=visit.date(first),
            last=visit.date(first + timedelta(days=6)),
            person=visit.names(sight.actor),
            printed=when.moment(visit, visit.now),
            decide=_part("decide", _decided(work)),
            calendar=_part("calendar", days_of(visit, sight, first)),
            overdue=_part("overdue", work.overdue),
            due=_part("due", due),
            away=_part("away", while_away(visit, sight)),
            entry=log.head(visit.session).seq,
            code=code(visit, sight, first),
            before=visit.links.to("week", **{"from": (first - timedelta(days=7)).isoformat()}),
            after=visit.links.to("week", **{"from": (first + timedelta(days=7)).isoformat()}),
        )


def _first(visit: Visit) -> date:
    """Return the first day of the week that is asked for: the present one if none is."""
    day = visit.query.day("from")
    if day is not None and not near(day, visit.today):
        visit.query.errors["from"] = ("bad_day", {"given": str(day)})
    return monday(day, visit.today)


def near(day: date, today: date) -> bool:
    """Return whether a day is one that a sheet is made for."""
    return today - AHEAD <= day <= today + AHEAD


def monday(day: date | None, today: date) -> date:
    """Return the Monday of the week of a day, if a sheet is made for it; else of the present week."""
    of = day if day is not None and near(day, today) else today
    return of - timedelta(days=of.weekday())


def _decided(work: Work) -> list[WorkLine]:
    return sorted(work.waiting, key=lambda line: line.due or date.max)


def _part(name: str, lines: Iterable[Any]) -> SheetPart:
    every = list(lines)
    return SheetPart(every[: FITS[name]], max(0, len(every) - FITS[name]))


def days_of(visit: ReaderLook, sight: Authority, first: date) -> list[CalendarEntry]:
    """Meetings by the clause that called them, days off and proposed days of the week; what falls due stands in its own part."""
    days = {first + timedelta(days=n) for n in range(7)}
    years = sorted({day.year for day in days})
    entries = (entry for year in years for entry in entries_of(visit, sight, year))
    own = sorted((each for each in entries if each.day in days and each.sort != "due"), key=lambda each: each.day)
    called = log.newest_of(visit.session, "meeting", [each.record for each in own if each.record], CALLED)
    clauses = {record: decode(body).because for record, body in called.items()}
    return [each._replace(cites=tuple(visit.cites(clauses[each.record]))) if each.record in clauses else each for each in own]


def while_away(visit: ReaderLook, sight: Authority) -> Iterator[AwayLine]:
    """Yield who would act in each role of the reader that somebody stands in for, or that heads a body."""
    day, charter = visit.day, visit.regime.charter
    heads = {body.head for body in charter.bodies}
    mine = day.roles(sight.actor)  # outsiders' kinds among them, in whose place nobody acts
    for role in (each.id for each in charter.roles if each.id in mine):
        rules = [rule for rule in charter.successions if rule.absent == role]
        for rule in rules:
            who = [person for person in day.successors(role) if person in day.holders(rule.acts) and person != sight.actor]
            key = "acts" if who else "nobody_can"
            said = {"role": visit.names(role), "who": ", ".join(visit.names.of(who)), "successor": visit.names(rule.acts)}
            yield AwayLine(visit.say("work.week", key, **said), visit.cites(rule.cite))
        if not rules and role in heads:
            yield AwayLine(visit.say("work.week", "nobody", role=visit.names(role)), [])


def code(visit: ReaderLook, sight: Authority, first: date) -> str:
    """Return the code of a sheet: the week, and four signs that tell this person's from another's."""
    mark = sha256(f"{visit.tenant.snapshot.slug}\0{sight.actor}\0{first}".encode()).digest()
    signs = "".join(LETTERS[byte % len(LETTERS)] for byte in mark[:4])
    return f"W{first.isocalendar().week:02}-{signs}"
