"""The week of one person in all their committees on one sheet: of those committees that share it (``shared`` in their settings).

It tells what stands on the sheet of each committee, and first what nobody else may do. Each part has room for a few lines of all
committees together, the most urgent first; the rest is told by its number.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from litestar import Response, get

from steerco.answers.week import Week, WeekItem, WeekOfCommittee
from steerco.store import log
from steerco.web.http.problems import Anywhere
from steerco.web.http.responses import plain
from steerco.web.http.worker_pool import showing
from steerco.web.pages.frame import dates
from steerco.web.pages.frame.links import address
from steerco.web.pages.frame.visit import ReaderLook
from steerco.web.pages.work import when
from steerco.web.pages.work.across import AccountPage, account_page
from steerco.web.pages.work.calendar import CalendarEntry
from steerco.web.pages.work.lines import WorkLine, work_of
from steerco.web.pages.work.sight import present
from steerco.web.pages.work.week import WITHIN, SheetPart, code, days_of, monday, while_away

SHARED = "week"
"""The word in a committee's ``shared`` by which its part stands on this sheet."""
FITS = {"alone": 4, "decide": 4, "calendar": 4, "overdue": 3, "due": 4, "away": 3}
"""The number of lines of each part that one sheet of A4 has room for."""


class OfCommittee(NamedTuple):
    """A line, the day by which it is sorted, and the committee that it belongs to."""

    line: Any
    day: date
    committee: str


class CommitteeSheet(NamedTuple):
    """What one committee brings: its slug and its name in short, the last entry of its log, the reader, the reader's roles there,
    the lines by part."""

    slug: str
    name: str
    entry: int
    person: str
    held: tuple[str, ...]
    roles: str
    code: str
    parts: dict[str, list[OfCommittee]]

    @property
    def told(self) -> WeekOfCommittee:
        """The sheet as data."""
        lines = tuple(_item(part, each) for part, all_ in self.parts.items() for each in all_)
        return WeekOfCommittee(self.slug, self.name, self.person, self.held, self.entry, self.code, lines)


@dataclass
class WholeWeek:
    """The sheets of the committees that share it, the names of the others, and when the week begins and it was printed, both as
    the first of those committees has it."""

    day: date | None
    first: date
    sheets: list[CommitteeSheet]
    silent: list[str]
    printed: str = ""

    def take(self, look: ReaderLook, *, own: bool = False) -> None:
        """Take the sheet of one committee if it shares it; its ``own`` in any case."""
        if not own and SHARED not in look.tenant.snapshot.settings.shared:
            self.silent.append(look.say.of(look.tenant.snapshot.settings.name))
            return
        if not self.printed:
            self.first, self.printed = monday(self.day, look.today), when.moment(look, look.now)
        self.sheets.append(_sheet(look, self.first))

    @property
    def told(self) -> Week:
        """The whole as data."""
        last = self.first + timedelta(days=6)
        return Week(self.first, last, tuple(sheet.told for sheet in self.sheets), tuple(self.silent))


def whole(looks: Iterable[ReaderLook], day: date | None, today: date, own: str = "") -> WholeWeek:
    """Return the week of a day (by default of ``today``) in these committees, and in the ``own`` one (by slug) in any case."""
    week = WholeWeek(day, monday(day, today), [], [])
    for look in looks:
        week.take(look, own=look.tenant.snapshot.slug == own)
    return week


@get("/week")
@showing
def whole_week(request: Anywhere) -> Response[bytes]:
    """Show what somebody decides, does and attends in a week in all committees that share it, to print."""
    base = account_page(request, "/week")
    return _page(base, _of(base))


@get("/week.json")
@showing
def whole_week_data(request: Anywhere) -> Response[bytes]:
    """The same for a program."""
    return plain(_of(account_page(request, "/week")).told)


def _of(base: AccountPage) -> WholeWeek:
    return whole(base.looks(), base.day("from"), base.query.today)


def _sheet(look: ReaderLook, first: date) -> CommitteeSheet:
    sight, settings = present(look), look.tenant.snapshot.settings
    work = work_of(look, sight, alone=True)
    name = look.say.of(settings.appearance.short_name) or look.say.of(settings.name)
    due = [line for line in work.due if line.due is not None and line.due <= look.today + WITHIN]
    far = date.max

    def of(lines: Iterable[Any]) -> list[OfCommittee]:
        return [OfCommittee(line, getattr(line, "due", None) or getattr(line, "day", None) or far, name) for line in lines]

    parts = {
        "alone": of(line for line in work.waiting if line.alone),
        "decide": of(line for line in work.waiting if not line.alone),
        "calendar": of(days_of(look, sight, first)),
        "overdue": of(work.overdue),
        "due": of(due),
        "away": of(while_away(look, sight)),
    }
    held = tuple(sorted(look.day.roles(sight.actor)))
    roles, entry = ", ".join(map(look.names, held)), log.head(look.session).seq
    return CommitteeSheet(settings.slug, name, entry, sight.actor, held, roles, code(look, sight, first), parts)


def _item(part: str, each: OfCommittee) -> WeekItem:
    line, day = each.line, each.day if each.day != date.max else None
    if isinstance(line, WorkLine):
        cites = (line.why.id,) if line.why else ()
        return WeekItem(part, day, line.title, " · ".join(filter(None, (line.status, line.when))), line.boxes, cites)
    if isinstance(line, CalendarEntry):
        return WeekItem(part, day, line.title or line.status, line.status, (), tuple(cite.id for cite in line.cites))
    return WeekItem(part, day, line.text, "", (), tuple(cite.id for cite in line.cites))


def _page(base: AccountPage, week: WholeWeek) -> Response[bytes]:
    say, first = base.say, week.first
    parts = {}
    for key, most in FITS.items():
        lines = sorted((line for sheet in week.sheets for line in sheet.parts[key]), key=lambda each: each.day)
        parts[key] = SheetPart(lines[:most], max(0, len(lines) - most))

    def at(day: date) -> str:
        return address("/week", {"lang": base.language, "from": day.isoformat()})

    return base.render(
        "work/whole_week.html",
        p=parts,
        first=dates.day(say, first),
        last=dates.day(say, first + timedelta(days=6)),
        before=at(first - timedelta(days=7)),
        after=at(first + timedelta(days=7)),
        who=base.found.name,
        printed=week.printed,
        sheets=week.sheets,
        silent=week.silent,
    )
