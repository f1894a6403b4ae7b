"""The course of a ballot: somebody demands it, puts off its end, calls it off; its votes are entered as totals."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, cast

from msgspec import Meta, structs
from sqlalchemy.orm import Mapped

from steerco.charter.model import Ballot, Cadence, OnRequest
from steerco.committee.decisions import ballot, vote, vote_facts, voters
from steerco.committee.decisions.matter import PENDING, Matter
from steerco.committee.decisions.vote_facts import Voting
from steerco.committee.meetings.meeting import Meeting
from steerco.committee.members.binding import group_holders
from steerco.committee.members.directory import Day
from steerco.records import Do, Line, Part, party

Votes = Annotated[int, Meta(ge=0, le=100_000)]


class BallotRequest(Part, of="matter", name="requests"):
    """Somebody asks for something of the vote: a ballot, a roll call, a meeting in place of it."""

    matter: Mapped[str]
    who: Mapped[str] = party()
    what: Mapped[str]
    at: Mapped[datetime]
    round: Mapped[int]


def _requested(do: Do, m: Matter, what: str, round: int, cite: tuple[str, ...]) -> int:
    """Put the actor's request on record, and return how many persons have asked for it now."""
    me = do.acting_for or do.actor
    people = {row.who for row in do.parts(m, BallotRequest, what=what, round=round)}
    if me in people:
        do.out_of_order("requested-already", *cite)
    do.add(m, BallotRequest(who=me, what=what, at=do.at, round=round))
    return len(people) + 1


@Matter.action(*PENDING)
def request_ballot(do: Do, m: Matter) -> None:
    """Ask that the ballot be opened; it opens once as many ask as the charter says."""
    rule = ballot.vote_rule(do, m)
    row, before = ballot.ballot_of(do, rule), vote_facts.of(m)
    asks = row.on_request
    if asks is None:
        do.out_of_order("ballot-not-on-request")
    vote.hold_first(do, m)
    if not voters.among(do, (asks.of,)):
        do.out_of_order("requested-by", *row.cite, who=asks.of)
    if _requested(do, m, "ballot", before.round + 1 if before is not None else 1, row.cite) >= asks.at_least:
        ballot.begin_ballot(do, m)


@Matter.action(*PENDING)
def request_roll_call(do: Do, m: Matter) -> None:
    """Ask that the votes be taken by name; they are once as many ask as the charter says."""
    facts, row = _opened(do, m)
    asks = row.roll_call
    if asks is None or row.taken != "totals":
        do.out_of_order("roll-call-not-stated")
    if not voters.among(do, (asks.of,)):
        do.out_of_order("requested-by", *row.cite, who=asks.of)
    if _requested(do, m, "roll-call", facts.round, row.cite) >= asks.at_least:
        vote_facts.keep(m, structs.replace(facts, roll_call=True, totals={}))


@Matter.action(*PENDING)
def request_meeting(do: Do, m: Matter) -> None:
    """Ask for a meeting: in place of the open ballot, which ends without effect once as many ask as the charter says,
    or one that a cadence lets be asked for."""
    running = vote_facts.of(m)
    row = running.ballot if running is not None and not running.set_aside(do.at) else None
    if (row is None or not (row.ended_by or row.also_ended_by)) and (asked := _asked_for(do, m.body)):
        _ask_for_one(do, m, asked)
    else:
        _ask_in_its_place(do, m)


def _ask_in_its_place(do: Do, m: Matter) -> None:
    facts, row = _opened(do, m)
    rule = row.ended_by
    if rule is None and not row.also_ended_by:
        do.out_of_order("ballot-not-called-off")
    alone = voters.among(do, row.also_ended_by)
    if not alone and (rule is None or not voters.among(do, (rule.of,))):
        who = (*([rule.of] if rule is not None else []), *row.also_ended_by)
        do.out_of_order("requested-by", *row.cite, who=", ".join(who))
    if rule is not None and rule.within is not None and facts.opened_at is not None:
        last = vote_facts.ends(do, rule.within, facts.opened_at)
        if do.at > last and not alone:
            do.out_of_order("requested-too-late", *row.cite, until=last.isoformat())
    number = _requested(do, m, "meeting", facts.round, row.cite)
    if alone or (rule is not None and number >= rule.requests):
        vote_facts.keep(m, structs.replace(facts, ended="called-off", ended_at=do.at))
        do.tell(m.author, *facts.who.entitled)


def _asked_for(do: Do, body: str) -> list[Cadence]:
    """Return the cadences of a body whose meetings are called on request too."""
    layers = (do.charter, *do.layers)
    return [row for layer in layers for row in layer.cadences if row.body == body and row.or_on_request is not None]


def _ask_for_one(do: Do, m: Matter, cadences: list[Cadence]) -> None:
    """Put the request for a meeting on record; once enough have asked, the ledger knows that it has to be called."""
    mine = [row for row in cadences if row.or_on_request and voters.among(do, (row.or_on_request.of,))]
    if not mine:
        first = cadences[0]
        do.out_of_order("requested-by", *first.cite, who=first.or_on_request.of if first.or_on_request else "")
    _requested(do, m, "meeting", 0, mine[0].cite)
    enough = [row for row in mine if row.or_on_request and _made_enough(do, m, row.or_on_request)]
    if enough:
        do.for_ledger(meeting_asked=enough[0].id)
        do.tell(*(row.holder for row in enough))


def _made_enough(do: Do, m: Matter, asked: OnRequest) -> bool:
    """Return whether the last request made it enough; whoever asks once it was enough brings no second duty to call. Each request
    is measured by the holders of its own day."""
    days = sorted(do.local(row.at) for row in do.parts(m, BallotRequest, what="meeting", round=0))
    enough = [asked.enough(n, _holders(cast(Day, do.parties.on(day)), asked.of)) for n, day in enumerate(days, 1)]
    return enough[-1] and not any(enough[:-1])


def _holders(day: Day, of: str) -> int:
    """Return how many may ask for a meeting: the members of a body, or the holders of a role, seat or group."""
    return len(set(day.members(of)) or set(group_holders(day, of)))


@Matter.action(*PENDING)
def extend_ballot(do: Do, m: Matter, *, closes_at: datetime, reason: Line | None = None) -> None:
    """Put off the end of the ballot, as far as the charter allows."""
    facts, row = _opened(do, m)
    rule = row.extend
    if rule is None:
        do.out_of_order("ballot-not-extended")
    if not voters.among(do, (rule.by,)):
        do.out_of_order("ballot-extended-by", *row.cite, who=rule.by)
    end = do.time("closes_at", closes_at)
    if facts.closes_at is None or end <= facts.closes_at:
        do.invalid("closes_at", "not-a-later-end")
    if rule.total is not None and facts.opened_at is not None:
        last = vote_facts.ends(do, rule.total, facts.opened_at)
        if end > last:
            do.out_of_order("ballot-too-long", *row.cite, until=last.isoformat())
    vote_facts.keep(m, structs.replace(facts, closes_at=end, closes_on=do.local(end)))
    do.tell(*facts.who.entitled)


@Matter.action(*PENDING)
def enter_totals(do: Do, m: Matter, *, for_: Votes = 0, against: Votes = 0, abstain: Votes = 0) -> None:
    """Enter how many voted which way, where votes are not taken by name."""
    facts, row = _opened(do, m)
    if row.taken != "totals" or facts.roll_call:
        do.out_of_order("votes-by-name", *(row.cite if row.taken == "totals" else ()))
    if facts.lacks_second():
        do.out_of_order("ballot-not-seconded", *row.cite)
    presiding = do.get(Meeting, m.meeting).presided_by if m.meeting is not None else None
    if presiding is not None and not do.is_me(presiding):
        do.out_of_order("totals-by-presiding", *row.cite)
    there = facts.who.there("vote")
    most = len(facts.who.each(facts.who.entitled if there is None else there))
    if for_ + against + abstain > most:
        do.invalid("for", "above-present", most=most)
    totals = {"for": for_, "against": against, "abstain": abstain}
    vote_facts.keep(m, structs.replace(facts, totals={kind: number for kind, number in totals.items() if number}))
    do.secret = facts.secret


def _opened(do: Do, m: Matter) -> tuple[Voting, Ballot]:
    """Return the facts of an open vote and its ballot, or stop."""
    facts = ballot.open_vote(do, m)
    if facts.ballot is None:
        do.out_of_order("ballot-not-open", *facts.rule.cite)
    return facts, facts.ballot
