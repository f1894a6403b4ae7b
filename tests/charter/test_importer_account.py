"""No line of a regulation is lost: each lands in one clause, heading or field of the instrument, or is told as left over."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steerco.charter.text.importer import LineAccount, Parsed, account_of, read_regulation
from steerco_vn_charter.parser import VietnameseCharter

SAMPLE = Path(__file__).with_name("sample-regulation.txt").read_text(encoding="utf-8")
SHARED = Path(__file__).parents[3] / "shared"
TEXTS = (*sorted((SHARED / "seeds").glob("*.txt")), *sorted((SHARED / "failing/regulations").glob("*.txt")))


def read(text: str) -> tuple[Parsed, LineAccount]:
    parsed = VietnameseCharter().parse(text)
    return parsed, account_of(text, parsed.placed)


def ids(text: str) -> list[str]:
    return [clause.id for clause in read(text)[0].clauses]


def letters(text: str) -> str:
    """The letters of a text, in their order: what must not be lost whatever is joined."""
    return re.sub(r"\W|_", "", text.replace("\u00d0", "Đ").replace("\u00f0", "đ"))


def held(text: str) -> None:
    """Each line of a source that is said to be in a clause has its words there; every line has one place."""
    parsed, account = read(text)
    lines = dict(enumerate(text.split("\n"), 1))
    assert account.lines == sum(bool(line.strip()) for line in lines.values())
    assert account.lines == account.clauses + account.headings + account.instrument + len(account.left_over)
    texts = {clause.id: letters(clause.text) for clause in parsed.clauses}
    for place in parsed.placed:
        if place.kind == "clause":
            said = letters(re.sub(r"^\W*(?:[ĐÐ]iều \d+\w?\.|\d+(?:\.\d+)?\.|\w\))", "", lines[place.line]))
            assert said in texts[place.of], (place, lines[place.line])


def test_the_sample() -> None:
    held(SAMPLE)
    assert [left.text for left in read(SAMPLE)[1].left_over] == ["**QUYẾT ĐỊNH:**", "**Nơi nhận:**", "Nguyễn Thị Hoa"]


@pytest.mark.parametrize("file", TEXTS, ids=lambda file: file.name)
def test_regulations_as_found(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    parsed, account = read(text)
    held(text)
    assert all(not re.match(r"Điều \d+\.", left.text) for left in account.left_over)
    assert parsed.paper.proposers


def test_that_the_regulations_are_at_hand() -> None:
    if not TEXTS:
        pytest.skip("NOT TESTED: the texts of real regulations are not part of this repository and are not beside it")
    assert len(TEXTS) > 2


ONE_LINE_TITLE = SAMPLE.replace(
    "## **QUY CHẾ**\n**Hoạt động của Câu lạc bộ Làm vườn**", "QUY CHẾ HOẠT ĐỘNG CỦA CÂU LẠC BỘ LÀM VƯỜN"
)


@pytest.mark.parametrize(
    "text",
    [
        ONE_LINE_TITLE,
        ONE_LINE_TITLE.replace("QUY CHẾ HOẠT ĐỘNG", "Quy chế hoạt động"),
        SAMPLE.replace("Đ", "\u00d0"),
        SAMPLE.replace("đ", "\u00f0"),
        SAMPLE.replace("a) Làm cỏ", "- a) Làm cỏ"),
        SAMPLE.replace("tình hình cây trồng.", "tình hình cây trồng.\n\n- 3 -\n"),
        SAMPLE.replace("Nguyễn Thị Hoa", "TM. BAN CHỦ NHIỆM\n\nCHỦ NHIỆM\n\nNguyễn Thị Hoa\n\nPhụ lục I\n\n1. Cây\n"),
    ],
    ids=[
        "title on one line",
        "title in small letters",
        "look-alike capitals",
        "look-alike letters",
        "a dash before a point",
        "page",
        "signed",
    ],
)
def test_how_it_is_written_does_not_change_the_clauses(text: str) -> None:
    held(text)
    assert ids(text) == ids(SAMPLE)


DECIDED = """---
title: "Quy chế của Hội đồng Vườn cây"
tags: [quy-che]
nguon: "https://vuon.example/xyz"
---

ỦY BAN XÃ
-------

# QUYẾT ĐỊNH

### Điều 1. Ban hành kèm theo Quyết định này Quy chế của Hội đồng Vườn cây.

### Điều 2. Quyết định này có hiệu lực thi hành từ ngày ký.

Nơi nhận:
- Các hộ;
- Lưu: VT.

TM. ỦY BAN XÃ

---

# QUY CHẾ CỦA HỘI ĐỒNG VƯỜN CÂY

### Điều 1. Họp

1. Hội đồng họp.
"""


def test_a_page_of_a_site_and_its_recipients_are_no_clauses() -> None:
    imported = read_regulation(DECIDED, [VietnameseCharter()])
    parsed, account = imported.parsed, imported.account
    assert [clause.id for clause in parsed.clauses] == ["QD.1", "QD.2", "1.1"]
    assert [part.text for part in parsed.clauses][1] == "Quyết định này có hiệu lực thi hành từ ngày ký."
    assert parsed.paper.recipients == ("Các hộ", "Lưu: VT")
    assert parsed.unsure == ()
    assert {left.line for left in account.left_over} >= {1, 2, 3, 4, 5, 8, 20}


def test_a_look_alike_is_told_once() -> None:
    doubts = [doubt for doubt in read(SAMPLE.replace("Đ", "\u00d0"))[0].unsure if doubt.code == "look-alike"]
    assert len(doubts) == 1
    assert str(SAMPLE.count("Đ")) in doubts[0].message


def test_a_text_pasted_on_one_line_is_parted_and_told() -> None:
    text = "Điều 1. Việc chung\n1. Tưới cây mỗi ngày một lần và báo cáo.\n2. Làm cỏ.\nĐiều 2. Thi hành\nChủ nhiệm thi hành."
    long = "Tổ trưởng các tổ trồng cây có trách nhiệm báo cáo Chủ nhiệm về tình hình cây trồng của tổ mình. " * 6
    pasted = f"Điều 1. Việc chung: 1. Tưới cây. 2. {long.strip()} Điều 2. Chủ nhiệm thi hành Quy chế này."
    assert ids(text) == ["1.1", "1.2", "2"]
    parsed, account = read(pasted)
    assert [clause.id for clause in parsed.clauses] == ["1.1", "1.2", "2"]
    assert "pasted" in {doubt.code for doubt in parsed.unsure}
    assert (account.lines, account.left_over) == (1, ())


def test_articles_and_clauses_in_other_numbers() -> None:
    assert ids("Điều 1. Việc\n\n1. Một.\n\nĐiều 1a. Việc khác\n\n1. Hai.\n\nĐiều 2. Sau\n\nBa.") == ["1.1", "1a.1", "2"]
    assert ids("Điều 5. Việc\n\n5.1. Một.\n\n5.2. Hai.") == ["5.1", "5.2"]
    assert ids("Điều 4. Việc\n\n1. Một:\n\n1.1. Một.\n\n1.2. Hai.\n\n2. Ba.") == ["4.1.1", "4.1.2", "4.2"]
    assert ids("Điều 1.9.NĐ.2.4. Việc\n\n1. Một.\n\nĐiều 1.9.NĐ.2.5. Việc\n\nHai.") == ["1.9.NĐ.2.4.1", "1.9.NĐ.2.5"]
    assert ids("Điều 1\n\nPhạm vi\n\n1. Một.\n\nĐiều 2\n\nViệc\n\nHai.") == ["1.1", "2"]


def test_an_article_without_a_title_keeps_its_first_sentence_as_text() -> None:
    first = "Ban họp mỗi tháng một lần tại trụ sở của Câu lạc bộ."
    text = f"Điều 1. {first}\n\nKhi cần, Trưởng ban triệu tập họp đột xuất.\n\nĐiều 2. Hết."
    parsed, _ = read(text)
    assert [(clause.id, clause.heading) for clause in parsed.clauses] == [("1", ""), ("1.p2", ""), ("2", "")]
    assert parsed.clauses[0].text == first


def test_the_data_of_the_decision() -> None:
    text = SAMPLE.replace("**QUYẾT ĐỊNH:**", "Theo đề nghị của Thư ký Câu lạc bộ,\n\n**QUYẾT ĐỊNH:**").replace(
        "kể từ ngày ký./.", "kể từ ngày ký và thay thế Quyết định số 7/QĐ-CLBLV ngày 01 tháng 02 năm 2021./."
    )
    paper = read(text)[0].paper
    assert paper.title == "QUY CHẾ Hoạt động của Câu lạc bộ Làm vườn"
    assert paper.proposers == ("Thư ký Câu lạc bộ",)
    assert paper.recipients == ("Như Điều 2", "Lưu: VT")
    assert [(old.number, old.date.isoformat()) for old in paper.supersedes] == [("7/QĐ-CLBLV", "2021-02-01")]


WORDS = "tổ chức thực hiện nhiệm vụ báo cáo kết quả Điều 3 Chương II khoản 1. a) - ; : ./. QUY CHẾ Nơi nhận Căn cứ"
WORD = st.sampled_from(WORDS.split(" "))
LINE = st.one_of(
    st.just(""),
    st.lists(WORD, min_size=1, max_size=9).map(" ".join),
    st.tuples(st.integers(1, 30), st.lists(WORD, max_size=5)).map(lambda t: f"Điều {t[0]}. {' '.join(t[1])}"),
    st.tuples(st.integers(1, 12), st.lists(WORD, min_size=1, max_size=5)).map(lambda t: f"{t[0]}. {' '.join(t[1])}"),
    st.tuples(st.sampled_from("abcdđe"), st.lists(WORD, min_size=1, max_size=5)).map(lambda t: f"{t[0]}) {' '.join(t[1])}"),
    st.text(max_size=30).map(lambda text: re.sub(r"[\n\r]", " ", text)),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(LINE, max_size=40))
def test_whatever_the_text_every_line_has_one_place_and_every_clause_one_id(lines: list[str]) -> None:
    parsed, account = read("\n".join(lines))
    assert account.lines == account.clauses + account.headings + account.instrument + len(account.left_over)
    found = [clause.id for clause in parsed.clauses]
    assert len(found) == len(set(found))
    assert {place.of for place in parsed.placed if place.kind == "clause"} <= set(found)
