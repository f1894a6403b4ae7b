"""From a meeting to its signed paper, as the Board's office does it: drafted, edited, signed, issued, and read as a file."""

from __future__ import annotations

import tomllib
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from steerco.records import Invalid
from steerco.testkit.kit import Clock, Committee

PLUGIN = "steerco_vn_documents"
HOME = Path(__file__).parents[2]
SLUG = "most-steering-board"
SETTINGS = tomllib.loads((HOME / "tenants" / SLUG / "tenant.toml").read_text("utf-8"))["settings"][PLUGIN]


@pytest.fixture
def meeting(committee: Committee) -> str:
    convened = committee.do(
        "head", "meeting.convene", kind="regular", starts_at="2021-04-15T14:00:00", place="Phòng họp 401", parties=[]
    )
    committee.do("wg-head", "meeting.set-agenda", convened.id, items=[{"title": "Kết quả quý I", "minutes": 30}])
    return str(convened.id)


def blocks(document: dict[str, Any]) -> list[tuple[str, str]]:
    return [(block["label"] or "", block["text"]) for block in sorted(document["blocks"], key=lambda each: each["position"])]


def paper(committee: Committee, id: str) -> str:
    document = committee.show("document", id)
    answer = committee.ask("wg-head", f"/api/document/{id}/files/{document['printed'] or document['paper']}")
    assert answer.status_code == 200, answer.text
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(answer.content)).pages).split())


def test_an_invitation_is_drafted_signed_and_issued_as_a_pdf(committee: Committee, clock: Clock, meeting: str) -> None:
    drafted = committee.do("wg-head", "document.draft", kind="invitation", about=meeting)
    shown = committee.show("document", drafted.id)
    assert shown["title"].startswith("Họp định kỳ của Ban Chỉ đạo")
    assert shown["title"].endswith("ngày 15 tháng 4 năm 2021")
    said = blocks(shown)
    assert ("Địa điểm", "Phòng họp 401") in said
    assert ("Thời gian", "14 giờ 00, thứ Năm, ngày 15 tháng 4 năm 2021") in said
    assert ("1.", "Kết quả quý I (30 phút)") in said
    assert "phải báo cáo và được sự đồng ý của người chủ trì cuộc họp" in shown["closing"], "as 6.5 has it"
    committee.do("wg-head", "document.edit", drafted.id, closing="Đề nghị đến đúng giờ.")
    committee.do("wg-head", "document.sign", drafted.id)
    clock.advance(days=1)
    committee.do("wg-head", "document.issue", drafted.id)
    text = paper(committee, drafted.id)
    for part in (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "GIẤY MỜI",
        "TL. TRƯỞNG BAN",
        "Đề nghị đến đúng giờ./.",
        "Số: 01/GM-BCĐCPĐT",
        "ngày 02 tháng 3 năm 2021",
    ):
        assert part in text


def test_a_character_that_cannot_be_printed_stops_the_signature_and_leaves_the_draft(committee: Committee) -> None:
    drafted = committee.do("wg-head", "document.draft", kind="conclusion-notice", title="Kết luận ☃")
    with pytest.raises(Invalid) as stopped:
        committee.do("wg-head", "document.sign", drafted.id)
    assert "text.title" in stopped.value.fields
    assert "U+2603" in str(stopped.value.fields["text.title"])
    shown = committee.show("document", drafted.id)
    assert (shown["state"], shown["number"], shown["paper"]) == ("drafted", None, None)
