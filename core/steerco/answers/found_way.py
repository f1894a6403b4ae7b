"""The answer to how something can be done by a day: acts with their last days, or what stands in the way."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from msgspec import Struct

from steerco.answers.findings import CitedClause, Looked
from steerco.policy.decision import Who
from steerco.records import reason


class NoSuchWay(ValueError):
    """A question that cannot be asked: ``field`` (``do``, ``by``, ``with``, ``on``) is what does not fit, ``why`` the reason."""

    def __init__(self, field: str, code: str, **params: str) -> None:
        super().__init__(f"{field}: {code} {params}")
        self.field, self.why = field, reason(code, **params)


class WayAct(Struct, frozen=True):
    """One act of a way. ``latest`` is the last day on which it still serves, ``held_by`` the clauses that set that day where some
    do; ``day_off``: it is no working day. ``input`` is what was given, and of what kind the record is;
    ``on`` is the reference of the record that it is done on, where that is there already."""

    action: str
    by: str
    capacity: str
    acting_for: str
    latest: date
    day_off: bool
    clauses: tuple[CitedClause, ...]
    held_by: tuple[CitedClause, ...] = ()
    input: dict[str, Any] = {}
    on: str = ""


class MayShorten(Struct, frozen=True):
    """Who could shorten the time that is too short, to what, and for which cause."""

    by: str
    to: str
    cause: str
    clauses: tuple[CitedClause, ...]


class WayStop(Struct, frozen=True):
    """What makes it impossible in time: the act that is stopped, on which day, why (``code``), by which clauses, who else may."""

    action: str
    on: date
    outcome: str
    code: str
    clauses: tuple[CitedClause, ...]
    params: dict[str, str]
    who_may: tuple[Who, ...] = ()
    shorten: tuple[MayShorten, ...] = ()


Verdict = Literal["way", "too-late", "not-found"]
"""``way``: there is one, and it was performed. ``too-late``: the time is too short, or there is a way on a later day only.
``not-found``: nothing was found with what was tried, which does not say that there is none."""


class Way(Struct, frozen=True):
    """The answer: ``acts`` in their order where there is a way; else ``stop``, what was last in the way.

    ``first`` is a later day on which there is a way, if one was found; ``short``: so many days are lacking. ``away`` are persons
    who are away on some day in question.
    ``on`` is the record that it was asked for, ``meets`` when the meeting begins that it is or names, if that is yet to open.
    """

    goal: str
    verdict: Verdict
    since: date
    by: date
    acts: tuple[WayAct, ...]
    stop: WayStop | None
    first: date | None
    short: int
    away: tuple[str, ...]
    looked: Looked
    on: str = ""
    meets: datetime | None = None
