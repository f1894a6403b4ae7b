"""The tracker of tasks, and the page of one."""

from __future__ import annotations

import pytest
from tests.work.lived_pages import BOTH, MOST, NATIONAL, LivedPages, lines

pytestmark = pytest.mark.xdist_group("work-pages")

LEADS = {
    NATIONAL: ("bo-truong-xay-dung-moi", "Xây dựng cơ sở dữ liệu quy hoạch đô thị dùng chung"),
    MOST: ("ct-ttkhcn", "Kết nối cơ sở dữ liệu nhiệm vụ khoa học và công nghệ"),
}


@pytest.mark.parametrize("slug", BOTH)
@pytest.mark.parametrize(
    ("lang", "mine", "late"), [("vi", "1 nhiệm vụ đang thực hiện", "chậm"), ("en", "1 task under way", "late")]
)
def test_ones_own_tasks_come_first_with_timeliness_in_words(
    pages: LivedPages, slug: str, lang: str, mine: str, late: str
) -> None:
    who, title = LEADS[slug]
    page = pages.page(slug, who, "/records/task", lang=lang)
    assert mine in page.text
    assert title in page.text
    assert late in page.text


def test_what_is_late_is_counted_and_listed_for_whoever_sees_it(pages: LivedPages) -> None:
    page = pages.page(NATIONAL, "chair", "/records/task", tab="late")
    assert "2 nhiệm vụ quá hạn" in page.text
    assert lines(page, "/records/task/T-2021-003")
    assert lines(page, "/records/task/T-2021-012")
    agency = pages.page(NATIONAL, "bo-truong-y-te", "/records/task", tab="late")
    assert not lines(agency, "/records/task/T-2021-003")
    assert "Không có nhiệm vụ nào quá hạn." in agency.text


@pytest.mark.parametrize("slug", BOTH)
def test_all_tasks_are_the_list_that_every_type_has_with_the_ways_to_see_them_above(pages: LivedPages, slug: str) -> None:
    page = pages.page(slug, LEADS[slug][0], "/records/task", tab="all")
    assert "Tất cả (" in page.text
    assert [form for form in page.of("form") if form.get("action", "").endswith("/records/task")]
    narrowed = pages.page(slug, LEADS[slug][0], "/records/task", state="in-progress")
    assert lines(narrowed, "/records/task/T-2021-003" if slug == NATIONAL else "/records/task/T-2021-010")
    assert not lines(narrowed, "/records/task/T-2021-001")


def test_a_due_day_says_how_long_it_is_and_which_days_off_were_left_out(pages: LivedPages) -> None:
    text = pages.page(NATIONAL, "chair", "/records/task/T-2021-014").text
    assert "28/02/2022" in text
    assert "còn 33 ngày làm việc" in text  # 38 weekdays less the five of the New Year
    assert "31/01 đến 04/02" in text
    assert "M-2021-008" in text
    english = pages.page(NATIONAL, "chair", "/records/task/T-2021-014", lang="en").text
    assert "33 working days left" in english
