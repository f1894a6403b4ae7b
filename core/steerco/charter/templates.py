"""The forms of reports that a committee uses: what they ask for, and whether a figure fits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from steerco.charter import periods
from steerco.charter.calendar import Calendar, shift
from steerco.charter.model import Charter, Indicator, Template

Given = str | float | bool
"""A figure as a report gives it."""
TRUE, FALSE = ("true", "yes"), ("false", "no")


def templates(layers: Iterable[Charter]) -> Mapping[str, Template]:
    """Return every template of the instruments in force together, by its id."""
    return {template.id: template for layer in layers for template in layer.templates}


def due_on(template: Template, period: str, calendar: Calendar) -> date | None:
    """Return the day on which a report for the period is due, or None where the template states none."""
    if template.due.days is None or not period:
        return None
    return shift(periods.parse(period).last, template.due.days, template.due.unit, calendar)


def read(indicator: Indicator, given: Given) -> tuple[float | None, str | None] | str:
    """Return a figure as it is kept (a number, or a text; a flag is 1 or 0), or the code of the reason why it does not fit."""
    if indicator.type == "text":
        return (None, str(given)) if str(given).strip() else "required"
    if indicator.type == "flag":
        return _flag(given)
    number = _number(given)
    if number is None:
        return "not-a-number"
    if indicator.type == "whole" and number != int(number):
        return "not-whole"
    if indicator.type == "percent" and not 0 <= number <= 100:
        return "not-a-percentage"
    return number, None


def _flag(given: Given) -> tuple[float, None] | str:
    if isinstance(given, bool):
        return float(given), None
    word = str(given).strip().casefold()
    return (1.0, None) if word in TRUE else (0.0, None) if word in FALSE else "not-yes-or-no"


def _number(given: Given) -> float | None:
    """Return the number, in figures with a decimal point or comma; None where it is none."""
    if isinstance(given, bool):
        return None
    try:
        number = float(given.strip().replace(",", ".") if isinstance(given, str) else given)
    except ValueError:
        return None
    return number if abs(number) < 1e15 else None


def reached(indicator_target: float | None, better: str, number: float | None) -> bool | None:
    """Return whether a figure reaches its target; None where one of them is missing."""
    if indicator_target is None or number is None:
        return None
    return number <= indicator_target if better == "less" else number >= indicator_target
