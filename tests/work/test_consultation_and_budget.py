"""The pages of a consultation and of a budget."""

from __future__ import annotations

import pytest
from tests.work.lived_pages import MOST, NATIONAL, LivedPages, lines

pytestmark = pytest.mark.xdist_group("work-pages")


@pytest.mark.parametrize(
    ("lang", "summed", "late"),
    [
        ("vi", "Được hỏi: 5. Đã trả lời: 5. Đồng ý: 2. Không đồng ý: 1. Ý kiến khác: 2. Chưa có ý kiến: 0.", "Trả lời muộn: "),
        ("en", "Asked: 5. Answered: 5. Agree: 2. Disagree: 1. Other: 2. No answer: 0.", "Late: "),
    ],
)
def test_a_consultation_has_its_table_with_who_was_late_and_what_was_done_with_each_opinion(
    pages: LivedPages, lang: str, summed: str, late: str
) -> None:
    text = pages.page(NATIONAL, "chair", "/records/consultation/CS-2021-001", lang=lang).text
    parts = ("danh mục dữ liệu dùng chung", summed, late, "Bổ sung yêu cầu bảo đảm an ninh mạng", "Đã bỏ hai mục trùng")
    assert [text.index(part) for part in parts] == sorted(text.index(part) for part in parts)


def test_who_is_asked_without_a_seat_finds_the_question_and_the_own_answer_alone(pages: LivedPages) -> None:
    page = pages.page(NATIONAL, "bo-truong-y-te", "/records/consultation/CS-2021-001")
    assert "Bộ Y tế nhất trí với dự thảo" in page.text
    assert "an ninh mạng" not in page.text
    assert "Được hỏi" not in page.text
    other = pages.as_(NATIONAL, "chu-tich-lao-cai").get(f"/t/{NATIONAL}/records/consultation/CS-2021-001")
    assert other.status_code == 404


def test_the_silent_are_told_and_counted_as_neither_for_nor_against(pages: LivedPages) -> None:
    text = pages.page(MOST, "vt-khtc", "/records/consultation/CS-2021-001").text
    assert "Được hỏi: 3. Đã trả lời: 2. Đồng ý: 1. Không đồng ý: 1. Ý kiến khác: 0. Chưa có ý kiến: 1." in text
    assert "Không trả lời không được coi là đồng ý hay không đồng ý." in text


def test_only_who_asked_finds_the_way_to_handle_an_opinion(fresh: LivedPages) -> None:
    asked = {"question": "Dự thảo Đề án", "to": ["bo-truong-kh-cn"]}
    ref = fresh.act(NATIONAL, "chair", "consultation.open", **asked).ref
    fresh.act(NATIONAL, "bo-truong-kh-cn", "consultation.answer", ref, position="disagree", text="Chưa rõ")
    path, form = f"/records/consultation/{ref}", f"/records/consultation/{ref}/do/handle"
    (link,) = [each for each in lines(fresh.page(NATIONAL, "chair", path), form) if "with.who" in each]
    assert "Tiếp thu" in fresh.page(NATIONAL, "chair", link.removeprefix(f"/t/{NATIONAL}")).text
    assert not lines(fresh.page(NATIONAL, "bo-truong-kh-cn", path), form)


@pytest.mark.parametrize("who", ["bo-truong-kh-cn", "bo-truong-y-te"])
def test_what_waits_for_an_answer_waits_with_who_is_asked_until_it_is_given(fresh: LivedPages, who: str) -> None:
    asked = {"question": "Dự thảo Đề án", "to": ["bo-truong-kh-cn", "bo-y-te", "bo-cong-an"], "due_on": "2022-01-20"}
    ref = fresh.act(NATIONAL, "chair", "consultation.open", **asked).ref
    form = f"/records/consultation/{ref}/do/answer"
    assert lines(fresh.page(NATIONAL, who, ""), form)
    fresh.act(NATIONAL, who, "consultation.answer", ref, position="agree")
    assert not lines(fresh.page(NATIONAL, who, ""), form)


def test_a_budget_tells_what_is_left_and_after_each_entry(pages: LivedPages) -> None:
    text = pages.page(NATIONAL, "bo-truong-tai-chinh", "/records/budget/B-2021-001").text
    parts = ("2.400.000.000 VND", "68.500.000 VND (3%)", "2.331.500.000 VND", "2.313.500.000", "-86.500.000")
    assert [text.index(part) for part in parts] == sorted(text.index(part) for part in parts)
    assert "đã đảo bằng bút toán số 3" in text
    english = pages.page(MOST, "cvp-bo-moi", "/records/budget/B-2021-001", lang="en")
    assert "326,000,000 VND" in english.text
    assert "Spent on: benefits" in english.text


def test_only_who_manages_the_funds_finds_the_way_to_reverse_an_entry(pages: LivedPages) -> None:
    path = "/records/budget/B-2021-001"
    links = lines(pages.page(NATIONAL, "bo-truong-tt-tt", path), f"{path}/do/counter")
    assert [link.partition("with.entry=")[2][:1] for link in links if "with.entry" in link] == ["1", "4"]
    assert not lines(pages.page(NATIONAL, "chair", path), f"{path}/do/counter")
