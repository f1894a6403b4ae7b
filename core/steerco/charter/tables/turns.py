"""Who presides by turn: a role that passes from one party to the next after a fixed time."""

from __future__ import annotations

from datetime import date

from msgspec import Struct, field

from steerco.charter.tables.stated import Source
from steerco.charter.tables.terms import TermLength

_DAYS = {"days": 1, "weeks": 7}


class Rotation(Struct, frozen=True, gc=False):
    """A role held by turn. ``order`` names agencies, seats, roles or persons; the first has its turn from ``from_`` on.

    ``groups_of``: so many that follow one another work as a group while their turns last; ``group_role`` is the role that all of
    a group hold then.
    """

    role: str
    order: tuple[str, ...]
    period: TermLength
    cite: tuple[str, ...]
    from_: date = field(name="from")
    groups_of: int | None = None
    group_role: str = ""
    source: Source = Source()

    @property
    def who(self) -> str:
        """The role that it is about."""
        return self.role

    @property
    def roles(self) -> tuple[str, ...]:
        """The roles to which nobody is appointed, since the turn gives them."""
        return (self.role, self.group_role) if self.group_role else (self.role,)

    def number(self, day: date) -> int | None:
        """Return the number of the turn on a day, counted from 0; None before the first."""
        if day < self.from_:
            return None
        if self.period.unit in _DAYS:
            return (day - self.from_).days // (self.period.value * _DAYS[self.period.unit])
        months = (day.year - self.from_.year) * 12 + day.month - self.from_.month
        number = months // (self.period.value * (12 if self.period.unit == "years" else 1))
        return number if self.period.after(self.from_, number) <= day else number - 1

    def turn(self, day: date) -> str:
        """Return whose turn it is on a day; empty before the first."""
        number = self.number(day)
        return "" if number is None else self.order[number % len(self.order)]

    def group(self, day: date) -> tuple[str, ...]:
        """Return the parties that work as a group on a day, in their order; none before the first turn, or without groups."""
        first = self._first_of_group(day)
        if first is None or self.groups_of is None:
            return ()
        return tuple(self.order[number % len(self.order)] for number in range(first, first + self.groups_of))

    def group_until(self, day: date) -> date | None:
        """Return the first day of the group after the one of a day; None where there is none."""
        first = self._first_of_group(day)
        return None if first is None or self.groups_of is None else self.period.after(self.from_, first + self.groups_of)

    def _first_of_group(self, day: date) -> int | None:
        """Return the number of the first turn of the group of a day."""
        number = self.number(day)
        return None if number is None or self.groups_of is None else number - number % self.groups_of

    def following(self, day: date) -> tuple[str, date]:
        """Return whose turn comes next, and its first day."""
        number = self.number(day)
        after = 0 if number is None else number + 1
        return self.order[after % len(self.order)], self.period.after(self.from_, after)
