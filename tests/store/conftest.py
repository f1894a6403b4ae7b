from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from tests.store import postgres, tables

from steerco.store.base import Base
from steerco.store.engine import Store
from steerco.store.security import secure

DATABASES = ("sqlite", "postgresql")


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


@pytest.fixture(scope="module")
def make_store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Store]]:
    """Makes an empty store on the database named; closed after the module."""
    made: list[Callable[[], None]] = []

    def make(database: str) -> Store:
        if database == "sqlite":
            store = Store.memory()
            store.create_schema()
        else:
            server: postgres.Server = request.getfixturevalue("server")
            name = server.copy(request.getfixturevalue("template"))
            url, owner = server.url(name, postgres.SERVING), server.url(name, postgres.OWNER)
            store = Store.open(url, tmp_path_factory.mktemp(name), operator_url=owner)
        made.append(store.close)
        return store

    yield make
    for end in reversed(made):
        end()


@pytest.fixture(params=DATABASES)
def store(request: pytest.FixtureRequest, make_store: Callable[[str], Store]) -> Store:
    """An empty store, once on each database."""
    return make_store(request.param)


@pytest.fixture(scope="module", params=DATABASES)
def shared_store(request: pytest.FixtureRequest, make_store: Callable[[str], Store]) -> Store:
    """One store for the tests of a module, once on each database; see ``emptied``."""
    return make_store(request.param)


@pytest.fixture
def emptied(shared_store: Store) -> Store:
    """The module's store with the tables of these tests emptied: much quicker than a new one."""
    with shared_store.operator_connection() as connection:
        for table in (*reversed(tables.TABLES), *(Base.metadata.tables[name] for name in ("tally", "event", "log_head"))):
            connection.execute(table.delete())
    return shared_store
