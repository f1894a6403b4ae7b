"""Packed policies: the lines of a policy file are stored compressed, since every active tenant's policy is in memory.

The table (``table``) decides without them. Who asks for lines unpacks them all, and the process caches a bounded number of
unpacked policies for those who ask next.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import TypeAlias, overload

import msgspec

from steerco.policy.line import Line
from steerco.policy.reader import line_of

MOST = 8 * 1024 * 1024
"""No policy is larger than this when it is unpacked, in bytes."""
UNPACKED = 128
"""The number of unpacked policies in the cache. One of 450 lines takes 45 KiB."""
Rows: TypeAlias = tuple[tuple[int, tuple[str, ...]], ...]
"""The packed form: each line's number and fields."""


class PackedLines(Sequence[Line]):
    """The packed lines of the policy in ``file``, and ``more`` after them. It behaves like a tuple of lines and equals one.

    Raises:
        ValueError: ``packed`` is not what ``pack`` gave.
    """

    __slots__ = ("file", "more", "packed")

    def __init__(self, packed: bytes, file: str, more: tuple[Line, ...] = ()) -> None:
        self.packed, self.file, self.more = packed, file, more
        _unpacked(packed, file)

    def _lines(self) -> tuple[Line, ...]:
        return (*_unpacked(self.packed, self.file), *self.more)

    @overload
    def __getitem__(self, index: int) -> Line: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Line]: ...
    def __getitem__(self, index: int | slice) -> Line | Sequence[Line]:
        return self._lines()[index]

    def __iter__(self) -> Iterator[Line]:
        return iter(self._lines())

    def __len__(self) -> int:
        return len(self._lines())

    def __eq__(self, lines: object) -> bool:
        return self._lines() == tuple(lines) if isinstance(lines, Sequence) else NotImplemented

    __hash__ = None  # type: ignore[assignment]  # it is equal to tuples, whose hash would cost what it spares

    def __repr__(self) -> str:
        return repr(self._lines())


def pack(lines: Iterable[Line]) -> bytes:
    """Return the lines of one file packed, without the file's name."""
    rows: Rows = tuple((line.number, line.fields) for line in lines)
    return zlib.compress(msgspec.msgpack.encode(rows))


@lru_cache(UNPACKED)
def _unpacked(packed: bytes, file: str) -> tuple[Line, ...]:
    try:
        rows: Rows = msgspec.msgpack.decode(zlib.decompressobj().decompress(packed, MOST), type=Rows)
        return tuple(line_of(fields, file, number) for number, fields in rows)
    except (zlib.error, msgspec.DecodeError) as wrong:
        raise ValueError(f"{file}: no packed policy") from wrong
