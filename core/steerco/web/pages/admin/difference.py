"""Two texts of a file as lines that came, went and stayed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from typing import NamedTuple

from steerco.web.pages.admin.roles import FileRole, role_of

AROUND = 2
MOST = 400
"""So many lines of one file are shown."""


class DifferentLine(NamedTuple):
    """A line with its number in either text. ``sign``: ``+``, ``-``, empty for one that stays, ``…`` where lines are left out."""

    sign: str
    number: int
    text: str


class FileDifference(NamedTuple):
    """What differs in one file; ``cut``: not everything is shown."""

    role: FileRole | None
    what: str
    lines: list[DifferentLine]
    cut: bool


def of_files(was: Mapping[str, str], is_: Mapping[str, str], all: list[FileRole]) -> list[FileDifference]:
    """Return what differs, file by file in the order of their roles."""
    order = {role.path: place for place, role in enumerate(all)}
    paths = [path for path in {*was, *is_} if was.get(path) != is_.get(path)]
    found = []
    for path in sorted(paths, key=lambda path: (order.get(path, len(order)), path)):
        lines = list(lines_of(was.get(path, ""), is_.get(path, "")))
        what = "new" if path not in was else "gone" if path not in is_ else "changed"
        found.append(FileDifference(role_of(all, path), what, lines[:MOST], len(lines) > MOST))
    return found


def lines_of(was: str, is_: str) -> Iterator[DifferentLine]:
    """Yield the lines that differ, with a few around them."""
    old, new = was.splitlines(), is_.splitlines()
    groups = SequenceMatcher(None, old, new, autojunk=False).get_grouped_opcodes(AROUND)
    for place, group in enumerate(groups):
        if place or group[0][1] > 0:
            yield DifferentLine("…", 0, "")
        for tag, i, j, k, m in group:
            if tag == "equal":
                yield from (DifferentLine("", k + n + 1, line) for n, line in enumerate(new[k:m]))
            else:
                yield from (DifferentLine("-", i + n + 1, line) for n, line in enumerate(old[i:j]))
                yield from (DifferentLine("+", k + n + 1, line) for n, line in enumerate(new[k:m]))
