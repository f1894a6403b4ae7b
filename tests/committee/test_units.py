"""One vote an organisation, and votes that weigh: in every count and every base."""

from __future__ import annotations

from itertools import permutations, product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.committee.conftest import Board
from tests.kernel.conftest import revised

from steerco.charter.model import DecisionRule, Label
from steerco.charter.tables.voting import VoteTest
from steerco.committee.decisions.electorate import Electorate, Represented, Weighing
from steerco.committee.decisions.tally import TallyResult, count
from steerco.configuration.installation import Installation

PEOPLE = tuple("abcdefg")
POSITIONS = ("for", "against", "abstain", "")
UNITS = ("u", "v", "w")
SPLITS = ("no-vote", "latest", "head-of-delegation")


def majority(of: str = "seated", **more: Any) -> DecisionRule:
    test = VoteTest("for", of=of, share=(1, 2), over=True, **more)
    return DecisionRule("d", Label(), "board", "vote", ("1",), pass_=(test,))


def tallied(rule: DecisionRule, who: Electorate, votes: dict[str, str]) -> TallyResult:
    result = count(rule, who, votes)
    assert result is not None
    return result


def slow(who: Electorate, votes: dict[str, str], weights: dict[str, int]) -> tuple[int, int, int]:
    """For, against and the seated, by walking over units one by one."""
    sums = {"for": 0, "against": 0}
    units = {who.units.get(person, person) for person in who.entitled}
    for unit in units:
        theirs = [votes[p] for p in votes if who.units.get(p, p) == unit]
        if not theirs:
            continue
        if theirs.count(theirs[0]) == len(theirs) or who.split == "latest":
            choice = theirs[-1]
        elif who.split == "head-of-delegation":
            choice = next((votes[p] for p in votes if who.units.get(p, p) == unit and p in who.leads), "")
        else:
            choice = ""
        if choice in sums:
            sums[choice] += weights.get(unit, 0)
    return sums["for"], sums["against"], sum(weights.get(unit, 0) for unit in units)


@st.composite
def bodies(draw: st.DrawFn) -> tuple[Electorate, dict[str, str]]:
    people = PEOPLE[: draw(st.integers(1, 7))]
    units = {person: draw(st.sampled_from((*UNITS, person))) for person in people}
    weights = {unit: draw(st.integers(0, 9)) for unit in set(units.values())}
    split, leads = draw(st.sampled_from(SPLITS)), tuple(p for p in people if draw(st.booleans()))
    leads = tuple({units[p]: p for p in leads}.values())  # one head a delegation
    measures = {"people": Weighing(weights, sum(weights.values()), sum(weights.values()) + draw(st.integers(0, 5)))}
    who = Electorate(people, seated=len(set(units.values())), units=units, split=split, leads=leads, measures=measures)
    votes = {p: position for p in draw(st.permutations(people)) if (position := draw(st.sampled_from(POSITIONS)))}
    return who, votes


@given(bodies())
def test_units_and_weights_are_what_a_slow_reference_counts(made: tuple[Electorate, dict[str, str]]) -> None:
    who, votes = made
    heads = tallied(majority(), who, votes)
    assert (heads.for_, heads.against, heads.base) == slow(who, votes, dict.fromkeys({*who.units.values()}, 1))
    weights = who.measures["people"].of
    weighed = tallied(majority(measure="weight:people"), who, votes).tests[0]
    expected = slow(who, votes, weights)
    assert (weighed.have, weighed.base) == (expected[0], expected[2])


@given(bodies())
def test_no_person_and_no_unit_counts_twice(made: tuple[Electorate, dict[str, str]]) -> None:
    who, votes = made
    result = tallied(majority(), who, votes)
    units = {who.unit(person) for person in votes}
    assert result.for_ + result.against + result.abstain <= len(units)


@given(bodies(), st.randoms())
def test_names_do_not_matter(made: tuple[Electorate, dict[str, str]], random: Any) -> None:
    who, votes = made
    new = dict(zip(PEOPLE, random.sample([f"p{n}" for n in range(20)], 7), strict=True))
    units = {new[p]: f"of-{unit}" for p, unit in who.units.items()}
    measures = {name: Weighing({f"of-{u}": n for u, n in m.of.items()}, m.seated, m.fixed) for name, m in who.measures.items()}
    other = Electorate(
        tuple(new[p] for p in who.entitled),
        seated=who.seated,
        units=units,
        split=who.split,
        leads=tuple(new[p] for p in who.leads),
        measures=measures,
    )
    renamed = {new[p]: position for p, position in votes.items()}
    assert tallied(majority(measure="weight:people"), other, renamed) == tallied(majority(measure="weight:people"), who, votes)


def test_the_order_of_votes_does_not_matter_where_the_latest_does_not_count() -> None:
    who = Electorate(("a", "b", "c"), seated=2, units={"a": "u", "b": "u", "c": "c"}, split="no-vote")

    def results(votes: dict[str, str]) -> int:
        return len({tallied(majority(), who, dict(order)) for order in permutations(votes.items())})

    assert [results(dict(zip("abc", taken, strict=True))) for taken in product(POSITIONS[:3], repeat=3)] == [1] * 27


def test_a_unit_with_one_person_a_unit_counts_as_persons_do() -> None:
    people = ("a", "b", "c", "d")
    alone = Electorate(people, seated=4, units={p: p for p in people}, split="no-vote")
    every = [{p: taken for p, taken in zip(people, each, strict=True) if taken} for each in product(POSITIONS, repeat=4)]
    plain = [tallied(majority("cast"), Electorate(people, seated=4), votes) for votes in every]
    assert [tallied(majority("cast"), alone, votes) for votes in every] == plain


def test_a_test_may_leave_out_a_person_for_itself_alone() -> None:
    both = DecisionRule(
        "d",
        Label(),
        "board",
        "vote",
        ("1",),
        pass_=(VoteTest("for", of="seated", share=(1, 1), excluding=("author",)), VoteTest("for", of="seated", share=(1, 2))),
    )
    who = Electorate(("a", "b", "c"), fixed=3, seated=3, out={"author": ("a",)})
    result = tallied(both, who, {"b": "for", "c": "for"})
    assert [(test.have, test.base, test.met) for test in result.tests] == [(2, 2, True), (2, 3, True)]
    assert result.outcome == "passed"


def test_who_is_represented_counts_once_and_only_for_what_is_stated() -> None:
    row = Represented("b", "x", "alternate", ("vote",))
    who = Electorate(("a", "b", "c"), seated=3, present=("a",), represented=(row,))
    result = tallied(majority("present"), who, {"a": "for", "b": "against", "c": "for"})
    assert (result.for_, result.against, result.base) == (1, 1, 1), "c is not there; b votes and is not among those present"


CHARTER = """
[[decision]]
id = "by-organisation"
label = { en = "One vote an organisation", vi = "Mỗi tổ chức một phiếu" }
body = "club"
rule = "vote"
pass = [TESTS]
cite = ["2.5"]
[[body]]
id = "club"
label = { en = "Club", vi = "Hội" }
cite = ["1.1"]
seats = 4
BODY
[[role]]
id = "delegate"
body = "club"
represents = true
label = { en = "Delegate", vi = "Đại diện" }
cite = ["1.1"]
MORE
"""
POLICY = "\n".join(f"p, club, club, matter, {act}, -, allow, 2.5" for act in ("raise", "vote", "read", "open-ballot"))


@pytest.fixture
def club_of(installation: Installation) -> Any:
    def made(body: str, more: str = "", tests: str = '{ count = "for", of = "seated", share = [1, 2], over = true }') -> Any:
        charter = CHARTER.replace("BODY", body).replace("MORE", more).replace("TESTS", tests)
        board = Board(revised(installation, charter=charter, policy=POLICY))
        for id, agency, attrs in (
            ("h1", "town-hall", {"firm": "x"}),
            ("h2", "town-hall", {"firm": "x", "head-of-delegation": "yes"}),
            ("s1", "school", {"firm": "y"}),
            ("l1", "library", {"firm": "z"}),
        ):
            board.do("an", "person.add", id=id, name=id.upper(), attrs=attrs)
            board.do("an", "appointment.appoint", person=id, seat="delegate", agency=agency)
        matter = board.do("h1", "matter.raise", title="Join", body="club")
        return board, matter

    return made


def result(board: Board, matter: str, **votes: str) -> Any:
    for who, position in votes.items():
        board.do(who, "matter.vote", matter, position=position)
    return board.show("matter", matter)["result"]


def test_one_vote_an_agency_in_count_and_base(club_of: Any) -> None:
    board, matter = club_of('unit = "agency"')
    found = result(board, matter, h1="for", h2="for", s1="for")
    assert (found["for"], found["base"], found["outcome"]) == (2, 3, "passed")


@pytest.mark.parametrize(
    ("split", "votes", "expected"),
    [
        ("no-vote", {"h1": "for", "h2": "against", "s1": "for"}, (1, 0)),
        ("latest", {"h2": "for", "h1": "against", "s1": "for"}, (1, 1)),
        ("head-of-delegation", {"h2": "for", "h1": "against", "s1": "for"}, (2, 0)),
    ],
)
def test_what_counts_of_an_agency_whose_delegates_differ(club_of: Any, split: str, votes: Any, expected: tuple[int, int]) -> None:
    board, matter = club_of(f'unit = "agency"\nsplit = "{split}"')
    found = result(board, matter, **votes)
    assert (found["for"], found["against"]) == expected


def test_related_firms_count_as_one(club_of: Any) -> None:
    board, matter = club_of('unit = "attr:firm"\nrelated = [{ by = "attr:firm", groups = [["x", "y"]] }]')
    found = result(board, matter, h1="for", h2="for", s1="for")
    assert (found["for"], found["base"]) == (1, 2)


def test_weights_of_agencies(club_of: Any) -> None:
    values = "town-hall = 10, school = 60, library = 50, library-stacks = 7"
    more = f"[[weight]]\nname = 'pupils'\nby = 'agency'\nvalues = {{ {values} }}"
    tests = '{ count = "for", of = "seated", share = [1, 2], over = true, measure = "weight:pupils" }'
    board, matter = club_of('unit = "agency"', f"{more}\ncite = ['2.5']", tests)
    found = result(board, matter, h1="for", h2="for", s1="for")
    assert list(found["tests"]) == [{"count": "for", "have": 70, "met": True, "needed": 61, "of": "seated", "base": 120}]


def test_the_fixed_base_of_a_weight_is_every_agency_of_the_table(club_of: Any) -> None:
    more = "[[weight]]\nname = 'pupils'\nby = 'agency'\nvalues = { school = 60, library-stacks = 7 }\ncite = ['2.5']"
    board, matter = club_of('unit = "agency"', more, '{ count = "for", of = "fixed", share = [1, 2], measure = "weight:pupils" }')
    assert result(board, matter, s1="for")["tests"][0]["base"] == 67


def test_a_relation_adds_a_voter(club_of: Any) -> None:
    rule = '{ count = "for", of = "seated", share = [1, 1] }]\nvoters = { add = ["relation:author"] }\nclasses = ["*"'
    board, matter = club_of("", tests=rule)
    assert result(board, matter, h1="for")["base"] == 4, "the author is a member already, and counts once"
