"""Who votes, and with what weight: alternates, units, weights as the charter states them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final, Literal

from msgspec import Struct

from steerco.charter.tables.stated import NOT_STATED, Source
from steerco.config.schema_voters import LEAD, PAPERS

PERSON: Final = "person"
AGENCY: Final = "agency"
SEAT: Final = "seat"
ATTR: Final = "attr:"
"""What a unit, a weight or a group goes by: each person, each agency, each seat, each value of a person's attribute."""

AFFILIATION: Final = "affiliation-ruling"
"""The occasion of a recusal that a matter rules on whether an affiliation is over its cap."""

Right = Literal["attend", "vote", "quorum"]
RIGHTS: Final[tuple[Right, ...]] = ("attend", "vote", "quorum")
"""What an alternate does for the seat: attends, votes, counts for the quorum."""
StandsIn = Literal["away", "presides"]
"""When an alternate acts for the seat."""


class Related(Struct, frozen=True, gc=False):
    """Agencies, or values of an attribute, that count as one: each list of ``groups`` is one."""

    by: str
    groups: tuple[tuple[str, ...], ...]

    def joined(self, value: str) -> str:
        """Return the value by which a group goes: its first; a value in no group goes by itself."""
        return next((group[0] for group in self.groups if value in group), value)


ANYONE_PRESENT: Final = "anyone-present"
SAME_AGENCY: Final = "same-agency"
"""To whom a proxy can be given, beside a role or group."""


class ProxyRule(Struct, frozen=True, gc=False):
    """Whether and how a member of a body gives the own vote to another for a meeting.

    ``allowed``: yes, no, or the text does not say. ``per_holder`` is the most that one person holds; ``to`` who may hold one
    (empty: the members); ``counts_for`` what the giver then counts for. ``chain``: it can be passed on.
    """

    body: str
    cite: tuple[str, ...]
    id: str = ""
    allowed: bool | Literal["not-stated", "not-read"] = True
    per_holder: int | Literal["none", "not-stated", "not-read"] = NOT_STATED
    to: str = ""
    form: Literal["written", "spoken", "any", "not-stated"] = "any"
    instructions: Literal["required", "allowed", "none", "not-stated"] = "allowed"
    counts_for: tuple[Literal["vote", "quorum"], ...] = ("vote",)
    chain: bool = False
    source: Source = Source()

    @property
    def who(self) -> str:
        """The body that it is about."""
        return self.body


class RecusalLimit(Struct, frozen=True, gc=False):
    """How many may take no part: a share of the members (``over``: more than it), then nothing is decided, or by another
    decision (``route``)."""

    share: tuple[int, int]
    over: bool = False
    of: Literal["seated", "fixed"] = "seated"
    then: Literal["no-decision"] = "no-decision"
    route: str = ""

    def reached(self, count: int, base: int) -> bool:
        """Return whether so many of ``base`` are too many."""
        part, whole = self.share
        return base > 0 and (whole * count > part * base if self.over else whole * count >= part * base)


class RecusalRule(Struct, frozen=True, gc=False):
    """What it means in a body that somebody takes no part in a matter; with a ``role``, for its holders alone.

    ``on`` are the occasions: a class of matters in which whoever it concerns takes no part, or words for readers. ``declared_by``
    says who may declare it (empty: whoever has the power), ``effect`` what is lost. ``abstains``: it counts as
    abstaining.
    """

    body: str
    cite: tuple[str, ...]
    id: str = ""
    role: str = ""
    on: tuple[str, ...] = ()
    declared_by: tuple[str, ...] = ()
    effect: tuple[str, ...] = ("vote",)
    waivable: bool = False
    limit: RecusalLimit | None = None
    abstains: bool = False
    disclosure: dict[str, bool | str] = {}
    source: Source = Source()

    @property
    def who(self) -> str:
        """The body, and the role in it, that it is about."""
        return f"{self.body}: {self.role}" if self.role else self.body

    @property
    def whom(self) -> str:
        """The role, else the body, for whose holders it is."""
        return self.role or self.body

    @property
    def leading(self) -> bool:
        """Whether it keeps from opening, closing and deciding the matter."""
        return LEAD in self.effect

    @property
    def keeps_papers(self) -> bool:
        """Whether it keeps the papers of the matter from who takes no part."""
        return PAPERS in self.effect


def recusal_of(texts: Iterable[tuple[RecusalRule, ...]], body: str, names: Collection[str] = ()) -> RecusalRule | None:
    """Return what is said of recusal in a body: by the first of the texts, the charter before those beside it. A row for a
    role goes before the others, for whom ``names`` (roles, groups, seats) say hold it."""
    rules = [rule for rows in texts for rule in rows if rule.body == body]
    return next((rule for rule in rules if rule.role and rule.role in names), next((r for r in rules if not r.role), None))


class Weight(Struct, frozen=True, gc=False):
    """Whole numbers by which votes weigh: of each agency, seat, or value of a person's attribute."""

    name: str
    by: str
    values: dict[str, int]
    cite: tuple[str, ...]
    source: Source = Source()


def joined(related: tuple[Related, ...], by: str, value: str) -> str:
    """Return the value by which what is related counts as one."""
    return next((row.joined(value) for row in related if row.by == by and row.joined(value) != value), value)
