"""The page of an agency, and the list of them: what each owes, is asked and does, for whoever may see it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from tests.work.lived_pages import MOST, NATIONAL, LivedPages

pytestmark = pytest.mark.xdist_group("work-pages")

HEALTH, JUSTICE = "/agencies/bo-y-te", "/agencies/bo-tu-phap"


def test_the_head_of_an_agency_sees_what_it_is_asked_and_owes_and_no_other_agency(fresh: LivedPages) -> None:
    due = (fresh.now + timedelta(days=10)).date()
    fresh.act(NATIONAL, "wg-head", "information-request.ask", title="Số dịch vụ mức 4", to="bo-y-te", due_on=due)
    page = fresh.page(NATIONAL, "bo-truong-y-te", HEALTH)
    assert "Được đề nghị, chưa trả lời (1)" in page.text
    assert "Số dịch vụ mức 4" in page.text
    assert "Cung cấp thông tin theo đề nghị của Tổ công tác" in page.text
    assert fresh.as_(NATIONAL, "bo-truong-y-te").get(f"/t/{NATIONAL}{JUSTICE}").status_code == 404
    listed = fresh.page(NATIONAL, "bo-truong-y-te", "/agencies")
    assert "Bộ Y tế" in listed.text
    assert "Bộ Tư pháp" not in listed.text


def test_an_answer_moves_from_what_is_asked_to_what_was_answered(fresh: LivedPages) -> None:
    def counted() -> tuple[str, ...]:
        page = fresh.page(NATIONAL, "bo-truong-xay-dung-moi", HEALTH, lang="en").text
        return tuple(re.findall(rf"{head} \((\d+)\)", page)[0] for head in ("Asked, not answered yet", "Answered or closed"))

    open_before, closed_before = counted()
    asked = fresh.act(NATIONAL, "wg-head", "information-request.ask", title="Số dịch vụ mức 4", to="bo-y-te")
    assert counted() == (str(int(open_before) + 1), closed_before)
    fresh.act(NATIONAL, "bo-truong-y-te", "information-request.answer", on=asked.id, text="214")
    assert counted() == ("0", str(int(closed_before) + 1))
    page = fresh.page(NATIONAL, "bo-truong-xay-dung-moi", HEALTH, lang="en")
    assert "Nothing waits for an answer." in page.text


@pytest.mark.parametrize(("slug", "who", "agency"), [(NATIONAL, "chair", "Bộ Xây dựng"), (MOST, "head", "Văn phòng Bộ")])
def test_whoever_reads_at_large_sees_every_agency(pages: LivedPages, slug: str, who: str, agency: str) -> None:
    assert agency in pages.page(slug, who, "/agencies").text


def test_there_is_no_page_of_an_agency_that_is_not_known_or_for_a_guest(pages: LivedPages) -> None:
    assert pages.as_(NATIONAL, "chair").get(f"/t/{NATIONAL}/agencies/bo-la").status_code == 404
    assert pages.as_(NATIONAL, "chuyen-gia-do-thi").get(f"/t/{NATIONAL}/agencies").status_code == 404
    assert pages.as_(NATIONAL, "chuyen-gia-do-thi").get(f"/t/{NATIONAL}{HEALTH}").status_code == 404


def test_a_units_task_stands_on_the_page_of_its_agency(pages: LivedPages) -> None:
    page = pages.page(MOST, "head", "/agencies/cuc-thong-tin-khcn")
    assert "Kết nối cơ sở dữ liệu nhiệm vụ khoa học và công nghệ" in page.text


def test_the_list_counts_what_the_page_shows(pages: LivedPages) -> None:
    page = pages.page(MOST, "head", "/agencies/cuc-thong-tin-khcn", lang="en")
    assert "Owed (1)" in page.text
    listed = pages.page(MOST, "head", "/agencies", lang="en").text
    assert re.findall(r"Science and Technology Information (\d+) (\d+)", listed) == [("1", "0")]  # overdue, due
