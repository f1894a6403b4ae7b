"""A regulation out of a file of Akoma Ntoso: its parts are told by their elements, so that nothing has to be guessed.

Entities, external parts and networks are out of bounds: such a file is refused before it is parsed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from lxml import etree
from msgspec import Struct, field

from steerco.charter.text.importer import Paper, Parsed
from steerco.charter.text.outline import OutlineContainer, OutlinePart, Placed, PlaceKind, Unsure
from steerco.charter.text.sources.refused import CannotRead

OWN_ID = "{urn:steerco:akoma-ntoso}id"
"""The attribute in which our own export keeps the id of a part."""
_UNNUMBERED = frozenset(
    {"book", "tome", "part", "subpart", "title", "subtitle", "chapter", "subchapter", "division", "subdivision"}
)
"""Elements whose parts do not take up their number: articles are counted through all chapters."""
_NUMBERED = frozenset(
    {"article", "section", "subsection", "rule", "subrule", "clause", "subclause", "paragraph", "subparagraph", "point", "indent"}
    | {"alinea", "item", "hcontainer", "level", "proviso", "transitional"}
)
_LANGUAGES = {"vie": "vi", "eng": "en"}
_ENTITY = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)


class AknText(Struct):
    """What was read: a line of text a part, the regulation, its language, and doubts."""

    lines: list[str] = field(default_factory=list)
    placed: list[Placed] = field(default_factory=list)
    clauses: list[OutlinePart] = field(default_factory=list)
    headings: list[OutlineContainer] = field(default_factory=list)
    unsure: list[Unsure] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)

    def line(self, text: str, kind: PlaceKind, of: str = "") -> int:
        """Keep a line with its place and return its number."""
        self.lines.append(text)
        self.placed.append(Placed(len(self.lines), kind, of))
        return len(self.lines)

    def free(self, id: str) -> str:
        """Return an id that no part has yet; a number that stands twice is told."""
        wanted, number = id, 2
        while id in self.ids:
            id, number = f"{wanted}-{number}", number + 1
        if id != wanted:
            self.unsure.append(Unsure(len(self.lines) + 1, "twice", f"{wanted} stands twice; the second is taken as {id}"))
        self.ids.add(id)
        return id


def read_akn(raw: bytes) -> tuple[str, Parsed, str]:
    """Return the text of an Akoma Ntoso file by parts, the regulation in it and its language. Raises ``CannotRead``."""
    root = _root(raw)
    body = next((each for each in root.iter() if _name(each) in ("body", "mainBody")), None)
    if body is None:
        raise CannotRead("not-akn", "is XML, and no document of Akoma Ntoso with a body")
    read = AknText()
    paper = _paper(root, read)
    for part in body:
        if _hierarchical(part):
            _part(part, "", "", read)
        elif _text(part):
            _left_over(part, read)
    for outside in root.iter():
        if _name(outside) in ("conclusions", "attachments", "components") and _text(outside):
            _left_over(outside, read)
    language = next((each.get("language", "") for each in root.iter() if _name(each) == "FRBRlanguage"), "")
    parsed = Parsed(paper, tuple(read.headings), tuple(read.clauses), tuple(sorted(read.unsure)), tuple(read.placed))
    return "\n".join(read.lines), parsed, _LANGUAGES.get(language, language[:2] or "en")


def _root(raw: bytes) -> etree._Element:
    if _ENTITY.search(raw) or b"<\0!\0" in raw or b"\0<\0!" in raw:
        raise CannotRead("not-akn", "declares a document type or entities, which no such file needs")
    safe = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False}
    parser = etree.XMLParser(**safe, remove_comments=True, remove_pis=True)
    try:
        return etree.fromstring(raw, parser)
    except etree.XMLSyntaxError as wrong:
        raise CannotRead("not-akn", f"is no whole XML ({wrong})") from None


def _paper(root: etree._Element, read: AknText) -> Paper:
    """Return number, day and title as the front of the document and its metadata say; other words of the front are left over."""
    told = {name: next((_text(each) for each in root.iter() if _name(each) == name), "") for name in ("docTitle", "docNumber")}
    kept = set()
    for name, text in told.items():
        if text:
            read.line(text, "instrument", "title" if name == "docTitle" else "id")
            kept.add(text)
    for front in root.iter():
        if _name(front) in ("preface", "preamble"):
            for words in _blocks(front):
                rest = words
                for each in sorted(kept, key=len, reverse=True):
                    rest = rest.replace(each, " ", 1)
                if re.search(r"\w", re.sub(r"\d{4}-\d\d-\d\d", "", rest)):
                    read.line(words, "left-over")
    number = next((each.get("value", "") for each in root.iter() if _name(each) == "FRBRnumber"), "")
    day = next((each.get("date", "") for each in root.iter() if _name(each) == "FRBRdate"), "")
    return Paper(number=told["docNumber"] or number, title=told["docTitle"], date=_day(day))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def _part(element: etree._Element, above: str, under: str, read: AknText) -> None:
    """Keep a part: a heading with what stands in it, or a clause with its paragraphs."""
    title, number = _of(element, "heading"), _of(element, "num")
    id = read.free(element.get(OWN_ID) or _id(element, number, above, read))
    inner = [child for child in element if _hierarchical(child)]
    named = " ".join(filter(None, (number, title)))
    if not inner and element.get(OWN_ID) and all(_name(child) in ("num", "heading", "subheading") for child in element):
        read.headings.append(OutlineContainer(id, title, read.line(named or id, "heading", id), under))
        return
    if not inner:
        texts = [block for child in element if _name(child) not in ("num", "heading", "subheading") for block in _blocks(child)]
        if named and texts:
            read.line(named, "heading", id)
        _clause(id, texts, title, under, read)
        return
    line = read.line(named, "heading", id) if named else len(read.lines) + 1
    read.headings.append(OutlineContainer(id, title, line, under))
    outer = above if _name(element) in _UNNUMBERED else id
    for child in element:
        if _hierarchical(child):
            _part(child, outer, id, read)
        elif _name(child) in ("intro", "wrapUp", "content"):
            for n, text in enumerate(_blocks(child), 1):
                own = read.free(f"{id}.p{n}" if _name(child) == "intro" else f"{id}.p{n + 1}")
                read.clauses.append(OutlinePart(own, text, read.line(text, "clause", own), title, id))


def _clause(id: str, texts: list[str], title: str, under: str, read: AknText) -> None:
    first, *more = texts or [""]
    line = read.line(first or title, "clause", id) if first or title else len(read.lines) + 1
    read.clauses.append(OutlinePart(id, first, line, title, under))
    for n, text in enumerate(more, 2):
        own = read.free(f"{id}.p{n}")
        read.clauses.append(OutlinePart(own, text, read.line(text, "clause", own), title, under))


def _id(element: etree._Element, number: str, above: str, read: AknText) -> str:
    """Return the id that follows from the number of a part: its last word, without brackets and dots."""
    words = re.findall(r"[\w.-]*\w", number)
    unders = [*(heading.under for heading in read.headings), *(clause.under for clause in read.clauses)]
    own = words[-1] if words else str(1 + unders.count(above))
    return f"{above}.{own}" if above and not own.startswith(f"{above}.") else own


def _left_over(element: etree._Element, read: AknText) -> None:
    for words in _blocks(element):
        line = read.line(words, "left-over")
        read.unsure.append(Unsure(line, "left-out", f"left out as no part of the text: {words[:60]}"))


def _blocks(element: etree._Element) -> Iterator[str]:
    """Yield the texts of an element, a block each."""
    blocks = [child for child in element.iter() if _name(child) in ("p", "tr", "li", "heading", "num")]
    if not blocks and (text := _text(element)):
        yield text
    for block in blocks:
        if _text(block) and not any(above in blocks for above in block.iterancestors()):
            yield _text(block)


def _hierarchical(element: etree._Element) -> bool:
    return _name(element) in _NUMBERED or _name(element) in _UNNUMBERED


def _of(element: etree._Element, name: str) -> str:
    return next((_text(child) for child in element if _name(child) == name), "")


def _text(element: etree._Element) -> str:
    return re.sub(r"\s+", " ", "".join(element.itertext())).strip()


def _name(element: etree._Element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""
