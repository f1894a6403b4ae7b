"""Packed tables: the rows of a charter that people only read are stored compressed, since every active charter is in memory.

The first reader unpacks a table, and the process caches a bounded number of unpacked tables for the next readers.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any, TypeVar, overload

import msgspec
from msgspec.structs import replace

from steerco.charter.model import Cadence, Charter, Clause, Duty, Finance, Heading, Portfolio, Signing, Source, Template

T = TypeVar("T")
FOLDED: dict[str, type[Any]] = {
    "clauses": Clause,
    "headings": Heading,
    "cadences": Cadence,
    "duties": Duty,
    "portfolios": Portfolio,
    "finances": Finance,
    "signings": Signing,
    "templates": Template,
}
"""The packed fields of ``Charter``. Every request reads all other fields, so they stay unpacked."""
UNFOLDED = 256
"""The number of unpacked tables in the cache. The largest, the 54 clauses of a committee in two languages, takes 50 KiB."""


class Folded(Sequence[T]):
    """The packed rows of one table of ``file``. It behaves like a tuple of rows and equals one.

    ``ids`` holds the ids of clauses, so that citations need no unpacking. It is empty for other tables.
    """

    __slots__ = ("_file", "_kind", "ids", "packed")

    def __init__(self, kind: type[T], ids: tuple[str, ...], packed: bytes, file: str) -> None:
        self._kind, self.ids, self.packed, self._file = kind, ids, packed, file

    def at(self, file: str) -> Folded[T]:
        """Return the same rows with another file as their source."""
        return Folded(self._kind, self.ids, self.packed, file)

    def _rows(self) -> tuple[T, ...]:
        return _unfolded(self._kind, self.packed, self._file)  # type: ignore[arg-type]  # types can be hashed

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[T]: ...
    def __getitem__(self, index: int | slice) -> T | Sequence[T]:
        return self._rows()[index]

    def __iter__(self) -> Iterator[T]:
        return iter(self._rows())

    def __len__(self) -> int:
        return len(self.ids or self._rows())

    def __eq__(self, rows: object) -> bool:
        return self._rows() == tuple(rows) if isinstance(rows, Sequence) else NotImplemented

    __hash__ = None  # type: ignore[assignment]  # it is equal to tuples, whose hash would cost what it spares

    def __repr__(self) -> str:
        return repr(self._rows())


def fold(kind: type[T], rows: Iterable[Any], file: str) -> Sequence[T]:
    """Return the rows, which stand in ``file``, packed."""
    bare = [replace(row, source=Source(line=row.source.line)) for row in rows]
    cited = tuple(row.id for row in bare) if kind is Clause else ()
    return Folded(kind, cited, zlib.compress(msgspec.msgpack.encode(bare)), file) if bare else ()


def ids(clauses: Sequence[Clause]) -> Iterable[str]:
    """Return the ids of clauses, which stay packed if they are."""
    return clauses.ids if isinstance(clauses, Folded) else [clause.id for clause in clauses]


@lru_cache(UNFOLDED)
def _unfolded(kind: type[T], packed: bytes, file: str) -> tuple[T, ...]:
    rows: tuple[Any, ...] = msgspec.msgpack.decode(zlib.decompress(packed), type=tuple[kind, ...])  # type: ignore[valid-type]  # a kind at run time
    return tuple(replace(row, source=Source(file, row.source.line)) for row in rows)


def folded(charter: Charter) -> Charter:
    """Return the same charter with its tables packed."""
    plain = {name: kind for name, kind in FOLDED.items() if not isinstance(getattr(charter, name), Folded)}
    return replace(charter, **{name: fold(kind, getattr(charter, name), charter.file) for name, kind in plain.items()})
