"""The part that a line of an English charter begins: an article, a section, a numbered or lettered part, a heading, an entry
of a list."""

from __future__ import annotations

import re
import unicodedata

from msgspec import Struct

_NUMBER = r"(?P<value>\d+(?:\.\d+)*|[IVXLC]+|[A-Z])"
_WORDS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
_NAMED = {
    "chapter": re.compile(rf"(?:chapter|part|title)\s+{_NUMBER}\b(?P<rest>.*)", re.IGNORECASE),
    "article": re.compile(rf"(?:article|rule|bylaw)\s+(?:{_NUMBER}|(?P<word>{'|'.join(_WORDS)}))\b(?P<rest>.*)", re.IGNORECASE),
    "section": re.compile(rf"(?:section|sec\.|§+)\s*{_NUMBER}(?P<rest>(?:\W.*)?$)", re.IGNORECASE),
}
_COUNTED = (
    ("decimal", re.compile(r"(?P<value>\d+(?:\.\d+)+)[.)]?\s+(?P<rest>\S.*)")),
    ("number", re.compile(r"(?P<value>\d{1,3})[.)]\s+(?P<rest>\S.*)")),
    ("upper-roman", re.compile(r"(?P<value>[IVX]+)\.\s+(?P<rest>\S.*)")),
    ("upper", re.compile(r"\(?(?P<value>[A-Z])[.)]\s+(?P<rest>\S.*)")),
    ("roman", re.compile(r"\((?P<value>[ivx]{2,}|[ivx])\)\s*(?P<rest>\S.*)")),
    ("letter", re.compile(r"\(?(?P<value>[a-z]{1,2})[.)]\s+(?P<rest>\S.*)")),
    ("paren", re.compile(r"\((?P<value>\d{1,2})\)\s*(?P<rest>\S.*)")),
    ("bullet", re.compile(r"[*+•▪–—-]\s+(?P<rest>\S.*)")),
)
_HEADING = re.compile(r"(#{1,6})\s+(.*?)\s*#*$")
_PAGE = re.compile(r"(?:page\s+)?\W*\d{1,4}(?:\s*(?:/|of)\s*\d{1,4})?[^\w.)]*", re.IGNORECASE)
_RULE = re.compile(r"(?:[-*_]\s*){3,}|=+|\|?(?:\s*:?-{2,}:?\s*\|)+\s*(?:-+)?")
_FOOTNOTE = re.compile(r"\s*(?:<a\s+name=\"?(?:foot|fn)|\[\^[^\]]+\]:)", re.IGNORECASE)
RANKS = {"chapter": 0.5, "article": 1.0, "section": 2.0}
"""What stands above what, whatever came first; the rest nests as it is met."""


class Beginning(Struct, frozen=True):
    """The beginning of a part: its kind, its number as written ("" where it has none), and the words behind it."""

    kind: str
    value: str
    rest: str

    @property
    def rank(self) -> float:
        """The place in the order of headings; infinite for parts that nest as they are met."""
        if self.kind.startswith("heading"):
            return max(0.1, float(self.kind[-1]) - 1)
        return RANKS.get(self.kind, float("inf"))


def plain(line: str) -> str:
    """Return a line without Markdown's marks of emphasis, links, notes and tags; its words as they are."""
    line = "".join(c if c.isprintable() or c == "\t" else " " for c in unicodedata.normalize("NFC", line))
    line = re.sub(r"<sup>.*?</sup>|\[\^[^\]]+\]|<!--.*?-->", "", line)
    line = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", line)
    line = re.sub(r"</?[a-zA-Z][^>]*>|\*\*|__|`", "", line)
    line = re.sub(r"(?<!\w)[*_](\S(?:[^*_]*\S)?)[*_](?!\w)", r"\1", line)
    return re.sub(r"\s+", " ", line).strip()


def mark(line: str) -> Beginning | None:
    """Return what ``line`` begins, or None where it is text."""
    if heading := _HEADING.match(line.strip()):
        words = plain(heading[2])
        inner = _named(words) or _counted(words)
        if inner and inner.kind != "bullet":
            kind = inner.kind if inner.kind in RANKS else f"heading{len(heading[1])}"
            return Beginning(kind, inner.value, inner.rest)
        return Beginning(f"heading{len(heading[1])}", "", words)
    bullet = re.match(r"(\s*)[*+-]\s+", line)
    words = plain(re.sub(r"^(\s*)\*\s+", r"\1- ", line))
    found = _named(words) or _counted(words)
    if found and found.kind == "bullet" and bullet:
        return Beginning(f"bullet{min(len(bullet[1].expandtabs(4)) // 2, 4)}", "", found.rest)
    return found


def _named(words: str) -> Beginning | None:
    for kind, pattern in _NAMED.items():
        if match := pattern.fullmatch(words):
            value = match["value"] or str(_WORDS.index(match["word"].lower()) + 1)
            rest = match["rest"].strip()
            if rest and rest[0].isalpha() and rest[0].islower():
                return None  # "Section 3 applies to …": a sentence
            return Beginning(kind, value, rest.lstrip(".:-–— ").strip())
    return None


def _counted(words: str) -> Beginning | None:
    for kind, pattern in _COUNTED:
        if match := pattern.fullmatch(words):
            value = match["value"] if "value" in pattern.groupindex else ""
            return Beginning(kind, value, match["rest"])
    return None


def left_over(line: str) -> bool:
    """Return whether a line is no text of the charter: a rule, a page number."""
    words = line.strip()
    return bool(_RULE.fullmatch(words) or (_PAGE.fullmatch(words) and any(c.isdigit() for c in words)))


def tabular(line: str) -> bool:
    """Return whether a line is a row of a table: cells between strokes, or parted by tabs."""
    words = line.strip()
    return (words.startswith("|") and words.count("|") > 2) or len([cell for cell in words.split("\t") if cell.strip()]) > 2


def footnote(line: str) -> bool:
    """Return whether a footnote begins."""
    return bool(_FOOTNOTE.match(line))


def heads(line: str, before: str, after: str) -> bool:
    """Return whether a line of plain prose is a heading: short, no sentence, alone, or underlined."""
    words = line.strip()
    if re.fullmatch(r"=+|-+", after.strip()) and len(after.strip()) > 2 and words and not before.strip():
        return True
    alone = not before.strip() and (not after.strip() or words.upper() == words)
    short = 0 < len(words) <= 70 and len(words.split()) <= 9 and words[0].isupper()
    return alone and short and not words.endswith((".", ";", ",", "!", "?", ":"))
