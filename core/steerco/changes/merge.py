"""Three texts of one file (what it was, what the database has, what stands here) made into one, comments kept.

Values are merged, not lines: only what changed in the database is changed in the file that stands here, so its comments and its
order stay. What both sides changed is a conflict, and nothing is written.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Mapping
from difflib import SequenceMatcher
from typing import Any

import tomlkit

Table = dict[str, Any]
_MISSING: Any = object()
_NAMES = ("id", "name", "number")
"""The keys by which a row of an array of tables is known."""
_COMMENT = re.compile(r"#[^\n]*")


class BothChanged(Exception):
    """The same thing was changed on both sides; ``where`` says which."""

    def __init__(self, where: str) -> None:
        super().__init__(f"{where} was changed on both sides")
        self.where = where


def merged(path: str, was: str, there: str, here: str) -> str:
    """The text that stands here with what changed from ``was`` to ``there``. Raises ``BothChanged``."""
    if here == there or there == was:
        return here
    if here == was and not Counter(_COMMENT.findall(here)) - Counter(_COMMENT.findall(there)):
        return there  # the other side kept every comment, so its text is the whole truth
    if not path.endswith(".toml"):
        return _lines(path, was, there, here)
    return _toml(path, was, there, here)


def same_values(path: str, one: str, other: str) -> bool:
    """Whether two texts of a file differ at most in comments, blanks and order of keys."""
    if not path.endswith(".toml"):
        return [line for line in map(str.strip, one.splitlines()) if line and line[0] != "#"] == [
            line for line in map(str.strip, other.splitlines()) if line and line[0] != "#"
        ]
    try:
        return tomllib.loads(one) == tomllib.loads(other)
    except tomllib.TOMLDecodeError:
        return False


def _toml(path: str, was: str, there: str, here: str) -> str:
    try:
        document = tomlkit.parse(here)
        before, after = tomllib.loads(was), tomllib.loads(there)
        wanted = tomllib.loads(here)
    except (tomllib.TOMLDecodeError, tomlkit.exceptions.ParseError) as error:
        raise BothChanged(f"{path} (which cannot be read: {error})") from None
    _table(document, before, after, path)
    _table(wanted, before, after, path)
    text = tomlkit.dumps(document)
    if tomllib.loads(text) != wanted:  # the tables stand in an order that cannot be edited in place
        raise BothChanged(path)
    return text


def _table(here: Any, was: Mapping[str, Any], there: Mapping[str, Any], where: str) -> None:
    """Bring to ``here`` (tomlkit's or plain) what changed from ``was`` to ``there``."""
    for key in dict.fromkeys([*was, *there]):
        before, after, now = was.get(key, _MISSING), there.get(key, _MISSING), _plain(here.get(key, _MISSING))
        if before == after or now == after:
            continue
        place = f"{where}: {key}"
        if isinstance(before, dict) and isinstance(after, dict) and isinstance(now, dict):
            _table(here[key], before, after, place)
        elif _named(before) and _named(after) and _named(now):
            _rows(here[key], before, after, place)
        elif now != before:
            raise BothChanged(place)
        elif after is _MISSING:
            del here[key]
        else:
            here[key] = after


def _rows(here: Any, was: list[Table], there: list[Table], where: str) -> None:
    before, after = {_name(row): row for row in was}, {_name(row): row for row in there}
    for name in dict.fromkeys([*before, *after]):
        old, new = before.get(name, _MISSING), after.get(name, _MISSING)
        at = next((index for index, row in enumerate(here) if _name(row) == name), None)
        now = _plain(here[at]) if at is not None else _MISSING
        if old == new or now == new:
            continue
        place = f"{where} {name}"
        if isinstance(old, dict) and isinstance(new, dict) and at is not None:
            _table(here[at], old, new, place)
        elif now is not _MISSING and now != old:
            raise BothChanged(place)
        elif new is _MISSING:
            if at is not None:
                del here[at]
        elif old is not _MISSING:
            raise BothChanged(place)
        else:
            here.append(new)


def _named(value: Any) -> bool:
    """Whether it is an array of tables whose rows are known by a name of their own."""
    if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
        return False
    names = [_name(row) for row in value]
    return all(names) and len(set(names)) == len(names)


def _name(row: Mapping[str, Any]) -> str:
    return next((str(row[key]) for key in _NAMES if isinstance(row.get(key), str)), "")


def _plain(value: Any) -> Any:
    return value.unwrap() if hasattr(value, "unwrap") else value


def _lines(path: str, was: str, there: str, here: str) -> str:
    """Line by line: each side's changes, as long as they do not touch one another."""
    base, theirs, ours = was.splitlines(True), there.splitlines(True), here.splitlines(True)
    mine = _changed(base, ours)
    found, at = list[str](), 0
    for begin, end, text in sorted([*mine, *(each for each in _changed(base, theirs) if each not in mine)]):
        if found and begin <= at:
            raise BothChanged(f"{path}:{begin + 1}")
        found += [*base[at:begin], *text]
        at = end
    return "".join([*found, *base[at:]])


def _changed(base: list[str], side: list[str]) -> list[tuple[int, int, list[str]]]:
    """(from, to, instead) of every passage that a side has changed."""
    codes = SequenceMatcher(None, base, side, autojunk=False).get_opcodes()
    return [(i, j, side[k:m]) for tag, i, j, k, m in codes if tag != "equal"]
