"""Files of a configuration as they were last read, so that a tenant that is asked for again is not parsed again.

Kept by digest of the text and by the program's own shape, in memory (a bounded number, shared by all tenants: a thousand
committees with one charter cost one reading of it) and in a folder beside the database, which may be emptied at any time. Only
what had no finding is kept. Which configurations passed every check is kept likewise, as empty files.
"""

from __future__ import annotations

import zlib
from contextlib import suppress
from functools import cache
from hashlib import sha256
from os import getpid
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from msgspec.structs import replace

from steerco import __version__
from steerco.charter import load as charter_load
from steerco.charter.load import TABLES
from steerco.charter.model import Charter, Source
from steerco.committee import record_types
from steerco.config.findings import Finding
from steerco.policy import reader
from steerco.policy.line import Line
from steerco.store.kept import Kept
from steerco.tenancy.reading import vocabulary

T = TypeVar("T")
MOST = 8 * 1024 * 1024
"""No compiled file is larger than this, in bytes."""
Lines = tuple[Line, ...]
_kept: Kept[str, Any] = Kept(256)


class Compiled:
    """What was read from texts before. ``folder``: where it is kept beyond this process (None: nowhere)."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder

    def read(self, text: str, kind: str, path: str) -> tuple[Charter | None, list[Finding]]:
        """The charter, house rules or law (``kind``) of this text, standing in the file ``path``: see ``charter.load.read``."""
        key = _key(kind, text)
        known = self._get(key, Charter)
        if known is not None:
            return _placed(known, path), []
        found, findings = charter_load.read(text, kind, path)
        if found is not None and not findings:
            self._put(key, found)
        return found, findings

    def policy(self, text: str, path: str) -> tuple[Lines, list[Finding]]:
        """The lines of a policy, which all tenants share: policies belong to no one tenant."""
        key = _key(f"policy {path}", text)
        known = self._get(key, Lines)
        if known is not None:
            return known, []
        lines, findings = reader.read(text, path)
        return (tuple(lines), findings) if findings else (self._put(key, tuple(lines)), [])

    def passed(self, digest: str) -> bool:
        """Whether what has this digest (a configuration, and the plugins beside it) passed every check of this program."""
        return self.folder is not None and self._mark(digest).is_file()

    def keep_passed(self, digest: str) -> None:
        """Remember that it did."""
        if self.folder is not None and not self._mark(digest).is_file():
            with suppress(OSError):  # a folder that cannot be written costs time and nothing else
                self._mark(digest).parent.mkdir(parents=True, exist_ok=True)
                self._mark(digest).touch()

    def _mark(self, digest: str) -> Path:
        assert self.folder is not None
        return self.folder / f"passed-{_shape()[:12]}" / digest[:2] / digest

    def _get(self, key: str, type: type[T]) -> T | None:
        found = _kept.get(key)
        if found is None and self.folder is not None:
            with suppress(OSError, zlib.error, msgspec.DecodeError):  # cut short, or not ours: read anew
                packed = (self.folder / key).read_bytes()
                found = _shared(msgspec.msgpack.decode(zlib.decompressobj().decompress(packed, MOST), type=type))
                _kept.put(key, found)
        return found

    def _put(self, key: str, found: T) -> T:
        if self.folder is not None and not (self.folder / key).is_file():
            with suppress(OSError):
                self.folder.mkdir(parents=True, exist_ok=True)
                new = self.folder / f"{key}.{getpid()}"
                new.write_bytes(zlib.compress(msgspec.msgpack.encode(found), 1))
                new.replace(self.folder / key)
        held: T = _kept.put(key, found)
        return held


def _shared(found: Any) -> Any:
    """The same with one of each word and set of words: as it comes from the disk, every row has its own."""
    if isinstance(found, Charter):
        return _moved(found, found.file)
    words: dict[Any, Any] = {}

    def one(value: Any) -> Any:
        return words.setdefault(value, value)

    return tuple(
        Line(
            *(one(line.subject), one(line.body), one(line.object), one(line.act), one(line.facets)),
            *(line.allow, one(line.clause), Source(one(line.source.file), line.source.line), one(line.plugin)),
        )
        for line in found
    )


def _placed(charter: Charter, path: str) -> Charter:
    """The same charter as it stands in another file. Everything but the places is shared."""
    return charter if charter.file == path else _moved(charter, path)


def _moved(charter: Charter, path: str) -> Charter:
    rows = {
        field: tuple(replace(row, source=Source(path, row.source.line)) for row in getattr(charter, field))
        for field in TABLES.values()
    }
    return replace(charter, file=path, **rows)


def _key(kind: str, text: str) -> str:
    return sha256(f"{_shape()}\n{kind}\n{text}".encode()).hexdigest()


@cache
def _shape() -> str:
    """The program's version, the form of what is kept and the words that files may use: another one's files are never read."""
    schemas = msgspec.json.encode(msgspec.json.schema(Charter)) + msgspec.json.encode(msgspec.json.schema(Lines))
    types = record_types()
    words = {name: {part: sorted(found) for part, found in of.items()} for name, of in vocabulary.for_charter(types).items()}
    held = {name: [sorted(kind.relations), sorted(kind.facets), sorted(kind.platform_acts)] for name, kind in types.items()}
    return sha256(__version__.encode() + schemas + msgspec.json.encode([words, held], order="deterministic")).hexdigest()
