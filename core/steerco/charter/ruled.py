"""All rules of a charter as one sequence, whatever their table: what cites what is the same question for each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from steerco.charter.load import TABLES
from steerco.charter.model import Charter, Procedure, Rule, Source, Succession

_NO_RULES = ("clause", "heading")


class Ruled(Struct, frozen=True):
    """One rule: its table, the name by which its author knows it, what it cites and where it stands."""

    table: str
    name: str
    cite: tuple[str, ...]
    source: Source
    rule: Any

    def __str__(self) -> str:
        return f"{self.table} '{self.name}'"


def ruled(charter: Charter) -> Iterator[Ruled]:
    """Every rule of ``charter`` in the order of its tables; the instrument first, where it cites a clause."""
    instrument = charter.instrument
    if instrument.cite:
        yield Ruled("instrument", instrument.id, instrument.cite, Source(charter.file, 1), instrument)
    for table, field in TABLES.items():
        if table in _NO_RULES:
            continue
        for rule in getattr(charter, field):
            yield Ruled(table, name_of(rule), rule.cite, rule.source, rule)


def name_of(rule: Any) -> str:
    """The name of a rule within its table."""
    match rule:
        case Succession():
            return f"{rule.acts} for {rule.absent}"
        case Procedure():
            return f"{rule.on} requires {rule.requires}"
        case Rule():
            where = ", ".join(f"{k}={v}" for k, v in sorted(rule.where.items()))
            return f"{rule.name} ({where})" if where else rule.name
    return str(getattr(rule, "id", "") or rule.who)
