"""The demonstration's pages: once for tests that only look, anew for those that act."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.work.lived_pages import LivedPages, opened


@pytest.fixture(scope="session")
def pages() -> Iterator[LivedPages]:
    """Pages that no test changes."""
    made = opened()
    with made.http:
        yield made
    made.installation.store.close()


@pytest.fixture
def fresh() -> Iterator[LivedPages]:
    """Pages of a test that acts."""
    made = opened()
    with made.http:
        yield made
    made.installation.store.close()
