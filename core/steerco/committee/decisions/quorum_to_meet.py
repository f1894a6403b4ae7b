"""The quorum without which a meeting of a body is not opened, by the charter's ``[[quorum]] for = "meet"``.

Who is there is what is booked of the meeting's attendance; the roll may be called before the meeting is opened.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import timedelta

from msgspec import structs

from steerco.charter.model import Quorum
from steerco.committee.decisions import tally, vote_facts, voters
from steerco.committee.decisions.inactivity import without_inactive
from steerco.committee.decisions.matter import Matter
from steerco.committee.meetings.meeting import Meeting
from steerco.committee.meetings.substitution import Substitution
from steerco.records import Do, Unmet

TO_MEET, ELSE_CANCELED, OFFICERS = "quorum-to-meet", "quorum-else-canceled", "officers-there"
"""The requirements on opening a meeting that a quorum to meet stands for (``charter.demands``)."""


@Meeting.check(TO_MEET, met_by="meeting.record-attendance")
def enough_there(do: Do, m: Meeting) -> bool | Unmet:
    """As many as the charter asks are booked as there."""
    return _enough(do, m, "cannot-open", "second-call")


@Meeting.check(ELSE_CANCELED, met_by="meeting.record-attendance")
def enough_or_canceled(do: Do, m: Meeting) -> bool | Unmet:
    """As many as the charter asks are booked as there, else the meeting is canceled."""
    return _enough(do, m, "cancel")


@Meeting.check(OFFICERS, met_by="meeting.record-attendance")
def officers_there(do: Do, m: Meeting) -> bool | Unmet:
    """A holder of each role without which the body does not meet is booked as there."""
    there = voters.attended(do, m)
    for quorum in _quorums(do, m):
        if lacking := vote_facts.lacking(do, quorum.must, there):
            return Unmet(quorum.cite, {"who": ", ".join(lacking)})
    return True


def hold(do: Do, m: Meeting) -> None:
    """Stop a vote in a meeting whose quorum was lost since it opened, where the charter says that this stops it."""
    for quorum in _quorums(do, m):
        if quorum.lost != "stops" or m.state != "open":
            continue
        have, need = _count(do, m, quorum, frozenset(voters.attended(do, m)) - voters.gone(do, m))
        if have < need:
            do.out_of_order("quorum-lost", *quorum.cite, have=have, need=need)


def _quorums(do: Do, m: Meeting) -> Iterator[Quorum]:
    return (each for each in do.charter.quorums if each.for_ == "meet" and each.body == m.body and each.effect != "shown")


def _enough(do: Do, m: Meeting, *without: str) -> bool | Unmet:
    there = frozenset(voters.attended(do, m))
    for quorum in _quorums(do, m):
        if (quorum.without or "cannot-open") not in without:
            continue
        have, need = _count(do, m, quorum, there)
        if have < need and not _second_call(do, m, quorum, have):
            return Unmet(quorum.cite, {"have": str(have), "need": str(need)})
    return True


def _second_call(do: Do, m: Meeting, quorum: Quorum, have: int) -> bool:
    """Return whether the time of the second call has come, and enough are there for it."""
    call = quorum.second_call
    opens = do.localise(do.given.get("held_at") or do.at)
    if quorum.without != "second-call" or call is None or opens < do.localise(m.starts_at) + timedelta(minutes=call.minutes):
        return False
    return have >= call.at_least


def _count(do: Do, m: Meeting, quorum: Quorum, there: frozenset[str]) -> tuple[int, int]:
    """Return how many of those who count are among ``there``, and how many have to be."""
    who = voters.electorate(do, m.body, voters.members(do, m.body), roles=voters.voting_roles(do, m.body))
    who = without_inactive(do, m.body, Matter, who)
    remote = frozenset(voters.attended(do, m, "remote"))
    if "substitute" in quorum.counts:
        there |= _stood_in(do, m, there if "remote" in quorum.counts else there - remote, who.entitled)
    who = structs.replace(who, present=tuple(there), remote=tuple(sorted(remote)))
    return tally.presence(quorum, structs.replace(who, represented=voters.represented(do, m, who)), {})


def _stood_in(do: Do, m: Meeting, there: frozenset[str], entitled: Collection[str]) -> frozenset[str]:
    """Return the members whose admitted substitute is there, each substitute for one; who is a member is there for themselves."""
    taken, found = set(entitled), set[str]()
    for each in do.find(Substitution, meeting=m.id, state="admitted"):
        if each.substitute in there and each.substitute not in taken:
            taken.add(each.substitute)
            found.update(do.parties.holders(each.who))
    return frozenset(found)
