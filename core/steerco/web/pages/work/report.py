"""The page of a report: each figure beside its target and the instrument that set it."""

from __future__ import annotations

from typing import Any, NamedTuple

from steerco.charter.templates import reached, templates
from steerco.web.pages.frame import dates
from steerco.web.pages.frame.visit import Visit
from steerco.web.pages.work.tracker import number_text


class FigureLine(NamedTuple):
    """One figure: what is asked, what was reported, the target, what set it, whether it is reached (None: not to be said)."""

    label: str
    figure: str
    target: str
    set_by: str
    reached: bool | None


def report_content(visit: Visit, report: Any) -> dict[str, Any]:
    """Return what the page of a report shows beside what every record's page does."""
    rows = sorted(visit.content(report).get("figures", []), key=lambda row: int(row["position"]))
    regime = visit.regime
    form = templates((regime.charter, *regime.layers)).get(report.template or "")
    tracked = report.template and report.period
    return {
        "figures": [_line(visit, row) for row in rows],
        "form": visit.say.of(form.label) if form else "",
        "period": dates.period(visit.say, report.period) if report.period else "",
        "tracker": visit.links.to("reports", template=report.template, period=report.period) if tracked else "",
    }


def _line(visit: Visit, row: dict[str, Any]) -> FigureLine:
    unit = visit.say.of(row["unit"]) if row["unit"] else ""
    target = f"{number_text(visit, row['target'])} {unit}".strip() if row["target"] is not None else ""
    good = reached(row["target"], row["better"], row["number"])
    return FigureLine(visit.say.of(row["label"]), _figure(visit, row, unit), target, row["set_by"] or "", good)


def _figure(visit: Visit, row: dict[str, Any], unit: str) -> str:
    """Return what was reported, in words."""
    if row["number"] is None:
        return row["text"] or ""
    if row["sort"] == "flag":
        return visit.say("word", "yes" if row["number"] else "no")
    return f"{number_text(visit, row['number'])} {unit}".strip()
