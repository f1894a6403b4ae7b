"""``steerco charter todo`` and ``not-stated``: what a committee still lacks, in the order that makes it run soonest."""

from __future__ import annotations

import click
from msgspec import Struct

from steerco.charter.left_open import LeftOpen
from steerco.charter.text.proposed_rows import FILE as PROPOSED
from steerco.cli.answers.questions import snapshot_of
from steerco.cli.checks.tenant_checks import findings_of
from steerco.cli.frame.command import Command, pass_shell
from steerco.cli.frame.shell import Shell, now
from steerco.founding.checking import bare
from steerco.founding.proposed import MEND as MEND_PROPOSALS
from steerco.founding.todo import FoundingState, Lack, lacking, open_of
from steerco.i18n import DEFAULT, words

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
    state = FoundingState(
        slug,
        shell.content(slug),
        cases=charter.with_name("cases").is_dir(),
        runs=slug in shell.applied(),
        findings=lambda: findings_of(shell, slug),
        snapshot=lambda: snapshot_of(shell, slug),
        bare=lambda: bare(snapshot_of(shell, slug)),
    )
    return Todo(state.runs, tuple(_step(slug, lack) for lack in lacking(state, now().date())))


def _step(slug: str, lack: Lack) -> TodoStep:
    """Return what is lacking in words, with the command or the line that mends it."""
    path, policy = f"tenants/{slug}/charter.toml", f"policies/{slug}.csv"
    match lack.code:
        case "paper":
            what, example = PAPER[lack.named]
            return TodoStep(
                f"the charter does not say {what}", f"write into {path}, under [instrument]: {lack.named} = {example}"
            )
        case "party":
            row = MAKE[lack.named]
            return TodoStep(f"the charter has no {lack.named}", f"write into {path}, above the first [table]: {row}")
        case "power":
            row = "p, ROLE, BODY, meeting, convene, -, allow, CLAUSE"
            return TodoStep("nobody has a power", f"write into {policy}: {row} (steerco actions {slug} lists every act)")
        case "proposals":
            take = f"steerco charter accept {slug} --above 80 takes the surest, with powers"
            do = f"steerco charter proposals {slug} lists them; {take}"
            return TodoStep(f"{lack.number} rows that the text proposes wait for a decision", do)
        case "bad-proposals":
            return TodoStep(f"{PROPOSED} cannot be read: {lack.named}", MEND_PROPOSALS)
        case "case":
            return TodoStep(
                "no case says what the text means", f"write tenants/{slug}/cases/first.toml: who may, and who may not"
            )
        case "apply":
            do = f"steerco tenant test {slug}, steerco tenant plan {slug}, then steerco tenant apply {slug}"
            return TodoStep(f"{lack.named} is ready and not applied", do)
    return _step_to_be_complete(slug, lack)


def _step_to_be_complete(slug: str, lack: Lack) -> TodoStep:
    if lack.finding is not None:
        where = f"{lack.finding.file}:{lack.finding.line}: {lack.finding.message}"
        return TodoStep(where, "mend it; steerco tenant check tells all at once")
    if lack.topic is not None:
        do = f'say it, or not_stated = ["{lack.topic.topic}"] at the head of the charter where the text does not'
        return TodoStep(told(lack.topic), do)
    few = f"{', '.join(lack.clauses[:8])}{' …' if len(lack.clauses) > 8 else ''}"
    do = f"steerco charter show {slug} {lack.clauses[0]} shows one; a row or a power cites it, or it is only to be read"
    return TodoStep(f"nothing runs under {lack.number} clauses: {few}", do)
