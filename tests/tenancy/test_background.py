"""Long work behind the answers: the line for it is shared out among the committees of a server."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from steerco.operations.background import OF_ONE, Background, BackgroundFull


@pytest.fixture
def held() -> Iterator[tuple[Background, threading.Event]]:
    """A line whose first piece of work is not done before the event."""
    background, release = Background(), threading.Event()
    yield background, release
    release.set()
    background.end()


def test_a_committee_that_asks_much_leaves_room_for_another(held: tuple[Background, threading.Event]) -> None:
    background, release = held
    done: list[str] = []
    over = threading.Event()

    def wait() -> None:
        release.wait(120)

    for number in range(OF_ONE):
        background.begin(("past", "greedy", str(number)), wait, done.append)
    with pytest.raises(BackgroundFull):
        background.check_room(("past", "greedy", "one more"))
    with pytest.raises(BackgroundFull):
        background.begin(("trial", "greedy", "one more"), wait, done.append)
    background.check_room(("past", "greedy", "0"))  # that one is under way
    background.begin(("trial", "modest", "1"), over.set, done.append)
    release.set()
    assert over.wait(120)
    assert done == []
