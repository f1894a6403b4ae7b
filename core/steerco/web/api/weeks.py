"""The week of whoever a token speaks for, and who has which subject: the part of one committee.

A token speaks in one committee alone, so it tells of no other: what an account has in all of them is told to the account, at
``/week.json`` and ``/competence.json``.
"""

from __future__ import annotations

from litestar import Response, get
from litestar.params import FromPath

from steerco.policy.line import READ
from steerco.web.api.questions import check_not_too_far
from steerco.web.http.auth import Caller, entered
from steerco.web.http.problems import Anywhere, RequestError
from steerco.web.http.requests import QueryParams
from steerco.web.http.responses import tagged
from steerco.web.http.worker_pool import reading
from steerco.web.pages.frame.visit import ReaderLook
from steerco.web.pages.work.across import look_at
from steerco.web.pages.work.competence import gathered
from steerco.web.pages.work.whole_week import whole


@get("/week")
@reading
def week_answered(request: Anywhere, tenant: FromPath[str]) -> Response[bytes]:
    """Answer what the caller decides, does and attends in a week: what only they can do, what waits, what is late, who acts."""
    params = QueryParams(request)
    with entered(request, tenant) as caller:
        caller.must(READ)
        day, look = params.day("from"), _look(caller, params)
        params.no_day("week-of-a-day")
        params.done()
        check_not_too_far(caller, **{"from": day})
        return tagged(request, whole([look], day, look.today, tenant).told)


@get("/competence")
@reading
def competence_answered(request: Anywhere, tenant: FromPath[str]) -> Response[bytes]:
    """Answer who has which subject here: one lead, two, none, overlaps."""
    params = QueryParams(request)
    with entered(request, tenant) as caller:
        caller.must(READ)
        look = _look(caller, params)
        params.no_day("competence-of-today")
        params.done()
        if not look.has_part:
            raise RequestError(404, "no-such-path")
        return tagged(request, gathered([look], tenant).map)


def _look(caller: Caller, params: QueryParams) -> ReaderLook:
    language = params.choice("lang", caller.tenant.snapshot.settings.languages)
    return look_at(caller.tenant, caller.session, caller.person, language, caller.now)


ROUTES = (week_answered, competence_answered)
RESERVED = frozenset({"week", "competence"})
"""The words that stand where a record type would."""
