"""What comes of an act in a browser: refused with its why, changed meanwhile, sent twice, typed while the sign-in ended."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import PageAt
from tests.browser.demonstration import Demonstration
from tests.browser.people import NATIONAL, enter, name_of, password, sign_in, text
from tests.browser.test_lived import confirm, press

pytestmark = [pytest.mark.xdist_group("browser"), pytest.mark.slow]

MEETING = f"/t/{NATIONAL}/records/meeting/M-2022-001"
TASKS = f"/t/{NATIONAL}/records/task"


@pytest.mark.parametrize(
    ("language", "refused", "may", "cited"),
    [
        ("vi", "Không thuộc thẩm quyền", "Chủ tịch Ủy ban (Thủ tướng Chính phủ)", "khoản 3 Điều 3"),
        ("en", "Not within your powers", "Chair (Prime Minister)", "Article 3, clause 3"),
    ],
)
def test_a_refused_act_says_why_who_may_and_leads_to_the_clause(
    page_at: PageAt, served: Demonstration, language: str, refused: str, may: str, cited: str
) -> None:
    page = page_at(360, language, script=False)
    sign_in(page, served, "member")
    answer = page.goto(f"/t/{NATIONAL}/records/meeting/do/convene?lang={language}")
    assert answer is not None
    assert answer.status == 403
    assert page.locator("h1").inner_text() == refused
    assert may in text(page)
    page.get_by_role("link", name=cited).first.click()
    assert f"/t/{NATIONAL}/charter/3.3" in page.url


def test_who_acts_on_what_another_has_changed_is_shown_it_and_loses_nothing(page_at: PageAt, served: Demonstration) -> None:
    chair, other = page_at(1280, "vi"), page_at(360, "vi")
    sign_in(chair, served, "chair")
    chair.goto(f"{MEETING}/do/set-attendees?lang=vi")
    attends = [each.input_value() for each in chair.get_by_role("checkbox").all()]
    sign_in(other, served, "standing-vice-chair")
    other.get_by_role("link", name="Sẽ dự họp").first.click()
    press(other, "Trả lời giấy mời")
    expect(other.locator("#done")).to_be_visible()

    chair.get_by_role("checkbox").last.uncheck()
    press(chair, "Quyết định thành phần dự họp")
    assert chair.locator("h1").inner_text() == "Hồ sơ đã thay đổi"
    assert "trả lời giấy mời họp" in text(chair)
    chair.get_by_role("button", name="Dùng nội dung đã nhập trên bản mới").click()
    confirm(chair)
    expect(chair.locator("#done")).to_be_visible()
    chair.goto(f"{MEETING}/do/set-attendees?lang=vi")
    assert [each.input_value() for each in chair.get_by_role("checkbox").all()] == attends[:-1]


def count(page: Page, title: str) -> int:
    page.goto(f"{TASKS}?lang=vi")
    return page.locator("main").get_by_role("link", name=title, exact=True).count()


def write_task(page: Page, title: str) -> None:
    page.goto(f"{TASKS}/do/assign?lang=vi")
    page.locator("[name='with.title']").fill(title)
    page.locator("[name='with.to'], [name='with.lead']").first.fill("Bộ trưởng Bộ Công an")


def test_going_back_and_sending_again_does_nothing_twice(page_at: PageAt, served: Demonstration) -> None:
    page = page_at(1280, "vi")
    sign_in(page, served, "chair")
    title = "Rà soát cơ chế chia sẻ dữ liệu"
    write_task(page, title)
    press(page, "Giao nhiệm vụ")
    confirm(page)
    expect(page.locator("#done")).to_be_visible()
    page.go_back()
    press(page, "Giao nhiệm vụ")
    assert count(page, title) == 1


@pytest.mark.parametrize("script", [True, False])
def test_what_was_typed_when_the_sign_in_ended_is_there_after_signing_in(
    page_at: PageAt, served: Demonstration, script: bool
) -> None:
    page = page_at(360, "vi", script=script)
    sign_in(page, served, "chair")
    title = f"Nhiệm vụ viết dở {'có' if script else 'không có'} tập lệnh"
    write_task(page, title)
    elsewhere = page_at(1280, "vi")
    sign_in(elsewhere, served, "chair")
    elsewhere.goto("/account?lang=vi")
    elsewhere.get_by_role("button", name="Đăng xuất mọi nơi").click()
    press(page, "Giao nhiệm vụ")
    enter(page, name_of("chair"), password(served))
    assert page.locator("[name='with.title']").input_value() == title
