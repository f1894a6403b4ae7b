"""The count of votes and of ballots: in proportion to their number, and near to what a bare loop over them takes."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from tests.bench.rows import Row, at_most, interleaved

from steerco.charter.model import DecisionRule, Label
from steerco.charter.tables.voting import VoteTest
from steerco.committee.decisions import tally
from steerco.committee.decisions.election_count import counted as plurality
from steerco.extension.api import Ballots
from steerco_ranked.transfer import counted as ranked

FEW, MANY = 1000, 10_000
TIMES, LOOPS = 12, 3
"""Ten times the ballots may take at most so many times as long; a thousand at most so many bare loops."""
POSITIONS = ("for", "against", "abstain")
STANDING = tuple(f"candidate-{n}" for n in range(8))
RULE = DecisionRule(
    id="motion",
    label=Label(),
    body="council",
    rule="vote",
    cite=("1",),
    pass_=(VoteTest(count="for", of="cast", share=(1, 2), over=True), VoteTest(count="for", of="entitled", share=(1, 4))),
)


def votes(number: int, seed: int = 0) -> dict[str, str]:
    """Return so many votes by voter."""
    chance = Random(seed)
    return {f"person-{seed}-{n}": chance.choice(POSITIONS) for n in range(number)}


def by_loop(cast: dict[str, str], entitled: tuple[str, ...]) -> bool:
    """Return whether it passes, by the shortest loop that knows who may vote, what each vote counts as, and who was silent."""
    may = set(entitled)
    counts = dict.fromkeys(POSITIONS, 0)
    for voter, position in cast.items():
        if voter in may:
            counts[position] += 1
    silent = sum(voter not in cast for voter in entitled)
    return 2 * counts["for"] > counts["for"] + counts["against"] and 4 * counts["for"] >= len(may) and silent >= 0


def tallied(cast: dict[str, str]) -> Callable[[], object]:
    """Return the count of votes on a matter."""
    who = tally.Electorate(tuple(cast))
    return lambda: tally.count(RULE, who, cast)


def chosen(number: int, seed: int = 0) -> list[tuple[str, ...]]:
    """Return so many ballots, each an order of some of the candidates."""
    chance = Random(seed)
    return [tuple(chance.sample(STANDING, chance.randint(1, 4))) for _ in range(number)]


def in_turn(works: list[Callable[[], object]]) -> Callable[[], object]:
    """Return what does all of them: ten small counts go over as much memory as the large one beside them."""
    return lambda: [work() for work in works]


def preferred(ballots: list[tuple[str, ...]]) -> Callable[[], object]:
    """Return the ranked count of the ballots."""
    asked = Ballots("transferable-vote", 3, STANDING, tuple(sorted(ballots)))
    return lambda: ranked(asked)


def run() -> list[Row]:
    """Milliseconds for 10,000 votes and ballots beside ten times 1,000; and 1,000 votes beside a loop."""
    parts, whole = [votes(FEW, seed) for seed in range(10)], votes(MANY)
    loops = in_turn([lambda cast=cast: by_loop(cast, tuple(cast)) for cast in parts])
    tallies = interleaved([in_turn([tallied(cast) for cast in parts]), tallied(whole), loops], 15, busy=True)
    small, large = [chosen(FEW, seed) for seed in range(10)], chosen(MANY)
    plain = interleaved(
        [in_turn([lambda b=b: plurality(STANDING, b, 3) for b in small]), lambda: plurality(STANDING, large, 3)], 15, busy=True
    )
    orders = interleaved([in_turn([preferred(each) for each in small]), preferred(large)], 7, busy=True)
    named = (
        ("tally of 10,000 votes", tallies),
        ("plurality count of 10,000 ballots", plain),
        ("ranked count of 10,000 ballots", orders),
    )
    rows = [at_most(f"{name} beside 1,000", took[1] * 1000, "ms", 10 * took[1] / took[0], TIMES) for name, took in named]
    beside = at_most("tally of 1,000 votes beside a bare loop", tallies[0] * 100, "ms", tallies[0] / tallies[2], LOOPS)
    return [*rows, beside]
