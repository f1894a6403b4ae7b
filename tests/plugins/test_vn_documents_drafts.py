"""First drafts: a clerk finds in them what the records hold, in the words of an office, and an open place for the rest."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from steerco.charter.load import read
from steerco.charter.model import Charter, Label
from steerco.extension.api import Block, DocumentContent, DocumentFacts, DocumentText, NamedParty, TenantFacts, cells
from steerco_vn_documents import rendering, words
from steerco_vn_documents.composing import COMPOSERS, compose
from steerco_vn_documents.on_plans import period
from steerco_vn_documents.wording import Wording

MOST = Path(__file__).parents[2] / "tenants/most-steering-board/charter.toml"
BODY = "Ban Chỉ đạo xây dựng Chính phủ điện tử tại Bộ Khoa học và Công nghệ"
PARTIES = {
    "board": NamedParty(BODY),
    "head": NamedParty("Lê Minh Đức", seat="Trưởng ban", office="Bộ trưởng"),
    "deputy": NamedParty("Phạm Thị Hòa", seat="Phó Trưởng ban", office="Thứ trưởng"),
    "guest": NamedParty("Trần Văn An", office="Chuyên gia", agency="Hội Tin học Việt Nam"),
    "centre": NamedParty("Trung tâm Công nghệ thông tin"),
    "office": NamedParty("Văn phòng Bộ"),
}
LABELS = {"kind.regular": "định kỳ", "position.agree": "đồng ý", "position.other": "ý kiến khác"}
MEETING: dict[str, Any] = {
    "type": "meeting",
    "kind": "regular",
    "starts_at": datetime(2021, 3, 12, 7, tzinfo=UTC),
    "ends_at": datetime(2021, 3, 12, 9, 30, tzinfo=UTC),
    "opened_at": datetime(2021, 3, 12, 7, 5, tzinfo=UTC),
    "ended_at": datetime(2021, 3, 12, 17, 20, tzinfo=UTC),
    "place": "phòng 401",
    "mode": "hybrid",
    "link": "https://hop.example.vn/1",
    "presiding": "head",
    "presided_by": "head",
    "contact": "deputy",
    "reply_by": date(2021, 3, 10),
    "attendance": (
        {"who": "head", "invited_as": "attendee", "presence": "present", "leave": None},
        {"who": "deputy", "invited_as": "attendee", "presence": "absent", "leave": "with-consent"},
        {"who": "guest", "invited_as": "guest", "presence": "absent", "leave": "without-leave"},
    ),
    "agenda": (
        {"position": 1, "title": "Báo cáo kết quả quý I", "minutes": 20, "rapporteur": "centre"},
        {"position": 2, "title": "Kế hoạch quý II", "minutes": None, "rapporteur": None},
    ),
    "papers": ({"title": "Dự thảo báo cáo"}, {"title": "Dự thảo báo cáo"}),
    "conclusion": "Thống nhất thông qua.",
}
TASK: dict[str, Any] = {
    "type": "task",
    "title": "Hoàn thiện cơ sở dữ liệu",
    "lead": "centre",
    "coordinators": ({"who": "office"},),
    "due_on": date(2021, 6, 30),
    "product": "Báo cáo",
    "state": "assigned",
    "timeliness": "late",
    "reason": "Chậm kinh phí",
}
MATTER: dict[str, Any] = {
    "type": "matter",
    "title": "Phê duyệt khung kiến trúc",
    "text": "Khung kiến trúc 2.0",
    "prepared_opinion": "Đề nghị thông qua.",
    "decision": "Phê duyệt Khung kiến trúc 2.0.",
    "opinions": (
        {"who": "deputy", "position": "other", "text": "Cần bổ sung an toàn thông tin."},
        {"who": "head", "position": "agree", "text": None},
    ),
}
PLAN: dict[str, Any] = {
    "type": "programme",
    "kind": "inspection-plan",
    "year": 2021,
    "title": None,
    "items": (
        {
            "title": "Kiểm tra Văn phòng Bộ",
            "lead": "deputy",
            "coordinators": ("centre",),
            "due": None,
            "period": "2021-Q3",
            "product": None,
        },
    ),
}


@cache
def regulation() -> Charter:
    charter, _ = read(MOST.read_text("utf-8"), "charter", "charter.toml")
    assert charter is not None
    return charter


def drafted(kind: str, *records: Mapping[str, Any], **settings: str) -> DocumentText:
    chosen = {"medium": "electronic", "absence_note": "", **settings}
    tenant = TenantFacts("most", Label(vi=BODY), "Asia/Ho_Chi_Minh", ("vi",), "board", (regulation(),), chosen)
    facts = DocumentFacts(
        kind, "vi", date(2021, 3, 1), "Asia/Ho_Chi_Minh", "board", records=records, parties=PARTIES, labels=LABELS
    )
    text = compose(tenant, facts)
    assert text is not None
    return text


def field(text: DocumentText, label: str) -> str:
    return next(block.text for block in text.blocks if block.kind == "field" and block.label == label)


def rows(blocks: tuple[Block, ...]) -> list[list[str]]:
    return [cells(line) for block in blocks if block.kind == "table" for line in block.text.splitlines()]


def texts(text: DocumentText) -> list[str]:
    return [block.text for block in text.blocks]


def test_an_invitation_says_who_is_asked_to_what_when_and_where() -> None:
    text = drafted("invitation", MEETING)
    assert text.title == f"Họp định kỳ của {BODY}, ngày 12 tháng 3 năm 2021"
    assert text.opening == f"{BODY} trân trọng kính mời:"
    assert texts(text)[:3] == [
        "Lê Minh Đức, Trưởng ban, Bộ trưởng;",
        "Phạm Thị Hòa, Phó Trưởng ban, Thứ trưởng;",
        "Trần Văn An, Chuyên gia, Hội Tin học Việt Nam (khách mời);",
    ]
    assert field(text, "Thời gian") == "14 giờ 00, thứ Sáu, ngày 12 tháng 3 năm 2021 (dự kiến kết thúc lúc 16 giờ 30)"
    assert field(text, "Địa điểm") == "phòng 401"
    assert field(text, "Chủ trì") == "Trưởng ban Lê Minh Đức"
    assert field(text, "Hình thức họp") == "Trực tiếp kết hợp trực tuyến, tại https://hop.example.vn/1"
    assert "Báo cáo kết quả quý I (Trung tâm Công nghệ thông tin, 20 phút)" in texts(text)
    assert texts(text).count("Dự thảo báo cáo;") == 1, "a paper of several files is one paper"
    assert "Đề nghị xác nhận tham dự trước ngày 10 tháng 3 năm 2021 với Phạm Thị Hòa" in text.closing


def test_an_invitation_says_of_absence_only_what_the_committee_set() -> None:
    assert "vắng" not in drafted("invitation", MEETING).closing
    note = "Vắng mặt phải được người chủ trì đồng ý."
    assert drafted("invitation", MEETING, absence_note=note).closing.startswith(note)


def test_an_invitation_without_a_list_asks_the_members() -> None:
    assert texts(drafted("invitation", {**MEETING, "attendance": ()}))[0] == f"Các thành viên {BODY};"


def test_minutes_tell_the_course_of_the_meeting_and_end_on_the_local_day() -> None:
    minutes = {
        "type": "minutes",
        "text": "Cuộc họp nghiêm túc.",
        "secretary": "guest",
        "contributions": (
            {"who": "deputy", "item": 1, "text": "Cần đẩy nhanh."},
            {"who": "guest", "item": None, "text": "Đồng ý."},
        ),
    }
    text = drafted("minutes", MEETING, minutes)
    assert field(text, "Thư ký (người ghi biên bản)").startswith("Trần Văn An")
    said = texts(text)
    assert said.index("Báo cáo kết quả quý I") < said.index("Cần đẩy nhanh.") < said.index("Kế hoạch quý II")
    assert "Có mặt: Lê Minh Đức, Trưởng ban, Bộ trưởng;" in said
    assert "Vắng mặt được người chủ trì đồng ý: Phạm Thị Hòa, Phó Trưởng ban, Thứ trưởng;" in said
    assert "Vắng mặt: Trần Văn An, Chuyên gia, Hội Tin học Việt Nam;" in said
    assert said[-1] == "Thống nhất thông qua."
    assert text.closing == "Cuộc họp kết thúc vào 0 giờ 20, ngày 13 tháng 3 năm 2021."


def test_a_notice_of_conclusions_has_its_tasks_as_a_table() -> None:
    text = drafted("conclusion-notice", MEETING, TASK)
    assert text.title == "Kết luận của Trưởng ban Lê Minh Đức tại cuộc họp định kỳ ngày 12 tháng 3 năm 2021"
    assert text.opening.startswith("Ngày 12 tháng 3 năm 2021, tại phòng 401, Trưởng ban Lê Minh Đức đã chủ trì cuộc họp định kỳ")
    assert rows(text.blocks)[1] == [
        "1",
        "Hoàn thiện cơ sở dữ liệu",
        "Trung tâm Công nghệ thông tin",
        "Văn phòng Bộ",
        "30/6/2021",
        "Báo cáo",
    ]
    assert "Trung tâm Công nghệ thông tin" in text.recipients


def test_the_numbered_parts_of_a_conclusion_become_parts_of_the_notice() -> None:
    parts = ({"position": 1, "heading": "Về báo cáo quý I", "text": "Đạt.", "item": 1},)
    headings = [
        block for block in drafted("conclusion-notice", {**MEETING, "conclusions": parts}).blocks if block.kind == "heading"
    ]
    assert (headings[0].label, headings[0].text) == ("I.", "Về báo cáo quý I")


def test_a_plan_lists_its_items_and_leaves_open_what_no_record_holds() -> None:
    text = drafted("plan", PLAN)
    assert text.title == f"Kiểm tra năm 2021 của {BODY}"
    assert rows(text.blocks)[1][1:5] == ["Kiểm tra Văn phòng Bộ", "Phạm Thị Hòa", "Trung tâm Công nghệ thông tin", "Quý III/2021"]
    assert Block("paragraph", "…") in text.blocks


def test_a_plan_may_be_issued_by_a_decision_that_has_it_attached() -> None:
    text = drafted("decision", PLAN)
    assert text.title == f"Ban hành Kế hoạch kiểm tra năm 2021 của {BODY}"
    assert text.recipients == ("Như Điều 3",)
    assert [block.label for block in text.blocks] == ["Điều 1.", "Điều 2.", "Điều 3."]
    assert rows(text.appendices[0].blocks)[1][1] == "Kiểm tra Văn phòng Bộ"


def test_grounds_are_cited_with_number_and_day_and_an_unreadable_number_is_not_invented() -> None:
    assert drafted("decision", MATTER).bases == (
        "Căn cứ Nghị định số 95/2017/NĐ-CP ngày 16 tháng 8 năm 2017 của Chính phủ quy định chức năng, nhiệm vụ, quyền hạn và "
        "cơ cấu tổ chức của Bộ Khoa học và Công nghệ",
        "Căn cứ Quyết định số 3395/QĐ-BKHCN ngày… tháng 10 năm 2018 của Bộ trưởng Bộ Khoa học và Công nghệ về việc thành lập "
        f"{BODY}",
        f"Căn cứ Quyết định ngày… tháng… năm 2018 của Trưởng {BODY} ban hành Quy chế hoạt động của {BODY}",
    )


def grounds(title: str, issuer: str = "chair", bases: str = "") -> list[str]:
    """The grounds of a draft under a regulation of a council with a chair."""
    charter, wrong = read(
        f"""
[instrument]
id = "12/QĐ-HĐVC"
title = {{ vi = "{title}" }}
issuer = "{issuer}"
date = 2020-03-05
effective = "2020-03"
cite = ["1"]
{bases}
[[clause]]
id = "1"
[[body]]
id = "council"
label = {{ vi = "Hội đồng Vườn cây" }}
cite = ["1"]
[[role]]
id = "chair"
body = "council"
label = {{ vi = "Chủ tịch Hội đồng" }}
cite = ["1"]
""",
        "charter",
        "charter.toml",
    )
    assert charter is not None, wrong
    tenant = TenantFacts("garden", Label(vi="Hội đồng"), "Asia/Ho_Chi_Minh", ("vi",), "council", (charter,), {})
    return [*Wording(tenant, DocumentFacts("decision", "vi", date(2021, 3, 1), "Asia/Ho_Chi_Minh", "council")).bases()]


@pytest.mark.parametrize(
    ("title", "said"),
    [
        (
            "Quyết định của Chủ tịch Hội đồng Vườn cây ban hành Quy chế",
            "Quyết định số 12/QĐ-HĐVC ngày 05 tháng 3 năm 2020 của Chủ tịch Hội đồng Vườn cây ban hành Quy chế",
        ),
        (
            "Quyết định ban hành Quy chế của CHỦ TỊCH HỘI ĐỒNG VƯỜN CÂY",
            "Quyết định số 12/QĐ-HĐVC ngày 05 tháng 3 năm 2020 ban hành Quy chế của CHỦ TỊCH HỘI ĐỒNG VƯỜN CÂY",
        ),
        (
            "Quyết định về việc ban hành Quy chế",
            "Quyết định số 12/QĐ-HĐVC ngày 05 tháng 3 năm 2020 của Chủ tịch Hội đồng Vườn cây về việc ban hành Quy chế",
        ),
        (
            "Quy chế hoạt động của Hội đồng Vườn cây",
            "Quy chế hoạt động của Hội đồng Vườn cây ban hành kèm theo Quyết định số 12/QĐ-HĐVC ngày 05 tháng 3 năm 2020 của Chủ "
            "tịch Hội đồng Vườn cây",
        ),
    ],
)
def test_the_issuer_of_a_ground_stands_once_and_before_what_the_issuer_did(title: str, said: str) -> None:
    assert grounds(title) == [f"Căn cứ {said}"]


def test_a_body_that_issues_its_own_regulation_is_named_as_its_issuer() -> None:
    assert grounds("Quyết định ban hành Quy chế hoạt động của Hội đồng Vườn cây", issuer="council") == [
        "Căn cứ Quyết định số 12/QĐ-HĐVC ngày 05 tháng 3 năm 2020 của Hội đồng Vườn cây ban hành Quy chế hoạt động của Hội đồng "
        "Vườn cây"
    ]


def test_a_law_among_grounds_has_its_day_and_neither_number_nor_issuer() -> None:
    law = '[[instrument.legal_bases]]\nnumber = "76/2015/QH13"\ntitle = { vi = "Luật Tổ chức Chính phủ" }\ndate = "2015-06-19"'
    assert grounds("Quyết định ban hành Quy chế", bases=law)[0] == "Căn cứ Luật Tổ chức Chính phủ ngày 19 tháng 6 năm 2015"


def test_a_title_that_ends_with_the_beginning_of_its_body_s_name_is_joined_to_it_whatever_the_case() -> None:
    assert words.joined("Trưởng ban", BODY) == f"Trưởng {BODY}"


def test_a_decision_on_tasks_says_who_leads_with_whom_by_when() -> None:
    (first, *_) = texts(drafted("decision", TASK))
    assert first == (
        "Giao Trung tâm Công nghệ thông tin chủ trì, phối hợp với Văn phòng Bộ, thực hiện: Hoàn thiện cơ sở dữ liệu; "
        "hoàn thành trước ngày 30 tháng 6 năm 2021; sản phẩm: Báo cáo."
    )


def test_a_submission_shows_where_opinions_differ() -> None:
    text = drafted("submission", MATTER)
    assert Block("quote", "Cần bổ sung an toàn thông tin.", "Phó Trưởng ban Phạm Thị Hòa") in text.blocks
    assert any("ý kiến khác: 1; đồng ý: 1" in each for each in texts(text))
    assert text.title == "Về việc phê duyệt khung kiến trúc"


def test_a_report_counts_tasks_and_gives_the_reason_of_delay() -> None:
    text = drafted("report", TASK, {**TASK, "title": "Việc khác", "state": "done", "timeliness": "done-on-time"})
    assert "Tổng số 2 nhiệm vụ; đã hoàn thành 1; chưa hoàn thành 1." in texts(text)
    assert "Hoàn thiện cơ sở dữ liệu: Chậm kinh phí" in texts(text)
    assert not any(each.startswith("Việc khác:") for each in texts(text))


def test_a_letter_follows_the_record_that_it_is_about() -> None:
    reminder = drafted("official-letter", TASK)
    assert reminder.title == "đôn đốc thực hiện nhiệm vụ được giao"
    assert rows(reminder.blocks)[1][1] == "Hoàn thiện cơ sở dữ liệu"
    request = {"type": "information-request", "question": "Số liệu dịch vụ công", "due_on": date(2021, 5, 4)}
    asked = drafted("official-letter", request)
    assert asked.title == "đề nghị cung cấp thông tin"
    assert asked.closing.endswith("trước ngày 04 tháng 5 năm 2021.")
    opinion = drafted("official-letter", MATTER)
    assert [block.text for block in opinion.appendices[0].blocks if block.label == "□"] == [
        "Đồng ý",
        "Không đồng ý",
        "Ý kiến khác",
    ]
    assert "coi như" not in opinion.closing, "silence is given no meaning"


def test_an_authorisation_has_a_span_and_cannot_be_passed_on() -> None:
    granted = {
        "type": "authority-delegation",
        "by": "head",
        "to": "deputy",
        "from": date(2021, 4, 1),
        "to_day": date(2021, 6, 30),
    }
    text = drafted("authorisation", granted)
    assert field(text, "Thời hạn ủy quyền") == "từ ngày 01 tháng 4 năm 2021 đến hết ngày 30 tháng 6 năm 2021"
    assert field(text, "Người được ủy quyền").startswith("Phạm Thị Hòa")
    assert text.closing == "Người được ủy quyền không được ủy quyền lại cho người khác."


def test_a_commendation_has_its_list_with_the_figures_of_the_tasks() -> None:
    record = {
        "type": "commendation",
        "title": "Thành tích năm 2020",
        "achievement": "Hoàn thành vượt mức",
        "form": "Bằng khen",
        "authority": "Bộ trưởng",
        "beneficiaries": ({"who": "guest", "done": 6, "done_late": 1, "late": 0},),
    }
    text = drafted("commendation-proposal", record)
    assert text.bases[0] == "Căn cứ Luật Thi đua, khen thưởng ngày 26 tháng 11 năm 2003"
    line = rows(text.appendices[0].blocks)[1]
    assert line[3:] == ["hoàn thành 6, trong đó muộn 1; đang chậm 0", "Bằng khen", "Bộ trưởng"]


def test_a_review_is_reported_with_the_figures_that_it_took() -> None:
    review = {
        "type": "review",
        "kind": "compliance-report",
        "period": "2021-Q1",
        "title": None,
        "taken_on": date(2021, 4, 1),
        "results": "Chấp hành tốt.",
        "shortcomings": "Còn chậm.",
        "next_steps": None,
        "proposals": None,
        "figures": (
            {"position": 2, "counted": "meetings", "measure": "regular", "cites": (), "number": 1},
            {"position": 1, "counted": "tasks", "measure": "done-on-time", "cites": ("6.2",), "number": 12},
        ),
    }
    text = drafted("report", review)
    assert text.title == f"Tình hình thực hiện Quy chế quý I/2021 của {BODY}"
    assert text.opening.endswith("(số liệu tính đến ngày 01 tháng 4 năm 2021):")
    assert rows(text.blocks)[1:] == [
        ["1", "Nhiệm vụ", "hoàn thành đúng hạn", "6.2", "12"],
        ["2", "Cuộc họp", "định kỳ", "", "1"],
    ]


def test_a_report_that_was_called_for_has_its_figures_and_targets() -> None:
    figure = {
        "position": 1,
        "label": {"vi": "Dịch vụ công mức độ 4", "en": "Level 4 services"},
        "number": 30.5,
        "text": None,
        "unit": {"vi": "%"},
        "target": 30.0,
        "set_by": "Nghị quyết 17/NQ-CP",
    }
    text = drafted(
        "report", {"type": "report", "title": "Báo cáo quý I", "agency": "centre", "answer": "Đã xong.", "figures": (figure,)}
    )
    assert rows(text.blocks)[1] == ["1", "Dịch vụ công mức độ 4", "30,5", "%", "30", "Nghị quyết 17/NQ-CP"]
    assert text.opening == "Trung tâm Công nghệ thông tin báo cáo như sau:"


def test_an_inspection_has_its_letter_its_minutes_and_its_conclusion() -> None:
    inspection = {
        "type": "inspection",
        "title": "Việc cung cấp dịch vụ công",
        "to": "office",
        "lead": "deputy",
        "coordinators": ({"who": "centre"},),
        "visit_on": date(2021, 9, 1),
        "visited_on": date(2021, 9, 2),
        "visit_report": "Đã xem hồ sơ.",
        "finding": "Chưa đủ.",
        "demand": "Bổ sung.",
        "due_on": date(2021, 10, 1),
    }
    letter = drafted("official-letter", inspection)
    assert (letter.title, field(letter, "Thời gian")) == ("kiểm tra việc cung cấp dịch vụ công", "ngày 01 tháng 9 năm 2021")
    minutes = drafted("minutes", inspection)
    assert field(minutes, "Trưởng đoàn").startswith("Phạm Thị Hòa")
    assert field(minutes, "Thời gian") == "ngày 02 tháng 9 năm 2021"
    assert "Đã xem hồ sơ." in texts(minutes)
    assert "Thời hạn khắc phục: trước ngày 01 tháng 10 năm 2021." in texts(drafted("conclusion-notice", inspection))


def test_a_mobilisation_is_ordered_by_a_decision() -> None:
    record = {"type": "mobilisation", "who": "guest", "place": "office", "from": date(2021, 5, 3), "to": date(2021, 5, 31)}
    (first, *_) = texts(drafted("decision", {**record, "product": "Khung kiến trúc"}))
    assert first == (
        "Trưng tập Trần Văn An, Chuyên gia, Hội Tin học Việt Nam làm việc tập trung tại Văn phòng Bộ từ ngày 03 tháng 5 năm 2021 "
        "đến hết ngày 31 tháng 5 năm 2021 để thực hiện: Khung kiến trúc."
    )


def test_a_report_on_a_consultation_is_the_table_of_the_opinions_with_what_was_done_with_each() -> None:
    question = {"type": "consultation", "title": "Dự thảo Kế hoạch", "question": "Dự thảo Kế hoạch"}
    reply = {"type": "consultation-reply", "who": "centre", "answered_on": date(2021, 3, 1), "position": "disagree"}
    told = {"text": "Chưa rõ kinh phí", "taken_up": "in-part", "handling": "Đã nêu nguồn"}
    silent = {"type": "consultation-reply", "who": "office", "answered_on": None, "position": None}
    text = drafted("report", question, {**reply, **told}, silent)
    assert text.title == "Tổng hợp, tiếp thu, giải trình ý kiến về dự thảo Kế hoạch"
    assert text.opening == f"{BODY} đã lấy ý kiến của 2 cơ quan, cá nhân; nhận được 1 ý kiến: không đồng ý 1."
    assert rows(text.blocks)[1:] == [
        ["1", "Trung tâm Công nghệ thông tin", "không đồng ý", "Chưa rõ kinh phí", "Tiếp thu một phần. Đã nêu nguồn"]
    ]
    assert texts(text)[-1] == "Chưa có ý kiến: Văn phòng Bộ."


@pytest.mark.parametrize("kind", COMPOSERS)
@pytest.mark.parametrize("records", [(), (MEETING, TASK), (TASK,), (MATTER,), (PLAN,), ({"type": "unknown"},)])
def test_a_draft_of_any_kind_on_any_record_can_be_printed(kind: str, records: tuple[Mapping[str, Any], ...]) -> None:
    content = DocumentContent(kind, "vi", drafted(kind, *records), ("BAN CHỈ ĐẠO",), symbol="X-BCĐ")
    assert rendering.pdf(content, electronic=True).misprints == ()


def test_every_kind_of_document_is_worded() -> None:
    assert set(COMPOSERS) == set(words.KINDS)


@pytest.mark.parametrize(
    ("code", "written"),
    [
        ("2021-Q1", "Quý I/2021"),
        ("2021-H1", "6 tháng đầu năm 2021"),
        ("2021-H2", "6 tháng cuối năm 2021"),
        ("2021-03", "Tháng 3/2021"),
        ("2021", "Năm 2021"),
        (None, ""),
    ],
)
def test_a_period_is_written_as_offices_write_it(code: str | None, written: str) -> None:
    assert period(code) == written
