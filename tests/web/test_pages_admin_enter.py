"""A clerk enters by a signed paper: the paper once, then its acts, each with the paper; and who may not."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256

import pytest
from sqlalchemy import select
from tests.web.admin_desk import Desk, desk
from tests.web.conftest import MOST, NATIONAL
from tests.web.reading_room import NOW, Page

from steerco.kernel.act import ActRequest
from steerco.kernel.perform import perform
from steerco.store.tables import Event

SCAN = b"%PDF-1.4 signed"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with desk(tmp_path_factory.mktemp("office")) as served:
        yield served


def paper(office: Desk, slug: str, clerk: str, whose: str) -> str:
    browser = office.as_(slug, clerk)
    fields = {"form_token": browser.form_token, "whose": office.person(slug, whose), "number": "12/TB-VP", "signed": "10/02/2021"}
    sent = browser.post(f"/t/{slug}/enter", data=fields, files=[("paper", ("scan.pdf", SCAN, "application/pdf"))])
    assert sent.status_code == 303, Page(sent.text).text
    return str(sent.headers["location"]).partition("?")[0]


def test_a_paper_is_handed_in_once_and_an_act_is_entered_by_it(office: Desk) -> None:
    chair = office.person(NATIONAL, "chair")
    meeting = perform(
        office.installation.tenant(NATIONAL),
        ActRequest(chair, "meeting.convene", NOW, input={"kind": "regular", "starts_at": "2021-03-10T02:00:00Z"}),
    ).ref
    to = paper(office, NATIONAL, "wg-member", "chair")
    page = office.page(NATIONAL, "wg-member", to.removeprefix(f"/t/{NATIONAL}"), "vi")
    assert "Nhập thay Thủ tướng Chính phủ" in page.text
    assert "Theo văn bản số 12/TB-VP ngày 10/02/2021" in page.text
    steps = {attrs["value"] for attrs in page.of("button") if attrs.get("name") == "step"}
    assert f"act:meeting.postpone={meeting}" in steps
    assert "act:task.assign" in steps
    form = office.send(NATIONAL, "wg-member", to, step=f"act:meeting.postpone={meeting}")
    assert form.status_code == 303
    opened = office.as_(NATIONAL, "wg-member").get(str(form.headers["location"]))
    told = Page(opened.text)
    assert "12-TB-VP, 10.02.2021, scan.pdf" in told.text
    hidden = {attrs["name"]: attrs["value"] for attrs in told.of("input") if attrs.get("type") == "hidden" and "name" in attrs}
    key = hidden["key"]
    browser = office.as_(NATIONAL, "wg-member")
    where = str(form.headers["location"]).partition("?")[0]
    fields = {
        **hidden,
        "for": chair,
        "with.starts_at": "17/03/2021",
        "clock.starts_at": "09:00",
        "with.reason": "Lũ lụt",
        "form_token": browser.form_token,
    }
    checked = browser.post(where, data=fields)
    assert checked.status_code == 200, Page(checked.text).text
    done = browser.post(where, data={**fields, "key": key, "step": "confirm"})
    assert done.status_code == 303, Page(done.text).text
    tenant = office.installation.tenant(NATIONAL)
    with tenant.store.read(tenant.id) as session:
        event = session.scalars(select(Event).where(Event.tenant_id == tenant.id).order_by(Event.seq.desc())).first()
        assert event is not None
        assert (event.action, event.person) == ("meeting.postpone", chair)
        assert browser.person in event.body
        assert sha256(SCAN).hexdigest() in event.body
    listed = office.as_(NATIONAL, "wg-member").get(f"/t/{NATIONAL}/log?lang=en")
    assert "entered by Head of the Authority of Information Technology Application" in Page(listed.text).text


def test_nothing_is_taken_without_the_paper_and_what_was_typed_stays(office: Desk) -> None:
    sent = office.send(MOST, "wg-head", "/enter?lang=vi", whose=office.person(MOST, "head"), number="7/QĐ", signed="31/02/2021")
    told = Page(sent.text)
    assert sent.status_code == 422
    assert "không nhập thay khi không có văn bản" in told.text
    assert any(attrs.get("value") == "7/QĐ" for attrs in told.of("input"))
    assert "#f-signed" in told.links


def test_who_may_enter_for_others_is_said_with_the_clause_to_everybody_else(office: Desk) -> None:
    given = office.as_(NATIONAL, "member").get(f"/t/{NATIONAL}/enter?lang=en")
    assert given.status_code == 403
    told = Page(given.text)
    assert "Working Group" in told.text
    assert any(link.startswith(f"/t/{NATIONAL}/charter/H.14") for link in told.links)
    assert not told.of("textarea")
    assert not [attrs for attrs in told.of("input") if attrs.get("type") == "file"]


def test_a_paper_is_its_clerks_own(office: Desk) -> None:
    to = paper(office, NATIONAL, "wg-member", "standing-vice-chair")
    assert office.as_(NATIONAL, "wg-head").get(to).status_code == 404


def test_the_way_there_stands_in_the_menu_of_whom_a_rule_lets_enter(office: Desk) -> None:
    clerk = office.page(NATIONAL, "wg-member", "/charter", "vi")
    assert any(link.partition("?")[0] == f"/t/{NATIONAL}/enter" for link in clerk.links)
    member = office.page(NATIONAL, "member", "/charter", "vi")
    assert not any("/enter" in link for link in member.links)
