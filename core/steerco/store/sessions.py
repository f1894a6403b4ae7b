"""Sessions of a tenant over one engine: begun, ended, tried once more after a restart of the server, and their outages.

Rule: ``engine.Store`` alone opens them; whoever is handed one asks :func:`tenant_of` whose it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from steerco.store import fence, postgres, sqlite
from steerco.store.cursors import Cursors
from steerco.store.fair_lock import LOST, READ_ONLY, Busy

Begun = TypeVar("Begun")


class TenantSession(Session):
    """A session of the store; ``info["tenant"]`` is the tenant's number, absent in an unscoped one."""

    begun: Connection | None = None
    """In a read, the connection with the store's transaction. Queries on it need nothing of the session."""

    def connection(self, *args: Any, **options: Any) -> Connection:
        """Return the connection of the transaction that the store has begun."""
        return self.begun if self.begun is not None and not args and not options else super().connection(*args, **options)


fence.guard_sessions(TenantSession)


def tenant_of(session: Session) -> int:
    """Return the tenant of a session of ``write`` or ``read``. Raises ``LookupError`` for an unscoped one."""
    try:
        return int(session.info["tenant"])
    except KeyError:
        raise LookupError("this session has no tenant") from None


def cursors_of(session: Session) -> Cursors:
    """Return the object that seals the cursors of lists in a session of a store."""
    cursors: Cursors = session.info["cursors"]
    return cursors


@contextmanager
def writing(engine: Engine, options: dict[str, Any]) -> Iterator[TenantSession]:
    """A session in a transaction of its own, committed at the end, with the log head where there is one."""
    session = _begun(engine, lambda: _session_begun(engine, options))
    with session, session.get_transaction() or nullcontext():
        yield session


def _session_begun(engine: Engine, options: dict[str, Any]) -> TenantSession:
    session = TenantSession(engine, expire_on_commit=False)
    session.begin()
    try:
        connection = session.connection(execution_options=options)
    except BaseException:
        session.close()
        raise
    session.info["head"] = connection.info.pop("head", None)
    return session


@contextmanager
def reading(engine: Engine, options: dict[str, Any]) -> Iterator[TenantSession]:
    """A session over a connection with an open transaction, which ends by rollback when the connection returns to the pool.

    The session takes no part in the transaction. Most reads use the connection alone, and a session that begins nothing costs a
    third.
    """
    with _begun(engine, lambda: _connection_begun(engine, options)) as connection:
        session = TenantSession(connection, expire_on_commit=False)
        session.begun = connection
        try:
            yield session
        finally:
            if session.in_transaction():  # one that began nothing holds nothing
                session.close()


def _connection_begun(engine: Engine, options: dict[str, Any]) -> Connection:
    connection = engine.connect()
    try:
        connection.execution_options(**options).begin()
    except BaseException:
        connection.close()
        raise
    return connection


def _begun(engine: Engine, begin: Callable[[], Begun]) -> Begun:
    """Return the result of ``begin``. After a restart of the server every pooled connection is dead, so try once more."""
    try:
        return begin()
    except BaseException as error:
        if not is_gone(error):
            raise
    engine.dispose()
    return begin()


def outage_behind(error: BaseException) -> Busy | None:
    """Return the outage behind an error, or None if the error is a mistake in the program. An outage may pass."""
    if isinstance(error, PoolTimeout):
        return Busy("every connection is in use")
    if isinstance(error, DBAPIError):
        return sqlite.outage(error.orig) or postgres.outage(error.orig)
    return None


def is_gone(error: BaseException) -> bool:
    """Return whether the connection is unusable: it is cut, or its server no longer takes writes."""
    outage = outage_behind(error)
    return outage is not None and outage.code in (LOST, READ_ONLY)
