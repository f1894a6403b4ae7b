"""Texts that people type into fields: texts as they are searched for, times of day, and what was understood of a day."""

from __future__ import annotations

import re
from datetime import date, time
from unicodedata import combining, normalize

from steerco.charter.calendar import Calendar, working_days
from steerco.i18n import Words
from steerco.records import Reason, reason
from steerco.web.pages.frame import dates

FARTHEST = 1000
"""Working days are counted up to so many days ahead."""
_CLOCK = re.compile(r"(\d{1,2})\s*(?:[:h.g]|gio)\s*(\d{2})?(?:\s*phut)?")


def folded(text: str) -> str:
    """Return a text without marks and capitals, as it is searched for: ``angstrom`` for ``Ångström``."""
    bare = normalize("NFD", text.casefold().replace("\u0111", "d"))
    return " ".join("".join(character for character in bare if not combining(character)).split())


def read_clock(text: str) -> time | Reason:
    """Return the time of day that a text means (``14:00``, ``14h``, ``8h30``), else the reason why it means none."""
    found = _CLOCK.fullmatch(folded(text))
    if not found or int(found[1]) > 23 or int(found[2] or 0) > 59:
        return reason("not-a-time", given=text[:40])
    return time(int(found[1]), int(found[2] or 0))


def told_day(say: Words, day: date, today: date, calendar: Calendar) -> str:
    """Return a day with its weekday and how far off it is: ``Monday, 28 February 2022, in 53 working days``."""
    name = dates.day_of_week(say, day)
    if day == today:
        return say("forms.day", "today", day=name)
    if day < today:
        return say("forms.day", "past", day=name, n=(today - day).days)
    return say("forms.day", "ahead", day=name, n=working_days(calendar, today, day)) if (day - today).days <= FARTHEST else name
