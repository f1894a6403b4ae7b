"""How a vote decides, as the charter states it: tests of counts against bases, quorums and ballots.

A decision passes when every test of a list holds. A test compares one count with a number, with a share of a named base, or
with another count, in whole numbers: ``share = [p, q]`` of a base ``B`` is reached by a count ``C`` when ``q*C >= p*B``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from msgspec import Struct, field

from steerco.charter.tables.proceeding import BallotShortening, CallingOff, Extension, Length, VoteDemand
from steerco.charter.tables.stated import NOT_STATED, Effect, Label, Source

Channel = Literal["meeting", "written"]
CHANNELS: tuple[Channel, ...] = ("meeting", "written")
COUNTS = ("for", "against", "abstain", "cast", "voted", "silent")
"""What can be counted of the votes; a position with a name of its own can be counted by that name."""
BASES = ("fixed", "seated", "entitled", "active", "present", "cast", "voted")
"""The wholes of which a share can be asked."""
Counted = Literal["present", "proxy", "alternate", "remote", "substitute"]
"""Whom a quorum can count: who is there, who is represented by proxy or alternate, who takes part remotely."""
RELATION = "relation:"
WEIGHT = "weight:"
"""Stands before the name of a weight in a test's ``measure``."""
REVOTE: Final = "revote"
"""The value of ``tie`` by which an equal split is voted on again."""
NONE = "none"
"""The value of a rule of which the text says that there is none."""


class VoteTest(Struct, frozen=True, gc=False):
    """One condition of a decision: ``count`` against a number, a share of the base ``of``, or the count ``more_than``.

    ``share`` must be reached, with ``over`` exceeded. ``all_but`` is the base less so many. ``less`` are counts that the base is
    without. ``measure`` counts by a weight (``weight:<name>``) instead of heads; those of ``excluding`` are out of this test
    alone.
    """

    count: str
    of: str = ""
    share: tuple[int, int] | None = None
    over: bool = False
    at_least: int | None = None
    at_most: int | None = None
    all_but: int | None = None
    more_than: str = ""
    less: tuple[str, ...] = ()
    measure: str = ""
    excluding: tuple[str, ...] = ()

    @property
    def weight(self) -> str:
        """The name of the weight by which it counts; empty: heads."""
        return self.measure.removeprefix(WEIGHT)


class MoreVoters(Struct, frozen=True, gc=False):
    """Voters beside the members of the body: roles, groups, or relations to the matter (``relation:author``)."""

    add: tuple[str, ...]


class DecisionRule(Struct, frozen=True, gc=False, rename={"pass_": "pass"}):
    """The way to decide matters of a class: by one person, by consensus or consent, by a vote, or by nobody's objection.

    ``base``, ``share`` and ``over`` are the short form of one test on the votes for. ``pass_`` are the tests that must all hold,
    ``or_pass`` further lists, of which any one suffices; ``not-stated``: the votes are counted and decide nothing. ``positions``
    are those one can take: a list (for, against, the others abstain), or lists by what they count as. ``excluding`` are those
    who neither vote nor count. ``quorum`` and ``ballot`` name rows of these tables. The first vote against turns the matter into
    the decision ``turns_to``; a lazy one with ``at_once`` is in effect from its opening.
    """

    id: str
    label: Label
    body: str
    rule: Literal["one-decides", "consensus", "vote", "consent", "lazy"]
    cite: tuple[str, ...]
    classes: tuple[str, ...] = ("*",)
    channels: tuple[Channel, ...] = CHANNELS
    base: Literal["all", "present", "cast"] = "all"
    share: tuple[int, int] = (1, 2)
    over: bool = True
    pass_: tuple[VoteTest, ...] | Literal["not-stated"] = ()
    or_pass: tuple[tuple[VoteTest, ...], ...] = ()
    tie: str = NOT_STATED
    positions: tuple[str, ...] | dict[str, tuple[str, ...]] = ("for", "against", "abstain")
    voters: str | MoreVoters = ""
    excluding: tuple[str, ...] = ()
    secret: bool = False
    quorum: str = ""
    ballot: str = ""
    turns_to: str = ""
    at_once: bool = False
    outcome_is: Literal["decision", "advice"] = "decision"
    effect: Effect = ""
    source: Source = Source()

    @property
    def voting_role(self) -> str:
        """The role or group whose members vote; empty where all members do, or a relation says who."""
        return self.voters if isinstance(self.voters, str) and not self.voters.startswith(RELATION) else ""

    @property
    def takes(self) -> tuple[str, ...]:
        """The positions that a voter can take, in the order of the charter."""
        if isinstance(self.positions, tuple):
            return self.positions
        return tuple(name for names in self.positions.values() for name in names)

    def counts_as(self, position: str) -> str:
        """Return what a position counts as: for, against, abstain, or by its own name."""
        if isinstance(self.positions, tuple):
            at = self.positions.index(position) if position in self.positions else 2
            return ("for", "against", "abstain")[min(at, 2)]
        for kind, names in self.positions.items():
            if position in names:
                return position if kind == "other" else kind
        return "abstain"

    @property
    def decides(self) -> bool:
        """Whether the votes decide anything, by what the text states."""
        return self.pass_ != NOT_STATED

    def tests(self) -> tuple[tuple[VoteTest, ...], ...]:
        """Return the lists of tests, of which one must hold whole."""
        if self.pass_ and self.pass_ != NOT_STATED:
            return (self.pass_, *self.or_pass)
        match self.rule:
            case "consensus" | "consent":
                return ((VoteTest("for", at_least=1), VoteTest("against", at_most=0)),)
            case "lazy":
                return ((VoteTest("against", at_most=0),),)
        base = {"all": "seated", "present": "present", "cast": "cast"}[self.base]
        return ((VoteTest("for", of=base, share=self.share, over=self.over),), *self.or_pass)

    @property
    def may_tie(self) -> bool:
        """Whether an equal split is a tie: under a plain majority of the votes cast, and only there."""
        plain = (VoteTest("for", more_than="against"), VoteTest("for", of="cast", share=(1, 2), over=True))
        return any(test in plain for test in self.tests()[0])


class Ballot(Struct, frozen=True, gc=False):
    """How votes are taken: who opens and closes, how long, what is seen meanwhile.

    ``opened_by`` and ``closed_by`` narrow who may, among those with the power; on the demand ``on_request`` it is opened too.
    ``second`` so many others have to second it, ``second_within`` a time. ``period`` is the least time that a ballot stays open,
    unless somebody may ``shorten`` it; who may ``extend`` it puts its end off. ``ended_by`` and ``also_ended_by`` say who calls
    it off. ``close``: at its end (also where nothing is written and there is a period), once no vote not yet cast could alter the
    result, once all have voted, or when it is declared. ``taken``: by name, or as ``totals``, unless ``roll_call`` is demanded.

    ``explicit_abstention``: who may vote has to vote or abstain. ``leavers``: the vote of who goes meanwhile stays, or drops out
    with its base. ``hide``: nobody sees positions or running totals before; ``secret``: positions never stand beside a name.
    """

    id: str
    cite: tuple[str, ...]
    label: Label = Label()
    channel: Literal["meeting", "written", "either", "mixed"] = "either"
    opened_by: tuple[str, ...] = ()
    closed_by: tuple[str, ...] = ()
    on_request: VoteDemand | None = None
    second: int = 0
    second_within: Length | None = None
    period: Length | None = None
    shorten: BallotShortening | None = None
    extend: Extension | None = None
    ended_by: CallingOff | None = None
    also_ended_by: tuple[str, ...] = ()
    close: Literal["at-end", "when-settled", "all-voted", "declared", ""] = ""
    revisable: Literal["until-closed", "no"] = "until-closed"
    taken: Literal["by-name", "totals"] = "by-name"
    roll_call: VoteDemand | None = None
    explicit_abstention: bool = False
    leavers: Literal["stay", "drop"] = "stay"
    hide: Literal["until-closed", ""] = ""
    secret: bool = False
    reason_for: tuple[str, ...] = ()
    source: Source = Source()

    @property
    def hides(self) -> bool:
        """Whether no running result is shown."""
        return self.secret or bool(self.hide)

    @property
    def closes(self) -> str:
        """How it closes; one with a period and no word on it closes at its end."""
        return self.close or ("at-end" if self.period is not None else "declared")

    @property
    def seconders(self) -> int:
        """How many others have to second it."""
        return self.second or int(self.second_within is not None)


class SecondCall(Struct, frozen=True, gc=False):
    """The quorum of the second call: so many suffice once that time has passed since the meeting was to start."""

    after: Length
    at_least: int = 1

    @property
    def minutes(self) -> int:
        """The time in minutes; a day is one of 24 hours here."""
        return self.after.value * {"minutes": 1, "hours": 60, "weeks": 7 * 1440}.get(self.after.unit, 1440)


class Quorum(Struct, frozen=True, gc=False):
    """How many must take part: for meeting at all, or for a vote, in the channels that it names.

    ``share`` of the base ``of`` (``over``: more than that), or ``at_least`` so many, or ``all_but`` so many; ``share`` may be
    ``none``: the text says that there is no quorum. ``must`` are roles of each of which a holder has to be there too. ``counts``
    says whom it counts: those in the room; who takes part remotely, or a member whose substitute is there, only where it
    names them. ``measured_by`` is ``votes`` where it means the votes cast. ``without``: without a quorum to meet the meeting
    cannot open, is canceled, or needs a second call; without one to vote nothing is decided. ``lost`` is what it means that a
    quorum to meet is lost while the meeting sits: it stops votes, or the text does not say.
    """

    id: str
    body: str
    cite: tuple[str, ...]
    for_: Literal["meet", "vote"] = field(name="for", default="vote")
    of: str = "fixed"
    share: tuple[int, int] | Literal["none", "not-stated"] | None = None
    over: bool = False
    at_least: int | None = None
    all_but: int | None = None
    must: tuple[str, ...] = ()
    channels: tuple[Channel, ...] = ("meeting",)
    counts: tuple[Counted, ...] = ("present", "alternate")
    measured_by: Literal["presence", "votes"] = "presence"
    without: Literal["cannot-open", "cancel", "second-call", "no-decision", ""] = ""
    second_call: SecondCall | None = None
    lost: Literal["not-stated", "stops"] = NOT_STATED
    effect: Effect = ""
    source: Source = Source()


def reached(count: int, base: int, share: tuple[int, int], over: bool) -> bool:
    """Return whether ``count`` reaches ``share`` of ``base`` (exceeds it, with ``over``); of an empty base nothing is reached."""
    part, whole = share
    return base > 0 and count >= 1 and (whole * count > part * base if over else whole * count >= part * base)


def needed(base: int, share: tuple[int, int], over: bool) -> int:
    """Return the smallest count that reaches ``share`` of ``base`` (exceeds it, with ``over``), and never none."""
    part, whole = share
    return max(1, part * base // whole + 1 if over else -(-part * base // whole))


def needed_by(test: VoteTest, base: int, counts: Mapping[str, int]) -> int | None:
    """Return the least count with which ``test`` holds; for ``at_most`` the most. None for a share of nothing."""
    if test.share is not None:
        return needed(base, test.share, test.over) if base > 0 else None
    if test.all_but is not None:
        return max(1, base - test.all_but)
    if test.at_least is not None:
        return test.at_least
    if test.at_most is not None:
        return test.at_most
    return counts.get(test.more_than, 0) + 1
