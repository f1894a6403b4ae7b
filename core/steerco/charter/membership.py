"""Who may be a member, for how long, and how many of one kind: terms, caps, eligibility as the charter states them."""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from typing import Literal

from msgspec import Struct

from steerco.charter.stated import NOT_STATED, Source

LengthWord = Literal["until-successor", "not-stated", "none"]


class TermLength(Struct, frozen=True, gc=False):
    """A length of membership in whole days, months or years."""

    value: int
    unit: Literal["days", "months", "years"]

    def last_day(self, first: date) -> date:
        """Return the last day of a term that begins on ``first``: the anniversary is the first day out."""
        if self.unit == "days":
            return first + timedelta(days=self.value - 1)
        months = first.month - 1 + self.value * (12 if self.unit == "years" else 1)
        year, month = first.year + months // 12, months % 12 + 1
        return date(year, month, min(first.day, calendar.monthrange(year, month)[1])) - timedelta(days=1)


class TermLimit(Struct, frozen=True, gc=False):
    """How many terms one person may serve: one after the other, and in all."""

    consecutive: int | None = None
    lifetime: int | None = None


class TermRule(Struct, frozen=True, gc=False):
    """How long a role, or a seat, is held.

    ``ends``: it lapses on its last day, is held over until a successor, or is only shown. ``limit_force``: beyond the limit the
    appointment is refused (``hard``), or made and marked late (``soft``).
    """

    cite: tuple[str, ...]
    role: str = ""
    seat: str = ""
    length: TermLength | LengthWord = NOT_STATED
    ends: Literal["lapses", "holds-over", "shown"] = "lapses"
    limit: TermLimit = TermLimit()
    limit_force: Literal["hard", "soft"] = "hard"
    source: Source = Source()

    @property
    def who(self) -> str:
        """The seat or role that it is about."""
        return self.seat or self.role


class CapMost(Struct, frozen=True, gc=False):
    """The most that may share something: so many, or a share of the members; with ``under``, less than it."""

    at_most: int | None = None
    share: tuple[int, int] | None = None
    under: bool = False

    def allows(self, count: int, base: int) -> bool:
        """Return whether ``count`` of ``base`` members may share it."""
        if self.at_most is not None and count > self.at_most:
            return False
        if self.share is None:
            return True
        part, whole = self.share
        return whole * count < part * base if self.under else whole * count <= part * base


class Cap(Struct, frozen=True, gc=False):
    """How many members of a body may share an agency, or an attribute such as their employer (``attr:employer``).

    The share is of those seated, of the stated seats (``fixed``), or of those with a vote (``voters``); who is newly appointed
    counts in both.
    """

    id: str
    body: str
    by: str
    max: CapMost
    cite: tuple[str, ...]
    of: Literal["seated", "fixed", "voters"] = "seated"
    on_breach: Literal["refuse", "finding"] = "refuse"
    source: Source = Source()


class Need(Struct, frozen=True, gc=False):
    """One condition on a person: an attribute with a value, or of at least a number; or a role already held."""

    attr: str = ""
    value: str = ""
    at_least: int | None = None
    role: str = ""


class Eligibility(Struct, frozen=True, gc=False):
    """Who may be appointed to a role: every condition holds."""

    role: str
    needs: tuple[Need, ...]
    cite: tuple[str, ...]
    source: Source = Source()

    @property
    def who(self) -> str:
        """The role that it is about."""
        return self.role
