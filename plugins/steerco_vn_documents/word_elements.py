"""Elements of WordprocessingML that python-docx has no words for, each put where Word wants it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from docx.oxml import OxmlElement
from docx.oxml.ns import qn

if TYPE_CHECKING:
    from docx.text.paragraph import Paragraph

BEHIND = {
    "pBdr": "shd tabs suppressAutoHyphens spacing ind contextualSpacing jc textAlignment outlineLvl rPr sectPr",
    "tblInd": "tblBorders shd tblLayout tblCellMar tblLook",
    "tblCellMar": "tblLook",
    "pgNumType": "cols formProt vAlign noEndnote titlePg textDirection bidi rtlGutter docGrid",
}
"""The elements of WordprocessingML that stand behind one that we add: Word may refuse a file in another order."""


def border(paragraph: Paragraph, side: str) -> None:
    """Draw a line at one side (``top``) of a paragraph."""
    borders, edge = OxmlElement("w:pBdr"), OxmlElement(f"w:{side}")
    for name, value in (("val", "single"), ("sz", "6"), ("space", "1"), ("color", "auto")):
        edge.set(qn(f"w:{name}"), value)
    borders.append(edge)
    put(paragraph._p.get_or_add_pPr(), borders)


def put(parent: Any, element: Any) -> None:
    """Add an element in the order in which Word wants it."""
    successors = BEHIND[element.tag.rpartition("}")[2]].split()
    parent.insert_element_before(element, *(f"w:{name}" for name in successors))


def twips(name: str, width: int) -> Any:
    """Return an element with a width in twentieths of a point."""
    part = OxmlElement(f"w:{name}")
    part.set(qn("w:w"), str(width))
    part.set(qn("w:type"), "dxa")
    return part


def whole(row: Any) -> None:
    """Keep a row on one page."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
