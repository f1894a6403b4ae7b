"""SQLite as the store wants it: one writer connection, readers that cannot write, transactions begun by us."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.pool import QueuePool, StaticPool

from steerco.store import file_modes
from steerco.store.fair_lock import FULL, LOST, READ_ONLY, Busy, StoreUnavailable

FILE = "steerco.db"


def path_of(url: str | None, folder: Path) -> Path:
    """Return the database file that a URL names; ``folder/steerco.db`` where there is no URL.

    Raises ``ValueError`` for an in-memory database: :meth:`Store.memory` makes those.
    """
    if url is None:
        return folder / FILE
    name = make_url(url).database
    if not name or name == ":memory:":
        raise ValueError("a SQLite address must name a file")
    return Path(name)


class Private(sqlite3.Connection):
    """A connection to a file that this account alone may read. SQLite gives its side files the same mode."""

    def __init__(self, database: str, *arguments: Any, **options: Any) -> None:
        file_modes.file(Path(database))
        super().__init__(database, *arguments, **options)


class Writer(Private):
    """The writing connection. An act can leave its transaction open for the next act, which then works under a savepoint
    (``group_commit``)."""

    leaving = False
    """Whether the act that ends now leaves the transaction open."""
    joining = False
    """Whether the act that begins now goes on in the transaction that was left open."""
    kept = False
    """Whether the last transaction was committed."""
    _joined = False

    def begin(self) -> None:
        """Begin a transaction, or a savepoint in the open one."""
        if self.in_transaction and not self.joining:
            super().rollback()  # something broke off without ending what it had begun
        self._joined, self.kept = self.in_transaction, False
        self.execute("SAVEPOINT act" if self._joined else "BEGIN IMMEDIATE")

    def commit(self) -> None:
        """Commit the transaction, unless the next act joins it."""
        if not self.in_transaction:  # as after a full disk: SQLite has rolled it back by itself
            raise sqlite3.OperationalError("the database has ended the transaction")
        if not self.leaving:
            try:
                super().commit()
            except sqlite3.Error:  # a commit that fails leaves the transaction open
                self.rollback()
                raise
            self.kept = True
        elif self._joined:
            self.execute("RELEASE act")

    def rollback(self) -> None:
        """Undo this act's part of the transaction."""
        if self._joined and self.in_transaction:
            self.execute("ROLLBACK TO act")
            self.execute("RELEASE act")
        else:
            super().rollback()

    def ends(self) -> bool:
        """Commit the transaction if it is open, and return whether it was committed."""
        if self.in_transaction:
            try:
                super().commit()
                self.kept = True
            except sqlite3.Error:
                super().rollback()
        return self.kept


def writer_of(connection: Connection) -> Writer:
    """Return the writer under a connection of the engine that :func:`writer` made."""
    raw = connection.connection.driver_connection
    assert isinstance(raw, Writer)
    return raw


def writer(path: Path, patience: float, *, durable: bool) -> Engine:
    """Return an engine of one connection. ``patience``: seconds to wait for a writer of another process."""
    sync = "FULL" if durable else "OFF"
    pragmas = ("journal_mode=WAL", f"synchronous={sync}", "foreign_keys=ON", "secure_delete=ON")
    # Given back, the connection may be in a transaction that the next act goes on with: the pool must not roll it back.
    engine = _engine(path, patience, pragmas, Writer, poolclass=StaticPool, pool_reset_on_return=None)
    event.listen(engine, "begin", lambda connection: _begin(connection, Writer.begin))
    return engine


def reader(path: Path, patience: float, pool: int) -> Engine:
    """Return an engine of ``pool`` connections on which a write is an error."""
    pooled = {"poolclass": QueuePool, "pool_size": pool, "max_overflow": 0, "pool_timeout": patience}
    engine = _engine(path, patience, ("query_only=ON",), Private, **pooled)
    event.listen(engine, "begin", lambda connection: _begin(connection, lambda raw: raw.execute("BEGIN")))
    return engine


def _begin(connection: Connection, begin: Callable[[Any], object]) -> None:
    try:
        begin(connection.connection.driver_connection)
    except sqlite3.OperationalError as error:
        raise OperationalError("BEGIN", None, error) from error


def foreign_keys(connection: Connection, *, on: bool) -> None:
    """Switch the checking of foreign keys, which SQLite allows only outside a transaction."""
    raw = connection.connection.driver_connection
    assert isinstance(raw, sqlite3.Connection)
    raw.execute(f"PRAGMA foreign_keys={'ON' if on else 'OFF'}")


def check_foreign_keys(connection: Connection) -> None:
    """Raise ``IntegrityError`` if a row refers to a missing row."""
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if broken:
        orig = sqlite3.IntegrityError(f"{len(broken)} rows refer to rows that are not there, first in {broken[0][0]}")
        raise IntegrityError("PRAGMA foreign_key_check", None, orig)


def _engine(path: Path, patience: float, pragmas: tuple[str, ...], factory: type[sqlite3.Connection], **pool: Any) -> Engine:
    engine = create_engine(
        f"sqlite:///{path}",
        # Named parameters: with "?" the values of an expanding IN cannot be told from the tenant's by name (see fence).
        paramstyle="named",
        json_serializer=lambda value: msgspec.json.encode(value).decode(),
        json_deserializer=msgspec.json.decode,
        connect_args={"check_same_thread": False, "isolation_level": None, "timeout": patience, "factory": factory},
        **pool,
    )

    @event.listens_for(engine, "connect")
    def _prepare(raw: sqlite3.Connection, _record: object) -> None:
        for pragma in pragmas:
            raw.execute(f"PRAGMA {pragma}")

    return engine


_OUTAGES = {
    sqlite3.SQLITE_FULL: FULL,
    sqlite3.SQLITE_READONLY: READ_ONLY,
    sqlite3.SQLITE_IOERR: LOST,
    sqlite3.SQLITE_CANTOPEN: LOST,
}


def outage(error: BaseException | None) -> Busy | None:
    """Return the outage behind a database error, or None if the error is a mistake in the program.

    Outages are a lock that another process held too long, and a disk that is full, read-only or gone.
    """
    number = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if number in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return Busy("the database is locked by another process")
    return StoreUnavailable(_OUTAGES[number], str(error)) if number in _OUTAGES else None
