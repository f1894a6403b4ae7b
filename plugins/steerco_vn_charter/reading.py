"""Kinds of lines of a Vietnamese regulation, by their form; and the instrument's data in its text."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from steerco.extension.api import Basis, Paper

LETTERS = tuple("abcdđeghiklmnopqrstuvxy")
"""The order of points in Vietnamese regulations (Decree 30/2020/NĐ-CP, Appendix I, II.6.đ)."""

CHAPTER = re.compile(r"ch[uư][oơ]ng\s+([IVXLC]+|\d+)\b[.:]?\s*(.*)", re.IGNORECASE)
SECTION = re.compile(r"m[uụ]c\s+(\d+|[IVX]+)\b[.:]?\s*(.*)", re.IGNORECASE)
ARTICLE = re.compile(r"đ\s?i\s?ề\s?u\s+(\d+)\s*[.:]\s*(.*)", re.IGNORECASE)
CLAUSE = re.compile(r"(\d{1,2})\s*\.\s+(\S.*)")
POINT = re.compile(r"([a-zđ])\)\s*(.*)")
ITEM = re.compile(r"[-–—+•]\s+(\S.*)")

_REGULATIONS = {"quy che", "quy dinh", "noi quy", "dieu le"}
_CLOSING = re.compile(r"\./\.?\s*$")
_DAY = re.compile(r"ngày\s+(\d{1,2})\s+tháng\s+(\d{1,2})\s+năm\s+(\d{4})")
_MONTH = re.compile(r"tháng\s+(\d{1,2})\s+năm\s+(\d{4})")
_NUMBER = re.compile(r"(\d+(?:/\d{4})?/[A-ZĐ][A-ZĐa-z0-9-]*)")
_OWN_NUMBER = re.compile(r"^số\s*:\s*(.*)$", re.IGNORECASE)
ATTACHED = re.compile(r"\(\s*(?:ban hành\s+)?kèm theo quyết định (.*)", re.IGNORECASE)
_SYMBOL = re.compile(r"\S*/([A-ZĐ]+(?:-[A-ZĐa-z]+)+)")
_PLACE = re.compile(r"^([^,\d]{2,40}), ngày ")


def plain(line: str) -> str:
    """Return a line without Markdown, control characters and needless spaces."""
    line = "".join(c if c.isprintable() else " " for c in unicodedata.normalize("NFC", line))
    line = re.sub(r"^\s*#+\s*", "", line).replace("**", "").strip()
    line = re.sub(r"^\*(.*)\*$", r"\1", line)
    return re.sub(r"\s+", " ", line).strip()


def fold(text: str) -> str:
    """Small letters without marks, for telling what a misread word was."""
    marks = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return re.sub(r"[^a-z0-9 ]", "", "".join(c for c in marks if not unicodedata.combining(c))).strip()


def starts_regulation(line: str) -> bool:
    """Return whether the line is the title word of the attached regulation."""
    return line.upper() == line and fold(line) in _REGULATIONS


def closes(line: str) -> bool:
    """Return whether the line ends with the mark that closes a document: ``./.``."""
    return bool(_CLOSING.search(line))


def without_closing(line: str) -> str:
    """Return the line without that mark, its full stop kept."""
    return _CLOSING.sub(".", line)


def finished(text: str) -> bool:
    """Return whether a text ends as a sentence or an entry does."""
    return text.rstrip(" ”\"')").endswith((".", ";", ":", "!", "?"))


def starts_small(text: str) -> bool:
    """Return whether a text begins in the middle of a sentence."""
    first = next((c for c in text if c.isalnum()), "")
    return first.islower()


def paper(preamble: list[str], front: list[str], effect: str) -> Paper:
    """Return the instrument, from the lines before its first article, those of the regulation's title, and its article on
    effect."""
    numbers = [match[1] for line in preamble if (match := _OWN_NUMBER.match(line))]
    attached = " ".join(front)
    decision = ATTACHED.search(attached)
    number, unreadable = _number(numbers[0] if numbers else decision[1] if decision else "")
    lines = [line for line in preamble if not fold(line).startswith("can cu")]
    day = next((d for line in lines if _PLACE.match(line) and (d := _day(line))), None) or (
        _day(decision[1]) if decision else None
    )
    if decision and day is None:
        unreadable.append(f"date: {_tail(decision[1])}")
    place = next((match[1] for line in lines if (match := _PLACE.match(line))), "")
    signed = "ke tu ngay ky" in fold(effect)
    return Paper(
        number=number,
        title=_title(front),
        date=day,
        effective=day if signed else None,
        place=place,
        bases=tuple(_basis(text) for text in _bases(preamble)),
        unreadable=tuple(unreadable),
    )


def _number(text: str) -> tuple[str, list[str]]:
    """Return a number, or its symbol alone with what could not be read of it."""
    if match := _NUMBER.search(text):
        return match[1], []
    if match := _SYMBOL.search(text):
        return match[1], [f"number: {match[0]}"]
    return "", [f"number: {text}"] if text else []


def _title(front: list[str]) -> str:
    """Return the title of the regulation: what stands between its title word and the parenthesis that names the decision."""
    words = []
    for line in front:
        if line.startswith("("):
            break
        words.append(line)
    name = " ".join(words).capitalize() if len(words) == 1 else " ".join([words[0].capitalize(), *words[1:]]) if words else ""
    return re.sub(r"\s+", " ", name).strip()


def _day(text: str) -> date | None:
    match = _DAY.search(text)
    try:
        return date(int(match[3]), int(match[2]), int(match[1])) if match else None
    except ValueError:
        return None


def _bases(preamble: list[str]) -> list[str]:
    """Return the sentences that begin with the words for *pursuant to*, their wrapped lines joined."""
    sentences: list[str] = []
    for line in preamble:
        if fold(line).startswith("can cu"):
            sentences.append(line)
        elif sentences and line and not sentences[-1].endswith((";", ".", ",")):
            sentences[-1] = f"{sentences[-1]} {line}"
    return sentences


def _basis(text: str) -> Basis:
    title = re.sub(r"^\S+ \S+ ", "", text).rstrip(";., ")
    number = match[1] if (match := _NUMBER.search(title)) else title.split(" ngày ")[0]
    if day := _day(title):
        return Basis(number, title, day.isoformat())
    if match := _MONTH.search(title):
        day_text = title[: match.end()]
        at = day_text.rfind("ngày")
        return Basis(number, title, f"{match[2]}-{int(match[1]):02}", (f"day: {day_text[max(at, 0) :]}",) if at >= 0 else ())
    return Basis(number, title)


def _tail(text: str) -> str:
    at = text.find("ngày")
    return (text[at:] if at >= 0 else text).split(" của ")[0].rstrip(") ")
