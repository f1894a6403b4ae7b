"""``steerco charter todo`` and ``not-stated``: what a committee still lacks, in the order that makes it run soonest."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import click
from msgspec import Struct

from steerco.charter.left_open import LeftOpen, left_open
from steerco.charter.text.proposed_rows import FILE as PROPOSED
from steerco.charter.text.proposed_rows import BadProposals, read_proposals
from steerco.cli.answers import snapshot_of
from steerco.cli.charter_proposals import MEND as MEND_PROPOSALS
from steerco.cli.charter_report import coverage_of
from steerco.cli.command import Command, pass_shell
from steerco.cli.shell import Shell, now
from steerco.cli.tenant_checks import findings_of
from steerco.config.findings import Finding
from steerco.config.read import read_toml
from steerco.configuration.snapshot import Snapshot
from steerco.i18n import DEFAULT, words

MOST_FINDINGS = 5
"""So many findings are told at once: mending the first often mends the next."""
MAKE = {
    "body": 'body = [{ id = "committee", cite = ["…"] }]',
    "role": 'role = [{ id = "member", body = "committee", cite = ["…"] }]',
}
"""What every committee has, and a row to start from."""
PAPER = {
    "id": ("its number", '"12/2024"'),
    "title": ("what it is called", '"Rules of procedure"'),
    "effective": ("from when it applies", '2024-01-31, or "2024" where no more is certain'),
}
"""What every instrument has, in words, and an example."""


class TodoStep(Struct, frozen=True):
    """One thing to do next: ``what`` is lacking, and what to ``do``."""

    what: str
    do: str


class Todo(Struct, frozen=True):
    """What is to do, the first first. ``runs``: the committee is applied and works already; the rest makes it complete."""

    runs: bool
    steps: tuple[TodoStep, ...]


@click.command(cls=Command)
@click.argument("slug")
@pass_shell
def todo(shell: Shell, slug: str) -> None:
    """Tell what a committee still lacks, in the order that makes it run soonest: first what keeps it from running."""
    answer = todo_of(shell, slug)

    def text() -> None:
        for number, step in enumerate(answer.steps, 1):
            click.echo(f"{number}. {step.what}")
            click.echo(f"   {step.do}")
        left = f"{len(answer.steps)} to do" if answer.steps else "nothing is left to do"
        click.echo(f"{slug}: {'runs, ' if answer.runs else 'does not run yet, '}{left}", err=True)

    shell.report(answer, text)


@click.command("not-stated", cls=Command)
@click.argument("slug")
@pass_shell
def not_stated(shell: Shell, slug: str) -> None:
    """List what the regulation leaves open of what every committee needs, and what then applies."""
    open_ = open_of(snapshot_of(shell, slug), now().date())

    def text() -> None:
        for each in open_:
            click.echo(told(each))
        click.echo(f"{slug}: {len(open_)} not stated", err=True)

    shell.report(open_, text)


def open_of(snapshot: Snapshot, day: date) -> list[LeftOpen]:
    """Return what the regulation in force on a day (or the first one after it) leaves open."""
    regime = snapshot.regime_on(day)
    return left_open(regime.charter, regime.layers)


def open_topics(shell: Shell, slug: str) -> list[str]:
    """Return what a tenant's regulation leaves open, in words."""
    return [told(each) for each in open_of(snapshot_of(shell, slug), now().date())]


def told(each: LeftOpen) -> str:
    """Return an open topic in words: whether it was looked for, and what applies."""
    say = words(DEFAULT)
    state = "not stated" if each.looked else "nothing is written"
    then = f"filled by {', '.join(each.filled)}" if each.filled else say("left-open.applies", each.topic)
    return f"{say('left-open.topic', each.topic)}: {state}; {then}"


def todo_of(shell: Shell, slug: str) -> Todo:
    """Return what is to do. Raises ``CommandProblem`` where the tenant has no files at all."""
    charter = shell.home.folder / "tenants" / slug / "charter.toml"
    settings = charter.with_name("tenant.toml")
    if charter.is_file() and not settings.is_file():
        return Todo(False, (TodoStep("there are no settings, policy and people yet", f"steerco tenant new {slug} --kind KIND"),))
    content = shell.content(slug)
    runs = slug in shell.applied()
    steps = [*_instrument(slug, content), *_parties(shell, slug, content), *_powers(slug, content)]
    if not steps:
        faults = [each for each in findings_of(shell, slug) if each.level == "error"]
        steps = [_mend(each) for each in faults[:MOST_FINDINGS]]
    elif proposed := _proposals(shell, slug):
        steps = [*proposed, *steps]
    if not steps:
        steps = [*_to_run(shell, slug, runs), *_proposals(shell, slug), *_to_be_complete(shell, slug)]
    return Todo(runs, tuple(steps))


def _instrument(slug: str, content: dict[str, str]) -> Iterator[TodoStep]:
    path = f"tenants/{slug}/charter.toml"
    document, _, _ = read_toml(content.get(path, ""), {}, path)
    written = document.get("instrument", {})
    for key, (what, example) in PAPER.items():
        if key not in written:
            yield TodoStep(f"the charter does not say {what}", f"write into {path}, under [instrument]: {key} = {example}")


def _proposals(shell: Shell, slug: str) -> list[TodoStep]:
    path = shell.home.folder / "tenants" / slug / PROPOSED
    if not path.is_file():
        return []
    try:
        open_ = [each for each in read_proposals(path.read_text("utf-8")) if each.state == "open"]
    except (BadProposals, UnicodeDecodeError) as wrong:
        return [TodoStep(f"{PROPOSED} cannot be read: {wrong}", MEND_PROPOSALS)]
    do = f"steerco charter proposals {slug} lists them; steerco charter accept {slug} --above 80 takes the surest, with powers"
    return [TodoStep(f"{len(open_)} rows that the text proposes wait for a decision", do)] if open_ else []


def _parties(shell: Shell, slug: str, content: dict[str, str]) -> Iterator[TodoStep]:
    path = f"tenants/{slug}/charter.toml"
    document, _, _ = read_toml(content.get(path, ""), {}, path)
    for table, row in MAKE.items():
        if not document.get(table):
            yield TodoStep(f"the charter has no {table}", f"write into {path}, above the first [table]: {row}")


def _powers(slug: str, content: dict[str, str]) -> Iterator[TodoStep]:
    path = f"policies/{slug}.csv"
    lines = [line for line in content.get(path, "").splitlines() if line.lstrip().startswith("p")]
    if not lines:
        do = f"write into {path}: p, ROLE, BODY, meeting, convene, -, allow, CLAUSE (steerco actions {slug} lists every act)"
        yield TodoStep("nobody has a power", do)


def _mend(finding: Finding) -> TodoStep:
    return TodoStep(f"{finding.file}:{finding.line}: {finding.message}", "mend it; steerco tenant check tells all at once")


def _to_run(shell: Shell, slug: str, runs: bool) -> Iterator[TodoStep]:
    snapshot = snapshot_of(shell, slug)
    if not (shell.home.folder / "tenants" / slug / "cases").is_dir():
        yield TodoStep("no case says what the text means", f"write tenants/{slug}/cases/first.toml: who may, and who may not")
    if not runs:
        steps = f"steerco tenant test {slug}, steerco tenant plan {slug}, then steerco tenant apply {slug}"
        yield TodoStep(f"{snapshot.settings.name} is ready and not applied", steps)


def _to_be_complete(shell: Shell, slug: str) -> Iterator[TodoStep]:
    for each in open_of(snapshot_of(shell, slug), now().date()):
        if not each.looked and not each.filled:
            do = f'say it, or not_stated = ["{each.topic}"] at the head of the charter where the text does not'
            yield TodoStep(told(each), do)
    bare = [clause.id for clause in coverage_of(shell, slug).clauses if not _used(clause)]
    if bare:
        do = f"steerco charter show {slug} {bare[0]} shows one; a row or a power cites it, or it is only to be read"
        yield TodoStep(f"nothing runs under {len(bare)} clauses: {', '.join(bare[:8])}{' …' if len(bare) > 8 else ''}", do)


def _used(clause: Any) -> bool:
    return bool(clause.powers or clause.duties or clause.rules or clause.hooks)
