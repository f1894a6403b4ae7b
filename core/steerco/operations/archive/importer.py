"""Makes a tenant of an archive, all or nothing.

The archive is read through before anything is touched. Then the files are put under a number that no tenant goes by, and in one
transaction every row is written and the number gets its name. What stops it before that leaves no tenant and no row, at most
files of a number that nobody goes by: the next import of that name takes them away, and ``doctor`` tells of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import IO, Any, cast

from msgspec import Struct
from sqlalchemy import insert, select, update
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm import Session

from steerco.configuration.home import SLUG, BadSlug, slug_in
from steerco.configuration.installation import ACTIVE, Installation, checked
from steerco.configuration.load import load
from steerco.configuration.regime import PLATFORM
from steerco.operations.archive.check import ArchivePass, ArchiveReport, check
from steerco.operations.archive.container import BadArchive, Bounds, opened
from steerco.operations.archive.manifest import ArchiveManifest, file_member
from steerco.operations.archive.manifest import read as manifest_of
from steerco.operations.lifecycle import RegisterEntry, enter, register
from steerco.records.search_entry import build
from steerco.store import rows
from steerco.store.base import INSTALLATION
from steerco.store.tables import LogHead
from steerco.store.tables import TenantRow as TenantRow
from steerco.store.tenant_status import IMPORT, tell

IMPORTING, ABANDONED = "importing", "abandoned"
"""The states of a number whose import is under way, and of one whose import came to nothing."""
Progress = Callable[[int, int, str], None]


class Taken(Exception):
    """There is a tenant of that name."""

    def __init__(self, slug: str) -> None:
        super().__init__(f"there is a tenant {slug!r} here already")
        self.slug = slug


class Brought(Struct, frozen=True):
    """A tenant that came from an archive: its name and number here, what was read, and how many rows and files it has.

    ``erased``: the persons who were erased here, in the tenant of the archive's name, since it was written. They are back.
    """

    slug: str
    number: int
    checked: ArchiveReport
    rows: int
    files: int
    erased: tuple[str, ...] = ()


def bring(
    installation: Installation,
    path: Path,
    slug: str = "",
    *,
    at: datetime,
    who: str,
    why: str,
    bounds: Bounds = Bounds(),
    progress: Progress = lambda done, total, what: None,
) -> Brought:
    """Import the archive at ``path`` as the tenant ``slug`` (by default the name that it had). ``at``: now.

    Tokens are not in it, so nobody can sign in before new ones are issued. The log goes on with one event that tells of the
    import; a tenant that was suspended where it came from is active here.

    Raises ``BadArchive``, ``BadSlug``, ``Taken``, ``NotApplied`` where its configuration does not fit this program, ``OSError``.
    """
    tables = {table.name: table for table in rows.tables_of(installation.store, INSTALLATION)}
    report = check(path, tables, bounds=bounds, progress=progress)
    name = slug or report.manifest.tenant
    if not SLUG.match(name) or len(name) > 60:
        raise BadSlug(name)
    own = slug_in(report.newest, report.manifest.tenant)
    checked(name, load(own, report.newest, installation.types, installation.plugins))
    try:
        number = _reserve(installation, name, at)
    except IntegrityError:  # another process reserved it in the same moment
        raise Taken(name) from None
    try:
        by, reason = _By(tables, bounds, progress), {"at": at, "who": who, "why": why}
        count = _fill(installation, number, name, path, report, by, reason)
    except BaseException:
        _abandon(installation, number)
        raise
    installation.forget(name)
    return Brought(name, number, report, count, len(report.manifest.files), _erased_since(installation, report.manifest))


class _By(Struct, frozen=True):
    """The tables, bounds and progress of the second reading of an archive."""

    tables: dict[str, Any]
    bounds: Bounds
    progress: Progress


def _fill(
    installation: Installation, number: int, name: str, path: Path, report: ArchiveReport, by: _By, reason: dict[str, Any]
) -> int:
    """Put the files, then every row and the name in one transaction; how many rows."""
    with opened(path, by.bounds) as container:
        manifest, _ = manifest_of(container)
        if manifest != report.manifest:
            raise BadArchive("has changed while it was read")
        reading = ArchivePass(container, manifest, by.tables, by.progress)
        for digest in manifest.files:
            _store_file(installation, number, reading, digest)
        try:
            with installation.store.unscoped() as session:
                names = [
                    name_of_table for name_of_table in by.tables if name_of_table in manifest.tables
                ]  # parents before children
                count = sum(
                    rows.write(session, by.tables[name_of_table], number, reading.rows(name_of_table)) for name_of_table in names
                )
                build(session, number, names)
                _finish(session, number, name, report, reason)
        except IntegrityError as error:
            if "tenant" in str(error.orig) and "slug" in str(error.orig):
                raise Taken(name) from None
            raise BadArchive(f"its rows contradict each other: {error.orig}") from None
        except (DataError, OverflowError) as error:
            raise BadArchive(f"it holds a value that cannot be stored: {getattr(error, 'orig', error)}") from None
    return count


def _erased_since(installation: Installation, manifest: ArchiveManifest) -> tuple[str, ...]:
    entries = register(installation, manifest.tenant)
    since = [entry for entry in entries if entry.what == "erase-person" and entry.at > manifest.exported_at]
    return tuple(dict.fromkeys(entry.detail["person"] for entry in since))


def _abandon(installation: Installation, number: int) -> None:
    """Leave nothing of an import that failed. One that is killed leaves this to the next import of its name."""
    installation.files.remove_all(number)
    with installation.store.unscoped() as session:
        mine = (TenantRow.id == number, TenantRow.state == IMPORTING)
        session.execute(update(TenantRow).where(*mine).values(slug=f"#{number}", state=ABANDONED))


def _reserve(installation: Installation, slug: str, at: datetime) -> int:
    """Return a fresh number under which to gather the tenant's files. An import of that name that was cut off before is
    forgotten.

    Raises ``Taken``.
    """
    mark = f"#import:{slug}"
    with installation.store.unscoped() as session:
        if session.scalar(select(TenantRow.id).where(TenantRow.slug == slug)) is not None:
            raise Taken(slug)
        before = session.scalar(select(TenantRow).where(TenantRow.slug == mark))
        if before is not None:
            before.slug, before.state = f"#{before.id}", ABANDONED
            session.flush()
        row = TenantRow(slug=mark, created_at=at, state=IMPORTING)
        session.add(row)
        session.flush()
        number, old = row.id, before.id if before is not None else None
    for used_number in (number, old):
        if used_number is not None:
            installation.files.remove_all(used_number)
    return number


def _store_file(installation: Installation, number: int, reading: ArchivePass, digest: str) -> None:
    source = cast("IO[bytes]", _Stream(reading.file(digest)))
    if installation.files.put(number, source) != digest:  # type: ignore[arg-type]  # of a file, only read() is used
        raise BadArchive("is not the content that it is named after", file_member(digest))


class _Stream:
    """Chunks as a file to read from; how much is asked for is not looked at."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks

    def read(self, size: int = -1) -> bytes:
        return next(self._chunks, b"")


def _finish(session: Session, number: int, slug: str, report: ArchiveReport, reason: dict[str, Any]) -> None:
    """The last rows: the event that tells of the import, the log's head, the register, and the tenant's name."""
    manifest = report.manifest
    session.info["tenant"] = number  # an operator's session, which from here on writes the log of this one tenant
    own = {"from": manifest.tenant, "head": manifest.head, "seq": manifest.seq, "key": report.key, **reason}
    own["at"] = reason["at"].isoformat()
    end = tell(session, IMPORT, own, at=reason["at"], revision=manifest.revisions, person=PLATFORM)
    if session.connection().dialect.name != "sqlite":  # which has one writer, and reads the log's tail
        session.connection().execute(insert(LogHead), [{"tenant_id": number, "seq": end.seq, "hash": end.hash}])
    detail = {"from": manifest.tenant, "archive": manifest.head, "key": report.key}
    enter(
        session,
        RegisterEntry(reason["at"], number, slug, "import", reason["who"], reason["why"], end.seq, end.hash.hex(), detail),
    )
    mine = (TenantRow.id == number, TenantRow.state == IMPORTING)
    result = session.execute(update(TenantRow).where(*mine).values(slug=slug, state=ACTIVE, created_at=manifest.created_at))
    if result.rowcount != 1:  # type: ignore[attr-defined]  # mypy knows the base alone
        raise Taken(slug)  # another import of the same name was begun meanwhile, and goes on
