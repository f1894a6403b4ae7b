"""Versions: the version of a charter in force on a day, and the certainty of that answer.

A committee's instruments follow one another. Each applies from its effective day until the next one does. Some are known by
number only (a replaced instrument whose text this home lacks), and some have no certain day. The answer states this and
guesses nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from msgspec import Struct

from steerco.charter.model import Charter, Superseded


class InForce(Struct, frozen=True):
    """This version is in force."""

    charter: Charter


class NotLoaded(Struct, frozen=True):
    """An instrument is in force whose text is not here, or was amended by one that is not; so nothing can be decided by it.

    ``instrument`` is its number, ``amended_by`` the numbers of its amendments in force that day, ``cite`` the clauses of the
    later instrument that tell of it.
    """

    instrument: str
    amended_by: tuple[str, ...]
    cite: tuple[str, ...]


class Uncertain(Struct, frozen=True):
    """This version may be in force: its effective day lies in a span that holds the day asked about.

    ``certain_from`` is the first day on which it certainly is; ``cite`` the clauses that say when it takes effect.
    """

    charter: Charter
    certain_from: date
    cite: tuple[str, ...]


class Nothing(Struct, frozen=True):
    """No instrument is known for that day."""


Answer = InForce | NotLoaded | Uncertain | Nothing


class Span(Struct, frozen=True):
    """A charter with the first and last day on which it certainly is in force (last None: until further notice)."""

    charter: Charter
    since: date
    until: date | None = None

    def holds(self, day: date) -> bool:
        """Return whether the charter is certainly in force on ``day``."""
        return self.since <= day and (self.until is None or day <= self.until)


class _Stage(Struct, frozen=True):
    """One instrument in the order of time; ``charter`` is None where its text is not loaded."""

    first: date
    number: str
    charter: Charter | None
    cite: tuple[str, ...]


def in_force(charters: Sequence[Charter], day: date) -> Answer:
    """Return the version in force on ``day`` among the versions of one charter and the instruments that they superseded."""
    stages = [s for s in _stages(charters) if s.first <= day]
    if not stages:
        return Nothing()
    stage = stages[-1]
    amendments = _amendments(charters, stage.number, day)
    if stage.charter is None or amendments:
        cite = stage.cite or next((c.instrument.cite for c, s in _superseded(charters) if s.amends == stage.number), ())
        return NotLoaded(stage.number, amendments, cite)
    certain = certain_from(stage.charter)
    if day < certain:
        return Uncertain(stage.charter, certain, stage.charter.instrument.cite)
    return InForce(stage.charter)


def possible_from(charter: Charter) -> date:
    """Return the first day on which a charter can be in force."""
    instrument = charter.instrument
    if instrument.not_before is None:
        return instrument.effective.first
    return max(instrument.effective.first, instrument.not_before.first)


def certain_from(charter: Charter) -> date:
    """Return the first day on which a charter certainly is in force. If its day is uncertain, it is the day after the span."""
    effective = charter.instrument.effective
    return effective.first if effective.certain else effective.last + timedelta(days=1)


def spans(charters: Sequence[Charter]) -> tuple[Span, ...]:
    """Return the days on which each charter certainly is in force, in the order of time.

    A span ends the day before another instrument, loaded or not, can be in force.
    """
    stages = _stages(charters)
    certain_spans = []
    for index, stage in enumerate(stages):
        if stage.charter is None:
            continue
        ends = [s.first for s in stages[index + 1 : index + 2]]
        ends += [s.date for _, s in _superseded(charters) if s.amends == stage.number and not s.loaded]
        until = min(ends) - timedelta(days=1) if ends else None
        since = certain_from(stage.charter)
        if until is None or since <= until:
            certain_spans.append(Span(stage.charter, since, until))
    return tuple(certain_spans)


def _stages(charters: Sequence[Charter]) -> list[_Stage]:
    numbers = {c.instrument.id for c in charters}
    stages = [_Stage(possible_from(c), c.instrument.id, c, c.instrument.cite) for c in charters]
    for charter, earlier in _superseded(charters):
        if not earlier.amends and earlier.number not in numbers:
            stages.append(_Stage(earlier.date, earlier.number, None, charter.instrument.cite))
    return sorted(stages, key=lambda s: (s.first, s.charter is not None))


def _superseded(charters: Sequence[Charter]) -> list[tuple[Charter, Superseded]]:
    return [(c, s) for c in charters for s in c.instrument.supersedes]


def _amendments(charters: Sequence[Charter], number: str, day: date) -> tuple[str, ...]:
    dates = {s.number: s.date for _, s in _superseded(charters) if s.amends == number and not s.loaded and s.date <= day}
    return tuple(sorted(dates, key=lambda n: (dates[n], n)))
