"""One count, step by step: who reaches the quota is elected and the surplus goes on; else the last goes out.

The quota is Droop's: the whole number above ``votes / (places + 1)``. A surplus goes on by the weighted inclusive Gregory method:
each ballot of whoever is elected, at the same exact fraction, to the next one on it who is still there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from votelib.component import quota
from votelib.evaluate.sequential import TransferableVoteDistributor, initial_allocation

from steerco.extension.api import BallotCount, Ballots, CountStep

Votes = Mapping[str, Fraction]


class Tied(Exception):
    """Several have the fewest votes, and which of them goes out first may matter."""

    def __init__(self, who: list[str]) -> None:
        super().__init__(", ".join(who))
        self.who = tuple(who)


class Last:
    """Choose who stays where nobody reaches the quota; ``left`` places are still to fill."""

    def __init__(self, left: int) -> None:
        self.left = left

    def evaluate(self, votes: Votes) -> list[str]:
        """Return all but the one with the fewest votes.

        Several with the fewest go out together where all their votes in one hand were still fewer than anybody else has: then no
        order among them can change who stays. Raises ``Tied`` where one could.
        """
        fewest = min(votes.values())
        last = sorted(who for who, number in votes.items() if number == fewest)
        stay = [who for who in votes if who not in last]
        together = len(stay) >= self.left and all(len(last) * fewest < votes[who] for who in stay)
        if len(last) > 1 and not together:
            raise Tied(last)
        return stay


def counted(ballots: Ballots) -> BallotCount:
    """Return the count. Whom no ballot names is not elected, however many places there are."""
    ranked = {ballot: number for ballot, number in Counter(ballots.ballots).items() if ballot}
    standing = {who for ballot in ranked for who in ballot}
    places, total = min(ballots.places, len(standing)), sum(ranked.values())
    if not standing:
        return BallotCount((), (CountStep({}),))
    held: Any = initial_allocation(ranked)
    elected: dict[str, int] = {}
    steps: list[CountStep] = []
    tied: tuple[str, ...] = ()
    while len(elected) < places:
        count = TransferableVoteDistributor(retainer=Last(places - len(elected)), quota_function="droop")
        try:
            after, new = count.next_count(held, places, total, prev_gains=elected, max_seats=dict.fromkeys(standing, 1))
        except Tied as tie:
            tied = tie.who
            steps.append(_step(held, {}, ()))
            break
        gone = tuple(sorted(who for who in held if who is not None and who not in after and who not in new))
        steps.append(_step(held, new, gone))
        elected, held = {**elected, **new}, after
    return BallotCount(tuple(elected), tuple(steps), tied, str(quota.droop(total, places)))


def _step(held: Mapping[str | None, Mapping[Any, Any]], new: Mapping[str, int], out: tuple[str, ...]) -> CountStep:
    sums = {who: Fraction(sum(votes.values())) for who, votes in held.items()}
    order = sorted((who for who in sums if who is not None), key=lambda who: (-sums[who], who))
    votes = {who: str(sums[who]) for who in order}
    return CountStep(votes, tuple(who for who in order if who in new), out, str(sums.get(None, 0)))
