"""``tenant test --watch``: runs what a saved file touches, until it is interrupted.

A saved file of cases runs its own cases. Another file of the committee runs the cases that cite a clause whose row changed, then
all others: the answer to the change comes first. The program's own files are not watched; begin anew after changing those.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import click

from steerco.cases.grammar import Case
from steerco.cases.touched import citing_first, clauses_changed
from steerco.cli.checks.tenant_checks import found_cases, report_cases
from steerco.cli.frame.problems import tell_of
from steerco.cli.frame.shell import Shell
from steerco.config.findings import Finding
from steerco.configuration.file_times import Times, changed, times

PAUSE = 0.3
"""Seconds between two looks."""

Round = tuple[list[Case], list[Finding]]
"""Cases to be run, and what is wrong with files of cases."""


def watch_cases(shell: Shell, slug: str, folder: Path | None, jobs: int) -> None:
    """Run the cases, then after each save those that it touches."""
    home = shell.home.folder
    own = (folder or home / "tenants" / slug / "cases").absolute()
    places = [home / "tenants" / slug, home / "policies", home / "law", own]
    seen, texts = times(places), _texts(shell, slug)
    _run(shell, slug, found_cases(shell, slug, folder), jobs)
    try:
        while True:
            click.echo("waiting for a saved file; end with Ctrl-C", err=True)
            saved, seen = _saved(places, seen)
            click.echo(f"changed: {', '.join(path.name for path in saved)}", err=True)
            before, texts = texts, _texts(shell, slug)
            for part in touched(found_cases(shell, slug, folder), home, own, saved, before, texts):
                _run(shell, slug, part, jobs)
    except KeyboardInterrupt:
        return


def touched(
    all_of_them: Round, home: Path, own: Path, saved: Sequence[Path], before: Mapping[str, str], after: Mapping[str, str]
) -> Iterator[Round]:
    """Yield what is to be run after these files were saved, part by part. ``before`` and ``after``: the committee's texts."""
    cases, findings = all_of_them
    if all(path.absolute() == own or path.absolute().is_relative_to(own) for path in saved):
        names = {path.relative_to(home).as_posix() if path.is_relative_to(home) else path.as_posix() for path in saved}
        yield [case for case in cases if case.file in names], [each for each in findings if each.file in names]
        return
    files = [path for path in {**before, **after} if before.get(path) != after.get(path)]
    clauses = frozenset[str]().union(
        *(clauses_changed(before.get(path, ""), after.get(path, ""), Path(path).suffix) for path in files)
    )
    citing, others = citing_first(cases, clauses)
    if citing:
        click.echo(
            f"{len(citing)} cases cite what changed ({', '.join(sorted(clauses))}); then the other {len(others)}", err=True
        )
        yield citing, []
    yield others, findings


def _saved(places: Sequence[Path], seen: Times) -> tuple[list[Path], Times]:
    """Wait until a file is saved."""
    while not (paths := changed(seen, now := times(places))):
        time.sleep(PAUSE)
    return paths, now


def _texts(shell: Shell, slug: str) -> dict[str, str]:
    """Return the committee's texts; none while one of its files is no text, which running its cases tells."""
    from steerco.configuration.home import NotUtf8

    try:
        return shell.home.content(slug)
    except NotUtf8:
        return {}


def _run(shell: Shell, slug: str, part: Round, jobs: int) -> None:
    """Run a part and tell how it came out; a file with an error is told, and the next save is waited for."""
    try:
        report_cases(shell, slug, *part, jobs)
    except Exception as error:
        tell_of(error, json=shell.json)
