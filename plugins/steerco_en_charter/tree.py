"""The parts of a charter as they nest, with ids that follow from the numbers in the text."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct, field

from steerco.extension.api import OutlineContainer, OutlinePart, Placed, Unsure
from steerco_en_charter.marks import Beginning

MOST_LIKELY_FIRST = 10
"""A first number below this one lacks something before it; a higher one may be a year or a code."""
_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}


def ordinal(kind: str, value: str) -> int:
    """Return the count that a number, a letter or a Roman numeral stands for; 0 where it is none."""
    last = value.rpartition(".")[2].lower()
    if last.isdigit():
        return int(last)
    if kind in ("letter", "upper"):
        return ord(last) - ord("a") + 1 if len(last) == 1 else 0
    if last and set(last) <= set(_ROMAN):
        counts = [_ROMAN[each] for each in last]
        return sum(-n if any(later > n for later in counts[at + 1 : at + 2]) else n for at, n in enumerate(counts))
    return 0


class CharterPart(Struct):
    """One part: ``label`` is its title, ``text`` its first paragraph; ``named`` and ``written`` are the lines of each."""

    id: str
    kind: str
    rank: float
    line: int
    label: str = ""
    text: str = ""
    named: list[int] = field(default_factory=list)
    written: list[int] = field(default_factory=list)
    above: CharterPart | None = None
    parts: list[CharterPart] = field(default_factory=list)
    paragraphs: int = 1
    number: int = 0
    """Its number as a count; 0 where it has none."""

    @property
    def holds(self) -> bool:
        """Whether parts stand in it that are more than further paragraphs."""
        return any(part.kind != "paragraph" for part in self.parts)


class PartTree(Struct):
    """Grows by what a parser meets, line by line."""

    root: CharterPart = field(default_factory=lambda: CharterPart("", "root", -1.0, 0))
    unsure: list[Unsure] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)
    counted: bool = False
    stack: list[CharterPart] = field(default_factory=list)

    @property
    def top(self) -> CharterPart:
        """The part that is open."""
        return self.stack[-1] if self.stack else self.root

    def begin(self, found: Beginning, line: int) -> CharterPart:
        """Open the part that a line begins: beside the last one of its kind, else inside what is open."""
        kind = self._kind(found)
        self._close(kind, found)
        above = self.top
        part = CharterPart(self._id(found, kind, above, line), kind, found.rank, line, above=above)
        self._follows(part, found.value, line)
        above.parts.append(part)
        self.stack.append(part)
        return part

    def _follows(self, part: CharterPart, value: str, line: int) -> None:
        """Tell where a number is not the next one after its neighbour's: something may be missing."""
        part.number = ordinal(part.kind, value)
        before = next((each for each in reversed(part.above.parts) if each.kind == part.kind), None) if part.above else None
        last = before.number if before is not None else 0
        if part.number > last + 1 and (last or before is None) and (before is not None or part.number < MOST_LIKELY_FIRST):
            message = f"{part.id} follows {before.id if before is not None else 'nothing'}; is one missing?"
            self.unsure.append(Unsure(line, "gap", message))

    def paragraph(self, text: str, line: int, indented: bool) -> None:
        """Begin a paragraph; after a list it belongs to what the list stands in, unless it is indented."""
        while not indented and (self.top.kind.startswith("bullet") or _ended(self.top)):
            self.stack.pop()
        part = self.top
        if part is self.root:
            part = CharterPart(self._free("preamble", line), "preamble", 0.0, line, above=self.root)
            self.root.parts.append(part)
            self.stack.append(part)
        if not part.text and not part.parts:
            part.text, part.written = text, [line]
            return
        if part.rank == float("inf") and part.kind != "number":
            message = f"a paragraph follows {part.id}; it may belong to what stands above that"
            self.unsure.append(Unsure(line, "paragraph", message))
        part.paragraphs += 1
        id = self._free(f"{part.id}.p{part.paragraphs}", line)
        more = CharterPart(id, "paragraph", part.rank, line, text=text, written=[line], above=part)
        part.parts.append(more)

    def open_text(self) -> CharterPart:
        """Return the part whose text goes on."""
        last = self.top
        return last.parts[-1] if last.parts and last.parts[-1].kind == "paragraph" else last

    def walk(self) -> Iterator[CharterPart]:
        """Yield the parts in the order of the text."""
        yield from _walk(self.root)

    def results(self) -> tuple[tuple[OutlinePart, ...], tuple[OutlineContainer, ...], list[Placed]]:
        """Return clauses, headings, and the place of each line."""
        clauses: list[OutlinePart] = []
        headings: list[OutlineContainer] = []
        placed: list[Placed] = []
        for part in self.walk():
            under = part.above.id if part.above is not None else ""
            titled = part if part.label else part.above
            title = titled.label if titled is not None else ""
            if not part.holds:
                clauses.append(
                    OutlinePart(part.id, part.text or part.label, part.line, title if part.text else "", _holder(part))
                )
                placed += [Placed(n, "heading" if part.text else "clause", part.id) for n in part.named]
                placed += [Placed(n, "clause", part.id) for n in part.written]
                continue
            leads = bool(part.text) and (bool(part.label) or part.rank < float("inf") or part.paragraphs > 1)
            headings.append(OutlineContainer(part.id, part.label or ("" if leads else part.text), part.line, under))
            placed += [Placed(n, "heading", part.id) for n in part.named]
            if leads:
                id = self._free(f"{part.id}.p1", part.line)
                clauses.append(OutlinePart(id, part.text, part.line, part.label, part.id))
                placed += [Placed(n, "clause", id) for n in part.written]
            else:
                placed += [Placed(n, "heading", part.id) for n in part.written]
        return tuple(clauses), tuple(headings), placed

    def _kind(self, found: Beginning) -> str:
        """Return the kind of a part; ``(i)`` after ``(h)`` is the letter, and a decimal number says its own depth."""
        if found.kind == "decimal":
            return f"decimal{found.value.count('.')}"
        if found.kind == "roman" and len(found.value) == 1:
            letters = [part for part in self.stack if part.kind == "letter"]
            if letters and ord(letters[-1].id[-1]) + 1 == ord(found.value):
                return "letter"
        if found.kind == "upper-roman" and any(part.kind == "upper" for part in self.stack):
            return "upper"
        return found.kind

    def _close(self, kind: str, found: Beginning) -> None:
        while self.stack and (self.top.kind == "preamble" or self.top.rank >= found.rank < float("inf")):
            self.stack.pop()
        if kind.startswith("decimal"):
            outer = found.value.rpartition(".")[0]
            level = next((n for n, part in enumerate(self.stack) if part.id == outer or part.id.endswith(f".{outer}")), None)
            if level is not None:
                del self.stack[level + 1 :]
                return
        level = next((n for n, part in enumerate(self.stack) if part.kind == kind), None)
        if level is not None:
            del self.stack[level:]

    def _id(self, found: Beginning, kind: str, above: CharterPart, line: int) -> str:
        value = found.value
        if not value:
            self.counted = True
            value = str(sum(part.kind not in ("paragraph", "preamble") for part in above.parts) + 1)
        if kind.startswith("decimal") or "." in value:
            inside = above.id and (value == above.id or value.startswith(f"{above.id}."))
            return self._free(value if inside or not above.id else self._joined(above, value), line)
        return self._free(f"{above.id}.{value}" if above.id else value, line)

    @staticmethod
    def _joined(above: CharterPart, value: str) -> str:
        """Return the id of a decimal number under a part of another kind: its own, where the part's number begins it."""
        last = above.id.rpartition(".")[2]
        return f"{above.id}.{value.partition('.')[2]}" if value.partition(".")[0] == last else f"{above.id}.{value}"

    def _free(self, id: str, line: int) -> str:
        """Return ``id``, or one beside it where it is taken, with a doubt."""
        wanted, number = id, 2
        while id in self.ids:
            id, number = f"{wanted}-{number}", number + 1
        if id != wanted:
            self.unsure.append(Unsure(line, "twice", f"{wanted} stands twice; the second is taken as {id}"))
        self.ids.add(id)
        return id


def _ended(part: CharterPart) -> bool:
    """Return whether a part is the last of a list: it ends the sentence that its neighbours, ending in ``;``, go on with."""
    if part.kind not in ("letter", "roman", "paren", "upper") or part.above is None:
        return False
    lists = [each for each in part.above.parts if each.kind == part.kind]
    alone = part.text.endswith(".") and len(lists) > 1 and lists[-2].text.rstrip(" andor").endswith((";", ","))
    return alone or (part.holds and _ended(part.parts[-1]))


def _walk(part: CharterPart) -> Iterator[CharterPart]:
    for each in part.parts:
        yield each
        yield from _walk(each)


def _holder(part: CharterPart) -> str:
    """Return the nearest part above that is a heading of its own."""
    above = part.above
    while above is not None and not above.holds:
        above = above.above
    return above.id if above is not None else ""
