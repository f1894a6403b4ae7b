"""Consultations when many answer at once, and what each sees of the others' answers."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from tests.committee.conftest import Board

from steerco.kernel.act import ActRequest
from steerco.kernel.perform import perform
from steerco.records import Conflict, Stopped

ASKED = ("an", "binh", "cuc", "dung", "em")


def asked(board: Board, **given: object) -> str:
    return board.do(
        "an", "consultation.open", **{"question": "Mua bộ sách nào?", "to": list(ASKED), "due_on": "2021-03-10", **given}
    )


def test_answers_given_at_once_are_all_kept(board: Board) -> None:
    id = asked(board)

    def tried(who: str) -> str | None:
        try:
            board.do(who, "consultation.answer", id, position="agree")
        except Stopped as stopped:
            return stopped.code
        return None

    with ThreadPoolExecutor(len(ASKED)) as pool:
        assert list(pool.map(tried, ASKED)) == [None] * len(ASKED)
    board.do("an", "consultation.close", id)
    assert board.show("consultation", id)["tabulation"] == {"asked": 5, "answered": 5, "late": 0, "missing": 0, "agree": 5}


def test_an_answer_is_taken_though_others_have_answered_since_the_question_was_read(board: Board) -> None:
    id = asked(board, to=["cuc", "em"])
    read = board.get("consultation", id).version
    board.do("cuc", "consultation.answer", id, position="agree")
    given = {"position": "disagree", "text": "Quá đắt"}
    perform(board.tenant, ActRequest("em", "consultation.answer", board.now, on=id, input=given, version=read))
    with pytest.raises(Conflict):
        perform(board.tenant, ActRequest("an", "consultation.close", board.now, on=id, version=read))


def test_who_is_asked_twice_answers_once(board: Board) -> None:
    asked(board, to=["em", "em", "em"])
    assert len(board.made("consultation-reply")) == 1


def test_a_file_that_comes_with_an_answer_is_kept_with_it(board: Board) -> None:
    id = asked(board, to=["em"])
    (reply,) = board.made("consultation-reply")
    board.do(
        "em", "consultation.answer", id, position="other", text="Xem công văn", files=[{"name": "cv.txt", "text": "Công văn"}]
    )
    assert [row["file_name"] for row in board.show("consultation-reply", reply)["papers"]] == ["cv.txt"]
    board.do("em", "consultation.answer", id, position="agree")
    assert board.show("consultation-reply", reply)["papers"] == []


def test_the_question_names_itself_by_its_first_line(board: Board) -> None:
    id = asked(board, question="  Mua bộ sách nào?\nXem danh mục kèm theo.")
    assert board.show("consultation", id)["title"] == "Mua bộ sách nào?"
