"""The facts of a vote: who may take part, since when and until when it is open, and how it stands.

They are taken when the vote opens and stay with the matter: whoever leaves later keeps the vote, whoever comes later has none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

import msgspec
from msgspec import Struct, structs

from steerco.charter.calendar import shift
from steerco.charter.model import NOT_STATED, Ballot, DecisionRule, Quorum
from steerco.charter.rules import Effective, effective
from steerco.charter.voting import Channel, Length
from steerco.committee import recusal, tally, voters
from steerco.committee.electorate import Electorate
from steerco.committee.inactivity import without_inactive
from steerco.committee.meeting import Meeting
from steerco.records import Do, Record

QUORUM = "quorum"
"""The named value that says how many must be there."""


class Voting(Struct, frozen=True, omit_defaults=True):
    """The facts of a vote as they were when it opened; ``present`` grows while it is open.

    Times are UTC. ``closes_at`` is the end that was set, ``closes_on`` its day where the tenant is; ``closed_at`` says that
    somebody closed it. ``seconds`` are those who seconded it.
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
    proposed_by: str = ""
    seconds: tuple[str, ...] = ()

    def result(self, votes: Mapping[str, str]) -> tally.TallyResult | None:
        """Return how the vote stands."""
        return tally.count(self.rule, self.who, votes, self.quorum)

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
        return (
            self.ballot is not None and not decided and self.closed_at is None and not (self.closes_on and self.closes_on < today)
        )

    def keeps(self, *, decided: bool, today: date) -> bool:
        """Return whether nobody is told yet of the votes that came."""
        return self.hides and (self.is_open(decided=decided, today=today) or (self.secret and not decided))

    def lacks_second(self) -> bool:
        """Whether it still waits for somebody to second it."""
        return self.ballot is not None and len(self.seconds) < self.ballot.second

    def over(self, at: datetime, votes: Mapping[str, str]) -> bool:
        """Return whether no vote can come any more: it was closed, its end has passed, or its rule has been met before."""
        if self.closed_at is not None or (self.closes_at is not None and at >= self.closes_at):
            return True
        if self.ballot is None:
            return False
        if self.ballot.close == "all-voted":
            return set(votes) >= set(self.who.entitled)
        result = self.result(votes)
        return self.ballot.close == "when-settled" and result is not None and bool(votes) and not result.can_change


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
    quorum = quorum_of(do, m, rule, how if m.meeting is None else "meeting")
    who = without_inactive(do, m.body, type(m), voters.of(do, m, rule, excluded))
    who = recusal.stood_aside(do, m, rule, who)
    return Voting(rule, attending(do, m, who, quorum), quorum, ballot, how, do.at)


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
