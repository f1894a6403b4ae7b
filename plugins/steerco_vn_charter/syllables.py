"""Tests whether a word can be Vietnamese, so that a scan's misreadings are shown to a person. Nothing is ever corrected.

A Vietnamese syllable is an onset, a nucleus with one tone, and a coda; one that ends in p, t, c or ch bears the rising or the
heavy tone only.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_ONSET = "ngh|ng|nh|gh|gi|kh|ph|qu|th|tr|ch|b|c|d|đ|g|h|k|l|m|n|p|r|s|t|v|x"
_NUCLEUS = (
    "iêu|yêu|ươu|uôi|ươi|oai|oay|oeo|uây|uya|uyê|uyu|uê|uy|ươ|ưu|ưa|ưi|uô|uơ|ua|ui|oa|oă|oe|oi|ôi|ơi|oo|ia|iê|yê|iu|eo|êu|"
    "ao|au|ay|ai|âu|ây|uâ|a|ă|â|e|ê|i|o|ô|ơ|u|ư|y"
)
_SYLLABLE = re.compile(rf"(?:{_ONSET})?(?:{_NUCLEUS})(ch|ng|nh|c|m|n|p|t)?")
_TONES = {"\u0300", "\u0301", "\u0303", "\u0309", "\u0323"}
_STOPPED = {"\u0301", "\u0323"}
_WORD = re.compile(r"[^\W\d_]+")
_MIXED = re.compile(r"\S*[^\W\d_][,\"<>&|/][^\W\d_]\S*")
_SPLIT = re.compile(r"(?<!\S)([^\W\d_]) +([^\W\d_])(?!\w)")
_STRAY = re.compile(r"[•<>|&^~]")


def misread(line: str) -> list[str]:
    """Return the pieces of a line that a scan seems to have misread, in their order."""
    pieces = [m.group() for m in _MIXED.finditer(line) if not _joined(m.group())]
    if _STRAY.search(line) and not pieces:
        pieces.append(line.strip())
    pieces += [m.group() for m in _SPLIT.finditer(line) if not m.group().isascii() and can_be(m[1] + m[2])]
    pieces += [w for w in _WORD.findall(line) if _marked(w) and not can_be(w) and not any(w in f for f in pieces)]
    return list(dict.fromkeys(pieces))


@lru_cache(8192)
def can_be(word: str) -> bool:
    """Return whether a word can be one Vietnamese syllable."""
    tones: list[str] = []
    bare = ""
    for character in unicodedata.normalize("NFD", word.lower()):
        if character in _TONES:
            tones.append(character)
        else:
            bare += character
    fits = _SYLLABLE.fullmatch(unicodedata.normalize("NFC", bare))
    if fits is None or len(tones) > 1:
        return False
    stopped = fits.group(1) in ("c", "ch", "p", "t")
    return not stopped or (bool(tones) and tones[0] in _STOPPED)


def _marked(word: str) -> bool:
    """Small letters, or a mark of Vietnamese: abbreviations in capitals are left alone."""
    return len(word) > 1 and not word[1:].isupper() and any(ord(c) > 127 for c in word)


def _joined(piece: str) -> bool:
    """Numbers of documents and alternatives are written with a stroke: ``28/2018/QĐ-TTg``."""
    return bool(re.fullmatch(r"[\w.,;():-]+(/[\w.,;():-]+)+", piece)) and "," not in piece.strip(",.;:")
