"""A regulation's text becomes clauses with the ids that people cite; what is not sure is told with its line, never made up."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steerco.charter import load
from steerco.charter.check import CheckScope, check
from steerco.charter.text.importer import NotRead, Parsed, read_regulation, write_charter
from steerco_vn_charter.parser import VietnameseCharter
from steerco_vn_charter.syllables import can_be, misread

SAMPLE = Path(__file__).with_name("sample-regulation.txt").read_text(encoding="utf-8")
SHARED = Path(__file__).parents[3] / "shared"
SEEDS = {
    "national-committee": "414-QD-UBQGCPDT-2020.txt",
    "most-steering-board": "QD-BCDCPDT-MOST-2018.txt",
}


def seed(tenant: str) -> tuple[Parsed, list[str]]:
    source, clauses = SHARED / "seeds" / SEEDS[tenant], SHARED / "clauses" / f"{tenant}.toml"
    if not source.exists() or not clauses.exists():
        pytest.skip(f"NOT TESTED: the regulation {source.name} is not part of this repository and is not beside it")
    wanted = [row["id"] for row in tomllib.loads(clauses.read_text(encoding="utf-8"))["clause"]]
    return VietnameseCharter().parse(source.read_text(encoding="utf-8")), wanted


@pytest.mark.parametrize(("tenant", "count"), [("national-committee", 54), ("most-steering-board", 59)])
def test_the_regulations_give_exactly_their_clauses(tenant: str, count: int) -> None:
    parsed, wanted = seed(tenant)
    assert [c.id for c in parsed.clauses] == wanted
    assert len(wanted) == count
    assert all(c.text for c in parsed.clauses)


def test_what_a_bad_scan_hides_is_recorded_and_not_filled_in() -> None:
    parsed, _ = seed("most-steering-board")
    paper = parsed.paper
    assert (paper.number, paper.date, paper.effective) == ("QĐ-BCĐCPĐT", None, None)
    assert [lost.partition(":")[0] for lost in paper.unreadable] == ["number", "date"]
    assert (paper.bases[1].number, paper.bases[1].date) == ("3395/QĐ-BKHCN", "2018-10")
    assert paper.bases[1].unreadable
    doubts = {(u.line, u.code) for u in parsed.unsure}
    assert {(41, "unreadable"), (50, "misread"), (144, "misread"), (297, "misread")} <= doubts
    (last,) = [c for c in parsed.clauses if c.id == "13"]
    assert last.heading == "Sửa đổi, bổ sung Quy chế"
    assert last.text.endswith("báo cáo Trưởng ban xem xét, quyết định.")


def test_a_page_break_in_a_sentence_is_bridged_and_told() -> None:
    parsed, _ = seed("national-committee")
    texts = {c.id: c.text for c in parsed.clauses}
    assert "Triển khai Công Dịch vụ công quốc gia" in texts["5.1.p3"]
    assert "vụ được lãnh đạo Tổ công tác giao" in texts["5.6"]
    assert {(101, "joined"), (117, "joined")} <= {(u.line, u.code) for u in parsed.unsure}
    assert (parsed.paper.number, parsed.paper.effective) == ("414/QĐ-UBQGCPĐT", date(2020, 10, 21))
    assert "Nơi nhận" not in "".join(texts.values())


def test_the_sample_regulation() -> None:
    parsed = VietnameseCharter().parse(SAMPLE)
    assert [(c.id, c.under) for c in parsed.clauses] == [
        ("QD.1", "QD"),
        ("QD.2", "QD"),
        ("1", "I"),
        ("2.1", "2"),
        ("2.1.p2", "2"),
        ("2.2.a", "2.2"),
        ("2.2.b.1", "2.2.b"),
        ("2.2.b.2", "2.2.b"),
        ("2.2.c", "2.2"),
        ("2.2.d", "2.2"),
        ("2.2.đ", "2.2"),
        ("3.1", "3"),
        ("3.3", "3"),
        ("4", "II.S2"),
    ]
    texts = {c.id: c.text for c in parsed.clauses}
    assert texts["2.1"] == "Tưới cây mỗi ngày một lần và báo cáo Chủ nhiệm Câu lạc bộ về tình hình cây trồng."
    assert texts["4"] == "Chủ nhiệm tổ chức thực hiện Quy chế này."
    labels = {h.id: (h.label, h.under) for h in parsed.headings}
    assert labels["2"] == ("Trách nhiệm của người đứng đầu các tổ trồng cây", "I")
    assert labels["II.S1"] == ("HỌP", "II")
    assert labels["2.2.b"] == ("Bón phân:", "2.2")
    assert [(u.line, u.code) for u in parsed.unsure] == [(19, "left-out"), (67, "gap"), (68, "misread")]
    paper = parsed.paper
    assert (paper.number, paper.date, paper.effective, paper.place) == (
        "12/QĐ-CLBLV",
        date(2024, 3, 5),
        date(2024, 3, 5),
        "Đồng Nai",
    )
    assert [b.number for b in paper.bases] == ["Luật Làm vườn", "7/QĐ-HLV"]


def test_an_import_writes_a_charter_that_loads_and_never_writes_over_one(tmp_path: Path) -> None:
    target = tmp_path / "tenants" / "garden" / "charter.toml"
    report = write_charter(read_regulation(SAMPLE, [VietnameseCharter()]), target, "sample-regulation.txt")
    assert report.clauses[:3] == ("QD.1", "QD.2", "1")
    assert [u.code for u in report.unsure] == ["left-out", "gap", "misread"]
    charter, wrong = load.read(target, "charter", "charter.toml")
    assert wrong == []
    assert charter is not None
    assert check(charter, CheckScope()) == []
    assert charter.instrument.id == "12/QĐ-CLBLV"
    found = charter.clause("2.2.đ")
    assert found is not None
    assert found.text == "Việc khác do Chủ nhiệm giao."
    target.write_text("mine", encoding="utf-8")
    with pytest.raises(FileExistsError, match="never writes over"):
        write_charter(read_regulation(SAMPLE, [VietnameseCharter()]), target)
    assert target.read_text(encoding="utf-8") == "mine"


def test_a_text_that_is_no_regulation_is_refused() -> None:
    with pytest.raises(NotRead, match="steerco_vn_charter"):
        read_regulation("Dear all, see you on Monday.", [VietnameseCharter()])


def test_points_in_either_order_of_letters() -> None:
    def ids(*points: str) -> tuple[list[str], list[str]]:
        text = "Điều 1. Việc\n\n1. Gồm:\n\n" + "\n".join(f"{p}) Việc này;" for p in points)
        parsed = VietnameseCharter().parse(text)
        return [c.id.rpartition(".")[2] for c in parsed.clauses], [u.code for u in parsed.unsure]

    assert ids("a", "b", "c", "d", "đ", "e") == (["a", "b", "c", "d", "đ", "e"], [])
    assert ids("a", "b", "c", "đ") == (["a", "b", "c", "đ"], ["gap"])
    assert ids("a", "b", "c", "d", "e") == (["a", "b", "c", "d", "e"], ["gap"])
    assert ids("a", "b", "c", "d", "d", "e") == (["a", "b", "c", "d", "đ", "e"], ["twice"])


@pytest.mark.parametrize(
    "word",
    ["nghiêng", "Quyết", "giữa", "uỷ", "ủy", "được", "khuỷu", "thuở", "quốc", "gì", "yêu", "xoong", "Ủy", "khoăm"],
)
def test_words_that_can_be(word: str) -> None:
    assert can_be(word)


@pytest.mark.parametrize("word", ["nàv", "họyp", "nhât", "thưc", "Tr", "hiệnn"])
def test_words_that_cannot(word: str) -> None:
    assert not can_be(word)


def test_good_lines_raise_no_doubt() -> None:
    assert [line for line in SAMPLE.splitlines() if misread(line)] == ["họpp."]
    assert misread("các ủ y  viên") == ["ủ y"]


WORDS = "tổ chức thực hiện nhiệm vụ báo cáo kết quả theo quy định của câu lạc bộ"
WORD = st.sampled_from(WORDS.split())
SENTENCE = st.lists(WORD, min_size=3, max_size=25).map(lambda words: " ".join(words).capitalize() + ".")
CLAUSE = st.tuples(SENTENCE, st.lists(SENTENCE, max_size=2), st.lists(SENTENCE, max_size=6))
ARTICLES = st.lists(st.lists(CLAUSE, min_size=1, max_size=3), min_size=1, max_size=4)


def wrapped(text: str, width: int, broken: bool) -> str:
    lines, line = [], ""
    for word in text.split():
        if line and len(line) + len(word) > width:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}".strip()
    lines.append(line)
    return ("\n\n" if broken else "\n").join(lines)


@settings(max_examples=60, deadline=None)
@given(ARTICLES, st.integers(20, 200), st.booleans())
def test_whatever_the_line_breaks_the_clauses_are_the_same(
    articles: list[list[tuple[str, list[str], list[str]]]], width: int, broken: bool
) -> None:
    text, wanted = [], {}
    for a, clauses in enumerate(articles, 1):
        text.append(f"Điều {a}. Tên gọi")
        for c, (first, paragraphs, points) in enumerate(clauses, 1):
            text.append(wrapped(f"{c}. {first}", width, broken))
            if points:
                wanted |= {f"{a}.{c}.{letter}": point for letter, point in zip("abcdđe", points, strict=False)}
                text += [wrapped(f"{letter}) {point}", width, broken) for letter, point in zip("abcdđe", points, strict=False)]
                continue
            wanted |= {f"{a}.{c}": first, **{f"{a}.{c}.p{n}": p for n, p in enumerate(paragraphs, 2)}}
            text += [wrapped(p, width, broken) for p in paragraphs]
    parsed = VietnameseCharter().parse("\n\n".join(text))
    assert {clause.id: clause.text for clause in parsed.clauses} == wanted
