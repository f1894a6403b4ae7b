"""Effective rules: choose the value of a named rule when several layers state one.

Pattern: layered configuration with forces. From the strongest to the weakest: ``binding`` law · the regulation · house rules ·
a decision on the record · ``default``. A ``floor`` stands beside them: a stricter value passes, a looser one gives way to it.

Example: the regulation asks for 5 days of ``notice``, house rules for 10, a law sets a floor of 7. The regulation goes before
house rules, so the value is 5; it is looser than the floor, so :func:`effective` returns 7 and cites the law.

Rules:

- House rules only fill what the regulation leaves open.
- A decision on the record goes before a default and where nothing is stated. It may tighten a floor.
- If no layer states a value, the answer is ``not-stated``, and the reader sees exactly that.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from msgspec import Struct

from steerco.charter.governing import values
from steerco.charter.model import NOT_STATED, Charter, LayerName, Parameter, Source
from steerco.charter.values import NAMED, Bound, Days, Measure, NamedValue, Value, nominal


class Effective(Struct, frozen=True):
    """The value in effect, with its layer and its clauses.

    ``words`` are those of the law, where a law gives it; ``bound`` says which way the value gets stricter.
    """

    name: str
    value: Value
    unit: str = ""
    layer: LayerName = "charter"
    cite: tuple[str, ...] = ()
    words: str = ""
    source: Source = Source()
    bound: Bound = ""

    @property
    def stated(self) -> bool:
        return self.value != NOT_STATED

    def end(self, days: Days) -> date | None:
        """Return the last day in time for a notice or a limit of this length, or None if the value is no length of time."""
        return days.end(self.value, self.unit, self.bound)


class Decided(Struct, frozen=True):
    """A value that the empowered person decided on the record itself."""

    value: Value
    unit: str = ""
    cite: tuple[str, ...] = ()


def effective(
    name: str,
    layers: Sequence[Charter],
    where: Mapping[str, str] | None = None,
    *,
    decision: Decided | None = None,
    measure: Measure | None = None,
) -> Effective:
    """Return the value of the rule ``name`` over all ``layers`` in force, for a record like ``where``.

    Within a layer the rule with the narrowest ``where`` goes first, even if it says ``not-stated``. ``measure`` compares values
    in the case at hand; for lengths of time it is ``Days(…).span``. Without ``measure``, lengths that only a calendar can
    compare are not compared, and the floor goes first. ``decision`` goes before a default and where nothing is stated, never
    before the regulation, house rules or binding law; it may tighten a floor. Of several binding laws, the strictest counts.
    """
    stated = [_by_force(name, layer, where or {}) for layer in layers]
    bound = bound_of(name, [rule for layer in stated for rule in layer.values()])

    def of(*forces: LayerName) -> list[Effective]:
        return [_of(layer[force], bound) for force in forces for layer in stated if force in layer]

    binding, committee, default = of("binding"), of("charter", "house"), of("default")
    if not committee and decision is not None:
        committee = [Effective(name, decision.value, decision.unit, "decision", decision.cite, bound=bound)]
    chosen = next(iter(binding or committee or default), None)
    for law in (*binding, *of("floor")):
        if chosen is None or looser(chosen, law, measure):
            chosen = law
    return chosen or Effective(name, NOT_STATED, cite=_silent(name, layers, where or {}))


def regulated(*charters: Charter) -> str:
    """Return the body of which the last of these regulations says that it is; empty where none says so."""
    said = [effective("main-body", [charter]).value for charter in charters]
    return next((str(body) for body in reversed(said) if body != NOT_STATED), "")


def bound_of(name: str, rules: Iterable[Parameter]) -> Bound:
    """Return the direction in which a value gets stricter. A law's word counts first, then other layers', then the program's."""
    stated = sorted((rule for rule in rules if rule.bound), key=lambda rule: rule.force not in ("binding", "floor"))
    return stated[0].bound if stated else NAMED.get(name, NamedValue()).bound


def looser(chosen: Effective, law: Effective, measure: Measure | None = None) -> bool:
    """Return whether a value falls short of a law's. Values that cannot be compared do, so that the law counts."""
    if chosen.bound == law.bound and (chosen.value, chosen.unit) == (law.value, law.unit):
        return False
    if chosen.bound != law.bound or not law.bound:
        return True
    mine, least = _sizes(chosen, law, measure)
    if mine is None or least is None:
        return True
    return mine < least if law.bound == "at-least" else mine > least


def _sizes(chosen: Effective, law: Effective, measure: Measure | None) -> tuple[int | None, int | None]:
    if measure:
        mine, least = (measure(item.value, item.unit, law.bound) for item in (chosen, law))
        if mine is not None and least is not None:
            return mine, least
    ours, laws = nominal(chosen.value, chosen.unit), nominal(law.value, law.unit)
    return (ours[1], laws[1]) if ours and laws and ours[0] == laws[0] else (None, None)


def _by_force(name: str, layer: Charter, where: Mapping[str, str]) -> dict[LayerName, Parameter]:
    """Return the narrowest rule of each force in one layer that states a value for a record like ``where``."""
    narrowest: dict[LayerName, Parameter] = {}
    for rule in values(layer):
        if rule.name != name or not rule.where.items() <= where.items():
            continue
        if rule.force not in narrowest or len(rule.where) > len(narrowest[rule.force].where):
            narrowest[rule.force] = rule
    return {force: rule for force, rule in narrowest.items() if rule.value != NOT_STATED}


def _of(rule: Parameter, bound: Bound) -> Effective:
    return Effective(rule.name, rule.value, rule.unit, rule.force, rule.cite, rule.words, rule.source, rule.bound or bound)


def _silent(name: str, layers: Sequence[Charter], where: Mapping[str, str]) -> tuple[str, ...]:
    """Return the clauses that a charter cites for its silence, if it says ``not-stated`` in so many words."""
    rules = [r for layer in layers for r in values(layer) if r.name == name and r.value == NOT_STATED]
    fitting = [r for r in rules if r.where.items() <= where.items()] or rules
    return max(fitting, key=lambda rule: len(rule.where)).cite if fitting else ()
