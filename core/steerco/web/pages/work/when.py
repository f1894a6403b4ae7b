"""Days and times of work in words: how long until a day, or since."""

from __future__ import annotations

from datetime import date, datetime

from steerco.charter import periods
from steerco.charter.calendar import working_days
from steerco.web.pages.frame.visit import ReaderLook

WEEKDAY_WITHIN = 28
"""For so many days around today the day of the week is told."""


def with_weekday(visit: ReaderLook, day: date) -> str:
    """``Thursday, 16 December 2021`` within four weeks, else without the day of the week."""
    if abs((day - visit.today).days) > WEEKDAY_WITHIN:
        return visit.date(day)
    return f"{visit.say('work.weekday', day.isoweekday())}, {visit.date(day)}"


def moment(visit: ReaderLook, at: datetime) -> str:
    """``14:00 Thursday, 16 December 2021`` in the tenant's zone."""
    local = at.astimezone(visit.tenant.snapshot.settings.zone)
    return visit.say("work.when", "moment", time=f"{local:%H:%M}", day=with_weekday(visit, local.date()))


def clock_time(visit: ReaderLook, at: datetime) -> str:
    """``14:00`` in the tenant's zone."""
    return f"{at.astimezone(visit.tenant.snapshot.settings.zone):%H:%M}"


def until(visit: ReaderLook, day: date) -> str:
    """Return how long it is until a day, in working days; or for how many days it has been overdue."""
    say = visit.say
    if day == visit.today:
        return say("work.when", "today")
    if day < visit.today:
        return counted(visit, "overdue", (visit.today - day).days)
    return counted(visit, "left", working_days(visit.tenant.snapshot.calendar, visit.today, day))


def counted(visit: ReaderLook, key: str, number: int) -> str:
    """Return a number of something in words: English has a form of its own for one."""
    return visit.say("work.when", f"{key}_one" if number == 1 else key, number=number)


def in_period(visit: ReaderLook, name: str) -> str:
    """``31 March 2022 at the latest; no day is stated``: when a duty of a period is due."""
    return visit.say("work.when", "period", day=visit.date(periods.parse(name).last))
