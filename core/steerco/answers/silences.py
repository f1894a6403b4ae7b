"""Topics that a charter leaves open, and how other charters settle it: their clauses as a text to start from.

A silence is an act that no line of the regulation gives to anybody, a named value that it does not state, an order of acts that
it does not ask for, an officer whom nobody replaces, or a duty and a meeting without a day. What the committee's own house rules
fill is told with them. A silence that nobody settles is told only where the charter itself says ``not-stated``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from msgspec import Struct

from steerco.answers.findings import CitedClause, Looked, cited, unlooked
from steerco.charter.duties import duties
from steerco.charter.model import NOT_STATED, Charter, Label, Parameter
from steerco.configuration.regime import Regime
from steerco.configuration.snapshot import Snapshot
from steerco.policy.line import READ

MOST = 3
"""So many lines or rows of another charter are shown as a text to start from."""
NOT_LOOKED_AT = ("words-without-rule", "types-of-others")


class SilenceSettled(Struct, frozen=True):
    """How another committee settles what is open here: by which clauses of its regulation, house rules or a law, and the rows of
    its files that do so, as they stand there."""

    committee: str
    name: Label
    clauses: tuple[CitedClause, ...]
    rows: tuple[str, ...]


class Silence(Struct, frozen=True):
    """One thing that a charter leaves open. ``kind`` is act, value, order, succession or day; ``name`` what it is about.

    ``clauses`` are those that state the silence; ``filled`` those of the committee's own house rules and laws that fill it.
    """

    kind: str
    name: str
    clauses: tuple[CitedClause, ...] = ()
    filled: tuple[CitedClause, ...] = ()
    settled: tuple[SilenceSettled, ...] = ()


class Silences(Struct, frozen=True):
    """Every silence of a charter, and within which bounds somebody looked."""

    silences: tuple[Silence, ...]
    others: tuple[str, ...]
    looked: Looked


def silences(own: Snapshot, others: Iterable[Snapshot], day: date) -> Silences:
    """Return what the charter of ``own`` leaves open on a day, and how each of the others settles it."""
    mine = own.regime_on(day)
    theirs = [(snapshot, snapshot.regime_on(day)) for snapshot in others]
    stated = [_rows(regime) for _, regime in theirs]
    found = []
    said, unsaid = _rows(mine), _unsaid(mine)
    laws = {cites for rows in said.values() for basis, cites, _ in rows if basis == "law"}  # which hold here as well
    topics = dict.fromkeys([*unsaid, *(key for rows in (said, *stated) for key in rows)])
    for kind, name in topics:
        clauses = said.get((kind, name), ())
        if any(basis == "clause" for basis, _, _ in clauses) or (kind == "act" and name.partition(".")[0] not in own.types):
            continue
        settled = tuple(
            _settled(snapshot, regime, [row for row in rows[kind, name] if row[0] != "law" or row[1] not in laws])
            for (snapshot, regime), rows in zip(theirs, stated, strict=True)
            if (kind, name) in rows
        )
        settled = tuple(each for each in settled if each.rows)
        silent = unsaid.get((kind, name), ())
        if settled or silent:
            filled = cited(mine, tuple(dict.fromkeys(clause for _, cites, _ in clauses for clause in cites)))
            found.append(Silence(kind, name, cited(mine, silent), filled, settled))
    looked = Looked.at(day, map(unlooked, NOT_LOOKED_AT), asked=len(topics) * (1 + len(theirs)))
    return Silences(tuple(found), tuple(snapshot.slug for snapshot, _ in theirs), looked)


Row = tuple[str, tuple[str, ...], str]
"""How something is settled: by which kind of text, by which clauses, and the row as it stands in a file."""


def _settled(snapshot: Snapshot, regime: Regime, rows: list[Row]) -> SilenceSettled:
    best = sorted(rows, key=lambda row: ("clause", "law", "house").index(row[0]))[:MOST]
    clauses = tuple(dict.fromkeys(clause for _, cites, _ in best for clause in cites))
    named = tuple(CitedClause(f"{snapshot.slug}:{c.clause}", c.basis, c.gloss, c.file, c.line) for c in cited(regime, clauses))
    return SilenceSettled(snapshot.slug, snapshot.settings.name, named, tuple(row for _, _, row in best))


def _rows(regime: Regime) -> dict[tuple[str, str], list[Row]]:
    """Return everything that the texts of a regime settle, by kind and name. The terms of a plugin are no such text."""
    found: dict[tuple[str, str], list[Row]] = {}
    for line in regime.lines:
        basis = regime.basis(line.clause)
        if line.allow and line.act != READ and not line.plugin and basis in ("clause", "house", "law"):
            found.setdefault(("act", f"{line.type}.{line.act}"), []).append((basis, (line.clause,), str(line)))
    for layer in (regime.charter, *regime.layers):
        if layer.instrument.basis not in ("clause", "house", "law"):
            continue
        for kind, name, cites, row in _of(layer):
            found.setdefault((kind, name), []).append((layer.instrument.basis, cites, row))
    return found


def _of(layer: Charter) -> Iterator[tuple[str, str, tuple[str, ...], str]]:
    for rule in layer.rules:
        if rule.value != NOT_STATED and rule.effect != "shown":
            yield "value", rule.name, rule.cite, _value(rule)
    for procedure in layer.procedures:
        if procedure.requires != "state":
            where = _table("where", procedure.where)
            row = f'[[procedure]] on = "{procedure.on}" requires = "{procedure.requires}"{where} effect = "{procedure.effect}"'
            yield "order", f"{procedure.on} requires {procedure.requires}", procedure.cite, row
    heads = {body.head: f"head of {'the main body' if at == 0 else 'another body'}" for at, body in enumerate(layer.bodies)}
    for rule_ in layer.successions:
        row = f'[[succession]] absent = "{rule_.absent}" acts = "{rule_.acts}" powers = {list(rule_.powers)}'
        yield "succession", heads.get(rule_.absent, rule_.absent), rule_.cite, row
    for duty in duties(layer):
        if duty.every != NOT_STATED:
            row = f'[[duty]] holder = "{duty.holder}" every = "{duty.every}" done_by = {list(duty.done_by)}'
            yield "day", f"{', '.join(duty.done_by)} {_kinds(duty.done_where)}".strip(), duty.cite, row


def _unsaid(regime: Regime) -> dict[tuple[str, str], tuple[str, ...]]:
    """Return what the charter itself says that it does not state, with the clauses that it cites for it."""
    charter = regime.charter
    found = {("value", rule.name): rule.cite for rule in charter.rules if rule.value == NOT_STATED}
    found |= {("day", f"meeting.open kind={c.kind}"): c.cite for c in charter.cadences if c.every == NOT_STATED}
    return found


def _kinds(where: dict[str, str]) -> str:
    return ", ".join(f"{key}={value}" for key, value in sorted(where.items()) if key != "body")


def _value(rule: Parameter) -> str:
    value = f'"{rule.value}"' if isinstance(rule.value, str) else str(rule.value).lower()
    unit = f' unit = "{rule.unit}"' if rule.unit else ""
    return f'[[rule]] name = "{rule.name}" value = {value}{unit}{_table("where", rule.where)}'


def _table(name: str, where: dict[str, str]) -> str:
    pairs = ", ".join(f'{key} = "{value}"' for key, value in sorted(where.items()))
    return f" {name} = {{ {pairs} }}" if where else ""
