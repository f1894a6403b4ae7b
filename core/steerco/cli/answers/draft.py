"""A draft of a tenant's files in a folder beside the home, and what it would change by office."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import click

from steerco.changes.annex import AmendmentAnnex
from steerco.cli.frame.problems import USAGE, CommandProblem
from steerco.cli.frame.shell import Shell
from steerco.committee import record_types
from steerco.configuration.home import Home
from steerco.configuration.installation import NotApplied
from steerco.configuration.partly import PartlyLoaded, partly
from steerco.configuration.snapshot import Snapshot
from steerco.i18n import DEFAULT, words


def draft_of(under: Path, slug: str) -> Snapshot:
    """Return the draft in a folder; of one with errors, its findings on stderr and what can be read; the command ends with 1.

    Raises ``CommandProblem`` for a folder without files of the tenant, ``NotApplied`` where nothing can be read.
    """
    home = Home(under)
    if slug not in home.slugs():
        do = f"the folder has tenants/{slug}/ and policies/, as a home does"
        raise CommandProblem("no-draft", f"{under} has no files of {slug}", do, exit=USAGE)
    loaded = partly(slug, home.content(slug), record_types())
    if loaded.wrong:
        Shell.unsound()
    return told_first(slug, loaded)


def as_far_as_it_loads(slug: str, content: Mapping[str, str]) -> Snapshot:
    """Return the configuration in some files; of those with errors, their findings on stderr and what can be read. Raises
    ``NotApplied`` where nothing can be."""
    return told_first(slug, partly(slug, content, record_types()))


def told_first(slug: str, loaded: PartlyLoaded) -> Snapshot:
    """Return what loads of some files, what is wrong with them on stderr. Raises ``NotApplied`` where nothing does."""
    if loaded.snapshot is None:
        raise NotApplied(slug, list(loaded.wrong))
    for finding in loaded.wrong:
        click.echo(str(finding), err=True)
    return loaded.snapshot


def print_annex(found: AmendmentAnnex) -> None:
    """Print an annex in words, office by office, then the clauses."""
    say = words(DEFAULT)
    click.echo(say("annex.page", "from_to", old=found.old, new=found.new))
    for office in found.offices:
        click.echo(f"{say.of(office.label)} [{office.office or '-'}]")
        for row in office.rows:
            old, new = ", ".join(row.old_clauses), ", ".join(row.new_clauses)
            told = [f"{say.of(text)} ({by})" for text, by in ((row.old, old), (row.new, new)) if say.of(text)]
            click.echo(f"  {say('annex.page', row.kind)}: {' -> '.join(dict.fromkeys(told))}")
    for clause in found.clauses:
        click.echo(f"{clause.clause} {say('annex.page', clause.what)}")
    if not found.offices:
        click.echo(say("annex.page", "nothing"))
