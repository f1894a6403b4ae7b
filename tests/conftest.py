"""What every test may ask for: the server of the run, and cases on the database of the run."""

from __future__ import annotations

import pytest
from hypothesis import settings
from tests import databases
from tests.store import postgres

from steerco.testing import plugin

settings.register_profile("untimed", deadline=None)  # a machine that is busy with something else breaks no law
settings.load_profile("untimed")

pytest_plugins = ["steerco.testing.kit"]
plugin.stores = databases.STORES


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long begins first, so that no process is left with it when the others are done."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


@pytest.fixture(scope="session")
def server() -> postgres.Server:
    """A PostgreSQL server, whatever the database of the run."""
    return databases.server()
