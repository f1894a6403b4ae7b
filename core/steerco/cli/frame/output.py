"""The answers of commands: JSON or text on stdout, progress on stderr."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Sequence
from typing import Any

import click


def as_json(value: Any) -> str:
    """Return a value (Structs and dates among it) as JSON, indented, in the order in which it was made."""
    import msgspec

    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode()


def table(rows: Iterable[Sequence[object]], heads: Sequence[str] = ()) -> None:
    """Rows of text in columns."""
    lines = [[str(cell) for cell in row] for row in rows]
    if heads and lines:
        lines.insert(0, [head.upper() for head in heads])
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


class ProgressBar:
    """Shows the progress of long work on stderr: in place on a terminal, elsewhere a line every few seconds."""

    def __init__(self, what: str, every: float = 2.0) -> None:
        self.what, self.every = what, every
        self.terminal = sys.stderr.isatty()
        self.told = time.monotonic()
        self.said = ""

    def __call__(self, done: int, total: int, what: str = "") -> None:
        """``done`` of ``total``; ``what`` was the last step."""
        now, end = time.monotonic(), done >= total
        line = f"{self.what}: {done} of {total}{f' ({what})' if what and not end else ''}"
        if line == self.said or (now - self.told < (0.1 if self.terminal else self.every) and not (end and self.said)):
            return
        self.told, self.said = now, line
        if self.terminal:
            print(f"\r\033[K{line}", end="\n" if end else "", file=sys.stderr, flush=True)
        else:
            print(line, file=sys.stderr, flush=True)
