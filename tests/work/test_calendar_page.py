"""The calendar of a year, as each may see it."""

from __future__ import annotations

import pytest
from tests.work.lived_pages import BOTH, MOST, NATIONAL, LivedPages, lines

pytestmark = pytest.mark.xdist_group("work-pages")


@pytest.mark.parametrize("slug", BOTH)
@pytest.mark.parametrize(("lang", "off", "proposed"), [("vi", "Ngày nghỉ", "Dự kiến"), ("en", "Day off", "Proposed")])
def test_the_year_has_its_meeting_days_off_and_days_proposed_for_the_quarters_to_come(
    pages: LivedPages, slug: str, lang: str, off: str, proposed: str
) -> None:
    page = pages.page(slug, "vice-chair" if slug == NATIONAL else "deputy-head", "/calendar", lang=lang)
    assert len(lines(page, "/records/meeting/M-2022-001")) == 2  # as the next one, and in its month
    assert off in page.text
    own = [attrs for attrs in page.of("li") if attrs.get("class") == "proposed"]
    assert len(own) == (3 if slug == NATIONAL else 3 + 12)
    assert proposed in page.text


def test_new_year_is_one_stretch(pages: LivedPages) -> None:
    assert "T2 31/01 đến T6 04/02" in pages.page(NATIONAL, "chair", "/calendar").text


def test_what_falls_due_is_only_ones_own(pages: LivedPages) -> None:
    late = "Xây dựng cơ sở dữ liệu quy hoạch đô thị dùng chung"
    assert late in pages.page(NATIONAL, "bo-truong-xay-dung-moi", "/calendar", year="2021").text
    assert late not in pages.page(NATIONAL, "bo-truong-cong-an", "/calendar", year="2021").text


@pytest.mark.parametrize(("slug", "guest"), [(NATIONAL, "chuyen-gia-do-thi"), (MOST, "chuyen-gia")])
def test_a_guest_sees_the_meetings_that_are_theirs_and_of_others_not_even_that_they_are(
    pages: LivedPages, slug: str, guest: str
) -> None:
    year = pages.page(slug, guest, "/calendar")
    assert lines(year, "/records/meeting/M-2022-001")
    assert not [attrs for attrs in year.of("li") if attrs.get("class") == "proposed"]
    before = pages.page(slug, guest, "/calendar", year="2021")
    others = pages.page(slug, "chair" if slug == NATIONAL else "head", "/calendar", year="2021")
    seen, all_ = ({link for link in page.links if "/records/meeting/" in link} for page in (before, others))
    assert len(seen) <= 1
    assert len(all_) > 5
    assert seen < all_


def test_a_year_that_is_none_is_said_and_the_present_one_shown(pages: LivedPages) -> None:
    answer = pages.as_(NATIONAL, "chair").get(f"/t/{NATIONAL}/calendar", params={"lang": "vi", "year": "soon"})
    assert answer.status_code == 400
    assert "Lịch họp năm 2022" in answer.text
