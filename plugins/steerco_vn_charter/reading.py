"""Kinds of lines of a Vietnamese regulation, by their form."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

LETTERS = tuple("abcdđeghiklmnopqrstuvxy")
"""The order of points in Vietnamese regulations (Decree 30/2020/NĐ-CP, Appendix I, II.6.đ)."""

CHAPTER = re.compile(r"ch[uư][oơ]ng\s+([IVXLC]+|\d+)\b[.:]?\s*(?:[-–—]\s+)?(.*)", re.IGNORECASE)
SECTION = re.compile(r"m[uụ]c\s+(\d+|[IVX]+)\b[.:]?\s*(?:[-–—]\s+)?(.*)", re.IGNORECASE)
ARTICLE = re.compile(r"đ\s?i\s?ề\s?u\s+(\d+(?:(?:\.\d+)?\.[A-ZĐ]{1,3}(?:\.\d+)+|[a-zđ])?)\s*[.:]\s*(.*)", re.IGNORECASE)
"""``Điều 7.``, ``Điều 7a.`` and the numbers of a codified law, ``Điều 1.9.NĐ.2.4.``"""
BARE_ARTICLE = re.compile(r"đ\s?i\s?ề\s?u\s+(\d+)$", re.IGNORECASE)
"""The number alone; the title follows on a line of its own."""
CLAUSE = re.compile(r"(\d{1,2})\s*\.\s+(\S.*)")
SUBCLAUSE = re.compile(r"(\d{1,2})\.(\d{1,2})\.?\s+(\S.*)")
POINT = re.compile(r"(?:[-–—+•]\s*)?([a-zđ])\)\s*(.*)")
ITEM = re.compile(r"[-–—+•]\s+(\S.*)")
ATTACHED = re.compile(r"\(\s*(?:ban hành\s+)?kèm theo (?:quyết định|nghị định|nghị quyết|thông tư) (.*)", re.IGNORECASE)
ANNEX = re.compile(r"ph[uụ] l[uụ]c(\s+([IVX]+|\d+))?\s*[.:]?$", re.IGNORECASE)
_PAGE = re.compile(r"(?:trang\s+)?\W*\d{1,3}(?:\s*/\s*\d{1,3})?[^\w.)]*", re.IGNORECASE)
_RULE = re.compile(r"(?:[-–—_=*]\s*){3,}")
_SIGNED_FOR = re.compile(r"(?:TM|KT|TL|TUQ|Q)\.\s+\S")
_LOOKALIKES = str.maketrans({"\u00d0": "Đ", "\u00f0": "đ", "\u0189": "Đ"})
_REGULATIONS = ("quy che", "quy dinh", "noi quy", "dieu le")
_CLOSING = re.compile(r"\./\.?\s*$")
_PASTED = re.compile(
    r"(?<=[.;:]) (?=(?:Điều \d+[.:] |Chương [IVXLC]+\b|\d{1,2}\. [A-ZĐÀ-Ỹ]|[a-zđ]\) [A-ZĐÀ-Ỹ]))|(?<=\S) (?=Điều \d+\. [A-ZĐÀ-Ỹ])"
)
PASTED_FROM = 600
"""Characters from which a line is taken for a text that lost its line breaks."""


def plain(line: str) -> str:
    """Return a line without Markdown, control characters and needless spaces, the look-alikes of Đ and đ as these letters."""
    line = "".join(c if c.isprintable() else " " for c in unicodedata.normalize("NFC", line)).translate(_LOOKALIKES)
    line = re.sub(r"^\s*#+\s*", "", line).replace("**", "").strip()
    line = re.sub(r"^\*(.*)\*$", r"\1", line)
    return re.sub(r"\s+", " ", line).strip()


def lookalikes(text: str) -> int:
    """Return how many letters stand for Đ or đ and are none of them (OCR and old keyboards write Ð, U+00D0)."""
    return sum(chr(letter) in text and text.count(chr(letter)) for letter in _LOOKALIKES)


def pieces(line: str) -> list[str]:
    """Return the parts of a line that lost its line breaks; an ordinary line is one."""
    return _PASTED.split(line) if len(line) >= PASTED_FROM else [line]


def fold(text: str) -> str:
    """Small letters without marks, for telling what a misread word was."""
    marks = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return re.sub(r"[^a-z0-9 ]", "", "".join(c for c in marks if not unicodedata.combining(c))).strip()


def article(line: str) -> tuple[str, str] | None:
    """Return number and title of a line that begins an article."""
    if match := ARTICLE.match(line):
        return match[1], match[2]
    bare = BARE_ARTICLE.match(line)
    return (bare[1], "") if bare else None


def regulation_start(lines: Sequence[str]) -> int | None:
    """Return the index of the line with which a regulation attached to a decision begins, or its title where it stands alone.

    Of a decision and its regulation both count their articles from 1: the title stands between the two.
    """
    firsts = [n for n, line in enumerate(lines) if (found := article(line)) and found[0] == "1"]
    if len(firsts) > 1:
        between = range(firsts[0] + 1, firsts[1])
        titled = [n for n in between if _titles(lines, n)]
        if titled:
            return titled[0]
        chapters = [n for n in between if CHAPTER.match(lines[n])]
        return chapters[0] if chapters else firsts[1]
    before = range(firsts[0] if firsts else len(lines))
    return next((n for n in before if _titles(lines, n)), None)


def untitled_start(lines: Sequence[str], start: int | None) -> bool:
    """Return whether a second count of articles begins where no title of a regulation stands."""
    firsts = [n for n, line in enumerate(lines) if (found := article(line)) and found[0] == "1"]
    return start is not None and len(firsts) > 1 and not _titles(lines, start)


def _titles(lines: Sequence[str], n: int) -> bool:
    """Return whether line ``n`` is the title of a regulation: in capitals, or with the decision named just below it."""
    if not fold(lines[n]).startswith(_REGULATIONS):
        return False
    if lines[n].upper() == lines[n]:
        return True
    below = list(_below(lines, n + 1, 4))
    return any(ATTACHED.match(line) for line in below)


def _below(lines: Sequence[str], start: int, most: int) -> Iterator[str]:
    said = (line for line in lines[start:] if line)
    yield from (line for _, line in zip(range(most), said, strict=False))


def closes(line: str) -> bool:
    """Return whether the line ends with the mark that closes a document: ``./.``."""
    return bool(_CLOSING.search(line))


def without_closing(line: str) -> str:
    """Return the line without that mark, its full stop kept."""
    return _CLOSING.sub(".", line)


def is_page(line: str) -> bool:
    """Return whether a line is the number of a page and nothing else, or a rule across it."""
    return bool(_RULE.fullmatch(line) or (_PAGE.fullmatch(line) and any(c.isdigit() for c in line)))


def signs(line: str) -> bool:
    """Return whether a line begins the block of signatures: ``TM.``, ``KT.``, ``TL.``, ``TUQ.``, ``Q.``"""
    return bool(_SIGNED_FOR.match(line)) and line.upper() == line


def finished(text: str) -> bool:
    """Return whether a text ends as a sentence or an entry does."""
    return text.rstrip(" ”\"')").endswith((".", ";", ":", "!", "?"))


def starts_small(text: str) -> bool:
    """Return whether a text begins in the middle of a sentence."""
    first = next((c for c in text if c.isalnum()), "")
    return first.islower()
