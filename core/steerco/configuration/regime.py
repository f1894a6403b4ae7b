"""The regime of a day: one charter version, the instruments beside it, and its policy, compiled at the first question."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from steerco.charter import governing
from steerco.charter.citations import written
from steerco.charter.demands import demanded
from steerco.charter.model import Cadence, Charter, Clause, ClockRule, Label, Lifetime, Procedure, Separation
from steerco.policy.decision import Because, Grounds
from steerco.policy.engine import Engine
from steerco.policy.house import House
from steerco.policy.line import RELATION, Line
from steerco.policy.table import Table
from steerco.store.lru_cache import LRUCache, Same

PLATFORM = "steerco"
"""The prefix of a platform order, and the actor of what the program does by itself (onboarding, the demonstration's set-up)."""


def closures_of(charter: Charter) -> dict[str, frozenset[str]]:
    """Return each role of a charter, and each seat that stands in a group, with the groups that contain it."""
    grouped = {name for group in charter.groups for name in group.roles}
    names = (*(role.id for role in charter.roles), *(seat.id for seat in charter.seats if seat.id in grouped))
    return {name: charter.closure(name) for name in names}


def house_of(layers: Iterable[Charter]) -> House:
    """Return the ids of the house rules' clauses, and the regulation's clauses beside which each stands."""
    clauses = [clause for layer in layers if layer.instrument.kind == "house" for clause in layer.clauses]
    beside = frozenset((clause.id, regulation_clause) for clause in clauses for regulation_clause in clause.beside)
    return House(frozenset(clause.id for clause in clauses), beside)


@dataclass(frozen=True)
class Regime:
    """The instruments in force together: one charter version with the house rules and laws beside it, and its policy."""

    charter: Charter
    layers: tuple[Charter, ...]
    lines: Sequence[Line]
    origin: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def closures(self) -> dict[str, frozenset[str]]:
        """Each role, and each seat in a group, with the groups that contain it."""
        return closures_of(self.charter)

    @cached_property
    def table(self) -> Table:
        return _table(self.lines, self.closures, self.house)

    @cached_property
    def engine(self) -> Engine:
        """Casbin over the same lines: the truth that the table is compiled from."""
        return Engine(self.lines, self.closures, house=self.house)

    @cached_property
    def house(self) -> House:
        """The house rules' clauses, and the regulation's clauses beside which each stands."""
        return house_of(self.layers)

    @property
    def clauses(self) -> Mapping[str, tuple[Clause, str]]:
        """Every clause by the id that cites it, with its kind of basis."""
        clauses = _clauses.get(Same(self))
        return _clauses.put(Same(self), dict(self._cited())) if clauses is None else clauses

    def _cited(self) -> Iterator[tuple[str, tuple[Clause, str]]]:
        for layer in (self.charter, *self.layers):
            mark = f"{layer.instrument.id}:" if layer.instrument.apart else ""
            yield from ((mark + clause.id, (clause, layer.instrument.basis)) for clause in layer.clauses)

    @cached_property
    def procedures(self) -> Mapping[str, tuple[Procedure, ...]]:
        """The requirements on each action: the charter's, then those of house rules and laws."""
        by_action: dict[str, list[Procedure]] = {}
        for layer in (self.charter, *self.layers):
            for rule in demanded(layer):
                by_action.setdefault(rule.on, []).append(rule)
        return {action: tuple(rules) for action, rules in by_action.items()}

    @cached_property
    def separations(self) -> Mapping[str, tuple[tuple[str, Separation], ...]]:
        """The separations of duties by each of their acts, with the kind of text that states each."""
        by_action: dict[str, list[tuple[str, Separation]]] = {}
        for layer in (self.charter, *self.layers):
            for rule in layer.separations:
                for action in rule.acts:
                    by_action.setdefault(action, []).append((layer.instrument.basis, rule))
        return {action: tuple(rules) for action, rules in by_action.items()}

    @cached_property
    def clocks(self) -> Mapping[str, tuple[ClockRule, ...]]:
        """The clocks from which something follows, of every version, by the act that each judges."""
        return governing.by_act(governing.governing(self.charter, self.layers))

    @cached_property
    def set_days(self) -> tuple[Cadence, ...]:
        """The cadences whose meetings are held on a set weekday, and on no other."""
        return tuple(row for layer in (self.charter, *self.layers) for row in layer.cadences if row.strict and row.on)

    @cached_property
    def lifetimes(self) -> tuple[Lifetime, ...]:
        """The lifetimes of bodies after whose end no act is done; one that a law keeps alive has none."""
        kept = {rule.body for layer in self.layers if layer.instrument.apart for rule in layer.lifetimes if rule.ends == "none"}
        return tuple(r for r in self.charter.lifetimes if r.effect == "no-acts" and not ("law" in r.unless and r.body in kept))

    def person_wide(self, *, asked: bool) -> frozenset[str]:
        """Return the barred subjects that follow a person into every capacity; ``asked``: one capacity alone was asked for."""
        denied = self.table.denied_subjects
        return denied if asked else frozenset(subject for subject in denied if subject.startswith(RELATION))

    def written(self, cite: str) -> Label:
        """Return how officials cite a clause, as the instrument that holds it says; an empty label where it does not."""
        for layer in (self.charter, *self.layers):
            mark = f"{layer.instrument.id}:" if layer.instrument.apart else ""
            if (
                layer.citations
                and cite.startswith(mark)
                and (label := written(layer.citations, cite.removeprefix(mark))) != Label()
            ):
                return label
        return Label()

    def basis(self, cite: str) -> str:
        """Return ``clause``, ``house``, ``law`` or ``platform``; ``no-clause`` for an id that nothing defines."""
        if cite.startswith(f"{PLATFORM}:"):
            return "platform"
        entry = self.clauses.get(cite)
        return entry[1] if entry else "no-clause"

    def grounds(self, cite: str) -> Grounds:
        """Return gloss, basis, place and plugin of a clause, by its id."""
        entry = self.clauses.get(cite)
        if entry is None:
            return Grounds(basis="platform")
        clause, basis = entry
        plugin = self.origin.get(cite.rpartition(":")[0], "")
        return Grounds(clause.gloss, basis, clause.source.file, clause.source.line, plugin)  # type: ignore[arg-type]  # a layer's basis is one

    def reasons(self, cites: Iterable[str]) -> tuple[Because, ...]:
        """Return the clauses with their grounds, as the reasons of an answer."""
        grounds = [(cite, self.grounds(cite)) for cite in cites]
        return tuple(
            Because(cite, ground.gloss, ground.line, ground.basis, ground.file, ground.plugin) for cite, ground in grounds
        )


_clauses: LRUCache[Same[Regime], Mapping[str, tuple[Clause, str]]] = LRUCache(128)
"""The clauses of regimes."""

_tables: LRUCache[tuple[Same[Sequence[Line]], frozenset[tuple[str, frozenset[str]]], House], Table] = LRUCache(64)
"""Tables by what they are made of: tenants with the same policy and the same roles share one, which nothing changes."""


def _table(lines: Sequence[Line], closures: Mapping[str, frozenset[str]], house: House) -> Table:
    key = (Same(lines), frozenset(closures.items()), house)
    return _tables.get(key) or _tables.put(key, Table(lines, closures, house))
