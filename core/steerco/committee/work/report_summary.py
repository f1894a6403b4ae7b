"""Many reports summed up into one paper: who reported and when, who did not, and what the figures come to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Mapped

from steerco.committee.traits.addressed import put, reply
from steerco.committee.work.programme import Period
from steerco.committee.work.report import RECEIVED, SUMMED, CalledReport
from steerco.committee.work.report_figures import ReportFigure
from steerco.records import Do, Line, Part, Party, Text, party, ref_to, refers, written


class ReportSource(Part, of="report", name="sources"):
    """One report that was summed up, or that was called for and is missing (no ``filed_on``), as it stood then."""

    report: Mapped[str]
    position: Mapped[int]
    source: Mapped[str] = refers("report")
    who: Mapped[str] = party()
    filed_on: Mapped[date | None]
    due_on: Mapped[date | None]
    text: Mapped[str | None]
    proposals: Mapped[str | None] = written()


@CalledReport.action(to="filed")
def sum_up(
    do: Do,
    r: CalledReport,
    *,
    template: Line | None = None,
    period: Period | None = None,
    meeting: ref_to("meeting", states={"meeting": "planned convened open"}) | None = None,  # type: ignore[valid-type]
    title: Line | None = None,
    text: Text | None = None,
    body: Party | None = None,
) -> None:
    """Sum up the reports of a template and period, or those for a meeting, as they stand now."""
    if meeting is None and template is None:
        do.invalid_fields({"template": "required-without-meeting", "meeting": "required-without-template"})
    same = {"meeting": meeting} if meeting else {"template": template, "period": period}
    called = [each for each in do.find(CalledReport, **same) if each.sort != SUMMED and each is not r]
    filed = [each for each in called if each.state in RECEIVED]
    if not filed:
        do.out_of_order("nothing-filed")
    r.template, r.period, r.meeting, r.sort = template, period, meeting, SUMMED
    put(do, r, r.body, title=title or filed[0].title)
    reply(do, r, text)
    for position, each in enumerate(called, 1):
        do.add(r, _source(position, each))
    for figure in _totals(do, filed):
        do.add(r, figure)
    do.tell(*(each.author for each in called))


def _source(position: int, each: CalledReport) -> ReportSource:
    """Return what a report said, or, where it was not filed, that it is missing."""
    kept = ReportSource(position=position, source=each.id, who=each.to, due_on=each.due_on)
    if each.state in RECEIVED:
        kept.filed_on, kept.text, kept.proposals = each.answered_on, each.answer, each.proposals
    return kept


def _totals(do: Do, filed: Sequence[CalledReport]) -> list[ReportFigure]:
    """Return one figure for each indicator that is a number: of percentages the mean, else the sum; of flags how many say yes."""
    given: dict[str, list[ReportFigure]] = {}
    for report in filed:
        for row in do.parts(report, ReportFigure):
            if row.number is not None:
                given.setdefault(row.indicator, []).append(row)
    return [_total(rows, position) for position, rows in enumerate(given.values(), 1)]


def _total(rows: Sequence[ReportFigure], position: int) -> ReportFigure:
    numbers, first = [row.number for row in rows if row.number is not None], rows[0]
    total = sum(numbers) / len(numbers) if first.sort == "percent" else sum(numbers)
    return ReportFigure(
        position=position,
        indicator=first.indicator,
        label=first.label,
        sort="whole" if first.sort == "flag" else first.sort,
        unit=first.unit,
        target=first.target if first.sort == "percent" else None,
        better=first.better,
        set_by=first.set_by,
        optional=True,
        number=total,
    )
