"""Papers as Word files: the same boxes as in print, and nothing of the text is markup."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from docx import Document as read_document
from docx.oxml.ns import qn
from docx.shared import Cm, Mm, Pt
from msgspec.structs import replace
from tests.plugins.paper_samples import SAMPLES

from steerco.extension.api import Block, DocumentContent
from steerco_vn_documents import rendering, words


def opened(content: DocumentContent) -> Any:
    made = rendering.docx(content, electronic=True)
    assert made.suffix == ".docx"
    return read_document(BytesIO(made.content))


def cells(document: Any) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for table in document.tables for row in table.rows]


def paragraph(document: Any, text: str) -> Any:
    return next(each for each in document.paragraphs if text in each.text)


@pytest.mark.parametrize("kind", SAMPLES)
def test_a_word_paper_has_the_same_boxes(kind: str) -> None:
    content = SAMPLES[kind]
    document = opened(content)
    head = document.tables[0]
    left, right = (cell.paragraphs for cell in head.rows[0].cells)
    assert [each.text for each in right[:2]] == [words.STATE, words.MOTTO]
    assert [each.runs[0].font.size for each in right[:2]] == [Pt(12), Pt(13)]
    assert [each.text for each in left if each.text] == [*content.parent, *content.issuer]
    assert f"Số: {content.reference}" in head.rows[1].cells[0].text
    last = next(row for table in reversed(document.tables) for row in table.rows if "Nơi nhận:" in row.cells[0].text)
    assert "- Lưu: VT" in last.cells[0].text
    assert any(content.signatures[0].name in text for row in cells(document) for text in row)
    if name := words.KINDS[content.kind].name:
        assert paragraph(document, name).style.name == "Heading 1"


def test_a_word_paper_has_the_page_of_the_decree() -> None:
    document = opened(SAMPLES["plan"])
    for section, wide in zip(document.sections, (False, False, True), strict=True):
        assert sorted((section.page_width, section.page_height)) == pytest.approx([Mm(210), Mm(297)], rel=0.001)
        assert (section.page_width > section.page_height) == wide
        margins = (section.left_margin, section.right_margin, section.top_margin)
        assert margins == pytest.approx((Mm(30), Mm(15), Mm(20)), rel=0.001)
        assert "PAGE" in section.header._element.xml
        assert section.different_first_page_header_footer
        assert "PAGE" not in section.first_page_header._element.xml


def test_body_and_font_are_those_of_the_decree() -> None:
    document = opened(SAMPLES["authorisation"])
    line = paragraph(document, "Người ủy quyền: ")
    assert line.paragraph_format.first_line_indent == Cm(1.27)
    assert line.runs[0].font.size == Pt(14)
    fonts = document.styles["Normal"].element.rPr.rFonts
    assert {fonts.get(qn(f"w:{name}")) for name in ("ascii", "hAnsi", "cs", "eastAsia")} == {"Times New Roman"}


def test_a_word_paper_repeats_to_the_byte() -> None:
    first, second = (rendering.docx(SAMPLES["minutes"], electronic=True).content for _ in range(2))
    assert first == second


def test_a_title_of_the_greatest_length_makes_a_word_paper() -> None:
    long = "Kết luận " * 55
    content = SAMPLES["conclusion-notice"]
    document = opened(replace(content, text=replace(content.text, title=long.strip())))
    assert paragraph(document, "Kết luận Kết luận").text == long.strip()


def test_markup_comes_out_letter_by_letter_in_word_too() -> None:
    hostile = '<w:p>&amp; {{ "x" }} #read("/etc/passwd") </w:p>'
    no_character = "\ufffe"
    content = SAMPLES["report"]
    document = opened(replace(content, text=replace(content.text, blocks=(Block("paragraph", hostile + no_character),))))
    assert paragraph(document, "etc").text == f"{hostile}./."


def test_a_table_has_a_head_that_repeats_and_rows_that_stay_whole() -> None:
    document = opened(SAMPLES["conclusion-notice"])
    table = next(table for table in document.tables if table.rows[0].cells[0].text == "STT")
    assert len(table.rows) == 13
    assert "w:tblHeader" in table.rows[0]._tr.xml
    assert all("w:cantSplit" in row._tr.xml for row in table.rows)
    assert sum(column.width for column in table.columns) == pytest.approx(Cm(16.5), rel=0.01)


ORDER = {
    "pPr": "pStyle keepNext keepLines pageBreakBefore widowControl numPr pBdr shd tabs spacing ind jc outlineLvl rPr sectPr",
    "tblPr": "tblStyle tblW jc tblInd tblBorders shd tblLayout tblCellMar tblLook",
    "sectPr": "headerReference footerReference type pgSz pgMar pgNumType cols titlePg docGrid",
    "rPr": "rStyle rFonts b bCs i iCs color sz szCs u bdr lang",
}
"""The order of elements in ECMA-376, as far as papers have them: Word may refuse another one; nothing here opens it."""


@pytest.mark.parametrize("kind", ["invitation", "plan", "minutes"])
def test_the_parts_of_a_word_file_stand_in_the_order_of_its_standard(kind: str) -> None:
    document = opened(SAMPLES[kind])
    parts = [document.element, *(part._element for s in document.sections for part in (s.header, s.first_page_footer))]
    for name, order in ORDER.items():
        every = [each for part in parts for each in part.iter(qn(f"w:{name}"))]
        assert every, name
        for found in every:
            ranks = [order.split().index(child.tag.rpartition("}")[2]) for child in found]
            assert ranks == sorted(ranks), found.xml


@pytest.mark.parametrize("kind", ["invitation", "plan"])
def test_what_word_wants_behind_a_table_or_for_a_section_takes_no_place(kind: str) -> None:
    document = opened(SAMPLES[kind])
    ends = [each for each in document.paragraphs if each._p.pPr is not None and each._p.pPr.find(qn("w:sectPr")) is not None]
    last = [] if kind == "plan" else document.paragraphs[-1:]
    assert len([*ends, *last]) == len(document.sections) - (kind == "plan")
    assert {(each.text, each.paragraph_format.line_spacing) for each in [*ends, *last]} == {("", Pt(1))}
