"""Popolo and OParl: what other programs read of a committee, as far as the holder of the token sees it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from tests.plugins.conftest import WITH, WITHOUT, Two

SITE = "https://committees.example.gov"
AT = "/x/steerco_oparl"
MEETING = {"kind": "ad-hoc", "starts_at": "2021-03-01T09:00:00"}
REQUIRED = {
    "System": {"id", "type", "oparlVersion", "body"},
    "Body": {"id", "type", "name", "organization", "person", "meeting", "paper", "legislativeTerm"},
    "Organization": {"id", "type", "body", "name"},
    "Person": {"id", "type", "body", "name"},
    "Membership": {"id", "type", "person", "organization"},
    "Meeting": {"id", "type", "name", "meetingState", "start"},
    "AgendaItem": {"id", "type", "meeting", "name"},
    "Paper": {"id", "type", "body", "name"},
    "File": {"id", "type", "fileName", "date", "modified", "size", "accessUrl"},
}
"""What an object must have, by the published schemas and what a reader needs to find its way back."""


@pytest.fixture(scope="module")
def open_data(make: Callable[..., Two]) -> Iterator[Two]:
    two = make("steerco_oparl", settings=f'\n[settings.steerco_oparl]\nsite = "{SITE}"\n')
    meeting = two.do("head", "meeting.convene", **MEETING).id
    two.do("wg-head", "meeting.set-agenda", meeting, items=[{"title": "Báo cáo quý"}, {"title": "Kế hoạch năm"}])
    paper = two.do("wg-head", "document.draft", kind="conclusion-notice", title="Kết luận", blocks=[{"text": "Giao"}]).id
    two.do("wg-head", "document.sign", paper)
    return two


def got(two: Two, path: str, who: str = "head", **query: Any) -> Any:
    answer = two.ask(who, f"{AT}/{path}", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def every(two: Two, kind: str, who: str = "head") -> list[dict[str, Any]]:
    return list(got(two, f"oparl/list/{kind}", who)["data"])


def objects(value: Any) -> Iterator[dict[str, Any]]:
    """Every object of OParl in an answer, those inside others too."""
    if isinstance(value, dict):
        if str(value.get("type", "")).startswith("https://schema.oparl.org/"):
            yield value
        for each in value.values():
            yield from objects(each)
    elif isinstance(value, list):
        for each in value:
            yield from objects(each)


def test_a_reader_finds_everything_from_the_system_on_and_each_object_has_what_it_must(open_data: Two) -> None:
    here, found = f"{SITE}/t/{WITH}{AT}/", list[dict[str, Any]]()
    waiting, asked = [f"{here}oparl/system"], set[str]()
    while waiting:
        asked.add(address := waiting.pop())
        answer = got(open_data, address.removeprefix(here))
        found += objects(answer)
        lists = [each for one in objects(answer) for each in one.values() if isinstance(each, str)]
        waiting += [each for each in lists if ("/list/" in each or each.endswith("/bodies")) and each not in asked]
    seen = {one["type"].rpartition("/")[2] for one in found}
    assert seen == set(REQUIRED)
    for one in found:
        kind = one["type"].removeprefix("https://schema.oparl.org/1.1/")
        assert one.keys() >= REQUIRED[kind], one
        assert one["id"].startswith(f"{SITE}/t/{WITH}{AT}/oparl/")


def test_each_object_of_a_list_is_there_by_its_address(open_data: Two) -> None:
    for kind in ("organization", "person", "membership", "meeting", "agendaItem", "paper", "file"):
        one = every(open_data, kind)[0]
        assert got(open_data, one["id"].removeprefix(f"{SITE}/t/{WITH}{AT}/")) == one


def test_the_meeting_and_its_agenda_are_told_as_they_are(open_data: Two) -> None:
    (meeting,) = every(open_data, "meeting")
    assert (meeting["meetingState"], meeting["cancelled"], meeting["start"]) == ("convened", False, "2021-03-01T09:00:00+07:00")
    assert [(each["number"], each["name"]) for each in meeting["agendaItem"]] == [("1", "Báo cáo quý"), ("2", "Kế hoạch năm")]


def test_a_file_comes_as_it_was_signed(open_data: Two) -> None:
    (paper,) = every(open_data, "paper")
    main = paper["mainFile"]
    content = open_data.ask("head", main["accessUrl"].removeprefix(f"{SITE}/t/{WITH}"))
    assert (content.status_code, len(content.content)) == (200, main["size"])
    assert content.headers["Content-Disposition"] == "attachment"
    wrong = main["accessUrl"].removeprefix(f"{SITE}/t/{WITH}")[:-4] + "0000"
    assert open_data.ask("head", wrong).status_code == 404


def test_everybody_sees_what_the_api_shows_them(open_data: Two) -> None:
    for who in ("head", "wg-head", "member", "expert"):
        try:
            open_data.person(who)
        except IndexError:
            continue
        for kind, type in (("person", "person"), ("meeting", "meeting"), ("paper", "document")):
            api = open_data.ask(who, f"/api/{type}", params={"limit": 200}).json()["items"]
            told = {one["id"].rpartition("/")[2] for one in every(open_data, kind, who)}
            assert told == {one["id"] for one in api}, (who, kind)
        persons = {one["id"] for one in got(open_data, "popolo.json", who)["persons"]}
        assert persons == {one["id"] for one in open_data.ask(who, "/api/person", params={"limit": 200}).json()["items"]}


def test_what_somebody_may_not_see_is_as_what_is_not_there(open_data: Two) -> None:
    planned = {"kind": "regular", "starts_at": "2021-05-03T09:00:00", "body": "working-group"}
    hidden = open_data.do("wg-head", "meeting.plan", **planned).id
    seen_by = {who: open_data.ask(who, f"/api/meeting/{hidden}").status_code for who in ("wg-head", "member")}
    assert seen_by == {"wg-head": 200, "member": 404}
    for who, status in seen_by.items():
        assert open_data.ask(who, f"{AT}/oparl/meeting/{hidden}").status_code == status
    nothing = open_data.ask("member", f"{AT}/oparl/meeting/01976a4e-0000-7000-8000-000000000000")
    assert nothing.status_code == 404


def test_nobody_reads_without_a_token_or_with_that_of_another_committee(open_data: Two) -> None:
    for path in ("popolo.json", "oparl/system", "oparl/list/person", "oparl/person/x", "oparl/content/x/y"):
        assert open_data.ask("", f"{AT}/{path}").status_code == 401
        other = {"Authorization": f"Bearer {open_data.token('chair', WITHOUT)}"}
        assert open_data.http.get(f"/t/{WITH}{AT}/{path}", headers=other).status_code == 401
        assert open_data.ask("chair", f"{AT}/{path}", WITHOUT).status_code == 404  # off there


def test_popolo_ties_people_to_posts_and_bodies(open_data: Two) -> None:
    said = got(open_data, "popolo.json")
    ids = {part: {one["id"] for one in said[part]} for part in said}
    assert all(ids.values())
    for one in said["memberships"]:
        assert one["person_id"] in ids["persons"]
        assert one.get("post_id", next(iter(ids["posts"]))) in ids["posts"]
        assert one.get("organization_id", next(iter(ids["organizations"]))) in ids["organizations"]
    assert {one["organization_id"] for one in said["posts"] if "organization_id" in one} <= ids["organizations"]
    head = open_data.person("head")
    assert [one["start_date"] for one in said["memberships"] if one["person_id"] == head]
    assert "@" not in str(said)


def test_lists_are_told_by_time_and_bad_questions_are_refused(open_data: Two) -> None:
    everybody = got(open_data, "oparl/list/person")["pagination"]["totalElements"]
    assert got(open_data, "oparl/list/person", created_since="2000-01-01T00:00:00Z")["pagination"]["totalElements"] == everybody
    none = got(open_data, "oparl/list/person", modified_since="2100-01-01T00:00:00Z")
    assert (none["data"], none["pagination"]["totalPages"]) == ([], 1)
    assert "modified_since=" in none["links"]["first"]
    assert got(open_data, "oparl/list/person", page=99)["data"] == []
    for query in ({"page": "0"}, {"page": "x"}, {"page": "²"}, {"created_since": "yesterday"}, {"created_until": "2021-01-01"}):
        assert open_data.ask("head", f"{AT}/oparl/list/person", params=query).status_code == 422, query
    for path in ("oparl/list/no-such", "oparl/no-such/x", "oparl/person/no-such", "oparl/file/x", "oparl/content/x/y"):
        assert open_data.ask("head", f"{AT}/{path}").status_code == 404, path
