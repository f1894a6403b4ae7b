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

from steerco.changes.row_text import Identity, identified, whole, with_rows_of

Table = dict[str, Any]
_MISSING: Any = object()
_COMMENT = re.compile(r"#[^\n]*")


class BothChanged(Exception):
    """Both sides changed the same thing; ``where`` names it."""

    def __init__(self, where: str) -> None:
        super().__init__(f"{where} was changed on both sides")
        self.where = where


def merged(path: str, was: str, there: str, here: str) -> str:
    """Return the text that stands here with what changed from ``was`` to ``there``. Raises ``BothChanged``."""
    if here == there or there == was:
        return here
    if here == was and not Counter(_COMMENT.findall(here)) - Counter(_COMMENT.findall(there)):
        return there  # the other side kept every comment, so its text is the whole truth
    if not path.endswith(".toml"):
        return _lines(path, was, there, here)
    return _toml(path, was, there, here)


def same_values(path: str, one: str, other: str) -> bool:
    """Return whether two texts of a file differ at most in comments, blanks and order of keys."""
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
        before, after = tomllib.loads(was), tomllib.loads(there)
        wanted = tomllib.loads(here)
        document = tomlkit.parse(with_rows_of(here, before, there))
    except (tomllib.TOMLDecodeError, tomlkit.exceptions.ParseError) as error:
        raise BothChanged(f"{path} (which cannot be read: {error})") from None
    _table(wanted, before, after, path)
    _table(document, before, after, path)
    text = tomlkit.dumps(document)
    if _by_name(tomllib.loads(text)) != _by_name(wanted):  # the tables stand in an order that cannot be edited in place
        raise BothChanged(path)
    return text


def _by_name(value: Any) -> Any:
    """Return the value with its rows by name, so that their order does not count."""
    if isinstance(value, dict):
        return {key: _by_name(item) for key, item in value.items()}
    if isinstance(value, list):
        identity = identified(value) if value else None
        return {identity(row): _by_name(row) for row in value} if identity else [_by_name(item) for item in value]
    return value


def _table(here: Any, was: Mapping[str, Any], there: Mapping[str, Any], where: str) -> None:
    """Bring to ``here`` (tomlkit's or plain) what changed from ``was`` to ``there``."""
    for key in dict.fromkeys([*was, *there]):
        before, after, now = was.get(key, _MISSING), there.get(key, _MISSING), _plain(here.get(key, _MISSING))
        if before == after or now == after:
            continue
        place = f"{where}: {key}"
        if isinstance(before, dict) and isinstance(after, dict) and isinstance(now, dict):
            _table(here[key], before, after, place)
        elif identity := identified(before, after, now):
            _rows(here[key], before, after, place, identity)
        elif now != before:
            raise BothChanged(place)
        elif after is _MISSING:
            _forget_remark(here, key)
            del here[key]
        else:
            here[key] = after


def _rows(here: Any, was: list[Table], there: list[Table], where: str, identity: Identity) -> None:
    before, after = {identity(row): row for row in was}, {identity(row): row for row in there}
    names = {identity(_plain(row)) for row in here}
    if (
        identity is whole
        and before.keys() - after.keys() - names
        and names - before.keys()
        and after.keys() - before.keys() - names
    ):
        raise BothChanged(where)  # a row without a name went on both sides, and each has another in its place
    for name in dict.fromkeys([*before, *after]):
        old, new = before.get(name, _MISSING), after.get(name, _MISSING)
        at = next((index for index, row in enumerate(here) if identity(_plain(row)) == name), None)
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


def _forget_remark(here: Any, key: str) -> None:
    """Take away the comment right above a key that goes: it would stand above the next one."""
    body = getattr(here if hasattr(here, "body") else getattr(here, "value", None), "body", None)
    at = next((index for index, (name, _) in enumerate(body or ()) if name is not None and name.key == key), 0)
    while body and at and isinstance(body[at - 1][1], tomlkit.items.Comment):
        at -= 1
        body[at] = (None, tomlkit.items.Null())


def _plain(value: Any) -> Any:
    return value.unwrap() if hasattr(value, "unwrap") else value


def _lines(path: str, was: str, there: str, here: str) -> str:
    """Line by line: each side's changes, as long as they do not touch one another."""
    base, theirs, ours = was.splitlines(True), there.splitlines(True), here.splitlines(True)
    our_changes = _changed(base, ours)
    output, at = list[str](), 0
    for begin, end, text in sorted([*our_changes, *(change for change in _changed(base, theirs) if change not in our_changes)]):
        if output and begin <= at:
            raise BothChanged(f"{path}:{begin + 1}")
        output += [*base[at:begin], *text]
        at = end
    return "".join([*output, *base[at:]])


def _changed(base: list[str], side: list[str]) -> list[tuple[int, int, list[str]]]:
    """(from, to, instead) of every passage that a side has changed."""
    codes = SequenceMatcher(None, base, side, autojunk=False).get_opcodes()
    return [(i, j, side[k:m]) for tag, i, j, k, m in codes if tag != "equal"]
