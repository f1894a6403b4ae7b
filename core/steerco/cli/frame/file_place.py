"""Where files and backups are kept, by an address: a folder, or ``s3://BUCKET/PREFIX``, reached as the environment says."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from steerco.cli.frame.environment import FILES, S3, S3_SECRET, value_of
from steerco.cli.frame.problems import USAGE, CommandProblem

if TYPE_CHECKING:
    from steerco.store.bucket import Bucket
    from steerco.store.files import FileStore

SCHEME = "s3://"
PATIENCE = timedelta(seconds=5)
"""How long a file that fails is tried again: somebody waits for the answer."""
MENDS = {
    "absent": "make the bucket first, or name another",
    "denied": "look at STEERCO_S3_KEY and STEERCO_S3_SECRET, and at what the bucket lets that key do",
    "extra": 'pip install "steerco[s3]"',
    "failed": "run it again when the store answers and has room: what was sent is not sent again",
}
"""What to do about a bucket that cannot be used."""


@contextmanager
def bucket_at(address: str, patience: timedelta | None = None) -> Iterator[Bucket]:
    """Yield the bucket at an address, as the environment says how to reach it. Raises ``CommandProblem``.

    ``patience``: how long what fails is tried again, by default a minute.
    """
    from steerco.store.bucket import BadBucket, Bucket, StoreAccess

    try:
        endpoint, region, key = map(value_of, S3)
        yield Bucket(address, StoreAccess(endpoint, region, key, value_of(S3_SECRET)), patience)
    except BadBucket as error:
        raise CommandProblem("bucket", str(error), MENDS[error.kind]) from None


def files_at(address: str) -> FileStore:
    """Return the files at an address. Raises ``CommandProblem`` for one that is none."""
    from steerco.store.bucket_files import BucketFiles
    from steerco.store.folder_files import FolderFiles

    if address.startswith(SCHEME):
        with bucket_at(address, PATIENCE) as bucket:
            return BucketFiles(bucket)
    if not Path(address).is_absolute():
        do = "give a folder by its whole path, or s3://BUCKET/PREFIX"
        raise CommandProblem("bad-address", f"{FILES}: {address!r} is no place for files", do, exit=USAGE)
    return FolderFiles(Path(address))
