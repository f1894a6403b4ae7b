"""What has a last day ends by itself: read, listed, filtered, counted and judged alike, and nothing is written for it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from tests.committee.conftest import Board

from steerco.committee.members.mobilisation import Mobilisation
from steerco.configuration.regime import PLATFORM
from steerco.kernel import visibility
from steerco.kernel.authority import Authority
from steerco.kernel.places import placed_on
from steerco.records import Invalid, OutOfOrder
from steerco.store.listing import Filter

LAST = date(2021, 3, 12)


def ordered(board: Board, who: str = "em", **more: Any) -> str:
    return board.do(PLATFORM, "mobilisation.order", **{"who": who, "to": LAST, "product": "Danh mục sách", **more})


def listed(board: Board, *filters: Filter) -> list[tuple[str, str]]:
    """The rows of the list and their states; the count says the same number."""
    with board.tenant.store.read(board.tenant.id) as session:
        authority = Authority(board.tenant, session, PLATFORM, board.now)
        page = visibility.page(authority, Mobilisation, ["id", "state"], filters=filters)
        assert visibility.count(authority, Mobilisation, filters) == (len(page.rows), True)
        assert [tuple(row._mapping) for row in page.rows] == [("id", "state")] * len(page.rows)
        return [(row.id, row.state) for row in page.rows]


def state(value: Any, op: Any = "eq") -> Filter:
    return Filter("state", op, value)


def test_on_its_last_day_it_still_runs_and_the_day_after_it_has_ended(board: Board) -> None:
    short, long = ordered(board), ordered(board, "giang", to=LAST + timedelta(days=10))
    version = board.get("mobilisation", short).version
    board.now += LAST - board.today
    assert board.show("mobilisation", short)["state"] == "ordered"
    assert listed(board) == [(short, "ordered"), (long, "ordered")]
    assert listed(board, state("ended")) == []
    board.now += timedelta(days=1)
    assert board.show("mobilisation", short)["state"] == "ended"
    assert listed(board) == [(short, "ended"), (long, "ordered")]
    assert listed(board, state("ended")) == [(short, "ended")]
    assert listed(board, state("ordered")) == [(long, "ordered")]
    assert listed(board, state(["ordered"], "in")) == [(long, "ordered")]
    assert listed(board, state(["ended"], "in")) == [(short, "ended")]
    assert listed(board, state(["ordered", "ended"], "in")) == [(short, "ended"), (long, "ordered")]
    assert listed(board, state("f", "gte")) == [(long, "ordered")]
    assert listed(board, state("f", "lte")) == [(short, "ended")]
    assert listed(board, Filter("to", "gte", LAST + timedelta(days=1))) == [(long, "ordered")]
    assert listed(board, Filter("to", "lte", LAST)) == [(short, "ended")]
    assert board.get("mobilisation", short).version == version  # nobody wrote anything


def test_what_ended_by_itself_is_ended_no_more(board: Board) -> None:
    id = ordered(board)
    board.now += LAST - board.today + timedelta(days=1)
    stopped = board.fails(PLATFORM, "mobilisation.end", id)
    assert isinstance(stopped, OutOfOrder)
    assert stopped.params["state"] == "ended"
    with board.tenant.store.read(board.tenant.id) as session:
        record = session.get_one(Mobilisation, (board.tenant.id, id))
        authority = Authority(board.tenant, session, PLATFORM, board.now)
        assert placed_on(authority, Mobilisation.actions["end"], record, board.now).place == "hidden"


def test_ended_early_it_is_over_at_once(board: Board) -> None:
    id = ordered(board)
    board.do(PLATFORM, "mobilisation.end", id)
    shown = board.show("mobilisation", id)
    assert (shown["state"], shown["to"]) == ("ended", board.today)
    assert listed(board, state("ended")) == [(id, "ended")]
    assert ordered(board)  # free for another order


@pytest.mark.parametrize(
    ("given", "field", "code"),
    [
        ({"to": date(2021, 2, 26)}, "to", "before-from"),
        ({"from": date(2021, 2, 1), "to": date(2021, 2, 26)}, "to", "over-already"),
        ({"from": date(2021, 3, 15)}, "to", "before-from"),
    ],
)
def test_a_term_that_cannot_be_is_told_by_its_field(board: Board, given: dict[str, date], field: str, code: str) -> None:
    stopped = board.fails(PLATFORM, "mobilisation.order", **{"who": "em", "to": LAST, "product": "Danh mục", **given})
    assert isinstance(stopped, Invalid)
    assert {name: reason.code for name, reason in stopped.fields.items()} == {field: code}


def test_nobody_is_mobilised_twice_at_a_time(board: Board) -> None:
    ordered(board)
    stopped = board.fails(PLATFORM, "mobilisation.order", who="em", to=LAST + timedelta(days=5), product="Kệ sách")
    assert isinstance(stopped, Invalid)
    assert list(stopped.fields) == ["who"]
    assert ordered(board, **{"from": LAST + timedelta(days=1), "to": LAST + timedelta(days=5)})
