"""``python -m steerco.cli.charter.clause_index FILE``: the page of all clauses, with what runs each, its cases and its pages."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from steerco.cases.runner import find
from steerco.charter.coverage import ClauseCoverage
from steerco.charter.duties import duties
from steerco.cli.answers.questions import snapshot_of
from steerco.cli.charter.report import coverage_of
from steerco.cli.frame.shell import Shell
from steerco.configuration.snapshot import Snapshot

HEAD = """# Clause by clause

`make docs` writes this page from the charters, the policies and the cases; a test holds them equal. Powers stand by record type,
with the acts that a policy line under the clause allows or forbids. The page of a clause (`/t/TENANT/charter/CLAUSE`) has every
line and every case by name, and what was done under the clause.
"""


def index(shell: Shell) -> str:
    """Return the whole page, for each tenant of the home."""
    return "\n".join([HEAD, *(line for slug in shell.home.slugs() for line in _tenant(shell, slug))]).rstrip() + "\n"


def _tenant(shell: Shell, slug: str) -> Iterator[str]:
    snapshot, found = snapshot_of(shell, slug), coverage_of(shell, slug)
    headings = {clause.id: clause.heading for charter in snapshot.charters for clause in charter.clauses}
    files = _files(shell, slug)
    yield f"## {snapshot.charters[-1].instrument.title.en}\n"
    yield f"{found.covered} of {found.total} clauses are covered. Pages stand below `/t/{slug}`.\n"
    yield "| clause | powers, duties, rules | cases | done at |\n|---|---|---|---|"
    for clause in found.clauses:
        runs = "<br>".join(_runs(clause)) or "–"
        cases = ", ".join(f"[{name}](../tenants/{slug}/cases/{name}.toml)" for name in files.get(clause.id, ())) or "–"
        pages = "<br>".join(f"`{page}`" for page in _pages(snapshot, clause))
        yield f"| **{clause.id}** {headings[clause.id].en} | {runs} | {cases} | {pages} |"
    yield ""


def _runs(clause: ClauseCoverage) -> Iterator[str]:
    """Yield what runs under the clause: acts by record type, duties, rules and hooks."""
    acts: dict[str, set[str]] = {}
    for type, act in _acts(clause):
        acts.setdefault(type, set()).add(act)
    for type in sorted(acts):
        yield f"{type}: {', '.join(sorted(acts[type]))}"
    for kind, names in (("duties", clause.duties), ("rules", clause.rules), ("hooks", clause.hooks)):
        if names:
            yield f"{kind}: {', '.join(names)}"


def _acts(clause: ClauseCoverage) -> Iterator[tuple[str, str]]:
    """Yield (record type, act) of each power, as the coverage names it: ``WHO may meeting.regular.convene (…)``."""
    for power in clause.powers:
        type, *_, act = power.partition(" (")[0].rsplit(" ", 1)[-1].split(".")
        yield type, act


def _pages(snapshot: Snapshot, clause: ClauseCoverage) -> Iterator[str]:
    """Yield the addresses at which the clause is done: the lists of its powers' types, else of what its duties are done by,
    else the clause's own page."""
    types: Iterable[str] = (type for type, _ in _acts(clause))
    if not clause.powers:
        done = {d.id: d.done_by for charter in snapshot.charters for d in duties(charter)}
        types = (act.partition(".")[0] for name in clause.duties for act in done.get(name, ()))
    yield from [f"/records/{type}" for type in sorted(set(types))] or [f"/charter/{clause.id}"]


def _files(shell: Shell, slug: str) -> dict[str, list[str]]:
    """Return the names of the files of cases that assert each clause."""
    found: dict[str, list[str]] = {}
    for case in find(shell.home.folder / "tenants" / slug / "cases")[0]:
        for cite in case.asserts:
            names, name = found.setdefault(cite, []), Path(case.file).stem
            if name not in names:
                names.append(name)
    return found


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(index(Shell()), "utf-8")
