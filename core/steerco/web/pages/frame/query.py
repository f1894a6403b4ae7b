"""The query of a page. Nothing in it can break a page: a value that does not fit is named at its field and left out."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from steerco.i18n import Words
from steerco.web.http.problems import Anywhere
from steerco.web.http.requests import YEARS, query

MOST = 200
LAST_PAGE = 1_000_000


class QueryErrors(dict[str, str]):
    """Errors by parameter; empty for a parameter that had none."""

    def __missing__(self, name: str) -> str:
        return ""


class PageQuery:
    """The parameters of one request; ``errors`` says per parameter what was wrong with it."""

    def __init__(self, request: Anywhere) -> None:
        self.given = query(request)
        self.errors: dict[str, tuple[str, dict[str, object]]] = {}

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
        """Return a day such as 2021-02-03."""
        value = self.text(name)
        if not value:
            return None
        try:
            day = date.fromisoformat(value) if len(value) == 10 and value.isascii() else None
        except ValueError:
            day = None
        if day is None or day.year not in YEARS:
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
        return QueryErrors((name, words("form", code, **params)) for name, (code, params) in self.errors.items())
