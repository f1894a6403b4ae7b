"""A committee as it stands, records and log, in a store in memory of its own, where somebody may try what nobody does."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Table
from sqlalchemy.orm import Session

from steerco.configuration.installation import ACTIVE
from steerco.configuration.tenant import Tenant
from steerco.operations.scratch import empty
from steerco.store import rows
from steerco.store.base import tenant_tables
from steerco.store.engine import Store
from steerco.store.tables import TenantRow

MOST = 100_000
"""So many rows are copied at most; a larger committee is not."""
LEFT_OUT = frozenset(
    {"token", "account_person", "idempotency", "pending_change", "draft", "inquiry", "notice", "notice_choice"}
    | {"refusal_count", "log_head"}
)
"""Tables of secrets, of what is on the way, and of what follows from the log."""


class TooManyRows(Exception):
    """The committee has more rows than are copied; ``most``."""

    def __init__(self) -> None:
        super().__init__(f"more than {MOST} rows")
        self.most = MOST


def standing_copy(tenant: Tenant, session: Session, at: datetime) -> Store:
    """Return a copy of a tenant as a reading session sees it. Files are not copied. Raises ``TooManyRows``."""
    store, left = empty(), MOST
    try:
        with store.unscoped() as there:
            row = TenantRow(slug=tenant.snapshot.slug, created_at=at, state=ACTIVE)
            there.add(row)
            there.flush()
            for table in tenant_tables():
                if table.name not in LEFT_OUT and "left_out" not in table.info:
                    left -= rows.write(there, table, row.id, _rows(session, table, left))
    except BaseException:
        store.close()
        raise
    return store


def _rows(session: Session, table: Table, left: int) -> Iterator[dict[str, Any]]:
    names = rows.names_of(table)
    for number, row in enumerate(rows.read(session, table)):
        if number >= left:
            raise TooManyRows
        yield dict(zip(names, row, strict=True))
