"""A period as it would have been under the files of an amendment: acts, duties and numbers; while it is made, how far it is."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from litestar import Response, get
from litestar.params import FromPath

from steerco.answers.past_found import PastAct, PastDuty, PastRefused, PastUnder
from steerco.answers.past_job import YEAR, PastQuestion, Pasts
from steerco.kernel import visibility
from steerco.web.http.problems import Anywhere
from steerco.web.http.worker_pool import working_out
from steerco.web.pages.frame.pager import cut
from steerco.web.pages.frame.visit import Cite, Visit, only_if, visiting
from steerco.web.pages.reading.answers import left_out

REFRESH = "2"
"""Seconds after which the page asks again."""
SIZE = 40


class PastLine(NamedTuple):
    """One thing that comes out otherwise: what it is, its address if it has one, how it was and how it would have been."""

    text: str
    href: str
    was: str
    was_cites: list[Cite]
    is_: str
    cites: list[Cite]


@get("/t/{tenant:str}/charter/past")
@working_out
def past(request: Anywhere, tenant: FromPath[str]) -> Response[bytes]:
    """The period, a year up to today where no days are given."""
    with visiting(request, tenant) as visit:
        only_if(visit.at_large)
        reference = visit.query.text("amendment", 80)
        amendment = visibility.find(visit.authority, visit.tenant.snapshot.types["amendment"], reference)
        only_if(amendment is not None)
        assert amendment is not None
        question = _question(visit, amendment.id)
        pasts: Pasts = request.app.state.pasts
        found = pasts.answer(visit.tenant, visit.session, visit.authority, question)
        days = {"from": question.first.isoformat(), "to": question.last.isoformat()}
        content: dict[str, Any] = {"found": found, "amendment": reference, "days": days, "shown": None, "lines": []}
        if found.answer is not None:
            content |= _told(visit, found.answer, {"amendment": reference, **days})
        response = visit.render("reading/past.html", "charter", **content)
        if found.stage in ("waiting", "working"):
            response.headers["Refresh"] = REFRESH
        return response


def _question(visit: Visit, amendment: str) -> PastQuestion:
    last: date = visit.query.day("to") or visit.today
    first = visit.query.day("from") or last - YEAR
    if last < first:
        visit.query.errors["to"] = ("bad_period", {})
        last = visit.today
        first = last - YEAR
    return PastQuestion(amendment, first, last)


def _told(visit: Visit, answer: PastUnder, kept: dict[str, str]) -> dict[str, Any]:
    lines = [
        *(_act(visit, each) for each in answer.flips),
        *(_duty(visit, each) for each in answer.duties),
        *(_refused(visit, each) for each in answer.widened),
    ]
    shown = cut(visit, lines, SIZE, ("charter", "past"), kept)
    numbers = [(visit.say("answers.past", kind), number) for kind, number in sorted(answer.numbers.items())]
    params = {"first": visit.date(answer.first), "last": visit.date(answer.last), "acts": answer.acts}
    lead = visit.say("answers.past", "lead", otherwise=answer.otherwise, decided=answer.decided, asked=answer.asked, **params)
    wider = visit.say("answers.past", "wider", number=answer.refused, may=sum(each.number for each in answer.widened))
    left = left_out(visit, answer.not_looked_at)
    return {
        "left": left,
        "wrong": answer.wrong,
        "lead": lead,
        "wider": wider if answer.refused else "",
        "numbers": numbers,
        "lines": shown.items,
        "shown": shown,
    }


def _act(visit: Visit, each: PastAct) -> PastLine:
    say = visit.say
    who = visit.names(each.person) if each.person else ""
    text = (
        f"{visit.date(each.day)}: {who}, {say('action', each.action)}"
        if who
        else f"{visit.date(each.day)}: {say('action', each.action)}"
    )
    now = say("answers.past", each.kind)
    if each.code and say.has("stop", each.code):
        now += f": {say('stop', each.code)}"
    if each.may:
        now += f" ({say('answers.past', 'granted', who=', '.join(visit.names.of(each.may)))})"
    href = visit.links.record(each.action.partition(".")[0], each.ref) if each.ref else ""
    cites = visit.cites(clause.clause for clause in each.clauses)
    return PastLine(f"{text} {each.ref}".rstrip(), href, say("answers.past", "done"), visit.cites(each.was), now, cites)


def _duty(visit: Visit, each: PastDuty) -> PastLine:
    def side(due: date | None, state: str) -> str:
        return " · ".join(
            part for part in (visit.date(due) if due else "", visit.say("duty-state", state) if state else "") if part
        )

    text = f"{visit.say.of(each.label) or each.duty}, {visit.names(each.holder)} ({each.period})"
    now = visit.say("answers.past", f"duty-{each.kind}")
    is_ = side(each.due_is, each.state_is)
    now += f": {is_}" if is_ else ""
    return PastLine(text, "", side(each.due_was, each.state_was), visit.cites(each.cites_was), now, visit.cites(each.cites_is))


def _refused(visit: Visit, each: PastRefused) -> PastLine:
    say = visit.say
    now = [
        say("answers.past", name, who=", ".join(visit.names.of(who)))
        for name, who in (("granted", each.granted), ("unbarred", each.unbarred))
        if who
    ]
    text = say("answers.past", "refused_times", act=say("action", each.action), number=each.number)
    cites = visit.cites(clause.clause for clause in each.clauses)
    return PastLine(text, "", say("answers.past", "refused"), visit.cites(each.was), "; ".join(now), cites)
