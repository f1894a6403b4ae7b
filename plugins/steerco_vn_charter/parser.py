"""The parser of Vietnamese regulations: a decision with a regulation attached, a decision alone, or a regulation alone.

Decision and regulation have articles, counted from 1 each; those of a decision with a regulation get ``QD`` for their article.
Scans are read as they are: broken lines are joined, page breaks bridged, and whatever was not sure is in the report with its
line. No word is changed, and each line has its place.
"""

from __future__ import annotations

from msgspec import Struct, field

from steerco.extension.api import Outline, Parsed, Placed
from steerco_vn_charter.instrument import Line, Preamble, instrument
from steerco_vn_charter.reading import (
    ANNEX,
    CHAPTER,
    CLAUSE,
    ITEM,
    LETTERS,
    POINT,
    SECTION,
    SUBCLAUSE,
    article,
    closes,
    finished,
    fold,
    is_page,
    lookalikes,
    pieces,
    plain,
    regulation_start,
    signs,
    starts_small,
    untitled_start,
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
        return any(article(piece) for line in text.split("\n") for piece in pieces(plain(line)))

    def parse(self, text: str) -> Parsed:
        """Return the regulation in ``text``, as far as it can be read."""
        source: list[Line] = []
        pasted = []
        for number, line in enumerate(text.split("\n"), 1):
            parts = pieces(plain(line))
            source += [(number, part) for part in parts]
            pasted += [number] if len(parts) > 1 else []
        lines = [line for _, line in source]
        start = regulation_start(lines)
        last = max((n for n, line in enumerate(lines) if article(line)), default=-1)
        reader = _Reader(start=start, last=last)
        if untitled_start(lines, start):
            message = "articles are counted from 1 twice, without a title between: the first count is taken for the decision (QD)"
            reader.outline.doubt(source[start or 0][0], "numberings", message)
        for number in pasted:
            reader.outline.doubt(number, "pasted", "several parts stand on one line; they were parted where one seemed to begin")
        if letters := lookalikes(text):
            first = next(n for n, line in enumerate(text.split("\n"), 1) if lookalikes(line))
            reader.outline.doubt(first, "look-alike", f"{letters} letters look like Đ and are another; read as Đ")
        for place, (number, line) in enumerate(source):
            reader.take(line, number, place)
        return reader.parsed()


class _Reader(Struct):
    """Goes through a text line by line. ``start`` is the place of the regulation's title, ``last`` that of the last article."""

    start: int | None
    last: int
    outline: Outline = field(default_factory=lambda: Outline(letters=LETTERS))
    phase: str = ""
    gap: bool = False
    open: str = ""
    blocks: list[list[Line]] = field(default_factory=list)
    front: list[Line] = field(default_factory=list)
    recipients: list[Line] = field(default_factory=list)
    left_over: list[int] = field(default_factory=list)
    told_in: int = 1
    place: int = 0
    table: bool = False
    listing: bool = False
    """In the list of a decision's recipients, which a scan may put before its last articles."""

    def __post_init__(self) -> None:
        self.phase = "decision" if self.start is not None else "alone"

    def take(self, line: str, number: int, place: int) -> None:
        """One line of the source, counted from 1; ``place`` counts the parts of lines."""
        self.place = place
        if not line:
            self.gap = True
            return
        row = line.startswith("|") and line.count("|") > 2
        if row and not self.table:
            message = "a table: its cells stand one after another in the clause; compare it, and write it as sentences"
            self.outline.doubt(number, "table", message)
        self.table = row
        for piece in misread(line) if not row else ():
            self.outline.doubt(number, "misread", f"may be misread: {piece}")
        if place == self.start:
            self.phase, self.open = "regulation", ""
        if is_page(line) or self._annex(line):
            self.left_over.append(number)
        elif self.phase in ("between", "closed") or self._ends(line):
            self._outside(line, number)
        else:
            self._content(without_closing(line), number)
            if closes(line) and self.open:
                self._close()
        self.gap = False

    def parsed(self) -> Parsed:
        """Return the parsed regulation with its doubts, and the place of each line."""
        clauses, headings = self.outline.parts(), self.outline.containers()
        if self.left_over and self.phase == "closed":
            self.outline.doubt(self.left_over[0], "left-out", f"left out as no part of the text: line {_runs(self.left_over)}")
        attached = self.phase != "alone" and any(c.article == DECISION for c in clauses)
        own = [c.text for c in clauses if (c.article == DECISION or not attached) and "hieu luc" in fold(c.text)]
        about, placed = instrument(Preamble(self.blocks, self.front, self.recipients, own[0] if own else ""), bool(self.front))
        for lost in about.unreadable:
            self.outline.doubt(self.told_in, "unreadable", f"not readable, recorded as such: {lost}")
        places = (*self.outline.placed(), *placed, *(Placed(n, "left-over") for n in self.left_over))
        return Parsed(about, headings, clauses, tuple(sorted(set(self.outline.unsure))), places)

    def _annex(self, line: str) -> bool:
        """Return whether an annex begins, which ends the text."""
        ends = self.place > self.last and self.phase in ("regulation", "alone") and bool(ANNEX.match(line))
        self.phase = "closed" if ends else self.phase
        return ends

    def _ends(self, line: str) -> bool:
        """Return whether a line is of the list of recipients or the signatures, which a scan may put anywhere."""
        recipients = fold(line).startswith("noi nh") and len(line) < 20
        if self.phase == "decision":
            self.listing = recipients or (self.listing and bool(ITEM.match(line)))
            return self.listing or (self.open == "text" and signs(line))
        if self.place > self.last and (recipients or signs(line)):
            self._close()
            return True
        return recipients

    def _outside(self, line: str, number: int) -> None:
        """A line outside the text: of the list of recipients, or left over."""
        item = ITEM.match(line)
        if item and not self.front:
            self.recipients.append((number, line))
        else:
            self.left_over.append(number)

    def _close(self) -> None:
        self.phase = "between" if self.phase == "decision" else "closed"
        self.open = ""

    def _content(self, line: str, number: int) -> None:
        if match := CHAPTER.match(line):
            self.outline.chapter(match[1].upper(), match[2], number)
            self.open = "chapter"
        elif (match := SECTION.match(line)) and self._section(match[2]):
            self.outline.section(match[1], match[2], number)
            self.open = "chapter"
        elif (found := article(line)) and self._article(*found, number):
            return
        elif self.open in ("", "chapter"):
            self._before_articles(line, number)
        elif not self._numbered(line, number):
            self._words(line, number)

    def _section(self, title: str) -> bool:
        """Return whether a line that begins as a section does is one: its title is in capitals, or on a line of its own."""
        return self.gap and self.phase != "decision" and (not title or title.upper() == title)

    def _article(self, article: str, rest: str, number: int) -> bool:
        if self.phase == "decision":
            if not self.open:
                self.outline.article(DECISION, "Quyết định", number)
            self.open = "text"
            return self.outline.clause(int("".join(c for c in article if c.isdigit())), rest, number)
        expected, before = self.outline.next_article(), self.outline.last_article()
        if article.isdigit():
            if int(article) < expected:
                self.outline.doubt(number, "order", f"article {article} after article {before}: taken as text that was broken")
                return False
            if int(article) > expected:
                self.outline.doubt(number, "gap", f"article {article} follows article {before or 'nothing'}; is one missing?")
        self.outline.article(article, rest, number)
        self.open = "article"
        return True

    def _before_articles(self, line: str, number: int) -> None:
        if self.open == "chapter":
            self.outline.name_chapter(line, number)
        elif self.phase == "regulation":
            self.front.append((number, line))
            self.told_in = number if fold(line).startswith(("ban hanh kem theo", "kem theo quyet dinh")) else self.told_in
        else:
            if self.gap or not self.blocks:
                self.blocks.append([])
            self.blocks[-1].append((number, line))

    def _numbered(self, line: str, number: int) -> bool:
        """Read a clause, point or item and return whether the line was one; in the decision only articles are numbered."""
        if self.phase == "decision":
            return False
        if match := CLAUSE.match(line):
            done = self._settled() and self.outline.clause(int(match[1]), match[2], number)
        elif match := SUBCLAUSE.match(line):
            done = self._settled() and self.outline.subclause(int(match[1]), int(match[2]), match[3], number)
        elif match := POINT.match(line):
            done = self._settled() and self.outline.point(match[1], match[2], number)
        elif match := ITEM.match(line):
            done = self._settled() and self.outline.item(match[1], number)
        else:
            return False
        if not done:
            self.outline.doubt(number, "order", f"out of order, taken as text: {line[:40]}")
        self.open = "text" if done else self.open
        return done

    def _settled(self) -> bool:
        """Settle whether the line of the article that is open is a title: what ends as a sentence and is long is text."""
        if self.open == "article" and not self.outline.written():
            label = self.outline.article_label()
            if label.endswith((".", ";")) and len(label.split()) > 15:
                self.outline.unname_article()
        return True

    def _words(self, line: str, number: int) -> None:
        """A line without number: it goes on, or begins a paragraph."""
        small = starts_small(line)
        if self.open == "article" and not self.outline.written():
            label = self.outline.article_label()
            if not label or (not self.gap and small):
                self.outline.name_article(line, number)
                return
            if not self.gap and not finished(label):
                self.outline.doubt(number, "title", f"taken as text; it may go on the title: {line[:40]}")
            if finished(label):
                self.outline.unname_article()
                if len(label.split()) <= 6:
                    self.outline.doubt(number, "untitled", f"taken as text and not as a title: {label}")
            self.outline.paragraph(line, number)
            self.open = "text"
            return
        ended = finished(self.outline.written())
        if not self.gap or not ended or small:
            full_stop = ended and not self.outline.written().endswith(";")
            if self.gap and full_stop == small:
                self.outline.doubt(number, "joined", f"joined to the text before it, across a break: {line[:40]}")
            self.outline.more(line, number)
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
