"""A charter as Akoma Ntoso 3.0 (OASIS LegalDocML), so that other programs for legal texts can read it.

Each part carries the id by which it is cited here in an attribute of our own, which the standard allows: reading the file back
gives the same clauses. The identifiers of the standard (``eId``) follow its naming convention.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from lxml import etree
from msgspec import Struct

from steerco.charter.model import Charter
from steerco.charter.tables.instrument import Clause, Heading

AKN = "http://docs.oasis-open.org/legaldocml/ns/akn/3.0"
OWN = "urn:steerco:akoma-ntoso"
"""The namespace of the attribute ``id``: the id of a clause or heading as it is cited."""
_DEPTHS = ("article", "paragraph", "point", "indent", "alinea")
"""Names of numbered parts by their depth."""
_SHORT = {"chapter": "chp", "section": "sec", "article": "art", "paragraph": "para", "point": "point", "indent": "indent"}
_LANGUAGES = {"vi": "vie", "en": "eng", "fr": "fra", "de": "deu", "es": "spa", "pt": "por", "ru": "rus", "zh": "zho"}


class Edition(Struct, frozen=True):
    """Which of a charter's labels are written, and the country of the work (ISO 3166; ``zz``: not said)."""

    language: str
    country: str = "zz"


def languages(charter: Charter) -> list[str]:
    """Return the languages in which the charter has headings, the one with the most first."""
    count: dict[str, int] = defaultdict(int)
    labels = [heading.label for heading in charter.headings] + [charter.instrument.title]
    for label in labels:
        for language in ("vi", "en"):
            count[language] += bool(getattr(label, language))
    return sorted((language for language in count if count[language]), key=lambda each: -count[each])


def as_akoma_ntoso(charter: Charter, edition: Edition) -> bytes:
    """Return the charter as a document of the standard: instrument, headings, and the wording of each clause."""
    root = etree.Element(f"{{{AKN}}}akomaNtoso", nsmap={None: AKN, "steerco": OWN})
    act = _add(root, "act", name="charter")
    _meta(act, charter, edition)
    _preface(act, charter, edition)
    _Body(charter, edition.language).write(_add(act, "body"))
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def _add(parent: etree._Element, tag: str, text: str = "", /, **attributes: str) -> etree._Element:
    child = etree.SubElement(parent, f"{{{AKN}}}{tag}", attrib=attributes)
    child.text = _printable(text) or None
    return child


def _printable(text: str) -> str:
    """Return a text without the characters that XML cannot hold."""
    return re.sub(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", " ", text)


def _meta(act: etree._Element, charter: Charter, edition: Edition) -> None:
    paper = charter.instrument
    day = (paper.date or paper.effective).first.isoformat()
    number = re.sub(r"[^\w.-]+", "-", paper.id).strip("-") or "charter"
    work = f"/akn/{edition.country}/act/{day}/{number}"
    identification = _add(_add(act, "meta"), "identification", source="#steerco")
    language = _LANGUAGES.get(edition.language, "und")
    for level, iri in (
        ("FRBRWork", work),
        ("FRBRExpression", f"{work}/{language}@"),
        ("FRBRManifestation", f"{work}/{language}@.xml"),
    ):
        of = _add(identification, level)
        _add(of, "FRBRthis", value=f"{iri}/!main" if level == "FRBRWork" else iri)
        _add(of, "FRBRuri", value=iri)
        _add(of, "FRBRdate", date=day, name="enactment")
        _add(of, "FRBRauthor", href="#issuer")
        if level == "FRBRWork":
            _add(of, "FRBRcountry", value=edition.country)
            _add(of, "FRBRnumber", value=paper.id)
        elif level == "FRBRExpression":
            _add(of, "FRBRlanguage", language=language)


def _preface(act: etree._Element, charter: Charter, edition: Edition) -> None:
    paper = charter.instrument
    line = _add(_add(act, "preface"), "p")
    _add(line, "docTitle", _said(paper.title, edition.language))
    _add(line, "docNumber", paper.id)
    if paper.date is not None and paper.date.first == paper.date.last:
        _add(line, "docDate", paper.date.first.isoformat(), date=paper.date.first.isoformat())


class _Body:
    """Writes headings and clauses as they stand in each other, in the order of the file."""

    def __init__(self, charter: Charter, language: str) -> None:
        self.language = language
        self.containers = {heading.id: heading for heading in charter.headings}
        self.inside: dict[str, list[Heading | Clause]] = defaultdict(list)
        for part in _in_order(charter):
            self.inside[part.under if part.under in self.containers else ""].append(part)

    def write(self, body: etree._Element) -> None:
        for part in self.inside[""]:
            self._part(body, part, "", 0)

    def _part(self, parent: etree._Element, part: Heading | Clause, above: str, depth: int) -> None:
        numbered = depth or not isinstance(part, Heading) or self._holds_own(part)
        tag = _DEPTHS[min(depth, len(_DEPTHS) - 1)] if numbered else "section" if above else "chapter"
        number = part.id.removeprefix(f"{self._outer(part)}.") if self._outer(part) else part.id
        eid = "__".join(filter(None, (above, f"{_SHORT.get(tag, tag)}_{re.sub(r'[^0-9A-Za-z]+', '-', number) or number}")))
        element = _add(parent, tag, eId=_unique(parent, eid))
        element.set(f"{{{OWN}}}id", part.id)
        _add(element, "num", number)
        title = part.label if isinstance(part, Heading) else part.heading
        if text := _said(title, self.language):
            _add(element, "heading", text)
        if isinstance(part, Clause):
            _add(_add(element, "content"), "p", part.text)
            return
        for inner in self.inside[part.id]:
            self._part(element, inner, eid, depth + 1 if numbered else 0)

    def _holds_own(self, heading: Heading) -> bool:
        """Return whether the parts of a heading are numbered by it, as those of an article are, and of a chapter are not."""
        inner = self.inside[heading.id]
        return bool(inner) and all(part.id.startswith(f"{heading.id}.") for part in inner)

    def _outer(self, part: Heading | Clause) -> str:
        return part.under if part.id.startswith(f"{part.under}.") else ""


def _unique(parent: etree._Element, eid: str) -> str:
    """Return an identifier that no neighbour has."""
    taken = {child.get("eId") for child in parent}
    number = 2
    while eid in taken:
        eid, number = f"{eid.rpartition('~')[0] or eid}~{number}", number + 1
    return eid


def _in_order(charter: Charter) -> Iterator[Heading | Clause]:
    """Yield headings and clauses in the order of the text: a heading stands before the first clause below it."""
    above = {heading.id: heading for heading in charter.headings}
    told: set[str] = set()

    def chain(id: str) -> Iterator[Heading]:
        if id in above and id not in told:
            told.add(id)
            yield from chain(above[id].under)
            yield above[id]

    for clause in charter.clauses:
        yield from chain(clause.under)
        yield clause
    for heading in charter.headings:
        yield from chain(heading.id)


def _said(label: object, language: str) -> str:
    return str(getattr(label, language, "") or getattr(label, "vi", "") or getattr(label, "en", ""))
