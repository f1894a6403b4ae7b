"""Rules on vacant seats: who fills it, in which order, and for how long."""

from __future__ import annotations

from datetime import date
from typing import Literal

from msgspec import Struct

from steerco.charter.tables.stated import Source
from steerco.charter.tables.terms import TermLength

RUNNER_UP, APPOINTED_BY, SPECIAL_ELECTION, LEAVE_OPEN = "runner-up", "appointed-by:", "special-election", "leave-open"


class Nearness(Struct, frozen=True, gc=False):
    """How near the end of the term is."""

    less_than: TermLength


class VacancyCase(Struct, frozen=True, gc=False):
    """Another order where the seat falls vacant shortly before its term would have ended."""

    before_next: Nearness
    order: tuple[str, ...]


class Vacancy(Struct, frozen=True, gc=False):
    """The ways of filling a vacant place in a role or group, in the order in which they are tried.

    A way is ``runner-up`` (at most ``runner_up_max`` in one term), ``appointed-by:<role or body>``, ``special-election``, or
    ``leave-open``. ``term_of_successor``: the successor serves the rest of the term, or a new one.
    """

    role: str
    order: tuple[str, ...]
    cite: tuple[str, ...]
    runner_up_max: int | None = None
    when: tuple[VacancyCase, ...] = ()
    term_of_successor: Literal["rest", "new"] = "new"
    source: Source = Source()

    @property
    def orders(self) -> tuple[tuple[str, ...], ...]:
        """Every order that it states."""
        return (self.order, *(case.order for case in self.when))

    def order_for(self, vacant_from: date, term_to: date | None) -> tuple[str, ...]:
        """Return the order for a place that falls vacant on a day, whose term would have ended on ``term_to``."""
        for case in self.when:
            if term_to is not None and case.before_next.less_than.after(vacant_from) > term_to:
                return case.order
        return self.order

    @property
    def who(self) -> str:
        """The role that it is about."""
        return self.role
