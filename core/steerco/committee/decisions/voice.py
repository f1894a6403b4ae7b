"""Whose vote it is that somebody casts: the own one, that of an absent officer, that of the holder of the seat."""

from __future__ import annotations

from typing import Any, NoReturn

from msgspec import Struct

from steerco.charter.model import Seat
from steerco.committee.decisions import proxy, recusal, voters
from steerco.committee.decisions.electorate import Represented
from steerco.committee.decisions.vote_facts import Voting
from steerco.committee.meetings.meeting import Meeting
from steerco.records import Do


class Voice(Struct, frozen=True):
    """The voter for whom a vote counts, and how it is cast (``vote.WAYS``).

    ``bound``: the holder of a proxy votes in this position, by the clauses ``cite``.
    """

    voter: str
    how: str = ""
    bound: str = ""
    cite: tuple[str, ...] = ()


def heard(do: Do, m: Any, facts: Voting) -> Voice:
    """Return whose vote the actor casts, or stop: the actor has none, or it would count for nobody."""
    if do.capacity.startswith(proxy.CAPACITY):
        return _by_proxy(do, m, facts, do.capacity.removeprefix(proxy.CAPACITY))
    standing = _seat(do, facts)
    if standing is not None:
        return _of_seat(do, m, facts, standing)
    if do.acting_for:
        return _of_officer(do, m, facts)
    if do.actor not in facts.who.entitled or do.actor in facts.who.abstaining:
        _no_vote(do, m, facts)
    if stand_in := next((row for row in facts.who.represented if row.voter == do.actor and _preferred(row, facts)), None):
        do.out_of_order("alternate-votes", *_cite(do, stand_in), who=stand_in.by)
    return Voice(do.actor)


def _no_vote(do: Do, m: Any, facts: Voting) -> NoReturn:
    if do.actor in facts.who.aside_now and (table := recusal.rule_of(do, m.body, do.actor)) is not None:
        do.out_of_order("recused", *table.cite)
    rule = facts.rule
    do.out_of_order("not-entitled-to-vote", *(rule.cite if rule.voters or rule.excluding else ()))


def _seat(do: Do, facts: Voting) -> Seat | None:
    """Return the alternate's seat in which the actor votes, if in any: the one asked for, or the only one there is."""
    seats = do.parties.standing_for(do.actor)
    asked = do.acting_for or do.capacity
    if chosen := next((seat for seat in seats if asked in (seat.id, seat.stands_for)), None):
        return chosen
    if do.acting_for or do.actor in facts.who.entitled or not seats:
        return None
    if len(seats) > 1:
        do.invalid("capacity", "which-seat", known=[seat.stands_for for seat in seats])
    return seats[0]


def _of_seat(do: Do, m: Any, facts: Voting, seat: Seat) -> Voice:
    """Return the vote of the holder of a seat, cast by the alternate; stop where the holder votes, or the alternate has no such
    right."""
    voter = next((person for person in do.parties.holders(seat.stands_for) if person in facts.who.entitled), "")
    if not voter or "vote" not in seat.rights:
        do.out_of_order("alternate-without-vote", *seat.cite, seat=seat.stands_for)
    if do.actor in facts.who.entitled:
        do.out_of_order("votes-once")
    if facts.who.present is None:
        if "away" not in seat.when or not do.parties.away(voter, m.body):
            do.out_of_order("alternate-not-needed", *seat.cite, who=voter)
        return Voice(voter, "alternate")
    if do.actor not in facts.who.present:
        do.out_of_order("alternate-not-there", *seat.cite)
    if voter not in facts.who.present:
        if "away" not in seat.when:
            do.out_of_order("alternate-not-needed", *seat.cite, who=voter)
        return _first(do, facts, Voice(voter, "alternate"), seat)
    if "presides" not in seat.when or voter not in voters.presiding(do, do.get(Meeting, m.meeting)):
        do.out_of_order("alternate-not-needed", *seat.cite, who=voter)
    return _first(do, facts, Voice(voter, "presides"), seat)


def _first(do: Do, facts: Voting, voice: Voice, seat: Seat) -> Voice:
    """Return the vote, unless another alternate acts for the same voter, or the alternate already acts for another."""
    for row in facts.who.represented:
        if row.voter == voice.voter and row.by != do.actor:
            do.out_of_order("alternate-votes", *seat.cite, who=row.by)
        if row.by == do.actor and row.voter != voice.voter:
            do.out_of_order("votes-once")
    return voice


def _by_proxy(do: Do, m: Any, facts: Voting, named: str) -> Voice:
    """Return the vote of who gave the actor a proxy; stop where nobody did, or it does not count now."""
    if m.meeting is None or facts.who.present is None:
        do.out_of_order("proxy-for-meeting")
    people = do.parties.holders(named)
    found = [each for each in proxy.held_by(do, m.body, m.meeting, m.id) if each[0] in people and each[1] == do.actor]
    if not found:
        do.invalid("capacity", "no-proxy", given=named)
    giver, _, rule = found[0]
    if giver not in facts.who.entitled:
        _no_vote(do, m, facts)
    if "vote" not in rule.counts_for:
        do.out_of_order("proxy-without-vote", *rule.cite)
    if giver in facts.who.present:
        do.out_of_order("proxy-giver-there", *rule.cite, who=giver)
    if do.actor not in facts.who.present:
        do.out_of_order("proxy-holder-not-there", *rule.cite)
    if stand_in := next((row for row in facts.who.represented if row.voter == giver and row.how != "proxy"), None):
        do.out_of_order("alternate-votes", *_cite(do, stand_in), who=stand_in.by)
    said = proxy.instructed(do, m.meeting, giver, m.id).strip()
    return Voice(giver, "proxy", said if said in facts.rule.takes else "", rule.cite)


def _of_officer(do: Do, m: Any, facts: Voting) -> Voice:
    voter = next((person for person in do.parties.holders(do.acting_for) if person in facts.who.entitled), "")
    if not voter:
        _no_vote(do, m, facts)
    if do.actor in facts.who.entitled:
        do.out_of_order("votes-once")
    return Voice(voter, "acting")


def _preferred(row: Represented, facts: Voting) -> bool:
    """Return whether somebody stands in for a voter who is there: the alternate of who presides."""
    return row.how == "alternate" and row.voter in (facts.who.present or ())


def _cite(do: Do, row: Represented) -> tuple[str, ...]:
    own = {seat.id for seat in do.parties.standing_for(row.by)}
    return next((seat.cite for seat in do.charter.seats if seat.id in own), ())
