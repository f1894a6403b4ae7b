"""Days off within the working week, and days of rest that are worked, between two days."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

from steerco.charter.calendar import Calendar, expected
from steerco.web.pages.frame import dates
from steerco.web.pages.frame.visit import ReaderLook


def stretches(calendar: Calendar, first: date, last: date) -> list[tuple[date, date]]:
    """Return the days off within the usual working week, each run of them as its first and last day."""
    week, runs = _usual_week(calendar, first), list[tuple[date, date]]()
    day, before = first, None
    while day <= last:
        if day.isoweekday() in week:
            if not calendar.is_working(day):
                runs = [*runs[:-1], (runs[-1][0], day)] if runs and before == runs[-1][1] else [*runs, (day, day)]
            before = day
        day += timedelta(days=1)
    return runs


def worked_in_exchange(calendar: Calendar, first: date, last: date) -> list[date]:
    """Return the days outside the usual working week that are worked."""
    week = _usual_week(calendar, first)
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return [day for day in days if day.isoweekday() not in week and calendar.is_working(day)]


def _usual_week(calendar: Calendar, day: date) -> frozenset[int]:
    """Return the days of the week that are worked in most weeks of the year."""
    year = (date(day.year, 1, 1) + timedelta(days=n) for n in range(364))
    worked = Counter(each.isoweekday() for each in year if calendar.is_working(each))
    return frozenset(weekday for weekday, number in worked.items() if number > 26)


def in_words(visit: ReaderLook, run: tuple[date, date]) -> str:
    """Return a run of days off: ``31/01 - 04/02``."""
    first, last = (dates.day_month(visit.say, day) for day in run)
    return first if run[0] == run[1] else visit.say("work.calendar", "stretch", first=first, last=last)


def unsure(calendar: Calendar, run: tuple[date, date]) -> bool:
    """Return whether days off of that time are only expected."""
    return expected(calendar, run[0]) or expected(calendar, run[1])
