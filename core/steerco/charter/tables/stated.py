"""The building blocks of every table of a regulation: texts in languages, places in files, dates that may be uncertain."""

from __future__ import annotations

from datetime import date
from typing import Final, Literal

from msgspec import Struct

NOT_STATED: Final = "not-stated"
"""The value of a rule on which the text is silent. It is kept and shown, never filled silently."""

Effect = Literal["shown", ""]
"""A row with the effect ``shown`` is information: readers see it marked so, nothing runs by it, and it covers no clause."""


class Label(Struct, frozen=True, gc=False):
    """A text in the tenant's languages."""

    vi: str = ""
    en: str = ""

    def __str__(self) -> str:
        return self.en or self.vi


class Source(Struct, frozen=True, gc=False):
    """The place of a rule: a file relative to the home, and a line counted from 1 (0: unknown)."""

    file: str = ""
    line: int = 0


class PartialDate(Struct, frozen=True, gc=False):
    """A date of which only the year, or only year and month, may be certain.

    ``first`` and ``last`` are the first and last day that it can be; equal when the day is certain.
    """

    first: date
    last: date

    @property
    def certain(self) -> bool:
        return self.first == self.last

    def __str__(self) -> str:
        if self.certain:
            return self.first.isoformat()
        if self.first.year == self.last.year and self.first.month == self.last.month:
            return f"{self.first:%Y-%m}"
        return f"{self.first:%Y}"
