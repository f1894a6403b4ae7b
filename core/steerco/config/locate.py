"""Line numbers of what a TOML document holds.

``tomllib`` reads ten times faster but tells no lines, and tomlkit's items carry no position either, so tomlkit's parser is
subclassed here at the two methods through which every value and every table passes. They are private: ``pyproject.toml``
pins tomlkit's minor version and a test holds the numbers.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from typing import Any

from tomlkit import parser
from tomlkit.container import OutOfOrderTableProxy
from tomlkit.exceptions import ParseError
from tomlkit.items import AoT, Item, Key

Path = tuple[str | int, ...]
"""Keys and indexes that lead from the document to a value, as Cerberus and msgspec know them."""

Lines = Callable[[Path], int]
"""Gives the line, counted from 1, of the value at a path, or of the nearest enclosing value in the file."""


class _Marker(parser.Parser):  # type: ignore[misc, unused-ignore]  # tomlkit may come without types
    """tomlkit's parser, noting where each item begins."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._breaks = [i for i, c in enumerate(text) if c == "\n"]
        self.lines: dict[int, int] = {}
        self._kept: list[object] = []  # an id is only unique while its object lives

    def _mark(self, index: int, item: object) -> None:
        self._kept.append(item)
        self.lines.setdefault(id(item), bisect_left(self._breaks, index) + 1)

    def _parse_value(self) -> Item:
        index = self._src.idx
        value = super()._parse_value()
        self._mark(index, value)
        return value

    def _parse_table(self, *args: Any, **options: Any) -> tuple[Key, Any]:
        index = self._src.idx
        key, table = super()._parse_table(*args, **options)
        if isinstance(table, AoT):
            self._mark(index, table.body[0])
        self._mark(index, table)
        return key, table


class Locator:
    """Gives the line of any path in one TOML text. Made lazily: the text is parsed at the first question."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._parsed: tuple[Any, dict[int, int]] | None = None

    def __call__(self, path: Path) -> int:
        document, lines = self._parse()
        current, line = [document], 1
        for step in path:
            current = [part for item in current for part in _parts(item, step)]
            if not current:
                break
            line = next((lines[id(part)] for part in current if id(part) in lines), line)
        return line

    def _parse(self) -> tuple[Any, dict[int, int]]:
        if self._parsed is None:
            marker = _Marker(self._text)
            try:
                self._parsed = (marker.parse(), marker.lines)
            except ParseError:  # it takes fewer levels than tomllib: then everything stands at line 1
                self._parsed = ({}, {})
            self._marker = marker  # keeps the items alive, so that their ids stay theirs
        return self._parsed


def _parts(item: Any, step: str | int) -> list[Any]:
    """Return the values at ``step`` of ``item``. There are several if the file writes one table in several places."""
    try:
        part = item.item(step) if isinstance(step, str) else list.__getitem__(item, step)
    except (KeyError, IndexError, AttributeError, TypeError):
        return []
    return list(part._tables) if isinstance(part, OutOfOrderTableProxy) else [part]


def nowhere(path: Path) -> int:
    """Lines of a document that never was a file."""
    return 0
