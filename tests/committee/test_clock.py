"""Times that a clock shows twice or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from tests.committee.conftest import Board
from tests.databases import STORES

from steerco.cases.world import seed
from steerco.configuration.home import Home
from steerco.configuration.installation import Installation
from steerco.configuration.regime import PLATFORM
from steerco.records import Invalid
from steerco.testkit import SAMPLE

SLUG = "library-board"


@pytest.fixture
def paris() -> Iterator[Board]:
    """The sample board where clocks change twice a year."""
    store = STORES.empty()
    content = dict(Home(SAMPLE).content(SLUG))
    path = f"tenants/{SLUG}/tenant.toml"
    content[path] = content[path].replace("Asia/Ho_Chi_Minh", "Europe/Paris")
    Installation(store).apply(SLUG, content, at=datetime(2021, 3, 1, 8, tzinfo=UTC), who=PLATFORM, why="test", seed=seed)
    yield Board(Installation(store).tenant(SLUG), datetime(2021, 3, 1, 9, tzinfo=UTC))
    store.close()


def starts_at(board: Board, text: str) -> datetime:
    found: datetime = board.show("meeting", board.meeting(starts_at=text))["starts_at"]
    return found.astimezone(UTC)


def test_a_time_that_the_clock_leaps_over_is_refused(paris: Board) -> None:
    asked = {"kind": "ad-hoc", "starts_at": "2021-03-28T02:30:00"}
    meeting = paris.meeting()
    for stopped in (
        paris.fails("an", "meeting.convene", **asked),
        paris.fails("giang", "meeting.plan", **asked),
        paris.fails("an", "meeting.postpone", meeting, starts_at=asked["starts_at"], reason="Bão"),
    ):
        assert isinstance(stopped, Invalid)
        assert stopped.fields["starts_at"].code == "no-such-time"
    paris.now = datetime(2021, 4, 1, 9, tzinfo=UTC)
    stopped = paris.fails("an", "meeting.open", meeting, held_at="2021-03-28T02:30:00")
    assert isinstance(stopped, Invalid)
    assert stopped.fields["held_at"].code == "no-such-time"


def test_beside_the_leap_and_with_an_offset_a_time_is_a_time(paris: Board) -> None:
    for text in ("2021-03-28T03:30:00", "2021-03-28T02:30:00+01:00"):
        assert starts_at(paris, text) == datetime(2021, 3, 28, 1, 30, tzinfo=UTC)
    assert starts_at(paris, "2021-03-28T01:59:59") == datetime(2021, 3, 28, 0, 59, 59, tzinfo=UTC)


def test_a_time_that_the_clock_shows_twice_is_the_earlier_one_unless_the_offset_says_which(paris: Board) -> None:
    assert starts_at(paris, "2021-10-31T02:30:00") == datetime(2021, 10, 31, 0, 30, tzinfo=UTC)
    assert starts_at(paris, "2021-10-31T02:30:00+01:00") == datetime(2021, 10, 31, 1, 30, tzinfo=UTC)
