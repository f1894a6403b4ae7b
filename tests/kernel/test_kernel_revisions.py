"""A configuration that changes while acts are on their way: each is decided under the one in use when it is written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from threading import Barrier, Event, Thread
from time import monotonic, sleep

import pytest
from tests.committee.conftest import MORNING, SAMPLE, Board
from tests.databases import STORES
from tests.kernel.conftest import SLUG, revised

from steerco.cases.world import seed
from steerco.configuration.home import Home
from steerco.configuration.installation import Installation
from steerco.configuration.regime import PLATFORM
from steerco.records import Refused
from steerco.store import log
from steerco.store.engine import Busy

DEPUTY_ASSIGNS = "p, deputy, board, task, assign"


@pytest.fixture
def here() -> Iterator[Installation]:
    store = STORES.empty()
    installation = Installation(store)
    installation.apply(SLUG, Home(SAMPLE).content(SLUG), at=MORNING, who=PLATFORM, why="test", seed=seed)
    yield installation
    store.close()


@pytest.fixture
def elsewhere(here: Installation) -> Iterator[Installation]:
    """The same installation in another process, which has the tenant in use already."""
    store = STORES.beside(here.store)
    installation = Installation(store)
    Board(installation.tenant(SLUG)).task("binh", lead="trustee-school")
    yield installation
    store.close()


def events(board: Board) -> list[tuple[int, str, str | None, int | None]]:
    with board.tenant.store.read(board.tenant.id) as session:
        return [(row["seq"], row["action"], row["person"], row["revision"]) for row in log.entries(session)]


def test_what_another_process_applied_holds_here_at_once(here: Installation, elsewhere: Installation) -> None:
    board = Board(elsewhere.tenant(SLUG))
    revised(here, without=DEPUTY_ASSIGNS)
    assert isinstance(board.fails("binh", "task.assign", title="x", lead="trustee-school"), Refused)
    board.task(lead="trustee-school")
    assert events(board)[-1][1:] == ("task.assign", "an", 2)


def test_whoever_holds_the_tenant_from_before_goes_on_under_the_new_revision(here: Installation) -> None:
    before = Board(here.tenant(SLUG))
    before.task("binh", lead="trustee-school")
    revised(here, without=DEPUTY_ASSIGNS)
    assert isinstance(before.fails("binh", "task.assign", title="x", lead="trustee-school"), Refused)
    before.task(lead="trustee-school")
    assert events(before)[-1][1:] == ("task.assign", "an", 2)


def patiently(act: Callable[[], object]) -> None:
    """Once more as long as the database is busy: between processes SQLite gives nobody a place in a queue."""
    end = monotonic() + 300
    while True:
        try:
            act()
            return
        except Busy:
            assert monotonic() < end


@pytest.mark.parametrize("where", ["here", "elsewhere"])
def test_of_acts_under_way_none_comes_after_the_change_that_forbids_it(
    here: Installation, elsewhere: Installation, where: str
) -> None:
    """Three threads assign as the deputy while the line that lets them is taken out."""
    board = Board(here.tenant(SLUG))
    started, over, refused = Barrier(4), Event(), []

    def assign() -> None:
        started.wait()
        while not over.is_set():
            with suppress(Busy):  # told to ask again
                try:
                    Board(board.tenant).task("binh", lead="trustee-school")
                except Refused as stopped:
                    refused.append(stopped.decision.revision)
                    return

    threads = [Thread(target=assign) for _ in range(3)]
    for thread in threads:
        thread.start()
    started.wait()
    sleep(0.05)  # so that some are done before; whatever the time, what follows must hold
    try:
        patiently(lambda: revised(here if where == "here" else elsewhere, without=DEPUTY_ASSIGNS))
        for thread in threads:
            thread.join(300)
    finally:
        over.set()  # no thread uses a store that is closed
        for thread in threads:
            thread.join()
    assert refused == [2, 2, 2]
    found = events(board)
    applied = next(seq for seq, action, _, revision in found if action == "tenant.apply" and revision == 2)
    assert not [seq for seq, action, who, _ in found if (action, who) == ("task.assign", "binh") and seq > applied]
    assert all(revision == (2 if seq >= applied else 1) for seq, _, _, revision in found)
