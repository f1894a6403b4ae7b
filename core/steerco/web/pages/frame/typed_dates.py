"""Days and times as people type them, read by the language's own habits: the day stands before the month.

What cannot be read, or does not exist, comes back as a reason that says what to write.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, time, timedelta
from unicodedata import combining, normalize

from steerco.charter.calendar import Calendar, working_days
from steerco.i18n import Words
from steerco.kernel.act import FIRST_YEAR, LAST_YEAR
from steerco.records import Reason, reason

BEHIND = timedelta(days=30)
"""A day without a year is the next one of that name, unless it was so recently."""
FARTHEST = 1000
"""The most days that may be counted from today."""
_NUMBERS = re.compile(r"(\d{1,2})\s*[/.\- ]\s*(\d{1,2})(?:\s*[/.\- ]\s*(\d{4}|\d{2}))?")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_NAMED = re.compile(r"(?:ngay\s+)?(\d{1,2})\s+(?:thang\s+)?([a-z]+|\d{1,2})(?:\s+(?:nam\s+)?(\d{4}))?")
_COUNTED = re.compile(r"\+\s*(\d{1,4})\s*([a-z ]*)")
_TIME = re.compile(r"(\d{1,2})\s*(?:[:h.g]|gio)\s*(\d{2})?(?:\s*phut)?")


def folded(text: str) -> str:
    """Return a text without marks and capitals, as it is searched for: ``duong`` for ``Đường``."""
    bare = normalize("NFD", text.casefold().replace("đ", "d"))
    return " ".join("".join(character for character in bare if not combining(character)).split())


def parse_day(text: str, say: Words, today: date, calendar: Calendar) -> date | Reason:
    """Return the day that a text means: ``28/2``, ``28-02-2022``, ``28.2.22``, ``2022-02-28``, ``28 February 2022``,
    ``+5 working days``; else the reason why it means none."""
    plain = folded(text)
    if counted := _COUNTED.fullmatch(plain):
        return _counted(int(counted[1]), folded(say("forms.day", "working")) in plain and plain != "", today, calendar)
    numbers = _numbers(plain, say)
    if numbers is None:
        return reason("not-a-day", given=text[:40], example=_example(say))
    day, month, year = numbers
    if month > 12 >= day:
        return reason("month-second", given=text[:40], example=_example(say))
    if not 1 <= month <= 12:
        return reason("no-such-month", month=month)
    chosen = year if year is not None else _year(day, month, today)
    if not FIRST_YEAR <= chosen <= LAST_YEAR:
        return reason("years", first=FIRST_YEAR, last=LAST_YEAR)
    most = monthrange(chosen, month)[1]
    if not 1 <= day <= most:
        name = say("date", "month", month_name=say("month", month), year=chosen)
        return reason("no-such-day", day=f"{day:02}/{month:02}/{chosen}", month=f"{name[:1].upper()}{name[1:]}", days=most)
    return date(chosen, month, day)


def _example(say: Words) -> str:
    return say("forms.day", "example")


def _counted(count: int, working: bool, today: date, calendar: Calendar) -> date | Reason:
    if count > FARTHEST:
        return reason("too-many-days", most=FARTHEST)
    return calendar.add(today, count) if working else today + timedelta(days=count)


def _numbers(plain: str, say: Words) -> tuple[int, int, int | None] | None:
    """Return day, month and year (None: not said) of a folded text."""
    if found := _ISO.fullmatch(plain):
        return int(found[3]), int(found[2]), int(found[1])
    if found := _NUMBERS.fullmatch(plain):
        return int(found[1]), int(found[2]), _century(found[3])
    if found := _NAMED.fullmatch(plain):
        month = int(found[2]) if found[2].isdecimal() else _month(found[2], say)
        return (int(found[1]), month, int(found[3]) if found[3] else None) if month else None
    return None


def _month(name: str, say: Words) -> int:
    return next((n for n in range(1, 13) if len(name) > 2 and folded(say("month", n)).startswith(name)), 0)


def _century(year: str | None) -> int | None:
    if year is None:
        return None
    return int(year) if len(year) == 4 else 2000 + int(year) if int(year) < 70 else 1900 + int(year)


def _year(day: int, month: int, today: date) -> int:
    """Return the year of a day for which none is said. A day that this year does not have is not looked for in another."""
    try:
        this = date(today.year, month, day)
    except ValueError:
        return today.year
    return today.year if this >= today - BEHIND else today.year + 1


def parse_clock(text: str) -> time | Reason:
    """Return the time of day that a text means (``14:00``, ``14h``, ``8h30``), else the reason why it means none."""
    found = _TIME.fullmatch(folded(text))
    if not found or int(found[1]) > 23 or int(found[2] or 0) > 59:
        return reason("not-a-time", given=text[:40])
    return time(int(found[1]), int(found[2] or 0))


def typed_day(say: Words, value: date) -> str:
    """Return a day as it is typed into a field, so that it reads back as the same."""
    return say(
        "forms.day",
        "typed",
        day2=f"{value.day:02}",
        day=value.day,
        month2=f"{value.month:02}",
        month_name=say("month", value.month),
        year=f"{value.year:04}",
    )


def told_day(say: Words, day: date, today: date, calendar: Calendar) -> str:
    """Return a day with its weekday and how far off it is: ``Monday, 28 February 2022, in 53 working days``."""
    name = say("forms.day", "weekday", weekday=say("forms.weekday", day.isoweekday()), day=typed_day(say, day))
    if day == today:
        return say("forms.day", "told_today", day=name)
    if day < today:
        return say("forms.day", "told_past", day=name, n=(today - day).days)
    if (day - today).days > FARTHEST:
        return name
    return say("forms.day", "told_ahead", day=name, n=working_days(calendar, today, day))
