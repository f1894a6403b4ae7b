"""The answers of ``charter`` reach, dead-ends, conflicts and silences, and their words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

import click

from steerco.answers.findings import CitedClause, Looked, TriedAct
from steerco.answers.lab import NEWCOMER, Lab
from steerco.answers.reach import Gain, Reach, reach
from steerco.charter.model import Label
from steerco.charter.versions import InForce, certain_from
from steerco.cli.answers import LAYERS, moment_of
from steerco.cli.problems import CommandProblem
from steerco.cli.shell import Shell
from steerco.committee import record_types
from steerco.config.similar import did_you_mean
from steerco.configuration.installation import checked
from steerco.configuration.load import load
from steerco.configuration.snapshot import Snapshot

# Reach


def reach_of(shell: Shell, slug: str, role: str, steps: int, at: str | None) -> Reach:
    """Return what a role can come to. Raises ``CommandProblem`` for a name of nobody, ``NotApplied`` for files with errors."""
    lab = lab_of(shell, slug, at)
    charter = lab.day.charter
    rows = (*charter.roles, *charter.groups, *charter.bodies, *charter.seats)
    names = {row.id for row in rows} | lab.day.all.persons.keys()  # type: ignore[attr-defined]
    if role not in names:
        raise CommandProblem("nobody", f"{role!r} is no role, group, body, seat or person of {slug}", did_you_mean(role, names))
    return reach(lab, role, steps)


def lab_of(shell: Shell, slug: str, at: str | None) -> Lab:
    """Return a committee as its files would make it, in which acts are tried. Raises ``NotApplied`` for files with errors."""
    content = shell.content(slug)
    snapshot = checked(slug, load(slug, content, record_types(), compiled=shell.scratch.compiled))
    return Lab.of_files(shell.scratch, slug, content, day_of(shell, snapshot, at))


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
    """Print the bounds of an answer on stderr."""
    click.echo("; ".join(_bounds(looked)), err=True)


def _bounds(looked: Looked) -> Iterator[str]:
    steps = f"up to {looked.steps} act{'s' if looked.steps > 1 else ''} in a row, " if looked.steps else ""
    yield f"looked at: {steps}as of {looked.on}, {looked.asked} questions asked, {looked.tried} acts tried"
    if looked.left_out:
        yield f"not looked at: {'; '.join(looked.left_out)}"


def _called(label: Label, id: str) -> str:
    name = str(label)
    return f"{name} [{id}]" if name and name != id else id
