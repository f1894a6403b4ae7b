"""A clerk enters an act for somebody else by form: with the paper, shown before and after; and who acts for an absent officer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from litestar.testing import TestClient
from tests.committee.conftest import Board
from tests.committee.conftest import installation as installation
from tests.committee.conftest import template as template
from tests.committee.test_proxies import POLICY, PROXY
from tests.kernel.conftest import revised
from tests.web.conftest import MOST, NATIONAL
from tests.web.reading_room import Page
from tests.web.signed_in import signed_in
from tests.web.stage import NOW, Committee, Stage, events, hidden

from steerco.configuration.installation import Installation
from steerco.web.app import create_app

CLERK = {NATIONAL: "wg-member", MOST: "wg-head"}
PAPER = ("Phieu de nghi.pdf", b"signed by hand", "application/pdf")


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    made = Stage()
    with made.http:
        yield made
    made.installation.store.close()


@pytest.fixture(params=[NATIONAL, MOST])
def committee(stage: Stage, request: pytest.FixtureRequest) -> Committee:
    return stage.committees[request.param]


def clerk_of(committee: Committee) -> str:
    """Somebody whom a house rule lets enter acts for others."""
    return committee.day.holders(CLERK[committee.slug])[0]


def test_a_clerk_finds_the_form_on_the_record_and_enters_with_the_paper(committee: Committee) -> None:
    clerk, member = clerk_of(committee), committee.other
    browser, path = committee.as_(clerk), committee.path("records/absence-request/do/request")
    given = browser.get(path, params={"lang": "en", "with.meeting": committee.meeting})
    page = Page(given.text)
    assert given.status_code == 200, page.text[:800]
    assert "Enter it for somebody else" in page.text
    options = {attrs["value"] for attrs in page.of("option")}
    assert member in options
    fields = {**hidden(page), "with.meeting": committee.meeting, "with.reason": "Abroad", "for": member}
    without = browser.post(path, params={"lang": "en"}, data=fields)
    assert without.status_code == 422
    assert "the signed paper is needed" in without.text.lower()
    assert "Abroad" in without.text
    fields |= hidden(Page(without.text))
    check = browser.post(path, params={"lang": "en"}, data=fields, files={"evidence": PAPER})
    text = Page(check.text).text
    assert check.status_code == 200, text[:1000]
    assert "Entered for" in text
    assert "Phieu de nghi.pdf" in text
    assert not [body for *_, body in events(committee, "absence-request.request") if body.entered_by]
    done = browser.post(path, params={"lang": "en"}, data={**hidden(Page(check.text)), "step": "confirm"})
    assert done.status_code == 303, Page(done.text).text[:1000]
    body = events(committee, "absence-request.request")[-1][3]
    assert (events(committee, "absence-request.request")[-1][2], body.entered_by) == (member, clerk)
    assert body.evidence
    after = Page(browser.get(done.headers["location"]).text)
    assert "Entered for" in after.text


def test_nobody_is_chosen_beforehand_where_it_is_not_ones_own(stage: Stage) -> None:
    committee = stage.committees[NATIONAL]
    browser, path = committee.as_(clerk_of(committee)), committee.path("records/meeting", committee.meeting, "do/open")
    page = Page(browser.get(path, params={"lang": "en"}).text)
    assert "choose a person" in page.text
    sent = browser.post(path, params={"lang": "en"}, data=hidden(page))
    assert sent.status_code == 422
    assert "say whose act it is" in sent.text.lower()
    assert events(committee, "meeting.open") == []


def test_who_acts_for_the_absent_head_reads_so_before_and_after(stage: Stage) -> None:
    committee = stage.committees[NATIONAL]
    deputy = committee.day.successors("chair")[0]
    days = {"from": NOW.date().isoformat(), "to": (NOW + timedelta(days=3)).date().isoformat()}
    absence = committee.act("chair", "officer-absence.record", at=NOW, who="chair", **days)
    browser, path = committee.as_(deputy), committee.path("records/meeting/do/convene")
    given = browser.get(path, params={"lang": "vi"})
    page = Page(given.text)
    assert given.status_code == 200, page.text[:800]
    assert "thay mặt Chủ tịch Ủy ban" in page.text
    fields = {**hidden(page), "with.kind": "ad-hoc", "with.starts_at": "20/4/2021", "clock.starts_at": "14:00"}
    chosen = [attrs["value"] for attrs in page.of("input") if attrs.get("name") == "capacity"]
    if chosen:
        fields["capacity"] = "chair"
    done = browser.post(path, params={"lang": "vi"}, data=fields)
    assert done.status_code == 303, Page(done.text).text[:800]
    assert "Thay mặt Chủ tịch Ủy ban" in Page(browser.get(done.headers["location"]).text).text
    assert events(committee, "meeting.convene")[-1][3].acting_for == "chair"
    committee.act("chair", "officer-absence.end", absence, at=NOW)
    back = browser.get(path, params={"lang": "vi", "with.kind": "ad-hoc"})
    assert back.status_code == 403 or "thay mặt" not in Page(back.text).text


DESK = '[[rule]]\nname = "entered-for-another"\nvalue = "desk"\ncite = ["2.4"]\n'


@pytest.mark.parametrize(("form", "asked"), [("spoken", "The note of what was said"), ("any", "The signed paper")])
def test_a_proxy_given_by_word_of_mouth_asks_for_the_note_and_for_no_signed_paper(
    installation: Installation, form: str, asked: str
) -> None:
    board = Board(revised(installation, charter=f"{PROXY}form = '{form}'\n{DESK}", policy=POLICY))
    meeting = board.meeting()
    with TestClient(create_app(installation, clock=lambda: board.now)) as client:
        browser = signed_in(client, installation, "library-board", "giang")
        sent = browser.get("/t/library-board/records/proxy/do/give", params={"lang": "en", "with.meeting": meeting})
    told = Page(sent.text).text
    assert [text for text in ("The note of what was said", "The signed paper") if text in told] == [asked]
