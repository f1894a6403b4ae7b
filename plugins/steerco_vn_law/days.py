"""Viet Nam's working days.

Holidays and compensation days follow from the Labour Code (``days.toml``, computed from the package ``holidays``); swap days and
other exceptions are announced each year (``announced.toml``, and the tenant's settings, which go before). What ``tenant.toml``
says in its own ``[calendar]`` goes before all of this.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any, NamedTuple

from steerco.extension.api import Calendar, WeekCalendar, nth_working_day, resource


class Announced(NamedTuple):
    """An announcement for a year: days off, days worked in exchange, days that are not off though the rule has them so.

    ``source`` is the document's number, empty where it is not known.
    """

    year: int
    source: str
    off: frozenset[date] = frozenset()
    worked: frozenset[date] = frozenset()
    not_off: frozenset[date] = frozenset()


class Days(NamedTuple):
    """A year's days off, and the days of rest that are worked."""

    off: frozenset[date]
    worked: frozenset[date]


def announcements(settings: Mapping[str, Any]) -> tuple[Announced, ...]:
    """Return the plugin's announcements, then those of the tenant's settings, which go before."""
    return (*_shipped(), *_read(settings.get("announced", ())))


@cache
def _shipped() -> tuple[Announced, ...]:
    return _read(tomllib.loads(resource(__name__, "announced.toml"))["announced"])


def _read(tables: Iterable[Mapping[str, Any]]) -> tuple[Announced, ...]:
    lists = ("off", "worked", "not_off")
    return tuple(Announced(t["year"], t["source"], *(frozenset(t.get(name, ())) for name in lists)) for t in tables)


def last_announced(announced: Iterable[Announced]) -> int:
    """Return the last year that is announced."""
    return max(year.year for year in announced)


@cache
def by_rule() -> Mapping[int, Days]:
    """Return the years from 1995 to 2100. In others only the working week counts."""
    table = tomllib.loads(resource(__name__, "days.toml"))

    def days(of: str, year: str) -> frozenset[date]:
        return frozenset(date.fromisoformat(f"{year}-{day}") for day in table[of].get(year, "").split())

    return {int(year): Days(days("off", year), days("worked", year)) for year in table["off"]}


@dataclass(frozen=True)
class VietNam:
    """Working days in Viet Nam; ``base`` is what the tenant says of its own. Implements ``api.Calendar``."""

    base: Calendar
    announced: tuple[Announced, ...] = ()
    _years: dict[int, Days] = field(default_factory=dict, repr=False, compare=False)

    def days(self, year: int) -> Days:
        """Return a year's days off and days worked in exchange; a later announcement goes before an earlier one."""
        days = self._years.get(year)
        if days is None:
            off, worked = by_rule().get(year, Days(frozenset(), frozenset()))
            for announcement in self.announced:
                off = (off - announcement.worked - announcement.not_off) | {day for day in announcement.off if day.year == year}
                worked = (worked - announcement.off) | {day for day in announcement.worked if day.year == year}
            days = self._years[year] = Days(off, worked)
        return days

    def is_working(self, day: date) -> bool:
        """Return whether ``day`` is worked."""
        if isinstance(self.base, WeekCalendar) and (day in self.base.worked or day in self.base.off):
            return self.base.is_working(day)
        off, worked = self.days(day.year)
        return day in worked or (day not in off and self.base.is_working(day))

    def add(self, day: date, n: int) -> date:
        """Return the ``n``-th working day after ``day`` (before it, where negative). Raises ValueError for a week without
        work."""
        if isinstance(self.base, WeekCalendar) and not self.base.week:
            raise ValueError("a working week needs at least one day")
        return nth_working_day(self, day, n)

    def is_expected(self, day: date) -> bool:
        """Return whether the days off of that time are only expected: nothing is announced for so late a year yet."""
        return day.year > last_announced(self.announced)
