"""A chart of bars against a target, as numbers from which a template draws an SVG. It says nothing that its table does not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

WIDE, ROW, TOP = 640, 44, 26
"""The width of the drawing, the height of a bar with its name, and the room above for the target, in units of the drawing."""
ROOM = 90
"""What is left on the right for the figure of the longest bar."""


class Bar(NamedTuple):
    """One bar: whose it is, its number, that number in words, and whether it reaches the target (None: there is none)."""

    name: str
    number: float
    text: str
    good: bool | None


class Drawn(NamedTuple):
    """A bar with its place."""

    bar: Bar
    y: int
    width: float


class Chart(NamedTuple):
    """The drawing: its size, its bars, and the line of the target with its words (None: there is no target)."""

    width: int
    height: int
    bars: tuple[Drawn, ...]
    target: float | None
    words: str


def chart(bars: Sequence[Bar], target: float | None, words: str, least: float = 0.0) -> Chart:
    """Return the drawing of these bars. ``least``: the scale reaches at least so far; a number below 0 has no length."""
    longest = max(least, target or 0.0, *(bar.number for bar in bars)) or 1.0
    scale = (WIDE - ROOM) / longest
    drawn = tuple(Drawn(bar, TOP + at * ROW, round(max(bar.number, 0.0) * scale, 1)) for at, bar in enumerate(bars))
    return Chart(WIDE, TOP + len(bars) * ROW, drawn, None if target is None else round(max(target, 0.0) * scale, 1), words)
