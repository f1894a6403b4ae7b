"""The annex of an amendment: what each office gains and loses, owes or owes no more, with the old and the new clause.

It is read off two regimes, by office: a power is a line of a policy, or one that passes to whoever stands in; a duty is the
charter's; a day is what a cadence, a clock or a named value says; a requirement stands at whose act needs it. A row says what it
says in every language, so that one page serves all readers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

import msgspec
from msgspec import Struct

from steerco.changes.annex_details import told
from steerco.changes.annex_requirements import changed_requirements
from steerco.changes.annex_words import (
    day_said,
    duty_said,
    everywhere,
    line_said,
    party_said,
    passing_said,
    requirement_said,
    separation_said,
)
from steerco.charter.duties import duties
from steerco.charter.model import NOT_STATED, Cadence, Charter, Clause, ClockRule, Duty, Label, Parameter, Separation
from steerco.configuration.regime import Regime
from steerco.policy.line import Line

KINDS = (
    *("power-gained", "power-lost", "power-moved", "bar-new", "bar-gone", "bar-moved"),
    *("duty-new", "duty-gone", "duty-changed", "day-new", "day-gone", "day-changed"),
    *("requirement-new", "requirement-gone", "requirement-changed"),
)
"""What happens to a power, a bar, a duty, a day or a requirement. ``moved``: the same, by another clause."""
_ENCODER = msgspec.json.Encoder(order="deterministic")
ALL = ""
"""The office of what concerns no single one."""


class AnnexRow(Struct, frozen=True):
    """One change for an office, of one of the ``KINDS``. ``old`` and ``new`` say what stood and what stands, in each language."""

    kind: str
    old: Label
    new: Label
    old_clauses: tuple[str, ...] = ()
    new_clauses: tuple[str, ...] = ()


class AnnexOffice(Struct, frozen=True):
    """What changes for a role, seat, group, body or tie to a record; ``office`` is empty for what concerns no single one."""

    office: str
    label: Label
    rows: tuple[AnnexRow, ...]


class AnnexClause(Struct, frozen=True):
    """A clause whose wording, or summary where there is none, is another. ``what``: added, removed or changed."""

    clause: str
    what: Literal["added", "removed", "changed"]
    old: Label
    new: Label


class AmendmentAnnex(Struct, frozen=True):
    """The whole annex: from which instrument to which, by office, then by clause."""

    old: str
    new: str
    offices: tuple[AnnexOffice, ...]
    clauses: tuple[AnnexClause, ...]


def annex(old: Regime, new: Regime) -> AmendmentAnnex:
    """Return what changes from one regime to another, the offices in the order of the newer charter."""
    found: dict[str, list[AnnexRow]] = {}
    for office, row in (
        *_powers(old, new),
        *_passing(old, new),
        *_apart(old, new),
        *_duties(old, new),
        *_days(old, new),
        *_required(old, new),
    ):
        found.setdefault(office, []).append(row)
    rows = (*new.charter.bodies, *new.charter.roles, *new.charter.seats, *new.charter.groups)
    order = {row.id: at for at, row in enumerate(rows)}  # type: ignore[attr-defined]  # rows of any table that has ids
    offices = sorted(found, key=lambda office: (office == ALL, order.get(office, len(order)), office))
    by_office = tuple(AnnexOffice(office, _office(office, old, new), tuple(found[office])) for office in offices)
    return AmendmentAnnex(old.charter.instrument.id, new.charter.instrument.id, by_office, tuple(_clauses(old, new)))


def _office(office: str, old: Regime, new: Regime) -> Label:
    return party_said(office, new.charter if _knows(new.charter, office) else old.charter)


def _knows(charter: Charter, office: str) -> bool:
    rows = (*charter.bodies, *charter.roles, *charter.seats, *charter.groups)
    return any(row.id == office for row in rows)  # type: ignore[attr-defined]  # rows of any table that has ids


def to_json(found: AmendmentAnnex) -> str:
    """Return an annex as the text that an amendment's record keeps: the same annex is always the same text."""
    return msgspec.json.format(_ENCODER.encode(found), indent=1).decode() + "\n"


def of_json(text: bytes) -> AmendmentAnnex | None:
    """Return the annex that a record keeps; None where another release wrote it in a way that this one does not read."""
    try:
        return msgspec.json.decode(text, type=AmendmentAnnex)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


Told = Iterator[tuple[str, AnnexRow]]


def _powers(old: Regime, new: Regime) -> Told:
    was, is_ = _by_power(old.lines), _by_power(new.lines)
    for key in dict.fromkeys((*was, *is_)):
        line = (is_.get(key) or was[key])[0]
        clauses = tuple(_cites(side.get(key, ())) for side in (was, is_))
        if clauses[0] == clauses[1]:
            continue
        of = "power" if line.allow else "bar"
        said = line_said(line, new.charter if key in is_ else old.charter)
        gone, come = (said if key in side else Label() for side in (was, is_))
        how = "moved" if gone and come and key in was and key in is_ else None
        ending = how or (("gained" if of == "power" else "new") if key in is_ else ("lost" if of == "power" else "gone"))
        yield line.subject, AnnexRow(f"{of}-{ending}", gone, come, *clauses)


def _by_power(lines: Iterable[Line]) -> dict[tuple[str, ...], list[Line]]:
    found: dict[tuple[str, ...], list[Line]] = {}
    for line in lines:
        found.setdefault(line.fields[:-1], []).append(line)
    return found


def _cites(lines: Iterable[Line]) -> tuple[str, ...]:
    return tuple(sorted({line.clause for line in lines}))


def _passing(old: Regime, new: Regime) -> Told:
    """Yield the powers that pass to whoever acts for an absent officer."""
    was, is_ = _passes(old.charter), _passes(new.charter)
    for key in dict.fromkeys((*was, *is_)):
        clauses = was.get(key, ()), is_.get(key, ())
        if clauses[0] != clauses[1]:
            acts, absent, power = key
            gone = passing_said(absent, power, old.charter) if key in was else Label()
            come = passing_said(absent, power, new.charter) if key in is_ else Label()
            how = "moved" if key in was and key in is_ else "gained" if key in is_ else "lost"
            yield acts, AnnexRow(f"power-{how}", gone, come, *clauses)


def _passes(charter: Charter) -> dict[tuple[str, str, str], tuple[str, ...]]:
    return {(rule.acts, rule.absent, power): tuple(sorted(rule.cite)) for rule in charter.successions for power in rule.powers}


def _apart(old: Regime, new: Regime) -> Told:
    """Acts that take two people, and those that nobody does in their own matter."""
    was, is_ = _separated(old), _separated(new)
    for key in dict.fromkeys((*was, *is_)):
        gone, come = was.get(key, []), is_.get(key, [])
        clauses = tuple(tuple(sorted({clause for rule in side for clause in rule.cite})) for side in (gone, come))
        if clauses[0] == clauses[1]:
            continue
        old_said = separation_said(gone[0], old.charter) if gone else Label()
        new_said = separation_said(come[0], new.charter) if come else Label()
        yield ALL, AnnexRow("bar-moved" if gone and come else "bar-new" if come else "bar-gone", old_said, new_said, *clauses)


def _separated(regime: Regime) -> dict[tuple[object, ...], list[Separation]]:
    found: dict[tuple[object, ...], list[Separation]] = {}
    for layer in (regime.charter, *regime.layers):
        for rule in layer.separations:
            found.setdefault((frozenset(rule.acts), rule.apart, frozenset(rule.where.items())), []).append(rule)
    return found


def _duties(old: Regime, new: Regime) -> Told:
    was, is_ = _owed(old), _owed(new)
    for key in dict.fromkeys((*was, *is_)):
        before, after = was.get(key), is_.get(key)
        gone = told(duty_said(before, old.charter), before, after, old.charter) if before else Label()
        come = told(duty_said(after, new.charter), after, before, new.charter) if after else Label()
        cites = before.cite if before else (), after.cite if after else ()
        if before is None or after is None:
            yield key[0], AnnexRow("duty-new" if before is None else "duty-gone", gone, come, *cites)
        elif (gone, cites[0]) != (come, cites[1]):
            yield key[0], AnnexRow("duty-changed", gone, come, *cites)


def _owed(regime: Regime) -> dict[tuple[str, str], Duty]:
    layers = (regime.charter, *regime.layers)
    return {(duty.holder, duty.id): duty for layer in layers for duty in duties(layer) if duty.every != NOT_STATED or duty.after}


def _required(old: Regime, new: Regime) -> Told:
    """Yield the requirements of acts, at each office whose act needs it."""
    for office, (before, after) in changed_requirements(old, new):
        gone = requirement_said(before, old.charter) if before else Label()
        come = requirement_said(after, new.charter) if after else Label()
        cites = before.cite if before else (), after.cite if after else ()
        how = "new" if before is None else "gone" if after is None else "changed"
        yield office, AnnexRow(f"requirement-{how}", gone, come, *cites)


Timed = Cadence | ClockRule | Parameter


def _days(old: Regime, new: Regime) -> Told:
    was, is_ = _timed(old), _timed(new)
    for key in dict.fromkeys((*was, *is_)):
        before, after = was.get(key), is_.get(key)
        gone = told(day_said(before, old.charter), before, after, old.charter) if before is not None else Label()
        come = told(day_said(after, new.charter), after, before, new.charter) if after is not None else Label()
        cites = before.cite if before is not None else (), after.cite if after is not None else ()
        if (gone, cites[0]) != (come, cites[1]):
            what = after if after is not None else before
            how = "new" if before is None else "gone" if after is None else "changed"
            yield getattr(what, "duty_of", "") or ALL, AnnexRow(f"day-{how}", gone, come, *cites)


def _timed(regime: Regime) -> Mapping[tuple[str, ...], Timed]:
    """Clocks and named values by what they are about. A cadence with a holder is a duty of that holder, and told there,
    but for its set weekday."""
    found: dict[tuple[str, ...], Timed] = {}
    for layer in (regime.charter, *regime.layers):
        found |= {("cadence", row.id): row for row in layer.cadences if row.on or not row.holder}
        found |= {("clock", row.name): row for row in layer.clocks}
        where = ((row, " ".join(f"{name}={value}" for name, value in sorted(row.where.items()))) for row in layer.rules)
        found |= {("rule", row.name, narrowed, row.force): row for row, narrowed in where if row.effect != "shown"}
    return found


def _clauses(old: Regime, new: Regime) -> Iterator[AnnexClause]:
    was, is_ = ({clause.id: clause for clause in regime.charter.clauses} for regime in (old, new))
    for id in dict.fromkeys((*is_, *was)):
        before, after = was.get(id), is_.get(id)
        gone, come = _worded(before), _worded(after)
        if gone != come:
            yield AnnexClause(id, "added" if before is None else "removed" if after is None else "changed", gone, come)


def _worded(clause: Clause | None) -> Label:
    """Return the wording of a clause in its own language, or its summary where the wording is not here."""
    if clause is None:
        return Label()
    return everywhere(lambda say: clause.text) if clause.text else clause.gloss
