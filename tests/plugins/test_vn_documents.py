"""Papers in the form of Decree 30/2020/NĐ-CP: places, sizes, fonts and texts as its Appendix I asks, read back from the PDF."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from msgspec.structs import replace
from pypdf import PageObject, PdfReader
from tests.plugins.paper_samples import SAMPLES

from steerco.extension.api import Block, DocumentContent, Label, TenantFacts
from steerco_vn_documents import render_document, rendering, words
from steerco_vn_documents.press import PRESS, NotPrinted

MM = 72 / 25.4
Runs = list[tuple[str, float, float, str, float]]


def printed(content: DocumentContent, **how: Any) -> PdfReader:
    made = rendering.pdf(content, **{"electronic": True, **how})
    assert made.misprints == ()
    reader = PdfReader(BytesIO(made.content))
    assert made.pages == len(reader.pages)
    return reader


def runs(page: PageObject) -> Runs:
    """Return the texts of a page with their place from the left and from below, their font and size."""
    found: Runs = []

    def visit(text: str, cm: list[float], tm: list[float], font: Mapping[str, Any] | None, size: float) -> None:
        if text.strip() and font:
            found.append((text.strip(), cm[4] + tm[4], cm[5] + tm[5], font["/BaseFont"].partition("+")[2], size))

    page.extract_text(visitor_text=visit)
    return found


def run(page: PageObject, words: str) -> tuple[str, float, float, str, float]:
    return next(each for each in runs(page) if words in each[0])


def text(reader: PdfReader) -> str:
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


@pytest.mark.parametrize("kind", SAMPLES)
def test_every_kind_has_the_boxes_of_the_decree_in_its_sizes(kind: str) -> None:
    content = SAMPLES[kind]
    page = printed(content).pages[0]
    state, motto = run(page, words.STATE), run(page, words.MOTTO)
    assert (state[3], state[4]) == ("Tinos-Bold", 12)
    assert (motto[3], motto[4]) == ("Tinos-Bold", 13)
    issuer, number = run(page, content.issuer[-1]), run(page, "Số: ")
    assert issuer[3:] == ("Tinos-Bold", 12)
    assert number[3:] == ("Tinos-Regular", 13)
    assert number[0] == f"Số: {content.reference}"
    assert issuer[1] < state[1], "the issuer stands left of the name of the state"
    assert number[2] < issuer[2]
    if content.parent:
        assert run(page, content.parent[0])[3:] == ("Tinos-Regular", 12)
    named = [each for each in runs(page) if content.signatures[0].name in each[0]]
    if kind not in ("minutes", "conclusion-notice"):  # these two are signed on their second page
        signature = named[-1]
        assert signature[3:] == ("Tinos-Bold", 14)
        assert run(page, content.signatures[0].lines[0])[2] - signature[2] > 20 * MM, "there is room for the hand"
    if name := words.KINDS[content.kind].name:
        assert run(page, name)[3:] == ("Tinos-Bold", 14)


@pytest.mark.parametrize("kind", SAMPLES)
def test_nothing_stands_in_the_margins(kind: str) -> None:
    for page in printed(SAMPLES[kind]).pages:
        width, height = float(page.mediabox.width), float(page.mediabox.height)
        assert {round(width), round(height)} == {595, 842}
        for words_, left, low, _, size in runs(page):
            assert left >= 29.9 * MM, words_
            page_number = words_.isdigit() and size == 14
            assert low <= height - 20 * MM or page_number, words_


def test_place_and_day_stand_level_with_the_number_in_italics() -> None:
    page = printed(SAMPLES["decision"]).pages[0]
    dated, number = run(page, "Hà Nội, ngày 26 tháng 02 năm 2021"), run(page, "Số: 09")
    assert dated[2] == pytest.approx(number[2], abs=0.5)
    assert dated[3:] == ("Tinos-Italic", 13)


def test_recipients_stand_level_with_the_signature_and_end_with_the_file_copy() -> None:
    page = printed(SAMPLES["official-letter"]).pages[0]
    recipients = run(page, "Nơi nhận:")
    assert recipients[3:] == ("Tinos-BoldItalic", 12)
    assert recipients[1] == pytest.approx(30 * MM, abs=0.5)
    assert recipients[2] == pytest.approx(run(page, "TL. CHỦ TỊCH")[2], abs=3)
    assert run(page, "- Như trên;")[3:] == ("Tinos-Regular", 11)
    assert run(page, "- Lưu: VT, UBQGCPĐT (3b). NTH.(27)")[4] == 11


def test_an_official_letter_has_its_abstract_below_the_number_and_no_name() -> None:
    page = printed(SAMPLES["official-letter"]).pages[0]
    about, number = run(page, "V/v lấy ý kiến"), run(page, "Số: 112")
    assert about[3:] == ("Tinos-Regular", 12)
    assert 6 <= number[2] - about[2] <= 30
    assert [run(page, office)[0] for office in ("- Bộ Công an;", "- Bộ Tài chính;", "- Văn phòng Chính phủ.")]
    assert run(page, "Kính gửi:")[4] == 14


def test_one_addressee_stands_on_the_line_of_the_word() -> None:
    assert run(printed(SAMPLES["report"]).pages[0], "Kính gửi: Ủy ban Quốc gia về Chính phủ điện tử")[4] == 14


def test_body_is_14_points_with_an_indent_of_127_mm() -> None:
    page = printed(SAMPLES["authorisation"]).pages[0]
    line = run(page, "Người ủy quyền: Lê Minh Đức")
    assert line[1] == pytest.approx(30 * MM + 12.7 * MM, abs=0.5)
    assert line[3:] == ("Tinos-Regular", 14)


def test_grounds_are_in_italics_and_end_as_they_should() -> None:
    page = printed(SAMPLES["decision"]).pages[0]
    assert run(page, "Căn cứ Quy chế hoạt động của Ban Chỉ đạo;")[3:] == ("Tinos-Italic", 14)
    assert run(page, "Theo đề nghị của Tổ trưởng Tổ công tác.")[3:] == ("Tinos-Italic", 14)
    assert run(page, "QUYẾT ĐỊNH:")[3:] == ("Tinos-Bold", 14)
    assert run(page, "TRƯỞNG BAN CHỈ ĐẠO XÂY DỰNG CHÍNH PHỦ ĐIỆN TỬ")[3:] == ("Tinos-Bold", 14)
    assert run(page, "Điều 1.")[3] == "Tinos-Bold"
    assert "thi hành Quyết định này./." in text(printed(SAMPLES["decision"]))


def test_the_first_page_has_no_number_and_the_second_has_one_in_the_upper_margin() -> None:
    first, second = printed(SAMPLES["conclusion-notice"]).pages
    assert not [each for each in runs(first) if each[0] == "1" and each[2] > 842 - 20 * MM]
    number = next(each for each in runs(second) if each[0] == "2")
    assert number[2] > 842 - 20 * MM
    assert number[1] == pytest.approx(30 * MM + 165 * MM / 2, abs=5)
    assert number[4] == 14


def test_appendices_count_their_own_pages_and_a_wide_one_lies() -> None:
    pages = printed(SAMPLES["plan"]).pages
    assert [round(page.mediabox.width) for page in pages] == [595, 595, 842]
    for page, name in zip(pages[1:], ("Phụ lục I", "Phụ lục II"), strict=True):
        assert run(page, name)[3:] == ("Tinos-Bold", 14)
        assert not [each for each in runs(page) if each[2] > float(page.mediabox.height) - 20 * MM]


def test_what_a_decision_issues_has_a_head_of_its_own() -> None:
    reader = printed(SAMPLES["decision"])
    assert run(reader.pages[1], words.STATE)[4] == 12
    assert run(reader.pages[1], "KẾ HOẠCH")[3:] == ("Tinos-Bold", 14)
    assert "Kèm theo Quyết định số …/QĐ-BCĐCPĐT ngày … tháng … năm …" in text(reader)
    on_paper = text(printed(SAMPLES["decision"], electronic=False))
    assert "Kèm theo Quyết định số 09/QĐ-BCĐCPĐT ngày 26 tháng 02 năm 2021 của BAN CHỈ ĐẠO" in on_paper


def test_minutes_have_two_signatures_side_by_side_and_no_day_in_the_head() -> None:
    reader = printed(SAMPLES["minutes"])
    secretary, presiding = run(reader.pages[-1], "THƯ KÝ"), run(reader.pages[-1], "CHỦ TỌA")
    assert secretary[1] < presiding[1]
    assert secretary[2] == pytest.approx(presiding[2], abs=0.5)
    assert run(reader.pages[-1], "Nơi nhận:")[2] < run(reader.pages[-1], "Lê Minh Đức")[2]
    assert "ngày 12 tháng 3 năm 2021 THƯ KÝ" not in text(reader)
    assert "Hà Nội, ngày" not in text(reader)
    assert "Lưu: VT, Hồ sơ." in text(reader)


def test_the_signature_never_stands_alone_on_a_page() -> None:
    content = SAMPLES["authorisation"]
    for lines in range(18, 32):
        longer = replace(
            content, text=replace(content.text, blocks=tuple(Block("item", f"Việc thứ {i};", "-") for i in range(lines)))
        )
        last = printed(longer).pages[-1].extract_text()
        assert "ủy quyền lại cho người khác./." in last or "TRƯỞNG BAN" not in last


def test_a_paper_is_tagged_archival_and_repeats_to_the_byte() -> None:
    first, second = (rendering.pdf(SAMPLES["report"], electronic=True).content for _ in range(2))
    assert first == second
    reader = PdfReader(BytesIO(first))
    root = reader.trailer["/Root"]
    metadata = root["/Metadata"].get_data().decode()
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "vi-VN"
    assert all(word in metadata for word in ("pdfaid:part>2<", "pdfaid:conformance>A<", "pdfuaid:part>1<"))
    fonts = {name for page in reader.pages for name in page["/Resources"]["/Font"].values()}
    assert all("/FontFile2" in font.get_object()["/DescendantFonts"][0]["/FontDescriptor"] for font in fonts)


def test_markup_of_typst_word_and_pages_comes_out_letter_by_letter() -> None:
    hostile = '#read("/etc/passwd") $x$ *b* _i_ @ref #panic() <w:t>{{ x }} \\u{202e} [l](u) = H // c'
    content = SAMPLES["official-letter"]
    block = Block("paragraph", hostile)
    name = replace(content.signatures[0], name="#x *B*")
    reader = printed(replace(content, text=replace(content.text, opening="", blocks=(block,)), signatures=(name,)))
    assert "".join(hostile.split()) in "".join(text(reader).split())
    assert run(reader.pages[0], "#x *B*")[3] == "Tinos-Bold"


def test_characters_that_the_font_lacks_are_named_with_their_field() -> None:
    content = SAMPLES["report"]
    blocks = (*content.text.blocks[:1], Block("paragraph", "Có 漢 và ☑ trong câu"))
    made = rendering.pdf(replace(content, text=replace(content.text, title="Về ☑", blocks=blocks)), electronic=True)
    assert made.content == b""
    assert [each.field for each in made.misprints] == ["text.title", "text.blocks[1].text"]
    assert "☑ (U+2611)" in made.misprints[0].en
    assert "漢 (U+6F22), ☑ (U+2611)" in made.misprints[1].vi or "☑ (U+2611), 漢 (U+6F22)" in made.misprints[1].vi


def test_the_address_of_a_paper_is_that_of_its_record_at_the_site() -> None:
    settings = {"medium": "electronic", "absence_note": "", "site": "https://dieuhanh.example.vn"}
    tenant = TenantFacts("most", Label(), "Asia/Ho_Chi_Minh", ("vi",), "board", (), settings)
    made = render_document(tenant, replace(SAMPLES["report"], code="0190"), "pdf")
    assert made is not None
    assert "https://dieuhanh.example.vn/t/most/records/document/0190" in text(PdfReader(BytesIO(made.content)))
    assert render_document(tenant, SAMPLES["report"], "html") is None


def test_decomposed_letters_are_composed_and_invisible_ones_leave_nothing() -> None:
    content = SAMPLES["report"]
    hidden = "\u200bcuộc\ufeff họp \u202eđảo\u202c chữ"
    decomposed = unicodedata.normalize("NFD", "Ủy ban Quốc gia về Chính phủ điện tử")
    opening = f"{decomposed} {hidden}"
    found = text(printed(replace(content, text=replace(content.text, opening=opening))))
    assert "Ủy ban Quốc gia về Chính phủ điện tử cuộc họp đảo chữ" in found


def test_the_code_of_a_paper_stands_at_its_foot_with_its_address_as_a_picture() -> None:
    content = replace(SAMPLES["conclusion-notice"], address="https://dieuhanh.example.vn/t/most/document/1")
    first, last = printed(content).pages
    assert "Mã tra cứu" not in first.extract_text()
    code = run(last, "Mã tra cứu: K7QX-2M4P-9RTB")
    assert code[2] < 20 * MM
    assert code[4] == 8
    assert run(last, "https://dieuhanh.example.vn/t/most/document/1")[4] == 8
    appended = printed(replace(SAMPLES["plan"], code="K7QX")).pages
    assert ["Mã tra cứu: K7QX" in page.extract_text() for page in appended] == [False, False, True]


def test_all_vietnamese_letters_are_printed_and_can_be_searched() -> None:
    letters = "aàáảãạăằắẳẵặâầấẩẫậeèéẻẽẹêềếểễệiìíỉĩịoòóỏõọôồốổỗộơờớởỡợuùúủũụưừứửữựyỳýỷỹỵđ"
    content = SAMPLES["official-letter"]
    reader = printed(replace(content, text=replace(content.text, opening=f"{letters} {letters.upper()}")))
    found = "".join(text(reader).split())
    assert letters in found
    assert letters.upper() in found


def test_a_row_of_a_table_stays_whole_and_its_head_stands_on_each_page() -> None:
    first, second = printed(SAMPLES["conclusion-notice"]).pages
    assert run(second, "STT")[2] > run(second, "CHÁNH VĂN PHÒNG BỘ")[2]
    numbers = {each[0] for each in runs(second) if each[4] == 13}
    assert "7" in numbers or "7" in {each[0] for each in runs(first) if each[4] == 13}
    for page in (first, second):
        tasks = [each for each in runs(page) if each[0].startswith("Hoàn thiện cơ sở dữ")]
        ends = [each for each in runs(page) if each[0].startswith("đoạn ")]
        assert len(tasks) == len(ends)


def test_two_hundred_pages_are_printed() -> None:
    content = SAMPLES["conclusion-notice"]
    line = "Kết luận cuộc họp của Ban Chỉ đạo về việc xây dựng Chính phủ điện tử. " * 9
    blocks = tuple(Block("paragraph", f"{i}. {line}") for i in range(1000))
    assert len(printed(replace(content, text=replace(content.text, blocks=blocks))).pages) > 200


def test_a_form_that_loops_ends_its_child_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("steerco_vn_documents.press.SECONDS", 2.0)
    with pytest.raises(NotPrinted, match="too large"):
        PRESS.print("../../../tests/plugins/looping.typ", {})
    assert rendering.pdf(SAMPLES["report"], electronic=True).pages == 1


def test_a_font_that_is_not_installed_is_named_with_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    PRESS.stop()
    monkeypatch.setattr("steerco_vn_documents.press.FONT_PACKAGE", "no_such_fonts")
    made = rendering.pdf(SAMPLES["report"], electronic=True)
    assert made.content == b""
    assert "pip install" in made.misprints[0].en
    assert "pdfboss-fonts" in made.misprints[0].en


def test_a_child_that_was_ended_meanwhile_is_replaced() -> None:
    rendering.pdf(SAMPLES["report"], electronic=True)
    for child in PRESS._idle:
        child.process.kill()
        child.process.wait()
    assert rendering.pdf(SAMPLES["report"], electronic=True).pages == 1


def test_many_threads_print_each_their_own_paper() -> None:
    contents = [replace(SAMPLES["report"], number=f"{i:02}") for i in range(1, 21)]
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda content: rendering.pdf(content, electronic=True).content, contents))
    numbers = [run(PdfReader(BytesIO(each)).pages[0], "Số: ")[0] for each in made]
    assert numbers == [f"Số: {i:02}/BC-BCĐCPĐT" for i in range(1, 21)]


@pytest.mark.parametrize(
    ("day", "written"),
    [
        (date(2020, 1, 5), "ngày 05 tháng 01 năm 2020"),
        (date(2019, 6, 29), "ngày 29 tháng 6 năm 2019"),
        (date(2020, 3, 5), "ngày 05 tháng 3 năm 2020"),
        (date(2020, 2, 10), "ngày 10 tháng 02 năm 2020"),
        (date(2021, 12, 1), "ngày 01 tháng 12 năm 2021"),
    ],
)
def test_a_day_is_written_as_the_decree_writes_it(day: date, written: str) -> None:
    assert words.day_words(day) == written


@pytest.mark.parametrize(
    ("title", "issuer", "line"),
    [
        ("KT. TRƯỞNG BAN", ("BAN CHỈ ĐẠO",), "TRƯỞNG BAN CHỈ ĐẠO"),
        ("CHỦ TỊCH", ("ỦY BAN QUỐC GIA", "VỀ CHÍNH PHỦ ĐIỆN TỬ"), "CHỦ TỊCH ỦY BAN QUỐC GIA VỀ CHÍNH PHỦ ĐIỆN TỬ"),
        ("TM. ỦY BAN", ("ỦY BAN NHÂN DÂN",), "ỦY BAN NHÂN DÂN"),
        ("CHỦ TỊCH ỦY BAN NHÂN DÂN", ("ỦY BAN NHÂN DÂN",), "CHỦ TỊCH ỦY BAN NHÂN DÂN"),
        ("CHỦ TỊCH ỦY BAN", ("ỦY BAN QUỐC GIA", "VỀ CHÍNH PHỦ ĐIỆN TỬ"), "CHỦ TỊCH ỦY BAN QUỐC GIA VỀ CHÍNH PHỦ ĐIỆN TỬ"),
    ],
)
def test_the_authority_of_a_decision_is_the_head_with_the_body(title: str, issuer: tuple[str, ...], line: str) -> None:
    assert words.authority(title, issuer) == line


@pytest.mark.parametrize(
    ("title", "kind", "said"),
    [
        ("Kế hoạch công tác năm 2021", "KẾ HOẠCH", "Công tác năm 2021"),
        ("Kế hoạch", "KẾ HOẠCH", "Kế hoạch"),
        ("Báo cáoviên", "BÁO CÁO", "Báo cáoviên"),
        ("Phân công nhiệm vụ", "QUYẾT ĐỊNH", "Phân công nhiệm vụ"),
        ("V/v đôn đốc", "", "V/v đôn đốc"),
    ],
)
def test_the_name_of_the_type_is_not_said_again_below_it(title: str, kind: str, said: str) -> None:
    assert words.abstract(title, kind) == said


def test_a_long_abstract_has_lines_of_about_one_length() -> None:
    content = SAMPLES["commendation-proposal"]
    page = printed(content).pages[0]
    lines = [each[0] for each in runs(page) if each[3:] == ("Tinos-Bold", 14) and each[0] in content.text.title]
    assert " ".join(lines) == content.text.title
    assert min(map(len, lines)) > 0.6 * max(map(len, lines))


def test_a_draft_has_blanks_where_number_and_day_will_stand_and_says_that_it_is_one() -> None:
    content = SAMPLES["report"]
    unsigned = tuple(replace(each, signed_at="") for each in content.signatures)
    found = text(printed(replace(content, number="", day=None, signatures=unsigned, code="K7QX")))
    assert "DỰ THẢO" in found
    assert "Mã tra cứu" not in found
    assert "Số: /BC-BCĐCPĐT" in found
    assert "Hà Nội, ngày tháng năm" in found
