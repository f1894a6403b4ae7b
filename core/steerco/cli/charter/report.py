"""The work of ``steerco charter``: reads a regulation's text, and a tenant's configuration."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
from msgspec import structs

from steerco.cases.runner import find
from steerco.changes.annex import annex
from steerco.charter.all_rules import ruled
from steerco.charter.coverage import Coverage, coverage, of_law
from steerco.charter.diff import CharterChange, diff
from steerco.charter.model import Charter
from steerco.charter.proposals import Proposal, proposed
from steerco.charter.versions import InForce, NotLoaded, Uncertain
from steerco.cli.answers.draft import draft_of
from steerco.cli.answers.questions import snapshot_of
from steerco.cli.frame.problems import CommandProblem
from steerco.cli.frame.shell import Shell
from steerco.config.similar import did_you_mean
from steerco.configuration import plugin_wiring
from steerco.configuration.regime import Regime
from steerco.configuration.snapshot import Snapshot
from steerco.founding.checking import powers_cited
from steerco.policy.diff import diff as policy_diff

Named = tuple[str, str]


def coverage_of(shell: Shell, slug: str) -> Coverage:
    """Return what cites each clause of the tenant's regulation and of the laws beside it."""
    snapshot = snapshot_of(shell, slug)
    citations = list(powers_cited(snapshot)), list(_cases(shell, slug)), list(plugin_wiring.named(snapshot.circle))
    beside = [of_law(law, snapshot.origin.get(law.instrument.id, ""), *citations) for law in snapshot.laws]
    return structs.replace(coverage(snapshot.charters, *citations), beside=beside)


def calendar_of(shell: Shell, slug: str, year: int) -> list[Proposal]:
    """Return the days proposed for the regular meetings of a year, by the charter in force when it begins (or first in it)."""
    snapshot = snapshot_of(shell, slug)
    return proposed(snapshot.regime_on(date(year, 1, 1)).charter.cadences, year, snapshot.calendar)


def _cases(shell: Shell, slug: str) -> Iterator[Named]:
    folder = shell.home.folder / "tenants" / slug / "cases"
    for case in find(folder)[0] if folder.is_dir() else ():
        yield from ((cite, case.name) for cite in case.asserts)


def clause_of(shell: Shell, slug: str, id: str) -> dict[str, Any]:
    """Return a clause of the regulation, of the house rules (``H.1``) or of a law (``law-id:1``), with what cites it.

    Raises ``CommandProblem``.
    """
    snapshot = snapshot_of(shell, slug)
    layers = snapshot.beside
    where: dict[str, tuple[Charter, Any]] = {}
    for charter in (*snapshot.charters, *layers):  # of several versions of the regulation, the newest one's
        mark = f"{charter.instrument.id}:" if charter.instrument.apart else ""
        where |= {mark + clause.id: (charter, clause) for clause in charter.clauses}
    if id not in where:
        hint = did_you_mean(id, where, most=3, least=0.4) or f"there are {', '.join(list(where)[:8])} …"
        raise CommandProblem("no-clause", f"{slug} has no clause {id!r}", hint)
    charter, clause = where[id]
    rules = [rule for layer in (*snapshot.charters, *layers) for rule in ruled(layer) if id in rule.cite]
    duties = [rule for rule in rules if rule.table in ("duty", "cadence")]
    return {
        "id": id,
        "instrument": charter.instrument.id,
        "kind": charter.instrument.kind,
        "effective": str(charter.instrument.effective),
        "heading": msgspec.to_builtins(clause.heading),
        "gloss": msgspec.to_builtins(clause.gloss),
        "text": clause.text,
        "under": clause.under,
        "file": clause.source.file,
        "line": clause.source.line,
        "powers": [name for cite, name in powers_cited(snapshot) if cite == id],
        "duties": [str(rule) for rule in duties],
        "rules": [str(rule) for rule in rules if not rule.shown and rule not in duties],
        "shown": [str(rule) for rule in rules if rule.shown],
        "hooks": [name for cite, name in plugin_wiring.named(snapshot.circle) if cite == id],
        "cases": [name for cite, name in _cases(shell, slug) if cite == id],
    }


def compared(shell: Shell, slug: str, first: date | None, second: date | None, under: Path | None) -> tuple[Regime, Regime]:
    """Return what is in force on two days; with ``under``, what is in force on the first (else today), and what a draft brings.

    Raises ``CommandProblem`` where none is for certain, and ``NotApplied`` for a draft of which nothing can be read.
    """
    snapshot = snapshot_of(shell, slug)
    today = snapshot.local(shell.present(slug))
    begin = first or today
    old = snapshot.regime(_version(snapshot, begin), begin)
    if under is None:
        end = second or today
        return old, snapshot.regime(_version(snapshot, end), end)
    draft = draft_of(under, slug)
    return old, draft.regime(draft.charters[-1])


def differences(old: Regime, new: Regime) -> dict[str, Any]:
    """Return what changed from one regime to another: row by row, their policies line by line, and by office."""
    changes = [*diff(old.charter, new.charter), *_beside(old, new), *policy_diff(old.lines, new.lines)] if old is not new else []
    described = [{**msgspec.to_builtins(change), "said": str(change)} for change in changes]
    ids = {"from": old.charter.instrument.id, "to": new.charter.instrument.id}
    return {**ids, "changes": described, "annex": annex(old, new)}


def _beside(old: Regime, new: Regime) -> Iterator[CharterChange]:
    """Yield what changed in the house rules and in the laws beside the regulation; one that came or went, row by row."""
    was, is_ = ({_text(layer): layer for layer in regime.layers} for regime in (old, new))
    for text in dict.fromkeys((*was, *is_)):
        before, after = was.get(text), is_.get(text)
        instrument = (after or was[text]).instrument
        yield from diff(before or Charter(instrument), after or Charter(instrument))


def _text(layer: Charter) -> str:
    return layer.instrument.kind if layer.instrument.kind == "house" else layer.instrument.id


def _version(snapshot: Snapshot, day: date) -> Charter:
    match snapshot.standing(day):
        case InForce(charter=charter):
            return charter
        case NotLoaded(instrument=number):
            raise CommandProblem("not-loaded", f"on {day} {number} was in force, whose text is not loaded", "name a later day")
        case Uncertain(charter=charter, certain_from=certain):
            message = f"on {day} it is not certain that {charter.instrument.id} was in force"
            raise CommandProblem("uncertain", message, f"it certainly is from {certain}")
    first = min(charter.instrument.effective.first for charter in snapshot.charters)
    raise CommandProblem("none-in-force", f"on {day} no version was in force", f"the first one applies from {first}")
