"""The pages of a matter and of a programme."""

from __future__ import annotations

import pytest
from tests.work.lived_pages import BOTH, MOST, NATIONAL, LivedPages, lines

pytestmark = pytest.mark.xdist_group("work-pages")


@pytest.mark.parametrize(
    ("lang", "decision", "summed"),
    [("vi", "Quyết định", "Đồng ý: 2. Không đồng ý: 0. Ý kiến khác: 1."), ("en", "Decision", "Agree: 2. Disagree: 0. Other: 1.")],
)
def test_a_decided_matter_has_its_decision_first_then_the_prepared_opinion_and_what_members_think(
    pages: LivedPages, lang: str, decision: str, summed: str
) -> None:
    text = pages.page(NATIONAL, "bo-truong-kh-cn", "/records/matter/MT-2021-001", lang=lang).text
    parts = ("Áp dụng thử năm 2021", "Tổ công tác đề nghị ban hành bộ chỉ số gồm bảy nhóm", summed)
    assert decision in text
    assert [text.index(part) for part in parts] == sorted(text.index(part) for part in parts)
    assert "đề nghị làm rõ nguồn kinh phí khảo sát" in text


@pytest.mark.parametrize("slug", BOTH)
def test_of_two_opinions_of_one_person_the_later_counts(fresh: LivedPages, slug: str) -> None:
    who = "bo-truong-cong-an" if slug == NATIONAL else "ct-ttkhcn"
    fresh.act(slug, who, "matter.give-opinion", "MT-2022-001", position="agree")
    fresh.act(slug, who, "matter.give-opinion", "MT-2022-001", position="disagree", text="Chưa đủ kinh phí")
    text = fresh.page(slug, who, "/records/matter/MT-2022-001").text
    assert "Ý kiến (1)" in text
    assert "Đồng ý: 0. Không đồng ý: 1. Ý kiến khác: 0." in text
    assert "đã cho ý kiến 1 lần trước đó" in text


@pytest.mark.parametrize(("slug", "guest"), [(NATIONAL, "chuyen-gia-do-thi"), (MOST, "chuyen-gia")])
def test_a_guest_of_its_meeting_finds_no_matter(pages: LivedPages, slug: str, guest: str) -> None:
    assert pages.as_(slug, guest).get(f"/t/{slug}/records/matter/MT-2022-001").status_code == 404


def test_an_item_of_an_issued_programme_becomes_a_task_by_whoever_assigns_tasks(fresh: LivedPages) -> None:
    path = "/records/programme/PG-2021-001"
    chair = fresh.page(NATIONAL, "chair", path)
    assert "Chưa giao thành nhiệm vụ: 4." in chair.text
    (first, *_) = [link for link in lines(chair, "/records/task/do/assign") if "with.title" in link]
    assert "with.source=PG-2021-001" in first
    member = fresh.page(NATIONAL, "bo-truong-kh-cn", path)
    assert not [link for link in lines(member, "/records/task/do/assign") if "with.title" in link]
    title = "Hoàn thiện hành lang pháp lý về định danh và xác thực điện tử"
    task = fresh.act(NATIONAL, "chair", "task.assign", title=title, lead="bo-cong-an", source="PG-2021-001").ref
    after = fresh.page(NATIONAL, "chair", path)
    assert "Chưa giao thành nhiệm vụ: 3." in after.text
    assert lines(after, f"/records/task/{task}")
