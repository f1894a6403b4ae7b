"""The store: transactions of a tenant, on SQLite or on PostgreSQL.

``write`` locks the tenant's log head before anything else, so that every check of the transaction still holds when it commits
(measured: with the lock taken last, 18 of 20 budgets were overspent; taken first, none).
"""

from __future__ import annotations

import logging
import shutil
import sqlite3
import tempfile
import weakref
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, MetaData
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from steerco.store import account_tables, fence, file_modes, notice_tables, own_tables, postgres, security, sqlite, tables
from steerco.store.base import Base
from steerco.store.cursors import Cursors
from steerco.store.fair_lock import READ_ONLY, Busy, FairLock, StoreUnavailable
from steerco.store.group_commit import GroupCommit, Undone
from steerco.store.log_ends import Ends, Mark
from steerco.store.migration_lines import MigrationLine
from steerco.store.refusals import Refusals, add
from steerco.store.sessions import is_gone, outage_behind, reading, writing
from steerco.store.shared_clock import machine_time
from steerco.store.statement_count import count_statements

__all__ = [
    "Busy",
    "Store",
    "StoreUnavailable",
    "Undone",
    "account_tables",
    "notice_tables",
    "tables",
]  # tables: every process that opens a store knows the platform's tables


log = logging.getLogger("steerco.store")
PATIENCE = 5.0
"""Seconds that a thread waits for its turn, a lock or a connection, where nothing else is said, before it is told "busy"."""


class Store:
    """A database and the folder beside it. Make one with :meth:`open` or :meth:`memory`, and close it when done."""

    def __init__(
        self, writer: Engine, reader: Engine, operator: Engine, folder: Path, turn: FairLock | None, *, durable: bool = True
    ) -> None:
        self._writer, self._reader, self._operator, self._turn = writer, reader, operator, turn
        self._sharing = GroupCommit(turn) if turn is not None else None
        self.folder, self._cursors = folder, Cursors(folder)
        self._ends = Ends(folder) if durable else None
        self._passes: Callable[[], object] | None = None
        self.refusals = Refusals()
        self.machine_clock: Callable[[], datetime] = machine_time
        for engine in {writer, reader, operator}:
            fence.guard(engine)
            count_statements(engine)
        self.dialect: str = writer.dialect.name

    @classmethod
    def open(
        cls,
        url: str | None,
        folder: Path | str,
        *,
        operator_url: str | None = None,
        waiting: int = 64,
        patience: float | None = None,
        pool: int = 8,
    ) -> Store:
        """Open the database at ``url``, or SQLite in ``folder`` (made for this account alone, if it is
        missing) where ``url`` is ``None``.

        ``operator_url``: PostgreSQL only, the role that owns the tables: it migrates and serves :meth:`unscoped`;
        without it those use ``url``. ``waiting``: writers that may wait on SQLite before :class:`Busy`; ``patience``:
        seconds that one waits for its turn, a lock or a connection (``PATIENCE`` where it is left out); ``pool``: connections
        (readers on SQLite, all on PostgreSQL). Raises ``ValueError`` for a database that is neither SQLite nor PostgreSQL.
        """
        folder, patience = Path(folder), PATIENCE if patience is None else patience
        file_modes.folder(folder)
        if url is None or url.startswith("sqlite"):
            return cls._sqlite(sqlite.path_of(url, folder), folder, waiting, patience, pool, durable=True)
        if not url.startswith(("postgresql", "postgres:")):
            raise ValueError("the database must be SQLite or PostgreSQL")
        engine = postgres.engine(url, pool, patience)
        operator = postgres.engine(operator_url, 2, patience) if operator_url else engine
        return cls(engine, engine, operator, folder, None)

    @classmethod
    def memory(cls) -> Store:
        """Return a store for tests, gone when it is closed or forgotten.

        It is a real SQLite file on a memory file system where there is one, and never synced: so readers see a snapshot
        beside an open write, as in service. (A shared in-memory database would show what is not committed.)
        """
        shm = Path("/dev/shm")
        return cls._passing(shm if shm.is_dir() else None)

    @classmethod
    def on_disk(cls) -> Store:
        """Return such a store among the temporary files, for a log of any length: memory holds nothing of it."""
        return cls._passing(None)

    @classmethod
    def _passing(cls, place: Path | None) -> Store:
        folder = Path(tempfile.mkdtemp(prefix="steerco-", dir=place))
        store = cls._sqlite(folder / "steerco.db", folder, 64, PATIENCE, 4, durable=False)
        store._passes = weakref.finalize(store, shutil.rmtree, folder, ignore_errors=True)
        return store

    @classmethod
    def _sqlite(cls, path: Path, folder: Path, waiting: int, patience: float, pool: int, *, durable: bool) -> Store:
        writer = sqlite.writer(path, patience, durable=durable)
        return cls(writer, sqlite.reader(path, patience, pool), writer, folder, FairLock(waiting, patience), durable=durable)

    # Transactions

    def write(self, tenant_id: int, *, sharing: bool = False, only: str = "") -> AbstractContextManager[Session]:
        """Return one transaction that may write; committed at the end, rolled back by an exception. The log head is locked
        first.

        ``sharing``: on SQLite the write may share its transaction with its neighbours, unless ``info["closing"]`` is set at its
        end. On :class:`Undone` the caller must repeat it without sharing. ``only``: the prefix of the tables that it may change.

        Raises :class:`Busy` if no lock or connection was granted in time, and :class:`StoreUnavailable` during an outage.
        """
        options = {"tenant": tenant_id, "mode": "write", "only": only}
        if sharing and self._sharing is not None:
            return self._kept(tenant_id, self._shared(self._sharing, options))
        return self._kept(tenant_id, self._session(self._writer, options, self._turn))

    @contextmanager
    def _kept(self, tenant_id: int, writing: AbstractContextManager[Session]) -> Iterator[Session]:
        """Run a write. After the commit, store the end of the log beside the database."""
        with writing as session:
            session.info["ends"] = self._ends
            yield session
        if self._ends is not None and (end := session.info.get("end")) is not None:
            self._ends.keep(tenant_id, end)

    def acknowledged(self, tenant_id: int) -> Mark | None:
        """Return the last event of a tenant's log that a process of this folder committed, as stored beside the database."""
        return self._ends.of(tenant_id) if self._ends is not None else None

    @contextmanager
    def _shared(self, sharing: GroupCommit, options: dict[str, Any]) -> Iterator[Session]:
        with sharing.act() as place, self._session(self._writer, options, None) as session:
            place.on(sqlite.writer_of(session.connection()))
            yield session
            if not session.info.get("closing"):
                place.leave_open()

    def read(self, tenant_id: int) -> AbstractContextManager[Session]:
        """Open a read-only snapshot of the tenant. Raises :class:`Busy` if no connection was free in time."""
        return self._session(self._reader, {"tenant": tenant_id, "mode": "read"}, None)

    def unscoped(self, *, reading: bool = False) -> AbstractContextManager[Session]:
        """Return one transaction over all tenants and the global tables, for sign-in, the registry and operators' commands.

        ``reading``: it writes nothing, and so waits for no writer.
        """
        if reading and self._turn is not None:
            return self._session(self._reader, {"unscoped": True, "mode": "read"}, None)
        return self._session(self._operator, {"unscoped": True, "mode": "write"}, self._turn)

    @contextmanager
    def _session(self, engine: Engine, options: dict[str, Any], turn: FairLock | None) -> Iterator[Session]:
        with turn or nullcontext():
            try:
                with (writing if options["mode"] == "write" else reading)(engine, options) as session:
                    session.info["cursors"], session.info["machine_clock"] = self._cursors, self.machine_clock
                    if "tenant" in options:
                        session.info["tenant"] = options["tenant"]
                    yield session
            except (PoolTimeout, DBAPIError) as error:
                outage = outage_behind(error)
                reads = options["mode"] == "read"
                if outage is None or (reads and outage.code == READ_ONLY):  # a write in a read is a mistake of ours
                    raise
                if is_gone(error) and self._turn is None:
                    engine.dispose()  # the other connections of the pool lead nowhere either
                raise outage from error

    # Schema

    def create_schema(self) -> None:
        """Create the tables as they are declared, without migrations: for tests and scratch stores."""
        with self.operator_connection() as connection:
            Base.metadata.create_all(connection)

    def upgrade(
        self,
        metadata: MetaData = Base.metadata,
        *,
        lines: Sequence[MigrationLine] = (),
        role: str | None = None,
        whole: bool = False,
    ) -> None:
        """Bring the database to the newest version, all or nothing.

        ``metadata``: the tables; import the modules that declare them first. ``lines``: those of plugins.
        ``role``: on PostgreSQL, the role that serves (see ``security``). ``whole``: every table that the program declares must be
        there then. Raises ``MissingMigration``, and ``UnlikeTables`` for a database that is not ``whole``.
        """
        from steerco.store import migrations  # Alembic takes half a second to import, and most processes do not migrate

        with self.operator_connection() as connection:
            migrations.upgrade(connection, metadata, lines, role)
            if whole and (lost := own_tables.missing(connection)):
                raise own_tables.UnlikeTables(lost)

    @contextmanager
    def operator_connection(self) -> Iterator[Connection]:
        """A bare connection in one transaction over everything, for changes of the schema."""
        with self._turn or nullcontext(), self._operator.connect() as plain:
            connection = plain.execution_options(unscoped=True)
            if self._turn is not None:  # a table that others refer to is rebuilt: see sqlite.org/lang_altertable.html
                sqlite.foreign_keys(connection, on=False)
            try:
                with connection.begin():
                    yield connection
                    if self._turn is not None:
                        sqlite.check_foreign_keys(connection)
            finally:
                if self._turn is not None:
                    sqlite.foreign_keys(connection, on=True)

    def is_walled(self) -> bool:
        """Return whether row-level security stands behind the fence: PostgreSQL, and a serving role that it holds."""
        if self._turn is not None:
            return False
        with self._reader.connect() as connection, connection.begin():
            return security.is_bound(connection)

    def lacking(self) -> list[str]:
        """Return the tenants' tables that the serving role cannot read or write; empty on SQLite, which has no roles."""
        if self._turn is not None:
            return []
        with self._reader.connect() as connection, connection.begin():
            return security.lacking(connection)

    def copy_from(self, other: Store) -> None:
        """Replace the content with that of another SQLite store, in milliseconds. Nobody else may use this store meanwhile."""
        with self._exclusive() as target, other._exclusive() as source:
            source.backup(target)

    def save(self, path: Path) -> None:
        """Write the whole content of a SQLite store into a file."""
        with self._exclusive() as source, closing(sqlite3.connect(path)) as target:
            source.backup(target)

    def fill(self, path: Path) -> None:
        """Replace the whole content by that of a file which ``save`` wrote. Raises ``sqlite3.Error`` for another one."""
        with self._exclusive() as target, closing(sqlite3.connect(f"{path.as_uri()}?immutable=1", uri=True)) as source:
            source.backup(target)

    def scrub(self) -> None:
        """Remove deleted data beside the database: on SQLite, empty the write-ahead log.

        SQLite overwrites deleted pages in any case (``secure_delete``). PostgreSQL keeps them until its own vacuum, and in its
        archives.
        """
        if self._turn is not None:
            with self._exclusive() as raw:
                raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    @contextmanager
    def _exclusive(self) -> Iterator[sqlite3.Connection]:
        if self._turn is None:
            raise ValueError("only a SQLite store can be copied like this")
        with self._turn, self._writer.connect() as connection:
            raw = connection.connection.driver_connection
            assert isinstance(raw, sqlite3.Connection)
            yield raw

    def close(self) -> None:
        """Write the refusals counted, if somebody may read them again; close every connection; remove a passing store's files."""
        if self._ends is not None:
            self._write_refusals()
            self._ends.close()
        for engine in {self._writer, self._reader, self._operator}:
            engine.dispose()
        if self._passes is not None:
            self._passes()

    def _write_refusals(self) -> None:
        for tenant in self.refusals.tenants():
            try:
                with self.refusals.taken(tenant) as counts, self.write(tenant) as session:
                    add(session, tenant, counts)
            except (Busy, DBAPIError):
                log.warning("the refusals counted for tenant %s were not written", tenant, exc_info=True)
