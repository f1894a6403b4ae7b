"""Titles made from a text, for records that people need not name."""

from __future__ import annotations

LONGEST = 500
"""How long a title may be, in characters."""


def first_line(text: str) -> str:
    """Return the first line of a text, cut to the length of a title."""
    first = text.strip().splitlines()[0].strip() if text.strip() else text
    return first if len(first) <= LONGEST else first[: LONGEST - 1] + "…"
