"""Suggestions for a misspelt word."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def did_you_mean(word: str, known_words: Iterable[str], *, most: int = 1, least: float = 0.6) -> str:
    """Return the ``most`` closest known words as a question; empty if none is as similar as ``least`` (0 to 1)."""
    close = get_close_matches(word, sorted(set(known_words)), most, least)
    return f"did you mean {', '.join(map(repr, close))}?" if close else ""
