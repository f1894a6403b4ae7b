"""The parser of English charters: articles and sections, numbers and letters, Markdown, prose with headings."""

from __future__ import annotations

import re
from datetime import date

from msgspec import Struct, field

from steerco.extension.api import Paper, Parsed, Placed, Unsure
from steerco_en_charter.marks import Beginning, footnote, heads, left_over, mark, plain, tabular
from steerco_en_charter.tree import CharterPart, PartTree

_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_DAY = re.compile(
    rf"(?P<iso>\d{{4}}-\d\d-\d\d)|(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\s+(?P<m>{'|'.join(_MONTHS)}),?\s+(?P<y>\d{{4}})"
    rf"|(?P<m2>{'|'.join(_MONTHS)})\s+(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y2>\d{{4}})",
    re.IGNORECASE,
)
_DAY_NEAR = rf"\b[^.\n]{{0,40}}?(?={_DAY.pattern})"
_ADOPTED = re.compile(r"\b(?:adopted|approved|ratified|dated|issued)" + _DAY_NEAR, re.IGNORECASE)
_EFFECTIVE = re.compile(r"\b(?:effective|in force|enters? into force|takes? effect)" + _DAY_NEAR, re.IGNORECASE)
_FOREIGN = 0.02


class EnglishCharter(Struct, frozen=True):
    """Reads charters in English and other texts with headings (``api.CharterParser``)."""

    name: str = "steerco_en_charter"
    language: str = "en"

    def reads(self, text: str) -> bool:
        """Return whether the text has two parts with a number or a heading, and few letters that English does not have."""
        letters = [c for c in text if c.isalpha()]
        if not letters or sum(ord(c) > 127 for c in letters) > _FOREIGN * len(letters):
            return False
        lines = text.split("\n")
        marked = sum(_mark(lines, n) is not None for n in range(len(lines)))
        return marked > 1

    def parse(self, text: str) -> Parsed:
        """Return the charter in ``text``, as far as it can be read."""
        reader = _EnglishReader()
        lines = text.split("\n")
        for number in range(len(lines)):
            reader.take(lines, number)
        return reader.parsed(text)


class _EnglishReader(Struct):
    """Goes through a text line by line."""

    tree: PartTree = field(default_factory=PartTree)
    title: str = ""
    titled: list[int] = field(default_factory=list)
    left: list[int] = field(default_factory=list)
    gap: bool = True
    note: bool = False
    table: bool = False

    def take(self, lines: list[str], at: int) -> None:
        """Take one line of the source; ``at`` counts from 0."""
        line, number = lines[at], at + 1
        if not line.strip():
            self.gap, self.note, self.table = True, False, False
            return
        if tabular(line) and not self.table:
            message = "a table: its cells stand one after another in the clause; compare it, and write it as sentences"
            self.tree.unsure.append(Unsure(number, "table", message))
        self.table = self.table or tabular(line)
        if footnote(line) or self.note:
            self.note = True
            self.left.append(number)
        elif left_over(line):
            self._rule(lines, at)
        elif found := _mark(lines, at):
            self._begin(found, number)
        else:
            self._words(line, number)
        self.gap = False

    def parsed(self, text: str) -> Parsed:
        """Return what was read, with its doubts and the place of each line."""
        clauses, headings, placed = self.tree.results()
        unsure = list(self.tree.unsure)
        if self.tree.counted:
            first = next(iter(self.tree.walk())).line
            unsure.append(Unsure(first, "numbered", "headings or entries have no number: their ids count them in their order"))
        if self.left:
            unsure.append(
                Unsure(self.left[0], "left-out", f"left out as no part of the text: line {', '.join(map(str, self.left))}")
            )
        paper = Paper(title=self.title, date=_found(_ADOPTED, text), effective=_found(_EFFECTIVE, text))
        places = (*placed, *(Placed(n, "instrument", "title") for n in self.titled), *(Placed(n, "left-over") for n in self.left))
        return Parsed(paper, headings, clauses, tuple(sorted(unsure)), places)

    def _rule(self, lines: list[str], at: int) -> None:
        """A rule or a page number is left over; a rule that underlines a heading is of that heading."""
        if at == 0 or not heads(lines[at - 1], lines[at - 2] if at > 1 else "", lines[at]):
            self.left.append(at + 1)
        elif self.tree.stack:
            self.tree.top.named.append(at + 1)
        else:
            self.titled.append(at + 1)

    def _begin(self, found: Beginning, number: int) -> None:
        first = not self.title and not self.tree.root.parts and not found.value
        if first and found.kind == "heading1":
            self.title, self.titled = found.rest, [number]
            return
        part = self.tree.begin(found, number)
        if _is_title(part, found.rest):
            part.label, part.named = found.rest, [number]
        else:
            part.text, part.written = found.rest, [number]

    def _words(self, line: str, number: int) -> None:
        """A line without a mark: it goes on, or begins a paragraph."""
        words, top = plain(line), self.tree.open_text()
        heads_on = bool(top.label) and (not words[:1].isupper() or (words.isupper() and top.label.isupper()))
        if not self.gap and top.label and not top.text and not heads_on:
            self.tree.unsure.append(Unsure(number, "title", f"taken as text; it may go on the title: {words[:40]}"))
        if not self.gap and top is not self.tree.root and (top.text or heads_on):
            if top.text:
                top.text = f"{top.text} {words}".strip()
                top.written.append(number)
            else:
                top.label = f"{top.label} {words}".strip()
                top.named.append(number)
            return
        if self.gap and top.text and not top.text.endswith((".", ":", ";", "!", "?", ")")) and words[:1].islower():
            self.tree.unsure.append(Unsure(number, "joined", f"joined to the text before it, across a break: {words[:40]}"))
            top.text = f"{top.text} {words}".strip()
            top.written.append(number)
            return
        self.tree.paragraph(words, number, line[:1].isspace())


def _mark(lines: list[str], at: int) -> Beginning | None:
    """Return what line ``at`` begins; a short line that stands alone is a heading."""
    found = mark(lines[at])
    if found is not None or left_over(lines[at]) or not lines[at].strip():
        return found
    before, after = lines[at - 1] if at else "", lines[at + 1] if at + 1 < len(lines) else ""
    if not heads(lines[at], before, after):
        return None
    first = not any(line.strip() for line in lines[:at])
    level = 1 if first or after.strip().startswith("=") else 2
    return Beginning(f"heading{level}", "", plain(lines[at]))


def _is_title(part: CharterPart, words: str) -> bool:
    """Return whether the words behind a number are a title: short, and no sentence."""
    if part.kind.startswith("heading"):
        return True
    if part.kind.startswith("bullet") or part.kind in ("roman", "letter", "paren"):
        return False
    short = len(words) <= 80 and len(words.split()) <= 10
    return short and not words.endswith((".", ";", ",", ":"))


def _found(pattern: re.Pattern[str], text: str) -> date | None:
    """Return the day behind the first words that ``pattern`` finds, where it is a day of the calendar."""
    match = pattern.search(text)
    day = _DAY.search(text, match.end()) if match else None
    if day is None:
        return None
    try:
        if day["iso"]:
            return date.fromisoformat(day["iso"])
        year, month, number = (day["y"], day["m"], day["d"]) if day["y"] else (day["y2"], day["m2"], day["d2"])
        return date(int(year), _MONTHS.index(month.lower()) + 1, int(number))
    except ValueError:
        return None
