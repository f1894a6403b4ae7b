"""Who may be a member, and how many of one kind: caps and eligibility as the charter states them."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from steerco.charter.tables.stated import Source
from steerco.charter.tables.terms import TermLength
from steerco.charter.tables.voters import Related


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


class CapStep(Struct, frozen=True, gc=False, rename={"from_": "from"}):
    """The most that may share something while so many are seated: ``up_to`` that number, or ``from_`` it on."""

    at_most: int
    up_to: int | None = None
    from_: int | None = None

    def holds(self, seated: int) -> bool:
        """Return whether the step is for so many seated."""
        return (self.up_to is None or seated <= self.up_to) and (self.from_ is None or seated >= self.from_)


class Repair(Struct, frozen=True, gc=False):
    """How a breach is mended: who leaves, in the order in which it is tried, and within which time."""

    order: tuple[Literal["they-decide", "last-in", "all-leave", "lots"], ...] = ()
    within: TermLength | None = None


class Cap(Struct, frozen=True, gc=False):
    """How many members of a body may share an agency, or an attribute such as their employer (``attr:employer``).

    The share is of those seated, of the stated seats (``fixed``), or of those with a vote (``voters``); who is newly appointed
    counts in both. ``steps`` go by the number seated instead. ``related`` values count as one. ``on_breach``: the appointment is
    refused, or made and said, or a duty to mend it, or the last who came lose the vote.
    """

    id: str
    body: str
    by: str
    cite: tuple[str, ...]
    max: CapMost = CapMost()
    of: Literal["seated", "fixed", "voters"] = "seated"
    steps: tuple[CapStep, ...] = ()
    related: tuple[Related, ...] = ()
    on_breach: Literal["refuse", "finding", "suspend-voting", "duty"] = "refuse"
    repair: Repair = Repair()
    waiver: str = ""
    source: Source = Source()

    def allows(self, count: int, base: int, seated: int) -> bool:
        """Return whether ``count`` of ``base`` may share it while so many are seated."""
        step = next((each for each in self.steps if each.holds(seated)), None)
        return count <= step.at_most if step is not None else self.max.allows(count, base)


class Need(Struct, frozen=True, gc=False):
    """One condition on a person: an attribute with a value, or of at least a number; a role already held; or any of several."""

    attr: str = ""
    value: str = ""
    at_least: int | None = None
    role: str = ""
    any: tuple[Need, ...] = ()


class Endorsements(Struct, frozen=True, gc=False):
    """How many of a role endorse somebody; ``distinct``: each with another value of an attribute (``attr:region``)."""

    at_least: int
    by: str
    distinct: str = ""


class Acknowledges(Struct, frozen=True, gc=False):
    """What a new member confirms, within which time (None: the text states none)."""

    what: str
    within: TermLength | None = None


class Eligibility(Struct, frozen=True, gc=False):
    """Who may be appointed to a role: every condition holds, so many endorse it; and what the new member then confirms."""

    role: str
    cite: tuple[str, ...]
    needs: tuple[Need, ...] = ()
    endorsements: Endorsements | None = None
    acknowledges: Acknowledges | None = None
    source: Source = Source()

    @property
    def who(self) -> str:
        """The role that it is about."""
        return self.role
