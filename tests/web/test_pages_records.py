"""The page of a record, and lists: what each reader sees of both committees, in both languages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.web.conftest import MOST, NATIONAL
from tests.web.reading_room import Page
from tests.web.stage import NOW, STEPS, Committee, Stage

from steerco.kernel.authority import Authority
from steerco.kernel.places import places
from steerco.kernel.visibility import page as page_of


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    made = Stage()
    with made.http:
        yield made
    made.installation.store.close()


@pytest.fixture(params=[NATIONAL, MOST])
def committee(stage: Stage, request: pytest.FixtureRequest) -> Committee:
    return stage.committees[request.param]


def buttons(page: Page) -> list[str]:
    """The links that look like buttons."""
    return [attrs["href"] for attrs in page.of("a") if "button" in attrs.get("class", "").split()]


def test_a_record_begins_with_its_title_and_state(committee: Committee) -> None:
    page = committee.page(committee.head, "records", "meeting", committee.meeting)
    assert len(page.of("h1")) == 1
    assert "Regular meeting, quarter 1 of 2021" in page.text
    assert f"{committee.meeting} · convened" in page.text
    assert "version" not in page.text.lower()


@pytest.mark.parametrize(("lang", "said"), [("en", ["Open the meeting", "More ("]), ("vi", ["Khai mạc", "Việc khác ("])])
def test_the_head_has_at_most_three_buttons_and_the_rest_in_a_fold(committee: Committee, lang: str, said: list[str]) -> None:
    page = committee.page(committee.head, "records", "meeting", committee.meeting, lang=lang)
    assert f"/records/meeting/{committee.meeting}/do/open" in buttons(page)[0]
    assert all(word in page.text for word in said)
    assert f"with.meeting={committee.meeting}" in " ".join(buttons(page)), "acts that make another type begin here, filled in"


def test_a_member_finds_the_absence_and_the_substitution_on_the_meeting(committee: Committee) -> None:
    page = committee.page(committee.member, "records", "meeting", committee.meeting)
    assert any("/records/absence-request/do/request?" in href for href in buttons(page))
    assert any("/records/substitution/do/name?" in href for href in buttons(page))
    assert not any(f"{committee.meeting}/do/open" in href for href in buttons(page))
    assert "For others to do (" in page.text
    assert "Open the meeting" in page.text


def test_others_acts_are_told_with_who_may_and_the_clause(committee: Committee) -> None:
    page = committee.page(committee.member, "records", "meeting", committee.meeting, lang="vi")
    assert "Việc của người khác (" in page.text
    head = committee.day.charter.role(committee.head)
    assert head is not None
    assert str(head.label.vi) in page.text
    assert any("/ask?" in href and "do=meeting.open" in href for href in page.links)


def test_a_substitute_is_not_admitted_without_consent_and_opinion(stage: Stage) -> None:
    assert stage.committees
    for committee in stage.committees.values():
        asked = committee.act(committee.other, "absence-request.request", meeting=committee.meeting, reason="Abroad")
        named = committee.act(committee.other, "substitution.name", meeting=committee.meeting, substitute=committee.substitute)
        page = committee.page(committee.head, "records", "substitution", named)
        assert "Not yet" in page.text
        assert "Admit the substitute" in page.text
        assert "The absent member's written opinion" in page.text
        assert f"/records/absence-request/{asked}/do/consent" in " ".join(page.links), "the way to what is one's own to do"
        clause = f"/t/{committee.slug}/charter/{STEPS[committee.slug]}"
        assert any(href.startswith(clause) for href in page.links)
        assert not any(f"{named}/do/admit" in href for href in buttons(page))
        mine = committee.page(committee.other, "records", "substitution", named, lang="vi")
        assert any(f"{named}/do/lodge-opinion" in href for href in buttons(mine))


def test_what_belongs_to_a_meeting_stands_on_its_page_as_far_as_one_sees_it(stage: Stage) -> None:
    committee = stage.committees[NATIONAL]
    asked = committee.act(committee.member, "absence-request.request", meeting=committee.meeting, reason="Hospital")
    own = committee.page(committee.member, "records", "meeting", committee.meeting)
    assert any(f"/records/absence-request/{asked}" in href for href in own.links)
    third = committee.day.holders("member")[2]
    with committee.tenant.store.read(committee.tenant.id) as session:
        kind = committee.tenant.snapshot.types["absence-request"]
        sees = Authority(committee.tenant, session, third, NOW).find(kind, asked) is not None
    page = committee.page(third, "records", "meeting", committee.meeting)
    assert any(f"/records/absence-request/{asked}" in href for href in page.links) == sees


def test_consent_is_one_press_on_the_record(stage: Stage) -> None:
    committee = stage.committees[MOST]
    asked = committee.act(committee.member, "absence-request.request", meeting=committee.meeting, reason="Abroad")
    page = committee.page(committee.head, "records", "absence-request", asked)
    posts = [attrs["action"] for attrs in page.of("form") if attrs.get("method") == "post"]
    assert any(action.split("?")[0].endswith(f"/records/absence-request/{asked}/do/consent") for action in posts)
    assert any(f"{asked}/do/refuse" in href for href in buttons(page))


def test_the_page_has_the_buttons_that_the_kernel_grants(committee: Committee) -> None:
    """For the head, two members and an outsider: every act has the place on the page that the kernel gives it."""
    for who in (committee.head, committee.member, committee.other, "wg-member"):
        page = committee.page(who, "records", "meeting", committee.meeting)
        with committee.tenant.store.read(committee.tenant.id) as session:
            authority = Authority(committee.tenant, session, committee.person(who), NOW)
            kind = committee.tenant.snapshot.types["meeting"]
            record = authority.find(kind, committee.meeting)
            assert record is not None
            for each in places(authority, record, NOW):
                on = f"/records/meeting/{committee.meeting}/do/{each.action.name}"
                form = on if each.on else f"/records/{each.action.record.record_type}/do/{each.action.name}?"
                there = any(form in href for href in buttons(page))
                assert there == (each.place in ("ready", "input")), (who, each)


def test_a_stranger_and_one_who_may_not_see_get_the_answer_of_no_record(stage: Stage) -> None:
    committee = stage.committees[NATIONAL]
    hidden = committee.as_(committee.substitute).get(committee.path("records", "minutes", "MN-2021-001"))
    absent = committee.as_(committee.substitute).get(committee.path("records", "minutes", "MN-2021-999"))
    assert hidden.status_code == absent.status_code == 404
    assert hidden.text == absent.text


@pytest.mark.parametrize("lang", ["en", "vi"])
def test_a_list_tells_the_same_of_each_record(committee: Committee, lang: str) -> None:
    page = committee.page(committee.head, "records", "meeting", lang=lang)
    assert f"/t/{committee.slug}/records/meeting/{committee.meeting}?lang={lang}" in page.links or any(
        href.startswith(f"/t/{committee.slug}/records/meeting/{committee.meeting}") for href in page.links
    )
    assert ("1 in all" if lang == "en" else "Có 1 hồ sơ") in page.text
    assert any(f"/t/{committee.slug}/records/meeting/do/convene" in href for href in page.links)


def test_a_list_is_narrowed_in_words(committee: Committee) -> None:
    browser = committee.as_(committee.head)
    path = committee.path("records", "meeting")
    none = Page(browser.get(path, params={"lang": "en", "state": "canceled"}).text)
    assert "Filtered by: canceled" in none.text
    assert "There is no such record" in none.text
    ahead = Page(browser.get(path, params={"lang": "en", "from": "1 March 2021", "kind": "regular"}).text)
    assert "from 1 March 2021" in ahead.text
    assert "1 in all" in ahead.text
    past = Page(browser.get(path, params={"lang": "en", "until": "1 March 2021"}).text)
    assert "0 in all" in past.text


def test_the_index_names_each_type_once_with_its_number(committee: Committee) -> None:
    page = committee.page(committee.head, "records")
    assert "Meetings 1" in page.text


def test_what_belongs_to_a_record_of_any_type_stands_under_it(stage: Stage) -> None:
    """A person's appointments, without a line of code on either page."""
    committee = stage.committees[NATIONAL]
    with committee.tenant.store.read(committee.tenant.id) as session:
        kind = committee.tenant.snapshot.types["person"]
        authority = Authority(committee.tenant, session, committee.person("wg-member"), NOW)
        ref = next(row.ref for row in page_of(authority, kind, ["ref", "id"], limit=50).rows if row.id == committee.member)
    page = committee.page("wg-member", "records", "person", ref)
    assert "Related" in page.text
    assert any("/records/appointment/" in href for href in page.links)
