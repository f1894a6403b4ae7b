"""Who loses a right by not taking part, and how it comes back, as the charter states it. The walk over what happened is pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Literal

from msgspec import Struct

from steerco.charter.tables.stated import Source
from steerco.charter.tables.terms import TermLength

Missing = Literal["meetings", "votes", "contribution", "silence"]
Lost = Literal["voting", "quorum-base", "membership", "seat"]
LOSES_ALL = frozenset({"membership", "seat"})
"""What is lost with the membership: the vote, and the place in every base but the fixed one."""


class After(Struct, frozen=True, gc=False):
    """How often somebody is missing before it counts; ``consecutive``: one after the other."""

    of: Missing
    missed: int = 1
    consecutive: bool = False


class FirstTold(Struct, frozen=True, gc=False):
    """Who is told first, and how many days before the effect."""

    to: str
    days: int = 0


class Restored(Struct, frozen=True, gc=False):
    """How the right comes back: by so many meetings attended (with a vote in the last of them, or after it), by a contribution,
    or by a decision (``decision:<id>``)."""

    attended: int | None = None
    consecutive: bool = False
    votes_in_last: bool = False
    by_contribution: bool = False
    by: str = ""


class Suspension(Struct, frozen=True, gc=False):
    """What a member of a role or group loses after having been missing.

    ``within`` is the time in which the missing counts; ``unless`` what excuses it (``excused``, ``proxy-named``).
    """

    role: str
    after: After
    cite: tuple[str, ...]
    effect: tuple[Lost, ...] = ("voting",)
    within: TermLength | None = None
    unless: tuple[Literal["excused", "proxy-named"], ...] = ()
    notice_to: str | FirstTold = ""
    restored: Restored = Restored()
    source: Source = Source()

    @property
    def who(self) -> str:
        """The role or group that it is about."""
        return self.role

    @property
    def notice(self) -> FirstTold:
        """The party that is told first, with the days before the effect."""
        return self.notice_to if isinstance(self.notice_to, FirstTold) else FirstTold(self.notice_to)

    def loses(self, what: Lost) -> bool:
        """Return whether a right is lost."""
        return what in self.effect or (what in ("voting", "quorum-base") and not LOSES_ALL.isdisjoint(self.effect))


class TakingPart(Struct, frozen=True, order=True):
    """One occasion of taking part: the day, and whether somebody was there. ``at_hand``: a meeting that still sits."""

    day: date
    there: bool
    at_hand: bool = False


class RightsHeld(Struct, frozen=True):
    """How far a rule has come: since when somebody is suspended (None: is not), what is missed in a row, what came back."""

    since: date | None = None
    missed: tuple[date, ...] = ()
    back: int = 0


def walk(rule: Suspension, occasions: Iterable[TakingPart], restored_on: Iterable[date] = ()) -> RightsHeld:
    """Return how a person stands after all occasions, which come in their order; excused ones are not among them.

    ``restored_on`` are the days of decisions and contributions by which the right came back.
    """
    now, returns = RightsHeld(), sorted(restored_on)
    for each in occasions:
        now = _returned(now, returns, each.day)
        now = _suspended(rule, now, each) if now.since is not None else _missing(rule, now, each)
    return _returned(now, returns, date.max)


def _returned(now: RightsHeld, returns: list[date], until: date) -> RightsHeld:
    came_back = now.since is not None and any(now.since < day <= until for day in returns)
    return RightsHeld() if came_back else now


def _missing(rule: Suspension, now: RightsHeld, each: TakingPart) -> RightsHeld:
    if each.at_hand:
        return now
    if each.there:
        return RightsHeld() if rule.after.consecutive else now
    missed = (*now.missed, each.day)
    if rule.within is not None:
        missed = tuple(day for day in missed if rule.within.after(day) > each.day)
    if len(missed) < rule.after.missed:
        return RightsHeld(missed=missed)
    return RightsHeld(each.day + timedelta(days=rule.notice.days), missed)


def _suspended(rule: Suspension, now: RightsHeld, each: TakingPart) -> RightsHeld:
    wanted = rule.restored.attended
    if each.at_hand and not (each.there and rule.restored.votes_in_last):
        return now
    if not each.there:
        return RightsHeld(now.since, now.missed, 0) if rule.restored.consecutive else now
    back = now.back + 1
    return RightsHeld() if wanted is not None and back >= wanted else RightsHeld(now.since, now.missed, back)
