"""Both demonstration years, played once into a store."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from tests.demonstration.lived import HOME, MOST, NATIONAL, Lived, Year, empty

from steerco.cases.demonstration import play


@pytest.fixture(scope="session")
def year() -> Iterator[Year]:
    installation = empty()
    begun = time.process_time()
    told = list(play(HOME, installation))
    yield Year(installation, told, time.process_time() - begun)
    installation.store.close()


@pytest.fixture(scope="session")
def national(year: Year) -> Lived:
    return year[NATIONAL]


@pytest.fixture(scope="session")
def most(year: Year) -> Lived:
    return year[MOST]
