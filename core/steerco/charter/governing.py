"""Which clocks govern an act: the regulation's, what house rules fill in, and a law's beside them.

Rules: a binding law and a floor hold beside the regulation, so that the stricter decides; a default, and a house rule, give way
to what the regulation says of the same thing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from msgspec import structs

from steerco.charter.model import NOT_STATED, Cadence, Charter, Duty, Label, Parameter, Procedure
from steerco.charter.tables.clock import ClockRule, acts

VALUES: Mapping[str, str] = {"notice": "notice", "papers": "papers-notice"}
"""The named values that are short forms of clocks, by what the clock is about."""
YIELDING = ("cadences", "duties", "procedures")
"""The tables of a law, beside clocks and values, in which a row may be a default."""


def governing(charter: Charter, layers: Sequence[Charter]) -> tuple[ClockRule, ...]:
    """Return the clocks that count, of every version: those that give way to the charter's are left out."""
    own = tuple(clock for clock in charter.clocks if clock.value != NOT_STATED)
    stated = (*own, *(as_clock(rule) for rule in charter.rules if rule.name in VALUES.values() and rule.value != NOT_STATED))
    beside = [
        clock
        for layer in layers
        for clock in layer.clocks
        if clock.force not in ("house", "default") or not any(same_thing(clock, other) for other in stated)
    ]
    return (*own, *beside)


def without_defaults(layer: Charter, charters: Sequence[Charter]) -> Charter:
    """Return a law without its default rows that give way to what a charter states of the same thing."""
    said = {_thing(row) for charter in charters for field in YIELDING for row in getattr(charter, field)}
    by_default = [field for field in YIELDING if any(row.force == "default" for row in getattr(layer, field))]
    kept = {
        field: tuple(row for row in getattr(layer, field) if row.force != "default" or _thing(row) not in said)
        for field in by_default
    }
    return structs.replace(layer, **kept) if kept else layer


def _thing(row: Cadence | Duty | Procedure) -> tuple[str, ...]:
    if isinstance(row, Cadence):
        return "cadence", row.body, row.kind
    if isinstance(row, Procedure):
        return "procedure", row.on, row.requires
    return "duty", *row.done_by, row.after, row.every


def by_act(clocks: Iterable[ClockRule]) -> dict[str, tuple[ClockRule, ...]]:
    """Return the clocks from which something follows, by the acts that they judge."""
    found: dict[str, list[ClockRule]] = {}
    for clock in clocks:
        for act in acts(clock.what) if clock.runs else ():
            found.setdefault(act, []).append(clock)
    return {act: tuple(each) for act, each in found.items()}


def same_thing(one: ClockRule, other: ClockRule) -> bool:
    """Return whether two clocks are about the same thing, for some record."""
    if one.what != other.what or one.side != other.side:
        return False
    bodies = not one.body or not other.body or one.body == other.body
    kinds = not one.kinds or not other.kinds or bool(set(one.kinds) & set(other.kinds))
    return bodies and kinds and all(other.where.get(key, value) == value for key, value in one.where.items())


def narrowness(clock: ClockRule) -> int:
    """Return by how much a clock is narrowed: a narrower one goes before a wider one of the same layer."""
    return bool(clock.body) + bool(clock.kinds) + len(clock.where)


def narrowest(clocks: Iterable[ClockRule]) -> tuple[ClockRule, ...]:
    """Return the clocks, all for one record, without those that a narrower one of the same layer overrides."""
    every = tuple(clocks)
    most: dict[tuple[str, str, str], int] = {}
    for clock in every:
        layer = clock.what, clock.side, clock.source.file
        most[layer] = max(most.get(layer, 0), narrowness(clock))
    return tuple(clock for clock in every if narrowness(clock) == most[clock.what, clock.side, clock.source.file])


def as_clock(rule: Parameter) -> ClockRule:
    """Return the clock of which a named value (``notice``, ``papers-notice``) is the short form."""
    what = next(what for what, name in VALUES.items() if name == rule.name)
    value: Any = rule.value if isinstance(rule.value, int) and not isinstance(rule.value, bool) else NOT_STATED
    kind = rule.where.get("kind", "")
    kinds = (kind,) if kind else ()
    return ClockRule(
        rule.name, what, Label(), rule.cite, body=rule.where.get("body", ""), kinds=kinds, value=value, unit=rule.unit or "days",
        force=rule.force, source=rule.source,
    )  # fmt: skip


def as_values(clock: ClockRule) -> tuple[Parameter, ...]:
    """Return the named values that a clock states, one for each kind of meeting; none where no such value could say it."""
    plain = not (clock.from_ or clock.to or clock.where or clock.calendar or clock.roll or clock.clear)
    if clock.what not in VALUES or clock.side != "before" or not plain or not clock.runs or not isinstance(clock.value, int):
        return ()
    body = {"body": clock.body} if clock.body else {}
    value = Parameter(
        VALUES[clock.what], clock.value, clock.cite, unit=clock.unit, where=body, force=clock.force,  # type: ignore[arg-type]  # one of its forces
        words=clock.words, bound="at-least", source=clock.source,
    )  # fmt: skip
    return tuple(structs.replace(value, where=body | {"kind": kind}) for kind in clock.kinds) or (value,)


def values(layer: Charter) -> Iterable[Parameter]:
    """Return the named values of a layer, those that its clocks state among them."""
    return (*layer.rules, *(value for clock in layer.clocks for value in as_values(clock))) if layer.clocks else layer.rules
