"""A bucket of an object store that speaks S3: what is in it, by an address such as ``s3://backups/river``.

The client is obstore (the extra ``s3``), which repeats what fails in passing and sends what is large in parts. It is imported
only where a bucket is named.
"""

from __future__ import annotations

import errno
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NamedTuple
from urllib.parse import urlsplit

from steerco.store.fair_lock import FILES_AWAY, FULL, StoreUnavailable

if TYPE_CHECKING:
    from obstore.store import S3Store

PATIENCE = timedelta(seconds=60)
"""How long something that fails is tried again."""
_CODE, _MESSAGE = re.compile(r"<Code>([^<]*)</Code>"), re.compile(r"<Message>([^<]*)</Message>")
PART, AT_ONCE = 5 * 1024 * 1024, 4
"""Of what is large, the bytes of one part, and how many parts are under way."""
_ABSENT = ("NoSuchBucket",)
_DENIED = re.compile(r"status code: 40[13]\b")  # of a list, the client tells all faults alike


class BadBucket(Exception):
    """A bucket that cannot be used. ``kind``: ``absent``, ``denied``, ``extra`` (the client is not installed) or ``failed``."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


class StoreAccess(NamedTuple):
    """How a store is reached. What is None comes from the machine: the variables ``AWS_…``, or its role in a cloud."""

    endpoint: str | None = None
    region: str | None = None
    key: str | None = None
    secret: str | None = None


class StoredObject(NamedTuple):
    """One object of a bucket: its size in bytes, and when it was written."""

    size: int
    at: datetime


class Bucket:
    """What lies under an address. Each method raises ``BadBucket``. An object is the old or the new, never half."""

    def __init__(self, address: str, access: StoreAccess, patience: timedelta | None = None) -> None:
        parts = urlsplit(address)
        if "@" in parts.netloc:  # said without the address, which holds a secret
            raise BadBucket("denied", "an address such as s3://BUCKET/PREFIX holds no key and no secret")
        if parts.scheme != "s3" or not parts.hostname:
            raise BadBucket("failed", f"{address} is no address such as s3://BUCKET/PREFIX")
        self.address = address.rstrip("/")
        self._store = _opened(parts.netloc, parts.path.strip("/"), access, patience or PATIENCE)

    def held(self, below: str = "") -> dict[str, StoredObject]:
        """Return every object, by its name."""
        with self._told():
            found = [one for chunk in self._store.list(below or None) for one in chunk]
        return {one["path"]: StoredObject(one["size"], one["last_modified"]) for one in found}

    def folders(self) -> list[str]:
        """Return the first words of all names, up to the first slash."""
        with self._told():
            return sorted(str(each).rstrip("/") for each in self._store.list_with_delimiter()["common_prefixes"])

    def read(self, name: str) -> bytes | None:
        """Return the content of an object, or None where there is none."""
        with self._told():
            try:
                return bytes(self._store.get(name).bytes())
            except FileNotFoundError as error:
                if any(code in str(error) for code in _ABSENT):
                    raise
                return None

    def fetch(self, name: str, into: Path) -> None:
        """Write an object to a new file."""
        with self._told(), into.open("xb") as file:
            for chunk in self._store.get(name).stream():
                file.write(bytes(chunk))

    def part(self, name: str, first: int, length: int) -> bytes | None:
        """Return ``length`` bytes of an object from the byte ``first`` on, or None where there is no such object."""
        with self._told():
            try:
                return bytes(self._store.get_range(name, start=first, length=length))
            except FileNotFoundError as error:
                if any(code in str(error) for code in _ABSENT):
                    raise
                return None

    def put(self, name: str, content: bytes | Path | BinaryIO) -> None:
        """Write an object, whole or not at all."""
        with self._told():
            self._store.put(name, content, chunk_size=PART, max_concurrency=AT_ONCE)

    def create(self, name: str, content: bytes) -> bool:
        """Write an object unless there is one of that name; whether it was written."""
        from obstore.exceptions import AlreadyExistsError

        with self._told():
            try:
                self._store.put(name, content, mode="create")
            except AlreadyExistsError:
                return False
        return True

    def delete(self, names: list[str]) -> None:
        """Take objects away."""
        if names:
            with self._told():
                self._store.delete(names)

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Tell a fault of the store as ``BadBucket``."""
        from obstore.exceptions import BaseError, PermissionDeniedError, UnauthenticatedError

        try:
            yield
        except (BaseError, FileNotFoundError) as error:
            told = str(error).partition("\n")[0]
            code, message = _CODE.findall(told), _MESSAGE.findall(told)
            why = f"{code[0]}: {message[0] if message else ''}".rstrip(": ") if code else told.partition(": ")[2] or told
            kind = "failed"
            if isinstance(error, PermissionDeniedError | UnauthenticatedError) or _DENIED.search(told):
                kind = "denied"
            elif isinstance(error, FileNotFoundError) or any(absent in told for absent in _ABSENT):
                kind = "absent"
            raise BadBucket(kind, f"{self.address}: {why}") from None


@contextmanager
def as_outage() -> Iterator[None]:
    """Tell what goes wrong with a bucket of files as an outage (``StoreUnavailable``), which passes."""
    try:
        yield
    except BadBucket as error:
        raise StoreUnavailable(FILES_AWAY, str(error)) from error
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StoreUnavailable(FULL, "the disk of temporary files is full") from error
        raise


def _opened(bucket: str, prefix: str, access: StoreAccess, patience: timedelta) -> S3Store:
    try:
        from obstore.store import S3Store
    except ImportError:
        raise BadBucket("extra", "the client of object stores is not installed") from None
    settings = {
        "endpoint": access.endpoint,
        "region": access.region,
        "access_key_id": access.key,
        "secret_access_key": access.secret,
    }
    given = {name: value for name, value in settings.items() if value}
    plain = (access.endpoint or "").startswith("http://")
    return S3Store(
        bucket,
        prefix=prefix or None,
        client_options={"allow_http": plain, "connect_timeout": min(patience, timedelta(seconds=10)), "timeout": 10 * patience},
        retry_config={"max_retries": 5, "retry_timeout": patience},
        **given,  # type: ignore[arg-type]  # names and values of the client's settings
    )
