"""The findings of ``tenant check`` and ``tenant test``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from steerco.answers.consequences import warnings
from steerco.answers.lab import Lab
from steerco.cases.grammar import Case
from steerco.cases.parallel import run_cases as run_parallel
from steerco.cases.runner import find
from steerco.cli.frame.output import ProgressBar
from steerco.cli.frame.shell import Shell, now
from steerco.committee import record_types
from steerco.config.findings import Finding, errors
from steerco.configuration.installation import NotApplied, checked
from steerco.configuration.load import load
from steerco.founding.checking import checked_files


def findings_of(shell: Shell, slug: str, *, rehearsed: bool = True) -> list[Finding]:
    """Return every finding on a tenant's files and cases; ``rehearsed``: also those that only entering its people shows."""
    loaded, found = checked_files(shell.home, slug, shell.scratch, now(), rehearsed=rehearsed)
    if loaded is not None and loaded.snapshot is not None and rehearsed and not errors(found):
        found += warnings(Lab.of_files(shell.scratch, slug, shell.content(slug), now()), found)
    return sorted(set(found))


def found_cases(shell: Shell, slug: str, folder: Path | None) -> tuple[list[Case], list[Finding]]:
    """Return the tenant's cases (or those of ``folder``), and what is wrong with their files."""
    return find(folder or shell.home.folder / "tenants" / slug / "cases", shell.home.folder)


def run_cases(shell: Shell, slug: str, cases: list[Case], findings: list[Finding], jobs: int) -> list[dict[str, Any]]:
    """Return every case as it came out, on ``jobs`` processes; a file that cannot be read is a case that failed. Tells each in
    text as it is run.

    Raises ``NotApplied`` where the tenant's own files have an error: no case could say anything of them.
    """
    results = run_parallel(shell.home, slug, cases, jobs, shell.scratch, lambda: _sound(shell, slug))
    entries = [_broken(finding) for finding in findings]
    progress = ProgressBar(f"{slug}: cases")
    for number, entry in enumerate(entries, 1):
        _tell(shell, entry, progress, number, len(cases) + len(findings))
    for number, result in enumerate(results, len(entries) + 1):
        entries.append(result.report())
        _tell(shell, entries[-1], progress, number, len(cases) + len(findings))
    return entries


def report_cases(shell: Shell, slug: str, cases: list[Case], findings: list[Finding], jobs: int) -> bool:
    """Run the cases and answer with how they came out; whether all passed. Raises ``NotApplied``, as ``run_cases``."""
    entries = run_cases(shell, slug, cases, findings, jobs)
    passed = sum(1 for entry in entries if entry["ok"])
    failed = len(entries) - passed

    def text() -> None:
        click.echo(f"{passed} passed, {failed} failed" if entries else "no cases", err=failed > 0)

    shell.report({"passed": passed, "failed": failed, "cases": entries}, text)
    return not failed


def _sound(shell: Shell, slug: str) -> None:
    checked(slug, load(slug, shell.content(slug), record_types(), compiled=shell.scratch.compiled))
    if refused := shell.rehearse(slug):
        raise NotApplied(slug, refused)


def _broken(finding: Finding) -> dict[str, Any]:
    return {
        "name": finding.file,
        "file": finding.file,
        "line": finding.line,
        "cites": [],
        "ok": False,
        "step": None,
        "expected": "a file of cases",
        "got": f"{finding.message} [{finding.code}]",
    }


def _tell(shell: Shell, entry: dict[str, Any], progress: ProgressBar, number: int, total: int) -> None:
    """Tell how a case came out, or in JSON (where the answer comes at the end) how far the run is."""
    if shell.json:
        progress(number, total)
        return
    if entry["ok"]:
        click.echo(f"ok    {entry['name']}")
        return
    step = f", step {entry['step']}" if entry["step"] else ""
    click.echo(f"FAIL  {entry['name']} ({entry['file']}:{entry['line']}{step})")
    click.echo(f"      expected {entry['expected']}")
    click.echo(f"      got      {entry['got']}")
