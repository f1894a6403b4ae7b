"""How a charter lets somebody be elected: who votes, by which count, from nomination to result."""

from __future__ import annotations

from datetime import date
from typing import Literal

from msgspec import Struct, field

from steerco.charter.tables.stated import Source

OWN_SYSTEMS = frozenset({"entered", "plurality", "approval", "acclamation"})
"""The methods that core has; plugins bring others, by the hook ``count_ballots``."""
DAYS = {"days": 1, "calendar": 1, "weeks": 7}


class Least(Struct, frozen=True, gc=False):
    """A least time in whole days or weeks."""

    value: int
    unit: Literal["days", "calendar", "weeks"] = "days"

    @property
    def days(self) -> int:
        """It in days."""
        return self.value * DAYS[self.unit]


class Nominations(Struct, frozen=True, gc=False):
    """How long candidates can be nominated at least, by whom, and whether by themselves.

    Whom not so many others have seconded (``seconds``) does not stand.
    """

    at_least: Least | None = None
    by: Literal["elector", "anyone"] = "elector"
    self: bool = True
    seconds: int = 0

    @property
    def days(self) -> int:
        """The least time in days."""
        return self.at_least.days if self.at_least is not None else 0


class ElectionVoting(Struct, frozen=True, gc=False):
    """How long the vote is open at least, in each of its ``phases``: a phase settles the tie that the one before left."""

    at_least: Least | None = None
    phases: int = 1

    @property
    def days(self) -> int:
        """The least time in days."""
        return self.at_least.days if self.at_least is not None else 0


class Window(Struct, frozen=True, gc=False):
    """The part of a year (month and day, both included) in which an election is called."""

    from_: str = field(name="from")
    to: str

    def holds(self, day: date) -> bool:
        """Return whether a day lies in it; it may run over the turn of the year."""
        today = f"{day:%m-%d}"
        return self.from_ <= today <= self.to if self.from_ <= self.to else today >= self.from_ or today <= self.to


class ElectionRule(Struct, frozen=True, gc=False):
    """An election: ``fills`` a role or seat, by the ``electors``, entered from elsewhere or counted here.

    ``system`` is one of ``OWN_SYSTEMS``, or the method of a plugin.
    """

    id: str
    fills: str
    electors: str
    cite: tuple[str, ...]
    system: str = "entered"
    certificate: bool = False
    nominations: Nominations = Nominations()
    voting: ElectionVoting = ElectionVoting()
    secret: bool = False
    if_one_candidate: Literal["acclamation", "vote"] = "vote"
    confirmed_by: str = ""
    window: Window | None = None
    source: Source = Source()

    @property
    def ranked(self) -> bool:
        """Whether a ballot is an order of preference: for every method that a plugin counts."""
        return self.system not in OWN_SYSTEMS
