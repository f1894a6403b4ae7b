"""Writes a tenant into an archive: everything as one moment saw it, streamed, and named only when it is whole."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from sqlalchemy import Table, func, select
from sqlalchemy.orm import Session

from steerco import __version__
from steerco.configuration.tenant import Tenant
from steerco.operations import used_files
from steerco.operations.archive.container import CHUNK, MANIFEST, SIGNATURE
from steerco.operations.archive.manifest import (
    FORMAT,
    LEFT_OUT,
    ArchivedTable,
    ArchiveManifest,
    ArchiveSignature,
    encode,
    file_member,
    table_member,
)
from steerco.store import log, rows
from steerco.store.base import owned_tables
from steerco.store.checkpoint import Seal
from steerco.store.schema import newest as newest_schema
from steerco.store.tables import Event, Revision
from steerco.store.tenant_status import standing

Progress = Callable[[int, int, str], None]
"""Told after each step: how many rows and files are done, of how many, and in what."""


class FilesMissing(Exception):
    """Files that the tenant's records name and the folder of files has not; ``digests``."""

    def __init__(self, digests: list[str]) -> None:
        super().__init__(f"{len(digests)} files are missing, first {digests[0]}")
        self.digests = digests


def export(
    tenant: Tenant,
    target: Path,
    seal: Seal,
    *,
    at: datetime,
    without_missing: bool = False,
    progress: Progress = lambda done, total, what: None,
) -> ArchiveManifest:
    """Write the tenant to ``target``, a file that is not there yet, and give its manifest.

    ``seal`` signs it; ``at``: now. ``without_missing``: go on where files are gone, and say in the manifest which.

    The rows are read in one snapshot, so acts done meanwhile are in it as a whole or not at all; a file is there before the act
    that names it. Nothing stands under the target's name until everything is written. Raises ``FileExistsError``,
    ``FilesMissing``, ``rows.UnknownTables`` and ``OSError``.
    """
    if target.exists():
        raise FileExistsError(str(target))
    out = left_out()
    tables = [table for table in rows.tables_of(tenant.store, tenant.id) if table.name not in out]
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)  # it holds personal data
        with os.fdopen(handle, "wb") as file:
            with zipfile.ZipFile(file, "w") as archive, tenant.store.read(tenant.id) as session:
                manifest = _Writer(tenant, session, archive, tables, progress).write(seal, at, without_missing=without_missing)
            file.flush()
            os.fsync(file.fileno())
        os.link(part, target)  # and not a rename, which would replace what somebody put there meanwhile
    finally:
        with suppress(FileNotFoundError):
            part.unlink()
    return manifest


def left_out() -> dict[str, str]:
    """Return the tables that no archive holds, and why: the program's, and those of plugins with ``{"left_out": "why"}`` as
    ``info``."""
    by_plugins = {str(table.name): str(table.info["left_out"]) for table in owned_tables() if "left_out" in table.info}
    return {**LEFT_OUT, **by_plugins}


class _Writer:
    """One export."""

    def __init__(
        self, tenant: Tenant, session: Session, archive: zipfile.ZipFile, tables: list[Table], progress: Progress
    ) -> None:
        self.tenant, self.session, self.archive, self.tables, self.progress = tenant, session, archive, tables, progress
        self.done = self.total = 0
        self.used: set[str] = set()

    def write(self, seal: Seal, at: datetime, *, without_missing: bool) -> ArchiveManifest:
        session, snapshot = self.session, self.tenant.at(self.session).snapshot
        end = log.head(session)
        self.total = sum(self._count(table) for table in self.tables)
        entries = {str(table.name): self._table(table) for table in self.tables}
        sizes, missing = self._files(without_missing=without_missing)
        manifest = ArchiveManifest(
            format=FORMAT,
            program=__version__,
            schema=newest_schema(),
            tenant=snapshot.slug,
            name=str(snapshot.settings.name),
            created_at=self._begun() or at,
            exported_at=at,
            state=standing(session).state,
            revisions=entries[Revision.__tablename__].rows,
            seq=end.seq,
            head=end.hash.hex(),
            tables=entries,
            files=sizes,
            missing=tuple(missing),
            left_out=left_out(),
        )
        raw = encode(manifest)
        signed = ArchiveSignature(seal.checkpoint(snapshot.slug, end, at), seal.sign(raw), seal.key())
        self._member(MANIFEST, raw, at)
        self._member(SIGNATURE, encode(signed), at)
        return manifest

    def _begun(self) -> datetime | None:
        row = Event.__table__.c
        first = select(row.recorded_at).where(row.tenant_id == self.tenant.id, row.seq == 1)
        return self.session.connection().scalar(first)

    def _count(self, table: Table) -> int:
        return self.session.scalar(select(func.count()).select_from(table).where(table.c.tenant_id == self.tenant.id)) or 0

    def _table(self, table: Table) -> ArchivedTable:
        digest, count, size = sha256(), 0, 0
        names = rows.names_of(table)
        body = names.index("body") if table.name == Event.__tablename__ else -1
        digests = [names.index(column.name) for column in used_files.columns([table])]
        with self.archive.open(_info(table_member(table.name)), "w", force_zip64=True) as member:
            for row in rows.read(self.session, table):
                line = rows.encode(row)
                digest.update(line)
                member.write(line)
                count, size = count + 1, size + len(line)
                if body >= 0:
                    self.used |= used_files.named_in(row[body])
                self.used.update(row[at] for at in digests if row[at])
                self._step(table.name)
        return ArchivedTable(count, size, digest.hexdigest(), tuple(names))

    def _files(self, *, without_missing: bool) -> tuple[dict[str, int], list[str]]:
        files, own = self.tenant.files, self.tenant.id
        missing = sorted(digest for digest in self.used if not files.has(own, digest))
        if missing and not without_missing:
            raise FilesMissing(missing)
        digests = sorted(self.used.difference(missing))
        self.total += len(digests)
        sizes = {}
        for digest in digests:
            sizes[digest] = files.size(own, digest)
            packed = _info(file_member(digest), zipfile.ZIP_STORED)  # papers are packed already
            with files.open(own, digest) as source, self.archive.open(packed, "w", force_zip64=True) as member:
                while chunk := source.read(CHUNK):
                    member.write(chunk)
            self._step("files")
        return sizes, missing

    def _step(self, what: str) -> None:
        self.done += 1
        if self.done % 200 == 0 or self.done == self.total:
            self.progress(self.done, self.total, what)

    def _member(self, name: str, content: bytes, at: datetime) -> None:
        self.archive.writestr(_info(name), content)


def _info(name: str, packed: int = zipfile.ZIP_DEFLATED) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.compress_type, info.external_attr = packed, 0o600 << 16
    return info
