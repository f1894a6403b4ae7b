"""Layers: the instruments beside the charter (house rules, laws and plugins' terms).

Pattern: every layer has the shape of a :class:`Charter`, with a span of days in force.

Example: law ``55-2010`` has a clause ``3`` that rules cite as ``3``. :func:`qualified` turns the citation into ``55-2010:3``, so
it cannot be taken for clause ``3`` of the regulation.

Rules:

- No layer decides anything before its first day in force.
- Of several house rules, the version adopted last is in force. A law is in force until a later instrument supersedes it.
- Citations of laws and terms carry the instrument's id; citations of the charter and of house rules do not.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from msgspec import structs

from steerco.charter import check
from steerco.charter.load import TABLES, TOLD
from steerco.charter.model import Charter, ClockRule
from steerco.charter.packed_texts import folded, ids
from steerco.charter.values import MAIN_BODY
from steerco.charter.versions import Span, certain_from


def spans(layers: Sequence[Charter]) -> tuple[Span, ...]:
    """Return the days on which each layer certainly is in force, in the given order, without layers that never are."""
    candidates = [Span(layer, certain_from(layer), _until(layer, layers)) for layer in layers]
    return tuple(span for span in candidates if span.until is None or span.since <= span.until)


def _until(layer: Charter, layers: Sequence[Charter]) -> date | None:
    """Return the last day of a layer, before another one replaces it, or None."""
    ends = [certain_from(later) for later in layers if later is not layer and _follows(later, layer)]
    return min(ends) - timedelta(days=1) if ends else None


def _follows(later: Charter, layer: Charter) -> bool:
    if layer.instrument.kind == "house":
        return later.instrument.kind == "house" and certain_from(later) > certain_from(layer)
    return any(superseded.number == layer.instrument.id and not superseded.amends for superseded in later.instrument.supersedes)


def citable(layers: Iterable[Charter]) -> frozenset[str]:
    """Return the ids by which the clauses of these layers can be cited."""
    return frozenset().union(*(check.citable(layer, layer.instrument.id if layer.instrument.apart else "") for layer in layers))


def placed(law: Charter, main_body: str) -> Charter:
    """Return a law whose rules name ``main_body`` wherever they say ``main-body``."""
    if all(rule.where.get("body") != MAIN_BODY for rule in law.rules):
        return law
    mine = (
        structs.replace(r, where={**r.where, "body": main_body}) if r.where.get("body") == MAIN_BODY else r for r in law.rules
    )
    return structs.replace(law, rules=tuple(mine))


def qualified(layer: Charter) -> Charter:
    """Return a law (or terms) that cites its own clauses as ``<law>:<clause>``. Charter and house rules stay unchanged."""
    if not layer.instrument.apart:
        return layer
    clause_ids = set(ids(layer.clauses))
    mark = f"{layer.instrument.id}:"

    def cited(item: Any) -> Any:
        return structs.replace(item, cite=tuple(mark + clause if clause in clause_ids else clause for clause in item.cite))

    def named(clock: ClockRule) -> ClockRule:
        return structs.replace(clock, id=mark + clock.id)  # another instrument may call its own alike

    layer = structs.replace(layer, clocks=tuple(map(named, layer.clocks)))
    citing = (field for table, field in TABLES.items() if table not in TOLD)
    return folded(structs.replace(layer, **{field: tuple(map(cited, getattr(layer, field))) for field in citing}))
