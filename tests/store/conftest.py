from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.store import postgres, tables

from steerco.store.base import Base
from steerco.store.engine import Store
from steerco.store.security import secure

DATABASES = ("sqlite", "postgresql")


@pytest.fixture(scope="session")
def server() -> Iterator[postgres.Server]:
    yield from postgres.serve()


@pytest.fixture(scope="session")
def template(server: postgres.Server, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A database with every table of the platform and of these tests, secured."""
    server.create("template_of_tests")
    owner = Store.open(server.url("template_of_tests", postgres.OWNER), tmp_path_factory.mktemp("owner"))
    owner.upgrade(role=postgres.SERVING)
    with owner.operator_connection() as connection:
        Base.metadata.create_all(connection, tables=tables.TABLES)
        secure(connection, Base.metadata, postgres.SERVING)
    owner.close()
    return "template_of_tests"


@pytest.fixture
def make_store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[str], Store]]:
    """Makes an empty store on the database named."""
    made: list[Callable[[], None]] = []

    def make(database: str) -> Store:
        if database == "sqlite":
            store = Store.memory()
            store.create_schema()
        else:
            server: postgres.Server = request.getfixturevalue("server")
            name = server.copy(request.getfixturevalue("template"))
            store = Store.open(server.url(name, postgres.SERVING), tmp_path, operator_url=server.url(name, postgres.OWNER))
            made.append(lambda: server.drop(name))
        made.append(store.close)
        return store

    yield make
    for end in reversed(made):
        end()


@pytest.fixture(params=DATABASES)
def store(request: pytest.FixtureRequest, make_store: Callable[[str], Store]) -> Store:
    """An empty store, once on each database."""
    return make_store(request.param)
