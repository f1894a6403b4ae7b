"""Bad input to an import: each kind is told with its place and what to do, and nothing is half written."""

from __future__ import annotations

import io
import tomllib
import unicodedata
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from pypdf import PdfReader, PdfWriter
from tests.charter.test_import_sources import BOMB, packed, paragraph, pdf, word

from steerco.charter.text.importer import ImportReport
from steerco.configuration.home import Home
from steerco.founding.importing import import_text
from steerco.founding.problem import FoundingProblem

GOOD = "Điều 1. Việc chung\n\n1. Tưới cây.\n\n2. Làm cỏ.\n\nĐiều 2. Thi hành\n\nChủ nhiệm thi hành.\n"


def imported(tmp_path: Path, raw: bytes, name: str = "regulation.txt") -> ImportReport:
    file = tmp_path / name
    file.write_bytes(raw)
    return import_text(Home(tmp_path / "home"), file, "garden")


def clauses(tmp_path: Path) -> dict[str, str]:
    rows = tomllib.loads((tmp_path / "home/tenants/garden/charter.toml").read_text("utf-8"))["clause"]
    return {row["id"]: row["text"] for row in rows}


DOUBTS = {
    "a number is missing": ("Điều 1. Việc\n\n1. Một.\n\n3. Ba.\n\nĐiều 2. Hết\n\nXong.", "gap", 5, ["1.1", "1.3", "2"]),
    "an article is missing": ("Điều 1. Việc\n\nMột.\n\nĐiều 3. Hết\n\nXong.", "gap", 5, ["1", "3"]),
    "a number stands twice": ("Điều 1. Việc\n\n1. Một.\n\n1. Hai.\n\nĐiều 2. Hết\n\nXong.", "order", 5, ["1.1", "1.1.p2", "2"]),
    "a letter stands twice": ("Điều 1. Việc\n\n1. Gồm:\n\na) một;\n\na) hai.\n", "twice", 7, ["1.1.a", "1.1.b"]),
    "two numberings": (
        "Điều 1. Một\n\nA.\n\nĐiều 2. Hai\n\nB.\n\nĐiều 1. Ba\n\nC.\n\nĐiều 2. Bốn\n\nD.",
        "numberings",
        9,
        ["QD.1", "QD.2", "1", "2"],
    ),
    "a heading over two lines": (
        "Điều 1. Trách nhiệm của người\nĐứng đầu các tổ\n\n1. Một.\n\n2. Hai.\n\nĐiều 2. Hết\n\nXong.",
        "title",
        2,
        ["1.p1", "1.1", "1.2", "2"],
    ),
    "English: a number is missing": ("1. Name\n\nGarden.\n\n3. Seat\n\nHere.", "gap", 5, ["1", "3"]),
    "English: a letter is missing": ("1. Duties\n\n(a) one;\n\n(c) three.", "gap", 5, ["1.a", "1.c"]),
    "English: an article is missing": ("ARTICLE I. Name\n\nGarden.\n\nARTICLE III. Seat\n\nHere.", "gap", 5, ["I", "III"]),
    "English: a number stands twice": ("1. Name\n\nGarden.\n\n1. Seat\n\nHere.", "twice", 5, ["1", "1-2"]),
    "English: a heading over two lines": (
        "ARTICLE I. Duties of\nStanding bodies\n\nThey meet.\n\nARTICLE II. SEAT\n\nHere.",
        "title",
        2,
        ["I", "I.p2", "II"],
    ),
    "English: a table": (
        "# Charter\n\n## Votes\n\nAs follows:\n\n| Body | Votes |\n| Council | 9 |\n\n## Seat\n\nHere.",
        "table",
        7,
        ["1", "1.p2", "2"],
    ),
}


@pytest.mark.parametrize(("text", "code", "line", "ids"), DOUBTS.values(), ids=DOUBTS)
def test_a_doubt_is_told_with_its_line_and_every_word_is_kept(
    tmp_path: Path, text: str, code: str, line: int, ids: list[str]
) -> None:
    report = imported(tmp_path, text.encode())
    assert (line, code) in {(doubt.line, doubt.code) for doubt in report.unsure}
    assert list(report.clauses) == ids
    assert report.account.left_over == ()
    written = (tmp_path / "home/tenants/garden/charter.toml").read_text("utf-8")
    kept = [each.strip("():;.,|") for each in text.split() if any(c.isalpha() for c in each)]
    assert [each for each in kept if each not in written and each not in ("Điều", "ARTICLE")] == []


@pytest.mark.parametrize(
    "raw",
    [
        "\ufeff".encode() + GOOD.encode(),
        unicodedata.normalize("NFD", GOOD).encode(),
        "".join(unicodedata.normalize("NFD", line) if n % 4 else line for n, line in enumerate(GOOD.splitlines(True))).encode(),
        GOOD.encode("utf-16"),
        "\ufeff".encode("utf-16-be") + GOOD.replace("\n", "\r\n").encode("utf-16-be"),
        GOOD.replace("\n", "\r\n").encode(),
        GOOD.replace("\n", "\r").encode(),
    ],
    ids=["byte order mark", "decomposed", "mixed", "UTF-16", "UTF-16, big end first", "Windows lines", "old Macintosh lines"],
)
def test_how_the_text_is_kept_does_not_matter(tmp_path: Path, raw: bytes) -> None:
    imported(tmp_path, raw)
    assert clauses(tmp_path) == {"1.1": "Tưới cây.", "1.2": "Làm cỏ.", "2": "Chủ nhiệm thi hành."}


def locked_pdf() -> bytes:
    writer = PdfWriter()
    for page in PdfReader(io.BytesIO(pdf([["Article 1. Name", "Garden."]]))).pages:
        writer.add_page(page)
    writer.encrypt("secret", algorithm="RC4-128")
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


def deep_zip() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for n in range(40):
            archive.writestr(f"word/part{n}.xml", bytes(2 * 1024 * 1024))
    return file.getvalue()


REFUSED: dict[str, tuple[str, Callable[[], bytes]]] = {
    "nothing in it": ("empty", lambda: b"\n \n"),
    "UTF-16 cut short": ("not-utf-8", lambda: GOOD.encode("utf-16")[:-1]),
    "UTF-32": ("not-utf-8", lambda: GOOD.encode("utf-32")),
    "UTF-16 without a mark": ("not-utf-8", lambda: "Article 1".encode("utf-16-le")),
    "code page 1252": ("not-utf-8", lambda: "Régime intérieur\nArticle 1".encode("cp1252")),
    "code page 1258": ("not-utf-8", lambda: "Điều 1. Việc chung\n".encode("cp1258", "replace")),
    "a scanned PDF": ("scanned", lambda: pdf([[], []])),
    "a PDF with a password": ("locked", locked_pdf),
    "an old Word file, or one with a password": ("old-or-locked", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)),
    "a zip bomb": ("too-large", lambda: packed("word/document.xml", bytes(60 * 1024 * 1024))),
    "many parts": ("too-large", deep_zip),
    "entities in Word": ("not-word", lambda: packed("word/document.xml", BOMB)),
    "entities in XML": ("not-akn", lambda: b"<?xml version='1.0'?>" + BOMB),
    "a web page": ("html", lambda: b"<!DOCTYPE html><p>Article 1"),
    "a cut PDF": ("not-pdf", lambda: b"%PDF-1.7\nnothing"),
    "a letter": ("not-read", lambda: b"Dear all, see you on Monday."),
}


@pytest.mark.parametrize(("code", "made"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_read_is_told_with_what_to_do_and_nothing_is_written(
    tmp_path: Path, code: str, made: Callable[[], bytes]
) -> None:
    with pytest.raises(FoundingProblem) as problem:
        imported(tmp_path, made())
    assert problem.value.code == code
    assert problem.value.do
    assert not (tmp_path / "home").exists()


def test_the_table_of_a_word_file_is_told(tmp_path: Path) -> None:
    cells = "".join(f"<w:tc>{paragraph(text)}</w:tc>" for text in ("Body", "Votes"))
    table = f"<w:tbl><w:tr>{cells}</w:tr></w:tbl>"
    file = word(tmp_path, paragraph("1. Votes"), paragraph("As follows."), table, paragraph("2. Seat"), paragraph("Here."))
    report = import_text(Home(tmp_path / "home"), file, "garden")
    assert "table" in {doubt.code for doubt in report.unsure}
    assert clauses(tmp_path)["1.p2"] == "| Body | Votes |"
    assert report.account.left_over == ()
