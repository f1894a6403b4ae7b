"""Coverage: the rules, powers, duties, hooks and cases under each clause of a charter.

A clause is covered if something runs under it and a step of a case asserts it. A row that is only shown proves nothing, and
neither does a case that only names the clause.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct, structs

from steerco.charter.all_rules import ruled
from steerco.charter.duties import duties
from steerco.charter.model import Charter

Named = Iterable[tuple[str, str]]
"""Pairs of a clause id and the name of a row that cites it."""


class ClauseCoverage(Struct, frozen=True):
    """The names of everything that runs under one clause, and the ``cases`` with a step that asserts the clause.

    Rows that cite the clause and do not run (bodies and roles, silences of the text, information) are left out; a seat that goes
    with an office runs.
    """

    id: str
    powers: list[str]
    duties: list[str]
    rules: list[str]
    hooks: list[str]
    cases: list[str]

    @property
    def used(self) -> bool:
        """Whether anything runs under the clause."""
        return bool(self.powers or self.duties or self.rules or self.hooks)

    @property
    def covered(self) -> bool:
        """Whether something runs under the clause and a case asserts it."""
        return self.used and bool(self.cases)


class InstrumentCoverage(Struct, frozen=True):
    """The clauses of one law beside the charter, counted by themselves. ``plugin`` brought it; empty for one of the home's."""

    id: str
    plugin: str
    total: int
    covered: int
    clauses: list[ClauseCoverage]


class Coverage(Struct, frozen=True, omit_defaults=True):
    """The clauses of a charter with what cites them; ``covered`` is how many are. Laws count for themselves."""

    total: int
    covered: int
    clauses: list[ClauseCoverage]
    beside: list[InstrumentCoverage] = []


def coverage(charters: Sequence[Charter], powers: Named = (), cases: Named = (), hooks: Named = ()) -> Coverage:
    """Coverage of the clauses of ``charters``. ``cases`` are the clauses that a step asserts, with the case's name.

    House rules fill what the regulation leaves open, so neither do their clauses count nor does what they cite.
    """
    regulations = [c for c in charters if c.instrument.kind == "charter"]
    owed = {(d.id, d.cite) for c in regulations for d in duties(c)}
    rules = [
        (cite, f"{item.table} {item.name}")
        for c in regulations
        for item in ruled(c)
        if item.runs and item.table != "duty" and (item.name, item.cite) not in owed
        for cite in item.cite
    ]
    tables = {
        "powers": _by_clause(powers),
        "duties": _by_clause((cite, name) for name, cites in sorted(owed) for cite in cites),
        "rules": _by_clause(rules),
        "hooks": _by_clause(hooks),
        "cases": _by_clause(cases),
    }
    ids = list(dict.fromkeys(clause.id for c in regulations for clause in c.clauses))
    clauses = [
        ClauseCoverage(clause_id, **{kind: by_clause.get(clause_id, []) for kind, by_clause in tables.items()})
        for clause_id in ids
    ]
    return Coverage(len(clauses), sum(c.covered for c in clauses), clauses)


def of_layer(layer: Charter, powers: Named = (), cases: Named = (), hooks: Named = ()) -> dict[str, ClauseCoverage]:
    """Return the coverage of each clause of one instrument of any kind, by the clause's id.

    House rules are counted among themselves. Citations of a law's clauses carry the law's number.
    """
    mark = f"{layer.instrument.id}:" if layer.instrument.apart else ""
    clauses = tuple(structs.replace(clause, id=mark + clause.id) for clause in layer.clauses)
    as_charter = structs.replace(layer, instrument=structs.replace(layer.instrument, kind="charter"), clauses=clauses)
    return {each.id.removeprefix(mark): each for each in coverage([as_charter], powers, cases, hooks).clauses}


def of_law(law: Charter, plugin: str, powers: Named = (), cases: Named = (), hooks: Named = ()) -> InstrumentCoverage:
    """Return the coverage of a law that ``plugin`` brought."""
    clauses = list(of_layer(law, powers, cases, hooks).values())
    return InstrumentCoverage(law.instrument.id, plugin, len(clauses), sum(c.covered for c in clauses), clauses)


def _by_clause(pairs: Named) -> dict[str, list[str]]:
    names_by_clause: dict[str, list[str]] = {}
    for clause, name in pairs:
        names = names_by_clause.setdefault(clause, [])
        if name not in names:
            names.append(name)
    return names_by_clause
