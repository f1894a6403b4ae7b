"""A place that falls vacant and leaves acts or duties with nobody is a duty of whoever keeps the register: until it is filled."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from litestar.testing import TestClient
from tests.answers.planted import AT, lab
from tests.web.reading_room import Page
from tests.web.signed_in import signed_in

from steerco.answers.lab import Lab
from steerco.configuration.regime import PLATFORM
from steerco.kernel.act import ActRequest
from steerco.kernel.duty_ledger import DutyEntry, entries
from steerco.kernel.explain import explain
from steerco.kernel.perform import perform
from steerco.operations import tokens
from steerco.web.app import create_app

MOST, NATIONAL = "most-steering-board", "national-committee"
LAST = AT.date() + timedelta(days=1)
GONE = LAST + timedelta(days=1)
ORDER = ("steerco:place-vacant",)


def leave(of: Lab, seat: str, office: str = "") -> str:
    """End an appointment, and return the person who held it."""
    (row,) = [row for row in of.day.all.holdings if (row.seat == seat and not office) or (office and row.office == office)]
    perform(of.tenant, ActRequest(PLATFORM, "appointment.end", of.at, on=row.id, input={"to": str(LAST)}))
    return row.person


def vacant(of: Lab, on: date) -> dict[str, DutyEntry]:
    tenant = of.tenant
    with tenant.store.read(tenant.id) as session:
        found = entries(tenant, session, on)
    return {entry.duty.removeprefix("place-vacant-"): entry for entry in found if entry.cites == ORDER}


def refused(of: Lab, action: str, given: dict[str, str], on: date) -> int:
    """How many persons the kernel refuses the act on a day: all that there are, or the test fails."""
    tenant, at = of.tenant, of.at + (on - of.day.day)
    with tenant.store.read(tenant.id) as session:
        people = tenant.directory(session).persons
        outcomes = {person: explain(tenant, session, ActRequest(person, action, at, input=given)).outcome for person in people}
    assert set(outcomes.values()) == {"refused"}, outcomes
    return len(outcomes)


@pytest.mark.parametrize(
    ("slug", "seat", "keeper", "named"),
    [(NATIONAL, "chair", "wg-head", "Quarterly meeting"), (MOST, "head", "wg-head", "Quarterly meeting of the Board")],
)
def test_nobody_convenes_and_the_keeper_of_the_register_owes_a_successor(slug: str, seat: str, keeper: str, named: str) -> None:
    here = lab(slug)
    person = leave(here, seat)
    assert vacant(here, LAST) == {}  # on the last day somebody is there
    told = vacant(here, GONE)[seat]
    assert (told.state, told.since, told.due_on, told.layer) == ("due", GONE, None, "platform")
    assert "convene a meeting" in told.label.en
    assert named in told.label.en
    assert "triệu tập cuộc họp" in told.label.vi
    assert refused(here, "meeting.convene", {"kind": "regular", "starts_at": "2021-05-20T09:00:00"}, GONE) > 10
    keepers = {told.holder, *told.holders}
    with here.tenant.store.read(here.tenant.id) as session:
        day = here.tenant.directory(session).on(GONE, here.regime.charter)
    assert set(day.holders(keeper)) <= keepers
    back = {"person": "newcomer", "seat": seat, "from": str(GONE + timedelta(days=2))}
    perform(here.tenant, ActRequest(PLATFORM, "appointment.appoint", here.at + timedelta(days=4), input=back))
    done = vacant(here, GONE + timedelta(days=4))[seat]
    assert (done.state, done.done_on) == ("done", GONE + timedelta(days=2))
    assert done.done_by_event
    assert person not in done.holders


def test_an_office_that_bears_the_register_leaves_it_to_the_other_keeper() -> None:
    here = lab(MOST)
    leave(here, "", office="chanh-van-phong-bo")
    told = vacant(here, GONE)
    assert {"wg-head", "standing-member-van-phong-bo"} <= told.keys()
    assert {entry.holder for entry in told.values()} == {"head"}  # H.5 lets the Head enter appointments too
    assert "Attend the Board's meeting" in told["wg-head"].label.en


def test_a_member_of_many_leaves_nothing_with_nobody() -> None:
    here = lab(NATIONAL)
    row = next(row for row in here.day.all.holdings if row.seat == "member")
    perform(here.tenant, ActRequest(PLATFORM, "appointment.end", here.at, on=row.id, input={"to": str(LAST)}))
    assert vacant(here, GONE) == {}


def test_an_example_whose_terms_are_over_falls_to_the_body_that_still_has_members() -> None:
    here = lab("water-board", at=datetime(2025, 12, 30, 8, tzinfo=UTC))
    assert vacant(here, date(2025, 12, 31)) == {}
    told = vacant(here, date(2026, 1, 5))
    assert told, "both keepers are gone"
    assert {entry.since for entry in told.values()} == {date(2026, 1, 1)}
    assert not {entry.holder for entry in told.values()} & {"co-chair", "upstream", "downstream"}


def test_the_first_page_the_api_and_the_ledgers_page_tell_it() -> None:
    here = lab(MOST)
    leave(here, "head")
    later = datetime.combine(GONE, datetime.min.time(), UTC) + timedelta(hours=3)
    with TestClient(create_app(here.installation, demo=False, clock=lambda: later)) as http:
        browser = signed_in(http, here.installation, MOST, "wg-head")
        home = Page(browser.get(f"/t/{MOST}?lang=en").text)
        assert "Head is vacant; see that the place is filled" in home.text
        assert "đang khuyết" in browser.get(f"/t/{MOST}?lang=vi").text
        ledger = Page(browser.get(f"/t/{MOST}/duties?lang=en").text)
        assert "Nobody may now: convene a meeting" in ledger.text
        order = browser.get(f"/t/{MOST}/charter/{ORDER[0]}?lang=en")
        assert order.status_code == 200
        secret = tokens.issue(here.tenant, browser.person, ("read",), now=later).secret
        headers = {"Authorization": f"Bearer {secret}", "Accept": "application/json"}
        told = http.get(f"/t/{MOST}/api/duties?of=me", headers=headers).json()["items"]
        (mine,) = [each for each in told if each["duty"] == "place-vacant-head"]
        assert (mine["holder"], mine["cites"]) == ("wg-head", list(ORDER))
