"""The consequences of a draft: chains of acts, dead ends and conflicts that it brings, and those that it mends."""

from __future__ import annotations

from typing import Any, NamedTuple

from litestar import Response, get
from litestar.params import FromPath

from steerco.answers.consequences import consequences
from steerco.changes.amending import brought
from steerco.changes.plan import ChangeRisk
from steerco.committee.work.amendment import Amendment
from steerco.configuration.regime import Regime
from steerco.kernel import visibility
from steerco.web.http.problems import Anywhere
from steerco.web.http.worker_pool import working_out
from steerco.web.pages.frame.visit import Cite, Visit, only_if, visiting
from steerco.web.pages.reading.answers import said_finding


class RiskLine(NamedTuple):
    """What a change leads to or mends, in words; ``information``: it is so by design."""

    text: str
    cites: list[Cite]
    information: bool


def risk_line(visit: Visit, risk: ChangeRisk, after: Regime) -> RiskLine:
    """Return a risk in the reader's words. ``after`` is the regime under the new files."""
    text = said_finding(visit, risk.kind, risk.code, risk.params) if risk.code else visit.say.of(risk.text)
    return RiskLine(text, [cite_under(visit, id, after) for id in risk.cite], risk.level == "information")


def cite_under(visit: Visit, id: str, after: Regime) -> Cite:
    """Return a clause as a page on new files names it; one that only they have leads nowhere yet."""
    entry = after.clauses.get(id)
    if id in visit.regime.clauses or not entry:
        return visit.cite(id)
    say = visit.say
    cited = say.of(after.written(id)) or say("clause", "title", id=id)
    return Cite(id, "", entry[1], say.of(entry[0].gloss), False, cited)


def untried(visit: Visit, why: str) -> str:
    """Return why nothing was tried, in words; nothing where it was."""
    return visit.say("admin.plan", f"untried_{why.replace('-', '_')}") if why else ""


@get("/t/{tenant:str}/charter/draft")
@working_out
def draft(request: Anywhere, tenant: FromPath[str]) -> Response[bytes]:
    """Show the consequences of an amendment's files."""
    with visiting(request, tenant) as visit:
        only_if(visit.at_large)
        reference = visit.query.text("amendment", 80)
        amendment = visibility.find(visit.authority, visit.tenant.snapshot.types["amendment"], reference)
        only_if(amendment is not None)
        assert isinstance(amendment, Amendment)
        found = brought(visit.service.installation, visit.tenant, visit.session, amendment, partly=True)
        if found.after is None:
            return visit.render("reading/draft.html", "charter", amendment=reference, wrong=found.wrong, told=None)
        told = consequences(visit.tenant, visit.session, found.after, visit.now)
        after = found.after.regime_on(told.on)
        lines = {name: [risk_line(visit, each, after) for each in getattr(told, name)] for name in ("new", "mends")}
        content: dict[str, Any] = {"amendment": reference, "wrong": found.wrong, "told": lines, "on": visit.date(told.on)}
        return visit.render("reading/draft.html", "charter", **content, untried=untried(visit, told.untried))
