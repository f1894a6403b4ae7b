"""Ranked counting: equal to a slow reference on every small election, each step adds up, and no tie is broken."""

from __future__ import annotations

from fractions import Fraction
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steerco.committee import record_types
from steerco.configuration.home import Home, shipped
from steerco.configuration.load import load
from steerco.extension.api import BallotCount, Ballots, CountStep
from steerco_ranked import count_ballots
from steerco_ranked.transfer import counted

STANDING = ("a", "b", "c", "d")
ORDERS = [order[:length] for order in permutations(STANDING) for length in range(1, 5)]
ELECTIONS = st.lists(st.sampled_from(ORDERS), max_size=24)


def count(ballots: list[tuple[str, ...]], places: int) -> BallotCount:
    return counted(Ballots("transferable-vote", places, STANDING, tuple(sorted(ballots))))


def by_hand(ballots: list[tuple[str, ...]], places: int) -> tuple[set[str], set[str]]:
    """The elected and the tied, as the README says it, ballot by ballot and without a library."""
    piles = [(list(ballot), Fraction(1)) for ballot in ballots]
    there = {who for ballot in ballots for who in ballot}
    places = min(places, len(there))
    quota, elected = len(ballots) // (places + 1) + 1, set[str]()

    def first(ballot: list[str]) -> str | None:
        return next((who for who in ballot if who in there), None)

    while len(elected) < places:
        left = places - len(elected)
        if len(there) == left:
            return elected | there, set()
        votes = {who: sum((weight for ballot, weight in piles if first(ballot) == who), Fraction(0)) for who in there}
        over = {who for who in there if votes[who] >= quota}
        if over:
            piles = [
                (ballot, weight * (votes[who] - quota) / votes[who] if (who := first(ballot)) in over else weight)
                for ballot, weight in piles
            ]
            elected |= over
            there -= over
            continue
        last = {who for who in there if votes[who] == min(votes.values())}
        rest = there - last
        sum_of_last = sum(votes[who] for who in last)
        if len(last) > 1 and (len(rest) < left or any(votes[who] <= sum_of_last for who in rest)):
            return elected, last
        there -= last
    return elected, set()


@given(ELECTIONS, st.integers(1, 4))
def test_a_count_is_what_a_slow_reference_counts(ballots: list[tuple[str, ...]], places: int) -> None:
    result = count(ballots, places)
    assert (set(result.elected), set(result.tied)) == by_hand(ballots, places)
    assert not result.misfit(Ballots("transferable-vote", places, STANDING, tuple(ballots)))


@given(ELECTIONS, st.integers(1, 4))
def test_in_every_step_no_vote_is_lost_or_made(ballots: list[tuple[str, ...]], places: int) -> None:
    result = count(ballots, places)
    used, sums = Fraction(0), []
    for step in result.steps:
        sums.append(used + sum(map(Fraction, step.votes.values())) + Fraction(step.exhausted))
        used += Fraction(result.quota or 0) * len(step.elected)
    assert sums == [len(ballots)] * len(result.steps)


@given(ELECTIONS, st.integers(1, 4), st.permutations(STANDING))
def test_neither_names_nor_order_matter(ballots: list[tuple[str, ...]], places: int, names: list[str]) -> None:
    other = dict(zip(STANDING, names, strict=True))
    renamed = count([tuple(other[who] for who in ballot) for ballot in ballots[::-1]], places)
    result = count(ballots, places)
    assert {other[who] for who in result.elected} == set(renamed.elected)
    assert {other[who] for who in result.tied} == set(renamed.tied)


@given(ELECTIONS)
def test_whom_more_than_half_put_first_wins_the_instant_runoff(ballots: list[tuple[str, ...]]) -> None:
    majority = tuple(who for who in STANDING if 2 * sum(ballot[0] == who for ballot in ballots) > len(ballots))
    assert count(ballots, 1).elected[:1] == majority or not majority


def test_a_published_example_counts_as_its_authors_counted_it() -> None:
    """Food for a party, three of seven: the usual example of the method, with a surplus of two fifths."""
    votes = {("orange",): 4, ("pear", "orange"): 2, ("chocolate", "strawberry"): 8, ("chocolate", "sweets"): 4}
    votes |= {("strawberry",): 1, ("sweets",): 1}
    ballots = tuple(sorted(ballot for ballot, number in votes.items() for _ in range(number)))
    names = ("orange", "pear", "chocolate", "strawberry", "sweets")
    result = counted(Ballots("transferable-vote", 3, names, ballots))
    assert (result.quota, sorted(result.elected)) == ("6", ["chocolate", "orange", "strawberry"])
    assert result.steps[1].votes["strawberry"] == "5"


def test_an_instant_runoff_fills_one_place_and_other_methods_are_not_its_own() -> None:
    tenant: Any = None
    assert count_ballots(tenant, Ballots("scored", 1, STANDING, ())) is None
    with pytest.raises(ValueError, match="an election for each place"):
        count_ballots(tenant, Ballots("instant-runoff", 2, STANDING, ()))
    assert count_ballots(tenant, Ballots("instant-runoff", 1, STANDING, ())) == BallotCount((), (CountStep({}),))


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        (BallotCount(("x",), (CountStep({}, ("x",)),)), "do not stand"),
        (BallotCount(("a", "b"), (CountStep({}, ("a", "b")),)), "2 for 1 places"),
        (BallotCount(("a",), (CountStep({}, ("b",)),)), "steps elect others"),
        (BallotCount(("a",), (CountStep({}, ("a",)),), tied=("a",)), "twice"),
    ],
)
def test_a_count_that_does_not_fit_the_ballots_is_told(given: BallotCount, wrong: str) -> None:
    assert wrong in given.misfit(Ballots("transferable-vote", 1, STANDING, ()))


def test_a_count_without_steps_or_with_floating_numbers_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="anybody can count again"):
        BallotCount(("a",), ())
    floating: Any = {"a": 1.5}
    with pytest.raises(TypeError, match="7/3"):
        CountStep(floating)


def test_a_method_that_no_plugin_of_the_committee_has_is_refused_when_it_is_checked() -> None:
    home = Home(shipped() / "tenants" / "_examples")
    content = dict(home.content("orchard-council"))
    settings = "tenants/orchard-council/tenant.toml"
    content[settings] = content[settings].replace('plugins = ["steerco_ranked"]\n', "")
    found = [each for each in load("orchard-council", content, record_types()).findings if each.code == "unknown-system"]
    assert [each.level for each in found] == ["error"]
    assert "'transferable-vote'" in found[0].message
