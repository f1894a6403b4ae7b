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

from steerco.i18n import Words, languages, words
from steerco.store import log
from steerco.web.http.auth import service_of
from steerco.web.http.problems import Anywhere
from steerco.web.http.sign_in import SignInNeeded, signed_in
from steerco.web.http.worker_pool import showing
from steerco.web.pages.frame import dates
from steerco.web.pages.frame.language import of_stranger
from steerco.web.pages.frame.links import address
from steerco.web.pages.frame.query import PageQuery
from steerco.web.pages.frame.render import page
from steerco.web.pages.frame.visit import Visit
from steerco.web.pages.work import when
from steerco.web.pages.work.every import of_each
from steerco.web.pages.work.lines import work_of
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
    """What one committee brings: its name in short, the last entry of its log, the reader's roles there, the lines by part."""

    name: str
    entry: int
    roles: str
    code: str
    parts: dict[str, list[OfCommittee]]


@dataclass
class WholeWeek:
    """The sheets of the committees that share it, the names of the others, and when the week begins and it was printed, both as
    the first of those committees has it."""

    sheets: list[CommitteeSheet]
    silent: list[str]
    first: date
    printed: str = ""

    def take(self, visit: Visit) -> None:
        """Take the sheet of one committee."""
        if SHARED not in visit.tenant.snapshot.settings.shared:
            self.silent.append(visit.say.of(visit.tenant.snapshot.settings.name))
            return
        if not self.printed:
            self.first, self.printed = monday(visit), when.moment(visit, visit.now)
        self.sheets.append(_sheet(visit, self.first))


@get("/week")
@showing
def whole_week(request: Anywhere) -> Response[bytes]:
    """What somebody decides, does and attends in a week in all committees that share it, to print."""
    found = signed_in(request)
    if found is None:
        raise SignInNeeded
    language = of_stranger(request, PageQuery(request).text("lang"))
    week = WholeWeek([], [], service_of(request).clock().date())
    of_each(request, found, language, week.take)
    return _page(words(language), language, found.name, week)


def _sheet(visit: Visit, first: date) -> CommitteeSheet:
    sight, settings = present(visit), visit.tenant.snapshot.settings
    work = work_of(visit, sight, alone=True)
    name = visit.say.of(settings.appearance.short_name) or visit.say.of(settings.name)
    due = [line for line in work.due if line.due is not None and line.due <= visit.today + WITHIN]
    far = date.max

    def of(lines: Iterable[Any]) -> list[OfCommittee]:
        return [OfCommittee(line, getattr(line, "due", None) or getattr(line, "day", None) or far, name) for line in lines]

    parts = {
        "alone": of(line for line in work.waiting if line.alone),
        "decide": of(line for line in work.waiting if not line.alone),
        "calendar": of(days_of(visit, sight, first)),
        "overdue": of(work.overdue),
        "due": of(due),
        "away": of(while_away(visit, sight)),
    }
    roles = ", ".join(visit.names(role) for role in sorted(visit.day.roles(sight.actor)))
    return CommitteeSheet(name, log.head(visit.session).seq, roles, code(visit, sight, first), parts)


def _page(say: Words, language: str, who: str, week: WholeWeek) -> Response[bytes]:
    first = week.first - timedelta(days=week.first.weekday())
    parts = {}
    for key, most in FITS.items():
        lines = sorted((line for sheet in week.sheets for line in sheet.parts[key]), key=lambda each: each.day)
        parts[key] = SheetPart(lines[:most], max(0, len(lines) - most))

    def at(day: date) -> str:
        return address("/week", {"lang": language, "from": day.isoformat()})

    context: dict[str, Any] = {
        "switches": [(code, address("/week", {"lang": code}), code == language) for code in languages()],
        "home": address("/", {"lang": language}),
        "first": dates.day(say, first),
        "last": dates.day(say, first + timedelta(days=6)),
        "before": at(first - timedelta(days=7)),
        "after": at(first + timedelta(days=7)),
        "who": who,
        "printed": week.printed,
        "sheets": week.sheets,
        "silent": week.silent,
    }
    return page("work/whole_week.html", t=say, here="", errors={}, p=parts, **context)
