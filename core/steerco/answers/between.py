"""Two committees' charters side by side: who may do an act in one and may not in the other, and values and duties that differ.

Neither prevails: each holds in its own committee. The comparison is for committees that meet together, or whose people sit in
both. Roles answer to each other where they have the same id, where both head the main body, or where the asker says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import product

from steerco.answers.findings import CitedClause, Found, Looked, RuleFinding, cited, found, unlooked
from steerco.charter.duties import duties
from steerco.charter.model import NOT_STATED, Charter
from steerco.charter.rules import regulated
from steerco.configuration.regime import Regime
from steerco.configuration.snapshot import Snapshot
from steerco.policy.line import ANY, READ

NOT_LOOKED_AT = ("acts-of-one", "powers-by-tie")


class _Side:
    """One committee of the two, on a day."""

    def __init__(self, snapshot: Snapshot, day: date) -> None:
        self.regime: Regime = snapshot.regime_on(day)
        self.charter: Charter = self.regime.charter
        self.main = regulated(self.charter) or snapshot.settings.main_body or ANY
        main = self.charter.body(self.main)
        self.head = main.head if main else ""
        self.slug = snapshot.slug

    def may(self, role: str, object: str, act: str, facets: frozenset[str]) -> bool:
        known = self.charter.role(role)
        held = self.regime.table.closed({role, *((known.body,) if known else ())})
        return self.regime.table.allows(held, known.body if known else self.main, object, act, facets)

    def grants(self, object: str, act: str) -> tuple[CitedClause, ...]:
        lines = self.regime.table.lines_for(object.partition(".")[0], act)
        clauses = (ln.clause for ln in lines if ln.allow and (ln.object == ANY or f"{object}.".startswith(f"{ln.object}.")))
        return cited(self.regime, tuple(dict.fromkeys(clauses))[:3])


def between(one: Snapshot, other: Snapshot, day: date, roles: Mapping[str, str] | None = None) -> Found:
    """Return where the charters of two committees differ on a day. ``roles`` says which role of the other answers to which."""
    mine, theirs = _Side(one, day), _Side(other, day)
    same = {role.id: role.id for role in mine.charter.roles if theirs.charter.role(role.id)}
    heads = {mine.head: theirs.head} if mine.head and theirs.head else {}
    answering = {**same, **heads, **(roles or {})}
    asked = _Count()
    told = [*_powers(mine, theirs, answering, asked), *_values(mine, theirs), *_duties(mine, theirs, answering)]
    pairs = ", ".join(f"{ours} = {other}" for ours, other in sorted(answering.items())) or "none"
    return found(told, Looked.at(day, (unlooked("other-roles", pairs=pairs), *map(unlooked, NOT_LOOKED_AT)), asked=asked.count))


class _Count:
    count = 0


def _powers(mine: _Side, theirs: _Side, roles: Mapping[str, str], asked: _Count) -> Iterator[RuleFinding]:
    def acts(side: _Side) -> dict[tuple[str, str], set[frozenset[str]]]:
        by_act: dict[tuple[str, str], set[frozenset[str]]] = {}
        for line in side.regime.lines:
            if line.act != READ and line.object != ANY and not (side.regime.house.fills(line)):
                by_act.setdefault((line.object, line.act), set()).add(line.facets)
        return by_act

    ours, others, foreign = acts(mine), acts(theirs), _words(mine.charter) ^ _words(theirs.charter)
    for object, act in sorted(ours.keys() & others.keys()):
        every = ours[object, act] | others[object, act]
        named = [aim for aim in every if aim and not foreign.intersection(facet.partition("=")[2] for facet in aim)]
        aims = sorted(named, key=sorted) if any(every) else [frozenset[str]()]  # what has aims is always aimed at something
        for (role, answering), facets in product(sorted(roles.items()), aims):
            asked.count += 1
            here, there = mine.may(role, object, act, facets), theirs.may(answering, object, act, facets)
            if here != there:
                params = {
                    "act": f"{object.partition('.')[0]}.{act}",
                    "object": object,
                    "facets": ", ".join(sorted(facets)) or "-",
                    "role": role,
                    "other_role": answering,
                    "other": theirs.slug,
                    "may": "yes" if here else "no",
                }
                clauses = (*mine.grants(object, act), *_theirs(theirs, theirs.grants(object, act)))
                yield RuleFinding("between-powers", "information", params, clauses)


def _words(charter: Charter) -> frozenset[str]:
    """Return the aims that are a charter's own: its roles, bodies, fields of work and classes of matters."""
    classes = (name for decision in charter.decisions for name in decision.classes)
    return frozenset({row.id for row in (*charter.roles, *charter.bodies)} | {*charter.subjects(), *classes})  # type: ignore[attr-defined]


def _theirs(side: _Side, clauses: tuple[CitedClause, ...]) -> tuple[CitedClause, ...]:
    """Name clauses of the other committee with it, so that none is taken for one's own."""
    return tuple(CitedClause(f"{side.slug}:{c.clause}", c.basis, c.gloss, c.file, c.line) for c in clauses)


def _values(mine: _Side, theirs: _Side) -> Iterator[RuleFinding]:
    for rule in mine.charter.rules:
        for other in theirs.charter.rules:
            stated = NOT_STATED not in (rule.value, other.value)
            if (
                rule.name == other.name
                and stated
                and (rule.value, rule.unit) != (other.value, other.unit)
                and _kind(rule.where) == _kind(other.where)
            ):
                params = {
                    "name": rule.name,
                    "case": ", ".join(sorted(_kind(rule.where))) or "-",
                    "first": f"{rule.value} {rule.unit}".strip(),
                    "second": f"{other.value} {other.unit}".strip(),
                    "other": theirs.slug,
                }
                clauses = (*cited(mine.regime, rule.cite), *_theirs(theirs, cited(theirs.regime, other.cite)))
                yield RuleFinding("between-values", "information", params, clauses, rule.source.file, rule.source.line)


def _kind(where: Mapping[str, str]) -> frozenset[str]:
    """Return what narrows a value, less the body, whose id is each committee's own."""
    return frozenset(f"{key}={value}" for key, value in where.items() if key not in ("body", "for"))


def _duties(mine: _Side, theirs: _Side, roles: Mapping[str, str]) -> Iterator[RuleFinding]:
    for duty in duties(mine.charter):
        for other in duties(theirs.charter):
            alike = (duty.done_by, duty.after, _kind(duty.done_where), _kind(duty.where)) == (
                other.done_by,
                other.after,
                _kind(other.done_where),
                _kind(other.where),
            )
            holder = roles.get(duty.holder, duty.holder)
            if alike and (duty.every, duty.due, holder) != (other.every, other.due, other.holder):
                params = {
                    "act": ", ".join(duty.done_by),
                    "first": f"{duty.holder}, {_when(duty.every, duty.due.days)}",
                    "second": f"{other.holder}, {_when(other.every, other.due.days)}",
                    "other": theirs.slug,
                }
                clauses = (*cited(mine.regime, duty.cite), *_theirs(theirs, cited(theirs.regime, other.cite)))
                yield RuleFinding("between-duties", "information", params, clauses, duty.source.file, duty.source.line)


def _when(every: str, days: int | None) -> str:
    return every if every != NOT_STATED else f"{days} days" if days is not None else NOT_STATED
