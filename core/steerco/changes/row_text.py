"""Rows of a TOML file taken out and put in as text, each with the comment that stands right above it and nobody else's.

tomlkit counts the comment above a row to the row before it, so a row that it deletes takes the next one's remark along.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from steerco.config.locate import Locator

NAMES = ("id", "name", "number")
"""The keys by which a row of an array of tables is known."""


Identity = Callable[[Mapping[str, Any]], str]
"""Gives what a row is known by."""


class FileBlock(NamedTuple):
    """A row in its file: the lines from its comment to the end of what it says (counted from 0, the end not included)."""

    start: int
    end: int


def identified(*arrays: Any) -> Identity | None:
    """Return the identity of the rows of all these arrays of tables: their own name where every row has one, else the whole row.

    None where they are no arrays of tables, or two rows are the same.
    """
    if not all(isinstance(rows, list) and all(isinstance(row, dict) for row in rows) for rows in arrays):
        return None
    for identity in (_name, whole):
        names_of = [[identity(row) for row in rows] for rows in arrays]
        if all(all(names) and len(set(names)) == len(names) for names in names_of):
            return identity
    return None


def _name(row: Mapping[str, Any]) -> str:
    return next((str(row[key]) for key in NAMES if isinstance(row.get(key), str)), "")


def whole(row: Mapping[str, Any]) -> str:
    """Return the whole content of a row."""
    return repr(sorted(row.items(), key=lambda item: item[0]))


def with_rows_of(here: str, was: Mapping[str, Any], there: str) -> str:
    """Return the text ``here`` without the rows that went from ``was`` to ``there``, and with those that came, as written there.

    Only rows that nobody changed here; the rest of the text stays as it is.
    """
    after, text = tomllib.loads(there), here
    for key in dict.fromkeys([*was, *after]):
        before_rows, after_rows, rows = was.get(key, []), after.get(key, []), tomllib.loads(here).get(key, [])
        identity = identified(before_rows, after_rows, rows)
        if identity is None:
            continue
        old, new = {identity(row): row for row in before_rows}, {identity(row): row for row in after_rows}
        by_identity = {identity(row): row for row in rows}
        for name in [name for name in old if name not in new and by_identity.get(name) == old[name]]:
            text = _without(text, key, name, identity)
        for name in [name for name in new if name not in old and name not in by_identity]:
            text = _with(text, key, name, there, identity)
    return text


def _without(text: str, key: str, name: str, identity: Identity) -> str:
    lines, block = text.splitlines(True), _blocks(text, key, identity).get(name)
    if block is None:
        return text
    end = block.end
    while end < len(lines) and not lines[end].strip():
        end += 1
    return "".join([*lines[: block.start], *lines[end:]])


def _with(text: str, key: str, name: str, there: str, identity: Identity) -> str:
    """Return the text with a row of the other side, after the row that it follows there."""
    theirs, ours, lines = _blocks(there, key, identity), _blocks(text, key, identity), text.splitlines(True)
    if name not in theirs:
        return text
    row = there.splitlines(True)[theirs[name].start : theirs[name].end]
    order = list(theirs)
    before = [earlier for earlier in order[: order.index(name)] if earlier in ours]
    if before:
        at = ours[before[-1]].end
        return "".join([*lines[:at], "\n", *row, *lines[at:]])
    at = min((block.start for block in ours.values()), default=len(lines))
    return "".join([*lines[:at], *([] if ours else ["\n"]), *row, *(["\n"] if ours else []), *lines[at:]])


def _blocks(text: str, wanted: str, identity: Identity) -> dict[str, FileBlock]:
    """Return where each row of an array stands that is written as a table of its own, in the order of the file."""
    lines, document, at = text.splitlines(True), tomllib.loads(text), Locator(text)
    heads: list[tuple[int, str]] = []
    for key, value in document.items():
        rows = value if isinstance(value, list) and value and isinstance(value[0], dict) else []
        heads += [(at((key, number)) - 1, identity(row) if key == wanted else "") for number, row in enumerate(rows)]
        heads += [(at((key,)) - 1, "")] if isinstance(value, dict) else []
    heads = sorted(head for head in heads if lines[head[0]].lstrip().startswith("["))
    starts = [_start(lines, line, heads[index - 1][0] if index else -1) for index, (line, _) in enumerate(heads)]
    ends = [_end(lines, line, stop) for (line, _), stop in zip(heads, [*starts[1:], len(lines)], strict=False)]
    return {name: FileBlock(start, end) for (_, name), start, end in zip(heads, starts, ends, strict=True) if name}


def _start(lines: list[str], line: int, before: int) -> int:
    """Return where the comment right above a line begins."""
    while line - 1 > before and lines[line - 1].lstrip().startswith("#"):
        line -= 1
    return line


def _end(lines: list[str], line: int, stop: int) -> int:
    """Return the line after the end of a row: what stands between is blank, or a remark on what follows."""
    while stop - 1 > line and (not lines[stop - 1].strip() or lines[stop - 1].lstrip().startswith("#")):
        stop -= 1
    return stop
