"""Voting on a matter: opening a ballot, seconding it, voting, standing aside, closing it.

Without a ballot in the charter the first vote opens and the decision closes.
"""

from __future__ import annotations

from datetime import datetime

from msgspec import structs

from steerco.charter.model import Ballot, DecisionRule
from steerco.charter.voting import Channel
from steerco.committee import inactivity, quorum_to_meet, recusal, removal, vote, vote_facts
from steerco.committee.matter import PENDING, Matter, Position
from steerco.committee.meeting import Meeting
from steerco.committee.recusal import Recusal
from steerco.committee.voice import heard
from steerco.committee.vote import Vote
from steerco.committee.vote_facts import Voting
from steerco.records import Do, Party, Text, ref_to


def _rule(do: Do, m: Matter, how: str = "") -> DecisionRule:
    """Return the rule by which the matter is voted on, or stop: it is not decided by a vote."""
    rule = vote.rule_of(do, m, how or vote_facts.channel(do, m))
    if rule is None or rule.rule == "one-decides":
        do.out_of_order("no-vote", *(rule.cite if rule else ()), matter_class=m.class_)
    return rule


def _among(do: Do, roles: tuple[str, ...]) -> bool:
    """Return whether the actor is one of those whom a ballot names; it may name nobody."""
    return not roles or not do.parties.called(do.acting_for or do.actor).isdisjoint(roles)


@Matter.action(*PENDING)
def open_ballot(do: Do, m: Matter, *, channel: Channel | None = None, closes_at: datetime | None = None) -> None:
    """Open the ballot. Who may vote is settled from now on."""
    recusal.hold_lead(do, m)
    how = channel or vote_facts.channel(do, m)
    rule = _rule(do, m, how)
    if m.voting is not None:
        do.out_of_order("ballot-opened-already")
    removal.in_time(do, m, rule)
    facts = vote_facts.begin(do, m, rule, how, vote.excluded(do, m, rule))
    ballot = facts.ballot or Ballot("", rule.cite)
    if not _among(do, ballot.opened_by):
        do.out_of_order("ballot-opened-by", *ballot.cite, who=", ".join(ballot.opened_by))
    if ballot.channel not in ("either", how):
        do.out_of_order("ballot-channel", *ballot.cite, channel=ballot.channel)
    first = do.at if ballot.period is None else vote_facts.ends(do, ballot.period, do.at)
    end = do.time("closes_at", closes_at) if closes_at is not None else first if ballot.period is not None else None
    if end is not None and end < first:
        do.out_of_order("ballot-too-short", *ballot.cite, until=first.isoformat())
    facts = structs.replace(facts, ballot=ballot, closes_at=end, proposed_by=do.actor)
    facts = structs.replace(facts, closes_on=do.local(end) if end is not None else None)
    vote_facts.keep(m, facts)
    do.tell(*facts.who.entitled)


@Matter.action(*PENDING)
def second(do: Do, m: Matter) -> None:
    """Second the ballot, so that it can be voted on."""
    facts = _open(do, m)
    me = do.actor
    if me == facts.proposed_by or me in facts.seconds:
        do.out_of_order("second-by-another", *(facts.ballot.cite if facts.ballot else ()))
    vote_facts.keep(m, structs.replace(facts, seconds=(*facts.seconds, me)))


@Matter.action(*PENDING, name="vote")
def vote_(do: Do, m: Matter, *, position: Position, reason: Text | None = None) -> None:
    """Vote, where the charter decides such matters so. A further vote of the same person counts instead of the one before."""
    facts = _open(do, m)
    rule = facts.rule
    if position not in rule.takes:
        do.invalid("position", "not-one-of", known=list(rule.takes))
    if (do.acting_for or do.actor) not in facts.who.entitled:
        inactivity.hold(do, m.body, Matter)
    voice = heard(do, m, facts)
    if voice.bound and position != voice.bound:
        do.out_of_order("vote-as-instructed", *voice.cite)
    ballot = facts.ballot
    if ballot is not None:
        if facts.lacks_second():
            do.out_of_order("ballot-not-seconded", *ballot.cite)
        if ballot.revisable == "no" and voice.voter in vote.cast(do, m):
            do.out_of_order("vote-not-revisable", *ballot.cite)
        if not reason and {position, rule.counts_as(position)}.intersection(ballot.reason_for):
            do.invalid("reason", "reason-for-position")
    by = (do.actor, voice.how) if voice.how else (None, None)
    do.add(m, Vote(who=voice.voter, position=position, reason=reason, by=by[0], how=by[1], at=do.at))
    do.secret = facts.secret
    vote.facts_of(do, m)


@Matter.action(*PENDING)
def recuse(
    do: Do,
    m: Matter,
    *,
    reason: Text | None = None,
    who: Party | None = None,
    decided: ref_to("matter") | None = None,  # type: ignore[valid-type]
) -> None:
    """Take no part in the matter, for a reason that stands on record. ``decided``: the matter that decided it of another."""
    person = who or do.acting_for or do.actor
    people = set(do.parties.holders(person))
    for one in people:
        recusal.may_declare(do, m, one, do.get(Matter, decided) if decided else None)
    if people & recusal.persons(do, m):
        do.out_of_order("recused-already")
    if m.voting is not None and people.intersection(vote.cast(do, m)):
        do.out_of_order("recused-after-voting")
    do.add(m, Recusal(who=person, reason=reason, at=do.at))
    if (facts := vote_facts.of(m)) is not None:
        vote_facts.keep(m, structs.replace(facts, who=recusal.stood_aside(do, m, facts.rule, facts.who)))
    do.tell(m.author)


@Matter.action(*PENDING)
def waive_recusal(do: Do, m: Matter, *, who: Party, reason: Text) -> None:
    """Let somebody take part again who stood aside, before the vote opens, where the charter allows it."""
    rule = recusal.rule_of(do, m.body)
    if rule is None or not rule.waivable:
        do.out_of_order("recusal-stays", *(rule.cite if rule is not None else ()))
    if m.voting is not None:
        do.out_of_order("ballot-opened-already")
    people = set(do.parties.holders(who))
    rows = [row for row in do.parts(m, Recusal) if row.waived_at is None and people.intersection(do.parties.holders(row.who))]
    if not rows:
        do.invalid("who", "not-recused")
    for row in rows:
        row.waived_at = do.at
    do.tell(who, m.author)


@Matter.action(*PENDING)
def close(do: Do, m: Matter) -> None:
    """Close the ballot: no vote comes any more, and the result stands."""
    recusal.hold_lead(do, m)
    facts = _open(do, m)
    ballot = facts.ballot
    if ballot is None:
        do.out_of_order("ballot-none")
    closers = ballot.closed_by or ballot.opened_by
    if not _among(do, closers):
        do.out_of_order("ballot-closed-by", *ballot.cite, who=", ".join(closers))
    if ballot.close != "declared" and not facts.over(do.at, vote.cast(do, m)) and facts.closes_at is not None:
        do.out_of_order("ballot-not-over", *ballot.cite, until=facts.closes_at.isoformat())
    vote_facts.keep(m, structs.replace(facts, closed_at=do.at))
    do.tell(m.author, *facts.who.entitled)


def _open(do: Do, m: Matter) -> Voting:
    """Return the facts of the vote while votes can come, or stop."""
    facts = vote_facts.of(m)
    if m.meeting is not None:
        quorum_to_meet.hold(do, do.get(Meeting, m.meeting))
    if facts is None:
        rule = _rule(do, m)
        if rule.ballot:
            row = next((each for each in do.charter.ballots if each.id == rule.ballot), None)
            do.out_of_order("ballot-not-open", *(row.cite if row else rule.cite))
        begun = vote.facts_of(do, m)
        return begun if begun is not None else vote_facts.begin(do, m, rule, vote_facts.channel(do, m), frozenset())
    if facts.ballot is not None and facts.over(do.at, vote.cast(do, m)):
        do.out_of_order("ballot-closed", *facts.ballot.cite)
    return vote.facts_of(do, m) or facts
