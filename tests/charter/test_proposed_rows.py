"""What the words of a regulation propose agrees with what people made of them: on the two seeds nine of ten at least."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs
from tests.charter.test_importer import SAMPLE, SEEDS, SHARED

from steerco.charter.text.accepting import AcceptedFiles, accept
from steerco.charter.text.importer import Parsed, as_toml
from steerco.charter.text.proposed_rows import PEOPLE, POWER, REPAIR, ProposedRow, as_file, kept, proposals_for, read_proposals
from steerco.policy import reader
from steerco_vn_charter.parser import VietnameseCharter
from steerco_vn_charter.proposer import VietnameseProposals

ROOT = Path(__file__).parents[2]
TABLES = ("body", "role", "group", "seat", "cadence", "duty", "decision", "rule", "succession", "bound", POWER)


def proposed(parsed: Parsed) -> tuple[ProposedRow, ...]:
    """The proposed rows; repairs of misread words change no row."""
    return tuple(each for each in proposals_for(parsed, "vi", [VietnameseProposals()]) if each.table != REPAIR)


def shipped(tenant: str) -> dict[str, list[dict[str, Any]]]:
    """The rows of a shipped charter by table, its policy lines as ``power``, offices by their names."""
    charter = tomllib.loads((ROOT / f"tenants/{tenant}/charter.toml").read_text("utf-8"))
    people = tomllib.loads((ROOT / f"tenants/{tenant}/people.toml").read_text("utf-8"))
    offices = {row["id"]: row["title"]["vi"] for row in people["office"]}
    for seat in charter["seat"]:
        seat["office"] = offices.get(seat.get("office", ""), "")
    lines, wrong = reader.read((ROOT / f"policies/{tenant}.csv").read_text("utf-8"), "policy")
    assert not wrong
    powers = [
        {
            "subject": line.subject,
            "body": line.body,
            "object": line.object,
            "act": line.act,
            "facets": dict(facet.split("=") for facet in line.facets),
        }
        | {"clause": line.clause}
        for line in lines
        if line.allow
    ]
    named = {
        "agency": [{"name": row["name"]} for row in people["agency"]],
        "office": [{"title": row["title"]} for row in people["office"]],
    }
    return {**charter, **named, "instrument": [charter["instrument"]], POWER: powers}


def agrees(proposal: ProposedRow, rows: Sequence[Mapping[str, Any]]) -> bool:
    """Whether a shipped row says all that the proposal says and rests on a clause on which the proposal rests.

    Of a power: whether a shipped line gives all of it by the same clause. Labels are free, and ids that name no party.
    """
    return any(_gives(row, proposal.row) if proposal.table == POWER else _says(row, proposal) for row in rows)


def _gives(line: Mapping[str, Any], power: Mapping[str, Any]) -> bool:
    whole, part = line["object"], power["object"]
    same = all(line[key] == power[key] for key in ("subject", "body", "act", "clause"))
    return same and (part == whole or part.startswith(f"{whole}.")) and line["facets"].items() <= power["facets"].items()


def _says(row: Mapping[str, Any], proposal: ProposedRow) -> bool:
    if proposal.table in PEOPLE:
        return all(_fits(row[key], proposal.row[key], key, proposal) for key in row)
    free = {"label", "on_behalf", "cite"} if proposal.table in ("body", "role", "group") else {"label", "on_behalf", "cite", "id"}
    if not set(proposal.row.get("cite", ())) & set(row.get("cite", ())):
        return False
    return all(_fits(row.get(key), value, key, proposal) for key, value in proposal.row.items() if key not in free)


def _fits(there: Any, value: Any, key: str, proposal: ProposedRow) -> bool:
    if key == "office":
        return bool(there) and str(there) in proposal.row["label"]["vi"]
    if isinstance(value, dict):
        return isinstance(there, dict) and value.items() <= there.items()
    if isinstance(value, list):
        return isinstance(there, list) and set(value) <= set(there)
    return bool(there == value)


def parsed_seed(tenant: str) -> Parsed:
    source = SHARED / "seeds" / SEEDS[tenant]
    if not source.exists():
        pytest.skip(f"NOT TESTED: the regulation {source.name} is not part of this repository and is not beside it")
    return VietnameseCharter().parse(source.read_text(encoding="utf-8"))


@pytest.mark.parametrize("tenant", SEEDS)
def test_nine_of_ten_proposals_agree_with_the_shipped_charter(tenant: str, record_property: Any) -> None:
    found, rows = proposed(parsed_seed(tenant)), shipped(tenant)
    wrong = [each.id for each in found if not agrees(each, rows.get(each.table, []))]
    said = [(table, row) for table in TABLES for row in rows.get(table, ()) if not _house(row)]
    met = [row for table, row in said if any(each.table == table and agrees(each, [row]) for each in found)]
    precision, recall = 1 - len(wrong) / len(found), len(met) / len(said)
    record_property("figures", f"{tenant}: {len(found)} proposals, precision {precision:.3f}, recall {recall:.3f}")
    print(f"{tenant}: {len(found)} proposals, precision {precision:.3f}, recall {recall:.3f}; differ: {', '.join(wrong)}")
    for table in TABLES:
        of = [row for at, row in said if at == table]
        mine = [each for each in found if each.table == table]
        good = [each for each in mine if agrees(each, rows.get(table, []))]
        hit = [row for row in of if any(agrees(each, [row]) for each in mine)]
        print(f"  {table}: {len(good)} of {len(mine)} agree; {len(hit)} of {len(of)} rows found")
    assert precision >= 0.95, wrong
    assert recall > 0.4, "precision goes before recall, and some must be left"


def _house(row: Mapping[str, Any]) -> bool:
    return str(row.get("clause", "")).startswith("H.")


def test_each_kind_is_proposed_from_the_seeds() -> None:
    tables = {each.table for tenant in SEEDS for each in proposed(parsed_seed(tenant))}
    assert tables >= {"instrument", "body", "role", "seat", "cadence", "decision", "duty", "succession", POWER}


COUNCIL = Path(__file__).with_name("sample-council.txt").read_text("utf-8")


def council() -> dict[str, ProposedRow]:
    return {each.id: each for each in proposed(VietnameseCharter().parse(COUNCIL))}


def test_the_sample_proposes_what_its_words_say_and_no_more() -> None:
    found = council()
    rows = {id: each.row for id, each in found.items()}
    cadence = rows["cadence:council-meeting:5.1"]
    assert (cadence["body"], cadence["every"], cadence["holder"], cadence["cite"]) == (
        "council",
        "half-year",
        "chair",
        ["5.1", "3.1"],
    )
    notice = rows["rule:notice:5.2"]
    assert (notice["value"], notice["unit"], notice["bound"], notice["cite"]) == (5, "working", "at-least", ["5.2"])
    vote = rows["decision:vote:2.1"]
    assert (vote["rule"], vote["pass"]) == ("vote", [{"count": "for", "of": "seated", "share": [2, 3]}])
    quorum = rows["quorum:to-meet:2.2"]
    assert (quorum["of"], quorum["share"]) == ("seated", [1, 2])
    assert rows["seat:member-vuon-uom:4.1"]["office"] == "giam-doc-vuon-uom"
    assert rows["succession:chair:3.2"]["acts"] == "vice-chair"
    assert not [id for id in found if id.endswith((":5.3", ":5.4"))], (
        "minutes after a meeting are no notice, a talk is no meeting"
    )
    assert found["cadence:council-meeting:5.1"].sentence == "Hội đồng họp thường kỳ sáu tháng một lần."
    assert all(0 < each.confidence < 100 for each in found.values())


def test_a_file_of_proposals_gives_back_what_was_written() -> None:
    found = tuple(council().values())
    assert read_proposals(as_file(found)) == found


def test_what_was_refused_stays_refused_when_the_words_are_read_again() -> None:
    found = tuple(council().values())
    decided = (structs.replace(found[0], state="refused"), structs.replace(found[1], state="accepted"), *found[2:])
    again = kept(decided, found)
    assert [each.state for each in again[:3]] == ["refused", "accepted", "open"]


def test_a_text_of_another_language_proposes_nothing() -> None:
    parsed = VietnameseCharter().parse(SAMPLE)
    assert proposals_for(parsed, "en", [VietnameseProposals()]) == ()


SCAN = """Điều 1. Việc

1. Các tổ phối hợp tưới cây và thực hiện nhiệm vụ của tổ.

2. Các tổ thực hiên nhiệm vụ được giao.

3. Trong trường họp cần thiết, các ủ y viên báo cáo.

4. Việc khác do C,hủ"n giao.
"""


def test_what_a_scan_misread_is_proposed_and_changes_nothing_unseen() -> None:
    parsed = VietnameseCharter().parse(SCAN)
    found = [each for each in proposals_for(parsed, "vi", [VietnameseProposals()]) if each.table == REPAIR]
    said = {(each.clause, each.row["find"]): each.row["put"] for each in found}
    assert said == {
        ("1.3", "trường họp"): "trường hợp",
        ("1.3", "ủ y"): "ủy",
        ("1.4", 'C,hủ"n'): '[không đọc rõ: C,hủ"n]',
    }
    text = as_toml(parsed, "vi")
    assert "trường họp" in text, "an import changes no word"
    result = accept(AcceptedFiles(text), found, [each.id for each in found])
    assert result.problems == ()
    rows = {row["id"]: row["text"] for row in tomllib.loads(result.files.charter)["clause"]}
    assert rows["1.3"] == "Trong trường hợp cần thiết, các ủy viên báo cáo."
    assert rows["1.4"] == 'Việc khác do [không đọc rõ: C,hủ"n] giao.'
    again = accept(result.files, found, [found[0].id])
    assert [problem.code for problem in again.problems] == ["gone"]
    assert again.files.charter == result.files.charter


def test_a_word_that_stands_right_elsewhere_mends_a_misread_one() -> None:
    text = "Điều 1. Việc\n\n1. Quy chế này quy định việc. Quy chế này áp dụng.\n\n2. Theo Quy chế nàv, các tổ làm việc.\n"
    found = proposals_for(VietnameseCharter().parse(text), "vi", [VietnameseProposals()])
    assert [(each.row["find"], each.row["put"]) for each in found if each.table == REPAIR] == [("nàv", "này")]


def only(sentence: str, table: str) -> dict[str, Any]:
    """The one row of a table that a sentence proposes, in the regulation of a council."""
    general = (
        "1. Quy chế này quy định việc của Hội đồng Vườn cây (sau đây viết tắt là Hội đồng).\n\n2. Chủ tịch Hội đồng ký văn bản."
    )
    head = f"QUY CHẾ\nHoạt động của Hội đồng Vườn cây\n\nĐiều 1. Chung\n\n{general}"
    text = f"{head}\n\nĐiều 2. Việc\n\n1. {sentence}\n\n2. Việc khác.\n"
    rows = [each for each in proposed(VietnameseCharter().parse(text)) if each.table == table and each.clause == "2.1"]
    assert len(rows) <= 1
    return rows[0].row if rows else {}


@pytest.mark.parametrize(
    ("sentence", "every"),
    [
        ("Hội đồng họp định kỳ một quý một lần.", "quarter"),
        ("Hội đồng họp thường kỳ mỗi tháng một lần.", "month"),
        ("Hội đồng họp định kỳ 6 tháng một lần, khi cần thì họp thêm.", "half-year"),
        ("Hội đồng họp hằng năm.", "year"),
        ("Hội đồng mỗi năm họp 04 (bốn) lần.", {"count": 4, "per": "year"}),
        ("Hội đồng mỗi năm họp vài lần.", None),
        ("Hội đồng báo cáo hằng quý.", None),
        ("Các hộ họp mỗi tháng một lần.", None),
    ],
)
def test_how_often_a_body_meets(sentence: str, every: Any) -> None:
    assert only(sentence, "cadence").get("every") == every


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        ("Hội đồng làm việc theo chế độ tập thể, Chủ tịch Hội đồng quyết định.", ("one-decides", None)),
        ("Hội đồng làm việc công khai và do Chủ tịch Hội đồng quyết định.", ("one-decides", None)),
        ("Hội đồng quyết định theo nguyên tắc nhất trí.", ("consensus", None)),
        ("Nghị quyết phải được quá nửa số thành viên có mặt tán thành.", ("vote", ("present", [1, 2]))),
        ("Nghị quyết phải được hai phần ba tổng số thành viên tán thành.", ("vote", ("seated", [2, 3]))),
        ("Nghị quyết được thông qua khi có trên ½ (một phần hai) tổng số ủy viên tán thành.", ("vote", ("seated", [1, 2]))),
        ("Hội đồng làm việc theo quy định, các hộ quyết định.", (None, None)),
        ("Nghị quyết của Ban Kiểm tra phải được quá nửa số thành viên Ban Kiểm tra tán thành.", (None, None)),
    ],
)
def test_how_a_body_decides(sentence: str, said: tuple[str | None, Any]) -> None:
    row = only(sentence, "decision")
    test = row["pass"][0] if "pass" in row else None
    assert (row.get("rule"), (test["of"], test["share"]) if test else None) == said


def test_more_than_a_share_is_not_the_share() -> None:
    assert only("Nghị quyết phải được trên 2/3 tổng số thành viên tán thành.", "decision")["pass"][0]["over"] is True
    assert "over" not in only("Nghị quyết phải được ít nhất 2/3 tổng số thành viên tán thành.", "decision")["pass"][0]
    held = only("Các cuộc họp của Hội đồng là hợp lệ khi có 2/3 (hai phần ba) ủy viên tham gia dự họp.", "quorum")
    assert (held["of"], held["share"], held.get("over")) == ("seated", [2, 3], None)


def test_level_votes_that_go_by_the_chair_are_a_tie_and_more_than_half_passes() -> None:
    more = "Phương án được thông qua khi có trên một phần hai tổng số thành viên tán thành"
    row = only(f"{more}; trường hợp số phiếu ngang nhau thì theo ý kiến của Chủ tịch Hội đồng.", "decision")
    assert (row["tie"], row["pass"][0], len(row["pass"])) == (
        "casting:chair",
        {"count": "for", "of": "seated", "share": [1, 2]},
        3,
    )
    assert row["or_pass"] == [[{"count": "for", "of": "seated", "share": [1, 2], "over": True}]]
    assert "tie" not in only(f"{more}; trường hợp số phiếu ngang nhau thì họp lại.", "decision")


def test_notice_of_ad_hoc_meetings_stands_beside_that_of_others() -> None:
    sentence = "Giấy mời họp được gửi trước phiên họp ít nhất 05 ngày làm việc; họp đột xuất trước ít nhất 02 ngày làm việc."
    text = f"QUY CHẾ\nHoạt động của Hội đồng Vườn cây\n\nĐiều 1. Việc\n\n1. {sentence}\n\n2. Chủ tịch Hội đồng ký văn bản.\n"
    rules = [each.row for each in proposed(VietnameseCharter().parse(text)) if each.row.get("name") == "notice"]
    assert [(row["value"], row["where"].get("kind")) for row in rules] == [(5, None), (2, "ad-hoc")]


@pytest.mark.parametrize(
    ("sentence", "kinds"),
    [
        ("Giấy mời họp, trừ trường hợp họp đột xuất, phải gửi cho các thành viên trước ít nhất 5 ngày làm việc.", ["regular"]),
        ("Trừ trường hợp đột xuất, giấy mời họp phải gửi trước ít nhất 5 ngày làm việc.", ["regular"]),
        ("Giấy mời họp gửi trước ít nhất 5 ngày làm việc, không kể các cuộc họp bất thường.", ["regular"]),
        ("Giấy mời họp gửi trước ít nhất 5 ngày làm việc. Quy định này không áp dụng đối với họp đột xuất.", ["regular"]),
        ("Ngoài các cuộc họp định kỳ, giấy mời họp gửi trước ít nhất 5 ngày làm việc.", ["ad-hoc"]),
        ("Ngoài ra, giấy mời họp đột xuất gửi trước ít nhất 5 ngày làm việc.", ["ad-hoc"]),
        ("Đối với họp đột xuất, giấy mời gửi trước cuộc họp ít nhất 5 ngày làm việc.", ["ad-hoc"]),
        ("Giấy mời họp được gửi đến trụ sở đơn vị trước ít nhất 5 ngày làm việc.", [None]),
    ],
)
def test_notice_is_not_proposed_for_the_meetings_that_the_sentence_takes_out(sentence: str, kinds: list[str | None]) -> None:
    text = f"QUY CHẾ\nHoạt động của Hội đồng Vườn cây\n\nĐiều 1. Việc\n\n1. {sentence}\n\n2. Chủ tịch Hội đồng ký văn bản.\n"
    rules = [each.row for each in proposed(VietnameseCharter().parse(text)) if each.row.get("name") == "notice"]
    assert [(row["value"], row["where"].get("kind")) for row in rules] == [(5, kind) for kind in kinds]


def test_whoever_convenes_all_but_ad_hoc_meetings_is_given_none_of_those() -> None:
    text = (
        "QUY CHẾ\nHoạt động của Hội đồng Vườn cây\n\nĐiều 1. Nhiệm vụ của Chủ tịch Hội đồng\n\n"
        "1. Triệu tập và chủ trì các cuộc họp của Hội đồng, trừ họp đột xuất.\n\n2. Ký văn bản.\n"
    )
    objects = [each.row["object"] for each in proposed(VietnameseCharter().parse(text)) if each.row.get("act") == "convene"]
    assert objects == ["meeting.regular"]


COMPOSED = """QUY CHẾ
Hoạt động của Ban Chỉ đạo Vườn cây

Điều 1. Cơ cấu

1. Ban Chỉ đạo gồm:

a) Trưởng Ban: Chủ tịch Ủy ban nhân dân xã;

b) Phó Trưởng Ban Thường trực: Phó Chủ tịch Ủy ban nhân dân xã phụ trách lĩnh vực;

c) Phó Trưởng Ban: Giám đốc Vườn ươm và Giám đốc Trạm bơm;

d) Các Ủy viên: trưởng các thôn.

2. Tổ giúp việc Ban Chỉ đạo giúp Trưởng Ban.

Điều 2. Nhiệm vụ của Phó Trưởng Ban

1. Giám đốc Trạm bơm chỉ đạo việc tưới.

2. Các thành viên Tổ giúp việc báo cáo Tổ trưởng Tổ giúp việc.

Điều 3. Tổ giúp việc

1. {head} triệu tập cuộc họp của Tổ giúp việc; Tổ giúp việc họp định kỳ mỗi tháng một lần.

2. Việc khác.
"""


def test_who_a_body_is_made_of_gives_a_seat_for_each_office_by_the_item_that_says_so() -> None:
    parsed = VietnameseCharter().parse(COMPOSED.format(head="Tổ trưởng"))
    found = proposed(parsed)
    seats = {each.row["id"]: (each.row.get("office"), each.clause) for each in found if each.table == "seat"}
    assert seats == {
        "head": ("chu-tich-uy-ban-nhan-dan-xa", "1.1.a"),
        "standing-deputy-head": ("pho-chu-tich-uy-ban-nhan-dan-xa-phu-trach-linh-vuc", "1.1.b"),
        "deputy-head-vuon-uom": ("giam-doc-vuon-uom", "1.1.c"),
        "deputy-head-tram-bom": ("giam-doc-tram-bom", "1.1.c"),
        "support-group-head": (None, "3.1"),
    }
    roles = {each.row["id"]: each.row["cite"] for each in found if each.table == "role"}
    assert roles["deputy-head"] == ["1.1.c"], "2.1 is about one of them"
    assert [each.row["id"] for each in found if each.table == "agency"].count("uy-ban-nhan-dan-xa") == 1
    accepted = accept(AcceptedFiles(as_toml(parsed, "vi")), found, [each.id for each in found])
    assert accepted.problems == (), "all of it can be taken at once"


BESIDE = """QUY CHẾ
Hoạt động của Hội đồng Vườn cây

Chương I - HỘI ĐỒNG

Điều 1. Hội đồng

1. Hội đồng có 12 thành viên, gồm Chủ tịch và các thành viên.

2. Hội đồng họp thường kỳ mỗi quý một lần do Chủ tịch Hội đồng triệu tập.

3. Chủ tịch và các thành viên Hội đồng có nhiệm kỳ 05 năm.

Điều 2. Nhiệm vụ, quyền hạn của Chủ tịch Hội đồng

1. Triệu tập và chủ trì các phiên họp Hội đồng.

Điều 3. Nhiệm vụ, quyền hạn của Trưởng Ban Tưới nước

1. Triệu tập và chủ trì các phiên họp của Ban Tưới nước.
"""


def test_what_is_said_of_another_body_beside_is_not_taken_for_this_one() -> None:
    parsed = VietnameseCharter().parse(BESIDE)
    assert parsed.headings[0].label == "HỘI ĐỒNG"
    found = proposed(parsed)
    assert not [each.id for each in found if each.clause.startswith("3.")]
    powers = {(each.row["subject"], each.row["act"]) for each in found if each.table == POWER}
    assert powers == {("chair", "convene"), ("chair", "open"), ("chair", "conclude")}
    terms = [(each.row["role"], each.row["length"]["value"]) for each in found if each.table == "term"]
    assert terms == [("chair", 5), ("member", 5)]
    assert [each.row["holder"] for each in found if each.table == "cadence"] == ["chair"]
    assert [(each.row["seats"], each.row["head"]) for each in found if each.table == "body"] == [(12, "chair")]


def test_a_body_that_no_list_knows_is_called_as_the_title_calls_it() -> None:
    text = (
        "QUY CHẾ LÀM VIỆC CỦA TRẠM GIỐNG\n\nĐiều 1. Họp\n\n1. Trạm Giống họp hằng tháng.\n\n"
        "2. Việc phải được quá nửa số thành viên Trạm Giống tán thành.\n\n3. Hội đồng nhân dân được báo cáo.\n"
    )
    rows = {each.table: each.row for each in proposed(VietnameseCharter().parse(text))}
    assert (rows["body"]["id"], rows["body"]["label"]) == ("tram-giong", {"vi": "Trạm Giống"})
    assert (rows["cadence"]["body"], rows["cadence"]["holder"]) == ("tram-giong", "tram-giong")
    assert rows["decision"]["body"] == "tram-giong"


def test_who_acts_and_who_holds_a_seat_by_office() -> None:
    text = "Thay mặt Chủ tịch Hội đồng điều hành công việc khi Chủ tịch Hội đồng vắng mặt."
    parsed = VietnameseCharter().parse(
        "QUY CHẾ\nHoạt động của Hội đồng Vườn cây\n\nĐiều 1. Thành phần\n\n"
        "Hội đồng do Giám đốc Sở Cây xanh làm Chủ tịch Hội đồng.\n\nĐiều 2. Phó Chủ tịch Hội đồng\n\n"
        f"1. {text}\n\n2. Việc khác.\n"
    )
    rows = {each.table: each.row for each in proposed(parsed) if each.table in ("succession", "office")}
    assert (rows["succession"]["absent"], rows["succession"]["acts"]) == ("chair", "vice-chair")
    assert rows["office"] == {"id": "giam-doc-so-cay-xanh", "title": {"vi": "Giám đốc Sở Cây xanh"}, "agency": "so-cay-xanh"}


def powers_of(sentence: str, heading: str = "Nhiệm vụ của Tổ giúp việc") -> set[str]:
    """The powers that a sentence gives under a heading, in the regulation of a council with an assisting body."""
    general = (
        "1. Quy chế này quy định việc của Hội đồng Vườn cây (sau đây gọi tắt là Hội đồng).\n\n"
        "2. Quy chế này áp dụng đối với các Ủy viên Hội đồng và Tổ giúp việc Hội đồng (sau đây gọi tắt là Tổ giúp việc).\n\n"
        "3. Chủ tịch Hội đồng ký văn bản."
    )
    head = f"QUY CHẾ\nHoạt động của Hội đồng Vườn cây\n\nĐiều 1. Chung\n\n{general}"
    text = f"{head}\n\nĐiều 2. {heading}\n\n1. {sentence}\n\n2. Việc khác.\n"
    rows = [each for each in proposed(VietnameseCharter().parse(text)) if each.table == POWER and each.clause == "2.1"]
    return {f"{row.row['subject']} {row.row['object']}.{row.row['act']}" for row in rows}


@pytest.mark.parametrize(
    ("sentence", "given"),
    [
        (
            "Định kỳ báo cáo Chủ tịch Hội đồng về tình hình, kết quả hoạt động của Hội đồng.",
            {f"support-group review.activity-report.{act}" for act in ("draft", "edit", "complete", "deliver")},
        ),
        ("Chịu sự giám sát, kiểm tra của Hội đồng.", {"relation:addressee inspection.remedy", "relation:addressee check.answer"}),
        (
            "Bảo đảm sự phối hợp công tác, trao đổi thông tin.",
            {f"relation:coordinating {act}" for act in ("task.contribute", "task.read", "portfolio.read")},
        ),
        ("Đôn đốc việc thực hiện chế độ thông tin, báo cáo của các hộ.", set()),
        ("Giám sát, kiểm tra các hộ.", set()),
        ("Báo cáo về kết quả trồng cây.", set()),
    ],
)
def test_a_formula_gives_its_powers_and_a_sentence_near_it_none(sentence: str, given: set[str]) -> None:
    assert powers_of(sentence) == given


def test_a_formula_about_another_party_gives_the_assisting_body_nothing() -> None:
    sentence = "Định kỳ báo cáo Chủ tịch Hội đồng về tình hình, kết quả hoạt động của Hội đồng."
    assert powers_of(sentence, "Nhiệm vụ của các hộ trồng cây") == set()
    assert powers_of("Trưởng phòng có trách nhiệm tổ chức, chỉ đạo các hộ thực hiện Quy chế này.") == set()


FORMULAS_IN_A_DUTY = "Các hộ thực hiện chế độ thông tin, báo cáo theo quy định và yêu cầu của Hội đồng."


def test_whoever_is_asked_owes_the_answer() -> None:
    assert only(FORMULAS_IN_A_DUTY.replace("Các hộ thực hiện", "Thực hiện"), "cadence") == {}
    text = f"QUY CHẾ\nHoạt động của Hội đồng Vườn cây\n\nĐiều 1. Các hộ\n\n1. {FORMULAS_IN_A_DUTY}\n\n2. Hội đồng Vườn cây họp.\n"
    duties = {each.row["id"]: each.row["after"] for each in proposed(VietnameseCharter().parse(text)) if each.table == "duty"}
    assert duties == {"answer-information-request": "information-request.ask", "report-as-called": "report.call"}
