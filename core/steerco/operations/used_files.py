"""Which files a tenant uses: what its log and its records name by digest."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from steerco.kernel.event import decode
from steerco.store.base import owned_tables
from steerco.store.sessions import tenant_of
from steerco.store.tables import Event

_FILE = re.compile(r'"\$file":"([0-9a-f]{64})"')  # a quote inside a text is escaped, so no text can look like this
_DIGEST = re.compile(r"[0-9a-f]{64}\Z")


def named_in(body: str) -> set[str]:
    """Return the digests of the files that an event names: what came with its input, and the signed paper behind it."""
    digests = set(_FILE.findall(body))
    if '"evidence":"' in body and (paper := decode(body).evidence):
        digests.add(paper)
    return digests


def columns(tables: Sequence[Table]) -> list[Any]:
    """Return the columns of records that hold a file's digest: it stands beside the file's name."""
    return [table.c.digest for table in tables if "digest" in table.c and "file_name" in table.c]


def used(session: Session) -> set[str]:
    """Return the digests of every file that the session's tenant uses."""
    own, row = tenant_of(session), Event.__table__.c
    in_use: set[str] = set()
    bodies = select(row.body).where(row.tenant_id == own)
    for (body,) in session.connection().execute(bodies, execution_options={"yield_per": 500}):
        in_use |= named_in(body)
    for column in columns(owned_tables()):
        digests = session.connection().scalars(select(column).where(column.table.c.tenant_id == own))
        in_use |= {digest for digest in digests if digest and _DIGEST.match(digest)}
    return in_use
