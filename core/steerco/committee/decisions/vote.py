"""The votes on a matter and what they decide, by the charter's rule for such matters."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, NoReturn

import msgspec
from msgspec import structs
from sqlalchemy.orm import Mapped, mapped_column

from steerco.charter.model import DecisionRule
from steerco.committee.decisions import in_writing, recusal, tally, vote_facts, voters
from steerco.committee.decisions.vote_facts import Voting
from steerco.committee.meetings.meeting import Meeting
from steerco.records import Do, Part, party

WAYS = ("presides", "", "acting", "alternate", "proxy")
"""How a vote is cast, the one that counts before the others first: by the alternate of who presides, by oneself, for an absent
officer, as alternate, by proxy."""
SECRET_LEAST = 3
"""Votes cast below which the totals of a secret vote stay closed: from fewer anybody reads who voted how."""


class Vote(Part, of="matter", name="votes"):
    """One person's vote. All are kept; of the vote under way (``round``) the latest of each counts, the own before one that
    another cast.

    ``by`` is who cast it for that person, and ``how`` in what way: acting for the officer, as alternate, by proxy.
    """

    index_on = ("matter",)
    unsought = frozenset({"reason"})  # else a search would tell of a vote what its ballot hides
    matter: Mapped[str]
    who: Mapped[str] = party()
    position: Mapped[str]
    reason: Mapped[str | None]
    by: Mapped[str | None] = party()
    how: Mapped[str | None]
    at: Mapped[datetime]
    round: Mapped[int] = mapped_column(default=1)


def rule_of(do: Do, m: Any, how: str) -> DecisionRule | None:
    """Return the rule by which a matter is decided in a channel, as many take no part in it now."""
    return recusal.decision_rule(do, m, tally.rule_for(do.charter, m.body, m.class_, how, m.goes_by or ""))


def facts_of(do: Do, m: Any) -> Voting | None:
    """Return the facts of the vote, those present brought up to now; None where the charter decides such matters otherwise.

    The first look begins them: who is entitled is settled from then on.
    """
    facts = vote_facts.of(m)
    if facts is None or facts.set_aside(do.at):
        how = vote_facts.channel(do, m)
        rule = rule_of(do, m, how)
        if rule is None or rule.rule == "one-decides":
            return None
        if how == "written":
            in_writing.hold(do, m, rule)
        return vote_facts.keep(m, following(facts, vote_facts.begin(do, m, rule, how, excluded(do, m, rule))))
    if m.meeting is not None and facts.channel == "meeting" and facts.closed_at is None:
        facts = structs.replace(facts, who=vote_facts.attending(do, m, facts.who, facts.quorum))
    if facts.ballot is not None and facts.ballot.leavers == "drop" and not facts.over(do.at, {}):
        facts = structs.replace(facts, left=_left(do, m, facts))
    return vote_facts.keep(m, facts)


def hold_first(do: Do, m: Any) -> None:
    """Stop where a ballot has been opened already, unless another may follow it."""
    before = vote_facts.of(m)
    if before is not None and not before.set_aside(do.at) and not before.tied(do.at, cast(do, m)):
        do.out_of_order("ballot-opened-already")


def following(before: Voting | None, facts: Voting) -> Voting:
    """Return the facts of a vote as those of the one after ``before``: its votes are counted by themselves."""
    if before is None:
        return facts
    secret = (*before.secret_rounds, *([before.round] if before.secret else []))
    return structs.replace(facts, round=before.round + 1, secret_rounds=secret)


def _left(do: Do, m: Any, facts: Voting) -> tuple[str, ...]:
    """Return those entitled who have lost their vote since it opened, or left its meeting."""
    still = set(voters.voting(do, m, facts.rule))
    if m.meeting is not None:
        still -= voters.gone(do, do.get(Meeting, m.meeting), facts.opened_at)
    return tuple(each for each in facts.who.entitled if each not in still)


def excluded(do: Do, m: Any, rule: DecisionRule) -> frozenset[str]:
    """Return the persons who neither vote nor count in the matter, by its rule."""
    return frozenset(person for persons in voters.left_out(do, m, rule.excluding).values() for person in persons)


def cast(do: Do, m: Any) -> dict[str, str]:
    """Return the vote of each person that counts, in the order in which they came."""
    facts = vote_facts.of(m)
    rows = do.parts(m, Vote, round=facts.round if facts is not None else 1)
    return counting((row.who, row.how or "", row.position) for row in rows)


def counting(rows: Iterable[tuple[str, str, str]]) -> dict[str, str]:
    """Return the position of each voter that counts, of rows (voter, how, position) in the order in which they came: the latest
    of the best way."""
    found: dict[str, tuple[int, str]] = {}
    for voter, how, position in rows:
        if (rank := WAYS.index(how)) <= found.get(voter, (len(WAYS), ""))[0]:
            found.pop(voter, None)  # so that the order is that of the votes that count
            found[voter] = (rank, position)
    return {voter: position for voter, (_, position) in found.items()}


def settle(do: Do, m: Any, outcome: str) -> str:
    """Return the outcome that the vote gives, or stop the decision; ``outcome`` where the vote leaves it open.

    A secret vote ends by its result whatever was expected, and is not tried beforehand: from either, asked again after each
    vote, anybody reads who voted how.
    """
    before = vote_facts.of(m)
    opened = before is not None and not before.set_aside(do.at)
    facts = facts_of(do, m)
    if facts is None:
        return outcome
    if facts.ballot is not None and not opened:
        do.out_of_order("ballot-not-open", *facts.ballot.cite)
    if facts.secret and do.dry:
        do.out_of_order("secret-vote-not-tried")
    recusal.enough_left(do, m, facts.rule)
    votes = cast(do, m)
    if facts.ballot is not None and not facts.over(do.at, votes):
        do.out_of_order("ballot-open", *facts.ballot.cite)
    result = facts.result(votes, closed=True)
    if result is None or not facts.rule.decides or facts.rule.outcome_is == "advice":
        return outcome
    if result.outcome == "no-quorum" and facts.quorum is not None:
        have, need = tally.presence(facts.quorum, facts.who, votes)
        if facts.who.lacking:
            do.out_of_order("officers-there", *facts.quorum.cite, who=", ".join(facts.who.lacking))
        do.out_of_order("no-quorum", *facts.quorum.cite, have=have, need=need)
    if result.outcome == "undecided" and not _casting(do, result.waits_for):
        _undecided(do, m, result, facts)
    if result.outcome == "undecided":
        return outcome
    if facts.secret:
        return result.outcome
    if outcome != result.outcome:
        do.invalid("outcome", "vote-says", outcome=result.outcome)
    return outcome


def _casting(do: Do, role: str) -> bool:
    """Return whether whoever decides holds the casting vote that a tie waits for."""
    return role in do.parties.called(do.acting_for or do.actor)


def _undecided(do: Do, m: Any, result: tally.TallyResult, facts: Voting) -> NoReturn:
    """Stop: what a tie means is not stated; that there is no consensus is. A secret vote's figures are nobody's to know yet."""
    rule = facts.rule
    cite = rule.cite if rule.rule == "consensus" or result.waits_for else ()
    if not facts.secret and facts.tied(do.at, cast(do, m)):
        do.out_of_order("vote-again", *rule.cite, for_votes=result.for_, against=result.against)
    if facts.secret:
        do.out_of_order("secret-vote-undecided", *cite, base=result.base, needed=result.needed)
    do.out_of_order("vote-undecided", *cite, for_votes=result.for_, against=result.against, needed=result.needed)


def shown(facts: Voting, votes: list[dict[str, Any]], decided: bool, today: date) -> dict[str, Any]:
    """Return what a reader sees of a vote: nothing of how it stands while it hides, of a secret one never who voted how."""
    is_open = facts.is_open(decided=decided, today=today)
    seen: dict[str, Any] = {"ballot": _ballot(facts)} if facts.ballot is not None else {}
    earlier = [row for row in votes if row["round"] != facts.round]
    mine = [row for row in votes if row["round"] == facts.round]
    told = [_nameless(row) if row["round"] in facts.secret_rounds else row for row in earlier]
    if facts.ended:
        cast_ = [_nameless(row) for row in mine] if facts.secret else mine
        return {**seen, "votes": told + cast_, "result": {"outcome": "ended"}}
    if facts.keeps(decided=decided, today=today):
        return {**seen, "votes": told}
    positions = counting((row["who"], row["how"] or "", row["position"]) for row in mine)
    closed = decided or (facts.ballot is not None and not is_open)
    result = facts.result(positions, closed=closed)
    if closed and facts.silence:
        seen["ballot"] = _ballot(facts) | {"silence": _silent(facts, positions)}
    # a secret vote stays so for good: that the matter is decided makes no vote public
    seen["votes"] = told + ([_nameless(row) for row in mine] if facts.secret else mine)
    if result is None:
        return seen
    if facts.secret and (sum(facts.totals.values()) or len({row["who"] for row in mine})) < SECRET_LEAST:
        return {**seen, "result": {"outcome": result.outcome}}
    return {**seen, "result": msgspec.to_builtins(result) | (_of_open(facts, result) if is_open else {})}


def _ballot(facts: Voting) -> dict[str, Any]:
    """Return how the ballot is held, its times, and who dropped out of it."""
    times = {name: getattr(facts, name) for name in ("opened_at", "closes_at", "closed_at", "ended_at")}
    held = {"channel": facts.channel, **{name: at.isoformat() for name, at in times.items() if at is not None}}
    return held | ({"left": list(facts.left)} if facts.left else {})


def _silent(facts: Voting, votes: dict[str, str]) -> dict[str, Any]:
    """Return what those count as who have not voted, and who they are."""
    return {"counts_as": facts.silence, "who": [each for each in facts.who.entitled if each not in {*votes, *facts.left}]}


def _nameless(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "position": None, "reason": None}


def _of_open(facts: Voting, result: tally.TallyResult) -> dict[str, Any]:
    """Return what is told of an open ballot in place of its outcome: whether it is in effect already, though it may be undone."""
    in_effect = facts.rule.rule == "lazy" and facts.rule.at_once and not (result.against or facts.vetoed)
    return {"outcome": "open", **({"in_effect": True} if in_effect else {})}
