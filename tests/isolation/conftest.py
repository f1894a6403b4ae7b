"""The command and a home to run it in, as the tests of the command have them; and one tenant asked with what is the other's."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.cli.conftest import home, running, steerco, written
from tests.isolation.neighbours import HEADS, Neighbour, Trial, counting
from tests.web.conftest import MOST, NATIONAL

__all__ = ["home", "running", "steerco", "written"]


@pytest.fixture(params=[(NATIONAL, MOST), (MOST, NATIONAL)], ids=HEADS)
def trial(request: pytest.FixtureRequest, neighbours: dict[str, Neighbour]) -> Iterator[Trial]:
    mine, theirs = (neighbours[slug] for slug in request.param)
    with counting() as counter:
        trial = Trial(mine, theirs, counter)
        yield trial
    assert trial.tried
    assert not trial.differences, "\n".join(trial.differences)
