"""Whose powers a change of configuration gives or takes: person by person, whichever role, group or body they come from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from msgspec import Struct

from steerco.charter.versions import possible_from
from steerco.committee.members.directory import Directory
from steerco.configuration.regime import Regime
from steerco.configuration.snapshot import Snapshot
from steerco.policy.line import RELATION, Line

Subjects = frozenset[str]


class Power(Struct, frozen=True):
    """One thing that a person may do (``allow``), or would be barred from; ``clause`` of the line that grants it."""

    body: str
    object: str
    act: str
    facets: str
    clause: str


class Touched(Struct, frozen=True):
    """A person whose own powers would be others from the day ``on``. Powers by relation to a record, and those of acting for
    somebody absent, are told with the lines and rules that give them."""

    person: str
    name: str
    on: date
    gained: tuple[Power, ...]
    lost: tuple[Power, ...]


def touched(directory: Directory, before: Snapshot, after: Snapshot, today: date) -> list[Touched]:
    """Everyone whose powers change: today, and on each later day on which another version takes over."""
    changes: list[Touched] = []
    reported: set[tuple[str, tuple[Power, ...], tuple[Power, ...]]] = set()
    for day in [today, *_turns((before, after), today)]:
        for change in between(directory, before.regime_on(day), after.regime_on(day), day):
            if (change.person, change.gained, change.lost) not in reported:
                reported.add((change.person, change.gained, change.lost))
                changes.append(change)
    return changes


def _turns(snapshots: Iterable[Snapshot], today: date) -> list[date]:
    days = {possible_from(charter) for snapshot in snapshots for charter in snapshot.charters}
    return sorted(day for day in days if day > today)


def between(directory: Directory, before: Regime, after: Regime, day: date) -> Iterator[Touched]:
    """Yield everyone who would have other powers on a day under one regime than under another."""
    was, is_ = directory.on(day, before.charter), directory.on(day, after.charter)
    questions = tuple(_asked((*before.lines, *after.lines)))
    answers: dict[tuple[Subjects, Subjects], tuple[tuple[Power, ...], tuple[Power, ...]]] = {}
    for person, name in directory.persons.items():
        subjects = was.subjects(person), is_.subjects(person)
        if subjects not in answers:
            answers[subjects] = _changed(before, after, subjects, questions)
        gained, lost = answers[subjects]
        if gained or lost:
            yield Touched(person, name.get("en") or name.get("vi") or person, day, gained, lost)


def _asked(lines: Iterable[Line]) -> list[tuple[str, str, str, frozenset[str]]]:
    """Yield each act that a line grants or bars to its subject by role, body or relation."""
    return list(dict.fromkeys((x.body, x.object, x.act, x.facets) for x in lines if not x.subject.startswith(RELATION)))


def _changed(
    before: Regime,
    after: Regime,
    subject_pair: tuple[Subjects, Subjects],
    questions: Iterable[tuple[str, str, str, frozenset[str]]],
) -> tuple[tuple[Power, ...], tuple[Power, ...]]:
    gained: list[Power] = []
    lost: list[Power] = []
    for body, object, act, facets in questions:
        old = before.table.allows(subject_pair[0], body, object, act, facets)
        new = after.table.allows(subject_pair[1], body, object, act, facets)
        if old != new:
            table, subjects = (after.table, subject_pair[1]) if new else (before.table, subject_pair[0])
            decisive = table.explain(subjects, body, object, act, facets).decisive
            aim = ";".join(sorted(facets)) or "-"
            (gained if new else lost).append(Power(body, object, act, aim, decisive.clause if decisive else ""))
    return tuple(gained), tuple(lost)
