"""Proposals of the text in a browser: each beside its sentence; what is chosen goes through a plan, what is refused stays so."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.web.admin_desk import Desk, desk
from tests.web.conftest import NATIONAL
from tests.web.reading_room import Page

from steerco.charter.text.proposed_rows import ProposedRow, as_file

SENTENCE = "Phó Chủ tịch Ủy ban tổng hợp mỗi năm một lần."
ROW = ProposedRow("rule", {"name": "term", "value": 5, "unit": "years", "cite": ["8.1"]}, "8.1", SENTENCE, 85, "rule:term:8.1")
TAKEN = ProposedRow(
    "group", {"id": "leadership", "roles": ["chair"], "cite": ["8.2"]}, "8.2", "Lãnh đạo.", 70, "group:leadership:8.2"
)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with desk(tmp_path_factory.mktemp("office")) as served:
        yield served


@pytest.fixture(scope="module")
def proposed(office: Desk) -> Desk:
    """The file of proposals came into use as any file does."""
    put_in_use(office, as_file((ROW, TAKEN)))
    return office


def put_in_use(office: Desk, text: str) -> None:
    file = ("charter.proposed.toml", text.encode(), "text/plain")
    browser = office.as_(NATIONAL, "chair")
    led = browser.post(f"/t/{NATIONAL}/admin/files", data={"form_token": browser.form_token}, files={"files": file})
    assert led.status_code == 303, led.text
    office.planned(NATIONAL, "chair", led.headers["location"])
    applied = office.send(NATIONAL, "chair", led.headers["location"], why="the text was read", step="apply")
    assert applied.status_code in (200, 303)


def test_a_committee_without_proposals_has_no_page_of_them(office: Desk) -> None:
    links = office.page("most-steering-board", "head", "/admin").links
    assert not [link for link in links if "/admin/proposals" in link]
    assert office.as_("most-steering-board", "head").get("/t/most-steering-board/admin/proposals").status_code == 404


def test_each_stands_beside_its_sentence(proposed: Desk) -> None:
    page = proposed.page(NATIONAL, "chair", "/admin/proposals")
    assert SENTENCE in page.text
    assert "85 % sure" in page.text
    assert 'name = "term"' in page.text
    assert any("/admin/proposals" in link for link in proposed.page(NATIONAL, "chair", "/admin").links)


def test_who_may_not_is_told_who_may_and_nothing_is_chosen_without_a_choice(proposed: Desk) -> None:
    path = "/admin/proposals?lang=en"
    assert "Choose at least one" in Page(proposed.send(NATIONAL, "chair", path, step="accept").text).text
    assert proposed.send(NATIONAL, "wg-member", path, proposal=ROW.id, step="accept").status_code == 403
    wrong = proposed.send(NATIONAL, "chair", path, proposal=TAKEN.id, step="accept")
    assert wrong.status_code == 422
    assert "already" in Page(wrong.text).text


def test_what_is_chosen_is_a_change_with_its_plan(proposed: Desk) -> None:
    led = proposed.send(NATIONAL, "chair", "/admin/proposals", proposal=ROW.id, step="accept")
    assert led.status_code == 303
    plan = proposed.planned(NATIONAL, "chair", led.headers["location"])
    assert "term" in plan.text


def test_what_is_refused_is_proposed_no_more(proposed: Desk) -> None:
    led = proposed.send(NATIONAL, "chair", "/admin/proposals", proposal=TAKEN.id, step="refuse")
    proposed.planned(NATIONAL, "chair", led.headers["location"])
    proposed.send(NATIONAL, "chair", led.headers["location"], why="named already", step="apply")
    assert "Lãnh đạo." not in proposed.page(NATIONAL, "chair", "/admin/proposals").text


def test_a_damaged_file_is_told_and_is_not_shown_as_if_nothing_waited(proposed: Desk) -> None:
    put_in_use(proposed, as_file((ROW,)).replace("confidence = 85", 'confidence = "sure"'))
    page = proposed.page(NATIONAL, "chair", "/admin/proposals?lang=en")
    assert "charter.proposed.toml cannot be read" in page.text
    assert "No proposal waits" not in page.text
    tried = proposed.send(NATIONAL, "chair", "/admin/proposals?lang=en", proposal=ROW.id, step="accept")
    assert tried.status_code == 422
    assert "cannot be read" in Page(tried.text).text
