"""Instruments beside the charter: house rules, laws and plugins' terms.

Each has its day, and nothing is decided by one before it. Of house rules the version adopted last is in force; a law stands until
one that says so takes its place. What laws and terms say is cited with the instrument before it: no number means two things.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from msgspec import structs

from steerco.charter import check
from steerco.charter.load import TABLES
from steerco.charter.model import Charter
from steerco.charter.packed_texts import folded, ids
from steerco.charter.values import MAIN_BODY
from steerco.charter.versions import Span, certain_from


def spans(layers: Sequence[Charter]) -> tuple[Span, ...]:
    """The days on which each layer certainly is in force, in the order given; none of one that never is."""
    candidates = [Span(layer, certain_from(layer), _until(layer, layers)) for layer in layers]
    return tuple(span for span in candidates if span.until is None or span.since <= span.until)


def _until(layer: Charter, layers: Sequence[Charter]) -> date | None:
    """The last day of a layer: the one before another takes its place; None where none does."""
    ends = [certain_from(other) for other in layers if other is not layer and _follows(other, layer)]
    return min(ends) - timedelta(days=1) if ends else None


def _follows(other: Charter, layer: Charter) -> bool:
    if layer.instrument.kind == "house":
        return other.instrument.kind == "house" and certain_from(other) > certain_from(layer)
    return any(superseded.number == layer.instrument.id and not superseded.amends for superseded in other.instrument.supersedes)


def citable(layers: Iterable[Charter]) -> frozenset[str]:
    """The ids by which the clauses of these can be cited."""
    return frozenset().union(*(check.citable(layer, layer.instrument.id if layer.instrument.apart else "") for layer in layers))


def placed(law: Charter, main_body: str) -> Charter:
    """A law whose rules mean this tenant's main body where they say so."""
    if all(rule.where.get("body") != MAIN_BODY for rule in law.rules):
        return law
    mine = (
        structs.replace(r, where={**r.where, "body": main_body}) if r.where.get("body") == MAIN_BODY else r for r in law.rules
    )
    return structs.replace(law, rules=tuple(mine))


def qualified(layer: Charter) -> Charter:
    """A law (or terms) with what it says citing its own clauses as ``<law>:<clause>``. Charter and house rules stay so."""
    if not layer.instrument.apart:
        return layer
    clause_ids = set(ids(layer.clauses))
    mark = f"{layer.instrument.id}:"

    def cited(item: Any) -> Any:
        return structs.replace(item, cite=tuple(mark + clause if clause in clause_ids else clause for clause in item.cite))

    citing = (field for table, field in TABLES.items() if table not in ("clause", "heading"))
    return folded(structs.replace(layer, **{field: tuple(map(cited, getattr(layer, field))) for field in citing}))
