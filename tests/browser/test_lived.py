"""A meeting as people live it in a browser: one cannot come and sends another; each is told what is still missing, and why.

In the one committee on a phone, in Vietnamese and without scripts; in the other at a desk, in English.
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import PageAt
from tests.browser.demonstration import Demonstration
from tests.browser.people import MOST, NATIONAL, sign_in, text

pytestmark = [pytest.mark.xdist_group("browser"), pytest.mark.slow]


@dataclass(frozen=True)
class Life:
    """A committee's member and presiding officer, how they look at it, and what the pages call things there."""

    slug: str
    member: str
    presiding: str
    width: int
    language: str
    script: bool
    substitute: str
    meeting: str
    clause: str
    excuse: str
    reason: str
    send: str
    opinion: str
    lodge: str
    consent: str
    admit: str
    not_yet: str
    missing_opinion: str
    admitted: str

    def __str__(self) -> str:
        return self.slug


VIETNAMESE = {
    "language": "vi",
    "excuse": "Đề nghị vắng họp",
    "reason": "Lý do",
    "send": "Cử người dự họp thay",
    "opinion": "Ý kiến",
    "lodge": "Tham gia ý kiến bằng văn bản",
    "consent": "Đồng ý cho vắng",
    "admit": "Chấp thuận người dự thay",
    "not_yet": "Chưa thực hiện được",
    "missing_opinion": "Còn thiếu: Ý kiến bằng văn bản của người vắng",
    "admitted": "được chấp thuận",
}
ENGLISH = {
    "language": "en",
    "excuse": "Ask to be excused",
    "reason": "Reason",
    "send": "Name a substitute",
    "opinion": "Opinion",
    "lodge": "Lodge a written opinion",
    "consent": "Consent",
    "admit": "Admit the substitute",
    "not_yet": "Not yet",
    "missing_opinion": "Missing: The absent member's written opinion",
    "admitted": "admitted",
}
LIVES = [
    Life(
        slug=NATIONAL,
        member="member",
        presiding="chair",
        width=360,
        script=False,
        substitute="cuc truong cuc an ninh",
        meeting="Họp định kỳ quý I năm 2022",
        clause="khoản 5 Điều 5",
        **VIETNAMESE,
    ),
    Life(
        slug=MOST,
        member="member",
        presiding="head",
        width=1280,
        script=True,
        substitute="deputy director of the department of planning",
        meeting="2022",
        clause="Article 6, clause 5",
        **ENGLISH,
    ),
]


def press(page: Page, name: str) -> None:
    """Press the button of a form that is called so; a copy of it stands first in the form, hidden, for the Enter key."""
    page.get_by_role("button", name=name, exact=True).and_(page.locator(":not(.hidden)")).last.click()


def do(page: Page, name: str) -> None:
    """Follow the way to an act that a record's page offers."""
    offered = page.get_by_role("link", name=name, exact=True).or_(page.get_by_role("button", name=name, exact=True))
    if not offered.first.is_visible():
        page.locator("details.more summary").first.click()
    offered.first.click()


def confirm(page: Page) -> None:
    """Where an act is shown once more before it is done, do it."""
    button = page.locator("main button[value=confirm]")
    if button.count():
        button.click()


def open_meeting(page: Page, life: Life) -> None:
    page.goto(f"/t/{life.slug}/records/meeting?lang={life.language}")
    page.get_by_role("link").filter(has_text=life.meeting).first.click()


def open_related(page: Page, life: Life, kind: str) -> None:
    """From a meeting's page, open the newest record of a kind that belongs to it."""
    open_meeting(page, life)
    page.locator(f"main a[href*='/records/{kind}/']:not([href*='/do/'])").first.click()


@pytest.mark.parametrize("life", LIVES, ids=str)
def test_a_member_sends_another_who_is_admitted_only_when_all_is_there(
    page_at: PageAt, served: Demonstration, life: Life
) -> None:
    member = page_at(life.width, life.language, script=life.script)
    presiding = page_at(life.width, life.language, script=life.script)
    sign_in(member, served, life.member, life.slug)
    sign_in(presiding, served, life.presiding, life.slug)

    open_meeting(member, life)
    do(member, life.excuse)
    assert life.clause in text(member)
    member.get_by_label(life.reason).fill("Công tác nước ngoài")
    press(member, life.excuse)
    confirm(member)
    expect(member.locator("#done")).to_be_visible()

    open_meeting(member, life)
    do(member, life.send)
    member.locator("[name='with.substitute']").fill(life.substitute)
    press(member, life.send)
    confirm(member)
    expect(member.locator("#done")).to_be_visible()

    open_related(presiding, life, "substitution")
    told = text(presiding)
    assert life.not_yet in told
    assert life.missing_opinion in told, told
    assert life.clause in told
    assert presiding.get_by_role("link", name=life.admit, exact=True).count() == 0

    open_related(member, life, "substitution")
    do(member, life.lodge)
    member.locator("[name='with.opinion']").fill("Nhất trí với dự thảo chương trình công tác.")
    press(member, life.lodge)
    confirm(member)

    presiding.reload()
    presiding.locator(".refused").get_by_role("link", name=life.consent).first.click()
    press(presiding, life.consent)
    confirm(presiding)

    open_related(presiding, life, "substitution")
    assert life.not_yet not in text(presiding)
    do(presiding, life.admit)
    press(presiding, life.admit)
    confirm(presiding)
    open_related(member, life, "substitution")
    assert life.admitted in text(member)
