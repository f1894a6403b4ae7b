"""The parser of Vietnamese regulations: a decision with a regulation attached, or a regulation alone.

Both have articles, counted from 1 each; those of the decision get ``QD`` for their article. Scans are read as they are: broken
lines are joined, page breaks bridged, and whatever was not sure is in the report with its line. No word is changed.
"""

from __future__ import annotations

from msgspec import Struct, field

from steerco.extension.api import Outline, Parsed
from steerco_vn_charter.reading import (
    ARTICLE,
    ATTACHED,
    CHAPTER,
    CLAUSE,
    ITEM,
    LETTERS,
    POINT,
    SECTION,
    closes,
    finished,
    fold,
    paper,
    plain,
    starts_regulation,
    starts_small,
    without_closing,
)
from steerco_vn_charter.syllables import misread

DECISION = "QD"


class VietnameseCharter(Struct, frozen=True):
    """Reads regulations in Vietnamese (``api.CharterParser``)."""

    name: str = "steerco_vn_charter"
    language: str = "vi"

    def reads(self, text: str) -> bool:
        """Return whether the text has articles as Vietnamese regulations have them."""
        return any(ARTICLE.match(plain(line)) for line in text.splitlines())

    def parse(self, text: str) -> Parsed:
        """Return the regulation in ``text``, as far as it can be read."""
        lines = [plain(line) for line in text.split("\n")]
        reader = _Reader(attached=any(map(starts_regulation, lines)))
        for number, line in enumerate(lines, 1):
            reader.take(line, number)
        return reader.parsed()


class _Reader(Struct):
    """Goes through a text line by line."""

    attached: bool
    outline: Outline = field(default_factory=lambda: Outline(letters=LETTERS))
    phase: str = ""
    gap: bool = False
    open: str = ""
    preamble: list[str] = field(default_factory=list)
    front: list[str] = field(default_factory=list)
    left_out: list[int] = field(default_factory=list)
    told_in: int = 1

    def __post_init__(self) -> None:
        self.phase = "decision" if self.attached else "regulation"

    def take(self, line: str, number: int) -> None:
        """One line of the source, counted from 1."""
        if not line:
            self.gap = True
            return
        for piece in misread(line):
            self.outline.doubt(number, "misread", f"may be misread: {piece}")
        if self.attached and self.phase != "regulation" and starts_regulation(line):
            self.phase, self.open = "regulation", ""
            self.front.append(line)
        elif self.phase == "closed" or self._recipients(line):
            self.left_out.append(number)
        else:
            self._content(without_closing(line), number)
            if closes(line) and self.open:
                self._close()
        self.gap = False

    def parsed(self) -> Parsed:
        """Return the parsed regulation with its doubts."""
        clauses, headings = self.outline.parts(), self.outline.containers()
        if self.phase == "closed" and self.left_out:
            self.outline.doubt(self.left_out[0], "left-out", f"left out as no part of the text: line {_runs(self.left_out)}")
        effect = next((c.text for c in clauses if c.article == DECISION and "hieu luc" in fold(c.text)), "")
        about = paper(self.preamble, self.front, effect)
        for lost in about.unreadable:
            self.outline.doubt(self.told_in, "unreadable", f"not readable, recorded as such: {lost}")
        return Parsed(about, headings, clauses, tuple(sorted(set(self.outline.unsure))))

    def _recipients(self, line: str) -> bool:
        """Return whether a line begins the list of recipients, which a scan may put anywhere: no part of the text."""
        return self.phase == "decision" and fold(line).startswith("noi nh")

    def _close(self) -> None:
        self.phase = "between" if self.phase == "decision" else "closed"
        self.open = ""

    def _content(self, line: str, number: int) -> None:
        if self.phase == "between":
            self.left_out.append(number)
        elif match := CHAPTER.match(line):
            self.outline.chapter(match[1].upper(), match[2], number)
            self.open = "chapter"
        elif (match := SECTION.match(line)) and self._section(match[2]):
            self.outline.section(match[1], match[2], number)
            self.open = "chapter"
        elif (match := ARTICLE.match(line)) and self._article(int(match[1]), match[2], number):
            return
        elif self.open in ("", "chapter"):
            self._before_articles(line, number)
        elif not self._numbered(line, number):
            self._words(line, number)

    def _section(self, title: str) -> bool:
        """Return whether a line that begins as a section does is one: its title is in capitals, or on a line of its own."""
        return self.gap and self.phase == "regulation" and (not title or title.upper() == title)

    def _article(self, article: int, rest: str, number: int) -> bool:
        if self.phase == "decision":
            if not self.open:
                self.outline.article(DECISION, "Quyết định", number)
            self.open = "text"
            return self.outline.clause(article, rest, number)
        expected = self.outline.next_article()
        if article < expected:
            self.outline.doubt(number, "order", f"article {article} after article {expected - 1}: taken as text that was broken")
            return False
        if article > expected:
            self.outline.doubt(number, "gap", f"article {article} follows article {expected - 1}; is one missing?")
        self.outline.article(str(article), rest, number)
        self.open = "article"
        return True

    def _before_articles(self, line: str, number: int) -> None:
        if self.open == "chapter":
            self.outline.name_chapter(line)
        elif self.phase == "decision":
            self.preamble.append(line)
        else:
            self.front.append(line)
            self.told_in = number if ATTACHED.search(line) else self.told_in

    def _numbered(self, line: str, number: int) -> bool:
        """Read a clause, point or item and return whether the line was one; in the decision only articles are numbered."""
        if self.phase == "decision":
            return False
        if match := CLAUSE.match(line):
            done = self.outline.clause(int(match[1]), match[2], number)
        elif match := POINT.match(line):
            done = self.outline.point(match[1], match[2], number)
        elif match := ITEM.match(line):
            done = self.outline.item(match[1], number)
        else:
            return False
        if not done:
            self.outline.doubt(number, "order", f"out of order, taken as text: {line[:40]}")
        self.open = "text" if done else self.open
        return done

    def _words(self, line: str, number: int) -> None:
        """A line without number: it goes on, or begins a paragraph."""
        small = starts_small(line)
        if self.open == "article" and not self.outline.written():
            if small and not self.gap:
                self.outline.name_article(line)
            else:
                self.outline.paragraph(line, number)
                self.open = "text"
            return
        ended = finished(self.outline.written())
        if not self.gap or not ended or small:
            full_stop = ended and not self.outline.written().endswith(";")
            if self.gap and full_stop == small:
                self.outline.doubt(number, "joined", f"joined to the text before it, across a break: {line[:40]}")
            self.outline.more(line)
        else:
            self.outline.paragraph(line, number)


def _runs(numbers: list[int]) -> str:
    """Line numbers with neighbours drawn together: ``216, 220-223``."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(f"{r[0]}-{r[-1]}" if len(r) > 1 else str(r[0]) for r in runs)
