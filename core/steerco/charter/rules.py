"""The value by which the committee goes where several layers have something to say.

Binding law goes before the regulation; a floor may be tightened, not loosened; a default yields. The regulation goes before
house rules, which only fill what it leaves open. What the person empowered decided on the record itself goes before a default,
but before nothing that binds. Where nothing speaks, the answer is *not stated*, and that is what is shown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from msgspec import Struct

from steerco.charter.model import NOT_STATED, Charter, LayerName, Rule, Source

Value = str | int | bool
Tighter = Literal["higher", "lower"]
"""Which way a value gets stricter: a longer notice, a shorter limit."""


class Effective(Struct, frozen=True):
    """The value in effect with what makes it so. ``words`` are those of the law, where a law gives it."""

    name: str
    value: Value
    unit: str = ""
    layer: LayerName = "charter"
    cite: tuple[str, ...] = ()
    words: str = ""
    source: Source = Source()

    @property
    def stated(self) -> bool:
        return self.value != NOT_STATED


class Decided(Struct, frozen=True):
    """What the person empowered decided on the record that it concerns."""

    value: Value
    unit: str = ""
    cite: tuple[str, ...] = ()


def effective(
    name: str,
    layers: Sequence[Charter],
    where: Mapping[str, str] | None = None,
    *,
    decision: Decided | None = None,
    tighter: Tighter = "higher",
) -> Effective:
    """The value of the rule ``name`` over all layers in force, for a record like ``where``.

    Within a layer the rule with the narrowest ``where`` goes first. ``tighter`` tells which way a floor may be passed. A
    decision goes before a default and where nothing is stated, never before the regulation, house rules or binding law, and
    may tighten a floor.
    """
    said = [_by_force(name, layer, where or {}) for layer in layers]

    def first(*forces: LayerName) -> Effective | None:
        return next((_of(layer[force]) for force in forces for layer in said if force in layer), None)

    if binding := first("binding"):
        return binding
    chosen = first("charter", "house")
    if chosen is None and decision is not None:
        chosen = Effective(name, decision.value, decision.unit, "decision", decision.cite)
    if chosen is None:
        chosen = first("default")
    for floor in (layer["floor"] for layer in said if "floor" in layer):
        if chosen is None or _looser(chosen, floor, tighter):
            chosen = _of(floor)
    return chosen or Effective(name, NOT_STATED, cite=_silent(name, layers))


def _by_force(name: str, layer: Charter, where: Mapping[str, str]) -> dict[LayerName, Rule]:
    """The narrowest rule of each force by which one layer states a value for a record like ``where``."""
    found: dict[LayerName, Rule] = {}
    for rule in layer.rules:
        if rule.name != name or rule.value == NOT_STATED or not rule.where.items() <= where.items():
            continue
        if rule.force not in found or len(rule.where) > len(found[rule.force].where):
            found[rule.force] = rule
    return found


def _looser(chosen: Effective, floor: Rule, tighter: Tighter) -> bool:
    """Whether a value falls short of a floor. What cannot be compared does: the floor is what is sure."""
    value, least = chosen.value, floor.value
    if isinstance(value, bool) or isinstance(least, bool) or chosen.unit != floor.unit:
        return value != least or chosen.unit != floor.unit
    if not isinstance(value, int) or not isinstance(least, int):
        return value != least
    return value < least if tighter == "higher" else value > least


def _of(rule: Rule) -> Effective:
    return Effective(rule.name, rule.value, rule.unit, rule.force, rule.cite, rule.words, rule.source)


def _silent(name: str, layers: Sequence[Charter]) -> tuple[str, ...]:
    """The clause that a charter names for being silent, where it says ``not-stated`` in so many words."""
    rules = [r for layer in layers for r in layer.rules if r.name == name and r.value == NOT_STATED]
    return rules[0].cite if rules else ()
