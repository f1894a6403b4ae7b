"""Files from one place to another: when an installation moves them into a bucket or back, for a backup, and what was lost.

A file is the same wherever it lies, by its digest; so what was cut off is simply done again, and only what is not there is sent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from msgspec import Struct

from steerco.configuration.installation import Installation
from steerco.operations.used_files import used
from steerco.store.files import FileStore
from steerco.store.folder_files import FolderFiles

Progress = Callable[[int, int, str], None]
PLACE = "data/files"
"""Where the files lie in a backup."""


class Transferred(Struct, frozen=True):
    """How many files were copied, how many were there already, and the digests that the source has not as they were stored."""

    copied: int = 0
    there: int = 0
    damaged: tuple[str, ...] = ()


def copy_all(source: FileStore, target: FileStore, progress: Progress = lambda done, total, what: None) -> Transferred:
    """Copy the files of every tenant. Uploads that are not whole are not copied."""
    listed = {number: list(source.all(number)) for number in source.numbers()}
    return _copy(source, target, listed, progress, lambda number, digest: target.has(number, digest))


def bring_back(source: FileStore, installation: Installation, progress: Progress = lambda done, total, what: None) -> Transferred:
    """Copy what the records of the installation's tenants name and what is missing there, or is not what was stored."""
    listed = {}
    for slug in installation.slugs():
        tenant = installation.tenant(slug)
        with tenant.store.read(tenant.id) as session:
            listed[tenant.id] = sorted(used(session))
    target = installation.files

    def there(number: int, digest: str) -> bool:
        if target.is_sound(number, digest):
            return True
        if source.is_sound(number, digest):
            target.sweep(number, [digest], older_than=-86_400.0)  # damaged: else it might be taken for the same
        return False

    return _copy(source, target, listed, progress, there)


def _copy(
    source: FileStore,
    target: FileStore,
    listed: Mapping[int, Iterable[str]],
    progress: Progress,
    is_there: Callable[[int, str], bool],
) -> Transferred:
    pairs = [(number, digest) for number, digests in listed.items() for digest in digests]
    copied, there, damaged = 0, 0, list[str]()
    for done, (number, digest) in enumerate(pairs, 1):
        if is_there(number, digest):
            there += 1
        elif _copied(source, target, number, digest):
            copied += 1
        else:
            damaged.append(digest)
        progress(done, len(pairs), "files")
    return Transferred(copied, there, tuple(damaged))


def _copied(source: FileStore, target: FileStore, number: int, digest: str) -> bool:
    """Copy one file. Return False where the source has lost it, or holds other bytes: the copy of those is swept, as nobody names
    it."""
    try:
        with source.open(number, digest) as file:
            return target.put(number, file) == digest
    except FileNotFoundError:
        return False


def into_backup(files: FileStore, part: Path, progress: Progress) -> dict[str, str]:
    """Copy the files of a place into a backup that is being made; their digests by path."""
    kept = FolderFiles(part / PLACE)
    copy_all(files, kept, progress)
    return {f"{PLACE}/{number}/{digest[:2]}/{digest}": digest for number in kept.numbers() for digest in kept.all(number)}


def out_of_backup(folder: Path, files: FileStore, progress: Progress) -> None:
    """Copy the files of a backup into a place that has none; all of them, or none stay there."""
    kept = FolderFiles(folder / PLACE)
    try:
        copy_all(kept, files, progress)
    except BaseException:
        for number in kept.numbers():
            files.remove_all(number)
        raise
