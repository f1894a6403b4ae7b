"""The agenda on the page of a meeting: what each reader sees of its life, and what each may do there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from tests.web.conftest import MOST, NATIONAL, START
from tests.web.reading_room import Page
from tests.web.stage import AHEAD, Committee, Stage

from steerco.configuration.party_names import PartyNames
from steerco.i18n import words

CLERK = {NATIONAL: "cuc-truong-tin-hoc-hoa", MOST: "cvp-bo"}


GROUP: dict[str, str] = {}
"""The reference of the meeting of the Working Group from which an item goes on, by committee."""


def group_meeting(committee: Committee) -> str:
    given = {"kind": "regular", "body": "working-group", "starts_at": START.isoformat()}
    GROUP[committee.slug] = committee.act("wg-head", "meeting.convene", **given)
    return GROUP[committee.slug]


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    made = Stage()
    with made.http:
        for slug, committee in made.committees.items():
            on = committee.meeting
            committee.act(
                CLERK[slug],
                "meeting.set-agenda",
                on,
                items=[{"title": "Progress"}, {"title": "Yearly outline", "sort": "consent"}],
            )
            committee.act(CLERK[slug], "meeting.arrange", on, mode="online", link="https://meet.example.org/1")
            committee.act(committee.head, "meeting.approve-agenda", on)
            committee.act(committee.member, "meeting.propose-item", on, title="Outage", why_urgent="Since this morning")
            committee.act(committee.other, "meeting.propose-item", on, title="Later topic")
            committee.act(committee.head, "meeting.admit-item", on, number=1, at_position=1)
            committee.act("wg-head", "meeting.set-agenda", group_meeting(committee), items=[{"title": "Shared register"}])
            committee.act("wg-head", "meeting.open", GROUP[slug])
            committee.act("wg-head", "meeting.send-on", GROUP[slug], item=1, to=on)
        yield made
    made.installation.store.close()


@pytest.fixture(params=[NATIONAL, MOST])
def committee(stage: Stage, request: pytest.FixtureRequest) -> Committee:
    return stage.committees[request.param]


def test_members_see_what_came_in_late_and_what_still_waits(committee: Committee) -> None:
    text = committee.page(committee.member, "records", "meeting", committee.meeting).text
    assert text.index("Outage") < text.index("Progress") < text.index("Yearly outline")
    assert "urgent" in text
    assert "Approved by" in text
    assert "Proposed, not on the agenda (2)" in text
    assert "Later topic" in text
    assert "Versions of the agenda (2)" in text
    assert "Added: Outage" in text


def test_only_who_presides_is_led_to_admitting_an_item(committee: Committee) -> None:
    path = f"{committee.meeting}/do/admit-item"
    head = committee.page(committee.head, "records", "meeting", committee.meeting)
    member = committee.page(committee.member, "records", "meeting", committee.meeting)
    assert any(path in href and "with.number=2" in href for href in head.links)
    assert not any(path in href for href in member.links)


def test_a_frozen_agenda_is_not_offered_for_change_and_an_online_meeting_shows_its_link(committee: Committee) -> None:
    page = committee.page(CLERK[committee.slug], "records", "meeting", committee.meeting)
    assert "Change the agenda or its order" not in page.text
    assert "https://meet.example.org/1" in page.links


def test_a_paper_after_its_day_is_shown_as_late_until_the_day_is_waived_and_a_graded_one_has_no_file(
    committee: Committee,
) -> None:
    on, clerk = committee.meeting, CLERK[committee.slug]
    eve = AHEAD - timedelta(days=1)
    committee.act(clerk, "meeting.add-paper", on, at=eve, files=[{"name": "late.txt", "text": "x"}])
    committee.act(committee.head, "meeting.waive-cut-off", on, at=eve, reason="Figures came late")
    committee.act(clerk, "meeting.add-paper", on, at=eve, files=[{"name": "waived.txt", "text": "x"}])
    committee.act(clerk, "meeting.add-paper", on, at=eve, title="Annex", grade="secret", registered_as="12/M", kept_at="Safe 3")
    page = committee.page(clerk, "records", "meeting", on)
    papers = page.text[page.text.index("late.txt") : page.text.index("Attendance (")]
    assert papers.count("late by 45/2018/QĐ-TTg:10") == 1
    assert papers.index("late by") < papers.index("waived.txt")
    assert "Registered as: 12/M · Where it is kept: Safe 3" in papers
    assert not any("Annex" in href for href in page.links)


def test_the_year_tells_per_member_how_many_meetings_they_attended_missed_or_still_have_to_attend(committee: Committee) -> None:
    names = PartyNames(words("en"), committee.day)
    page = committee.page(committee.member, "attendance")
    member = page.text[page.text.index(names(committee.day.seat(committee.member, committee.body))) :]
    assert "Attendance in 2021" in page.text
    assert "0 0 0 0 1" in member[:200], "of the one meeting that is ahead nothing is booked"
    assert page.text.count("0 0 0 0 1") == len(committee.day.holders("member")), "who presides owes no attendance"


def test_an_item_that_went_on_leads_there_and_back_also_once_it_is_admitted(committee: Committee) -> None:
    on, former = committee.meeting, GROUP[committee.slug]

    def leads(page: Page, to: str) -> bool:
        return any(href.startswith(committee.path("records", "meeting", f"{to}?")) for href in page.links)

    sent = committee.page("wg-head", "records", "meeting", former)
    assert f"Shared register · Sent on to: {on}" in sent.text
    assert leads(sent, on)
    came = f"From the meeting, from item 1: {former}"
    waiting = committee.page(committee.head, "records", "meeting", on)
    assert came in waiting.text[waiting.text.index("Proposed, not on the agenda") :]
    committee.act(committee.head, "meeting.admit-item", on, number=3)
    agenda = committee.page("wg-head", "records", "meeting", on)
    assert came in agenda.text[: agenda.text.index("Proposed, not on the agenda")]
    assert leads(agenda, former)
    without = committee.page(committee.other, "records", "meeting", on)
    assert came in without.text
    seen = committee.as_(committee.other).get(committee.path("records", "meeting", former)).status_code == 200
    assert leads(without, former) == seen
