"""What somebody may have meant by a word that nothing is called."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def did_you_mean(word: str, known: Iterable[str], *, most: int = 1, least: float = 0.6) -> str:
    """The known words that are most like this one, as a question, each once; empty where none is (``least``: how like)."""
    close = get_close_matches(word, sorted(set(known)), most, least)
    return f"did you mean {', '.join(map(repr, close))}?" if close else ""
