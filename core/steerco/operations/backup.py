"""Backup and restore of an installation whose database is the file in its home.

First the database, as one moment has it, then the files: an act's files are on the disk before the act is, so every file that the
copied database names is there to be copied. A backup has its name only when it is whole.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime
from hashlib import sha256
from pathlib import Path

import msgspec
from msgspec import Struct

from steerco import __version__
from steerco.configuration.home import Home
from steerco.operations.answering import FOLDER as SERVING
from steerco.operations.file_transfer import PLACE, into_backup, out_of_backup
from steerco.store import sqlite_copy
from steerco.store.checkpoint import PUBLIC, public_key
from steerco.store.files import FileStore
from steerco.store.folder_lock import sync
from steerco.store.log_ends import FILE as ENDS
from steerco.store.sqlite import FILE

FORMAT = 1
MANIFEST = "backup.json"
PUBLIC_PLACE = f"data/{PUBLIC}"
OPERATORS = ("tenants", "policies", "law")
"""The folders of a home that an operator edits."""
Progress = Callable[[int, int, str], None]


class BadBackup(ValueError):
    """A folder that is no whole backup, or a place where none can be put; the message says why."""


class NotEmpty(BadBackup):
    """A home that has data already."""


class Backup(Struct, frozen=True, forbid_unknown_fields=True):
    """The manifest of a backup. ``files``: digest (SHA-256) by path, all but the database's own."""

    format: int
    program: str
    at: datetime
    database: sqlite_copy.Copied
    files: dict[str, str]


def backup(
    home: Home,
    target: Path,
    *,
    at: datetime,
    files: FileStore | None = None,
    progress: Progress = lambda done, total, what: None,
) -> Backup:
    """Copy the installation of ``home`` into the new folder ``target`` while it is in use. ``files``: where its files are kept,
    if not beside its data.

    Raises ``BadBackup`` where the folder is there already or there is no database, ``sqlite_copy.Damaged`` and ``OSError``.
    """
    source = home.data / FILE
    if not source.is_file():
        raise BadBackup(f"there is no database {source}")
    if target.exists():
        raise BadBackup(f"{target} is there already, and a backup never writes over another")
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        part.mkdir(mode=0o700)  # it holds the key that signs checkpoints, and everything else
        (part / "data").mkdir()
        copied = sqlite_copy.copy(source, part / "data" / FILE, lambda done, total: progress(done, total, "database"))
        digests = _copy_all(list(_beside(home, files=files is None)), part, progress)
        if files is not None:
            digests |= into_backup(files, part, progress)
        manifest = Backup(FORMAT, __version__, at, copied, digests)
        _write(part / MANIFEST, msgspec.json.format(msgspec.json.encode(manifest), indent=1))
        os.rename(part, target)
        sync(target.parent)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return manifest


def _beside(home: Home, *, files: bool) -> Iterator[tuple[Path, str]]:
    """Yield every file beside the database, and the path that it has in a backup; whether also the ``files`` of tenants."""
    for path in sorted(home.data.rglob("*")):
        name = path.relative_to(home.data).as_posix()
        own = name.startswith(FILE) or path.name.startswith("put-") or path.name.endswith(".part") or name == ENDS
        own = own or name.startswith(f"{SERVING}/")
        if path.is_file() and not path.is_symlink() and not own and (files or not f"data/{name}".startswith(f"{PLACE}/")):
            yield path, f"data/{name}"
    for folder in OPERATORS:
        for path in sorted((home.folder / folder).rglob("*")):
            if path.is_file() and not path.is_symlink():
                yield path, f"home/{path.relative_to(home.folder).as_posix()}"


def _copy_all(files: list[tuple[Path, str]], into: Path, progress: Progress) -> dict[str, str]:
    """Copy files, synced; their digests. One that went away meanwhile is left out: no row names it any more."""
    digests: dict[str, str] = {}
    folders = set()
    for number, (path, name) in enumerate(files, 1):
        target = into / name
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            digests[name] = _copy(path, target)
        except FileNotFoundError:
            continue
        folders.add(target.parent)
        progress(number, len(files), "files")
    for folder in folders:
        sync(folder)
    return digests


def _copy(source: Path, target: Path) -> str:
    digest = sha256()
    with source.open("rb") as reader, target.open("xb") as writer:
        os.fchmod(writer.fileno(), source.stat().st_mode & 0o700 & ~0o111)
        while chunk := reader.read(1 << 20):
            digest.update(chunk)
            writer.write(chunk)
        writer.flush()
        os.fsync(writer.fileno())
    return digest.hexdigest()


def read(folder: Path) -> Backup:
    """Read a backup, check every file against its digest, and return its manifest. Raises ``BadBackup``."""
    try:
        manifest = msgspec.json.decode((folder / MANIFEST).read_bytes(), type=Backup)
    except FileNotFoundError:
        raise BadBackup(f"{folder} is no backup: it has no {MANIFEST}") from None
    except (msgspec.DecodeError, RecursionError) as error:
        raise BadBackup(f"{folder / MANIFEST} cannot be read: {error}") from None
    if manifest.format != FORMAT:
        raise BadBackup(f"the backup has format {manifest.format}, this program reads format {FORMAT}")
    try:
        if sqlite_copy.look(folder / "data" / FILE) != manifest.database:
            raise BadBackup("the database is not the one that was backed up")
    except (sqlite_copy.Damaged, OSError) as error:
        raise BadBackup(str(error)) from None
    for name, digest in manifest.files.items():
        parts = Path(name).parts
        if Path(name).is_absolute() or ".." in parts or parts[:1] not in (("data",), ("home",)):
            raise BadBackup(f"names {name!r}, which no backup has")
        path = folder / name
        if not path.is_file() or path.is_symlink() or digest_of(path) != digest:
            raise BadBackup(f"{name} is missing, or not what was backed up")
    return manifest


def restore(
    home: Home, folder: Path, *, files: FileStore | None = None, progress: Progress = lambda done, total, what: None
) -> Backup:
    """Make the installation of ``home`` from a backup, whole or not at all; operators' files only where there are none.
    ``files``: where its files are to be kept, if not beside its data.

    Raises ``BadBackup`` where the backup is not whole, ``NotEmpty`` where the home has data or the place files, ``OthersFiles``
    where the place is another installation's, and ``OSError``.
    """
    manifest = read(folder)
    if home.data.exists() and any(home.data.iterdir()):
        raise NotEmpty(f"{home.data} is not empty, and a restore never writes over data")
    if files is not None and (numbers := files.numbers()):
        raise NotEmpty(f"{files.where(numbers[0])} holds files, and a restore never mixes them with others")
    if files is not None and PUBLIC_PLACE in manifest.files:
        key = public_key((folder / PUBLIC_PLACE).read_bytes())
        files.installation = lambda: key
        files.own()
    part = home.data.with_name(f".{home.data.name}.{os.getpid()}.part")
    try:
        part.mkdir(parents=True, mode=0o700)
        _copy(folder / "data" / FILE, part / FILE)
        beside = [name for name in manifest.files if files is None or not name.startswith(f"{PLACE}/")]
        data = [(folder / name, name.removeprefix("data/")) for name in beside if name.startswith("data/")]
        _copy_all(data, part, progress)
        if sqlite_copy.look(part / FILE) != manifest.database:
            raise BadBackup("the copy is not the backup: the disk may be failing")
        sqlite_copy.free(part / FILE)
        _copy_all([(folder / name, name) for name in manifest.files if name.startswith("home/")], part, progress)
        for folder_name in OPERATORS:  # whole folders, and the data last: a restore that is cut off is simply done again
            if (part / "home" / folder_name).exists() and not (home.folder / folder_name).exists():
                os.rename(part / "home" / folder_name, home.folder / folder_name)
        shutil.rmtree(part / "home", ignore_errors=True)
        if files is not None:
            out_of_backup(folder, files, progress)
        if home.data.exists():
            home.data.rmdir()
        os.rename(part, home.data)
        sync(home.data.parent)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return manifest


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        digest = sha256()
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()


def _write(path: Path, content: bytes) -> None:
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    sync(path.parent)
