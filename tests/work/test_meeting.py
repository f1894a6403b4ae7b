"""The page of a meeting, by its state and by who reads it."""

from __future__ import annotations

import pytest
from tests.work.lived_pages import BOTH, MOST, NATIONAL, LivedPages, lines

pytestmark = pytest.mark.xdist_group("work-pages")

MEETING = "/records/meeting/M-2022-001"
HEAD = {NATIONAL: "chair", MOST: "head"}
MEMBER = {NATIONAL: "bo-truong-cong-an", MOST: "vt-khtc"}
GUEST = {NATIONAL: "chu-tich-da-nang", MOST: "vt-phap-che"}
ASKS = {NATIONAL: "Dự hội nghị tổng kết học kỳ I", MOST: "Dự lớp bồi dưỡng lãnh đạo cấp vụ"}
SUBSTITUTE = {NATIONAL: "chuyen-gia-do-thi", MOST: "pvt-khtc"}


@pytest.mark.parametrize("slug", BOTH)
@pytest.mark.parametrize(
    ("lang", "lacking", "agenda", "silent"),
    [
        ("vi", "Còn thiếu trước khi khai mạc", "Chương trình", "chưa trả lời"),
        ("en", "Still missing", "Agenda", "have not answered"),
    ],
)
def test_before_it_opens_the_page_says_what_is_missing_then_agenda_and_papers(
    pages: LivedPages, slug: str, lang: str, lacking: str, agenda: str, silent: str
) -> None:
    text = pages.page(slug, HEAD[slug], MEETING, lang=lang).text
    assert lacking in text
    assert silent in text
    assert text.index(lacking) < text.index(f"{agenda} (")
    assert ASKS[slug] in text


@pytest.mark.parametrize("slug", BOTH)
def test_the_secretariat_changes_agenda_and_papers_from_there_and_nobody_else(pages: LivedPages, slug: str) -> None:
    secretary = pages.page(slug, "wg-head" if slug == MOST else "cuc-truong-tin-hoc-hoa", MEETING)
    assert lines(secretary, f"{MEETING}/do/set-agenda")
    assert not lines(pages.page(slug, MEMBER[slug], MEETING), f"{MEETING}/do/set-agenda")


@pytest.mark.parametrize("slug", BOTH)
def test_a_new_paper_is_marked_and_opens_for_members_and_guests_alike(pages: LivedPages, slug: str) -> None:
    for who in (MEMBER[slug], GUEST[slug]):
        page = pages.page(slug, who, MEETING)
        assert "mới" in page.text
        (link,) = [link for link in page.links if "/files/" in link]
        answer = pages.as_(slug, who).get(link)
        assert answer.status_code == 200
        assert answer.headers["content-disposition"].startswith("attachment")
        assert answer.text.startswith("DỰ THẢO")


def test_a_paper_of_a_meeting_that_one_may_not_see_is_not_there(pages: LivedPages) -> None:
    page = pages.page(NATIONAL, "chair", MEETING)
    (link,) = [link for link in page.links if "/files/" in link]
    assert pages.as_(NATIONAL, "bo-truong-tu-phap").get(link).status_code == 404
    assert pages.as_(NATIONAL, "chair").get(link.replace("/files/", "/files/0")).status_code == 404


@pytest.mark.parametrize("slug", BOTH)
def test_a_guest_sees_the_meeting_and_the_own_answer_and_no_word_of_who_stays_away(pages: LivedPages, slug: str) -> None:
    page = pages.page(slug, GUEST[slug], MEETING)
    assert "Chương trình (" in page.text
    assert "Trả lời giấy mời" in page.text
    assert ASKS[slug] not in page.text
    for inner in ("Vắng họp và dự thay", "Thành phần dự họp (", "Còn thiếu", "Lịch sử", "Việc của người khác"):
        assert inner not in page.text
    assert len([row for row in page.of("tr") if row]) <= 2  # the head and the own line


@pytest.mark.parametrize("slug", BOTH)
def test_the_steps_of_an_absence_stand_in_their_order_with_their_days(fresh: LivedPages, slug: str) -> None:
    who, head = MEMBER[slug], HEAD[slug]
    asked = fresh.act(slug, who, "absence-request.request", meeting="M-2022-001", reason="Công tác nước ngoài").ref
    assert "chưa được đồng ý" in [each.strip() for each in fresh.page(slug, who, MEETING).texts]
    fresh.act(slug, head, "absence-request.consent", asked)
    named = fresh.act(slug, who, "substitution.name", meeting="M-2022-001", substitute=SUBSTITUTE[slug]).ref
    page = fresh.page(slug, who, MEETING)
    for step in ("đề nghị vắng 05/01/2022", "được đồng ý 05/01/2022", "cử người dự thay 05/01/2022"):
        assert step in page.text
    now = [attrs for attrs in page.of("li") if attrs.get("aria-current") == "step"]
    assert len(now) >= 2  # the meeting's own step, and the absence's
    assert "tham gia ý kiến bằng văn bản 05/01/2022" not in page.text
    fresh.act(slug, who, "substitution.lodge-opinion", named, opinion="Nhất trí với dự thảo.")
    fresh.act(slug, head, "substitution.admit", named)
    done = fresh.page(slug, head, MEETING)
    assert "tham gia ý kiến bằng văn bản 05/01/2022" in done.text
    assert "chấp thuận người dự thay 05/01/2022" in done.text
    assert "Nhất trí với dự thảo." in done.text


@pytest.mark.parametrize("slug", BOTH)
def test_who_is_excused_need_not_send_anybody_so_nothing_is_missing(fresh: LivedPages, slug: str) -> None:
    who, head = MEMBER[slug], HEAD[slug]
    asked = fresh.act(slug, who, "absence-request.request", meeting="M-2022-001", reason="Công tác nước ngoài").ref
    fresh.act(slug, head, "absence-request.consent", asked)
    text = fresh.page(slug, head, MEETING).text
    assert "được đồng ý 05/01/2022" in text
    for word in ("chưa cử người dự thay", "chưa tham gia ý kiến", "chưa chấp thuận người dự thay"):
        assert word not in text


@pytest.mark.parametrize("slug", BOTH)
def test_for_a_working_session_no_written_opinion_is_asked_for(fresh: LivedPages, slug: str) -> None:
    who, head, body = MEMBER[slug], HEAD[slug], {NATIONAL: "committee", MOST: "board"}[slug]
    starts = "2022-01-12T09:00:00"
    called = fresh.act(slug, head, "meeting.convene", body=body, kind="working-session", starts_at=starts, parties=[who]).ref
    if slug == NATIONAL:  # its house rule is for who is asked by name
        fresh.act(slug, head, "meeting.set-attendees", called, attendees=[who])
    asked = fresh.act(slug, who, "absence-request.request", meeting=called, reason="Công tác nước ngoài").ref
    fresh.act(slug, head, "absence-request.consent", asked)
    fresh.act(slug, who, "substitution.name", meeting=called, substitute=SUBSTITUTE[slug])
    text = fresh.page(slug, head, f"/records/meeting/{called}").text
    assert "chưa chấp thuận người dự thay" in text
    assert "tham gia ý kiến bằng văn bản" not in text


def test_after_it_the_conclusion_stands_first_then_its_tasks_and_who_was_absent_without_leave(pages: LivedPages) -> None:
    text = pages.page(NATIONAL, "bo-truong-cong-an", "/records/meeting/M-2021-008").text
    assert (
        text.index("Năm 2022 lấy dữ liệu làm trọng tâm")
        < text.index("Nhiệm vụ giao từ kết luận (2)")
        < text.index("Chương trình (")
    )
    assert "Đề xuất cơ chế tài chính cho nền tảng dữ liệu dùng chung" in text
    assert "vắng không xin phép" in text
    assert "Biên bản" in text


@pytest.mark.parametrize("slug", BOTH)
def test_a_live_meeting_is_concluded_from_its_page(fresh: LivedPages, slug: str) -> None:
    fresh.act(slug, HEAD[slug], "meeting.open", "M-2022-001")
    page = fresh.page(slug, HEAD[slug], MEETING)
    assert lines(page, f"{MEETING}/do/conclude")
    assert "Còn thiếu trước khi khai mạc" not in page.text
