"""The figures that a report gives, each beside its target as it stood when the report was called for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from msgspec import Meta, to_builtins
from sqlalchemy.orm import Mapped

from steerco.charter.model import Indicator, Label, Template
from steerco.charter.templates import Given, read
from steerco.records import Do, Line, Part, Record, reason

Values = Annotated[dict[Line, Line | float | bool], Meta(max_length=100)]
"""Figures by what they are called: the indicator's id, or its label in one of the tenant's languages."""


class ReportFigure(Part, of="report", name="figures"):
    """One figure. ``label``, ``sort``, ``unit``, ``target``, ``better`` and ``set_by`` are the template's as they stood when the
    report was called for; ``number`` or ``text`` is what was reported: of a flag 1 or 0.
    """

    report: Mapped[str]
    position: Mapped[int]
    indicator: Mapped[str]
    label: Mapped[dict[str, Any]]
    sort: Mapped[str]
    unit: Mapped[dict[str, Any] | None]
    target: Mapped[float | None]
    better: Mapped[str]
    set_by: Mapped[str | None]
    optional: Mapped[bool]
    number: Mapped[float | None]
    text: Mapped[str | None]

    @property
    def given(self) -> bool:
        """Whether the figure has been filled in."""
        return self.number is not None or self.text is not None


def ask(do: Do, report: Record, template: Template) -> None:
    """Put the template's figures into a report, all of them empty."""
    for position, each in enumerate(template.indicators, 1):
        unit = to_builtins(each.unit) if each.unit != Label() else None
        do.add(report, _figure(position, each, unit))


def _figure(position: int, each: Indicator, unit: dict[str, Any] | None) -> ReportFigure:
    return ReportFigure(
        position=position,
        indicator=each.id,
        label=to_builtins(each.label),
        sort=each.type,
        unit=unit,
        target=each.target,
        better=each.better,
        set_by=each.set_by or None,
        optional=each.optional,
    )


def fill(do: Do, rows: list[ReportFigure], values: Mapping[str, Given], *, whole: bool) -> None:
    """Write the values into the figures; ``whole``: none may stay empty but those that are optional.

    Raises ``Invalid`` with one reason for each value that does not fit.
    """
    wrong: dict[str, Any] = {}
    by_name = {name: row for row in rows for name in (row.label.get("en"), row.label.get("vi"), row.indicator) if name}
    for name, given in values.items():
        row = by_name.get(name.strip())
        if row is None:
            wrong[f"values.{name}"] = reason("not-one-of", known=[each.indicator for each in rows])
        elif row.optional and str(given).strip() == "":
            row.number = row.text = None
        else:
            wrong |= _write(row, name, given)
    if whole:
        missing = (row for row in rows if not row.given and not row.optional)
        wrong |= {f"values.{row.indicator}": reason("figure-missing") for row in missing if not _reproached(row, wrong)}
    if wrong:
        do.invalid_fields(wrong)


def _write(row: ReportFigure, name: str, given: Given) -> dict[str, Any]:
    """Write one value, or return the reason against it."""
    indicator = Indicator(row.indicator, Label(), row.sort)  # type: ignore[arg-type]  # as the template had it
    kept = read(indicator, given)
    if isinstance(kept, str):
        return {f"values.{name}": reason(kept)}
    row.number, row.text = kept
    return {}


def _reproached(row: ReportFigure, wrong: Mapping[str, Any]) -> bool:
    """Return whether something is said against the figure already, under whichever of its names."""
    names = (row.indicator, row.label.get("en"), row.label.get("vi"))
    return any(f"values.{name}" in wrong for name in names)
