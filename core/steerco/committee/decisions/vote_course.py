"""From one decision rule to the next: consensus is exhausted, somebody objects, and a vote follows."""

from __future__ import annotations

from msgspec import structs

from steerco.charter.model import DecisionRule
from steerco.committee.decisions import tally, vote, vote_facts
from steerco.committee.decisions.matter import Matter
from steerco.committee.decisions.vote_facts import Voting
from steerco.records import Do


def objected(do: Do, m: Matter, rule: DecisionRule) -> None:
    """Turn the matter on a vote against, where its rule or its route says into what."""
    route = tally.route_for(do.charter, m.body, m.class_)
    onward = route is not None and route.when is None and route.first == rule.id and not m.goes_by
    to = rule.turns_to or (route.then if route is not None and onward else "")
    if to and to != "none":
        turn(do, m, to)


def turn(do: Do, m: Matter, to: str, *, anew: bool = False) -> None:
    """Have the matter go by another decision rule from now on.

    The vote goes on under its tests, with the votes that were cast, unless that rule has a ballot or positions of its own: then
    another vote begins; ``anew``: in any case.
    """
    m.goes_by = to
    facts, rule = vote_facts.of(m), next((each for each in do.charter.decisions if each.id == to), None)
    if facts is None or rule is None or facts.set_aside(do.at):
        return
    same = not anew and rule.takes == facts.rule.takes and rule.ballot in ("", facts.ballot.id if facts.ballot else "")
    facts = _under(do, m, facts, rule) if same else structs.replace(facts, ended="turned", ended_at=do.at)
    vote_facts.keep(m, facts)
    do.tell(m.author, *facts.who.entitled)


def _under(do: Do, m: Matter, facts: Voting, rule: DecisionRule) -> Voting:
    """Return the facts of a vote that goes on under another rule."""
    then = vote_facts.begin(do, m, rule, facts.channel, vote.excluded(do, m, rule))
    kept = facts if rule.ballot else structs.replace(facts, ballot=None, closes_at=None, closes_on=None, least_until=None)
    return structs.replace(kept, rule=rule, who=then.who, quorum=then.quorum)
