"""The outline of a regulation as a parser finds it, line by line, and the clause ids that follow from it.

The outline knows no language. A parser reports each part (an article, a numbered clause, a lettered point …); the outline keeps
their order, reports breaks in it, and determines the leaves. Ids: ``7.1`` is clause 1 of article 7, ``7.1.p2`` its second
paragraph, ``5.2.a.1`` the first item of point a of clause 5.2, ``13`` an article without numbered clauses.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Literal

from msgspec import Struct, field

LATIN = tuple("abcdefghijklmnopqrstuvwxyz")


class Unsure(Struct, frozen=True, order=True):
    """Something that a parser could not be sure of, in a line of the source (counted from 1)."""

    line: int
    code: str
    message: str


PlaceKind = Literal["clause", "heading", "instrument", "left-over"]


class Placed(Struct, frozen=True, order=True):
    """Where a line of the source went: into a clause or a heading (``of`` is its id), into a field of the instrument, or nowhere.

    A line that holds several of them counts for the first.
    """

    line: int
    kind: PlaceKind
    of: str = ""


class OutlinePart(Struct, frozen=True):
    """A leaf of the regulation: one clause, with its place in the outline and the line where it begins."""

    id: str
    text: str
    line: int
    heading: str = ""
    under: str = ""
    chapter: str = ""
    article: str = ""
    clause: str = ""
    point: str = ""
    item: str = ""
    paragraph: int = 1


class OutlineContainer(Struct, frozen=True):
    """A chapter, an article, or a clause or point that only introduces what stands below it."""

    id: str
    label: str
    line: int
    under: str = ""


class _Node(Struct):
    """A part as it was met: ``named`` are the lines of its label, ``written`` those of its text."""

    path: tuple[str, ...]
    level: str
    line: int
    chapter: str
    label: str = ""
    text: str = ""
    named: list[int] = field(default_factory=list)
    written: list[int] = field(default_factory=list)


class Outline(Struct):
    """Collects what a parser meets. ``letters`` is the order of a language's points."""

    letters: Sequence[str] = LATIN
    unsure: list[Unsure] = field(default_factory=list)
    _nodes: list[_Node] = field(default_factory=list)
    _chapters: list[OutlineContainer] = field(default_factory=list)
    _chapter_lines: list[Placed] = field(default_factory=list)
    _at: dict[tuple[str, ...], _Node] = field(default_factory=dict)
    _newest: dict[tuple[str, tuple[str, ...]], str] = field(default_factory=dict)

    def doubt(self, line: int, code: str, message: str) -> None:
        """Note that something in ``line`` is not sure."""
        self.unsure.append(Unsure(line, code, message))

    def chapter(self, number: str, label: str, line: int) -> None:
        """A chapter begins."""
        self._chapters.append(OutlineContainer(number, label, line))
        self._chapter_lines.append(Placed(line, "heading", number))

    def section(self, number: str, label: str, line: int) -> None:
        """A section of the last chapter begins."""
        above = next((c for c in reversed(self._chapters) if not c.under), None)
        name = f"{above.id}.S{number}" if above else f"S{number}"
        self._chapters.append(OutlineContainer(name, label, line, above.id if above else ""))
        self._chapter_lines.append(Placed(line, "heading", name))

    def name_chapter(self, more: str, line: int) -> None:
        """The title of the last chapter or section goes on."""
        last = self._chapters[-1]
        self._chapters[-1] = OutlineContainer(last.id, f"{last.label} {more}".strip(), last.line, last.under)
        self._chapter_lines.append(Placed(line, "heading", last.id))

    def article(self, number: str, label: str, line: int) -> None:
        """An article begins."""
        chapter = self._chapters[-1].id if self._chapters else ""
        self._keep(_Node((number,), "article", line, chapter, label, named=[line]))

    def name_article(self, more: str, line: int) -> None:
        """The title of the last article goes on."""
        self._nodes[-1].label = f"{self._nodes[-1].label} {more}".strip()
        self._nodes[-1].named.append(line)

    def unname_article(self) -> None:
        """Make the title of the last article its first paragraph: the article has no title."""
        last = self._nodes[-1]
        last.label, last.text, last.named, last.written = "", last.label, [], last.named

    def article_label(self) -> str:
        """Return the title of the last article so far."""
        return self._nodes[-1].label if self._nodes else ""

    def last_article(self) -> str:
        """Return the number of the last article; nothing before the first."""
        return next((n.path[0] for n in reversed(self._nodes) if n.level == "article"), "")

    def next_article(self) -> int:
        """Return the number that the next article should have."""
        last = re.match(r"\d+", self.last_article())
        return int(last[0]) + 1 if last else 1

    def clause(self, number: int, text: str, line: int) -> bool:
        """Add a numbered clause. Return False if no such number can stand here, so that the line must be text."""
        if not self._nodes:
            return False
        return self._count((self._nodes[-1].path[0],), "clause", number, text, line)

    def subclause(self, outer: int, number: int, text: str, line: int) -> bool:
        """Add ``outer.number``: a part of the open clause ``outer``, else a clause of article ``outer``; False if neither."""
        above = self._base("clause")
        if above is not None and above[-1] == str(outer):
            return self._count(above, "subclause", number, text, line)
        article = self._base("article")
        return article == (str(outer),) and self._count(article, "clause", number, text, line)

    def _count(self, base: tuple[str, ...], level: str, number: int, text: str, line: int) -> bool:
        last = self._last(level, base)
        if number <= (int(last) if last else 0) or (*base, str(number)) in self._at:
            return False
        if number != (int(last) if last else 0) + 1:
            where = ".".join(base)
            self.doubt(line, "gap", f"{level} {number} of {where} follows {last or 'nothing'}; is one missing?")
        self._add((*base, str(number)), level, text, line)
        return True

    def point(self, letter: str, text: str, line: int) -> bool:
        """Add a lettered point. Return False if it cannot stand here."""
        base = self._base("subclause") or self._base("clause") or self._base("article")
        if base is None or letter not in self.letters:
            return False
        last = self._last("point", base)
        at, expected = self.letters.index(letter), self.letters.index(last) + 1 if last else 0
        if letter == last and expected < len(self.letters):
            self.doubt(line, "twice", f"point {letter}) stands twice in {'.'.join(base)}; taken as {self.letters[expected]})")
            letter, at = self.letters[expected], expected
        elif at < expected:
            return False
        if at != expected:
            self.doubt(line, "gap", f"point {letter}) of {'.'.join(base)} follows {last or 'nothing'}; is one missing?")
        self._add((*base, letter), "point", text, line)
        return True

    def item(self, text: str, line: int) -> bool:
        """Add an item without a number. Return False if it cannot stand here."""
        levels = ("point", "subclause", "clause", "article")
        base = next((found for level in levels if (found := self._base(level))), None)
        if base is None:
            return False
        number = int(self._last("item", base) or 0) + 1
        while (*base, str(number)) in self._at:
            number += 1
        self._add((*base, str(number)), "item", text, line)
        return True

    def paragraph(self, text: str, line: int) -> bool:
        """Add a paragraph without number or letter to the part before it. Return False if it cannot stand here."""
        if not self._nodes:
            return False
        last = self._nodes[-1]
        if last.level == "article" and not last.text:
            last.text, last.line, last.written = text, line, [line]
            return True
        base = last.path[:-1] if last.level == "paragraph" else last.path
        before = self._last("paragraph", base)
        if last.level in ("point", "item") or (last.level == "clause" and not self._at[last.path[:1]].label):
            message = f"a paragraph follows {'.'.join(base)}; it may belong to what stands above that"
            self.doubt(line, "paragraph", message)
        self._add((*base, f"p{int(before[1:]) + 1 if before else 2}"), "paragraph", text, line)
        return True

    def more(self, text: str, line: int) -> None:
        """The last text goes on."""
        if self._nodes:
            last = self._nodes[-1]
            last.text = f"{last.text} {text}".strip()
            last.written.append(line)

    def written(self) -> str:
        """Return the last text so far."""
        return self._nodes[-1].text if self._nodes else ""

    def parts(self) -> tuple[OutlinePart, ...]:
        """Return the leaves in the order of the text."""
        containers = self._containers()
        leaves = []
        for node in self._nodes:
            if node.path in containers:
                if node.level == "article" and node.text:
                    self.doubt(node.line, "lead", f"article {node.path[0]} has text before its first clause")
                    leaves.append(self._part(node, (*node.path, "p1"), containers))
                continue
            leaves.append(self._part(node, node.path, containers))
        return tuple(leaves)

    def placed(self) -> tuple[Placed, ...]:
        """Return where each line went that became part of the outline."""
        return (*self._chapter_lines, *self._placed())

    def _placed(self) -> Iterator[Placed]:
        containers = self._containers()
        for node in self._nodes:
            id = ".".join(node.path)
            lead = node.level == "article" and bool(node.text)
            heads = node.path in containers
            yield from (Placed(line, "heading" if heads or lead else "clause", id) for line in node.named)
            written: PlaceKind = "heading" if heads and not lead else "clause"
            yield from (Placed(line, written, f"{id}.p1" if heads and lead else id) for line in node.written)

    def containers(self) -> tuple[OutlineContainer, ...]:
        """Return chapters, articles and other introducing parts, each after its container."""
        above = self._containers()
        containers: dict[str, OutlineContainer] = {}
        chapters = {c.id: c for c in self._chapters}
        for node in self._nodes:
            if node.chapter in chapters:
                holder = chapters[node.chapter].under
                for chapter_id in filter(None, (holder, node.chapter)):
                    containers.setdefault(chapter_id, chapters[chapter_id])
            if node.path in above:
                under = ".".join(node.path[:-1]) or node.chapter
                id, label = ".".join(node.path), node.label if node.level == "article" else node.text
                containers[id] = OutlineContainer(id, label, node.line, under)
        return tuple(containers.values())

    def _add(self, path: tuple[str, ...], level: str, text: str, line: int) -> None:
        self._keep(_Node(path, level, line, self._nodes[-1].chapter, "", text, written=[line]))

    def _keep(self, node: _Node) -> None:
        self._nodes.append(node)
        self._at.setdefault(node.path, node)
        self._newest[node.level, node.path[:-1]] = node.path[-1]

    def _last(self, level: str, base: tuple[str, ...]) -> str:
        """Return the number of the last node of ``level`` directly under ``base``, or nothing."""
        return self._newest.get((level, base), "")

    def _base(self, level: str) -> tuple[str, ...] | None:
        """Return the path of the article, clause or point in which the last node stands."""
        path = self._nodes[-1].path if self._nodes else ()
        return next((each.path for each in self._above(path) if each.level == level), None)

    def _above(self, path: tuple[str, ...]) -> Iterator[_Node]:
        """Yield the nodes in which ``path`` stands, the node itself first."""
        yield from (self._at[path[:n]] for n in range(len(path), 0, -1) if path[:n] in self._at)

    def _containers(self) -> set[tuple[str, ...]]:
        return {n.path[:-1] for n in self._nodes if n.level != "paragraph" and len(n.path) > 1}

    def _part(self, node: _Node, path: tuple[str, ...], containers: set[tuple[str, ...]]) -> OutlinePart:
        holder = next((path[:n] for n in range(len(path) - 1, 0, -1) if path[:n] in containers), ())
        steps = {each.level: each.path[-1] for each in self._above(path)}
        last = path[-1]
        return OutlinePart(
            id=".".join(path),
            text=node.text or node.label,
            line=node.line,
            heading=self._at[path[:1]].label if node.text else "",
            under=".".join(holder) or node.chapter,
            chapter=node.chapter,
            article=path[0],
            clause=steps.get("clause", ""),
            point=steps.get("point", ""),
            item=steps.get("item", ""),
            paragraph=int(last[1:]) if last[0] == "p" and last[1:].isdigit() else 1,
        )
