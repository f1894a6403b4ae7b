"""Periods by name: ``2021``, ``2021-H1``, ``2021-Q1``, ``2021-03``, the ISO week ``2021-W05``, the two weeks that begin with it
(``2021-F05``), and several years (``2020-2021``).

Periods of one kind follow each other without gap or overlap. They are calendar periods of the tenant's local days.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import cast

from msgspec import Struct

from steerco.charter.model import Every

_MONTHS: dict[Every, int] = {"month": 1, "quarter": 3, "half-year": 6, "year": 12}
_NAMES: tuple[tuple[Every, re.Pattern[str]], ...] = (
    ("year", re.compile(r"(\d{4})()")),
    ("half-year", re.compile(r"(\d{4})-H([12])")),
    ("quarter", re.compile(r"(\d{4})-Q([1-4])")),
    ("month", re.compile(r"(\d{4})-(0[1-9]|1[0-2])")),
    ("week", re.compile(r"(\d{4})-W(0[1-9]|[1-4]\d|5[0-3])")),
    ("fortnight", re.compile(r"(\d{4})-F(0[1-9]|[1-4]\d|5[0-3])")),
    ("two-years", re.compile(r"(\d{4})-(\d{4})")),
)
_YEARS = re.compile(r"(\d+)-years")
_FORTNIGHTS_FROM = date(1, 1, 1)
"""The Monday from which fortnights are counted, without a gap at the year's end."""


class Period(Struct, frozen=True):
    """A period with its first and last day, both inside."""

    name: str
    every: Every
    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    def __str__(self) -> str:
        return self.name


def containing(day: date, every: Every) -> Period:
    """Return the period of that kind in which ``day`` lies. Raises ValueError where the kind is not stated."""
    if every == "week":
        year, week, _ = day.isocalendar()
        return _week(year, week)
    if every == "fortnight":
        return _fortnight(day - timedelta(days=(day - _FORTNIGHTS_FROM).days % 14))
    if every == "two-years":
        return _several_years(day.year - day.year % 2, 2)
    if years := _YEARS.fullmatch(every):
        return _several_years(day.year - day.year % int(years[1]), int(years[1]))
    if every not in _MONTHS:
        raise ValueError(f"no periods for '{every}'")
    return _months(day.year, (day.month - 1) // _MONTHS[every], every)


def parse(name: str) -> Period:
    """Return the period of that name. Raises ValueError for any other text."""
    for every, pattern in _NAMES:
        if match := pattern.fullmatch(name):
            year, number = int(match[1]), int(match[2] or 1)
            if every == "fortnight":
                return _fortnight(date.fromisocalendar(year, number, 1))
            if every == "two-years":
                return _several_years(year, number - year + 1)
            return _week(year, number) if every == "week" else _months(year, number - 1, every)
    raise ValueError(f"'{name}' is no period: 2021, 2021-H1, 2021-Q1, 2021-03, 2021-W05, 2021-F05 or 2020-2021")


def following(period: Period) -> Period:
    """Return the next period of the same kind."""
    return containing(period.last + timedelta(days=1), period.every)


def before(period: Period) -> Period:
    """Return the period of the same kind before this one."""
    return containing(period.first - timedelta(days=1), period.every)


def between(first: date, last: date, every: Every) -> Iterator[Period]:
    """Yield the periods from the one that contains ``first`` through the one that contains ``last``."""
    period = containing(first, every)
    while period.first <= last:
        yield period
        period = following(period)


def _months(year: int, index: int, every: Every) -> Period:
    length = _MONTHS[every]
    start, end = index * length + 1, (index + 1) * length
    names = {
        "year": f"{year:04}",
        "half-year": f"{year:04}-H{index + 1}",
        "quarter": f"{year:04}-Q{index + 1}",
        "month": f"{year:04}-{index + 1:02}",
    }
    return Period(names[every], every, date(year, start, 1), date(year, end, calendar.monthrange(year, end)[1]))


def _several_years(year: int, number: int) -> Period:
    """Return a period of two years or more, which begins with a year that their number divides."""
    end = year + number - 1
    if number < 2 or year % number:
        raise ValueError(f"'{year:04}-{end:04}' is no period: several years begin with one that their number divides")
    every = "two-years" if number == 2 else cast(Every, f"{number}-years")
    return Period(f"{year:04}-{end:04}", every, date(max(year, 1), 1, 1), date(end, 12, 31))


def _fortnight(first: date) -> Period:
    if (first - _FORTNIGHTS_FROM).days % 14:
        raise ValueError(f"no period of two weeks begins on {first}")
    year, week, _ = first.isocalendar()
    return Period(f"{year:04}-F{week:02}", "fortnight", first, first + timedelta(days=13))


def _week(year: int, week: int) -> Period:
    first = date.fromisocalendar(year, week, 1)
    return Period(f"{year:04}-W{week:02}", "week", first, first + timedelta(days=6))
