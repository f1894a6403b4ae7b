"""Voting on a matter: opening a ballot, seconding it, voting, standing aside, closing it.

Without a ballot in the charter the first vote opens and the decision closes.
"""

from __future__ import annotations

from datetime import datetime

from msgspec import structs
from sqlalchemy import select

from steerco.charter.model import Ballot, DecisionRule
from steerco.charter.tables.voting import Channel
from steerco.committee.decisions import (
    in_writing,
    inactivity,
    quorum_to_meet,
    recusal,
    removal,
    veto,
    vote,
    vote_course,
    vote_facts,
    voters,
)
from steerco.committee.decisions.matter import PENDING, Matter, Position
from steerco.committee.decisions.recusal import Recusal
from steerco.committee.decisions.voice import heard
from steerco.committee.decisions.vote import Vote
from steerco.committee.decisions.vote_facts import Voting
from steerco.committee.meetings.meeting import Meeting
from steerco.records import Do, Line, Party, Text, ref_to


def vote_rule(do: Do, m: Matter, how: str = "") -> DecisionRule:
    """Return the rule by which the matter is voted on, or stop: it is not decided by a vote."""
    rule = vote.rule_of(do, m, how or vote_facts.channel(do, m))
    if rule is None or rule.rule == "one-decides":
        do.out_of_order("no-vote", *(rule.cite if rule else ()), matter_class=m.class_)
    return rule


@Matter.action(*PENDING)
def open_ballot(
    do: Do,
    m: Matter,
    *,
    channel: Channel | None = None,
    closes_at: datetime | None = None,
    reason: Line | None = None,
    agreed: ref_to("matter") | None = None,  # type: ignore[valid-type]
) -> None:
    """Open the ballot. Who may vote is settled from now on.

    ``reason``: why it is open for less than the stated time. ``agreed``: the matter by which it was agreed to vote in writing.
    """
    ballot = ballot_of(do, vote_rule(do, m, channel or ""))
    asks = ballot.on_request
    if (
        ballot.opened_by
        and not voters.among(do, ballot.opened_by)
        and not (asks and asks.at_least == 1 and voters.among(do, (asks.of,)))
    ):
        do.out_of_order("ballot-opened-by", *ballot.cite, who=", ".join(ballot.opened_by))
    begin_ballot(do, m, channel, closes_at, reason, do.get(Matter, agreed) if agreed else None)


def ballot_of(do: Do, rule: DecisionRule) -> Ballot:
    """Return the ballot of a decision rule; one without anything stated where it names none."""
    return next((each for each in do.charter.ballots if each.id == rule.ballot), None) or Ballot("", rule.cite)


def begin_ballot(
    do: Do,
    m: Matter,
    channel: Channel | None = None,
    closes_at: datetime | None = None,
    reason: str | None = None,
    agreed: Matter | None = None,
) -> None:
    """Open the ballot for whoever may have it opened."""
    recusal.hold_lead(do, m)
    before, how = vote_facts.of(m), channel or vote_facts.channel(do, m)
    vote.hold_first(do, m)
    rule = vote_rule(do, m, how)
    ballot = ballot_of(do, rule)
    _after_meeting(do, m, ballot, before)
    removal.in_time(do, m, rule)
    if ballot.channel not in ("either", how) and (ballot.channel, how) != ("mixed", "meeting"):
        do.out_of_order("ballot-channel", *ballot.cite, channel=ballot.channel)
    if how == "written":
        in_writing.hold(do, m, rule, agreed)
    if m.meeting is not None:
        quorum_to_meet.hold(do, do.get(Meeting, m.meeting))
    first = do.at if ballot.period is None else vote_facts.ends(do, ballot.period, do.at)
    end = do.time("closes_at", closes_at) if closes_at is not None else None
    if end is None and ballot.period is not None and ballot.closes != "declared":
        end = first
    if end is not None and end < first:
        _shortened(do, ballot, first, end, reason)
    facts = vote.following(before, vote_facts.begin(do, m, rule, how, vote.excluded(do, m, rule)))
    vote_facts.keep(
        m,
        structs.replace(
            facts,
            ballot=ballot,
            closes_at=end,
            closes_on=do.local(end) if end is not None else None,
            least_until=first if end is None else min(first, end),
            proposed_by=do.actor,
            second_by=vote_facts.ends(do, ballot.second_within, do.at) if ballot.second_within is not None else None,
        ),
    )
    do.tell(*facts.who.entitled)


def _after_meeting(do: Do, m: Matter, ballot: Ballot, before: Voting | None) -> None:
    """Stop where a ballot was called off for a meeting, and the body has not met since."""
    if before is None or before.ended != "called-off" or before.ballot is None or before.ended_at is None:
        return
    off = before.ballot.ended_by
    if off is not None and off.then == "meeting":
        met = (Meeting.tenant_id == do.tenant_id, Meeting.body == m.body, Meeting.opened_at >= before.ended_at)
        if do.session.scalars(select(Meeting.id).where(*met).limit(1)).first() is None:
            do.out_of_order("meeting-first", *ballot.cite)


def _shortened(do: Do, ballot: Ballot, first: datetime, end: datetime, reason: str | None) -> None:
    """Stop unless the charter lets the actor shorten the ballot so far, and the reason is given where it asks for one."""
    rule = ballot.shorten
    if rule is None:
        do.out_of_order("ballot-too-short", *ballot.cite, until=first.isoformat())
    if not voters.among(do, (rule.by,)):
        do.out_of_order("ballot-shortened-by", *ballot.cite, who=rule.by, until=first.isoformat())
    if rule.to is not None and end < (least := vote_facts.ends(do, rule.to, do.at)):
        do.out_of_order("ballot-too-short", *ballot.cite, until=least.isoformat())
    if end <= do.at:
        do.out_of_order("ballot-too-short", *ballot.cite, until=do.at.isoformat())
    if rule.reason and not reason:
        do.invalid("reason", "required")


@Matter.action(*PENDING)
def second(do: Do, m: Matter) -> None:
    """Second the ballot, so that it can be voted on; before that, the call for a removal."""
    if vote_facts.of(m) is None and removal.second(do, m):
        return
    facts = open_vote(do, m)
    me = do.actor
    if me == facts.proposed_by or me in facts.seconds:
        do.out_of_order("second-by-another", *(facts.ballot.cite if facts.ballot else ()))
    vote_facts.keep(m, structs.replace(facts, seconds=(*facts.seconds, me)))


@Matter.action(*PENDING, name="vote")
def vote_(do: Do, m: Matter, *, position: Position, reason: Text | None = None) -> None:
    """Vote, where the charter decides such matters so. A further vote of the same person counts instead of the one before."""
    cast(do, m, position, reason)


def cast(do: Do, m: Matter, position: str, reason: str | None) -> None:
    """Count the actor's vote; the first against may turn the matter into the next decision rule."""
    facts = open_vote(do, m)
    rule = facts.rule
    if position not in rule.takes:
        do.invalid("position", "not-one-of", known=list(rule.takes))
    if (do.acting_for or do.actor) not in facts.who.entitled:
        inactivity.hold(do, m.body, Matter)
    voice = heard(do, m, facts)
    if voice.bound and position != voice.bound:
        do.out_of_order("vote-as-instructed", *voice.cite)
    if facts.ballot is not None:
        _by_ballot(do, m, facts, facts.ballot, Vote(who=voice.voter, position=position, reason=reason))
    by = (do.actor, voice.how) if voice.how else (None, None)
    vote_ = Vote(who=voice.voter, position=position, reason=reason, by=by[0], how=by[1], at=do.at, round=facts.round)
    do.add(m, vote_)
    do.secret = facts.secret
    vote.facts_of(do, m)
    veto.weigh(do, m)
    if rule.counts_as(position) == "against":
        vote_course.objected(do, m, rule)


def _by_ballot(do: Do, m: Matter, facts: Voting, ballot: Ballot, cast_: Vote) -> None:
    """Stop a vote that the ballot does not take."""
    if facts.lacks_second():
        do.out_of_order("ballot-not-seconded", *ballot.cite)
    if ballot.taken == "totals" and not facts.roll_call:
        do.out_of_order("votes-as-totals", *ballot.cite)
    if ballot.revisable == "no" and cast_.who in vote.cast(do, m):
        do.out_of_order("vote-not-revisable", *ballot.cite)
    if not cast_.reason and {cast_.position, facts.rule.counts_as(cast_.position)}.intersection(ballot.reason_for):
        do.invalid("reason", "reason-for-position")


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
    people = set(do.parties.holders(who))
    for rule in [recusal.rule_of(do, m.body, each) for each in sorted(people)] or [None]:
        if rule is None or not rule.waivable:
            do.out_of_order("recusal-stays", *(rule.cite if rule is not None else ()))
    if m.voting is not None:
        do.out_of_order("ballot-opened-already")
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
    facts = open_vote(do, m)
    ballot = facts.ballot
    if ballot is None:
        do.out_of_order("ballot-none")
    closers = ballot.closed_by or ballot.opened_by
    if closers and not voters.among(do, closers):
        do.out_of_order("ballot-closed-by", *ballot.cite, who=", ".join(closers))
    until = facts.least_until if ballot.closes == "declared" else facts.closes_at
    if until is not None and do.at < until and not facts.over(do.at, vote.cast(do, m)):
        do.out_of_order("ballot-not-over", *ballot.cite, until=until.isoformat())
    vote_facts.keep(m, structs.replace(facts, closed_at=do.at))
    silent = [each for each in facts.who.entitled if each not in {*vote.cast(do, m), *facts.left}]
    if ballot.explicit_abstention and silent and not facts.totals:
        do.note("silent-members", who=" ".join(silent))
    do.tell(m.author, *facts.who.entitled)


def open_vote(do: Do, m: Matter) -> Voting:
    """Return the facts of the vote while votes can come, or stop."""
    facts = vote_facts.of(m)
    if m.meeting is not None:
        quorum_to_meet.hold(do, do.get(Meeting, m.meeting))
    if facts is not None and facts.lapsed(do.at) and facts.ballot is not None:
        do.out_of_order("ballot-lapsed", *facts.ballot.cite)
    if facts is None or facts.ended:
        rule = vote_rule(do, m)
        if rule.ballot:
            do.out_of_order("ballot-not-open", *ballot_of(do, rule).cite)
        removal.in_time(do, m, rule)
        begun = vote.facts_of(do, m)
        return begun if begun is not None else vote_facts.begin(do, m, rule, vote_facts.channel(do, m), frozenset())
    if facts.ballot is not None and facts.over(do.at, vote.cast(do, m)):
        do.out_of_order("ballot-closed", *facts.ballot.cite)
    return vote.facts_of(do, m) or facts
