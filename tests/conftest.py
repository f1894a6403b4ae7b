"""What every test may ask for: the server of the run, and cases on the database of the run."""

from __future__ import annotations

import pytest
from tests import databases
from tests.store import postgres

from steerco.testing import plugin

pytest_plugins = ["steerco.testing.kit"]
plugin.stores = databases.STORES


@pytest.fixture(scope="session")
def server() -> postgres.Server:
    """A PostgreSQL server, whatever the database of the run."""
    return databases.server()
