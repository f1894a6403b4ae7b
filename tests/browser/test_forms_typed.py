"""A form as people fill it in: an error far down, a sign-in that ends in the midst of it, a browser that keeps a draft."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import PageAt
from tests.browser.demonstration import Demonstration
from tests.browser.people import NATIONAL, enter, name_of, password, sign_in

pytestmark = [pytest.mark.xdist_group("browser"), pytest.mark.slow]

ISSUE = f"/t/{NATIONAL}/records/direction/do/issue"


def focused(page: Page) -> Any:
    """The id of the element at which a reader goes on."""
    return page.locator("*:focus").get_attribute("id")


def test_an_error_in_the_third_of_four_rows_keeps_everything_and_leads_into_its_field(
    page_at: PageAt, served: Demonstration
) -> None:
    """On a phone, without scripts, by keyboard where it counts."""
    page = page_at(360, "vi", script=False)
    sign_in(page, served, "chair", NATIONAL)
    page.goto(ISSUE)
    page.fill("#f-text", "Khẩn trương thực hiện các việc sau")
    for row in range(4):
        page.locator("button[value='add:tasks']").click()
        assert focused(page) == f"row-tasks-{row}"
        page.fill(f"#f-tasks-{row}-title", f"Việc {row + 1}")
        page.fill(f"#f-tasks-{row}-to", "Bộ Tài chính")
        page.fill(f"#f-tasks-{row}-due_on", "31/02/2022" if row == 2 else "28/2/2022")
    page.press("#f-tasks-3-title", "Enter")
    assert page.title().startswith("Lỗi:")
    assert focused(page) == "errors-title"
    expect(page.locator("#errors")).to_contain_text("Không có ngày 31/02/2022. Tháng 2 năm 2022 có 28 ngày.")
    page.locator("#errors a").click()
    assert focused(page) == "f-tasks-2-due_on"
    expect(page.locator("#f-text")).to_have_value("Khẩn trương thực hiện các việc sau")
    expect(page.locator("#row-tasks-0")).to_contain_text("Việc 1 · Bộ Tài chính · Thứ Hai, 28/02/2022")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_what_was_typed_is_there_again_after_the_sign_in_ended(page_at: PageAt, served: Demonstration) -> None:
    """The account is signed out everywhere from another device while a text is being written."""
    page, elsewhere = page_at(1280, "vi", script=False), page_at(360, "vi", script=False)
    sign_in(page, served, "chair", NATIONAL)
    page.goto(ISSUE)
    page.fill("#f-text", "Một giờ soạn thảo")
    sign_in(elsewhere, served, "chair", NATIONAL, to="/account")
    elsewhere.locator("form[action*='everywhere'] button").first.click()
    page.locator("form.form .acts button.main").click()
    assert "/sign-in" in page.url
    enter(page, name_of("chair"), password(served))
    assert "draft=" in page.url
    expect(page.locator("#f-text")).to_have_value("Một giờ soạn thảo")


def test_a_browser_with_scripts_keeps_a_draft_while_somebody_types(page_at: PageAt, served: Demonstration) -> None:
    page = page_at(1280, "vi")
    page.clock.install()
    sign_in(page, served, "standing-vice-chair", NATIONAL)
    page.goto(ISSUE)
    page.clock.run_for(31_000)
    expect(page.locator("#kept")).to_be_empty()
    page.fill("#f-text", "Đang soạn dở")
    page.clock.run_for(31_000)
    expect(page.locator("#kept")).to_have_text("Nội dung đã nhập được giữ ở bản nháp.")
    page.goto(f"/t/{NATIONAL}/drafts")
    page.get_by_role("link", name="Ra ý kiến chỉ đạo").first.click()
    expect(page.locator("#f-text")).to_have_value("Đang soạn dở")
