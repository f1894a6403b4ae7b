"""The work of one account in all its committees, by day. One reads it there; one acts in the committee, whose name and colour
stand on every form."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import date
from typing import Any, NamedTuple, TypeVar

from litestar import Response

from steerco.accounts.web_sign_ins import SignedIn
from steerco.configuration.installation import NotApplied
from steerco.i18n import languages, words
from steerco.web.http.auth import service_of
from steerco.web.http.problems import Anywhere, RequestError
from steerco.web.pages.frame.language import of_stranger
from steerco.web.pages.frame.links import Links, address
from steerco.web.pages.frame.plugin_fragments import words_in
from steerco.web.pages.frame.query import PageQuery
from steerco.web.pages.frame.render import page
from steerco.web.pages.frame.visit import Visit, visiting
from steerco.web.pages.work.lines import WorkLine, work_of
from steerco.web.pages.work.meetings import MeetingLine, ahead
from steerco.web.pages.work.mine import SHOWN, Group
from steerco.web.pages.work.sight import present

T = TypeVar("T")
GROUPS = ("waiting", "overdue", "due", "no_day")
MOST = 20
"""The number of committees whose work is put together; of further ones the list leads there."""


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
    query = PageQuery(request)
    language = of_stranger(request, query.text("lang"))
    say = words(language)
    all_ = of_each(request, found, language, _work)
    groups = []
    for key in GROUPS:
        lines = [LineOf(line, work.name) for work in all_ for line in work.lines[key]]
        lines.sort(key=lambda each: each.line.due or date.max)
        groups.append(Group(key, say("work.group", key), tuple(lines[:SHOWN]), len(lines)))
    meetings = sorted(((m, work.name) for work in all_ for m in work.meetings), key=lambda pair: pair[0].day)
    switches = [(code, address("/", {"lang": code}), code == language) for code in languages()]
    context: dict[str, Any] = {
        "groups": [group for group in groups if group.lines],
        "meetings": meetings,
        "committees": all_,
        "who": found.name,
        "switches": switches,
        "home": address("/", {"lang": language}),
        "week": address("/week", {"lang": language}),
        "map": address("/competence", {"lang": language}),
        "sign_out": address("/sign-out", {"lang": language}),
        "account": address("/account", {"lang": language}),
    }
    return page("work/every.html", t=say, here="", errors=query.messages(say), **context)


def _work(visit: Visit) -> CommitteeWork:
    sight = present(visit)
    work = work_of(visit, sight)
    lines = dict(zip(GROUPS, (work.waiting, work.overdue, work.due, work.undated), strict=True))
    name = visit.say.of(visit.tenant.snapshot.settings.name)
    return CommitteeWork(name, visit.links.to(), lines, ahead(visit, sight), visit.today)


def of_each(request: Anywhere, found: SignedIn, language: str, told: Callable[[Visit], T]) -> list[T]:
    """Return what ``told`` says of each committee of an account, in the page's language where the committee has it.

    A committee that cannot be loaded, or in which the account is nobody any more, is left out.
    """
    all_ = []
    for slug in list(service_of(request).installation.named(found.persons).values())[:MOST]:
        with suppress(NotApplied, RequestError), visiting(request, slug) as visit:
            if visit.reader is not None:
                _speaking(visit, language)
                all_.append(told(visit))
    return all_


def _speaking(visit: Visit, language: str) -> None:
    """Have the visit speak the page's language, where the committee has it, before anything is named."""
    settings = visit.tenant.snapshot.settings
    if language in settings.languages and language != visit.say.language:
        visit.say = words_in(visit.tenant.snapshot, language)
        visit.links = Links(visit.links.slug, {"lang": language})
