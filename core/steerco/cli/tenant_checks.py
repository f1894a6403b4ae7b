"""What ``tenant check`` and ``tenant test`` find."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from steerco.cases.grammar import CaseResult
from steerco.cases.runner import find, run_all
from steerco.cli.output import ProgressBar
from steerco.cli.shell import Shell, now
from steerco.committee import record_types
from steerco.config.findings import Finding
from steerco.configuration.home import Home, NotUtf8
from steerco.configuration.installation import NotApplied, checked
from steerco.configuration.load import load
from steerco.configuration.plugin_wiring import advice
from steerco.operations.onboarding import rehearse


def findings_of(home: Home, slug: str, *, rehearsed: bool = True) -> list[Finding]:
    """Everything wrong with a tenant's files, its cases among them; ``rehearsed``: also what only entering its people shows."""
    try:
        content = home.content(slug)
    except NotUtf8 as error:
        return error.findings
    loaded = load(slug, content, record_types())
    found = list(loaded.findings)
    if loaded.snapshot is not None:
        found += advice(loaded.snapshot.circle, f"tenants/{slug}/tenant.toml", loaded.snapshot.local(now()))
        found += rehearse(slug, content, now()) if rehearsed else []
    for folder in ("cases", "demonstration"):
        path = home.folder / "tenants" / slug / folder
        if path.is_dir():
            found += find(path, home.folder)[1]
    return sorted(set(found))


def run_cases(shell: Shell, slug: str, folder: Path | None) -> list[dict[str, Any]]:
    """Every case as it came out; a file that cannot be read is a case that failed. Tells each in text as it is run.

    Raises ``NotApplied`` where the tenant's own files have an error: no case could say anything of them.
    """
    where = folder or shell.home.folder / "tenants" / slug / "cases"
    content = shell.content(slug)
    checked(slug, load(slug, content, record_types()))
    if refused := rehearse(slug, content, now()):
        raise NotApplied(slug, refused)
    total = len(find(where)[0])
    progress = ProgressBar(f"{slug}: cases")
    entries: list[dict[str, Any]] = []
    for number, each in enumerate(run_all(shell.home, slug, where), 1):
        entry = each.report() if isinstance(each, CaseResult) else _broken(each)
        entries.append(entry)
        if shell.json:
            progress(number, max(total, number))
        else:
            _tell(entry)
    return entries


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


def _tell(entry: dict[str, Any]) -> None:
    if entry["ok"]:
        click.echo(f"ok    {entry['name']}")
        return
    step = f", step {entry['step']}" if entry["step"] else ""
    click.echo(f"FAIL  {entry['name']} ({entry['file']}:{entry['line']}{step})")
    click.echo(f"      expected {entry['expected']}")
    click.echo(f"      got      {entry['got']}")
