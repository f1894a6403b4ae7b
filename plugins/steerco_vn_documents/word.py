"""The same sheet as a Word file, to work on: what is signed is the PDF.

Widths stand both at columns and at cells, since Word goes by one and LibreOffice by the other; the bytes repeat.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from docx import Document as new_document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Mm, Pt, RGBColor

from steerco_vn_documents import words
from steerco_vn_documents.sheet import Annex, Element, Hand, Sheet
from steerco_vn_documents.word_elements import border, put, twips, whole

if TYPE_CHECKING:
    from docx.document import Document
    from docx.section import Section
    from docx.table import _Cell
    from docx.text.paragraph import Paragraph

FACE = "Times New Roman"
LEFT, RIGHT, WIDE = Cm(7.0), Cm(9.5), Cm(25.2)
RED = RGBColor(0xD4, 0, 0)
INDENT = Cm(1.27)
PROPERTY = 255
"""Characters that Word keeps of a property of a file at most."""
LETTER = 0.23
"""Centimetres that a letter of a table takes, for the widths of columns."""


def word(sheet: Sheet) -> bytes:
    """Return the sheet as the bytes of a .docx."""
    document = new_document()
    _prepare(document, sheet)
    _head(document, sheet)
    _named(document, sheet)
    for base in sheet.bases:
        _text(document, base, italic=True)
    if sheet.enacting:
        _middle(document, sheet.enacting, bold=True, before=10, after=6)
    _flow(document, sheet.body)
    _signed(document, sheet)
    for annex in sheet.appendices:
        _annex(document, sheet, annex)
    return _repeatable(document)


# The page


def _prepare(document: Document, sheet: Sheet) -> None:
    normal = document.styles["Normal"]
    normal.font.size = Pt(14)
    _face(normal)
    for level in (1, 2, 3):
        style = document.styles[f"Heading {level}"]
        assert style.type == WD_STYLE_TYPE.PARAGRAPH
        style.font.size, style.font.bold, style.font.color.rgb = Pt(14), True, RGBColor(0, 0, 0)
        _face(style)
    _section(document.sections[0])
    if sheet.contact:
        foot = document.sections[0].first_page_footer.paragraphs[0]
        border(foot, "top")
        for i, line in enumerate(sheet.contact):
            _run(foot if i == 0 else document.sections[0].first_page_footer.add_paragraph(), line, 11)
    core = document.core_properties
    core.title, core.author, core.keywords = (text[:PROPERTY] for text in (sheet.title, sheet.author, ", ".join(sheet.keywords)))
    core.language = "vi-VN"
    core.created = core.modified = datetime(*sheet.day)
    core.last_modified_by, core.comments = sheet.author, ""


def _face(style: Any) -> None:
    style.font.name = FACE
    properties = style.element.get_or_add_rPr()
    fonts = properties.get_or_add_rFonts()
    for name in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
        fonts.set(qn(name), FACE)
    for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:cstheme", "w:eastAsiaTheme"):
        fonts.attrib.pop(qn(theme), None)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "vi-VN")
    properties.append(language)


def _section(section: Section, *, wide: bool = False) -> None:
    """Set A4, the margins of the decree, and the page number from the second page on."""
    width, height = Mm(210), Mm(297)
    section.orientation = WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = (height, width) if wide else (width, height)
    section.top_margin = section.bottom_margin = Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(15)
    section.header_distance = Mm(10)
    section.different_first_page_header_footer = True
    section.header.is_linked_to_previous = section.first_page_header.is_linked_to_previous = False
    number = section.header.paragraphs[0]
    number.alignment = ALIGN.CENTER
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        part = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            part.set(qn("w:fldCharType"), kind)
        part.text = text or None
        _run(number, "", 14)._r.append(part)
    start = OxmlElement("w:pgNumType")
    start.set(qn("w:start"), "1")
    put(section._sectPr, start)


# Texts


def _run(paragraph: Paragraph, text: str, size: float = 14, *, bold: bool = False, italic: bool = False) -> Any:
    run = paragraph.add_run(text)
    run.font.size, run.bold, run.italic = Pt(size), bold, italic
    return run


def _plain(paragraph: Paragraph, *, before: float = 0, after: float = 0) -> Paragraph:
    shape = paragraph.paragraph_format
    shape.space_before, shape.space_after, shape.line_spacing = Pt(before), Pt(after), 1.0
    shape.first_line_indent = Pt(0)
    return paragraph


def _text(at: Any, text: str, *, lead: str = "", italic: bool = False) -> Paragraph:
    paragraph: Paragraph = at.add_paragraph()
    _plain(paragraph, before=6)
    paragraph.paragraph_format.first_line_indent, paragraph.paragraph_format.line_spacing = INDENT, 1.15
    paragraph.alignment = ALIGN.JUSTIFY
    if lead:
        _run(paragraph, f"{lead} ", bold=True)
    _run(paragraph, text, italic=italic)
    return paragraph


def _middle(
    at: Any, text: str, size: float = 14, *, bold: bool = False, italic: bool = False, before: float = 0, after: float = 0
) -> Any:
    paragraph = _plain(at.add_paragraph(), before=before, after=after)
    paragraph.alignment = ALIGN.CENTER
    return _run(paragraph, text, size, bold=bold, italic=italic)


def _line(cell: _Cell, text: str, size: float = 14, *, bold: bool = False, italic: bool = False, left: bool = False) -> Any:
    """Write a line into a cell, whose first paragraph is used first."""
    first = cell.paragraphs[0]
    paragraph = _plain(first if not first.runs and len(cell.paragraphs) == 1 else cell.add_paragraph())
    paragraph.alignment = ALIGN.LEFT if left else ALIGN.CENTER
    return _run(paragraph, text, size, bold=bold, italic=italic)


def _rule(at: Any, width: int, length: float) -> None:
    """Draw a rule of ``length`` in the middle of ``width``, clear of the letters above it: an empty paragraph with a border,
    indented on both sides."""
    paragraph = _plain(at.add_paragraph(), before=4)
    paragraph.paragraph_format.line_spacing = Pt(3)
    side = int((width - length) / 2)
    paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = side
    border(paragraph, "top")


def _grid(at: Any, rows: int, widths: Sequence[int], *, lines: bool = False) -> Any:
    table = at.add_table(rows=rows, cols=len(widths))
    table.autofit = False
    if lines:
        table.style = "Table Grid"
        put(table._tbl.tblPr, twips("tblInd", 108))  # the margin of a cell: its line, not its text, stands on the page's
    else:
        margins = OxmlElement("w:tblCellMar")
        margins.extend(twips(side, 0) for side in ("left", "right"))
        put(table._tbl.tblPr, margins)
    for i, width in enumerate(widths):
        table.columns[i].width = width
        for cell in table.columns[i].cells:
            cell.width = width
    return table


def _thin(paragraph: Paragraph) -> None:
    """Make a paragraph that Word wants behind a table, or for the end of a section, take no place, else an empty page follows."""
    _plain(paragraph).paragraph_format.line_spacing = Pt(1)


# The boxes


def _top(document: Document, sheet: Sheet) -> Any:
    table = _grid(document, 2, (LEFT, RIGHT))
    left, right = table.cell(0, 0), table.cell(0, 1)
    for line in sheet.parent:
        _line(left, line, 12)
    for line in sheet.issuer:
        _line(left, line, 12, bold=True)
    _rule(left, LEFT, LEFT * 0.3)
    _line(right, words.STATE, 12, bold=True)
    _line(right, words.MOTTO, 13, bold=True)
    _rule(right, RIGHT, Cm(5.6))
    return table


def _head(document: Document, sheet: Sheet) -> None:
    table = _top(document, sheet)
    _line(table.cell(1, 0), sheet.number, 13)
    if sheet.about:
        _line(table.cell(1, 0), sheet.about, 12)
        table.cell(1, 0).paragraphs[-1].paragraph_format.space_before = Pt(6)
    _line(table.cell(1, 1), sheet.dated, 13, italic=True)
    urgent = sheet.urgency[1] if sheet.urgency else ""
    if sheet.secrecy or urgent or sheet.circulation:
        stamps = table.add_row()
        for text in filter(None, (sheet.secrecy, urgent)):
            _framed(_line(stamps.cells[0], text, 13, bold=True)).font.color.rgb = RED
        if sheet.circulation:
            _framed(_line(stamps.cells[1], sheet.circulation, 13, bold=True))


def _framed(run: Any) -> Any:
    border = OxmlElement("w:bdr")
    for name, value in (("val", "single"), ("sz", "8"), ("space", "4"), ("color", "auto")):
        border.set(qn(f"w:{name}"), value)
    run._r.get_or_add_rPr().append(border)
    run._parent.paragraph_format.space_before = Pt(8)
    return run


def _named(document: Document, sheet: Sheet) -> None:
    if sheet.kind:
        _heading(document, sheet.kind, 1, middle=True, before=12)
        for line in sheet.abstract:
            _middle(document, line, bold=True)
        if sheet.ruled:
            _rule(document, LEFT + RIGHT, Cm(5))
    if len(sheet.to) == 1:
        _middle(document, f"{words.TO} {sheet.to[0]}", before=12, after=6)
    elif sheet.to:
        _plain(document.add_paragraph(), before=12).paragraph_format.left_indent = Cm(2.6)
        _run(document.paragraphs[-1], words.TO)
        for line in sheet.to:
            _plain(document.add_paragraph(), before=3).paragraph_format.left_indent = Cm(4.4)
            _run(document.paragraphs[-1], line)
    if sheet.authority:
        _middle(document, sheet.authority, bold=True, before=12, after=6)


def _heading(document: Document, text: str, level: int, *, middle: bool = False, before: float = 6) -> None:
    paragraph = document.add_heading(level=min(level, 3))
    _plain(paragraph, before=before)
    if middle:
        paragraph.alignment = ALIGN.CENTER
    else:
        paragraph.paragraph_format.first_line_indent = INDENT
    _run(paragraph, text, bold=True)


def _flow(document: Document, parts: Iterable[Element], width: int = LEFT + RIGHT) -> None:
    for part in parts:
        if part.type == "heading":
            _heading(document, part.text, part.level, middle=part.middle)
        elif part.type == "centre":
            _middle(document, part.text, bold=True, before=6)
        elif part.type == "table":
            _table(document, part, width)
        elif part.type == "dots":
            _text(document, f"{part.text} {'.' * 60}")
        else:
            _text(document, part.text, lead=part.lead)


def _table(document: Document, part: Element, width: int) -> None:
    narrow = [
        Cm(LETTER * max(len(row[i]) for row in (part.columns, *part.rows)) + 0.8) if not share else 0
        for i, share in enumerate(part.widths)
    ]
    left, shares = width - sum(narrow), sum(part.widths) or 1
    widths = [fixed or int(left * share / shares) for fixed, share in zip(narrow, part.widths, strict=True)]
    document.paragraphs[-1].paragraph_format.space_after = Pt(6)
    table = _grid(document, len(part.rows) + 1, widths, lines=True)
    repeat = OxmlElement("w:tblHeader")
    table.rows[0]._tr.get_or_add_trPr().append(repeat)
    for at, (line, texts) in enumerate(zip(table.rows, (part.columns, *part.rows), strict=True)):
        whole(line)
        for i, (cell, text) in enumerate(zip(line.cells, texts, strict=True)):
            _line(cell, text, 13, bold=at == 0, left=at > 0 and i not in part.centred)


def _signed(document: Document, sheet: Sheet) -> None:
    """Recipients on the left and the signature on the right; of minutes the two signatures, the recipients below."""
    _plain(document.add_paragraph()).paragraph_format.line_spacing = Pt(8)
    two = len(sheet.signers) > 1
    half = int((LEFT + RIGHT) / 2)
    table = _grid(document, 1 + two, (half, half) if two else (LEFT, RIGHT))
    whole(table.rows[0])
    for i, hand in enumerate(sheet.signers[:2]):
        _hand(table.cell(0, i if two else 1), hand)
    at = table.cell(1 if two else 0, 0)
    _line(at, words.RECIPIENTS, 12, bold=True, italic=True, left=True)
    for line in (*sheet.recipients, *sheet.code.splitlines()):
        _line(at, line, 11, left=True)
    if not sheet.appendices:
        _thin(document.add_paragraph())


def _hand(cell: _Cell, hand: Hand) -> None:
    for line in hand.title:
        _line(cell, line, bold=True)
    _plain(cell.add_paragraph()).paragraph_format.space_before = Cm(2)
    for line in (*hand.office, hand.name):
        _line(cell, line, bold=True)


def _annex(document: Document, sheet: Sheet, annex: Annex) -> None:
    _section(document.add_section(WD_SECTION.NEW_PAGE), wide=annex.wide)
    _thin(document.paragraphs[-1])
    if annex.own:
        _top(document, sheet)
    _heading(document, annex.label, annex.level, middle=True)
    if annex.title:
        _middle(document, annex.title, bold=True)
    _middle(document, annex.note, italic=True)
    width = WIDE if annex.wide else LEFT + RIGHT
    _rule(document, width, Cm(4))
    _flow(document, annex.body, width)


def _repeatable(document: Document) -> bytes:
    """Return the file with its parts in order and without the time of writing."""
    raw, sorted_ = BytesIO(), BytesIO()
    document.save(raw)
    with ZipFile(raw) as source, ZipFile(sorted_, "w", ZIP_DEFLATED) as target:
        for name in sorted(source.namelist(), key=lambda each: (each != "[Content_Types].xml", each)):
            info = ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.compress_type = ZIP_DEFLATED
            target.writestr(info, source.read(name))
    return sorted_.getvalue()
