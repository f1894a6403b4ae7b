"""The ledger says why each duty is due on its day, and shows each reader what they may see of it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from tests.web.conftest import MOST, NATIONAL, START
from tests.web.reading_room import Page
from tests.web.test_reading_sight import Room, room

from steerco.charter import periods
from steerco.configuration.regime import PLATFORM
from steerco.kernel.act import ActRequest
from steerco.kernel.perform import perform

__all__ = ["room"]


@pytest.fixture(scope="module", autouse=True)
def assigned(room: Room) -> None:
    """A task of the member that is due after the holidays around the first of May 2021."""
    tenant = room.installation.tenant(room.slug)
    given: dict[str, Any] = {"title": "Sau lễ", "lead": room.member, "to": room.member, "due_on": "2021-05-07"}
    perform(tenant, ActRequest(room.head, "task.assign", input=given, at=START))


def rows(page: Page) -> list[str]:
    return [attrs["data-label"] for attrs in page.of("td") if "data-label" in attrs]


def test_a_deadline_says_what_it_is_counted_from_and_which_days_off_are_left_out(room: Room) -> None:
    text = room.page(room.head, "duties", on="2021-04-28", of=room.member).text
    assert "7 May 2021" in text
    assert "The day in the record: Due on" in text
    assert "From 28 April 2021 there are 5 working days left" in text, "29 April, and 4 to 7 May"
    assert "Days off left out beside weekends: 30 April 2021 to 3 May 2021" in text


def test_a_past_deadline_counts_no_days_ahead(room: Room) -> None:
    text = room.page(room.head, "duties", on="2021-05-10", of=room.member).text
    assert "working days left" not in text


def test_a_period_narrows_the_ledger(room: Room) -> None:
    whole = room.page(room.head, "duties", on="2021-12-31")
    quarter = room.page(room.head, "duties", on="2021-12-31", period="2021")
    assert 0 < len(rows(quarter)) < len(rows(whole))
    assert periods.parse("2021").first == date(2021, 1, 1)
    given = room.browser(room.head).get(f"/t/{room.slug}/duties", params={"period": "1066-Q1"})
    assert given.status_code == 400


def test_whoever_has_no_seat_sees_their_own_duties_only(room: Room) -> None:
    tenant = room.installation.tenant(room.slug)
    agency = {NATIONAL: "bo-xay-dung", MOST: "vien-a"}[room.slug]
    with tenant.store.read(tenant.id) as session:
        agencies = list(tenant.directory(session).agencies)
    agency = agency if agency in agencies else agencies[-1]
    perform(tenant, ActRequest(PLATFORM, "person.add", input={"id": "dau-moi", "name": "Lê Thị Trưởng"}, at=START))
    seat = {"person": "dau-moi", "seat": "agency-head", "agency": agency, "from": "2021-01-01"}
    perform(tenant, ActRequest(PLATFORM, "appointment.appoint", input=seat, at=START))
    mine, all_ = (room.page(who, "duties", on="2021-12-31") for who in ("dau-moi", room.head))
    assert len(rows(mine)) < len(rows(all_))
    assert "Sau lễ" not in mine.text
    late = room.page("dau-moi", "compliance", **{"from": "2021-01-01", "to": "2021-12-31"})
    assert late.text != room.page(room.head, "compliance", **{"from": "2021-01-01", "to": "2021-12-31"}).text
