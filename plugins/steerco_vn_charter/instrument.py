"""The data of a decision: number, day, issuer, legal bases, proposer, recipients, what it replaces; each with its lines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import takewhile

from msgspec import Struct

from steerco.extension.api import Basis, Paper, Placed, Replaced
from steerco_vn_charter.reading import ATTACHED, fold

Line = tuple[int, str]
"""A line of the source with its number, counted from 1."""

_DAY = re.compile(r"ngày\s+(\d{1,2})\s+tháng\s+(\d{1,2})\s+năm\s+(\d{4})")
_MONTH = re.compile(r"tháng\s+(\d{1,2})\s+năm\s+(\d{4})")
_NUMBER = re.compile(r"(\d+(?:/\d{4})?/[A-ZĐ][A-ZĐa-z0-9-]*)")
_OWN_NUMBER = re.compile(r"^số\s*:\s*(.*)$", re.IGNORECASE)
_SYMBOL = re.compile(r"\S*/([A-ZĐ]+(?:-[A-ZĐa-z]+)+)")
_PLACE = re.compile(r"^([^,\d]{2,40}), ngày ")
_REPLACED = re.compile(r"quyết định số\s+(\S+?/\S+?)[,;.]?\s+ngày\s+(\d{1,2}\s+tháng\s+\d{1,2}\s+năm\s+\d{4})", re.IGNORECASE)
_BASES = ("can cu", "thuc hien", "xet")
_PROPOSED = ("theo de nghi cua", "xet de nghi cua")


class Preamble(Struct, frozen=True):
    """The lines before the first article, in blocks as blank lines part them; of the decision and of the regulation's title."""

    blocks: Sequence[Sequence[Line]]
    front: Sequence[Line]
    recipients: Sequence[Line]
    effect: str


def instrument(about: Preamble, attached: bool) -> tuple[Paper, list[Placed]]:
    """Return the instrument and where each line of the preamble went; lines that are no field of it are left over."""
    fields = _fields(about.blocks)
    numbers = [match[1] for _, line in fields["id"] if (match := _OWN_NUMBER.match(line))]
    front = " ".join(line for _, line in about.front)
    decision = ATTACHED.search(front)
    number, unreadable = _number(numbers[0] if numbers else decision[1] if decision else "")
    day = next((d for _, line in fields["date"] if (d := _day(line))), None) or (_day(decision[1]) if decision else None)
    if decision and day is None:
        unreadable.append(f"date: {_tail(decision[1])}")
    own = [line for _, line in about.front]
    title = list(takewhile(lambda line: not line.startswith("("), own)) if attached else [line for _, line in fields["title"]]
    signed = bool(re.search(r"hieu luc (?:thi hanh )?(?:ke )?tu ngay (?:ky|ban hanh)|ke tu ngay ky", fold(about.effect)))
    found = Paper(
        number=number,
        title=_title(title),
        date=day,
        effective=day if signed else None,
        issuer=_joined(fields["issuer"]),
        place=next((match[1] for _, line in fields["date"] if (match := _PLACE.match(line))), ""),
        bases=tuple(_basis(text) for text in _sentences(fields["legal_bases"], _BASES)),
        proposers=tuple(_proposer(text) for text in _sentences(fields["proposers"], _PROPOSED)),
        recipients=tuple(re.sub(r"^[-–—+•]\s*", "", line).rstrip(";. ") for _, line in about.recipients),
        supersedes=tuple(_replaced(about.effect)),
        unreadable=tuple(unreadable),
    )
    placed = [Placed(n, "instrument" if field else "left-over", field) for field, lines in fields.items() for n, _ in lines]
    placed += [Placed(n, "instrument", "title") for n, _ in about.front]
    return found, placed + [Placed(n, "instrument", "recipients") for n, _ in about.recipients]


def _fields(blocks: Sequence[Sequence[Line]]) -> dict[str, list[Line]]:
    """Return the lines of a preamble by the field that they fill; under "" those that fill none."""
    fields: dict[str, list[Line]] = {name: [] for name in ("id", "date", "title", "issuer", "legal_bases", "proposers", "")}
    based = next((n for n, block in enumerate(blocks) if fold(block[0][1]).startswith("can cu")), len(blocks))
    titled = next((n for n, block in enumerate(blocks[:based]) if any(_begins_title(line) for _, line in block)), None)
    issuer = based - 1 if titled is not None and based - 1 > titled and based < len(blocks) else None
    state = ""
    for n, block in enumerate(blocks):
        for line in block:
            folded = fold(line[1])
            if _OWN_NUMBER.match(line[1]):
                state = "id"
            elif _PLACE.match(line[1]):
                state = "date"
            elif folded.startswith(_PROPOSED):
                state = "proposers"
            elif folded.startswith("can cu") or (n >= based and folded.startswith(_BASES)):
                state = "legal_bases"
            elif n == issuer:
                state = "issuer"
            elif titled is not None and titled <= n < based and (state == "title" or _begins_title(line[1])):
                state = "title"
            elif state not in ("legal_bases", "proposers") or _complete(fields[state]) or folded == "quyet dinh":
                state = ""
            fields[state].append(line)
    return fields


def _begins_title(line: str) -> bool:
    return fold(line).startswith("quyet dinh")


def _complete(lines: Sequence[Line]) -> bool:
    return bool(lines) and lines[-1][1].endswith((";", ".", ",", ":"))


def _joined(lines: Sequence[Line]) -> str:
    return re.sub(r"\s+", " ", " ".join(line for _, line in lines)).strip()


def _number(text: str) -> tuple[str, list[str]]:
    """Return a number, or its symbol alone with what could not be read of it."""
    if match := _NUMBER.search(text):
        return match[1], []
    if match := _SYMBOL.search(text):
        return match[1], [f"number: {match[0]}"]
    return "", [f"number: {text}"] if text else []


def _title(lines: Iterable[str]) -> str:
    """Return the title as it stands, its lines joined."""
    return re.sub(r"\s+", " ", " ".join(lines)).strip()


def _day(text: str) -> date | None:
    match = _DAY.search(text)
    try:
        return date(int(match[3]), int(match[2]), int(match[1])) if match else None
    except ValueError:
        return None


def _sentences(lines: Sequence[Line], begin: tuple[str, ...]) -> list[str]:
    """Return the sentences that begin with one of these words, their wrapped lines joined."""
    sentences: list[str] = []
    for _, line in lines:
        if fold(line).startswith(begin) or not sentences:
            sentences.append(line)
        else:
            sentences[-1] = f"{sentences[-1]} {line}"
    return sentences


def _proposer(text: str) -> str:
    """Return who proposed the decision, without the words for *at the proposal of*."""
    return re.sub(r"^\S+ \S+ \S+ \S+ ", "", text).rstrip(";., ")


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


def _replaced(effect: str) -> Iterable[Replaced]:
    """Yield the decisions that the article on effect replaces, where their day is legible."""
    at = fold(effect).find("thay the")
    if at < 0:
        return
    for match in _REPLACED.finditer(effect[effect.lower().find("thay thế") :]):
        if day := _day(f"ngày {match[2]}"):
            yield Replaced(match[1], day)


def _tail(text: str) -> str:
    at = text.find("ngày")
    return (text[at:] if at >= 0 else text).split(" của ")[0].rstrip(") ")
