"""The answer to what somebody owes, decides and attends in a week, in one committee or in all of theirs."""

from __future__ import annotations

from datetime import date

from msgspec import Struct


class WeekItem(Struct, frozen=True):
    """One line of a week. ``part``: ``alone`` (nobody else may do it), ``decide``, ``calendar``, ``overdue``, ``due``, ``away``
    (who acts meanwhile). ``acts`` are the answers that it waits for, in words; ``clauses`` those by which it stands there."""

    part: str
    day: date | None
    title: str
    status: str
    acts: tuple[str, ...]
    clauses: tuple[str, ...]


class WeekOfCommittee(Struct, frozen=True):
    """What one committee brings: ``entry`` is the number of the last entry of its log, as of which it stands, ``roles`` what the
    person holds there, ``code`` the mark of the sheet."""

    committee: str
    name: str
    person: str
    roles: tuple[str, ...]
    entry: int
    code: str
    lines: tuple[WeekItem, ...]


class Week(Struct, frozen=True):
    """A week, Monday to Sunday. ``silent`` are the names of the committees that do not share their part (``shared``)."""

    first: date
    last: date
    committees: tuple[WeekOfCommittee, ...]
    silent: tuple[str, ...] = ()
