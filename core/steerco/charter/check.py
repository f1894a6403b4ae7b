"""Check the references of a charter: each must name exactly one thing.

The schema checks the shape of the file; this module checks its names. A false citation is the worst fault of a tenant, and a
dead citation is its first sign.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping

from msgspec import Struct, field

from steerco.charter import packed_texts
from steerco.charter.all_rules import ruled
from steerco.charter.checks.check_rules import check_rules
from steerco.charter.citations import check_citations
from steerco.charter.duties import duties
from steerco.charter.left_open import check_not_stated
from steerco.charter.model import NOT_STATED, Charter, Source
from steerco.charter.names import KnownNames, NameProblem, Vocabulary
from steerco.config.explain import nearest
from steerco.config.findings import Finding

MOST_CITES = 3
OWED = ("duty", "cadence", "clock")
"""The tables whose rows are duties, by their ids."""
OUTSIDERS = frozenset({"agency-head", "focal-unit", "guest", "substitute", "expert"})
"""The kinds of outsiders: persons without a seat (``words.toml``)."""


class CheckScope(Struct, frozen=True):
    """The names beyond a charter to which it may refer.

    ``clauses`` are further citable ids as they are written (``H.1``, ``law-id:3``, ``steerco:code``; see :func:`citable`);
    ``beside`` the charters whose bodies, roles and seats it may name, as house rules do; ``values`` the named values that plugins
    go by, ``systems`` the methods by which they count elections; ``calendars`` those that clocks may name, ``weights`` those that
    texts beside a charter give.
    """

    vocabulary: Vocabulary = field(default_factory=dict)
    clauses: frozenset[str] = frozenset()
    agencies: frozenset[str] = frozenset()
    offices: frozenset[str] = frozenset()
    persons: frozenset[str] = frozenset()
    outsiders: frozenset[str] = OUTSIDERS
    values: frozenset[str] = frozenset()
    systems: frozenset[str] = frozenset()
    calendars: frozenset[str] = frozenset()
    weights: frozenset[str] = frozenset()
    beside: tuple[Charter, ...] = ()


def citable(charter: Charter, prefix: str = "") -> frozenset[str]:
    """Return the clause ids of a charter as others cite them; ``prefix`` is the id of a law."""
    return frozenset(f"{prefix}:{id}" if prefix else id for id in packed_texts.ids(charter.clauses))


def check(charter: Charter, around: CheckScope) -> list[Finding]:
    """Return every fault in the references of ``charter``, in the order of its file."""
    known_names = _known(charter, around)
    problems = [
        *_structure(charter),
        *check_citations(charter),
        *_cites(charter, around),
        *_twice(charter, around.beside),
        *_namespaces(charter, around),
        *check_rules(charter, known_names),
        *check_not_stated(charter),
    ]
    return sorted({Finding(p.source.file or charter.file, p.source.line, p.code, p.message, p.level) for p in problems})


def _known(charter: Charter, around: CheckScope) -> KnownNames:
    layers = (charter, *around.beside)
    return KnownNames(
        vocabulary=around.vocabulary,
        roles=frozenset(r.id for c in layers for r in c.roles),
        bodies=frozenset(b.id for c in layers for b in c.bodies),
        groups=frozenset(g.id for c in layers for g in c.groups),
        seats=frozenset(s.id for c in layers for s in c.seats),
        agencies=around.agencies,
        offices=around.offices,
        persons=around.persons,
        outsiders=around.outsiders,
        classes=frozenset(name for c in layers for name in c.matter_classes()),
        values=around.values,
        systems=around.systems,
        portfolios=frozenset(p.id for c in layers for p in c.portfolios),
        decisions=frozenset(rule.id for c in layers for rule in c.decisions),
        calendars=around.calendars,
        duties=frozenset(duty.id for c in layers for duty in duties(c)),
        weights=around.weights.union(weight.name for c in layers for weight in c.weights),
    )


def _structure(charter: Charter) -> Iterator[NameProblem]:
    headings = {h.id: h for h in charter.headings}
    yield from _repeated("clause", ((c.id, c.source) for c in charter.clauses))
    yield from _repeated("heading", ((h.id, h.source) for h in charter.headings))
    parts = [(h.id, h.under, h.source) for h in charter.headings] + [(c.id, c.under, c.source) for c in charter.clauses]
    for name, under, source in parts:
        if under and under not in headings:
            message = f"'{name}' is under '{under}', which is no heading{nearest(under, headings)}"
            yield NameProblem(source, "unknown-heading", message)
    for heading in charter.headings:
        above, passed = heading.under, {heading.id}
        while above in headings and above not in passed:
            passed.add(above)
            above = headings[above].under
        if above == heading.id:
            yield NameProblem(heading.source, "heading-circle", f"heading '{heading.id}' is under itself")


def _cites(charter: Charter, around: CheckScope) -> Iterator[NameProblem]:
    own_clauses = {c.id for c in charter.clauses}
    clauses = own_clauses | around.clauses | {c.id for layer in around.beside for c in layer.clauses}
    below: dict[str, list[str]] = {}
    for clause in charter.clauses:
        below.setdefault(clause.under, []).append(clause.id)
    headings = {h.id for h in charter.headings}
    for clause in charter.clauses:
        for neighbour in clause.beside:
            if neighbour not in clauses - own_clauses:
                message = f"clause '{clause.id}' stands beside '{neighbour}', which is no clause of the regulation"
                message += nearest(neighbour, clauses)
                yield NameProblem(clause.source, "unknown-clause", message)
    for item in ruled(charter):
        if not 0 < len(item.cite) <= MOST_CITES:
            yield NameProblem(item.source, "too-many-cites", f"{item} must cite one to three clauses, but cites {len(item.cite)}")
        for cite in item.cite:
            if cite in clauses:
                continue
            if cite in headings:
                inside = ", ".join(below.get(cite, [])) or "none"
                yield NameProblem(
                    item.source,
                    "cites-heading",
                    f"{item} cites '{cite}', a heading; cite one of its clauses: {inside}",
                )
            else:
                yield NameProblem(
                    item.source, "unknown-clause", f"{item} cites '{cite}', which is no clause{nearest(cite, clauses)}"
                )


def _twice(charter: Charter, beside: tuple[Charter, ...]) -> Iterator[NameProblem]:
    elsewhere = {i.name: layer.file for layer in beside for i in ruled(layer) if i.table in OWED}
    for item in ruled(charter):
        if item.table in OWED and item.name in elsewhere and not (item.table == "clock" and charter.instrument.apart):
            yield NameProblem(item.source, "duplicate-id", f"{item} is also in {elsewhere[item.name]}; give it another id")
    tables: dict[str, list[tuple[str, Source]]] = {}
    for item in ruled(charter):
        tables.setdefault(item.table, []).append((item.name, item.source))
    # A cadence with a holder, and a clock that somebody owes, is a duty of the same id, so the two share one namespace.
    tables["duty or cadence"] = tables.pop("cadence", []) + tables.pop("duty", [])
    tables["duty or cadence"] += _first_versions(charter)
    tables.pop("bound", None)
    for table, rows in tables.items():
        yield from _repeated(table, rows)


def _first_versions(charter: Charter) -> Iterator[tuple[str, Source]]:
    """Yield the id of each clock that is a duty too, once for all its versions."""
    owed = {clock.id: clock.source for clock in reversed(charter.clocks) if clock.duty_of}
    yield from owed.items()


def _repeated(table: str, rows: Iterable[tuple[str, Source]]) -> Iterator[NameProblem]:
    first_source: dict[str, Source] = {}
    for name, source in rows:
        if name in first_source:
            first = f"; it first appears in line {first_source[name].line}" if first_source[name].line else ""
            yield NameProblem(source, "duplicate-id", f"{table} '{name}' appears twice{first}")
        first_source.setdefault(name, source)


def _namespaces(charter: Charter, around: CheckScope) -> Iterator[NameProblem]:
    """Yield ids that name two things. A party is a plain id, so an id may name one thing only, save the one seat of a role."""
    seats = Counter(s.role for s in charter.seats)
    kinds: dict[str, str] = {}
    for kind, ids in _outside(around).items():
        kinds.update(dict.fromkeys(ids, kind))
    for kind, rows in _inside(charter).items():
        for name, source in rows:
            first_kind = kinds.setdefault(name, kind)
            seat_of_one = (first_kind, kind) == ("role", "seat") and seats[name] == 1 and _role_of(charter, name) == name
            if first_kind != kind and not seat_of_one:
                message = f"'{name}' names a {kind} and a {first_kind}; an id must identify one party: call one of them otherwise"
                yield NameProblem(source, "ambiguous-id", message)


def _role_of(charter: Charter, seat: str) -> str:
    return next((s.role for s in charter.seats if s.id == seat), NOT_STATED)


def _outside(around: CheckScope) -> Mapping[str, Collection[str]]:
    return {
        "kind of outsider": around.outsiders,
        "agency": around.agencies,
        "office": around.offices,
        "person": around.persons,
    }


def _inside(charter: Charter) -> Mapping[str, list[tuple[str, Source]]]:
    tables = {"body": charter.bodies, "role": charter.roles, "group": charter.groups, "seat": charter.seats}
    return {kind: [(row.id, row.source) for row in rows] for kind, rows in tables.items()}  # type: ignore[attr-defined]  # each has both
