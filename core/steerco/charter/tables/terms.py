"""How long a seat is held: the length of a term, where it starts, how it ends, how many one person may serve."""

from __future__ import annotations

import calendar
from collections.abc import Collection, Sequence
from datetime import date, timedelta
from typing import Literal

from msgspec import Struct

from steerco.charter.tables.stated import NOT_STATED, Source

LengthWord = Literal["until-successor", "not-stated", "none"]
FIXED = "fixed:"


class TermLength(Struct, frozen=True, gc=False):
    """A length of membership in whole days, weeks, months or years."""

    value: int
    unit: Literal["days", "weeks", "months", "years"]

    def after(self, day: date, times: int = 1) -> date:
        """Return the day so many lengths after ``day``: the same day of the month, else the last of the month."""
        if self.unit in ("days", "weeks"):
            return day + timedelta(days=times * self.value * (7 if self.unit == "weeks" else 1))
        months = day.month - 1 + times * self.value * (12 if self.unit == "years" else 1)
        year, month = day.year + months // 12, months % 12 + 1
        return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))

    def last_day(self, first: date) -> date:
        """Return the last day of a term that begins on ``first``: the anniversary is the first day out."""
        return self.after(first) - timedelta(days=1)


class TermLimit(Struct, frozen=True, gc=False):
    """How many terms one person may serve: one after the other, and in all."""

    consecutive: int | None = None
    lifetime: int | None = None


class TermExempt(Struct, frozen=True, gc=False):
    """Which terms a limit does not count: those that were shorter."""

    shorter_than: TermLength


class Stagger(Struct, frozen=True, gc=False):
    """A part of the seats whose terms end together: ``first`` on that day, then every length of the term."""

    group: str
    seats: int
    first: date


class Confirmation(Struct, frozen=True, gc=False):
    """Who confirms each holder, and how often."""

    every: TermLength
    by: str


class TermRule(Struct, frozen=True, gc=False):
    """How long a seat, a role or group, or a place in a body is held.

    ``starts``: with the appointment, on a fixed day of the year on or before it (``fixed:07-01``), or with the election: whoever
    is elected is appointed from the day on which it counts.
    ``ends``: it lapses on its last day, is held over until a successor, or is only shown. ``whichever`` decides between several
    rules. ``limit_force``: beyond the limit the appointment is refused (``hard``), or made and marked (``soft``).
    """

    cite: tuple[str, ...]
    role: str = ""
    seat: str = ""
    body: str = ""
    length: TermLength | LengthWord = NOT_STATED
    starts: str = "appointment"
    ends: Literal["lapses", "holds-over", "shown"] = "lapses"
    whichever: Literal["shorter", "longer", ""] = ""
    limit: TermLimit = TermLimit()
    limit_exempt: TermExempt | None = None
    limit_force: Literal["hard", "soft"] = "hard"
    stagger: tuple[Stagger, ...] = ()
    confirm: Confirmation | None = None
    source: Source = Source()

    @property
    def who(self) -> str:
        """The seat, role or body that it is about."""
        return self.seat or self.role or self.body

    def last_day(self, first: date, group: str = "") -> date | None:
        """Return the last day of a term that begins on ``first``; of a seat in a staggered ``group`` that of the group. None
        where no length is stated."""
        if not isinstance(self.length, TermLength):
            return None
        staggered = next((each for each in self.stagger if each.group == group), None)
        if staggered is not None:
            return self.group_end(staggered, first)
        return self.length.last_day(self._start(first))

    def group_end(self, group: Stagger, day: date) -> date:
        """Return the first end of a staggered group's terms on or after ``day``."""
        assert isinstance(self.length, TermLength)
        times = 0
        while (end := self.length.after(group.first, times)) < day:
            times += 1
        return end

    def _start(self, first: date) -> date:
        if not self.starts.startswith(FIXED):
            return first
        month, _, day = self.starts.removeprefix(FIXED).partition("-")
        this_year = date(first.year, int(month), int(day))
        return this_year if this_year <= first else date(first.year - 1, int(month), int(day))


def applying(rules: Collection[TermRule], seat: str, role: str, groups: Collection[str], body: str) -> list[TermRule]:
    """Return the rules on a place, the narrowest first: on the seat, its role, a group that holds either, the body."""

    def level(rule: TermRule) -> int | None:
        levels = ((rule.seat, {seat}, 0), (rule.role, {role}, 1), (rule.role, groups, 2), (rule.body, {body}, 3))
        return next((number for name, names, number in levels if name and name in names), None)

    return sorted((rule for rule in rules if level(rule) is not None), key=lambda rule: level(rule) or 0)


def lengths(rules: Sequence[TermRule]) -> list[TermRule]:
    """Return the rules that say how long, of the narrowest kind that says it."""
    stated = [rule for rule in rules if isinstance(rule.length, TermLength)]
    kind = _kind(stated[0]) if stated else None
    return [rule for rule in stated if _kind(rule) == kind and (kind != "role" or rule.role == stated[0].role)]


def chosen(rules: Sequence[TermRule], first: date, group: str = "") -> tuple[TermRule, date] | None:
    """Return the rule that ends a term from ``first``, with its last day: of several the shorter, or the longer if so stated."""
    ends = [(rule, last) for rule in lengths(rules) if (last := rule.last_day(first, group)) is not None]
    longer = any(rule.whichever == "longer" for rule, _ in ends)
    return (max if longer else min)(ends, key=lambda each: each[1], default=None)


def _kind(rule: TermRule) -> str:
    return "seat" if rule.seat else "role" if rule.role else "body"
