"""A meeting's papers as one PDF with contents, as far as its reader may see them."""

from __future__ import annotations

from base64 import b64encode
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader
from tests.plugins.paper_samples import SAMPLES

from steerco.kernel.plugin_context import PluginContext
from steerco.testkit.kit import Committee
from steerco_vn_documents import page_slot, rendering

PLUGIN = "steerco_vn_documents"
HOME = Path(__file__).parents[2]
SLUG = "most-steering-board"


def pdf(kind: str) -> bytes:
    return rendering.pdf(SAMPLES[kind], electronic=True).content


def meeting(committee: Committee, *files: tuple[str, bytes]) -> str:
    called = {"kind": "regular", "starts_at": "2021-04-15T14:00:00", "place": "Phòng 401", "parties": []}
    convened = committee.do("head", "meeting.convene", **called)
    for name, content in files:
        given = {"name": name, "base64": b64encode(content).decode()}
        committee.do("wg-head", "meeting.add-paper", convened.id, files=[given], title=name.removesuffix(".pdf"))
    return str(convened.id)


def test_the_papers_are_bound_behind_a_page_of_contents(committee: Committee) -> None:
    id = meeting(
        committee,
        ("Thông báo kết luận.pdf", pdf("conclusion-notice")),
        ("Bảng tính.xlsx", b"PK no pdf"),
        ("Kế hoạch.pdf", pdf("plan")),
    )
    answer = committee.ask("head", f"/x/steerco_vn_documents/pack/{id}")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/pdf"
    pages = [" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(answer.content)).pages]
    assert len(pages) == 1 + 2 + 3
    contents = pages[0]
    assert "14:00, 15/04/2021, Phòng 401" in contents
    assert "1 Thông báo kết luận 2" in contents
    assert "2 Bảng tính.xlsx sent apart (no PDF that can be opened) –" in contents
    assert "3 Kế hoạch 4" in contents
    assert "THÔNG BÁO" in pages[1]
    assert "KẾ HOẠCH" in pages[3]


def test_who_may_not_see_the_meeting_gets_no_pack(committee: Committee) -> None:
    id = meeting(committee, ("a.pdf", pdf("report")))
    assert committee.ask("", f"/x/steerco_vn_documents/pack/{id}").status_code == 401
    assert committee.ask("head", "/x/steerco_vn_documents/pack/nothing").status_code == 404


def test_a_damaged_or_locked_paper_is_told_and_stops_nothing(committee: Committee) -> None:
    id = meeting(committee, ("hỏng.pdf", pdf("report")[:400]), ("tốt.pdf", pdf("report")))
    answer = committee.ask("head", f"/x/steerco_vn_documents/pack/{id}")
    assert len(PdfReader(BytesIO(answer.content)).pages) == 2


BENT = b"""%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[KIDS]/Count 5>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 10 10]>>endobj
trailer<</Root 1 0 R>>
"""


@pytest.mark.parametrize("kids", [b"3 0 R 9 0 R", b"2 0 R"], ids=["pages that are not there", "a tree that holds itself"])
def test_a_paper_that_opens_and_has_no_whole_pages_stops_nothing(committee: Committee, kids: bytes) -> None:
    id = meeting(committee, ("a.pdf", BENT.replace(b"KIDS", kids)), ("tốt.pdf", pdf("report")))
    answer = committee.ask("head", f"/x/steerco_vn_documents/pack/{id}")
    assert answer.status_code == 200
    assert len(PdfReader(BytesIO(answer.content)).pages) == 2


def test_a_meetings_page_leads_to_its_papers_as_one_file(committee: Committee) -> None:
    id, without = meeting(committee, ("a.pdf", pdf("report"))), meeting(committee)
    hands = PluginContext(committee.tenant, PLUGIN, committee.clock.now)
    (found,) = page_slot(hands.tenant, f"record:meeting:{id}", hands, "vi")
    assert f'href="/t/{committee.slug}/x/steerco_vn_documents/pack/{id}"' in found.html
    assert list(page_slot(hands.tenant, f"record:meeting:{without}", hands, "vi")) == []
    assert list(page_slot(hands.tenant, "tenant", hands, "vi")) == []
