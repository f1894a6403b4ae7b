"""All rules of a charter as one sequence, whatever their table. Citations work alike in each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from steerco.charter.load import TABLES, TOLD
from steerco.charter.model import (
    NOT_STATED,
    Ballot,
    BarRule,
    Bound,
    Cadence,
    Cap,
    Charter,
    ClockRule,
    DecisionRoute,
    DecisionRule,
    Demand,
    Duty,
    ElectionRule,
    Eligibility,
    Finance,
    Instrument,
    Lifetime,
    NotRun,
    OwnKind,
    Parameter,
    Portfolio,
    Procedure,
    ProxyRule,
    PublicationRule,
    Quorum,
    RecusalRule,
    Removal,
    Rotation,
    Seat,
    Separation,
    Signing,
    Source,
    Succession,
    Suspension,
    Template,
    TermRule,
    Vacancy,
    Veto,
    Weight,
    WrittenRule,
)
from steerco.charter.tables.terms import TermLength
from steerco.charter.values import NAMED


class Ruled(Struct, frozen=True):
    """One rule: its table, its name, its citations and its place."""

    table: str
    name: str
    cite: tuple[str, ...]
    source: Source
    rule: Any

    def __str__(self) -> str:
        return f"{self.table} '{self.name}'"

    @property
    def runs(self) -> bool:
        """Whether the program runs by the rule: without it, something would go another way.

        Bodies, roles and seats do nothing under a clause by themselves, but for a seat that goes with an office. Values that are
        not stated or not read, cadences without a stated period, a single decider for all classes, and portfolios in which nobody
        leads are shown only.
        """
        match self.rule:
            case Instrument() | Duty() | Procedure() | Separation() | Succession() | Bound() | Template() | Finance() | Signing():
                return True
            case Seat(office=office):
                return office != NOT_STATED
            case Portfolio(lead=lead):
                return lead != NOT_STATED
            case Cadence(holder=holder, every=every):
                return bool(holder) and every != NOT_STATED
            case DecisionRule(rule=rule, classes=classes):
                return rule != "one-decides" or classes != ("*",)
            case Quorum(share=share):
                return share not in (NOT_STATED, "none")
            case ProxyRule(allowed=allowed):
                return isinstance(allowed, bool)
            case DecisionRoute() | WrittenRule() | Veto() | BarRule():
                return True
            case (
                Ballot()
                | Weight()
                | RecusalRule()
                | ElectionRule()
                | TermRule()
                | Cap()
                | Eligibility()
                | Vacancy()
                | Rotation()
                | Suspension()
            ):
                return True
            case Removal(steps=steps):
                return bool(steps)
            case Demand() | OwnKind():
                return True
            case ClockRule() | Lifetime() | PublicationRule():
                return bool(self.rule.runs)
            case Parameter(name=name, value=value):
                return name in NAMED and NAMED[name].read and value != NOT_STATED
        return False

    @property
    def shown(self) -> bool:
        """Whether the charter calls it information, which nothing runs."""
        return getattr(self.rule, "effect", "") == "shown"


def ruled(charter: Charter) -> Iterator[Ruled]:
    """Yield every rule of ``charter`` in the order of its tables; the instrument first, where it cites a clause."""
    instrument = charter.instrument
    if instrument.cite:
        yield Ruled("instrument", instrument.id, instrument.cite, Source(charter.file, 1), instrument)
    for table, field in TABLES.items():
        if table in TOLD:
            continue
        for rule in getattr(charter, field):
            if isinstance(rule, OwnKind) and not rule.cite:
                continue  # a word for a kind of meeting, as yet no rule
            yield Ruled(table, name_of(rule), rule.cite, rule.source, rule)


def name_of(rule: Any) -> str:
    """Return the name of a rule within its table."""
    match rule:
        case Succession():
            return f"{rule.acts} for {rule.absent}"
        case Procedure():
            return f"{rule.on} requires {rule.requires}{_narrowed(rule.where)}"
        case NotRun():
            return f"{rule.who}: {rule.act}{_narrowed(rule.where)}"
        case TermRule(length=TermLength(value=value, unit=unit)):
            return f"{rule.who} ({value} {unit})"
        case ClockRule():
            return rule.name
        case Parameter():
            return f"{rule.name}{_narrowed(rule.where)}"
        case Weight():
            return rule.name
    return str(getattr(rule, "id", "") or rule.who)


def _narrowed(where: Mapping[str, str]) -> str:
    text = ", ".join(f"{k}={v}" for k, v in sorted(where.items()))
    return f" ({text})" if text else ""
