"""Days, times and periods as people read them, and days as people write them."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, datetime
from functools import cache
from typing import Literal, NamedTuple
from unicodedata import normalize
from zoneinfo import ZoneInfo

from steerco.charter import periods
from steerco.charter.calendar import Calendar, shift
from steerco.charter.model import PartialDate
from steerco.i18n import Words, languages, words
from steerco.records.reason import Reason, reason

ROMAN = ("", "I", "II", "III", "IV")


def day(words: Words, value: date) -> str:
    """``10 February 2021``."""
    return words.day(value)


def day_of_week(words: Words, value: date) -> str:
    """``Wednesday, 10 February 2021``."""
    return words("frame.day", "of_week", weekday=words("frame.weekday", value.isoweekday()), day=day(words, value))


def day_month(words: Words, value: date) -> str:
    """``10 February``, where the year is known."""
    return words("date", "day_month", **words.parts_of(value))


def time(words: Words, value: datetime, zone: ZoneInfo) -> str:
    """``10 February 2021, 09:00`` in the tenant's zone."""
    local = value.astimezone(zone) if value.tzinfo else value
    return words("date", "time", hour=f"{local.hour:02}", minute=f"{local.minute:02}", **words.parts_of(local))


def partial(words: Words, value: PartialDate) -> str:
    """As much of a date as is certain."""
    if value.certain:
        return day(words, value.first)
    text = str(value)
    return words("date", "month" if "-" in text else "year", **words.parts_of(value.first))


def date_text(words: Words, text: str) -> str:
    """Return a date that a file has as text, as far as it goes (``2018``, ``2018-10``, ``2018-10-21``); other texts as they
    are."""
    try:
        numbers = [int(part) for part in text.split("-")]
        value = date(*[*numbers, 1, 1][:3])
    except (ValueError, TypeError):
        return text
    shape = {1: "year", 2: "month", 3: "day"}.get(len(numbers))
    return words("date", shape, **words.parts_of(value)) if shape else text


def period(words: Words, name: str) -> str:
    """``quarter 1 of 2021`` for ``2021-Q1``."""
    try:
        span = periods.parse(name)
    except ValueError:
        return name
    if span.every.endswith("years"):
        return words("date", "two-years", year=name)
    if span.every == "fortnight":
        return words("date", span.every, day=words("date", "day", **words.parts_of(span.first)))
    if span.every in ("year", "month"):
        return words("date", span.every, **words.parts_of(span.first))
    number = name[-1] if span.every != "week" else name[-2:].lstrip("0")
    roman = ROMAN[int(number)] if span.every == "quarter" else ""
    return words("date", span.every, number=number, roman=roman, year=name[:4])


class DayUnreadable(ValueError):
    """A text that names no day; ``reason`` says what is wrong with it."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(str(reason))
        self.reason = reason


CENTURY = 2000
"""The century of a year of two digits."""


def read_day(text: str, today: date, calendar: Calendar, *, ahead: bool = False) -> date:
    """Return the day that a person wrote: in any of the ways in which the pages write days, in any of their languages, with
    numbers in the order of day, month, year (``28/2``, ``28-02-2022``, ``28.2.22``) or the other way round where the year
    comes first, or as so many days from today (``+5 working days``).

    :param today: from which days are counted. A day without a year is the one nearest to it, or the next one (``ahead``).
    :raises DayUnreadable: where the text names no day
    """
    plain = " ".join(normalize("NFKC", text).casefold().split())
    if counted := re.fullmatch(r"([+-])\s*(\d{1,4})\s*(\D*)", plain):
        return _counted(counted, today, calendar)
    year, month, number = _numbers(plain)
    if year is not None:
        return _day(year, month, number)
    years = (
        range(today.year, today.year + 9)
        if ahead
        else sorted(range(today.year - 8, today.year + 9), key=lambda y: abs(y - today.year))
    )
    days = [date(each, month, number) for each in years if 1 <= each <= 9999 and _exists(each, month, number)]
    if not days:
        return _day(today.year, month, number)
    return next(each for each in days if each >= today) if ahead else min(days, key=lambda each: abs(each - today))


def _counted(found: re.Match[str], today: date, calendar: Calendar) -> date:
    """Return the day that lies so many days before or after today."""
    sign, number, unit = found.groups()
    units = _typed().units
    if unit.strip() not in units:
        raise DayUnreadable(reason("day-unreadable"))
    try:
        return shift(today, int(sign + number), units[unit.strip()], calendar)
    except OverflowError:
        raise DayUnreadable(reason("day-unreadable")) from None


def _numbers(plain: str) -> tuple[int | None, int, int]:
    """Return year (None where there is none), month and day that a text names."""
    typed = _typed()
    named = [typed.months[name] for name in re.findall(r"[^\W\d_]+", plain) if name in typed.months]
    left = typed.ignored.sub(" ", plain)
    numbers = re.findall(r"\d+", left)
    odd = re.sub(r"[\d\s/.,-]", "", "".join(part for part in re.split(r"([^\W\d_]+)", left) if part not in typed.months))
    if odd or len(named) > 1 or not 2 <= len(numbers) + len(named) <= 3 or any(len(each) not in (1, 2, 4) for each in numbers):
        raise DayUnreadable(reason("day-unreadable"))
    if len(numbers[0]) == 4:
        numbers.reverse()
    if named:
        numbers.insert(1, str(named[0]))
    if len(numbers) < 2 or any(len(each) == 4 for each in numbers[:2]) or (len(numbers) == 3 and len(numbers[2]) == 1):
        raise DayUnreadable(reason("day-unreadable"))
    year = int(numbers[2]) if len(numbers) == 3 else None
    return (CENTURY + year if year is not None and len(numbers[2]) == 2 else year), int(numbers[1]), int(numbers[0])


def _exists(year: int, month: int, number: int) -> bool:
    return 1 <= month <= 12 and 1 <= number <= monthrange(year, month)[1]


def _day(year: int, month: int, number: int) -> date:
    """Return the day, or say which it cannot be."""
    if not 1 <= month <= 12 or year == 0:
        raise DayUnreadable(reason("no-such-month", month=month))
    last = monthrange(year, month)[1]
    if not 1 <= number <= last:
        raise DayUnreadable(reason("no-such-day", day=number, month=month, year=year, last=last))
    return date(year, month, number)


class _Typed(NamedTuple):
    """The words with which days are written: names of months, units by which they are counted, and what says nothing."""

    months: dict[str, int]
    units: dict[str, Literal["calendar", "working"]]
    ignored: re.Pattern[str]


@cache
def _typed() -> _Typed:
    """Return the words of every language, as its catalogue has them."""
    months: dict[str, int] = {}
    units: dict[str, Literal["calendar", "working"]] = {"": "calendar"}
    ignored: set[str] = set()
    for say in map(words, languages()):
        for number in range(1, 13):
            name = say("month", number).casefold()
            months |= {} if name.isdecimal() else {name: number, name[:3]: number}
        units |= dict.fromkeys(_listed(say, "days"), "calendar")
        units |= dict.fromkeys(_listed(say, "working"), "working")
        ignored |= {say("frame.weekday", number).casefold() for number in range(1, 8)} | set(_listed(say, "ignored"))
    longest = sorted(ignored, key=len, reverse=True)
    return _Typed(months, units, re.compile(rf"(?<![^\W\d_])(?:{'|'.join(longest)})(?![^\W\d_])"))


def _listed(say: Words, key: str) -> list[str]:
    return [each.strip().casefold() for each in say("frame.typed", key).split("|") if each.strip()]
