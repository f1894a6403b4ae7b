"""The files of an act: on the disk, synced, before anything is locked; and swept where no act came to name them.

A disk is slow, and whoever waits for the tenant should not wait for another's paper. A file is named by its content, so one that
was stored for an act that then failed does no harm: a later act may name it, and if none does it goes with the next sweep.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256
from typing import Any

import msgspec
from sqlalchemy import JSON, String, Table, select
from sqlalchemy.orm import Session

from steerco.configuration.tenant import Tenant
from steerco.records import File
from steerco.store import log
from steerco.store.tables import Draft

GRACE = 86_400.0
"""Seconds for which a file that nothing names is left: an act in flight may still name it, and none takes a day."""
_DIGEST = re.compile(r"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")


def files_of(value: Any) -> Iterator[File]:
    """Yield every file in an input."""
    if isinstance(value, File):
        yield value
    elif isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            yield from files_of(getattr(value, name))
    elif isinstance(value, list | tuple):
        for each in value:
            yield from files_of(each)
    elif isinstance(value, dict):
        yield from files_of(list(value.values()))


def store(tenant: Tenant, files: Iterable[File]) -> frozenset[str]:
    """Store files, synced, and return their digests."""
    return frozenset(tenant.files.put(tenant.id, file.content()) for file in files)


def keeper(tenant: Tenant, before: frozenset[str] = frozenset(), *, dry: bool = False) -> Callable[[bytes], str]:
    """Return the function that stores a file inside an act, unless it was stored ``before`` or the act is only tried."""

    def keep(content: bytes) -> str:
        digest = sha256(content).hexdigest()
        return digest if dry or digest in before else tenant.files.put(tenant.id, content)

    return keep


def sweep(tenant: Tenant, grace: float = GRACE) -> list[str]:
    """Remove the tenant's files that nothing names and that are older than ``grace`` seconds; their digests.

    Whatever reads like a digest, in the log, in a record or in a form that is not finished, counts as naming a file.
    """
    tenant.files.own()
    orphans = set(tenant.files.older(tenant.id, grace))
    with tenant.store.read(tenant.id) as session:
        drafts: Any = Draft.__table__
        for named in (_by_log(session), _by_records(tenant, session), _by_rows(tenant, session, drafts)):
            if orphans:
                orphans.difference_update(named)
    tenant.files.uploads.sweep(tenant.id, grace)
    return tenant.files.sweep(tenant.id, orphans, grace)


def _by_log(session: Session) -> Iterator[str]:
    for row in log.entries(session):
        yield from _DIGEST.findall(row["body"])


def _by_records(tenant: Tenant, session: Session) -> Iterator[str]:
    types = tenant.snapshot.types.values()
    kinds = dict.fromkeys(kind.table for kind in types)
    tables: list[Any] = [each.__table__ for kind in kinds for each in (kind, *kind.parts().values())]
    for table in tables:
        yield from _by_rows(tenant, session, table)


def _by_rows(tenant: Tenant, session: Session, table: Table) -> Iterator[str]:
    texts = [column for column in table.columns if isinstance(column.type, String | JSON)]
    for row in session.connection().execute(select(*texts).where(table.c.tenant_id == tenant.id)):
        for value in row:
            yield from _DIGEST.findall(value if isinstance(value, str) else str(value))
