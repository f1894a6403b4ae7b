"""Signing in as a person does it: by password, with a second factor, by a passkey; and what somebody is told who cannot."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pyotp
import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import PageAt
from tests.browser.demonstration import Demonstration
from tests.browser.people import MOST, NATIONAL, enter, name_of, password, sign_in, text

pytestmark = [pytest.mark.xdist_group("browser"), pytest.mark.slow]


def go_to_account(page: Page) -> None:
    page.goto("/account?lang=vi")
    assert page.locator("h1").inner_text() == "Tài khoản"


def sign_out(page: Page) -> None:
    go_to_account(page)
    page.locator("main").get_by_role("button", name="Đăng xuất", exact=True).click()
    expect(page.get_by_label("Mật khẩu", exact=True)).to_be_visible()


@pytest.mark.parametrize("script", [True, False])
def test_a_wrong_password_is_told_and_the_name_stays_typed(page_at: PageAt, served: Demonstration, script: bool) -> None:
    page = page_at(360, "vi", script=script)
    page.goto(f"/sign-in?lang=vi&to=/t/{NATIONAL}/charter")
    enter(page, name_of("vice-chair"), "không phải mật khẩu")
    assert "Tên, mật khẩu hoặc mã chưa đúng" in text(page)
    assert page.get_by_label("Tên đăng nhập").input_value() == name_of("vice-chair")
    assert page.get_by_label("Mật khẩu", exact=True).input_value() == ""
    enter(page, name_of("vice-chair"), password(served))
    assert page.url.endswith(f"/t/{NATIONAL}/charter")


def test_all_of_it_works_by_keyboard_alone(page_at: PageAt, served: Demonstration) -> None:
    page = page_at(1280, "en")
    page.goto(f"/sign-in?lang=en&to=/t/{NATIONAL}/charter?lang=en")
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == "name":
            break
    page.keyboard.type(name_of("vice-chair"))
    page.keyboard.press("Tab")
    page.keyboard.type(password(served))
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/sign-in" not in url)
    page.wait_for_load_state()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


def test_a_second_factor_is_set_up_and_asked_for(page_at: PageAt, served: Demonstration) -> None:
    page = page_at(1280, "vi")
    sign_in(page, served, "standing-member", MOST)
    page.goto("/account/second-factor?lang=vi")
    secret = re.sub(r"\s", "", page.locator("code").inner_text())
    codes = pyotp.TOTP(secret)
    page.locator("input[name=code]").fill(codes.now())
    page.locator("form", has=page.locator("input[name=code]")).get_by_role("button").click()
    recovery = [each.strip() for each in page.locator("main code").all_inner_texts()]
    assert recovery, text(page)
    sign_out(page)
    enter(page, name_of("standing-member", MOST), password(served))
    page.locator("input[name=code]").fill("000000")
    page.locator("main form button").last.click()
    assert "chưa đúng" in text(page)
    page.locator("input[name=code]").fill(recovery[0])
    page.locator("main form button").last.click()
    go_to_account(page)


@contextmanager
def authenticator(page: Page) -> Iterator[str]:
    """A device of the browser that keeps passkeys and is unlocked by its holder."""
    chrome = page.context.new_cdp_session(page)
    chrome.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    device = chrome.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]
    yield device
    chrome.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": device})


def test_a_passkey_is_made_signs_in_alone_and_no_longer_once_it_is_removed(page_at: PageAt, served: Demonstration) -> None:
    page = page_at(360, "vi")
    with authenticator(page):
        sign_in(page, served, "deputy-head", MOST)
        page.goto("/account/passkeys?lang=vi")
        page.get_by_label("Tên khóa truy cập").fill("Máy tính ở cơ quan")
        page.locator("input[name=present]").fill(password(served))
        page.get_by_role("button", name="Tạo khóa truy cập trên thiết bị này").click()
        expect(page.locator("#told")).to_have_text(re.compile("Đã lưu khóa truy cập"))
        assert "Máy tính ở cơ quan" in text(page)
        sign_out(page)
        page.get_by_role("link", name="Đăng nhập bằng khóa truy cập").click()
        page.get_by_role("button", name="Dùng khóa truy cập").click()
        page.wait_for_url(lambda url: "/sign-in" not in url)
        page.goto("/account/passkeys?lang=vi")
        page.get_by_role("button", name="Bỏ: Máy tính ở cơ quan").click()
        assert "Máy tính ở cơ quan" not in text(page)
        sign_out(page)
        page.get_by_role("link", name="Đăng nhập bằng khóa truy cập").click()
        page.get_by_role("button", name="Dùng khóa truy cập").click()
        expect(page.locator("#wrong")).to_have_text(re.compile("Không nhận ra khóa truy cập này"))


def test_a_wrong_present_password_makes_nobody_a_passkey(page_at: PageAt, served: Demonstration) -> None:
    page = page_at(1280, "vi")
    with authenticator(page):
        sign_in(page, served, "head", MOST)
        page.goto("/account/passkeys?lang=vi")
        page.locator("input[name=present]").fill("không phải mật khẩu")
        page.get_by_role("button", name="Tạo khóa truy cập trên thiết bị này").click()
        expect(page.locator("#wrong")).to_be_visible()
        assert "Chưa có khóa nào" in text(page)


def test_without_a_script_the_page_of_passkeys_says_what_else_there_is(page_at: PageAt) -> None:
    page = page_at(360, "vi", script=False)
    page.goto("/sign-in/passkey?lang=vi")
    assert "Tên và mật khẩu dùng được ở mọi nơi" in text(page)
    assert not page.get_by_role("button", name="Dùng khóa truy cập").is_visible()
    page.get_by_role("link", name="Đăng nhập bằng tên và mật khẩu").click()
    expect(page.get_by_label("Mật khẩu", exact=True)).to_be_visible()
