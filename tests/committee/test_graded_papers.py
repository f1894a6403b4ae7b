"""A paper that is graded as a secret of the state: its content is refused, it is registered by number and place, and content is
kept only where a rule names who answers for that."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.committee.conftest import Board
from tests.kernel.conftest import revised

from steerco.configuration.installation import Installation
from steerco.configuration.tenant import Tenant
from steerco.records import Invalid

RULE = '[[rule]]\nname = "graded-content-kept-by"\nvalue = "{}"\ncite = ["2.4"]\n'
PAPER = {"title": "Kho kín", "grade": "secret", "files": [{"name": "kho.txt", "text": "Mã két 4711"}]}
ENTRY = {"title": "Kho kín", "grade": "secret", "registered_as": "12/M", "kept_at": "Két số 2, Văn thư"}


Revise = Callable[..., Tenant]


@pytest.fixture
def revise(installation: Installation) -> Revise:
    return lambda charter: revised(installation, charter=charter)


def refused(board: Board, meeting: str, **given: Any) -> dict[str, str]:
    """What is wrong with a paper, by field."""
    stopped = board.fails("giang", "meeting.add-paper", meeting, **given)
    assert isinstance(stopped, Invalid)
    return {name: why.code for name, why in stopped.fields.items()}


def test_the_content_is_refused_and_nothing_of_it_stays_the_paper_is_registered_by_number_and_place(board: Board) -> None:
    meeting = board.meeting()
    for grade in ("confidential", "secret", "top-secret"):
        assert refused(board, meeting, **{**PAPER, "grade": grade}) == {"files": "graded-not-kept"}
    assert refused(board, meeting, **{**PAPER, **ENTRY}) == {"files": "graded-not-kept"}, "number and place do not bring it in"
    for field in ("registered_as", "kept_at"):
        assert refused(board, meeting, **{**ENTRY, field: None}) == {field: "graded-needs"}
    board.do("giang", "meeting.add-paper", meeting, **ENTRY)
    (paper,) = board.show("meeting", meeting)["papers"]
    shown = (paper["grade"], paper["registered_as"], paper["kept_at"], paper["digest"], paper["file_name"])
    assert shown == ("secret", "12/M", "Két số 2, Văn thư", None, None)


def test_it_is_kept_where_a_rule_names_who_answers_and_not_where_it_is_not_stated(revise: Revise) -> None:
    board = Board(revise(charter=RULE.format("not-stated")))
    assert refused(board, board.meeting(), **PAPER) == {"files": "graded-not-kept"}
    board = Board(revise(charter=RULE.format("desk-head")))
    meeting = board.meeting()
    board.do("giang", "meeting.add-paper", meeting, **PAPER)
    (paper,) = board.show("meeting", meeting)["papers"]
    assert (paper["grade"], paper["file_name"]) == ("secret", "kho.txt")
    with board.tenant.files.open(board.tenant.id, paper["digest"]) as file:
        assert file.read().decode() == "Mã két 4711"


def test_a_rule_that_names_nobody_is_found(revise: Revise) -> None:
    with pytest.raises(Exception, match="unknown-party"):
        revise(charter=RULE.format("yes"))
