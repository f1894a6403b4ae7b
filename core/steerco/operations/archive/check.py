"""Reads an archive through and holds it against itself: digests, the log's chain, the checkpoint, the revisions, the files.

Needs no installation and no database; the holder of the sender's public key has the proof that it came from there unchanged.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import Table

from steerco.configuration.installation import APPLY
from steerco.configuration.load import digest_of
from steerco.operations import used_files
from steerco.operations.archive import manifest as manifests
from steerco.operations.archive.container import BadArchive as BadArchive
from steerco.operations.archive.container import Bounds, Container, opened
from steerco.operations.archive.manifest import ArchiveManifest, file_member, table_member
from steerco.store import log, rows
from steerco.store.schema import newest as newest_schema
from steerco.store.tables import Event, Revision
from steerco.store.tenant_status import REDACT

Progress = Callable[[int, int, str], None]
EVENT, REVISION = Event.__tablename__, Revision.__tablename__


class ArchiveReport(Struct, frozen=True):
    """An archive that holds. ``key``: the public key that it is signed with; whose that is, it cannot prove itself."""

    manifest: ArchiveManifest
    signed_at: datetime
    key: str
    newest: dict[str, str]
    """The files of its newest revision."""


def check(
    path: Path,
    tables: dict[str, Table],
    *,
    bounds: Bounds = Bounds(),
    progress: Progress = lambda done, total, what: None,
) -> ArchiveReport:
    """Read an archive through. ``tables``: those of this program, by name.

    Raises ``BadArchive`` for the first thing that is wrong, and ``OSError``.
    """
    with opened(path, bounds) as container:
        manifest, signature = manifests.read(container)
        manifests.fits(manifest, tables, newest_schema())
        reading = ArchivePass(container, manifest, tables, progress)
        for name in manifest.tables:
            if name not in (EVENT, REVISION):
                reading.through(name)
        newest = reading.log_and_revisions()
        reading.files()
    return ArchiveReport(manifest, signature.checkpoint.at, signature.key, newest)


class ArchivePass:
    """One pass over an archive."""

    def __init__(self, container: Container, manifest: ArchiveManifest, tables: dict[str, Table], progress: Progress) -> None:
        self.container, self.manifest, self.tables, self.progress = container, manifest, tables, progress
        self.total = sum(table.size for table in manifest.tables.values()) + sum(manifest.files.values())
        self.done = 0
        self.used: set[str] = set()

    def rows(self, name: str) -> Iterator[dict[str, Any]]:
        """Yield the rows of a table; its digest is checked as the last one is read. Raises ``BadArchive``."""
        entry, where, digest, count = self.manifest.tables[name], table_member(name), sha256(), 0
        reader = rows.RowReader(self.tables[name])
        digests = [column.name for column in used_files.columns([self.tables[name]])]
        for line in self.container.lines(where):
            digest.update(line)
            count += 1
            try:
                row = reader.row(line)
            except rows.BadRow as error:
                raise BadArchive(f"line {count} is no row of this table: {error}", where) from None
            self.used.update(row[digest_column] for digest_column in digests if row[digest_column])
            yield row
            self._step(len(line), name)
        if count != entry.rows or digest.hexdigest() != entry.sha256:
            raise BadArchive("is not what was exported: its digest is another", where)
        self.progress(self.done, self.total, name)

    def through(self, name: str) -> None:
        """Check every row of a table."""
        for _ in self.rows(name):
            pass

    def log_and_revisions(self) -> dict[str, str]:
        """Check the log's chain up to the manifest's end and every revision against the log; return the files of the newest
        revision."""
        for name in (EVENT, REVISION):
            if name not in self.manifest.tables:
                raise BadArchive("is missing", table_member(name))
        digests = self._chained()
        number, newest = 0, {}
        for row in self.rows(REVISION):
            number += 1
            where = f"revision {row['number']}"
            if row["number"] != number or number not in digests:
                raise BadArchive("is not one that the log brought into use", where)
            newest = _content(row, where)
            applied, since = digests[number]
            if row["digest"] != applied or digest_of(newest) != since:
                raise BadArchive("is not what the log says: its digest is another", where)
        if number != len(digests) or number != self.manifest.revisions or not number:
            raise BadArchive(f"{number} revisions; the log brought {len(digests)} into use", table_member(REVISION))
        return newest

    def _chained(self) -> dict[int, tuple[str, str]]:
        """Return per revision the digest that it was applied with, and the one that it has since personal data were taken out."""
        end, where = log.Head(), table_member(EVENT)
        digests: dict[int, tuple[str, str]] = {}
        for row in self.rows(EVENT):
            if row["seq"] != end.seq + 1 or row["hash"] != log.digest(end.hash, row):
                raise BadArchive(f"the chain breaks at event {end.seq + 1}", where)
            end = log.Head(row["seq"], row["hash"])
            self.used |= _papers(row, where)
            if row["action"] in (APPLY, REDACT):
                _applied(row, digests, where)
        if (end.seq, end.hash.hex()) != (self.manifest.seq, self.manifest.head):
            raise BadArchive(f"the log ends at event {end.seq}, the checkpoint is of event {self.manifest.seq}", where)
        return digests

    def files(self) -> None:
        """Check that every file has the content that it is named after, and that every named file is there."""
        for digest in self.manifest.files:
            content = sha256()
            for chunk in self.file(digest):
                content.update(chunk)
            if content.hexdigest() != digest:
                raise BadArchive("is not the content that it is named after", file_member(digest))
        lost = self.used - self.manifest.files.keys() - set(self.manifest.missing)
        if lost:
            raise BadArchive(f"{len(lost)} files that its records name are not in it, first {min(lost)}")

    def file(self, digest: str) -> Iterator[bytes]:
        """Yield the content of a file. Raises ``BadArchive``."""
        for chunk in self.container.chunks(file_member(digest)):
            yield chunk
            self._step(len(chunk), "files")

    def _step(self, size: int, what: str) -> None:
        before, self.done = self.done, self.done + size
        if before >> 18 != self.done >> 18 or self.done >= self.total:
            self.progress(self.done, self.total, what)


def _papers(row: dict[str, Any], where: str) -> set[str]:
    try:
        return used_files.named_in(row["body"])
    except (msgspec.DecodeError, RecursionError) as error:
        raise BadArchive(f"event {row['seq']} cannot be read: {error}", where) from None


class _OfRevisions(Struct):
    """An event's part on revisions: the digest of the one that it brought into use, or those that they have since."""

    digest: str = ""
    revisions: dict[int, str] = {}


def _applied(row: dict[str, Any], digests: dict[int, tuple[str, str]], where: str) -> None:
    """Enter an event's revisions into ``digests``. Raises ``BadArchive``."""
    try:
        event = msgspec.json.decode(row["body"], type=_OfRevisions)
        if row["action"] == APPLY:
            digests[int(row["revision"])] = (event.digest, event.digest)
            return
        for number, digest in event.revisions.items():
            digests[number] = (digests[number][0], digest)
    except (msgspec.DecodeError, RecursionError, LookupError, TypeError, ValueError) as error:
        raise BadArchive(f"event {row['seq']} cannot be read: {error}", where) from None


def _content(row: dict[str, Any], where: str) -> dict[str, str]:
    try:
        return msgspec.json.decode(row["content"], type=dict[str, str])
    except (msgspec.DecodeError, RecursionError) as error:
        raise BadArchive(f"cannot be read: {error}", where) from None
