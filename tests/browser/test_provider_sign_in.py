"""Signing in at a committee's provider, as a person and an administrator see it: a server of its own, with a real provider."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect
from tests.accounts.oidc import provider
from tests.browser.chromium import Chromium
from tests.browser.demonstration import Demonstration, demonstration
from tests.browser.people import NATIONAL, sign_in, text

pytestmark = [pytest.mark.xdist_group("browser"), pytest.mark.slow]

MAIL = "bo-truong@example.gov.vn"


@pytest.fixture(scope="module")
def provided() -> Iterator[Demonstration]:
    """A demonstration whose national committee has a provider, which knows one of its members by e-mail."""

    def configure(home: Path) -> None:
        folder = home / "tenants" / NATIONAL
        settings, people = folder / "tenant.toml", folder / "people.toml"
        own = f'\n[sign_in.openid]\nissuer = "{issuer}"\nclient_id = "steerco"\nname = {{ vi = "tài khoản Bộ" }}\n'
        settings.write_text(settings.read_text("utf-8") + own, "utf-8")
        text = people.read_text("utf-8").replace('id = "bo-truong-cong-an"\n', f'id = "bo-truong-cong-an"\nemail = "{MAIL}"\n', 1)
        people.write_text(text, "utf-8")

    os.environ["STEERCO_OPENID_SECRET_NATIONAL_COMMITTEE"] = "a secret of the client"
    try:
        with provider({"sub": "minister", "email": MAIL}) as issuer, demonstration(configure) as running:
            yield running
    finally:
        del os.environ["STEERCO_OPENID_SECRET_NATIONAL_COMMITTEE"]


def test_a_minister_comes_from_the_provider_waits_and_is_confirmed(browser: Chromium, provided: Demonstration) -> None:
    with browser.context(360, "vi", base_url=provided.url) as own, browser.context(1280, "vi", base_url=provided.url) as other:
        minister, chair = own.new_page(), other.new_page()
        minister.goto(f"/sign-in?lang=vi&to=/t/{NATIONAL}/charter")
        minister.get_by_role("link", name="Đăng nhập bằng tài khoản Bộ").click()
        minister.locator("input[name=sub]").first.fill("minister")
        minister.get_by_role("button").filter(has_text="Authorize").first.click()
        assert "Người quản trị chưa xác nhận đây là ai" in text(minister)

        sign_in(chair, provided, "chair", to=f"/t/{NATIONAL}/admin/openid?lang=vi")
        chair.goto(f"/t/{NATIONAL}/admin/openid?lang=vi")
        assert MAIL in text(chair)
        assert "chờ xác nhận" in text(chair)
        chair.get_by_role("button", name="Xác nhận liên kết").click()
        expect(chair.locator("main")).to_contain_text("đã xác nhận")

        minister.goto(f"/sign-in?lang=vi&to=/t/{NATIONAL}")
        minister.get_by_role("link", name="Đăng nhập bằng tài khoản Bộ").click()
        minister.locator("input[name=sub]").first.fill("minister")
        minister.get_by_role("button").filter(has_text="Authorize").first.click()
        assert minister.url.endswith(f"/t/{NATIONAL}")
        assert "Sẽ dự họp" in text(minister)
        minister.goto("/account?lang=vi")
        assert "Lần đăng nhập này không dùng được ở đây" in text(minister)
