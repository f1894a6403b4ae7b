"""Votes in writing: never, on somebody's proposal, once agreed; what silence counts as at the closing, and who was silent."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.committee.conftest import Board
from tests.kernel.conftest import revised

from steerco.charter.model import DecisionRule, Label
from steerco.charter.tables.voting import VoteTest
from steerco.committee.decisions.tally import Electorate, count
from steerco.configuration.installation import Installation
from steerco.records import Invalid, OutOfOrder

POLICY = "\n".join(f"p, board, board, matter, {act}, -, allow, 2.5" for act in ("open-ballot", "report"))
DECISIONS = """
[[decision]]
id = "purchase"
label = { vi = "Mua", en = "Purchase" }
body = "board"
classes = ["purchase"]
rule = "vote"
pass = [{ count = "for", of = "seated", share = [1, 2], over = true }]
ballot = "week"
cite = ["2.5"]

[[decision]]
id = "writing"
label = { vi = "Bằng văn bản", en = "Writing" }
body = "board"
classes = ["writing"]
rule = "vote"
base = "cast"
cite = ["2.5"]

[[ballot]]
id = "week"
period = { at_least = { value = 7, unit = "days" } }
cite = ["2.5"]
"""


def table(**keys: Any) -> str:
    lines = "\n".join(f"{key} = {value!r}" for key, value in keys.items())
    return f'[[written]]\nbody = "board"\ncite = ["2.5"]\n{lines}\n'


@pytest.fixture
def raised(installation: Installation) -> Any:
    def made(*tables: str) -> tuple[Board, str]:
        board = Board(revised(installation, charter=DECISIONS + "".join(tables), policy=POLICY))
        return board, board.do("em", "matter.raise", title="Mua", **{"class": "purchase"})

    return made


def stopped(board: Board, who: str, action: str, id: str, **given: Any) -> str:
    error = board.fails(who, action, id, **given)
    assert isinstance(error, OutOfOrder)
    assert error.cites == ("2.5",)
    return error.code


def test_what_is_never_voted_on_in_writing_is_not_opened_so(raised: Any) -> None:
    board, id = raised(table(allowed="never"))
    assert stopped(board, "an", "matter.open-ballot", id) == "writing-not-allowed"


def test_a_table_for_the_class_goes_before_one_for_all_key_by_key(raised: Any) -> None:
    board, id = raised(table(allowed="never", proposed_by=["chair"]), table(classes=["purchase"], allowed="always"))
    assert stopped(board, "em", "matter.open-ballot", id) == "writing-proposed-by"
    board.do("an", "matter.open-ballot", id)


def test_what_has_to_be_agreed_opens_by_the_matter_that_passed_and_by_no_other(raised: Any) -> None:
    board, id = raised(table(allowed="always", agreed_by="writing"))
    assert stopped(board, "an", "matter.open-ballot", id) == "writing-not-agreed"
    assert stopped(board, "an", "matter.open-ballot", id, agreed=id) == "writing-not-agreed"
    agreement = board.do("em", "matter.raise", title="Bằng văn bản", about=id, **{"class": "writing"})
    board.do("em", "matter.vote", agreement, position="for")
    board.do("giang", "matter.prepare-opinion", agreement, text="Nên")
    board.do("an", "matter.decide", agreement, outcome="passed")
    board.do("an", "matter.open-ballot", id, agreed=agreement)


@pytest.mark.parametrize(
    ("silence", "outcome", "silent"), [("for", "passed", 0), ("abstain", "failed", 0), ("none", "failed", 3)]
)
def test_silence_counts_at_the_closing_and_the_record_keeps_who_was_silent(
    raised: Any, silence: str, outcome: str, silent: int
) -> None:
    board, id = raised(table(silence=silence))
    board.do("an", "matter.open-ballot", id)
    board.do("an", "matter.vote", id, position="for")
    board.do("binh", "matter.vote", id, position="against")
    assert board.show("matter", id)["result"]["silent"] == 3
    board.now += timedelta(days=8)
    shown = board.show("matter", id)
    assert (shown["result"]["outcome"], shown["result"]["silent"]) == (outcome, silent)
    if silence == "none":
        assert "silence" not in shown["ballot"]
    else:
        assert shown["ballot"]["silence"] == {"counts_as": silence, "who": ["cuc", "dung", "em"]}


VOTERS = tuple("abcdefg")
TESTS = st.sampled_from(
    [
        VoteTest("for", more_than="against"),
        VoteTest("for", of="fixed", share=(1, 2), over=True),
        VoteTest("for", of="cast", share=(2, 3)),
        VoteTest("against", at_most=0),
        VoteTest("silent", at_most=1),
    ]
)


@given(
    st.lists(TESTS, min_size=1, max_size=3),
    st.dictionaries(st.sampled_from(VOTERS), st.sampled_from(["for", "against", "abstain"])),
    st.sampled_from(["for", "abstain"]),
)
def test_silence_counts_as_a_vote_of_each_who_was_silent(tests: list[VoteTest], votes: dict[str, str], silence: str) -> None:
    rule = DecisionRule("d", Label(), "council", "vote", ("1",), pass_=(VoteTest("for", at_least=1), *tests))
    who = Electorate(VOTERS, fixed=9, seated=7)
    assert count(rule, who, votes, silence=silence) == count(rule, who, dict.fromkeys(VOTERS, silence) | votes)


def test_a_vote_in_writing_is_reported_where_the_charter_says_and_no_other_is(raised: Any) -> None:
    board, id = raised(table(allowed="always") + 'reported = { in = "letter" }\n')
    board.do("an", "matter.open-ballot", id)
    for who in ("an", "binh", "em"):
        board.do(who, "matter.vote", id, position="for")
    board.do("giang", "matter.prepare-opinion", id, text="Nên")
    board.now += timedelta(days=7)
    board.do("an", "matter.decide", id, outcome="passed")
    assert isinstance(board.fails("an", "matter.report", id, in_="newspaper"), Invalid)
    board.do("an", "matter.report", id, in_="letter")
    assert board.show("matter", id)["reported_in"] == "letter"


def test_where_the_charter_asks_for_no_report_none_is_taken(raised: Any) -> None:
    board, id = raised(table(allowed="always"))
    board.do("an", "matter.open-ballot", id)
    for who in ("an", "binh", "em"):
        board.do(who, "matter.vote", id, position="for")
    board.do("giang", "matter.prepare-opinion", id, text="Nên")
    board.now += timedelta(days=7)
    board.do("an", "matter.decide", id, outcome="passed")
    error = board.fails("an", "matter.report", id, in_="letter")
    assert error.code == "no-report-asked"
