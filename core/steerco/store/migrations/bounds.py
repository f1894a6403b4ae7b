"""Bounds of a plugin's migrations: they may change the plugin's own tables, and no others.

Every statement is parsed before it is sent. A statement with a foreign target, or one that cannot be parsed, is refused, and the
whole upgrade is undone. So a version that was written for the wrong tables, or moved into the wrong folder, drops nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from typing import Any

from sqlalchemy import Connection, event

from steerco.store.migration_lines import MigrationLine, OutOfBounds

_TOKEN = re.compile(
    r"""--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`|\[[^\]]*\]|[A-Za-z_\x80-\uffff][\w$]*|\S""", re.DOTALL
)
_READS = {"SELECT", "WITH", "VALUES", "SHOW", "EXPLAIN", "PRAGMA", "SAVEPOINT", "RELEASE"}
_WRITES = {"INSERT", "UPDATE", "DELETE", "MERGE", "INTO"}
_KINDS = {"CREATE": ("TABLE", "INDEX"), "DROP": ("TABLE", "INDEX"), "ALTER": ("TABLE", "INDEX"), "TRUNCATE": ("TABLE",)}
_FILLERS = {"IF", "NOT", "EXISTS", "ONLY", "CONCURRENTLY", "UNIQUE", "TEMP", "TEMPORARY", "TABLE", "INDEX"}
_TEMPORARY = "_alembic_tmp_"
"""The prefix of a SQLite table while Alembic rebuilds it."""
_NAMED = ("ix_", "uq_", "ck_", "fk_", "pk_")


@contextmanager
def bounded(connection: Connection, line: MigrationLine) -> Iterator[None]:
    """Let the connection change only the tables of ``line``. The program's own line is not bounded.

    Raises :class:`OutOfBounds` instead of sending any other change.
    """
    if not line.prefix:
        yield
        return

    def check(_connection: Connection, _cursor: Any, sql: str, *_: Any) -> None:
        if (wrong := beyond(sql, line)) is not None:
            raise OutOfBounds(line, wrong)

    event.listen(connection, "before_cursor_execute", check)
    try:
        yield
    finally:
        event.remove(connection, "before_cursor_execute", check)


def beyond(sql: str, line: MigrationLine) -> str | None:
    """Return the fault of an SQL text for a plugin's migration, or None if it changes the plugin's own tables alone."""
    for words in _statements(sql):
        targets = list(_targets(words))
        if not targets:
            if _reads(words):
                continue
            return f"holds a statement that cannot be checked: {' '.join(words)[:80]}"
        foreign = [name for name in targets if not _holds(line, name)]
        if foreign:
            return f"would {words[0].lower()} {', '.join(foreign)}"
    return None


def _reads(words: list[str]) -> bool:
    """Return whether a statement without a target changes nothing."""
    verb = words[0].upper()
    return verb in _READS and not _WRITES.intersection(word.upper() for word in words) and not (verb == "PRAGMA" and "=" in words)


def _holds(line: MigrationLine, name: str) -> bool:
    bare = name.removeprefix(_TEMPORARY)
    return line.holds(next((bare.removeprefix(mark) for mark in _NAMED if bare.startswith(mark)), bare))


def _statements(sql: str) -> Iterator[list[str]]:
    """Yield the words of each statement, without comments and texts."""
    words: list[str] = []
    for token in [*_TOKEN.findall(sql), ";"]:
        if token == ";":
            if words:
                yield words
            words = []
        elif token[:2] not in ("--", "/*") and token[0] != "'":
            words.append(token)


def _targets(words: list[str]) -> Iterator[str]:
    """Yield the tables and indexes that a statement changes; none where it changes nothing, or cannot be read."""
    verb, plain = words[0].upper(), [word.upper() for word in words]
    if verb in _KINDS:
        kind = next((word for word in plain[1:4] if word not in _FILLERS - {"TABLE", "INDEX"}), "")
        if kind not in _KINDS[verb] and verb != "TRUNCATE":
            return
        if verb == "CREATE" and kind == "INDEX":
            yield from _names(words, plain.index("ON") + 1) if "ON" in plain else ()
            return
        yield from _names(words, 1)
        if verb == "ALTER" and ("RENAME", "TO") in pairwise(plain):
            yield from _names(words, plain.index("RENAME") + 2)
    elif verb in ("INSERT", "DELETE", "UPDATE"):
        word = {"INSERT": "INTO", "DELETE": "FROM"}.get(verb, verb)
        if word in plain:
            yield from _names(words, plain.index(word) + 1)


def _names(words: list[str], at: int) -> Iterator[str]:
    """Yield the names that stand from a place on, with commas between: of one with its schema, the last part."""
    while at < len(words) and words[at].upper() in _FILLERS:
        at += 1
    while at < len(words):
        name = words[at].strip('"`[]')
        while words[at + 1 : at + 2] == ["."] and at + 2 < len(words):
            at += 2
            name = words[at].strip('"`[]')
        yield name
        if words[at + 1 : at + 2] != [","]:
            return
        at += 2
