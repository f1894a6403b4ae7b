"""The work of one account in all its committees, by day. One reads it there; one acts in the committee, whose name and colour
stand on every form."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from litestar import Response

from steerco.accounts.web_sign_ins import SignedIn
from steerco.web.http.problems import Anywhere
from steerco.web.pages.frame.links import address
from steerco.web.pages.frame.visit import ReaderLook
from steerco.web.pages.work.across import account_page
from steerco.web.pages.work.lines import WorkLine, work_of
from steerco.web.pages.work.meetings import MeetingLine, ahead
from steerco.web.pages.work.mine import SHOWN, Group
from steerco.web.pages.work.sight import present

GROUPS = ("waiting", "overdue", "due", "no_day")


class LineOf(NamedTuple):
    """A line with the committee that it belongs to."""

    line: WorkLine
    committee: str


class CommitteeWork(NamedTuple):
    """One committee with the reader's work in it."""

    name: str
    href: str
    lines: dict[str, tuple[WorkLine, ...]]
    meetings: list[MeetingLine]
    today: date

    @property
    def number(self) -> int:
        return sum(len(lines) for lines in self.lines.values())


def every_page(request: Anywhere, found: SignedIn) -> Response[bytes]:
    """Return the page: what waits, what is overdue, what is to do, in all committees together."""
    base = account_page(request, "/", found)
    say, all_ = base.say, [_work(look) for look in base.looks()]
    groups = []
    for key in GROUPS:
        lines = [LineOf(line, work.name) for work in all_ for line in work.lines[key]]
        lines.sort(key=lambda each: each.line.due or date.max)
        groups.append(Group(key, say("work.group", key), tuple(lines[:SHOWN]), len(lines)))
    meetings = sorted(((m, work.name) for work in all_ for m in work.meetings), key=lambda pair: pair[0].day)

    def to(path: str) -> str:
        return address(path, {"lang": base.language})

    return base.render(
        "work/every.html",
        groups=[group for group in groups if group.lines],
        meetings=meetings,
        committees=all_,
        who=found.name,
        week=to("/week"),
        map=to("/competence"),
        sign_out=to("/sign-out"),
        account=to("/account"),
    )


def _work(visit: ReaderLook) -> CommitteeWork:
    sight = present(visit)
    work = work_of(visit, sight)
    lines = dict(zip(GROUPS, (work.waiting, work.overdue, work.due, work.undated), strict=True))
    name = visit.say.of(visit.tenant.snapshot.settings.name)
    return CommitteeWork(name, visit.links.to(), lines, ahead(visit, sight), visit.today)
