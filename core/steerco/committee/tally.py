"""Counting votes: exact thresholds, by the charter's decision rule. Pure; whole numbers throughout.

What the text does not state is not made up: without a quorum there is no quorum check, and a tie decides nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from fractions import Fraction
from typing import Literal

from msgspec import Struct

from steerco.charter.model import NOT_STATED, Charter, DecisionRule

Outcome = Literal["passed", "failed", "no-quorum", "undecided"]


class TallyResult(Struct, frozen=True, rename={"for_": "for"}):
    """How a vote stands.

    ``base`` is the number of persons (or votes) that the majority is counted of, ``needed`` how many of them must be for it.
    ``quorum_met`` is None where the text states no quorum.
    """

    outcome: Outcome
    base: int
    for_: int
    against: int
    abstain: int
    needed: int
    quorum_met: bool | None = None


def needed(base: int, share: tuple[int, int], over: bool) -> int:
    """The smallest whole number that is at least ``share`` of ``base`` (more than it, where ``over``), and never none."""
    part = Fraction(base * share[0], share[1])
    return max(1, part.__floor__() + 1 if over else part.__ceil__())


def quorum_needed(value: str | int, eligible: int) -> int | None:
    """Return how many of those entitled to vote must be present; None where the text does not say.

    ``value`` is a number of persons, ``majority`` (more than half), a share that must be reached (``2/3``) or one that must be
    exceeded (``>1/2``). Raises ``ValueError`` for anything else.
    """
    if value == NOT_STATED:
        return None
    if isinstance(value, int) or value.isdigit():
        return int(value)
    text, over = (">1/2", True) if value == "majority" else (value, value.startswith(">"))
    top, bar, bottom = text.removeprefix(">").partition("/")
    if not (bar and top.isdigit() and bottom.isdigit() and int(bottom)):
        raise ValueError(f"not a quorum: {value!r}; a number, 'majority', '2/3', '>1/2' or '{NOT_STATED}'")
    return needed(eligible, (int(top), int(bottom)), over)


def too_many_proxies(proxies: Mapping[str, str], limit: int | None) -> frozenset[str]:
    """Return the persons with more proxies than allowed (none without a limit). ``proxies``: absent voter -> holder."""
    holders = list(proxies.values())
    return frozenset(who for who in holders if limit is not None and holders.count(who) > limit)


def rule_for(charter: Charter, body: str, class_: str) -> DecisionRule | None:
    """Return the charter's decision rule for a class of matters of a body: one that names the class goes before one for all."""
    rules = [rule for rule in charter.decisions if rule.body == body]
    named = [rule for rule in rules if class_ in rule.classes]
    return next(iter(named or [rule for rule in rules if "*" in rule.classes]), None)


def _counted(
    eligible: Collection[str], present: Collection[str], votes: Mapping[str, str], proxies: Mapping[str, str]
) -> tuple[frozenset[str], dict[str, str]]:
    """Return the voters present or represented, and their votes: a represented voter's is the proxy holder's."""
    attending = frozenset(eligible) & frozenset(present)
    represented = {
        who: holder for who, holder in proxies.items() if who in eligible and who not in attending and holder in attending
    }
    cast = {who: votes[who] for who in attending if who in votes}
    cast |= {who: votes[holder] for who, holder in represented.items() if holder in votes}
    return attending | frozenset(represented), cast


def outcome(
    decision: DecisionRule,
    eligible: Collection[str],
    present: Collection[str],
    votes: Mapping[str, str],
    proxies: Mapping[str, str] | None = None,
    quorum: str | int = NOT_STATED,
) -> TallyResult | None:
    """Return the result of a vote; None where one person decides and nothing is tallied.

    ``votes`` are positions by voter; the first of the decision's positions is for, the second against, others abstain. A vote of
    someone not entitled or not there does not count. Those represented by proxy vote but do not make a quorum. By consensus it
    passes where somebody is for it and nobody against; else nothing is decided.
    """
    if decision.rule == "one-decides":
        return None
    voting, cast = _counted(eligible, present, votes, proxies or {})
    positions = list(cast.values())
    for_, against = positions.count(decision.positions[0]), positions.count(decision.positions[1])
    base = {"all": len(set(eligible)), "present": len(voting), "cast": for_ + against}[decision.base]
    wanted = needed(base, decision.share, decision.over) if decision.rule == "vote" else max(1, for_ + against)
    quorate = quorum_needed(quorum, len(set(eligible)))
    met = None if quorate is None else len(frozenset(eligible) & frozenset(present)) >= quorate
    how: Outcome
    if met is False:
        how = "no-quorum"
    elif for_ >= wanted:
        how = "passed"
    elif for_ == against or decision.rule == "consensus":
        how = "undecided"
    else:
        how = "failed"
    return TallyResult(how, base, for_, against, len(positions) - for_ - against, wanted, met)
