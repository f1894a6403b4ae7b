"""On which database the tests run: SQLite, or PostgreSQL where ``STEERCO_TEST_DATABASE=postgresql`` says so.

Whatever makes a store for a test, and whatever lets a command work in a home, asks here, so that the same test runs on both: on
PostgreSQL as the role that serves, which row-level security holds, and never as a superuser. A process has one server, started
when first asked for; a store is a database of its own, copied from a template in a twentieth of a second (measured), and so is a
home's.

The run on PostgreSQL is the whole suite less what ``once.toml`` lists, each with its reason.
"""

from __future__ import annotations

import atexit
import gc
import os
import shutil
import sqlite3
import tempfile
import tomllib
import weakref
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import inspect, text
from tests import sweep
from tests.store import postgres

from steerco.cases.world import Stores
from steerco.cli.frame.schema_upgrade import migrate
from steerco.store.base import Base
from steerco.store.engine import Store
from steerco.store.security import secure

SWITCH = "STEERCO_TEST_DATABASE"
ON_POSTGRESQL = os.environ.get(SWITCH, "sqlite") == "postgresql"
assert os.environ.get(SWITCH, "sqlite") in ("sqlite", "postgresql"), f"{SWITCH} is sqlite or postgresql"
URLS = {"STEERCO_DATABASE_URL": postgres.SERVING, "STEERCO_OPERATOR_URL": postgres.OWNER}
"""By what the program is told its database, each with the role that is in the address."""
for variable in URLS:
    os.environ.pop(variable, None)  # no test works in a database that whoever runs it has named for other work

ONCE: dict[str, dict[str, str]] = tomllib.loads(Path(__file__).with_name("once.toml").read_text("utf-8"))
"""What runs on SQLite's pass only: by kind of reason, then by folder, file or test, with the reason."""
SWEPT = "asks the database what others ask it: on PostgreSQL by `make sweep` alone"
"""The kind of what a sweep tries on PostgreSQL too."""
if sweep.WHOLE:
    del ONCE[SWEPT]

ENDS = ("/", "::", "[")
"""What may follow in the id of a test where a folder, a file or a test's name ends."""


def once(test: str, *kinds: str) -> str:
    """Why a test (its id, as pytest gives it) runs once; empty where it runs on both. ``kinds``: of these reasons only."""
    listed = {place: reason for kind in kinds or ONCE for place, reason in ONCE[kind].items()}
    for place, reason in listed.items():
        if test == place or test.startswith(tuple(f"{place}{end}" for end in ENDS)):
            return reason
    return ""


@cache
def server() -> postgres.Server:
    """The PostgreSQL server of this process; it ends with it."""
    running = postgres.serve()
    atexit.register(lambda: next(running, None))
    return next(running)


class OnSqlite(Stores):
    """Stores of the tests on SQLite."""

    def migrated(self) -> Store:
        """A store at the newest schema, as a release has it, and no row."""
        return self.copy(_migrated())

    def beside(self, store: Store) -> Store:
        """The same store once more, as another process has it open."""
        return Store.open(None, store.folder)


@cache
def _migrated() -> Store:
    store = Store.memory()
    migrate(store)
    return store


MANY = 40
"""So many more databases, of some 18 MB in memory each, and forgotten ones are looked for."""


class OnPostgresql(Stores):
    """Stores on PostgreSQL; the database of one that is forgotten is dropped before the next is made."""

    def __init__(self) -> None:
        self._names: weakref.WeakKeyDictionary[Store, str] = weakref.WeakKeyDictionary()
        self._forgotten: list[str] = []
        self._many = MANY

    def empty(self) -> Store:
        """A store with the platform's tables and those of every record type."""
        store = self.migrated()
        self.complete(store)
        return store

    def migrated(self) -> Store:
        """The same, which is at the newest schema already."""
        return self._open(server().copy(schema()))

    def copy(self, template: Store) -> Store:
        """A store with the same content."""
        template.close()
        if len(self._names) >= self._many:
            gc.collect()  # stores that point at each other in a circle
            self._many = len(self._names) + MANY
        while self._forgotten:
            server().drop(self._forgotten.pop())
        return self._open(server().copy(self._names[template]))

    def complete(self, store: Store) -> None:
        """Make the tables that were declared since, walled as the others."""
        with store.operator_connection() as connection:
            Base.metadata.create_all(connection)
            secure(connection, Base.metadata, postgres.SERVING)

    def name(self, store: Store) -> str:
        """The name of the store's database."""
        return self._names[store]

    def address(self, store: Store) -> dict[str, str]:
        """The addresses of the store's database."""
        return addresses(self._names[store])

    def give_back(self, store: Store) -> None:
        """A database is copied anew for each."""
        store.close()

    def beside(self, store: Store) -> Store:
        """The same store once more, as another process has it open."""
        return opened(addresses(self._names[store]), store.folder)

    def _open(self, name: str) -> Store:
        folder = Path(tempfile.mkdtemp(prefix="steerco-files-"))
        store = opened(addresses(name), folder)
        self._names[store] = name
        weakref.finalize(store, self._forgotten.append, name)
        weakref.finalize(store, shutil.rmtree, folder, ignore_errors=True)
        return store


def addresses(name: str) -> dict[str, str]:
    """What names a database to the program."""
    return {variable: server().url(name, role) for variable, role in URLS.items()}


def opened(environment: dict[str, str], folder: Path) -> Store:
    """The store that a process with these variables has in the folder."""
    return Store.open(environment.get("STEERCO_DATABASE_URL"), folder, operator_url=environment.get("STEERCO_OPERATOR_URL"))


@cache
def schema() -> str:
    """The name of a database with every table of a release, secured, and no row."""
    server().create("schema_of_tests")
    owner = Store.open(server().url("schema_of_tests", postgres.OWNER), Path(tempfile.gettempdir()))
    migrate(owner, postgres.SERVING)
    owner.close()
    return "schema_of_tests"


STORES: OnSqlite | OnPostgresql = OnPostgresql() if ON_POSTGRESQL else OnSqlite()
"""Where the stores of this run come from."""


def everything(store: Store) -> bytes:
    """All that lies in the folder of a store, which on SQLite is all that it has: its files' bytes. On PostgreSQL every row too;
    what a row was is left there until the server's own vacuum."""
    held = [path.read_bytes() for path in sorted(store.folder.rglob("*")) if path.is_file()]
    if ON_POSTGRESQL:
        with store.operator_connection() as connection:
            for name in inspect(connection).get_table_names():
                held += [row.encode() for row in connection.scalars(text(f'SELECT whole::text FROM "{name}" AS whole'))]
    return b"\n".join(held)


class Homes:
    """The databases of homes, in which commands work: on SQLite the file in the home, else one that the environment names."""

    def __init__(self) -> None:
        self._names: dict[Path, str] = {}

    def environment(self, home: Path) -> dict[str, str]:
        """What a process must have in its environment to work in the home."""
        if not ON_POSTGRESQL:
            return {}
        if home not in self._names:
            self._names[home] = server().copy(schema())
        return addresses(self._names[home])

    @contextmanager
    def inside(self, home: Path) -> Iterator[None]:
        """What runs in this process works in the home."""
        before = {variable: os.environ.get(variable) for variable in URLS}
        os.environ.update(self.environment(home))
        try:
            yield
        finally:
            for variable, value in before.items():
                if value is None:
                    os.environ.pop(variable, None)
                else:
                    os.environ[variable] = value

    def overruled(self) -> bool:
        """Whether a test has named a database that is no home's."""
        named = os.environ.get("STEERCO_DATABASE_URL", "")
        return bool(named) and named not in {server().url(name, postgres.SERVING) for name in self._names.values()}

    def copy(self, home: Path, to: Path) -> Path:
        """A home with the same files and the same content of its database."""
        shutil.copytree(home, to)
        if home in self._names:
            self._names[to] = server().copy(self._names[home])
        return to

    def fill(self, home: Path, store: Store) -> None:
        """Give a home that has no database yet the content of a store."""
        if isinstance(STORES, OnPostgresql):
            store.close()
            self._names[home] = server().copy(STORES.name(store))
        else:
            made = self.open(home)
            made.copy_from(store)
            made.close()

    def share(self, home: Path, other: Path) -> None:
        """Let another home, which has no database, have that of the first."""
        if ON_POSTGRESQL:
            self._names[other] = self._names[home]
        else:
            (other / "var" / "steerco.db").symlink_to(home / "var" / "steerco.db")

    def open(self, home: Path) -> Store:
        """The home's store, as a process of its own has it."""
        return opened(self.environment(home), home / "var")

    def forget(self, below: Path) -> None:
        """Drop the databases of the homes in a folder."""
        gone = {home: name for home, name in self._names.items() if home.is_relative_to(below)}
        for name in set(gone.values()):
            server().drop(name)
        for home in gone:
            del self._names[home]

    def behind(self, home: Path, statement: str) -> list[tuple[Any, ...]]:
        """Do something to a home's database behind the program's back, which no wall and no key hinders; the rows, if any."""
        if not ON_POSTGRESQL:
            with closing(sqlite3.connect(home / "var" / "steerco.db", isolation_level=None)) as file:
                return file.execute(statement).fetchall()
        self.environment(home)
        with psycopg.connect(server().url(self._names[home], "postgres"), autocommit=True) as connection:
            connection.execute("SET session_replication_role = replica")
            done = connection.execute(statement.encode())
            return done.fetchall() if done.description else []


HOMES = Homes()
"""The homes of this run."""
