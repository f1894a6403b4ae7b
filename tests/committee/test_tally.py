"""Votes are counted exactly, and what a text does not state is not made up."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steerco.charter.model import Charter, DecisionRule, Instrument, Label, PartialDate
from steerco.committee.tally import TallyResult, needed, outcome, quorum_needed, rule_for, too_many_proxies

MEMBERS = tuple(f"m{n}" for n in range(1, 28))
shares = st.tuples(st.integers(1, 5), st.integers(1, 5)).filter(lambda share: share[0] <= share[1])


def rule(**more: Any) -> DecisionRule:
    return DecisionRule(**{"id": "d", "label": Label(), "body": "board", "rule": "vote", "cite": ("1",), **more})


def counted(
    decision: DecisionRule, n: int, for_: int, against: int, abstain: int = 0, present: int | None = None, **more: Any
) -> TallyResult:
    """The result among ``n`` members of whom the first vote so; ``present`` the first so many (all, unless given)."""
    who = MEMBERS[:n]
    positions = ["for"] * for_ + ["against"] * against + ["abstain"] * abstain
    result = outcome(decision, who, who[: n if present is None else present], dict(zip(who, positions, strict=False)), **more)
    assert result is not None
    return result


def test_a_majority_of_all_members_is_not_reached_by_silence() -> None:
    assert counted(rule(base="all"), 20, 9, 0).outcome == "failed"
    assert counted(rule(base="all"), 20, 10, 0).outcome == "failed"
    assert counted(rule(base="all"), 20, 11, 0).outcome == "passed"


def test_thirteen_of_27_are_no_quorum() -> None:
    short = counted(rule(base="cast"), 27, 13, 0, present=13, quorum="majority")
    assert (short.outcome, short.quorum_met, quorum_needed("majority", 27)) == ("no-quorum", False, 14)
    enough = counted(rule(base="cast"), 27, 14, 0, present=14, quorum="majority")
    assert (enough.outcome, enough.quorum_met) == ("passed", True)


def test_without_a_stated_quorum_nothing_is_checked_and_the_result_says_so() -> None:
    alone = counted(rule(base="cast"), 27, 1, 0, present=1)
    assert (alone.outcome, alone.quorum_met) == ("passed", None)


def test_a_tie_decides_nothing() -> None:
    assert counted(rule(base="cast"), 10, 5, 5).outcome == "undecided"
    assert counted(rule(base="cast"), 10, 0, 0).outcome == "undecided"


def test_abstentions_count_where_the_present_are_the_base_and_not_where_the_votes_cast_are() -> None:
    assert counted(rule(base="present"), 9, 4, 3, 2).outcome == "failed"
    assert counted(rule(base="cast"), 9, 4, 3, 2) == TallyResult("passed", 7, 4, 3, 2, 4)


def test_two_thirds_are_exact() -> None:
    two_thirds = rule(base="all", share=(2, 3), over=False)
    assert (counted(two_thirds, 9, 6, 3).outcome, counted(two_thirds, 10, 6, 4).outcome) == ("passed", "failed")
    assert counted(rule(base="all", share=(2, 3), over=True), 9, 6, 3).outcome == "failed"


def test_where_one_person_decides_nothing_is_tallied() -> None:
    assert outcome(rule(rule="one-decides"), MEMBERS, MEMBERS, {"m1": "against"}) is None


def test_consensus_is_broken_by_one_objection() -> None:
    assert counted(rule(rule="consensus"), 9, 5, 0, 4).outcome == "passed"
    assert counted(rule(rule="consensus"), 9, 8, 1).outcome == "undecided"


def test_a_vote_of_someone_absent_or_not_entitled_does_not_count() -> None:
    votes = {"m1": "for", "m9": "against", "stranger": "against"}
    result = outcome(rule(base="cast"), MEMBERS[:9], MEMBERS[:3], votes)
    assert result is not None
    assert (result.for_, result.against) == (1, 0)


def test_a_proxy_votes_for_the_absent_and_makes_no_quorum() -> None:
    result = outcome(rule(base="cast"), MEMBERS[:3], ("m1",), {"m1": "for"}, {"m2": "m1"}, quorum=2)
    assert result is not None
    assert (result.for_, result.quorum_met, result.outcome) == (2, False, "no-quorum")


def test_one_proxy_each_where_the_limit_is_one() -> None:
    assert too_many_proxies({"m2": "m1", "m3": "m1", "m5": "m4"}, 1) == {"m1"}
    assert too_many_proxies({"m2": "m1", "m3": "m1"}, None) == frozenset()


def test_a_charter_may_call_its_positions_otherwise() -> None:
    named = rule(base="cast", positions=("yes", "no", "blank"))
    result = outcome(named, MEMBERS[:3], MEMBERS[:3], {"m1": "yes", "m2": "no", "m3": "yes"})
    assert result is not None
    assert result.outcome == "passed"


@pytest.mark.parametrize("value", ["half", "2/0", "/3", "-1", ""])
def test_a_quorum_that_cannot_be_read_is_an_error(value: str) -> None:
    with pytest.raises(ValueError, match="not a quorum"):
        quorum_needed(value, 10)


def test_a_rule_that_names_the_class_goes_before_the_one_for_all() -> None:
    day = PartialDate(first=_day(), last=_day())
    charter = Charter(
        Instrument("x", Label(), day),
        decisions=(rule(id="all"), rule(id="budget", classes=("budget",)), rule(id="b", body="other")),
    )
    assert [found.id for c in ("budget", "ordinary") if (found := rule_for(charter, "board", c))] == ["budget", "all"]
    assert rule_for(charter, "nobody", "ordinary") is None


@given(base=st.integers(0, 500), share=shares, over=st.booleans())
def test_needed_is_the_least_number_that_reaches_the_share(base: int, share: tuple[int, int], over: bool) -> None:
    least, part = needed(base, share, over), Fraction(base * share[0], share[1])
    assert least > part if over else least >= part
    assert least == 1 or not (least - 1 > part if over else least - 1 >= part)


@given(st.data())
def test_a_further_vote_for_never_turns_what_has_passed(data: st.DataObject) -> None:
    base = data.draw(st.sampled_from(["all", "present", "cast"]))
    decision = rule(base=base, share=data.draw(shares), over=data.draw(st.booleans()))
    n = data.draw(st.integers(1, 20))
    votes = data.draw(st.dictionaries(st.sampled_from(MEMBERS[:n]), st.sampled_from(["for", "against", "abstain"])))
    changing = data.draw(st.sampled_from(MEMBERS[:n]))
    before = outcome(decision, MEMBERS[:n], MEMBERS[:n], votes)
    after = outcome(decision, MEMBERS[:n], MEMBERS[:n], {**votes, changing: "for"})
    assert before is not None
    assert after is not None
    assert after.for_ >= before.for_
    if before.outcome == "passed":
        assert after.outcome == "passed"


def _day() -> date:
    return date(2021, 1, 1)
