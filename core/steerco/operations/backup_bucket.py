"""A series of backups in an object store: each is a list of its files, and files lie by their content, once for all backups.

A backup is there when its list is, and the list is written last. So a run that was cut off leaves no backup, and the next one
sends only what is not there yet. What no list names any more is taken away once it is older than ``UNNAMED``: another run may
be sending it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
from msgspec import Struct

from steerco.operations.backup import MANIFEST, Backup, BadBackup, digest_of
from steerco.operations.backup_series import NAME, name_of
from steerco.store.bucket import BadBucket, Bucket
from steerco.store.sqlite import FILE

UNNAMED = timedelta(days=2)
_OBJECTS, _END = "objects/", ".json"
_DATABASE = f"data/{FILE}"
Progress = Callable[[int, int, str], None]


class SentBackup(Struct, frozen=True, forbid_unknown_fields=True):
    """The list of a backup in a bucket. ``objects``: digest (SHA-256) of each file by its path in the backup."""

    backup: Backup
    objects: dict[str, str]


def names_in(bucket: Bucket) -> list[str]:
    """Return the names of the backups in a bucket, the oldest first. Raises ``BadBucket``."""
    lists = (name.removesuffix(_END) for name in bucket.held() if name.endswith(_END))
    return sorted(name for name in lists if NAME.fullmatch(name))


def send(folder: Path, bucket: Bucket, *, at: datetime, progress: Progress = lambda done, total, what: None) -> str:
    """Send a backup that was made in a folder; return the name that it has in the bucket.

    Raises ``BadBucket``; then there is no such backup, and what was sent already is not sent again by the next run.
    """
    made = msgspec.json.decode((folder / MANIFEST).read_bytes(), type=Backup)
    objects = {**made.files, _DATABASE: digest_of(folder / _DATABASE)}
    paths = {digest: folder / name for name, digest in objects.items()}
    earlier = names_in(bucket)
    named = _named(bucket, earlier[-1:])
    held = bucket.held(_OBJECTS)
    fresh = {
        digest
        for digest, path in paths.items()
        if (found := held.get(_OBJECTS + digest)) is not None
        and found.size == path.stat().st_size
        and (digest in named or found.at > at - UNNAMED / 2)
    }
    lacking = [digest for digest in paths if digest not in fresh]
    for number, digest in enumerate(lacking, 1):
        bucket.put(_OBJECTS + digest, paths[digest])
        progress(number, len(lacking), "files")
    name = name_of(at)
    bucket.put(name + _END, msgspec.json.format(msgspec.json.encode(SentBackup(made, objects)), indent=1))
    _all_there(bucket, name, paths)
    return name


def _all_there(bucket: Bucket, name: str, paths: dict[str, Path]) -> None:
    """Look once more: another run may have taken away what no list named a moment ago. Raises ``BadBucket``, without the list."""
    held = bucket.held(_OBJECTS)
    sizes = {digest: held[_OBJECTS + digest].size for digest in paths if _OBJECTS + digest in held}
    lost = [digest for digest, path in paths.items() if sizes.get(digest) != path.stat().st_size]
    if lost:
        bucket.delete([name + _END])
        raise BadBucket("failed", f"{bucket.address}: {len(lost)} files are not there although they were sent")


def thin(bucket: Bucket, keep: int, *, at: datetime) -> list[str]:
    """Take away all backups but the ``keep`` newest, and the files that none of those names; return the names that went.

    A list goes before its files, so what is named is always whole. Raises ``BadBucket``.
    """
    names = names_in(bucket)
    gone, stay = names[:-keep], names[-keep:]
    bucket.delete([name + _END for name in gone])
    named = _named(bucket, stay)
    held = bucket.held(_OBJECTS)
    bucket.delete([name for name, one in held.items() if name.removeprefix(_OBJECTS) not in named and one.at < at - UNNAMED])
    return gone


def _named(bucket: Bucket, names: Iterable[str]) -> set[str]:
    return {digest for name in names for digest in _list(bucket, name).objects.values()}


def _list(bucket: Bucket, name: str) -> SentBackup:
    raw = bucket.read(name + _END) if NAME.fullmatch(name) else None
    if raw is None:
        known = ", ".join(names_in(bucket)[-3:]) or "there is none"
        raise BadBackup(f"{bucket.address} has no backup {name!r}; the newest: {known}")
    try:
        return msgspec.json.decode(raw, type=SentBackup)
    except (msgspec.DecodeError, RecursionError) as error:
        raise BadBackup(f"{bucket.address}/{name}{_END} cannot be read: {error}") from None


def fetch(bucket: Bucket, name: str, folder: Path, progress: Progress = lambda done, total, what: None) -> Path:
    """Bring a backup into a folder below ``folder`` as it was made; return it. ``backup.read`` then checks it.

    Raises ``BadBackup`` where there is none of this name or a file is lost, and ``BadBucket``.
    """
    sent = _list(bucket, name)
    target = folder / name
    for number, (path, digest) in enumerate(sorted(sent.objects.items()), 1):
        place = target / path
        if ".." in Path(path).parts or Path(path).is_absolute():
            raise BadBackup(f"{name} names {path!r}, which no backup has")
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            bucket.fetch(_OBJECTS + digest, place)
        except BadBucket as error:
            if error.kind != "absent":
                raise
            raise BadBackup(f"{path} of {name} is lost: {error}") from None
        progress(number, len(sent.objects), "files")
    (target / MANIFEST).write_bytes(msgspec.json.encode(sent.backup))
    return target
