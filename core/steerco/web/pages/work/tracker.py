"""The tracker: what all agencies reported for one period by one template, each figure against its target: a table and a chart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from litestar import Response, get
from litestar.params import FromPath
from sqlalchemy import select

from steerco.charter import periods
from steerco.charter.model import NOT_STATED, Indicator, Template
from steerco.charter.templates import reached, templates
from steerco.committee.work.report import SUMMED, CalledReport
from steerco.committee.work.report_figures import ReportFigure
from steerco.kernel import visibility
from steerco.store.listing import Filter, Order
from steerco.web.http.problems import Anywhere
from steerco.web.http.worker_pool import showing
from steerco.web.pages.frame import dates
from steerco.web.pages.frame.visit import Visit, only_if, visiting
from steerco.web.pages.work.chart import Bar, Chart, chart

MOST = 1000
"""How many reports of one period are shown."""
COLUMNS = ("id", "ref", "to", "state", "due_on", "answered_on", "sort")


class FigureCell(NamedTuple):
    """A figure: its text, and whether it reaches its target (None: there is none)."""

    text: str = ""
    reached: bool | None = None


class TrackedRow(NamedTuple):
    """What one addressee reported: who, where that leads, how it stands, and a cell for each indicator."""

    who: str
    href: str
    standing: str
    late: bool
    cells: tuple[FigureCell, ...]


class IndicatorColumn(NamedTuple):
    """An indicator: its name, its target in words, what set that, the mean or sum of what came, and the link to its chart."""

    name: str
    target: str
    set_by: str
    total: str
    href: str
    shown: bool


class TrackedPeriod(NamedTuple):
    """The tracker of one template and period."""

    columns: tuple[IndicatorColumn, ...]
    rows: tuple[TrackedRow, ...]
    filed: int
    chart: Chart | None


@get("/t/{tenant:str}/reports")
@showing
def tracker(request: Anywhere, tenant: FromPath[str]) -> Response[bytes]:
    """Show what all agencies reported for a period, against the targets."""
    with visiting(request, tenant) as visit:
        known = _known(visit)
        only_if(visit.has_part or bool(visibility.count(visit.authority, CalledReport, (), 1)[0]))
        form = known[visit.query.choice("template", known, next(iter(known)))] if known else None
        period = _period(visit, form) if form else None
        choices = [(each.id, visit.say.of(each.label), each is form) for each in known.values()]
        table = _table(visit, form, period) if form and period else None
        return visit.render(
            "work/tracker.html",
            "reports",
            form=form,
            choices=choices,
            title=visit.say.of(form.label) if form else "",
            period=dates.period(visit.say, period.name) if period else "",
            value=period.name if period else "",
            before=_link(visit, form, periods.before(period)) if form and period else "",
            after=_link(visit, form, periods.following(period)) if form and period else "",
            table=table,
        )


def _known(visit: Visit) -> dict[str, Template]:
    """Return the templates for periods that are in force on the day shown."""
    regime = visit.regime
    return {id: each for id, each in templates((regime.charter, *regime.layers)).items() if each.every != NOT_STATED}


def _period(visit: Visit, form: Template) -> periods.Period:
    """Return the period that is asked for, else the newest for which a report was called, else the one before the present one."""
    given = visit.query.text("period")
    if given:
        try:
            asked = periods.parse(given)
        except ValueError:
            asked = None
        if asked is not None and asked.every == form.every:
            return asked
        visit.query.errors["period"] = ("bad", {"given": given[:80]})
    newest = visibility.page(
        visit.authority, CalledReport, ("period",), None, 1, Order("id", descending=True), [Filter("template", "eq", form.id)]
    )
    called = next((row.period for row in newest.rows if row.period), None)
    return periods.parse(called) if called else periods.before(periods.containing(visit.shown, form.every))


def _link(visit: Visit, form: Template, period: periods.Period, **more: str) -> str:
    return visit.links.to("reports", template=form.id, period=period.name, **more)


def _table(visit: Visit, form: Template, period: periods.Period) -> TrackedPeriod:
    """Return the table, with the chart of one indicator: the one asked for, else the first that has a target."""
    filters = [Filter("template", "eq", form.id), Filter("period", "eq", period.name)]
    page = visibility.page(visit.authority, CalledReport, COLUMNS, None, MOST, Order("id"), filters)
    reports = [row for row in page.rows if row.sort != SUMMED]
    figures = _figures(visit, [row.id for row in reports if row.answered_on is not None])
    numbers = [each for each in form.indicators if each.type in ("number", "whole", "percent")]
    usual = next((each for each in numbers if each.target is not None), numbers[0] if numbers else None)
    wanted = visit.query.choice("indicator", [each.id for each in numbers], usual.id if usual else "")
    rows = sorted((_row(visit, form, row, figures) for row in reports), key=lambda row: row.who)
    columns = tuple(_column(visit, form, period, each, figures, shown=each.id == wanted) for each in form.indicators)
    drawn = next((each for each in numbers if each.id == wanted), None)
    filed = sum(row.answered_on is not None for row in reports)
    return TrackedPeriod(columns, tuple(rows), filed, _chart(visit, drawn, reports, figures) if drawn else None)


def _figures(visit: Visit, reports: Sequence[str]) -> dict[tuple[str, str], Any]:
    """Return the figures of these reports by report and indicator. Their ids are looked up first, in the index along the report:
    asked for whole, SQLite reads every figure of the committee."""
    if not reports:
        return {}
    mine = ReportFigure.tenant_id == visit.tenant.id
    ids = select(ReportFigure.id).where(mine, ReportFigure.report.in_(reports))
    columns = (ReportFigure.report, ReportFigure.indicator, ReportFigure.number, ReportFigure.text, ReportFigure.target)
    rows = visit.session.execute(select(*columns).where(mine, ReportFigure.id.in_(ids)))
    return {(row.report, row.indicator): row for row in rows}


def _row(visit: Visit, form: Template, report: Any, figures: dict[tuple[str, str], Any]) -> TrackedRow:
    filed = report.answered_on is not None
    late = report.due_on is not None and (report.answered_on or visit.shown) > report.due_on
    key = ("filed_late" if late else "filed") if filed else ("late" if late else "waits")
    standing = visit.say(
        "work.tracker", key, on=visit.date(report.answered_on or report.due_on) if report.answered_on or report.due_on else ""
    )
    cells = tuple(_cell(visit, each, figures.get((report.id, each.id))) for each in form.indicators)
    return TrackedRow(visit.names(report.to), visit.links.record("report", report.ref), standing, late, cells)


def _cell(visit: Visit, indicator: Indicator, figure: Any) -> FigureCell:
    if figure is None or (figure.number is None and figure.text is None):
        return FigureCell()
    if indicator.type == "text":
        return FigureCell(figure.text or "")
    if indicator.type == "flag":
        return FigureCell(visit.say("word", "yes" if figure.number else "no"))
    return FigureCell(number_text(visit, figure.number), reached(figure.target, indicator.better, figure.number))


def number_text(visit: Visit, number: float) -> str:
    """Return a number as the language writes it, with two places at most."""
    text = f"{number:.2f}".rstrip("0").rstrip(".")
    return text.replace(".", visit.say("work.tracker", "point"))


def _with_unit(visit: Visit, indicator: Indicator, number: float) -> str:
    return f"{number_text(visit, number)} {visit.say.of(indicator.unit)}".strip()


def _column(
    visit: Visit,
    form: Template,
    period: periods.Period,
    indicator: Indicator,
    figures: dict[tuple[str, str], Any],
    *,
    shown: bool,
) -> IndicatorColumn:
    given = [row.number for (_, id), row in figures.items() if id == indicator.id and row.number is not None]
    is_number = indicator.type in ("number", "whole", "percent")
    total = sum(given) / len(given) if indicator.type == "percent" and given else sum(given)
    key = "mean" if indicator.type == "percent" else "sum"
    text = visit.say("work.tracker", key, number=_with_unit(visit, indicator, total)) if is_number and given else ""
    target = _with_unit(visit, indicator, indicator.target) if indicator.target is not None else ""
    href = _link(visit, form, period, indicator=indicator.id) if is_number else ""
    return IndicatorColumn(visit.say.of(indicator.label), target, indicator.set_by, text, href, shown)


def _chart(visit: Visit, indicator: Indicator, reports: Sequence[Any], figures: dict[tuple[str, str], Any]) -> Chart | None:
    """Return the bars of one indicator, the best first, with its target as it stood when the newest was called for."""
    bars = []
    for report in reports:
        figure = figures.get((report.id, indicator.id))
        if figure is not None and figure.number is not None:
            good = reached(figure.target, indicator.better, figure.number)
            bars.append(Bar(visit.names(report.to), figure.number, _with_unit(visit, indicator, figure.number), good))
    bars.sort(key=lambda bar: (-bar.number if indicator.better == "more" else bar.number, bar.name))
    least = 100.0 if indicator.type == "percent" else 0.0
    return chart(bars, indicator.target, _with_unit(visit, indicator, indicator.target or 0), least) if bars else None
