"""Tries every row of a tenant's charter and house rules in changed form: some case must notice, or the row says something that
nobody checks.

``python -m tests.tenants.charter_mutation [SLUG …]`` tries all of it on all cores (or on ``MUTATE_PROCESSES``), tells how far it
is, and prints what no case notices and what is listed in ``survivors.toml`` without need. What the charter itself calls
information (``effect = "shown"``), labels and summaries are not tried.
"""

from __future__ import annotations

import os
import sys
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import msgspec
from msgspec import structs
from tests.tenants.mutation import ROOT
from tests.tenants.tried import record

from steerco.cases.grammar import Case
from steerco.cases.runner import find, run
from steerco.cases.world import Worlds
from steerco.charter.all_rules import name_of
from steerco.charter.load import TABLES
from steerco.charter.model import Cadence, Charter, DecisionRule, Duty, Parameter, Procedure, Succession
from steerco.committee import record_types
from steerco.configuration.home import Home
from steerco.configuration.load import load
from steerco.configuration.snapshot import Snapshot

SLUGS = ("most-steering-board", "national-committee")
LIKELIEST = 20
TOLD = ("clause", "heading", "citation")
"""Tables of texts."""
ASIDE = ("id", "label", "source", "effect", "words", "title", "kind", "force", "effective")
"""What tells a row from others, or is shown beside it; the day of effect is tried by cases of their own."""
SURVIVORS: dict[str, dict[str, str]] = tomllib.loads((Path(__file__).parent / "survivors.toml").read_text("utf-8"))


@dataclass(frozen=True)
class Mutant:
    """A committee with one thing in its charter changed: ``name`` says which row and what of it."""

    name: str
    row: Any
    snapshot: Snapshot


def configured(slug: str) -> Snapshot:
    """The committee as it stands."""
    snapshot = load(slug, Home(ROOT).content(slug), record_types()).snapshot
    assert snapshot is not None
    return snapshot


def mutants(snapshot: Snapshot) -> Iterator[Mutant]:
    """Every changed form of the committee's charter, then of its house rules."""
    (charter,) = snapshot.charters
    for name, row, changed in _changed(charter):
        yield Mutant(name, row, replace(snapshot, charters=(changed,), _regimes={}))
    if snapshot.house is not None:
        for name, row, changed in _changed(snapshot.house):
            yield Mutant(f"house: {name}", row, replace(snapshot, house=changed, _regimes={}))


def _changed(charter: Charter) -> Iterator[tuple[str, Any, Charter]]:
    for what, changed in _of_row(charter.instrument, [charter.instrument], charter):
        yield f"instrument: {what}", charter.instrument, structs.replace(charter, instrument=changed)
    for table, field in TABLES.items():
        rows = tuple(getattr(charter, field))
        for at, row in enumerate(rows):
            if table in TOLD or getattr(row, "effect", "run") == "shown":
                continue
            name = f"{table} {name_of(row)}"
            yield f"{name}: dropped", row, structs.replace(charter, **{field: (*rows[:at], *rows[at + 1 :])})
            for what, changed in _of_row(row, rows, charter):
                yield f"{name}: {what}", row, structs.replace(charter, **{field: (*rows[:at], changed, *rows[at + 1 :])})


def _of_row(row: Any, rows: Sequence[Any], charter: Charter) -> Iterator[tuple[str, Any]]:
    """The row without each thing that it says, and with another where it must say something."""
    for field in structs.fields(row):
        name, value = field.name, getattr(row, field.name)
        if name in ASIDE:
            continue
        default = _default(field)
        if name == "cite":
            other = next(clause.id for clause in charter.clauses if clause.id not in value)
            yield "another clause", structs.replace(row, cite=(other,))
        elif isinstance(row, Parameter) and name == "value":
            yield "another value", structs.replace(row, value=3 if value != 3 else 4)
        elif default is not msgspec.NODEFAULT:
            if value != default:
                yield f"without {name}", structs.replace(row, **{name: default})
        elif other := next((getattr(each, name) for each in rows if getattr(each, name) != value), None):
            yield f"another {name}", structs.replace(row, **{name: other})
        if default is msgspec.NODEFAULT or value != default:
            yield from _of_parts(row, name, value)


def _of_parts(row: Any, name: str, value: Any) -> Iterator[tuple[str, Any]]:
    """The row without each of several things that it says in one place."""
    if isinstance(value, tuple) and len(value) > 1 and all(isinstance(each, str | msgspec.Struct) for each in value):
        for at, each in enumerate(value):
            told = each if isinstance(each, str) else getattr(each, "number", getattr(each, "id", at))
            yield f"without {told} in {name}", structs.replace(row, **{name: (*value[:at], *value[at + 1 :])})
    elif isinstance(value, dict) and len(value) > 1:
        for key in value:
            yield f"without {key} in {name}", structs.replace(row, **{name: {k: v for k, v in value.items() if k != key}})


def _default(field: structs.FieldInfo) -> Any:
    if field.default_factory is not msgspec.NODEFAULT:
        return field.default_factory()
    return field.default


def near(cases: Sequence[Case], row: Any) -> list[Case]:
    """The cases that can notice a change of the row, the likeliest first: which name it, its clauses, or what it names."""
    words = {word for word in _words(structs.asdict(row)) if len(word) > 3}
    clauses = set(getattr(row, "cite", ()))
    name = str(getattr(row, "id", "") or getattr(row, "name", ""))

    def far(case: Case) -> int:
        text = f"{case.steps} {case.given}"
        named = bool(name) and f"'{name}'" in text
        return -(100 * named + 10 * len(clauses & {*case.asserts, *case.cites}) + sum(word in text for word in words))

    return sorted((case for case in cases if _can(case, row)), key=far)


def _can(case: Case, row: Any) -> bool:
    """Whether a case looks at, or does, what a row of this kind has a part in."""
    acts = [str(step.get("do", "")) for step in case.steps]
    looked = {name for step in case.steps for name in step}
    match row:
        case Duty() | Cadence():
            return bool(looked & {"duties", "compliance"})
        case Procedure(on=on):
            return on in acts
        case DecisionRule():
            return any(act.startswith("matter.") for act in acts)
        case Succession():
            return "absent" in case.given or any(act.startswith(("officer-absence.", "authority-delegation.")) for act in acts)
    return True


def _words(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value.partition(";")[0]
    elif isinstance(value, dict):
        yield from (word for each in value.values() for word in _words(each))
    elif isinstance(value, list | tuple):
        yield from (word for each in value for word in _words(each))
    elif isinstance(value, msgspec.Struct):
        yield from _words(structs.asdict(value))


def listed(slug: str, name: str) -> str:
    """The pattern in the list that a change falls under; empty where something must notice it."""
    return next((pattern for pattern in SURVIVORS[slug] if fnmatchcase(name, pattern)), "")


class Trial:
    """The cases of one committee, run under changed forms of it."""

    def __init__(self, slug: str) -> None:
        self.slug, self.worlds = slug, Worlds(Home(ROOT))
        self.mutants = list(mutants(configured(slug)))
        self.cases = find(ROOT / "tenants" / slug / "cases")[0]

    def noticed(self, at: int) -> str:
        """The case that notices a change; empty where none does. Of what is listed only the likeliest cases are asked."""
        mutant = self.mutants[at]
        most = LIKELIEST if listed(self.slug, mutant.name) else None
        self.worlds.instead[self.slug] = mutant.snapshot
        return next((case.name for case in near(self.cases, mutant.row)[:most] if run(case, self.slug, self.worlds).failed), "")


_trial: dict[str, Trial] = {}


def tried(work: tuple[str, int]) -> tuple[str, str, str]:
    """(committee, change, the case that notices it), in a process that keeps what it has loaded."""
    slug, at = work
    if slug not in _trial:
        _trial[slug] = Trial(slug)
    return slug, _trial[slug].mutants[at].name, _trial[slug].noticed(at)


def main(slugs: Sequence[str]) -> int:
    """Try everything, on all cores; how many changes no case notices and no list has, or are listed without need."""
    work = [(slug, at) for slug in slugs for at in range(len(list(mutants(configured(slug)))))]
    wrong = 0
    noticed: dict[str, list[str]] = {slug: [] for slug in slugs}
    with get_context("spawn").Pool(int(os.environ.get("MUTATE_PROCESSES", "0")) or None) as pool:
        for number, (slug, name, case) in enumerate(pool.imap_unordered(tried, work), 1):
            if case:
                noticed[slug].append(name)
            if bool(case) is bool(listed(slug, name)):
                wrong += 1
                print(f"{slug}: {name}: " + (f"listed, and noticed by {case!r}" if case else "no case notices"), flush=True)
            if number % 20 == 0 or number == len(work):
                print(f"{number} of {len(work)}", file=sys.stderr, flush=True)
    for slug, names in noticed.items():
        record(slug, "charter", names)
    return wrong


if __name__ == "__main__":
    sys.exit(min(main(sys.argv[1:] or SLUGS), 1))
