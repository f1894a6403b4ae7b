"""A regulation out of Word and PDF: the numbers that Word counts by itself, no heads of pages, and files that mean harm."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from steerco.charter.text.sources import SourceProblem, read_source
from steerco_vn_charter.parser import VietnameseCharter

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
LEVELS = (("decimal", "Điều %1."), ("decimal", "%2."), ("lowerLetter", "%3)"))


def numbering(*overrides: str) -> str:
    levels = "".join(
        f'<w:lvl w:ilvl="{n}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{text}"/></w:lvl>'
        for n, (form, text) in enumerate(LEVELS)
    )
    lists = "".join(f'<w:num w:numId="{n}"><w:abstractNumId w:val="0"/>{over}</w:num>' for n, over in enumerate(overrides, 1))
    return f'<w:numbering {W}><w:abstractNum w:abstractNumId="0">{levels}</w:abstractNum>{lists}</w:numbering>'


def paragraph(text: str, level: int | None = None, list_id: int = 1, style: str = "", inside: str = "") -> str:
    listed = "" if level is None else f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{list_id}"/></w:numPr>'
    styled = f'<w:pStyle w:val="{style}"/>' if style else ""
    return f"<w:p><w:pPr>{styled}{listed}</w:pPr><w:r><w:t>{text}</w:t></w:r>{inside}</w:p>"


def word(tmp_path: Path, *paragraphs: str, overrides: tuple[str, ...] = ("",), styles: str = "") -> Path:
    file = tmp_path / "regulation.docx"
    with zipfile.ZipFile(file, "w") as packed:
        packed.writestr("word/document.xml", f"<w:document {W}><w:body>{''.join(paragraphs)}</w:body></w:document>")
        packed.writestr("word/numbering.xml", numbering(*overrides))
        packed.writestr("word/styles.xml", f"<w:styles {W}>{styles}</w:styles>")
    return file


def lines(file: Path) -> list[str]:
    return [line for line in read_source(file).text.split("\n") if line]


def test_the_numbers_that_word_counts_by_itself(tmp_path: Path) -> None:
    file = word(
        tmp_path,
        paragraph("Phạm vi", 0),
        paragraph("Quy chế này quy định việc.", 1),
        paragraph("Gồm:", 1),
        paragraph("việc này;", 2),
        paragraph("việc kia.", 2),
        paragraph("Thi hành", 0),
        paragraph("Chủ nhiệm thi hành.", 1),
    )
    assert lines(file) == [
        "Điều 1. Phạm vi",
        "1. Quy chế này quy định việc.",
        "2. Gồm:",
        "a) việc này;",
        "b) việc kia.",
        "Điều 2. Thi hành",
        "1. Chủ nhiệm thi hành.",
    ]
    parsed = VietnameseCharter().parse(read_source(file).text)
    assert [clause.id for clause in parsed.clauses] == ["1.1", "1.2.a", "1.2.b", "2.1"]


def test_a_list_that_starts_anew_and_numbers_by_style(tmp_path: Path) -> None:
    anew = '<w:lvlOverride w:ilvl="1"><w:startOverride w:val="5"/></w:lvlOverride>'
    style = '<w:style w:styleId="Article"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
    based = '<w:style w:styleId="Mine"><w:basedOn w:val="Article"/></w:style>'
    file = word(
        tmp_path,
        paragraph("Phạm vi", style="Mine"),
        paragraph("Năm", 1, 2),
        paragraph("Sáu", 1, 2),
        paragraph("không số", 0, 0, style="Mine"),
        overrides=("", anew),
        styles=style + based,
    )
    assert lines(file) == ["Điều 1. Phạm vi", "5. Năm", "6. Sáu", "không số"]


def test_what_is_changed_hidden_or_counted_without_the_letter_of_vietnam(tmp_path: Path) -> None:
    changed = "<w:ins><w:r><w:t> thêm</w:t></w:r></w:ins><w:del><w:r><w:delText> bỏ</w:delText></w:r></w:del>"
    hidden = "<w:r><w:rPr><w:vanish/></w:rPr><w:t> ẩn</w:t></w:r>"
    file = word(
        tmp_path,
        paragraph("Việc", 0),
        *(paragraph(f"điểm{n}", 2) for n in range(5)),
        paragraph("Sửa", None, inside=changed + hidden),
    )
    source = read_source(file)
    assert lines(file)[-1] == "Sửa thêm"
    assert [(doubt.code, source.text.split("\n")[doubt.line - 1]) for doubt in source.unsure] == [
        ("automatic-letter", "e) điểm4"),
        ("tracked", "Điều 1. Việc"),
    ]


def pdf(pages: list[list[str]]) -> bytes:
    """A PDF of text by hand: one font, a line below the other."""
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"", b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"]
    kids = []
    for page in pages:
        moves = "".join(f"1 0 0 1 50 {800 - 14 * n} Tm ({line}) Tj " for n, line in enumerate(page))
        stream = f"BT /F1 10 Tf {moves}ET".encode()
        objects.append(b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream))
        resources = (
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents {len(objects)} 0 R/Resources<</Font<</F1 3 0 R>>>>>>"
        )
        objects.append(resources.encode())
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<</Type/Pages/Count {len(pages)}/Kids[{' '.join(kids)}]>>".encode()
    file, offsets = io.BytesIO(b""), []
    file.write(b"%PDF-1.4\n")
    for n, content in enumerate(objects, 1):
        offsets.append(file.tell())
        file.write(b"%d 0 obj\n%s\nendobj\n" % (n, content))
    at = file.tell()
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    file.write(f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}".encode())
    file.write(f"trailer<</Size {len(objects) + 1}/Root 1 0 R>>\nstartxref\n{at}\n%%EOF".encode())
    return file.getvalue()


def test_the_text_of_a_pdf_without_the_heads_of_its_pages(tmp_path: Path) -> None:
    file = tmp_path / "charter.pdf"
    file.write_bytes(pdf([["Garden Council", f"{n}. Part {n}", f"Text of part {n}.", f"Page {n} of 4"] for n in range(1, 5)]))
    source = read_source(file)
    assert "Garden Council" not in source.text
    assert "Page 2 of 4" not in source.text
    assert [line for line in source.text.split("\n") if line][:4] == [
        "1. Part 1",
        "Text of part 1.",
        "2. Part 2",
        "Text of part 2.",
    ]
    assert [doubt.code for doubt in source.unsure] == ["running-heads"]


def packed(name: str, content: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return file.getvalue()


BOMB = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]><x>&b;</x>'


@pytest.mark.parametrize(
    ("code", "raw"),
    [
        ("empty", lambda: b" \n"),
        ("old-or-locked", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100)),
        ("not-word", lambda: packed("other.txt", b"x")),
        ("not-word", lambda: packed("word/document.xml", BOMB)),
        ("not-word", lambda: packed("word/document.xml", b"<w:document/>")[:40]),
        ("not-read", lambda: packed("word/document.xml", b"<not-closed>")),
        ("too-large", lambda: packed("word/document.xml", bytes(60 * 1024 * 1024))),
        ("not-pdf", lambda: b"%PDF-1.7\nnothing"),
        ("scanned", lambda: pdf([[], []])),
        ("not-utf-8", lambda: "Điều 1".encode("utf-32")),
        ("not-utf-8", lambda: "Điều".encode("cp1258", "replace") + b"\xd0\xff"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_file_that_cannot_be_read_is_told_with_what_to_do(tmp_path: Path, code: str, raw: Callable[[], bytes]) -> None:
    file = tmp_path / "regulation"
    file.write_bytes(raw())
    with pytest.raises(SourceProblem) as problem:
        read_source(file)
    assert problem.value.code == code
    assert problem.value.do
    assert "regulation" in str(problem.value)
