"""The first ten minutes of a newcomer, as the tutorial has them: from the first page on, by links and buttons alone.

In the one committee a member is excused, on a phone and in Vietnamese; in the other a house rule is changed, at a desk and in
English.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import PageAt
from tests.browser.demonstration import Demonstration, demonstration
from tests.browser.people import MOST, NATIONAL, enter, name_of, password, text
from tests.browser.test_lived import confirm, do, press

pytestmark = [pytest.mark.xdist_group("browser"), pytest.mark.slow]

TRIED = 180_000
"""Milliseconds after which a plan that is not ready is given up: all cases of the committee are run for it."""


@pytest.fixture(scope="module")
def served() -> Iterator[Demonstration]:
    """A demonstration of its own, as a newcomer finds it; the others do not want their house rules changed."""
    with demonstration() as running:
        yield running


def follow(page: Page, name: str | re.Pattern[str]) -> None:
    """Follow the first link of a page that is called so."""
    page.get_by_role("link", name=name, exact=isinstance(name, str)).first.click()


def come_as(page: Page, served: Demonstration, role: str, slug: str, committee: str) -> None:
    """From the server's first page, sign in and enter the committee; whoever was signed in signs out first."""
    page.goto("/")
    leave = page.get_by_role("button", name=re.compile("^(Đăng xuất|Sign out)$"))
    if leave.count() == 0 and page.locator("header summary").count():
        page.locator("header summary").click()
    if leave.count():
        leave.click()
    else:
        follow(page, re.compile("^(Đăng nhập|Sign in)$"))
    enter(page, name_of(role, slug), password(served))
    follow(page, committee)


def test_a_member_is_excused_and_the_substitute_waits_for_the_opinion_that_the_clause_asks_for(
    page_at: PageAt, served: Demonstration
) -> None:
    page, committee = page_at(360, "vi"), "Ủy ban Quốc gia về Chính phủ điện tử"
    come_as(page, served, "member", NATIONAL, committee)
    follow(page, "Không dự được")
    page.get_by_label("Lý do").fill("Công tác nước ngoài")
    press(page, "Đề nghị vắng họp")
    assert "Đã đề nghị vắng họp" in text(page)
    assert "chưa được đồng ý" in text(page)
    do(page, "Đề nghị vắng họp")
    page.get_by_label("Lý do").fill("Công tác nước ngoài")
    press(page, "Đề nghị vắng họp")
    assert text(page).casefold().count("đã có đề nghị vắng cuộc họp này") == 1
    page.go_back()
    page.go_back()
    do(page, "Cử người dự họp thay")
    page.get_by_role("combobox", name="Người dự thay").fill("cục trưởng cục an ninh")
    press(page, "Cử người dự họp thay")
    assert "Cuộc họp Họp định kỳ quý I năm 2022 · M-2022-001" in text(page)
    confirm(page)
    assert "Đã cử người dự họp thay" in text(page)

    come_as(page, served, "chair", NATIONAL, committee)
    substitute = re.compile("^Cục trưởng Cục An ninh .* dự họp thay Ủy viên là Bộ trưởng Bộ Công an")
    expect(page.get_by_role("link", name=substitute)).to_be_visible()
    assert "còn thiếu: người chủ trì đồng ý cho vắng; ý kiến bằng văn bản" in text(page)
    follow(page, substitute)
    assert "Chưa thực hiện được" in text(page)
    page.locator("main").get_by_role("link", name="khoản 5 Điều 5").first.click()
    assert "cử người dự thay thì phải có ý kiến bằng văn bản" in text(page)
    page.go_back()
    page.locator("main").get_by_role("link", name="Đồng ý cho vắng", exact=True).click()
    press(page, "Đồng ý cho vắng")
    confirm(page)
    assert "Đã đồng ý cho vắng họp" in text(page)

    page.locator("header .brand").click()
    follow(page, substitute)
    told = text(page)
    assert "Còn thiếu: Ý kiến bằng văn bản của người vắng" in told
    assert "Còn thiếu: Người chủ trì đã đồng ý cho vắng" not in told
    assert page.get_by_role("link", name="Chấp thuận người dự thay", exact=True).count() == 0


def test_a_house_rule_on_who_postpones_is_changed_with_the_plan_seen_first_and_holds(
    page_at: PageAt, served: Demonstration
) -> None:
    page, committee = page_at(1280, "en"), "Steering Board for e-Government of the Ministry of Science and Technology"
    meeting, postpone = "Regular meeting, quarter 1 of 2022", "Postpone"
    come_as(page, served, "deputy-head", MOST, committee)
    follow(page, meeting)
    assert page.get_by_role("link", name=postpone, exact=True).count() == 0

    come_as(page, served, "head", MOST, committee)
    follow(page, "Admin")
    follow(page, "House rules")
    page.get_by_role("link", name=re.compile("^Change.*Postponing and canceling")).click()
    adopted = "The presiding officer or the Deputy Head postpones a meeting."
    page.get_by_label("In English").fill(adopted)
    page.get_by_label("In Vietnamese").fill("Người chủ trì hoặc Phó Trưởng ban hoãn cuộc họp.")
    added = page.get_by_role("group", name=re.compile("^Power 1"))
    added.get_by_label("Who").select_option(label="Deputy Head")
    added.get_by_label("What").select_option(label="postpone a meeting")
    page.get_by_role("button", name="Look at the plan").click()
    reason = page.get_by_label("Reason")
    expect(reason).to_be_visible(timeout=TRIED)
    told = text(page)
    assert re.search(r"Deputy Head ?: may postpone a meeting", told), told
    assert adopted in told
    assert "item 7 of the house rules" in told
    reason.fill("The Head travels much")
    page.get_by_role("button", name=re.compile("^Apply")).click()
    assert "Applied as revision 2" in text(page)

    come_as(page, served, "deputy-head", MOST, committee)
    follow(page, meeting)
    do(page, postpone)
    assert "item 7 of the house rules" in text(page)
    page.get_by_label("Day").fill("25/01/2022")
    page.get_by_label("Time").fill("14:00")
    page.get_by_label("Reason").fill("The Head is abroad")
    press(page, postpone)
    confirm(page)
    assert "25 January 2022" in text(page)


def test_who_signs_in_and_out_reads_on_in_the_language_chosen_not_in_that_of_the_browser(
    page_at: PageAt, served: Demonstration
) -> None:
    page = page_at(360, "vi")
    page.goto("/?lang=en")
    follow(page, "National Committee on e-Government")
    follow(page, "Sign in")
    assert page.locator("h1").inner_text() == "Sign in"
    enter(page, name_of("vice-chair"), password(served))
    assert page.locator("h1").inner_text() == "My work"
    page.locator("header summary").click()
    page.get_by_role("button", name="Sign out", exact=True).click()
    assert page.locator("h1").inner_text() == "Sign in"
