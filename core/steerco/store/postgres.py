"""PostgreSQL as the store wants it: a transaction, its tenant and its log head are one round trip."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

from steerco.store.fair_lock import FULL, LOST, READ_ONLY, Busy, StoreUnavailable

if TYPE_CHECKING:
    import psycopg  # imported with the first engine: on SQLite nobody waits for it

_HEAD = "SELECT seq, hash FROM log_head WHERE tenant_id = {0} FOR UPDATE"
_PATIENT = {
    "connect_timeout": 5,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
}
"""The longest waits for a silent server, unless the address sets others. TCP alone waits a quarter of an hour."""
_FIRST_HEAD = "INSERT INTO log_head (tenant_id, seq, hash) VALUES ({0}, 0, '') ON CONFLICT DO NOTHING"


def engine(url: str, pool: int, patience: float) -> Engine:
    """Return an engine of at most ``pool`` connections; ``patience``: seconds to wait for one, and for a lock.

    ``?pooler=transaction`` in the address: between us and the server stands a pooler that gives each transaction whichever
    connection is free, so that nothing may stay behind in one; statements are then not prepared. Raises ``ValueError``.
    """
    import psycopg

    address = make_url(url).set(drivername="postgresql+psycopg")
    arguments: dict[str, Any] = {name: value for name, value in _PATIENT.items() if name not in address.query}
    if "pooler" in address.query:
        if address.query["pooler"] != "transaction":
            raise ValueError("the database's address: pooler must be transaction")
        arguments["prepare_threshold"] = None
    pooled = create_engine(
        address.difference_update_query(["pooler"]),
        connect_args=arguments,
        pool_size=pool,
        max_overflow=0,
        pool_timeout=patience,
        pool_use_lifo=True,  # the connection used last has this statement prepared already
        pool_pre_ping=False,
        json_serializer=lambda value: msgspec.json.encode(value).decode(),
        json_deserializer=msgspec.json.decode,
    )
    wait = f"set_config('lock_timeout', '{int(patience * 1000)}', true)"

    @event.listens_for(pooled, "connect")
    def _prepare(raw: psycopg.Connection[Any], _record: object) -> None:
        # We say BEGIN ourselves, together with what must come first in the transaction.
        raw.autocommit = True

    @event.listens_for(pooled, "begin")
    def _begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        raw = connection.connection.driver_connection
        assert isinstance(raw, psycopg.Connection)
        try:
            head = begin(raw, options.get("tenant"), wait, write=options.get("mode") == "write")
        except psycopg.Error as error:
            raise OperationalError("BEGIN", None, error) from error
        connection.info["head"] = head

    return pooled


def begin(raw: psycopg.Connection[Any], tenant: int | None, wait: str, *, write: bool) -> tuple[int, bytes] | None:
    """Begin a transaction; for a writer of a tenant, give its log head, locked. A reader keeps one snapshot."""
    if tenant is None:
        raw.execute(f"BEGIN; SELECT {wait}".encode())
        return None
    # SET LOCAL and not set_config(): Citus hands it on to the node that holds the tenant.
    settings = f"SET LOCAL app.tenant = '{int(tenant)}'; SELECT {wait}"
    if not write:
        raw.execute(f"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; {settings}".encode())
        return None
    lock = _HEAD.format(int(tenant))
    cursor = raw.execute(f"BEGIN; {settings}; {lock}".encode())
    while cursor.nextset():
        pass
    row = cursor.fetchone()
    if row is None:  # the tenant's first write ever
        raw.execute(_FIRST_HEAD.format(int(tenant)).encode())
        row = raw.execute(lock.encode()).fetchone()
    assert row is not None
    return int(row[0]), bytes(row[1])


_CUT = frozenset({"57P01", "57P02", "57P03", "57P04", "57P05", "25P03", "53300"})
"""Ended by an operator or a crash, starting up, dropped, idle too long, too many connections."""


def outage(error: BaseException | None) -> Busy | None:
    """Return the outage behind a server's error, or None if the error is a mistake in the program.

    Outages are a lock not granted in time, a lost connection, and a server that starts, stops, is full or takes no writes.
    """
    psycopg = sys.modules.get("psycopg")  # where nothing has imported it, no error is one of its own
    if psycopg is None or not isinstance(error, psycopg.Error):
        return None
    state = error.sqlstate
    if state in ("55P03", "40P01", "40001"):  # lock not available, deadlock, serialization failure
        return Busy("the database is locked by another process")
    if state == "25006":  # a standby, or a primary that was set so
        return StoreUnavailable(READ_ONLY, "the database takes no writes")
    if state in ("53100", "53200"):
        return StoreUnavailable(FULL, str(error).strip())
    cut = isinstance(error, psycopg.OperationalError) if state is None else state[:2] == "08" or state in _CUT
    if cut:
        return StoreUnavailable(LOST, "the database cannot be reached")
    return None
