"""What tests of a tenant's configuration begin with."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.databases import STORES

from steerco.configuration.installation import Installation
from steerco.store.engine import Store


@pytest.fixture
def board(template: Store) -> Iterator[Installation]:
    """A copy of the installation that the module calls its template."""
    store = STORES.copy(template)
    yield Installation(store)
    store.close()
