"""The compliance report: clause by clause, what was due in a period and how it stands."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from litestar import Response, get
from litestar.params import FromPath

from steerco.following import compliance as report
from steerco.kernel.duty_ledger import DutyEntry, visible_to
from steerco.web.http.problems import Anywhere
from steerco.web.http.requests import AHEAD
from steerco.web.http.worker_pool import showing
from steerco.web.pages.frame.pager import cut
from steerco.web.pages.frame.visit import Cite, Visit, only_if, visiting

SIZE = 50
LATE = frozenset({"done-late", "missed", "overdue"})
SHOW = ("due", "late")


class ClauseRow(NamedTuple):
    """One clause; ``counts`` and ``duties`` are (name, how many, the ledger of them)."""

    cite: Cite
    heading: str
    gloss: str
    counts: list[tuple[str, int, str]]
    duties: list[tuple[str, int, str]]


@get("/t/{tenant:str}/compliance")
@showing
def compliance(request: Anywhere, tenant: FromPath[str]) -> Response[bytes]:
    """Show what was due under each clause."""
    with visiting(request, tenant) as visit:
        only_if(visit.has_part)
        first, last = _period(visit)
        outcome = report.compliance(visit.tenant, visit.session, first, last, counts=visible_to(visit.authority))
        show = visit.query.choice("show", SHOW)
        rows = [row for row in outcome.rows if _is_shown(row, show)]
        filters: dict[str, Any] = {"from": first.isoformat(), "to": last.isoformat(), "show": show}
        part = cut(visit, rows, SIZE, ("compliance",), filters)
        return visit.render(
            "compliance.html",
            "compliance",
            report=outcome,
            total=sum(outcome.totals.values()),
            shown=part,
            clauses=[_clause(visit, row, last) for row in part.items],
            filters=filters,
            days={"from": visit.day_field("from", first), "to": visit.day_field("to", last)},
            period=visit.say("compliance", "period", first=visit.date(first), last=visit.date(last)),
            ahead=last > visit.today,
            show_options=[(option, visit.say("compliance", f"show_{option}")) for option in SHOW],
        )


def _period(visit: Visit) -> tuple[date, date]:
    """Return the days that the address asks about; where they do not fit, show others and say so."""
    query = visit.query
    first, last = query.day("from"), query.day("to")
    if last and last > visit.today + AHEAD:
        query.errors["to"], last = ("bad_day", {"given": last.isoformat()}), None
    until = visit.shown if visit.explicit else None
    days = report.period(visit.tenant, visit.session, visit.today, first, last or until)
    if days[0] <= days[1]:
        return days
    query.errors["to" if last else "from"] = ("bad_period", {})
    return report.period(visit.tenant, visit.session, visit.today, None, until)


def _is_shown(row: report.UnderClause, show: str) -> bool:
    return bool(LATE & row.counts.keys()) if show == "late" else bool(row.entries) or not show


def _clause(visit: Visit, row: report.UnderClause, last: date) -> ClauseRow:
    say, id = visit.say, row.clause
    on = visit.links.kept.get("on", "") if last == visit.shown else last.isoformat()

    def ledger(state: str = "") -> str:
        return visit.links.to("duties", clause=id, state=state, on=on)

    by_name: dict[str, list[DutyEntry]] = {}
    for entry in row.entries:
        by_name.setdefault(say.of(entry.label) or entry.duty, []).append(entry)
    gloss = say.of(row.gloss)
    return ClauseRow(
        visit.cite(id)._replace(href=visit.links.to("charter", id, on=on)),
        say.of(row.heading),
        gloss,
        [(state, number, ledger(state)) for state, number in row.counts.items()],
        [(name, len(entries), ledger()) for name, entries in by_name.items()],
    )
