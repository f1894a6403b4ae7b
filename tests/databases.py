"""On which database the tests run: SQLite, or PostgreSQL where ``STEERCO_TEST_DATABASE=postgresql`` says so.

Whatever makes a store for a test that is about both databases makes it here, so that the same test runs on both: on PostgreSQL as
the role that serves, which row-level security holds, and never as a superuser. A process has one server, started when first
asked for; a store is a database of its own, copied from a template in the time that a few statements take.
"""

from __future__ import annotations

import atexit
import os
import tempfile
import weakref
from functools import cache
from pathlib import Path

from tests.store import postgres

from steerco.committee import record_types
from steerco.extension.loader import installed
from steerco.store.base import Base
from steerco.store.engine import Store
from steerco.store.security import secure
from steerco.testing.world import Stores

SWITCH = "STEERCO_TEST_DATABASE"
ON_POSTGRESQL = os.environ.get(SWITCH, "sqlite") == "postgresql"
assert os.environ.get(SWITCH, "sqlite") in ("sqlite", "postgresql"), f"{SWITCH} is sqlite or postgresql"


@cache
def server() -> postgres.Server:
    """The PostgreSQL server of this process; it ends with it."""
    running = postgres.serve()
    atexit.register(lambda: next(running, None))
    return next(running)


class OnPostgresql(Stores):
    """Stores on PostgreSQL; the database of one that is forgotten is dropped before the next is made."""

    def __init__(self) -> None:
        self._names: weakref.WeakKeyDictionary[Store, str] = weakref.WeakKeyDictionary()
        self._forgotten: list[str] = []

    def empty(self) -> Store:
        """A store with the platform's tables and those of every record type."""
        return self._open(server().copy(schema()))

    def copy(self, template: Store) -> Store:
        """A store with the same content."""
        template.close()  # a database that is copied has no connections
        while self._forgotten:
            server().run(f"DROP DATABASE {self._forgotten.pop()} WITH (FORCE)")
        return self._open(server().copy(self._names[template]))

    def give_back(self, store: Store) -> None:
        """A database is copied anew for each."""
        store.close()

    def _open(self, name: str) -> Store:
        url, owner = server().url(name, postgres.SERVING), server().url(name, postgres.OWNER)
        store = Store.open(url, Path(tempfile.mkdtemp(prefix="steerco-files-")), operator_url=owner)
        self._names[store] = name
        weakref.finalize(store, self._forgotten.append, name)
        return store


@cache
def schema() -> str:
    """The name of a database with every table, secured, and no row."""
    record_types()  # declares the tables, and what follows those of plugins
    installed()
    server().create("schema_of_tests")
    owner = Store.open(server().url("schema_of_tests", postgres.OWNER), Path(tempfile.gettempdir()))
    with owner.operator_connection() as connection:
        Base.metadata.create_all(connection)
        secure(connection, Base.metadata, postgres.SERVING)
    owner.close()
    return "schema_of_tests"


STORES = OnPostgresql() if ON_POSTGRESQL else Stores()
"""Where the stores of this run come from."""
