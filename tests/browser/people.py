"""People at a browser: who they are in the demonstration, and how they sign in."""

from __future__ import annotations

import re

from playwright.sync_api import Page
from tests.browser.demonstration import Demonstration

NATIONAL, MOST = "national-committee", "most-steering-board"
NAME, PASSWORD = re.compile("^(Tên đăng nhập|Sign-in name)$"), re.compile("^(Mật khẩu|Password)$")
ENTER = re.compile("^(Đăng nhập|Sign in)$")


def name_of(role: str, slug: str = NATIONAL) -> str:
    """With what name the demonstration lets a holder of a role sign in."""
    return f"{role}@{slug}"


def password(served: Demonstration) -> str:
    """The password that the demonstration printed for all of them."""
    found = re.search(r"with the password (\S+) as one of", served.told())
    assert found, served.told()
    return found[1]


def sign_in(page: Page, served: Demonstration, role: str, slug: str = NATIONAL, to: str = "") -> None:
    """Sign in on the page, by name and password, and go to ``to`` (else to the committee's first page)."""
    language = "en" if (page.evaluate("navigator.language") or "").startswith("en") else "vi"
    page.goto(f"/sign-in?lang={language}&to={to or f'/t/{slug}?lang={language}'}")
    enter(page, name_of(role, slug), password(served))
    assert "/sign-in" not in page.url, page.content()


def enter(page: Page, name: str, secret: str) -> None:
    """Fill in the sign-in form and send it."""
    page.get_by_label(NAME).fill(name)
    page.get_by_label(PASSWORD).fill(secret)
    page.get_by_role("button", name=ENTER).click()


def text(page: Page) -> str:
    """What a reader sees on the page."""
    return " ".join(page.locator("main").inner_text().split())
