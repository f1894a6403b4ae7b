"""A budget when many book at once, and its sums against its entries."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from tests.committee.conftest import Board

from steerco.records import Stopped

SPENDING = {"text": "Sách", "document": "HĐ 1", "basis": "LB 1/2020"}


def opened(board: Board, amount: int) -> str:
    id = board.do("dung", "budget.open", year=2021)
    board.do("dung", "budget.allocate", id, amount=amount, source="Town", document="QĐ 1", text="Mua sách")
    return id


def held(board: Board, id: str) -> tuple[int, int, int]:
    """What is allocated, spent and left, after it was held against the entries."""
    shown = board.show("budget", id)
    rows = shown["bookings"]
    assert [row["number"] for row in rows] == list(range(1, len(rows) + 1))
    for kind, field in (("allocation", "allocated"), ("spending", "spent")):
        assert sum(row["amount"] for row in rows if row["kind"] == kind) == shown[field]
    return shown["allocated"], shown["spent"], shown["left"]


def test_twenty_who_spend_at_once_never_spend_more_than_there_is(board: Board) -> None:
    id = opened(board, 700)

    def tried(_: int) -> str | None:
        try:
            board.do("dung", "budget.spend", id, amount=100, **SPENDING)
        except Stopped as stopped:
            return stopped.code
        return None

    with ThreadPoolExecutor(20) as pool:
        came = list(pool.map(tried, range(20)))
    assert came.count(None) == 7
    assert came.count("enough-left") == 13
    assert held(board, id) == (700, 700, 0)


def test_one_entry_reversed_by_two_at_once_is_reversed_once(board: Board) -> None:
    id = opened(board, 700)
    board.do("dung", "budget.spend", id, amount=100, **SPENDING)

    def tried(_: int) -> str | None:
        try:
            board.do("dung", "budget.counter", id, entry=2, reason="Nhầm")
        except Stopped as stopped:
            return stopped.code
        return None

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(tried, range(2)), key=str) == [None, "invalid-input"]
    assert held(board, id) == (700, 0, 700)


def test_money_that_was_spent_is_not_taken_back_from_the_funds(board: Board) -> None:
    id = opened(board, 700)
    board.do("dung", "budget.spend", id, amount=1, **SPENDING)
    assert board.fails("dung", "budget.counter", id, entry=1, reason="Thu hồi").code == "enough-left"
    board.do("dung", "budget.counter", id, entry=2, reason="Nhầm")
    board.do("dung", "budget.counter", id, entry=1, reason="Thu hồi")
    assert held(board, id) == (0, 0, 0)


@pytest.mark.parametrize("amount", [0, -5, 10**15 + 1, 1.5, "100"])
def test_no_other_amount_than_a_whole_one_in_bounds_is_entered(board: Board, amount: object) -> None:
    id = opened(board, 700)
    assert board.fails("dung", "budget.spend", id, amount=amount, **SPENDING).code == "invalid-input"
    assert held(board, id) == (700, 0, 700)


def test_a_year_has_one_book_and_its_money_is_known_to_the_charter(board: Board) -> None:
    id = opened(board, 700)
    assert board.fails("dung", "budget.open", year=2021).code == "budget-exists"
    assert board.fails("dung", "budget.open", year=2022, funds="no-fund").code == "invalid-input"
    assert held(board, id) == (700, 0, 700)
