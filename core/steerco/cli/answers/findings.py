"""The answers of ``charter`` reach, dead-ends, conflicts and silences, and their words."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime, timedelta

import click
from msgspec import structs

from steerco.answers.between import between
from steerco.answers.conflicts import conflicts
from steerco.answers.dead_ends import dead_ends
from steerco.answers.examples import examples
from steerco.answers.findings import CitedClause, Found, Looked, TriedAct, unlooked
from steerco.answers.lab import NEWCOMER, Lab
from steerco.answers.reach import Gain, Reach, names, reach
from steerco.answers.silences import Silences, silences
from steerco.answers.wording import said
from steerco.charter.model import Label
from steerco.charter.versions import InForce, certain_from
from steerco.cli.answers.draft import as_far_as_it_loads, told_first
from steerco.cli.answers.questions import LAYERS, moment_of, snapshot_of
from steerco.cli.frame.problems import USAGE, CommandProblem
from steerco.cli.frame.shell import Shell
from steerco.committee import record_types
from steerco.config.similar import did_you_mean
from steerco.configuration.load import load
from steerco.configuration.partly import partly
from steerco.configuration.snapshot import Snapshot
from steerco.i18n import DEFAULT, words

# Reach


def reach_of(shell: Shell, slug: str, role: str, steps: int, at: str | None) -> Reach:
    """Return what a role can come to. Raises ``CommandProblem`` for a name of nobody, ``NotApplied`` where nothing loads."""
    lab = lab_of(shell, slug, at)
    if role not in (known := names(lab.day)):
        raise CommandProblem("nobody", f"{role!r} is no role, group, body, seat or person of {slug}", did_you_mean(role, known))
    answer = reach(lab, role, steps)
    return structs.replace(answer, looked=answer.looked.further(*lab.left))


def lab_of(shell: Shell, slug: str, at: str | None) -> Lab:
    """Return a committee as its files would make it, in which acts are tried; of files with errors, told on
    stderr, as far as they load. Raises ``NotApplied`` where nothing does."""
    loaded = partly(slug, shell.content(slug), record_types(), runs=True)
    snapshot = told_first(slug, loaded)
    lab = Lab.of_files(shell.scratch, slug, loaded.content, day_of(shell, snapshot, at))
    lab.left = set_aside(loaded.wrong)
    return lab


def set_aside(wrong: Collection[object]) -> tuple[Label, ...]:
    """Return as what was not looked at the rows that were set aside for errors, if any were."""
    return (unlooked("set-aside", number=len(wrong)),) if wrong else ()


def day_of(shell: Shell, snapshot: Snapshot, at: str | None) -> datetime:
    """Return the time that is asked about: the one given, else now, else the first day on which some version is in force."""
    moment = moment_of(shell, snapshot.slug, at)
    today = snapshot.local(moment)
    if at is None and not isinstance(snapshot.standing(today), InForce):
        ahead = [day for charter in snapshot.charters if (day := certain_from(charter)) > today]
        if ahead:
            return moment + timedelta(days=(min(ahead) - today).days)
    return moment


def print_reach(answer: Reach) -> None:
    """Print a reach in words: chains that are alike but for their last act stand together."""
    people = ", ".join(answer.persons) or "nobody"
    click.echo(f"{_called(answer.label, answer.role)} ({people})")
    for gains in _alike(answer.gains):
        _print_gains(gains)
    if not answer.gains:
        click.echo("  comes to nothing beyond what it has")
    print_looked(answer.looked)


def _alike(gains: Iterable[Gain]) -> list[list[Gain]]:
    found: dict[tuple[object, ...], list[Gain]] = {}
    for gain in gains:
        start = tuple((act.by, act.action, str(act.input)) for act in gain.acts[:-1])
        last = (gain.acts[-1].by, gain.acts[-1].action) if gain.acts else ()
        found.setdefault((gain.kind, start, last), []).append(gain)
    return list(found.values())


def _print_gains(gains: list[Gain]) -> None:
    first = gains[0]
    number = len(first.acts)
    how = "now" if not number else f"in {number} act{'s' if number > 1 else ''}"
    others = ["anybody without a seat" if other == NEWCOMER else other for other in first.others]
    alone = f"together with {' and '.join(others)}" if others else "alone"
    what = ", ".join(_gained(gain) for gain in gains)
    verb = {"holds": "comes to hold", "acts-for": "comes to act for", "receives": "is given", "enters-for": "enters acts for"}
    click.echo(f"  {verb[first.kind]} {what}: {how}, {alone}")
    for place, act in enumerate(first.acts, 1):
        more = " (and so on)" if len(gains) > 1 and place == number else ""
        click.echo(f"    {place}. {tried(act)}{more}")


def _gained(gain: Gain) -> str:
    called = _called(gain.label, gain.what)
    if gain.kind == "receives":
        return f"{gain.power} of {called}"
    if gain.kind == "enters-for":
        return f"members of {called}, with their signed paper ({gain.power})"
    return f"{called} in place of {', '.join(gain.displaced)}" if gain.displaced else called


# Dead ends and conflicts


def dead_ends_of(shell: Shell, slug: str, at: str | None) -> Found:
    """Return what leads nowhere in a tenant's files, as far as they load. Raises ``NotApplied`` where nothing does."""
    lab = lab_of(shell, slug, at)
    answer = dead_ends(lab)
    return structs.replace(answer, looked=answer.looked.further(*lab.left))


def conflicts_of(shell: Shell, slug: str, other: str | None, roles: tuple[str, ...], at: str | None) -> Found:
    """Return the conflicts in a tenant's files, or between its charter and another's. Files with errors are looked at as far as
    they load, their findings first. Raises ``CommandProblem``, and ``NotApplied`` where nothing loads."""
    content = shell.content(slug)
    loaded = load(slug, content, record_types(), compiled=shell.scratch.compiled)
    if loaded.snapshot is not None and other is None:
        lab = lab_of(shell, slug, at)
        return conflicts(lab.snapshot, lab.day.day, lab)
    read = partly(slug, content, record_types())
    snapshot = told_first(slug, read)
    today = snapshot.local(day_of(shell, snapshot, at))
    if other is not None:
        answer = between(snapshot, snapshot_of(shell, other), today, _answering(roles))
    else:
        answer = conflicts(snapshot, today)
    return structs.replace(answer, looked=answer.looked.further(*set_aside(read.wrong)))


def _answering(roles: tuple[str, ...]) -> dict[str, str]:
    pairs = [pair.partition("=") for pair in roles]
    if wrong := [mine + bar + theirs for mine, bar, theirs in pairs if not (mine and theirs)]:
        raise CommandProblem("bad-role", f"--role: {wrong[0]!r} is no pair", "write it like deputy=second", exit=USAGE)
    return {mine: theirs for mine, _, theirs in pairs}


def print_found(question: str, answer: Found, *, information: bool) -> None:
    """Print findings in words, each with its clauses and its place."""
    shown = answer.findings if information else answer.warnings
    for told in shown:
        click.echo(f"{told.level}: {said(question, told)}")
        for clause in told.clauses:
            gloss = clause.gloss.en or clause.gloss.vi
            place = f"  [{clause.file}:{clause.line}]" if clause.file else ""
            click.echo(f"    {clause.clause}{LAYERS.get(clause.basis, '')}{f': {gloss}' if gloss else ''}{place}")
        if told.file:
            click.echo(f"    at {told.file}:{told.line}")
    if not shown:
        click.echo("nothing is found")
    if left := len(answer.findings) - len(shown):
        click.echo(f"{left} more for information: --information shows them", err=True)
    print_looked(answer.looked)


# Silences


def silences_of(shell: Shell, slug: str, at: str | None) -> Silences:
    """Return what a tenant's charter leaves open, beside every other of the home and of the examples that loads. Of files with
    errors it reads what loads, their findings first."""
    own = as_far_as_it_loads(slug, shell.content(slug)) if slug in shell.home.slugs() else snapshot_of(shell, slug)
    others: list[Snapshot] = []
    left: list[Label] = []
    for name in (name for name in shell.home.slugs() if name != slug):
        loaded = load(name, shell.home.content(name), record_types(), compiled=shell.scratch.compiled)
        if loaded.snapshot is None:
            left.append(unlooked("files-with-errors", name=name))
        else:
            others.append(loaded.snapshot)
    known = {slug, *(other.slug for other in others)}
    others += [example for example in examples() if example.slug not in known]
    answer = silences(own, others, own.local(day_of(shell, own, at)))
    return structs.replace(answer, looked=answer.looked.further(*left))


def print_silences(answer: Silences) -> None:
    """Print what is open, with what fills it here and how others settle it."""
    say = words(DEFAULT)
    for each in answer.silences:
        click.echo(say("answers.silence", each.kind, name=each.name) + by(each.clauses))
        if each.filled:
            click.echo(f"  here: filled{by(each.filled)}")
        for settled in each.settled:
            click.echo(f"  {settled.committee}{by(settled.clauses)}")
            for row in settled.rows:
                click.echo(f"      {row}")
    click.echo(f"compared with: {', '.join(answer.others) or 'no other charter'}", err=True)
    print_looked(answer.looked)


# Words that all answers share


def tried(act: TriedAct) -> str:
    """Return an act as it was tried: who, what, with what, by which clauses."""
    given = ", ".join(f"{name} {value}" for name, value in act.input.items())
    came = "" if act.outcome == "done" else f": {act.outcome}"
    of = f" of {act.of}" if act.of else ""
    return f"{act.by} does {act.action}{of} ({given}){came}{by(act.clauses)}"


def by(clauses: Iterable[CitedClause]) -> str:
    """Return the clauses of an answer, each with the kind of its text."""
    named = ", ".join(f"{each.clause}{LAYERS.get(each.basis, '')}" for each in clauses)
    return f", by {named}" if named else ""


def print_looked(looked: Looked) -> None:
    """Print the bounds of an answer, and by what it stands, on stderr."""
    click.echo("; ".join(_bounds(looked)), err=True)
    click.echo(words(DEFAULT)("answers.proof", looked.proof), err=True)


def _bounds(looked: Looked) -> Iterator[str]:
    steps = f"up to {looked.steps} act{'s' if looked.steps > 1 else ''} in a row, " if looked.steps else ""
    acts = f"{looked.tried} acts performed or decided on trial"
    yield f"looked at: {steps}as of {looked.on}, {looked.asked} questions asked, {acts}"
    if looked.left_out:
        yield f"not looked at: {'; '.join(looked.left_out)}"


def _called(label: Label, id: str) -> str:
    name = str(label)
    return f"{name} [{id}]" if name and name != id else id
