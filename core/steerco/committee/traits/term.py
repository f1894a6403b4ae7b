"""A term: counts from a day to a day, and ends by itself when its last day is over.

Nothing is written when it ends: its state on a day follows from the day (``Record.standing``), so that no worker has to come by.
A type of such records names the state in which they then are (``ends_as``).
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import ClassVar

from sqlalchemy.orm import Mapped, mapped_column

from steerco.records import Do

OPEN_END = date.max
"""The day after the last one of what has no last day: it never comes."""


class Term:
    """``from_`` and ``to`` are the first and the last day, both included; without ``to`` it is open. ``over_on`` is the first day
    on which it is over, where it has one: the day after the last, or the day on which somebody ended it."""

    ends_as: ClassVar[str] = "ended"
    from_: Mapped[date | None] = mapped_column("from")
    to: Mapped[date | None]
    over_on: Mapped[date] = mapped_column(info={"hidden": True}, default=OPEN_END)


def run(do: Do, term: Term, first: date | None, last: date | None) -> None:
    """Let it count from ``first`` (today, where none is given) to ``last``. Raises ``Invalid`` for a last day before the first or
    in the past: what is over is not begun."""
    term.from_, term.to = first or do.today, last
    if last is not None and last < term.from_:
        do.invalid("to", "before-from")
    if last is not None and last < do.today:
        do.invalid("to", "over-already", last=last)
    term.over_on = OPEN_END if last is None else last + timedelta(days=1)


def cut(do: Do, term: Term, last: date | None) -> date:
    """End it today, with ``last`` (today, where none is given) as its last day, and return that day. It can be cut short, and
    not made longer. Raises ``Invalid``."""
    day = last or do.today
    if day > do.today:
        do.invalid("to", "not-over-yet", today=do.today)
    if term.to is not None and day > term.to:
        do.invalid("to", "after-last-day", last=term.to)
    if last is not None and term.from_ is not None and day < term.from_:
        do.invalid("to", "before-first-day")
    term.to, term.over_on = day, do.today
    return day
