"""Answers on where the rules lead: conflicts, dead ends, silences, what a role can come to and the shortest way to an act.

They are asked of the committee as its rules and its people are on a day (today), and only by whoever reads at large by what they
hold: the answers name who holds what. Another committee is never among them; a charter is compared with the examples that come
with the program.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from litestar import Response, get
from litestar.params import FromPath
from msgspec import structs

from steerco.answers.conflicts import conflicts
from steerco.answers.consequences import consequences
from steerco.answers.dead_ends import dead_ends
from steerco.answers.examples import examples
from steerco.answers.found_way import NoSuchWay
from steerco.answers.kept import labs
from steerco.answers.lab import Lab
from steerco.answers.past_job import YEAR, PastQuestion, Pasts
from steerco.answers.reach import STEPS, names, reach
from steerco.answers.silences import silences
from steerco.answers.ways import way
from steerco.changes.amending import brought
from steerco.committee.members.directory import Directory
from steerco.committee.work.amendment import Amendment
from steerco.configuration.tenant import Tenant
from steerco.kernel.visibility import find, reads_at_large
from steerco.operations.standing_copy import TooManyRows
from steerco.policy.line import READ
from steerco.records import reason
from steerco.web.api.questions import check_not_too_far, moment
from steerco.web.http.auth import Caller, entered
from steerco.web.http.problems import Anywhere, RequestError
from steerco.web.http.requests import QueryParams, parsed
from steerco.web.http.responses import tagged
from steerco.web.http.worker_pool import working_out

T = TypeVar("T")
LONGEST = 6
"""The most acts in a row that are looked at."""


@get("/conflicts")
@working_out
def conflicts_answered(request: Anywhere, tenant: FromPath[str]) -> Response[bytes]:
    """Answer where the texts in force on a day (today) contradict each other, and what prevails."""
    return _answered(request, tenant, lambda lab: conflicts(lab.snapshot, lab.day.day, lab))


@get("/dead-ends")
@working_out
def dead_ends_answered(request: Anywhere, tenant: FromPath[str]) -> Response[bytes]:
    """Answer what leads nowhere on a day (today): duties, powers, states, requirements, clauses."""
    return _answered(request, tenant, dead_ends)


@get("/silences")
@working_out
def silences_answered(request: Anywhere, tenant: FromPath[str]) -> Response[bytes]:
    """Answer what the charter in force on a day (today) leaves open, and how the examples settle it."""
    params = QueryParams(request)
    with entered(request, tenant) as caller:
        _may(caller)
        at = moment(caller, params.day("at"))
        params.done()
        snapshot = caller.tenant.snapshot
        return tagged(request, silences(snapshot, examples(), snapshot.local(at)))


@get("/reach")
@working_out
def reach_answered(request: Anywhere, tenant: FromPath[str]) -> Response[bytes]:
    """Answer what the holders of a role on a day (today) can come to, alone or two together, by acts in a row."""
    params = QueryParams(request)
    with entered(request, tenant) as caller:
        _may(caller)
        role, steps = params.name("role") or "", params.whole("steps", STEPS, 1, LONGEST)
        at = moment(caller, params.day("at"))
        params.done()
        with labs.of(caller.tenant, caller.tenant.directory(caller.session), at) as lab:
            if role not in names(lab.day):
                raise RequestError(422, "bad-parameter", fields={"role": reason("not-one-of", known=sorted(names(lab.day)))})
            return tagged(request, reach(lab, role, steps))


@get("/plan")
@working_out
def plan_answered(request: Anywhere, tenant: FromPath[str]) -> Response[bytes]:
    """Answer by which acts, of whom, when at the latest and by which clauses something can be done by a day; ``with`` is JSON."""
    params = QueryParams(request)
    with entered(request, tenant) as caller:
        _may(caller)
        goal, by, text, on = params.name("do") or "", params.day("by"), params.one("with"), params.name("on") or ""
        given = parsed(text, caller.service.limits.depth) if text else {}
        params.no_day("begins-today")
        params.done()
        if by is None:
            raise RequestError(422, "bad-parameter", fields={"by": reason("required")})
        check_not_too_far(caller, by=by)
        seen = _seen(caller, goal, on)
        try:
            with labs.standing(caller.tenant, caller.session, caller.now) if seen else labs.of(*_now(caller)) as lab:
                return tagged(request, way(lab, goal, by, given, seen, caller.person))
        except NoSuchWay as wrong:
            raise RequestError(422, "bad-parameter", fields={wrong.field: wrong.why}) from None
        except TooManyRows as large:
            raise RequestError(422, "bad-parameter", fields={"on": reason("too-large-to-try", most=large.most)}) from None


def _now(caller: Caller) -> tuple[Tenant, Directory, datetime]:
    return caller.tenant, caller.tenant.directory(caller.session), caller.now


def _seen(caller: Caller, goal: str, on: str) -> str:
    """Return the id of the record that is asked about. One that the caller does not see is not there: raises ``RequestError``."""
    action = caller.tenant.snapshot.action(goal)
    if not on or action is None:
        return ""
    record = find(caller.authority(), action.record, on)
    if record is None:
        raise RequestError(404, "no-such-path")
    return record.id


@get("/past")
@working_out
def past_answered(request: Anywhere, tenant: FromPath[str]) -> Response[bytes]:
    """Answer what a period would have been under the files of an amendment; how far that is, while it is worked out."""
    params = QueryParams(request)
    with entered(request, tenant) as caller:
        _may(caller)
        name, first, last = params.name("amendment") or "", params.day("from"), params.day("to")
        params.no_day("from-and-to")
        params.done()
        amendment = find(caller.authority(), caller.tenant.snapshot.types["amendment"], name)
        if amendment is None:
            raise RequestError(404, "no-such-path")
        last = last or caller.tenant.snapshot.local(caller.now)
        first = first or last - YEAR
        if last < first:
            raise RequestError(422, "bad-parameter", fields={"to": reason("ends-before-it-begins")})
        pasts: Pasts = request.app.state.pasts
        question = PastQuestion(amendment.id, first, last)
        return tagged(request, pasts.answer(caller.tenant, caller.session, caller.authority(), question))


@get("/consequences")
@working_out
def consequences_answered(request: Anywhere, tenant: FromPath[str]) -> Response[bytes]:
    """Answer which chains, dead ends and conflicts the files of an amendment would bring, and which they would mend."""
    params = QueryParams(request)
    with entered(request, tenant) as caller:
        _may(caller)
        name = params.name("amendment") or ""
        params.no_day("consequences-of-today")
        params.done()
        amendment = find(caller.authority(), caller.tenant.snapshot.types["amendment"], name)
        if not isinstance(amendment, Amendment):
            raise RequestError(404, "no-such-path")
        draft = brought(caller.service.installation, caller.tenant, caller.session, amendment, partly=True)
        if draft.after is None:
            wrong = reason("files-do-not-load", why="; ".join(draft.wrong))
            raise RequestError(422, "bad-parameter", fields={"amendment": wrong})
        told = consequences(caller.tenant, caller.session, draft.after, caller.now)
        return tagged(request, structs.replace(told, wrong=draft.wrong))


def _answered(request: Anywhere, slug: str, question: Callable[[Lab], T]) -> Response[bytes]:
    params = QueryParams(request)
    with entered(request, slug) as caller:
        _may(caller)
        at = moment(caller, params.day("at"))
        params.done()
        with labs.of(caller.tenant, caller.tenant.directory(caller.session), at) as lab:
            return tagged(request, question(lab))


def _may(caller: Caller) -> None:
    """Check that the caller reads at large. Raises ``RequestError``, as where there is no such address."""
    caller.must(READ)
    if not reads_at_large(caller.authority()):
        raise RequestError(404, "no-such-path")


ROUTES = (
    *(conflicts_answered, dead_ends_answered, silences_answered, reach_answered),
    *(plan_answered, past_answered, consequences_answered),
)
RESERVED = frozenset({"conflicts", "dead-ends", "silences", "reach", "plan", "past", "consequences"})
"""The words that stand where a record type would."""
