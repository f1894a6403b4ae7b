"""Check the layers against each other: report every value that gives way to another layer before anybody relies on it.

A regulation stands as it was issued, so a law that overrides it causes a warning. The committee writes its house rules itself:
a house rule that contradicts the regulation or falls short of a law is an error.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from steerco.charter import layers as layered
from steerco.charter.calendar import Calendar
from steerco.charter.governing import values
from steerco.charter.load import TABLES
from steerco.charter.model import NOT_STATED, Charter, Parameter, Source
from steerco.charter.names import NameProblem
from steerco.charter.rules import Effective, bound_of, looser
from steerco.charter.values import Bound, Days
from steerco.charter.versions import Span, spans
from steerco.config.findings import Finding

TRIED = 366
"""The number of days, from the first with both layers in force, on which lengths of time are compared."""
LAW = ("binding", "floor")


def check_layers(charters: Sequence[Charter], beside: Sequence[Charter], calendar: Calendar) -> list[Finding]:
    """Return every value of ``charters`` and of house rules among ``beside`` that does not count, or not always.

    Laws are as others cite them (``layers.qualified``, ``layers.placed``).
    """
    regulations, around = spans(charters), layered.spans(beside)
    house = [span for span in around if span.charter.instrument.kind == "house"]
    laws = [span for span in around if span.charter.instrument.apart]
    problems = [
        *(problem for law in laws for mine in regulations for problem in _demanded(law, mine, house)),
        *(problem for mine in (*regulations, *house) for law in laws for problem in _below(mine, law, calendar)),
        *(problem for mine in house for charter in regulations for problem in _contradicts(mine, charter)),
    ]
    return sorted({Finding(p.source.file, p.source.line, p.code, p.message, p.level) for p in problems})


def _demanded(law: Span, mine: Span, house: Sequence[Span]) -> Iterator[NameProblem]:
    """Yield what a law obliges the regulation to have and it has not, nor house rules for it."""
    if _both(mine, law) is None:
        return
    for demand in law.charter.demands:
        for wanted in demand.has:
            if not any(_has(wanted, span.charter) for span in (mine, *house)):
                message = f"{', '.join(demand.cite)} obliges the regulation to have '{wanted}', and it has none"
                yield NameProblem(Source(mine.charter.file, 1), "law-demands", message, "warning")


def _has(wanted: str, charter: Charter) -> bool:
    table, _, about = wanted.partition(":")
    rows = getattr(charter, TABLES.get(table, ""), ())
    return any(not about or about == _about(row) for row in rows)


def _about(row: Any) -> str:
    """Return what a row is about: of a clock what is timed, of a value its name, of anything else its id."""
    return str(next((getattr(row, name) for name in ("what", "of", "name", "requires", "id") if hasattr(row, name)), ""))


def _both(mine: Span, beside: Span) -> tuple[date, date] | None:
    """Return the first and last day of the comparison, or None if both are never in force together."""
    since = max(mine.since, beside.since)
    ends = [span.until for span in (mine, beside) if span.until]
    until = min([*ends, min(since, date.max - timedelta(days=TRIED)) + timedelta(days=TRIED)])
    return (since, until) if since <= until else None


def _below(mine: Span, law: Span, calendar: Calendar) -> Iterator[NameProblem]:
    days = _both(mine, law)
    if days is None:
        return
    for rule in values(mine.charter):
        for law_rule in values(law.charter):
            if rule.name == law_rule.name and rule.value != NOT_STATED and law_rule.force in LAW and _meet(rule, law_rule):
                yield from _short(rule, law_rule, days, calendar, ours=mine.charter.instrument.kind == "house")


def _short(
    rule: Parameter, law_rule: Parameter, days: tuple[date, date], calendar: Calendar, *, ours: bool
) -> Iterator[NameProblem]:
    bound = bound_of(rule.name, (law_rule, rule))
    value, law = _value(rule, rule.bound or bound), _value(law_rule, bound)
    run = [days[0] + timedelta(days=n) for n in range((days[1] - days[0]).days + 1)]
    if law_rule.force == "binding" and (rule.value, rule.unit) != (law_rule.value, law_rule.unit):
        short = run
    else:
        short = [day for day in run if looser(value, law, Days(day, calendar).span)]
    if not short:
        return
    always = len(short) == len(run)
    when = "" if always else f" on some days, such as {short[0]}"
    message = (
        f"rule '{rule.name}': {_told(rule)} gives way{when} to {', '.join(law_rule.cite)}, "
        f"which {'sets' if law_rule.force == 'binding' else 'asks for'} {_told(law_rule)}"
    )
    yield NameProblem(rule.source, "below-law", message, "error" if ours and always else "warning")


def _contradicts(mine: Span, charter: Span) -> Iterator[NameProblem]:
    if _both(mine, charter) is None:
        return
    for rule in mine.charter.rules:
        for stated in charter.charter.rules:
            always = stated.name == rule.name and stated.where.items() <= rule.where.items()
            if always and NOT_STATED not in (stated.value, rule.value) and _told(stated) != _told(rule):
                by = f"the regulation states {_told(stated)} ({', '.join(stated.cite)})"
                message = f"rule '{rule.name}': {by}; house rules only fill gaps, so {_told(rule)} would never count"
                yield NameProblem(rule.source, "contradicts-charter", message)


def _meet(rule: Parameter, law_rule: Parameter) -> bool:
    """Return whether some record can fall under both."""
    return all(law_rule.where.get(key, value) == value for key, value in rule.where.items())


def _value(rule: Parameter, bound: Bound) -> Effective:
    return Effective(rule.name, rule.value, rule.unit, rule.force, rule.cite, bound=bound)


def _told(rule: Parameter) -> str:
    bound = {"at-least": "at least ", "at-most": "at most "}.get(rule.bound, "")
    return f"{bound}{rule.value}{f' {rule.unit}' if rule.unit else ''}"
