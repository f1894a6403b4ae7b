"""A charter's rules on the course of a vote: from one decision rule to the next, and what ends, shortens or extends a
ballot."""

from __future__ import annotations

from typing import Final, Literal

from msgspec import Struct, field

from steerco.charter.tables.stated import Label, Source

ON_DECISION: Final = "on-decision:"
"""Stands before the decision on which something is allowed."""


class Length(Struct, frozen=True, gc=False):
    """A length of time: so many minutes, hours, calendar days, working days or weeks."""

    value: int
    unit: Literal["minutes", "hours", "calendar", "days", "working", "weeks"] = "days"


class VoteDemand(Struct, frozen=True, gc=False):
    """So many distinct persons of a role, group or body who ask for something bring it about."""

    of: str
    at_least: int = 1


class BallotShortening(Struct, frozen=True, gc=False):
    """Who may open a ballot for less than its stated time, not below ``to``; ``reason``: they have to say why."""

    by: str
    reason: bool | Literal["required"] = False
    to: Length | None = None


class Extension(Struct, frozen=True, gc=False):
    """Who may put off the end of an open ballot; ``total`` is the longest that it may be open in all."""

    by: str
    total: Length | None = None


class CallingOff(Struct, frozen=True, gc=False):
    """How many distinct persons end an open ballot without effect, ``within`` which time of its opening.

    ``then``: a new ballot comes after a meeting.
    """

    requests: int
    of: str
    then: Literal["meeting", ""] = ""
    within: Length | None = None


class RouteWhen(Struct, frozen=True, gc=False):
    """What turns a matter into the next decision rule: somebody ``by`` puts a ``finding`` on record."""

    by: str
    finding: str


class DecisionRoute(Struct, frozen=True, gc=False):
    """Two decision rules, one after the other, for classes of matters of a body.

    ``first`` and ``then`` are decisions. Without ``when`` the first vote against turns the matter.
    """

    body: str
    first: str
    then: str
    cite: tuple[str, ...]
    classes: tuple[str, ...] = ("*",)
    when: RouteWhen | None = None
    source: Source = Source()

    @property
    def who(self) -> str:
        """The name of the row among the rules of the charter."""
        return f"{self.first} then {self.then}"


class WrittenRule(Struct, frozen=True, gc=False):
    """Whether and how a body votes in writing on classes of matters. What a row leaves out, one for all classes may say.

    ``allowed``: always, never, or on the decision named after ``on-decision:``, under which a matter has to pass first;
    ``agreed_by`` names one beside. ``proposed_by`` are those who may propose such a vote. ``silence`` is what those count as at
    the closing who have not voted. ``reported`` says where (``in``) the votes are told, and who owes it
    (``duty_of``; else the body). ``label`` is what that duty is called (``configuration.derived_labels``).
    """

    body: str
    cite: tuple[str, ...]
    id: str = ""
    classes: tuple[str, ...] = ("*",)
    allowed: str = ""
    proposed_by: tuple[str, ...] = ()
    agreed_by: str = ""
    silence: Literal["none", "for", "abstain", "not-stated", "not-read", ""] = ""
    reported: dict[str, str] = {}
    label: Label = Label()
    source: Source = Source()

    @property
    def who(self) -> str:
        """The body, and the classes of matters, that it is about."""
        return self.body if "*" in self.classes else f"{self.body}: {', '.join(self.classes)}"

    @property
    def agreement(self) -> str:
        """The decision under which a matter has to pass before such a vote; empty where none has to."""
        return self.agreed_by or self.allowed.removeprefix(ON_DECISION) * self.allowed.startswith(ON_DECISION)


AGAINST: Final = "against"
"""Who vetoes, where each vote against is a veto."""


class Veto(Struct, frozen=True, gc=False):
    """Who blocks what would pass under a decision: a role, group or body, a body by a matter of its own, or each vote against.

    ``within`` which time of the closing, or of the decision. With ``reason`` one without a text is void. ``override`` is the
    decision by which the matter goes then; ``none``: it stays blocked.
    """

    decision: str
    by: str
    cite: tuple[str, ...]
    id: str = ""
    within: Length | None = None
    reason: bool | Literal["required"] = False
    override: str = "none"
    source: Source = Source()

    @property
    def who(self) -> str:
        """The name of the row among the rules of the charter."""
        return f"{self.decision} by {self.by}"


class BarWhile(Struct, frozen=True, gc=False):
    """Such a record of the body stands: of a type, a class or kind, in a state (``pending``: something still leads on)."""

    type: str
    state: str
    class_: str = field(name="class", default="")
    kind: str = ""


class BarRule(Struct, frozen=True, gc=False):
    """An act that waits as long as another record stands as ``while_`` says. ``where`` narrows the act, as in a procedure."""

    on: str
    cite: tuple[str, ...]
    while_: BarWhile = field(name="while")
    id: str = ""
    where: dict[str, str] = field(default_factory=dict)
    source: Source = Source()

    @property
    def who(self) -> str:
        """The name of the row among the rules of the charter."""
        return " ".join((self.on, *(f"{name}={value}" for name, value in sorted(self.where.items()))))
