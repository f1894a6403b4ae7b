"""Files of a configuration as they were last read, so that a tenant that is asked for again is not parsed again.

Kept by digest of the text and of the program as it lies on the disk: in memory (a bounded number, shared by all tenants, so that
a thousand committees with one charter cost one reading of it) and in a folder beside the database, which may be emptied at any
time. Only what had no finding is kept. Which configurations passed every check is kept likewise, as empty files.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from contextlib import suppress
from functools import cache, lru_cache
from hashlib import sha256
from os import getpid
from pathlib import Path
from sys import intern
from typing import Any, TypeAlias

import msgspec
from msgspec import Struct
from msgspec.structs import force_setattr, replace

from steerco import __version__
from steerco.charter import load as charter_load
from steerco.charter.load import TABLES
from steerco.charter.model import Charter, Source
from steerco.charter.packed_texts import FOLDED, Folded
from steerco.config.findings import Finding
from steerco.configuration.file_times import of_program
from steerco.policy import reader
from steerco.policy.line import Line
from steerco.policy.packed_lines import MOST, PackedLines, pack
from steerco.store import file_modes
from steerco.store.lru_cache import LRUCache

Lines: TypeAlias = Sequence[Line]
_kept: LRUCache[str, Any] = LRUCache(256)


class _Charter(Struct):
    """A charter as it is kept: with no place but the lines, and beside it what is folded as it is packed."""

    charter: Charter
    packed: dict[str, tuple[tuple[str, ...], bytes]]


class Compiled:
    """A cache of parsed texts. ``folder`` keeps it beyond this process (None: it does not)."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder

    def read(self, text: str, kind: str, path: str, language: str = "") -> tuple[Charter | None, list[Finding]]:
        """Return the charter, house rules or law (``kind``) of this text, standing in the file ``path``, of a committee with one
        ``language`` or several: see ``charter.load.read``.
        """
        key = _key(f"{kind} {language}", text)
        in_memory: Charter | None = _kept.get(key)
        if in_memory is not None:
            return in_memory if in_memory.file == path else _placed(in_memory, path), []
        stored = self._get(key)
        if stored is None:
            charter, findings = charter_load.read(text, kind, path, language)
            if charter is None or findings:
                return charter, findings
            stored = self._put(key, _bare(charter))
        return _kept.put(key, _whole(stored, path)), []

    def policy(self, text: str, path: str) -> tuple[Lines, list[Finding]]:
        """Return the lines of a policy, which all tenants share: policies belong to no one tenant."""
        key = _key(f"policy {path}", text)
        in_memory: Lines | None = _kept.get(key)
        if in_memory is not None:
            return in_memory, []
        stored = self._file(key)
        if stored is not None:
            with suppress(ValueError):  # cut short, or not ours: read anew
                return _kept.put(key, PackedLines(stored, path)), []
        lines, findings = reader.read(text, path)
        if findings:
            return tuple(lines), findings
        return _kept.put(key, PackedLines(self._keep(key, pack(lines)), path)), []

    def passed(self, digest: str) -> bool:
        """Return whether what has this digest (a configuration, and the plugins beside it) passed every check of this program."""
        return self.folder is not None and self._mark(digest).is_file()

    def keep_passed(self, digest: str) -> None:
        """Remember that it did."""
        if self.folder is not None and not self._mark(digest).is_file():
            with suppress(OSError):  # a folder that cannot be written costs time and nothing else
                file_modes.folder(self._mark(digest).parent)
                self._mark(digest).touch()

    def _mark(self, digest: str) -> Path:
        assert self.folder is not None
        return self.folder / f"passed-{_program()[:12]}" / digest[:2] / digest

    def _get(self, key: str) -> _Charter | None:
        if (packed := self._file(key)) is not None:
            with suppress(zlib.error, msgspec.DecodeError):  # cut short, or not ours: read anew
                return msgspec.msgpack.decode(zlib.decompressobj().decompress(packed, MOST), type=_Charter)
        return None

    def _put(self, key: str, value: _Charter) -> _Charter:
        self._keep(key, zlib.compress(msgspec.msgpack.encode(value), 1))
        return value

    def _file(self, key: str) -> bytes | None:
        if self.folder is not None:
            with suppress(OSError):
                return (self.folder / key).read_bytes()
        return None

    def _keep(self, key: str, packed: bytes) -> bytes:
        if self.folder is not None and not (self.folder / key).is_file():
            with suppress(OSError):
                file_modes.folder(self.folder)
                new = self.folder / f"{key}.{getpid()}"
                new.write_bytes(packed)
                new.replace(self.folder / key)
        return packed


def _bare(charter: Charter) -> _Charter:
    packed = {name: (rows.ids, rows.packed) for name in FOLDED if isinstance(rows := getattr(charter, name), Folded)}
    return _Charter(replace(_placed(charter, ""), **dict.fromkeys(packed, ())), packed)


def _whole(stored: _Charter, path: str) -> Charter:
    """Return the charter as it stands in this file."""
    charter = stored.charter
    for rows in (getattr(charter, field) for field in TABLES.values()):
        for row in rows:
            _share(row)
    packed = {name: Folded(FOLDED[name], tuple(map(intern, ids)), rows, path) for name, (ids, rows) in stored.packed.items()}
    return _placed(replace(charter, **packed), path)


def _share(row: Struct) -> None:
    """See that a row holds each identifier as all others in the process do: as it was read, it has one of its own."""
    for name in row.__struct_fields__:
        value = getattr(row, name)
        if type(value) is str:
            force_setattr(row, name, intern(value))
        elif type(value) is tuple and value and type(value[0]) is str:
            force_setattr(row, name, _words(value))
        elif type(value) is dict and all(type(word) is str for word in value.values()):
            force_setattr(row, name, _narrowing(tuple(value.items())))


@lru_cache(8192)
def _words(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(map(intern, words))


@lru_cache(4096)
def _narrowing(facets: tuple[tuple[str, str], ...]) -> dict[str, str]:
    """Return the one mapping of these facets, which nothing changes."""
    return {intern(name): intern(value) for name, value in facets}


def _placed(charter: Charter, path: str) -> Charter:
    """Return the same charter located in another file. All but the places is shared."""
    tables = {field: getattr(charter, field) for field in TABLES.values()}
    return replace(charter, file=path, **{field: _at(rows, path) for field, rows in tables.items()})


def _at(rows: Sequence[Any], path: str) -> Sequence[Any]:
    if isinstance(rows, Folded):
        return rows.at(path)
    return tuple(replace(row, source=Source(path, row.source.line)) for row in rows)


def _key(kind: str, text: str) -> str:
    return sha256(f"{_program()}\n{kind}\n{text}".encode()).hexdigest()


@cache
def _program() -> str:
    """Return which program this is: what another one kept is never read."""
    return sha256(f"{__version__} {of_program()}".encode()).hexdigest()
