"""The outline of a regulation as a parser finds it, line by line, and the clause ids that follow from it.

The outline knows no language. A parser reports each part (an article, a numbered clause, a lettered point …); the outline keeps
their order, reports breaks in it, and determines the leaves. Ids: ``7.1`` is clause 1 of article 7, ``7.1.p2`` its second
paragraph, ``5.2.a.1`` the first item of point a of clause 5.2, ``13`` an article without numbered clauses.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct, field

LATIN = tuple("abcdefghijklmnopqrstuvwxyz")


class Unsure(Struct, frozen=True, order=True):
    """Something that a parser could not be sure of, in a line of the source (counted from 1)."""

    line: int
    code: str
    message: str


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
    path: tuple[str, ...]
    level: str
    line: int
    chapter: str
    label: str = ""
    text: str = ""


class Outline(Struct):
    """Collects what a parser meets. ``letters`` is the order of a language's points."""

    letters: Sequence[str] = LATIN
    unsure: list[Unsure] = field(default_factory=list)
    _nodes: list[_Node] = field(default_factory=list)
    _chapters: list[OutlineContainer] = field(default_factory=list)

    def doubt(self, line: int, code: str, message: str) -> None:
        """Note that something in ``line`` is not sure."""
        self.unsure.append(Unsure(line, code, message))

    def chapter(self, number: str, label: str, line: int) -> None:
        """A chapter begins."""
        self._chapters.append(OutlineContainer(number, label, line))

    def section(self, number: str, label: str, line: int) -> None:
        """A section of the last chapter begins."""
        above = next((c for c in reversed(self._chapters) if not c.under), None)
        name = f"{above.id}.S{number}" if above else f"S{number}"
        self._chapters.append(OutlineContainer(name, label, line, above.id if above else ""))

    def name_chapter(self, more: str) -> None:
        """The title of the last chapter or section goes on."""
        last = self._chapters[-1]
        self._chapters[-1] = OutlineContainer(last.id, f"{last.label} {more}".strip(), last.line, last.under)

    def article(self, number: str, label: str, line: int) -> None:
        """An article begins."""
        self._nodes.append(_Node((number,), "article", line, self._chapters[-1].id if self._chapters else "", label))

    def name_article(self, more: str) -> None:
        """The title of the last article goes on."""
        self._nodes[-1].label = f"{self._nodes[-1].label} {more}".strip()

    def next_article(self) -> int:
        """Return the number that the next article should have."""
        numbers = [n.path[0] for n in self._nodes if n.level == "article" and n.path[0].isdigit()]
        return int(numbers[-1]) + 1 if numbers else 1

    def clause(self, number: int, text: str, line: int) -> bool:
        """Add a numbered clause. Return False if no such number can stand here, so that the line must be text."""
        if not self._nodes:
            return False
        article = self._nodes[-1].path[0]
        last = self._last("clause", (article,))
        if number <= (int(last) if last else 0):
            return False
        if number != (int(last) if last else 0) + 1:
            self.doubt(line, "gap", f"clause {number} of article {article} follows {last or 'nothing'}; is one missing?")
        self._add((article, str(number)), "clause", text, line)
        return True

    def point(self, letter: str, text: str, line: int) -> bool:
        """Add a lettered point. Return False if it cannot stand here."""
        base = self._base("clause") or self._base("article")
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
        base = self._base("point") or self._base("clause") or self._base("article")
        if base is None:
            return False
        last = self._last("item", base)
        self._add((*base, str(int(last) + 1 if last else 1)), "item", text, line)
        return True

    def paragraph(self, text: str, line: int) -> bool:
        """Add a paragraph without number or letter to the part before it. Return False if it cannot stand here."""
        if not self._nodes:
            return False
        last = self._nodes[-1]
        if last.level == "article" and not last.text:
            last.text, last.line = text, line
            return True
        base = last.path[:-1] if last.level == "paragraph" else last.path
        before = self._last("paragraph", base)
        if last.level in ("point", "item"):
            message = f"a paragraph follows {'.'.join(base)}; it may belong to what stands above that"
            self.doubt(line, "paragraph", message)
        self._add((*base, f"p{int(before[1:]) + 1 if before else 2}"), "paragraph", text, line)
        return True

    def more(self, text: str) -> None:
        """The last text goes on."""
        if self._nodes:
            last = self._nodes[-1]
            last.text = f"{last.text} {text}".strip()

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
                    leaves.append(self._part(node, (*node.path, "p1")))
                continue
            leaves.append(self._part(node, node.path))
        return tuple(leaves)

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
                containers[".".join(node.path)] = OutlineContainer(".".join(node.path), node.label or node.text, node.line, under)
        return tuple(containers.values())

    def _add(self, path: tuple[str, ...], level: str, text: str, line: int) -> None:
        self._nodes.append(_Node(path, level, line, self._nodes[-1].chapter, "", text))

    def _last(self, level: str, base: tuple[str, ...]) -> str:
        """Return the number of the last node of ``level`` directly under ``base``, or nothing."""
        numbers = (n.path[-1] for n in reversed(self._nodes) if n.level == level and n.path[:-1] == base)
        return next(numbers, "")

    def _base(self, level: str) -> tuple[str, ...] | None:
        """Return the path of the clause or point in which the last node stands."""
        if not self._nodes:
            return None
        path = self._nodes[-1].path
        steps = [n for n in self._nodes if n.level == level and path[: len(n.path)] == n.path]
        return steps[-1].path if steps else None

    def _containers(self) -> set[tuple[str, ...]]:
        return {n.path[:-1] for n in self._nodes if n.level != "paragraph" and len(n.path) > 1}

    def _part(self, node: _Node, path: tuple[str, ...]) -> OutlinePart:
        heading = next((n.label for n in self._nodes if n.level == "article" and n.path == path[:1]), "")
        above = self._containers()
        holder = next((path[:n] for n in range(len(path) - 1, 0, -1) if path[:n] in above), ())
        steps = {n.level: n.path[-1] for n in self._nodes if path[: len(n.path)] == n.path}
        last = path[-1]
        return OutlinePart(
            id=".".join(path),
            text=node.text or node.label,
            line=node.line,
            heading=heading if node.text else "",
            under=".".join(holder) or node.chapter,
            chapter=node.chapter,
            article=path[0],
            clause=steps.get("clause", ""),
            point=steps.get("point", ""),
            item=steps.get("item", ""),
            paragraph=int(last[1:]) if last[0] == "p" and last[1:].isdigit() else 1,
        )
