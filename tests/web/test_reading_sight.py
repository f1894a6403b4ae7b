"""What the pages that read show to a member, to a guest, and to whoever has left."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from litestar.testing import TestClient
from tests.web.conftest import MOST, NATIONAL, START, installed
from tests.web.reading_room import NOW, Page, opened
from tests.web.signed_in import Browser, signed_in

from steerco.configuration.installation import Installation
from steerco.configuration.regime import PLATFORM
from steerco.kernel.act import ActRequest
from steerco.kernel.perform import perform

NOTE = "Đi công tác nước ngoài đúng ngày họp"
CLOSED = ("people", "log", "powers", "duties", "compliance")


@dataclass
class Room:
    """One committee with a meeting to which a guest is invited, another meeting, and a task."""

    installation: Installation
    client: TestClient[Any]
    slug: str
    head: str
    member: str
    guest: str
    left: str
    open: str
    closed: str
    task: str
    browsers: dict[str, Browser] = field(default_factory=dict)

    def page(self, who: str, path: str, **params: str) -> Page:
        """The page as somebody reads it."""
        given = self.browser(who).get(f"/t/{self.slug}/{path}", params={"lang": "en", **params})
        assert given.status_code == 200, (path, given.status_code)
        return Page(given.text)

    def browser(self, who: str) -> Browser:
        if who not in self.browsers:
            self.browsers[who] = signed_in(self.client, self.installation, self.slug, who)
        return self.browsers[who]


@pytest.fixture(scope="module", params=[NATIONAL, MOST])
def room(request: pytest.FixtureRequest) -> Iterator[Room]:
    installation, slug = installed(), request.param
    tenant = installation.tenant(slug)

    def do(action: str, on: str | None = None, by: str = PLATFORM, **given: Any) -> str:
        return perform(tenant, ActRequest(by, action, on=on, input=given, at=START)).ref

    with tenant.store.read(tenant.id) as session:
        charter = tenant.snapshot.regime_on(START.date()).charter
        day = tenant.directory(session).on(START.date(), charter)
        seat = charter.bodies[0].head
        head = day.holders(seat)[0]
        member = next(person for person in day.members(charter.bodies[0].id) if person != head)
    do("person.add", id="khach", name="Nguyễn Thị Khách")
    do("person.add", id="thoi", name="Trần Văn Thôi")
    do("appointment.appoint", person="khach", seat="guest", **{"from": "2021-01-01"})
    role = next(role.id for role in charter.roles if role.body == charter.bodies[1].id and not day.single(role.id))
    do("appointment.appoint", person="thoi", seat=role, **{"from": "2021-01-01", "to": "2021-02-05"})
    first = do("meeting.convene", by=head, kind="regular", starts_at="2021-03-01T09:00:00", place="Phòng A")
    second = do("meeting.convene", by=head, kind="regular", starts_at="2021-04-01T09:00:00", place="Phòng kín")
    do("meeting.set-attendees", first, attendees=[member])
    do("meeting.invite", first, who=["khach"])
    do("meeting.reply", first, by=member, answer="decline", note=NOTE)
    task = do("task.assign", title="Nhiệm vụ kín", lead=seat, to=seat)
    with opened(installation, demo=False, now=NOW) as client:
        yield Room(installation, client, slug, head, member, "khach", "thoi", first, second, task)
    installation.store.close()


@pytest.mark.parametrize("page", CLOSED)
def test_for_a_guest_a_page_of_the_committee_is_an_address_that_is_not_there(room: Room, page: str) -> None:
    guest, there = room.browser(room.guest), f"/t/{room.slug}/"
    given, absent = guest.get(there + page), guest.get(there + "nowhere")
    assert (given.status_code, given.text) == (404, absent.text)
    assert guest.get(f"{there}{page}?on=2021-01-15").text == absent.text
    assert room.browser(room.head).get(there + page).status_code == 200


def test_the_head_of_a_guests_page_names_only_what_is_theirs(room: Room) -> None:
    entries = {
        text
        for text in ("Tasks", "Records", "Log", "People", "Who may do what")
        if text in room.page(room.guest, "charter").texts
    }
    assert entries == set()
    assert {"Log", "People", "Who may do what"} <= set(room.page(room.head, "charter").texts)


def test_a_clause_tells_each_reader_only_of_records_that_they_see(room: Room) -> None:
    cited = next(
        link.partition("/charter/")[2].partition("?")[0]
        for link in room.page(room.head, "log", action="meeting.convene").links
        if "/charter/" in link
    )
    member, guest = (room.page(who, f"charter/{cited}") for who in (room.head, room.guest))
    assert any(room.closed in link for link in member.links)
    assert not any(room.closed in link or room.task in link for link in guest.links)
    assert room.closed not in guest.text


def test_of_a_hidden_record_the_answer_is_as_of_one_that_is_not_there(room: Room) -> None:
    def asked(who: str, by: str, ref: str) -> str:
        given = room.browser(who).get(f"/t/{room.slug}/ask", params={"by": by, "do": "task.cancel", "record": ref})
        assert given.status_code == 200
        return given.text.replace(ref, "REF")

    assert asked(room.guest, room.guest, room.task) == asked(room.guest, room.guest, "T-2021-999")
    assert asked(room.head, room.head, room.task) != asked(room.head, room.head, "T-2021-999")


def test_nobody_asks_in_the_name_of_a_person_whom_they_do_not_see(room: Room) -> None:
    asked = {"by": room.head, "do": "task.cancel", "record": room.task}
    hidden = room.browser(room.guest).get(f"/t/{room.slug}/ask", params=asked)
    absent = room.browser(room.guest).get(f"/t/{room.slug}/ask", params={**asked, "by": "nobody"})
    assert hidden.status_code == absent.status_code == 400
    assert hidden.text.replace(room.head, "WHO") == absent.text.replace("nobody", "WHO")


def test_the_reason_of_an_absence_stays_with_whom_it_concerns(room: Room) -> None:
    assert NOTE in room.page(room.member, f"records/meeting/{room.open}").text
    assert NOTE not in room.page(room.guest, f"records/meeting/{room.open}").text


def test_a_past_day_gives_nobody_the_sight_that_they_had(room: Room) -> None:
    left = room.browser(room.left)
    for path in ("log", "people"):
        assert left.get(f"/t/{room.slug}/{path}", params={"on": "2021-02-04"}).status_code == 404
    assert left.get(f"/t/{room.slug}/records/task/{room.task}", params={"on": "2021-02-04"}).status_code == 404


def test_a_person_sees_others_only_as_the_policy_lets(room: Room) -> None:
    head, guest = room.browser(room.head), room.browser(room.guest)
    assert head.get(f"/t/{room.slug}/people/{room.member}").status_code == 200
    assert guest.get(f"/t/{room.slug}/people/{room.member}").text == guest.get(f"/t/{room.slug}/people/nobody").text
    assert guest.get(f"/t/{room.slug}/people/{room.guest}").status_code == 200


def test_people_are_found_with_marks_and_without(room: Room) -> None:
    for typed in ("khach", "Khách", "nguyen thi"):
        assert "Nguyễn Thị Khách" in room.page(room.head, "people", q=typed).text
    assert "Nguyễn Thị Khách" not in room.page(room.head, "people", q="khac hh").text


def test_an_absent_officer_is_told_with_who_acts(room: Room) -> None:
    tenant = room.installation.tenant(room.slug)
    charter = tenant.snapshot.regime_on(START.date()).charter
    rule = charter.successions[0]
    first, last = (NOW.date() + timedelta(days=each) for each in (0, 3))
    given = {"who": rule.absent, "from": first.isoformat(), "to": last.isoformat()}
    perform(tenant, ActRequest(PLATFORM, "officer-absence.record", input=given, at=NOW))
    text = room.page(room.head, "people").text
    with tenant.store.read(tenant.id) as session:
        day = tenant.directory(session).on(NOW.date(), charter)
        acting = [tenant.directory(session).persons[person].get("en", "") for person in day.successors(rule.absent)]
    assert all(name in text for name in acting)


def test_a_guest_is_told_the_name_of_nobody_whom_they_do_not_see(room: Room) -> None:
    for path in ("ask", "ask?by=thoi&do=meeting.convene", "records/meeting?party=thoi"):
        assert "Trần Văn Thôi" not in room.browser(room.guest).get(f"/t/{room.slug}/{path}").text
    assert "Trần Văn Thôi" in room.page(room.head, "people").text
