"""The facts of a vote: who may take part, since when and until when it is open, and how it stands.

They are taken when the vote opens and stay with the matter: whoever leaves later keeps the vote, whoever comes later has none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, Literal

import msgspec
from msgspec import Struct, structs

from steerco.charter.calendar import shift
from steerco.charter.model import NOT_STATED, Ballot, DecisionRule, Quorum
from steerco.charter.rules import Effective, effective
from steerco.charter.tables.proceeding import Length
from steerco.charter.tables.voting import REVOTE, Channel
from steerco.committee.decisions import in_writing, recusal, tally, voters
from steerco.committee.decisions.electorate import Electorate
from steerco.committee.decisions.inactivity import without_inactive
from steerco.committee.meetings.meeting import Meeting
from steerco.records import Do, Record

QUORUM = "quorum"
"""The named value that says how many must be there."""


Ending = Literal["", "called-off", "lapsed", "turned"]
"""How a vote ended without a result."""


class Voting(Struct, frozen=True, omit_defaults=True):
    """The facts of a vote as they were when it opened; ``present`` grows while it is open.

    Times are UTC. ``closes_at`` is the end that was set, ``closes_on`` its day where the tenant is; ``closed_at`` says that
    somebody closed it. ``least_until`` is the time before which it cannot be closed. ``seconds`` are those who seconded it, by
    ``second_by`` at the latest. ``ended``: it was called off, has lapsed, or was turned into another decision, at ``ended_at``.
    ``round`` counts the votes on a matter, from 1; of the rounds in ``secret_rounds`` nobody learns who voted how. ``totals`` are
    the votes by what they count as, where they are not taken by name, ``roll_call`` that this was demanded all the same.
    ``left`` are those who went meanwhile and drop out. ``silence`` is what counts at its closing for who has not voted.
    ``vetoed``: it is blocked where it would pass.
    """

    rule: DecisionRule
    who: tally.Electorate
    quorum: Quorum | None = None
    ballot: Ballot | None = None
    channel: Channel = "written"
    opened_at: datetime | None = None
    closes_at: datetime | None = None
    closed_at: datetime | None = None
    closes_on: date | None = None
    least_until: datetime | None = None
    proposed_by: str = ""
    seconds: tuple[str, ...] = ()
    second_by: datetime | None = None
    ended: Ending = ""
    ended_at: datetime | None = None
    round: int = 1
    secret_rounds: tuple[int, ...] = ()
    totals: dict[str, int] = {}
    roll_call: bool = False
    left: tuple[str, ...] = ()
    silence: str = ""
    vetoed: bool = False

    def result(self, votes: Mapping[str, str], *, closed: bool = False) -> tally.TallyResult | None:
        """Return how the vote stands; once it is ``closed``, silence counts as the charter says."""
        who = self.who
        if self.left:  # the seat of who left stays in the fixed membership
            there = None if who.present is None else tuple(each for each in who.present if each not in self.left)
            who = structs.replace(who.less(self.left), fixed=who.fixed, present=there)
        quiet = self.silence if closed else ""
        stands = tally.count(self.rule, who, votes, self.quorum, totals=self.totals, silence=quiet)
        blocked = self.vetoed and stands is not None and stands.outcome == "passed"
        return structs.replace(stands, outcome="blocked") if blocked and stands is not None else stands

    @property
    def secret(self) -> bool:
        """Whether no position ever stands beside a name."""
        return self.rule.secret or (self.ballot is not None and self.ballot.secret)

    @property
    def hides(self) -> bool:
        """Whether nothing of how it stands is shown before it is closed."""
        return self.secret or (self.ballot is not None and self.ballot.hides)

    def is_open(self, *, decided: bool, today: date) -> bool:
        """Return whether the ballot is open on a day where the tenant is: all of its last day counts."""
        past = self.closes_on is not None and self.closes_on < today
        return self.ballot is not None and not (decided or self.ended or past) and self.closed_at is None

    def keeps(self, *, decided: bool, today: date) -> bool:
        """Return whether nobody is told yet of the votes that came."""
        return self.hides and (self.is_open(decided=decided, today=today) or (self.secret and not decided))

    def lacks_second(self) -> bool:
        """Return whether it still waits for somebody to second it."""
        return self.ballot is not None and len(self.seconds) < self.ballot.seconders

    def lapsed(self, at: datetime) -> bool:
        """Return whether nobody has seconded it in time."""
        return self.second_by is not None and at > self.second_by and self.lacks_second()

    def set_aside(self, at: datetime) -> bool:
        """Return whether it has ended without a result, so that another vote on the matter may begin."""
        return bool(self.ended) or self.lapsed(at)

    def tied(self, at: datetime, votes: Mapping[str, str]) -> bool:
        """Return whether it is over with an equal split, on which the charter has another vote follow."""
        if self.rule.tie != REVOTE or not self.over(at, votes):
            return False
        result = self.result(votes, closed=True)
        return result is not None and result.outcome == "undecided" and result.for_ == result.against > 0

    def over(self, at: datetime, votes: Mapping[str, str]) -> bool:
        """Return whether no vote can come any more: it was closed, its end has passed, or its rule has been met before."""
        if self.closed_at is not None or (self.closes_at is not None and at >= self.closes_at):
            return True
        if self.ballot is None or (self.rule.rule == "consent" and self.least_until is not None and at < self.least_until):
            return False
        if self.ballot.closes == "all-voted":
            return bool(self.totals) or set(votes) >= set(self.who.entitled) - set(self.left)
        result = self.result(votes)
        return self.ballot.closes == "when-settled" and result is not None and bool(votes) and not result.can_change


def of(record: Any) -> Voting | None:
    """Return the facts that a record keeps of its vote."""
    return None if record.voting is None else msgspec.convert(record.voting, Voting)


def keep(record: Any, facts: Voting) -> Voting:
    """Keep the facts with the record."""
    record.voting = msgspec.to_builtins(facts)
    return facts


def channel(do: Do, m: Any) -> Channel:
    """Return how a matter is voted on now: in its meeting while that is open, else in writing."""
    return "meeting" if m.meeting is not None and do.get(Meeting, m.meeting).state == "open" else "written"


def begin(do: Do, m: Any, rule: DecisionRule, how: Channel, excluded: frozenset[str]) -> Voting:
    """Return the facts of a vote that opens now. ``excluded``: persons who neither vote nor count."""
    ballot = next((each for each in do.charter.ballots if each.id == rule.ballot), None)
    quorum = quorum_of(do, m, rule, how)
    who = without_inactive(do, m.body, type(m), voters.of(do, m, rule, excluded))
    who = recusal.stood_aside(do, m, rule, who)
    if ballot is not None and ballot.channel == "mixed":
        who = structs.replace(who, beyond=True)
    quiet = in_writing.silence(do, m) if how == "written" else ""
    if how == "meeting":
        who = attending(do, m, who, quorum)
    return Voting(rule, who, quorum, ballot, how, do.at, silence=quiet)


def attending(do: Do, m: Any, who: Electorate, quorum: Quorum | None) -> Electorate:
    """Return the electorate with those who are there now, beside those who were; unchanged outside a meeting."""
    there = voters.present(do, m)
    if there is None:
        return who
    remote = voters.present(do, m, "remote") or ()
    lacks = lacking(do, quorum.must, there) if quorum is not None else ()
    who = structs.replace(who, present=tuple(sorted({*there, *(who.present or ())})), remote=remote, lacking=lacks)
    return structs.replace(who, represented=voters.represented(do, do.get(Meeting, m.meeting), who, m.id))


def lacking(do: Do, must: Iterable[str], there: Iterable[str]) -> tuple[str, ...]:
    """Return the roles of which no holder is there."""
    held = {name for person in there for name in do.parties.called(person)}
    return tuple(role for role in must if role not in held)


def quorum_rule(do: Do, m: Record, class_: str) -> Effective:
    """Return the quorum of such a matter as a named value, with the rule that sets it."""
    return effective(QUORUM, (do.charter, *do.layers), {"body": m.body, "class": class_})


def quorum_of(do: Do, m: Any, rule: DecisionRule, how: Channel) -> Quorum | None:
    """Return the quorum under which a vote stands: the one that its rule names, else the body's named value in meetings."""
    if rule.quorum in (NOT_STATED, "none"):
        return None
    if rule.quorum:
        found = next((each for each in do.charter.quorums if each.id == rule.quorum), None)
        return found if found is not None and how in found.channels else None
    if how == "written":
        return None
    stated = quorum_rule(do, m, m.class_)
    return None if isinstance(stated.value, bool) else tally.stated_quorum(stated.value, m.body, stated.cite)


def ends(do: Do, length: Length, start: datetime) -> datetime:
    """Return when a length of time from ``start`` ends: hours to the minute, days at the same time of the day."""
    if length.unit in ("minutes", "hours"):
        return start + timedelta(minutes=length.value * (60 if length.unit == "hours" else 1))
    days, unit = (length.value * 7, "calendar") if length.unit == "weeks" else (length.value, length.unit)
    local: date = do.local(start)
    last = shift(local, days, "working" if unit == "working" else "calendar", do.calendar)
    return start + (datetime.combine(last, time.min) - datetime.combine(local, time.min))
