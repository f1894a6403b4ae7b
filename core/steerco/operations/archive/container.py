"""The file: a ZIP of which nothing is believed before it was counted and measured.

ZIP and not tar: its members can be read in any order, so the manifest is looked at before anything else. Nothing is ever
unpacked to a path that the archive names; a member's name is looked up, and what was not asked for is an error.
"""

from __future__ import annotations

import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from msgspec import Struct

from steerco.store.files import LIMIT

MANIFEST, SIGNATURE, FILES = "manifest.json", "signature.json", "files/"
NAME = re.compile(r"(manifest\.json|signature\.json|tables/[a-z][a-z0-9_]{0,62}\.jsonl|files/[0-9a-f]{64})\Z")
CHUNK = 1 << 20


class BadArchive(ValueError):
    """A file that is no sound archive of a tenant. ``where``: the member, empty for the file as a whole."""

    def __init__(self, message: str, where: str = "") -> None:
        super().__init__(f"{where}: {message}" if where else message)
        self.where = where


class Bounds(Struct, frozen=True):
    """The limits of an archive: sizes in bytes, ``ratio`` of what it unpacks to, to its size.

    Whatever an installation exports, another must be able to import: texts that repeat one letter are packed 1,000 times denser.
    """

    members: int = 500_000
    member: int = 64 * 2**30
    total: int = 256 * 2**30
    manifest: int = 128 * 2**20
    line: int = 64 * 2**20
    file: int = LIMIT
    ratio: int = 400
    small: int = 2**30
    """An archive that unpacks to no more than this may be packed as densely as it likes."""


class Container:
    """An archive that is open for reading. Made by :func:`opened`."""

    def __init__(self, archive: zipfile.ZipFile, bounds: Bounds) -> None:
        self._archive, self.bounds = archive, bounds
        self.members = {info.filename: info for info in archive.infolist()}

    def size(self, name: str) -> int:
        """Return a member's size in bytes as the archive states it; reading is held to it."""
        return self.members[name].file_size

    def chunks(self, name: str) -> Iterator[bytes]:
        """Yield the content of a member. Raises ``BadArchive``."""
        with _distrusting(name), self._archive.open(self.members[name]) as member:
            while chunk := member.read(CHUNK):
                yield chunk

    def lines(self, name: str) -> Iterator[bytes]:
        """Yield the lines of a member, each with its end. Raises ``BadArchive``."""
        rest = b""
        for chunk in self.chunks(name):
            *whole, rest = (rest + chunk).split(b"\n")
            for line in whole:
                yield line + b"\n"
            if len(rest) > self.bounds.line:
                raise BadArchive(f"a line is longer than {self.bounds.line} bytes", name)
        if rest:
            raise BadArchive("ends in the middle of a line", name)

    def whole(self, name: str) -> bytes:
        """Return the content of a small member. Raises ``BadArchive`` for one that is missing or not small."""
        if name not in self.members:
            raise BadArchive("is missing", name)
        if self.size(name) > self.bounds.manifest:
            raise BadArchive(f"is larger than {self.bounds.manifest} bytes", name)
        return b"".join(self.chunks(name))


@contextmanager
def opened(path: Path, bounds: Bounds = Bounds()) -> Iterator[Container]:
    """Open an archive for reading, its directory measured. Raises ``BadArchive``, and ``OSError`` where there is no file."""
    with path.open("rb") as file:
        with _distrusting(""):
            _counted(file, bounds)
            archive = zipfile.ZipFile(file)
        with archive:
            _measured(archive, file, bounds)
            yield Container(archive, bounds)


def _counted(file: BinaryIO, bounds: Bounds) -> None:
    """Check the number of members that the directory at the end claims, before it is read into memory.

    Beyond 4 GiB, or 65,535 members, another record right before the end (56 bytes, and 20 that tell where it is) says so, and
    only that one is gone by.
    """
    size = file.seek(0, 2)
    file.seek(max(0, size - 65_557 - 76))
    tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < 22:
        raise BadArchive("this is no archive, or its end is missing: it was cut off on the way")
    count, length = struct.unpack("<10xHL", tail[at : at + 16])
    if at >= 76 and tail[at - 20 : at - 16] == b"PK\x06\x07":
        count, length = struct.unpack("<32xQQ", tail[at - 76 : at - 28])
    if count > bounds.members or length > bounds.members * 256:
        raise BadArchive(f"claims {count} members; at most {bounds.members} are read")
    file.seek(0)


def _measured(archive: zipfile.ZipFile, file: BinaryIO, bounds: Bounds) -> None:
    """Check names and sizes of every member. Raises ``BadArchive``."""
    names: set[str] = set()
    total = packed = 0
    for info in archive.infolist():
        name = info.filename
        if not NAME.match(name) or name != info.orig_filename:
            raise BadArchive(f"holds {name[:80]!r}, which no archive of a tenant has")
        if name in names:
            raise BadArchive("is there twice", name)
        names.add(name)
        if stat.S_IFMT(info.external_attr >> 16) not in (0, stat.S_IFREG):
            raise BadArchive("is no plain file", name)
        if info.flag_bits & 0x1 or info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise BadArchive("is encrypted, or packed in a way that is not read here", name)
        if info.file_size > (most := bounds.file if name.startswith(FILES) else bounds.member):
            raise BadArchive(f"is larger than {most} bytes", name)
        total, packed = total + info.file_size, packed + info.compress_size
    if total > bounds.total:
        raise BadArchive(f"unpacks to {total} bytes; at most {bounds.total} are read")
    if total > bounds.small and total > bounds.ratio * packed:
        raise BadArchive(f"unpacks to more than {bounds.ratio} times its size")
    if packed > file.seek(0, 2):
        raise BadArchive("its members overlap: they claim more bytes than the file has")


@contextmanager
def _distrusting(name: str) -> Iterator[None]:
    """Raise ``BadArchive`` for every exception that reading a broken file may raise."""
    try:
        yield
    except BadArchive:
        raise
    except (
        zipfile.BadZipFile,
        zlib.error,
        struct.error,
        EOFError,
        NotImplementedError,
        RuntimeError,
        ValueError,
        OverflowError,
        LookupError,
        OSError,
    ) as error:
        raise BadArchive(f"cannot be read: {error or type(error).__name__}", name) from error
