"""Texts as people type them when they look for something: with or without marks, in small letters or capitals."""

from __future__ import annotations

import re
from unicodedata import combining, normalize

_STROKE = str.maketrans({"\u0111": "d", "\u0335": ""})
_words = re.compile(r"[^\W_]+")


def plain(text: str) -> str:
    """Return a text composed (NFC) and in small letters, its marks kept."""
    return normalize("NFC", text).casefold()


def folded(text: str) -> str:
    """Return a text in small letters without marks: ``angstrom`` of ``Ångström``."""
    bare = "".join(character for character in normalize("NFD", text.casefold()) if not combining(character))
    return normalize("NFC", bare.translate(_STROKE))


def words(text: str) -> list[str]:
    """Return the words of a text that is plain or folded."""
    return _words.findall(text)


def holds(text: str, sought: str) -> bool:
    """Return whether each word sought begins a word of the text, marks aside."""
    there = words(folded(text))
    return all(any(word.startswith(each) for word in there) for each in words(folded(sought)))


def exact(text: str, sought: str) -> bool:
    """Return whether each word sought begins a word of the text with the marks that were typed."""
    there = words(plain(text))
    return all(any(word.startswith(each) for word in there) for each in words(plain(sought)))
