"""Votes are counted exactly, and what a text does not state is not made up."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steerco.charter.model import NOT_STATED, Charter, DecisionRule, Instrument, Label, PartialDate, Quorum
from steerco.charter.tables.voting import VoteTest, needed
from steerco.committee.decisions.tally import Electorate, TallyResult, count, presence, rule_for, stated_quorum

MEMBERS = tuple(f"m{n}" for n in range(1, 28))
shares = st.tuples(st.integers(1, 5), st.integers(1, 5)).filter(lambda share: share[0] <= share[1])


def rule(**more: Any) -> DecisionRule:
    return DecisionRule(**{"id": "d", "label": Label(), "body": "board", "rule": "vote", "cite": ("1",), **more})


def on(count: str, **more: Any) -> VoteTest:
    return VoteTest(count, **more)


def votes(for_: int, against: int = 0, abstain: int = 0) -> dict[str, str]:
    positions = ["for"] * for_ + ["against"] * against + ["abstain"] * abstain
    return dict(zip(MEMBERS, positions, strict=False))


def counted(
    decision: DecisionRule, n: int, for_: int, against: int = 0, abstain: int = 0, present: int | None = None, **more: Any
) -> TallyResult:
    """The result among ``n`` members of whom the first vote so; ``present`` the first so many."""
    quorum = more.pop("quorum", None)
    who = Electorate(MEMBERS[:n], present=None if present is None else MEMBERS[:present], **more)
    result = count(decision, who, votes(for_, against, abstain), quorum)
    assert result is not None
    return result


def test_a_majority_of_all_members_is_not_reached_by_silence() -> None:
    assert counted(rule(base="all"), 20, 9).outcome == "failed"
    assert counted(rule(base="all"), 20, 10).outcome == "failed"
    assert counted(rule(base="all"), 20, 11).outcome == "passed"


def test_thirteen_of_27_are_no_quorum() -> None:
    quorum = stated_quorum("majority", "board", ("1",))
    assert quorum is not None
    short = counted(rule(base="cast"), 27, 13, present=13, quorum=quorum)
    assert (short.outcome, short.quorum_met) == ("no-quorum", False)
    assert presence(quorum, Electorate(MEMBERS, present=MEMBERS[:13]), {}) == (13, 14)
    enough = counted(rule(base="cast"), 27, 14, present=14, quorum=quorum)
    assert (enough.outcome, enough.quorum_met) == ("passed", True)


def test_without_a_stated_quorum_nothing_is_checked_and_the_result_says_so() -> None:
    alone = counted(rule(base="cast"), 27, 1, present=1)
    assert (alone.outcome, alone.quorum_met) == ("passed", None)
    assert stated_quorum(NOT_STATED, "board", ()) is None
    none = Quorum("q", "board", ("1",), share="none")
    assert counted(rule(base="cast"), 27, 1, present=1, quorum=none).quorum_met is None


def test_a_tie_is_an_equal_split_under_a_plain_majority_and_nothing_else() -> None:
    assert counted(rule(base="cast"), 10, 5, 5).outcome == "undecided"
    assert counted(rule(base="cast"), 10, 0, 0).outcome == "undecided"
    assert counted(rule(base="cast"), 10, 0, 0, 4).outcome == "failed", "who abstains makes no tie"
    assert counted(rule(base="cast", tie="fails"), 10, 5, 5).outcome == "failed"
    assert counted(rule(base="cast", share=(2, 3), over=False), 4, 2, 2).outcome == "failed"
    assert counted(rule(base="all"), 7, 3, 3).outcome == "failed"
    both = (on("for", more_than="against"), on("for", at_least=3))
    assert counted(rule(pass_=both), 9, 2, 2).outcome == "failed", "the other test does not hold: no tie"
    assert counted(rule(pass_=both), 9, 3, 3).outcome == "undecided"


def test_a_casting_vote_is_waited_for() -> None:
    waiting = counted(rule(base="cast", tie="casting:chair"), 10, 5, 5)
    assert (waiting.outcome, waiting.waits_for) == ("undecided", "chair")
    assert counted(rule(base="cast", tie="casting:chair"), 10, 6, 4).waits_for == ""


def test_an_equal_split_of_all_members_goes_by_the_chair_and_a_smaller_one_fails() -> None:
    half: dict[str, Any] = {"of": "seated", "share": (1, 2)}
    decision = rule(
        pass_=(on("for", **half), on("against", **half), on("for", more_than="against")),
        or_pass=((on("for", **half, over=True),),),
        tie="casting:chair",
    )
    assert counted(decision, 12, 7, 5).outcome == "passed"
    assert (counted(decision, 12, 6, 6).outcome, counted(decision, 12, 6, 6).waits_for) == ("undecided", "chair")
    assert [counted(decision, 12, *votes).outcome for votes in ((6, 5), (5, 5), (5, 7))] == ["failed"] * 3


def test_several_tests_must_all_hold() -> None:
    decision = rule(pass_=(on("for", more_than="against"), on("for", at_least=3)))
    assert counted(decision, 9, 2, 1).outcome == "failed"
    assert counted(decision, 9, 3, 1).outcome == "passed"
    assert counted(decision, 9, 3, 3).outcome == "undecided"


def test_a_majority_of_fixed_seats_counts_vacancies() -> None:
    decision = rule(pass_=(on("for", of="fixed", share=(1, 2), over=True),))
    result = counted(decision, 7, 5, fixed=11, seated=7)
    assert (result.outcome, result.base, result.needed, result.missing) == ("failed", 11, 6, 1)
    assert counted(decision, 7, 6, fixed=11, seated=7).outcome == "passed"


def test_consent_of_all_but_two() -> None:
    decision = rule(rule="consent", pass_=(on("for", of="entitled", all_but=2), on("against", at_most=0)))
    assert counted(decision, 9, 6).outcome == "failed"
    assert counted(decision, 9, 7).outcome == "passed"
    assert counted(decision, 9, 8, 1).outcome == "failed"


def test_any_of_several_lists_suffices() -> None:
    decision = rule(
        pass_=(on("for", of="seated", share=(2, 3)),),
        or_pass=((on("for", of="cast", share=(9, 10)), on("for", at_least=5)),),
    )
    assert counted(decision, 12, 5).outcome == "passed"
    assert counted(decision, 12, 5, 1).outcome == "failed"


def test_votes_counted_that_the_text_lets_decide_nothing() -> None:
    assert counted(rule(pass_=NOT_STATED), 9, 9).outcome == "undecided"


def test_abstentions_count_where_the_present_are_the_base_and_not_where_the_votes_cast_are() -> None:
    assert counted(rule(base="present"), 9, 4, 3, 2, present=9).outcome == "failed"
    cast = counted(rule(base="cast"), 9, 4, 3, 2)
    assert (cast.outcome, cast.base, cast.for_, cast.against, cast.abstain, cast.needed) == ("passed", 7, 4, 3, 2, 4)
    less = rule(pass_=(on("for", of="voted", less=("abstain",), share=(1, 2), over=True),))
    assert counted(less, 9, 4, 3, 2).outcome == "passed"


def test_two_thirds_are_exact() -> None:
    two_thirds = rule(base="all", share=(2, 3), over=False)
    assert (counted(two_thirds, 9, 6, 3).outcome, counted(two_thirds, 10, 6, 4).outcome) == ("passed", "failed")
    assert counted(rule(base="all", share=(2, 3), over=True), 9, 6, 3).outcome == "failed"


def test_where_one_person_decides_nothing_is_tallied() -> None:
    assert count(rule(rule="one-decides"), Electorate(MEMBERS), {"m1": "against"}) is None


def test_consensus_is_broken_by_one_objection_and_not_reached_by_none() -> None:
    assert counted(rule(rule="consensus"), 9, 5, 0, 4).outcome == "passed"
    assert counted(rule(rule="consensus"), 9, 8, 1).outcome == "undecided"
    assert counted(rule(rule="consensus"), 9, 0, 0, 3).outcome == "undecided"


def test_nobody_objects() -> None:
    assert counted(rule(rule="lazy"), 9, 0).outcome == "passed"
    assert counted(rule(rule="lazy"), 9, 5, 1).outcome == "failed"


def test_a_vote_of_someone_absent_or_not_entitled_does_not_count() -> None:
    who = Electorate(MEMBERS[:9], present=MEMBERS[:3])
    result = count(rule(base="cast"), who, {"m1": "for", "m9": "against", "stranger": "against"})
    assert result is not None
    assert (result.for_, result.against) == (1, 0)


def test_a_charter_may_call_its_positions_otherwise() -> None:
    named = rule(base="cast", positions=("yes", "no", "blank"))
    sorted_ = rule(base="cast", positions={"for": ("yes", "yes-with-remarks"), "against": ("no",), "other": ("present",)})
    for decision in (named, sorted_):
        result = count(decision, Electorate(MEMBERS[:3]), {"m1": "yes", "m2": "no", "m3": decision.takes[0]})
        assert result is not None
        assert (result.outcome, result.for_) == ("passed", 2)
    own = count(sorted_, Electorate(MEMBERS[:3]), {"m1": "yes", "m2": "present"})
    assert own is not None
    assert (own.for_, own.against, own.abstain) == (1, 0, 1)


def test_the_answer_brings_its_arithmetic() -> None:
    decision = rule(pass_=(on("for", of="seated", share=(2, 3)), on("against", at_most=1)))
    result = counted(decision, 10, 6, 1)
    assert [(each.count, each.have, each.of, each.base, each.needed, each.met) for each in result.tests] == [
        ("for", 6, "seated", 10, 7, False),
        ("against", 1, "", 0, 1, True),
    ]
    assert (result.missing, result.can_change) == (1, True)
    assert not counted(decision, 10, 9, 1).can_change, "nobody is left to vote"


@pytest.mark.parametrize("value", ["half", "2/0", "/3", "-1", ""])
def test_a_quorum_that_cannot_be_read_is_an_error(value: str) -> None:
    with pytest.raises(ValueError, match="not a quorum"):
        stated_quorum(value, "board", ())


def test_a_rule_that_names_the_class_goes_before_the_one_for_all_and_each_channel_has_its_own() -> None:
    day = PartialDate(first=date(2021, 1, 1), last=date(2021, 1, 1))
    rules = (rule(id="all"), rule(id="budget", classes=("budget",)), rule(id="b", body="other"))
    written = (rule(id="paper", body="c", channels=("written",)), rule(id="room", body="c", channels=("meeting",)))
    charter = Charter(Instrument("x", Label(), day), decisions=(*rules, *written))
    assert [found.id for c in ("budget", "ordinary") if (found := rule_for(charter, "board", c))] == ["budget", "all"]
    assert [found.id for c in ("written", "meeting") if (found := rule_for(charter, "c", "ordinary", c))] == ["paper", "room"]
    assert rule_for(charter, "nobody", "ordinary") is None


@given(base=st.integers(0, 500), share=shares, over=st.booleans())
def test_needed_is_the_least_number_that_reaches_the_share(base: int, share: tuple[int, int], over: bool) -> None:
    least, part = needed(base, share, over), Fraction(base * share[0], share[1])
    assert least > part if over else least >= part
    assert least == 1 or not (least - 1 > part if over else least - 1 >= part)


BASES = ("fixed", "seated", "entitled", "present", "cast", "voted")
vote_tests = st.one_of(
    st.builds(VoteTest, st.just("for"), of=st.sampled_from(BASES), share=shares, over=st.booleans()),
    st.builds(VoteTest, st.just("for"), at_least=st.integers(1, 5)),
    st.builds(VoteTest, st.just("for"), of=st.sampled_from(BASES), all_but=st.integers(0, 3)),
    st.just(VoteTest("for", more_than="against")),
    st.builds(VoteTest, st.just("against"), at_most=st.integers(0, 3)),
)
decisions = st.builds(
    lambda tests, more, tie: rule(pass_=(*tests, VoteTest("for", at_least=1)), or_pass=more, tie=tie),
    st.lists(vote_tests, max_size=2),
    st.lists(st.tuples(vote_tests, st.just(VoteTest("for", at_least=1))), max_size=1).map(tuple),
    st.sampled_from(["fails", NOT_STATED, "casting:chair"]),
)


@settings(max_examples=300, deadline=None)
@given(decisions, st.integers(1, 20), st.data())
def test_a_further_vote_for_never_turns_what_has_passed(decision: DecisionRule, n: int, data: st.DataObject) -> None:
    cast = data.draw(st.dictionaries(st.sampled_from(MEMBERS[:n]), st.sampled_from(["for", "against", "abstain"])))
    changing = data.draw(st.sampled_from(MEMBERS[:n]))
    who = Electorate(MEMBERS[:n], fixed=n + 2, present=MEMBERS[: max(1, n - 1)])
    before, after = count(decision, who, cast), count(decision, who, {**cast, changing: "for"})
    assert before is not None
    assert after is not None
    assert after.for_ >= before.for_
    if before.outcome == "passed":
        assert after.outcome == "passed"


@given(decisions, st.permutations(MEMBERS[:7]), st.lists(st.sampled_from(["for", "against", "abstain"]), max_size=7))
def test_neither_order_nor_names_matter(decision: DecisionRule, names: list[str], positions: list[str]) -> None:
    plain = dict(zip(MEMBERS, positions, strict=False))
    renamed = dict(reversed(list(zip(names, positions, strict=False))))
    assert count(decision, Electorate(MEMBERS[:7]), plain) == count(decision, Electorate(tuple(names)), renamed)


def slow(test: VoteTest, for_: int, against: int, abstain: int, n: int, fixed: int) -> bool:
    """A test as its words say it, by fractions of named wholes."""
    have = {"for": for_, "against": against}[test.count]
    bases = {"fixed": fixed, "seated": n, "entitled": n, "cast": for_ + against, "voted": for_ + against + abstain}
    whole = bases.get(test.of, for_ + against + abstain)  # in writing, those present are those who vote
    if test.share is not None:
        part = Fraction(test.share[0], test.share[1]) * whole
        return whole > 0 and have > 0 and (have > part if test.over else have >= part)
    if test.all_but is not None:
        return have >= max(1, whole - test.all_but)
    if test.at_least is not None:
        return have >= test.at_least
    if test.at_most is not None:
        return have <= test.at_most
    return have > against


@settings(max_examples=40, deadline=None)
@given(decisions)
def test_it_equals_a_slow_reference_over_all_bodies_up_to_seven(decision: DecisionRule) -> None:
    splits = [(n, *each) for n in range(1, 8) for each in product(range(n + 1), repeat=3) if sum(each) <= n]
    assert len(splits) == 329, "every way in which a body of one to seven can vote"
    for n, for_, against, abstain in splits:
        result = count(decision, Electorate(MEMBERS[:n], fixed=n + 1, seated=n), votes(for_, against, abstain))
        assert result is not None
        want = any(all(slow(test, for_, against, abstain, n, n + 1) for test in tests) for tests in decision.tests())
        assert (result.outcome == "passed") == want, (n, for_, against, abstain)


@given(st.sampled_from(["all", "present", "cast"]), shares, st.booleans(), st.integers(1, 9), st.data())
def test_the_short_form_equals_its_long_form(base: Any, share: tuple[int, int], over: bool, n: int, data: st.DataObject) -> None:
    cast = data.draw(st.dictionaries(st.sampled_from(MEMBERS[:n]), st.sampled_from(["for", "against", "abstain"])))
    of = {"all": "seated", "present": "present", "cast": "cast"}[base]
    short, long = rule(base=base, share=share, over=over), rule(pass_=(VoteTest("for", of=of, share=share, over=over),))
    who = Electorate(MEMBERS[:n], present=MEMBERS[:n])
    assert count(short, who, cast) == count(long, who, cast)
