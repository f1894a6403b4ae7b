"""PostgreSQL as the store wants it: a transaction, its tenant and its log head are one round trip."""

from __future__ import annotations

from typing import Any

import msgspec
import psycopg
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

_HEAD = "SELECT seq, hash FROM log_head WHERE tenant_id = {0} FOR UPDATE"
_FIRST_HEAD = "INSERT INTO log_head (tenant_id, seq, hash) VALUES ({0}, 0, '') ON CONFLICT DO NOTHING"


def engine(url: str, pool: int, patience: float) -> Engine:
    """An engine of at most ``pool`` connections; ``patience``: seconds to wait for one, and for a lock."""
    made = create_engine(
        make_url(url).set(drivername="postgresql+psycopg"),
        pool_size=pool,
        max_overflow=0,
        pool_timeout=patience,
        pool_pre_ping=False,
        json_serializer=lambda value: msgspec.json.encode(value).decode(),
        json_deserializer=msgspec.json.decode,
    )
    wait = f"set_config('lock_timeout', '{int(patience * 1000)}', true)"

    @event.listens_for(made, "connect")
    def _prepare(raw: psycopg.Connection[Any], _record: object) -> None:
        # We say BEGIN ourselves, together with what must come first in the transaction.
        raw.autocommit = True

    @event.listens_for(made, "begin")
    def _begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        raw = connection.connection.driver_connection
        assert isinstance(raw, psycopg.Connection)
        try:
            head = begin(raw, options.get("tenant"), wait, write=options.get("mode") == "write")
        except psycopg.OperationalError as error:
            raise OperationalError("BEGIN", None, error) from error
        connection.info["head"] = head

    return made


def begin(raw: psycopg.Connection[Any], tenant: int | None, wait: str, *, write: bool) -> tuple[int, bytes] | None:
    """Begin a transaction; for a writer of a tenant, give its log head, locked. A reader keeps one snapshot."""
    if tenant is None:
        raw.execute(f"BEGIN; SELECT {wait}".encode())
        return None
    own = f"SELECT set_config('app.tenant', '{int(tenant)}', true), {wait}"
    if not write:
        raw.execute(f"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; {own}".encode())
        return None
    lock = _HEAD.format(int(tenant))
    cursor = raw.execute(f"BEGIN; {own}; {lock}".encode())
    while cursor.nextset():
        pass
    row = cursor.fetchone()
    if row is None:  # the tenant's first write ever
        raw.execute(_FIRST_HEAD.format(int(tenant)).encode())
        row = raw.execute(lock.encode()).fetchone()
    assert row is not None
    return int(row[0]), bytes(row[1])


def is_busy(error: OperationalError) -> bool:
    """Whether a lock was not had in time, or a deadlock was ended."""
    return getattr(error.orig, "sqlstate", None) in ("55P03", "40P01", "40001")


def is_lost(error: OperationalError) -> bool:
    """Whether the connection is gone, as all of a pool are after a restart of the server."""
    state = getattr(error.orig, "sqlstate", None)
    return isinstance(error.orig, psycopg.OperationalError) and (state is None or state[:2] in ("08", "57"))
