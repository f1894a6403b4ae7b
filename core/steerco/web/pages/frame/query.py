"""The query of a page. Nothing in it can break a page: a value that does not fit is named at its field and left out."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, date, datetime

from steerco.charter.calendar import Calendar, WeekCalendar
from steerco.i18n import Words
from steerco.records.reason import Reason
from steerco.web.http.problems import Anywhere
from steerco.web.http.requests import YEARS, query
from steerco.web.pages.frame.dates import DayUnreadable, read_day

MOST = 200
LAST_PAGE = 1_000_000


class QueryErrors(dict[str, str]):
    """Errors by parameter; empty for a parameter that had none."""

    def __missing__(self, name: str) -> str:
        return ""


class PageQuery:
    """The parameters of one request; ``errors`` says per parameter what was wrong with it. Days without a year, and those that
    are counted, are reckoned from ``today`` in ``calendar``."""

    def __init__(self, request: Anywhere) -> None:
        self.given = query(request)
        self.errors: dict[str, Reason | tuple[str, dict[str, object]]] = {}
        self.today: date = datetime.now(UTC).date()
        self.calendar: Calendar = WeekCalendar()

    def text(self, name: str, most: int = MOST) -> str:
        """Return a text, without the blanks around it."""
        value = (self.given.get(name) or [""])[-1].strip()
        if len(value) > most:
            self.errors[name] = ("too_long", {"most": most})
            return ""
        return value

    def choice(self, name: str, among: Collection[str], default: str = "") -> str:
        """Return one of these, or the default."""
        value = self.text(name)
        if value and value not in among:
            self.errors[name] = ("bad", {"given": value[:80]})
            return default
        return value or default

    def day(self, name: str) -> date | None:
        """Return a day, however it is written (see ``dates.read_day``)."""
        value = self.text(name)
        if not value:
            return None
        try:
            day = read_day(value, self.today, self.calendar)
        except DayUnreadable as error:
            self.errors[name] = error.reason
            return None
        if day.year not in YEARS:
            self.errors[name] = ("bad_day", {"given": value[:80]})
            return None
        return day

    def number(self, name: str, default: int = 1, most: int = LAST_PAGE) -> int:
        """Return a whole number from 1."""
        value = self.text(name)
        if not value:
            return default
        if not (value.isascii() and value.isdigit() and len(value) < 19 and 1 <= int(value) <= most):
            self.errors[name] = ("bad", {"given": value[:80]})
            return default
        return int(value)

    def messages(self, words: Words) -> QueryErrors:
        """Return the errors in words."""
        return QueryErrors(
            (name, words.reason(why) if isinstance(why, Reason) else words("form", why[0], **why[1]))
            for name, why in self.errors.items()
        )
