"""A duty by the state of the membership, and the days between which a state lasts.

Nobody enters such a duty and no worker raises it: it follows from who held what on which day. It begins on the day on which the
state does and is done on the day on which the state ends.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import cached_property

from msgspec import Struct

from steerco.charter.model import Charter, Label
from steerco.charter.tables.stated import Source
from steerco.committee.members.directory import Day, Directory

MOST_CHANGES = 200
"""How many days of change are looked at, the newest first: what a body lacked long before is history."""


class MembershipDuty(Struct, frozen=True):
    """A duty by the state of the membership, of ``subject`` (a body, a role, a seat, a person).

    ``holder`` owes it; empty: whoever keeps the register of members. ``ended_by`` is the record whose act (``ended_act``) ended
    the state, ``params`` fill the words that tell of it: those of the kind, or the ones that ``said`` names.
    """

    kind: str
    subject: str
    cite: tuple[str, ...]
    since: date
    holder: str = ""
    due_on: date | None = None
    done_on: date | None = None
    record: str = ""
    ended_by: str = ""
    params: dict[str, str | Label | tuple[str, ...]] = {}
    said: str = ""
    source: Source = Source()
    ended_act: str = "appoint"
    layer: str = "charter"


def label_of(charter: Charter, place: str) -> Label:
    """Return the label of a seat, role, body or group."""
    rows = (row for table in (charter.seats, charter.roles, charter.bodies, charter.groups) for row in table)
    return next((row.label for row in rows if row.id == place), Label(place, place))


class History:
    """Who was there, day by day, under one charter, from ``since`` to ``on``."""

    def __init__(self, directory: Directory, charter: Charter, on: date, since: date) -> None:
        self.directory, self.charter, self.on, self.since = directory, charter, on, since
        self._days: dict[date, Day] = {}

    @cached_property
    def changes(self) -> list[date]:
        """The days on which somebody came or left, and the first day."""
        days = {self.since}
        for holding in self.directory.holdings:
            days.add(holding.first)
            if holding.last is not None and holding.last < date.max:
                days.add(holding.last + timedelta(days=1))
        return sorted(day for day in days if self.since <= day <= self.on)[-MOST_CHANGES:]

    def at(self, day: date) -> Day:
        """Return the people of a day of change: they are kept here, and not among the days that people ask for."""
        if day not in self._days:
            self._days[day] = Day(self.directory, self.charter, day)
        return self._days[day]

    def leaver(self, day: date | None) -> str:
        """Return the record of an appointment whose last day is the one before; empty where there is none."""
        gone = day - timedelta(days=1) if day is not None else None
        return next((holding.id for holding in self.directory.holdings if gone is not None and holding.last == gone), "")

    def comer(self, day: date | None) -> str:
        """Return the record of an appointment that begins on the day; empty where none does."""
        return next((holding.id for holding in self.directory.holdings if holding.first == day), "")


def spells(days: list[date], holds: Callable[[date], bool]) -> Iterator[tuple[date, date | None]]:
    """Yield each time in which something holds, by its first day and the first day after it (None: it still does)."""
    start: date | None = None
    for day in days:
        if holds(day):
            start = start or day
        elif start is not None:
            yield start, day
            start = None
    if start is not None:
        yield start, None
