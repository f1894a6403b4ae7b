"""Checks of a committee's files before they are applied, and how its cases come out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time

from steerco.cases.parallel import run_cases
from steerco.cases.runner import find
from steerco.changes.prepared import examined
from steerco.charter.coverage import coverage
from steerco.committee import record_types
from steerco.config.findings import Finding
from steerco.configuration import plugin_wiring
from steerco.configuration.home import Home, NotUtf8
from steerco.configuration.load import Loaded
from steerco.configuration.snapshot import Snapshot
from steerco.operations.scratch import Scratch

FOLDERS = ("cases", "demonstration")


def checked_files(
    home: Home, slug: str, scratch: Scratch, at: datetime, *, rehearsed: bool = True
) -> tuple[Loaded | None, list[Finding]]:
    """Return the files as they were read (None where one is no text), and every finding on them and on the cases.

    ``at``: the time for which advice is asked; ``rehearsed``: also what only entering the people shows.
    """
    try:
        content = home.content(slug)
    except NotUtf8 as error:
        return None, error.findings
    loaded, found = examined(slug, content, record_types(), at, compiled=scratch.compiled)
    if loaded.snapshot is not None and rehearsed:
        zone = home.zone(slug)
        found += scratch.rehearse(slug, content, datetime.combine(at.astimezone(zone), time.min, zone))
    return loaded, sorted({*found, *_of_cases(home, slug)})


def _of_cases(home: Home, slug: str) -> Iterator[Finding]:
    for folder in FOLDERS:
        path = home.folder / "tenants" / slug / folder
        if path.is_dir():
            yield from find(path, home.folder)[1]


def tried(home: Home, slug: str, scratch: Scratch) -> tuple[int, list[tuple[str, str, str]]]:
    """Return how many cases a committee has, and those that failed: each with what was expected and what came."""
    cases, findings = find(home.folder / "tenants" / slug / "cases", home.folder)
    reports = [result.report() for result in run_cases(home, slug, cases, 1, scratch)]
    failed = [(str(each["name"]), str(each["expected"]), str(each["got"])) for each in reports if not each["ok"]]
    return len(cases) + len(findings), [*((finding.file, "", finding.message) for finding in findings), *failed]


def powers_cited(snapshot: Snapshot) -> Iterator[tuple[str, str]]:
    """Yield each power under the clause that it cites, in words."""
    for lines in snapshot.policies.values():
        for line in lines:
            aim = f" ({';'.join(sorted(line.facets))})" if line.facets else ""
            may = "may" if line.allow else "may never"
            yield line.clause, f"{line.subject} {may} {line.object}.{line.act}{aim}"


def bare(snapshot: Snapshot) -> list[str]:
    """Return the clauses under which nothing runs."""
    found = coverage(snapshot.charters, list(powers_cited(snapshot)), (), list(plugin_wiring.named(snapshot.circle)))
    return [clause.id for clause in found.clauses if not clause.used]
