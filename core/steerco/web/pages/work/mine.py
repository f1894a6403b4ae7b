"""The first page of a committee: what must I do, and why? For strangers of a demonstration, what the committee is."""

from __future__ import annotations

from typing import Any, NamedTuple

from litestar import Response, get
from litestar.params import FromPath

from steerco.web.http.problems import Anywhere
from steerco.web.http.worker_pool import showing
from steerco.web.pages.frame.visit import Visit, visiting
from steerco.web.pages.reading.overview import about_page
from steerco.web.pages.work import when
from steerco.web.pages.work.lines import work_of
from steerco.web.pages.work.meetings import MeetingLine, ahead
from steerco.web.pages.work.sight import present

SHOWN = 25
"""The number of lines of a group that are shown; the rest stands on the page of duties."""


class Group(NamedTuple):
    """Lines under one heading; ``more`` is how many are not shown."""

    key: str
    label: str
    lines: tuple[Any, ...]
    number: int

    @property
    def more(self) -> int:
        return self.number - len(self.lines)


@get("/t/{tenant:str}")
@showing
def mine(request: Anywhere, tenant: FromPath[str]) -> Response[bytes]:
    """Show what the reader has to do in this committee."""
    with visiting(request, tenant) as visit:
        if visit.reader is None:
            return about_page(visit)
        return visit.render("work/mine.html", "mine", **content(visit))


def content(visit: Visit) -> dict[str, Any]:
    """Return what the page shows of the reader's work."""
    sight = present(visit)
    work = work_of(visit, sight)
    groups = [
        _group(visit, "waiting", work.waiting),
        _group(visit, "overdue", work.overdue),
        _group(visit, "due", work.due),
        _group(visit, "no_day", work.undated),
    ]
    meetings: list[MeetingLine] = ahead(visit, sight)
    return {
        "groups": [group for group in groups if group.lines],
        "meetings": meetings,
        "today": when.with_weekday(visit, visit.today),
        "person": visit.names(sight.actor),
    }


def _group(visit: Visit, key: str, lines: tuple[Any, ...]) -> Group:
    return Group(key, visit.say("work.group", key), lines[:SHOWN], len(lines))
