"""Calendar feeds, read back with the library as a calendar would read them: what they show, to whom, and how they end."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
from icalendar import Calendar, Event
from litestar.testing import TestClient
from sqlalchemy import select
from tests.plugins.conftest import START, WITH, WITHOUT, Two, switched_on

from steerco.cases.world import seed
from steerco.configuration.home import Home, shipped
from steerco.operations import tokens
from steerco.records import Invalid, NotFound, Stopped
from steerco.store.rows import tables_of
from steerco.web.app import create_app
from steerco_ical.writing import plain, zone

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
SITE = "https://steerco.example"
SETTINGS = f'\n[settings.steerco_ical]\nsite = "{SITE}"\n'
MAKE = "/x/steerco_ical/feeds"
PLACE = "Phòng họp số 2, tầng 4; trụ sở Bộ Khoa học và Công nghệ, 113 Trần Duy Hưng, phường Trung Hòa, Hà Nội"


def opened(make: Callable[..., Two]) -> tuple[Two, TestClient[Any]]:
    """Both committees with feeds, and an application whose clock is that of the tests."""
    two = make("steerco_ical", settings=SETTINGS)
    content = switched_on(Home(shipped()).content(WITHOUT), WITHOUT, "steerco_ical", settings=SETTINGS)
    two.installation.apply(WITHOUT, content, at=START, who="operator", why="tests", seed=seed)
    two.http = TestClient(create_app(two.installation, clock=lambda: two.now))
    return two, two.http


@pytest.fixture(scope="module")
def cal(make: Callable[..., Two]) -> Iterator[Two]:
    two, http = opened(make)
    with http:
        yield two


@pytest.fixture(scope="module")
def meeting(cal: Two) -> str:
    """An ad hoc meeting of the Board on 1 March at 9, with two asked, one of whom accepts and says why to the chair alone."""
    id = cal.do("head", "meeting.convene", kind="ad-hoc", starts_at="2021-03-01T09:00:00", place=PLACE).id
    members = [cal.person(role) for role in ("deputy-head", "wg-head")]
    cal.do("head", "meeting.set-attendees", id, attendees=members)
    cal.do("wg-head", "meeting.set-agenda", id, items=[{"title": "Kế hoạch năm; ngân sách, nhân sự", "minutes": 90}])
    cal.do("deputy-head", "meeting.reply", id, answer="accept", note="đến muộn vì việc gia đình")
    return id


def path(address: str) -> str:
    assert address.startswith(f"{SITE}/t/")
    return address.removeprefix(SITE)


def feed(two: Two, who: str, slug: str = WITH, **given: Any) -> str:
    """The path of a new feed."""
    answer = two.ask(who, MAKE, slug, "POST", json={"kind": "person", **given})
    assert answer.status_code == 201, answer.text
    return path(answer.json()["address"])


def read(two: Two, at: str, **headers: str) -> httpx.Response:
    """The feed as a calendar fetches it: without a token."""
    return two.http.get(at, headers=headers)


def events(answer: httpx.Response) -> dict[str, Event]:
    """The entries by the id of their record."""
    assert answer.status_code == 200, answer.text
    parsed = Calendar.from_ical(answer.content)
    found = {str(each["uid"]).partition("@")[0]: each for each in parsed.walk("VEVENT")}
    assert len(found) == len(parsed.walk("VEVENT"))
    return found


def test_a_meeting_stands_in_the_feed_as_it_is_on_record(cal: Two, meeting: str) -> None:
    answer = read(cal, feed(cal, "deputy-head"))
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    event = events(answer)[meeting]
    assert str(event["uid"]) == f"{meeting}@{WITH}.steerco"
    assert event.start == datetime(2021, 3, 1, 9, tzinfo=HANOI)
    assert event["dtstart"].params["TZID"] == "Asia/Ho_Chi_Minh"
    assert event.end - event.start == timedelta(minutes=90), "as long as the agenda plans"
    assert (str(event["status"]), str(event["location"])) == ("CONFIRMED", PLACE)
    assert str(event["summary"]).startswith("Họp đột xuất – ")
    assert "1. Kế hoạch năm; ngân sách, nhân sự" in str(event["description"])
    assert str(event["url"]) == f"{SITE}/t/{WITH}/records/meeting/{meeting}"
    assert event["dtstamp"].dt == event["last-modified"].dt == START


def test_the_calendar_says_its_zone_and_when_to_look_again(cal: Two, meeting: str) -> None:
    parsed = Calendar.from_ical(read(cal, feed(cal, "head")).content)
    (known,) = parsed.walk("VTIMEZONE")
    assert str(known["tzid"]) == "Asia/Ho_Chi_Minh"
    assert {part["tzoffsetto"].td for part in known.subcomponents} == {timedelta(hours=7)}
    assert (str(parsed["version"]), parsed["refresh-interval"].dt) == ("2.0", timedelta(hours=1))
    assert "method" not in parsed


def test_who_was_asked_and_who_answered_what(cal: Two, meeting: str) -> None:
    event = events(read(cal, feed(cal, "head")))[meeting]
    asked = event["attendee"]
    assert sorted(each.params["PARTSTAT"] for each in asked) == ["ACCEPTED", "NEEDS-ACTION"]
    assert event["organizer"].params["CN"], "whoever presides"
    assert "gia đình" not in str(event.to_ical().decode()), "a note to the chair is no calendar's"


def test_long_lines_are_folded_between_characters(cal: Two, meeting: str) -> None:
    raw = read(cal, feed(cal, "head")).content
    assert raw.endswith(b"\r\n")
    assert b"\n" not in raw.replace(b"\r\n", b"")
    lines = raw.split(b"\r\n")
    assert len(PLACE.encode()) > 75
    assert max(map(len, lines)) <= 75
    assert all(line.decode("utf-8") is not None for line in lines), "no character is torn"
    unfolded = raw.replace(b"\r\n ", b"").decode()
    assert "LOCATION:" + PLACE.replace(",", "\\,").replace(";", "\\;") in unfolded


def test_what_people_write_cannot_become_another_entry(cal: Two) -> None:
    place = 'A\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:forged\r\nSUMMARY:"x"'
    with pytest.raises(Invalid):
        cal.do("head", "meeting.convene", kind="ad-hoc", starts_at="2021-03-05T09:00:00", place=place)
    event = Event()
    event.add("location", plain(place))  # whatever was kept before places were one line
    assert b"\r\nUID:" not in event.to_ical()
    assert str(Event.from_ical(event.to_ical())["location"]).replace("\r\n", "\n") == place.replace("\r\n", "\n")


def test_everybody_sees_what_the_api_lists_for_them_and_nothing_else(cal: Two, meeting: str) -> None:
    cal.do("wg-head", "meeting.plan", kind="regular", starts_at="2021-04-01T00:00:00", body="working-group")
    for slug in (WITH, WITHOUT):
        tenant = cal.tenant(slug)
        with tenant.store.read(tenant.id) as session:
            persons = sorted(tenant.directory(session).persons)
        shown = {}
        for person in persons:
            secret = tokens.issue(tenant, person, ("*",), now=cal.now).secret
            bearer = {"Authorization": f"Bearer {secret}"}
            listed = cal.http.get(f"/t/{slug}/api/meeting?limit=200", headers=bearer).json()["items"]
            known = cal.http.get(f"/t/{slug}/api/person?limit=200", headers=bearer).json()["items"]
            made = cal.http.post(f"/t/{slug}{MAKE}", headers=bearer, json={"kind": "tenant"}).json()
            answer = read(cal, path(made["address"]))
            assert events(answer).keys() == {each["id"] for each in listed}, person
            text = answer.content.replace(b"\r\n ", b"").decode()
            mails = {each["email"] for each in known if each.get("email")}
            assert {word for word in mail_words(text) if not word.endswith(".invalid")} <= mails, person
            shown[person] = len(listed)
        if slug == WITH:
            assert 0 in shown.values(), "somebody sees nothing"
            assert max(shown.values()) > 1, "somebody sees several"


def mail_words(text: str) -> set[str]:
    """Every mail address in a feed."""
    return {line.rpartition("mailto:")[2] for line in text.splitlines() if "mailto:" in line}


def test_due_days_are_those_of_ones_own_tasks(cal: Two) -> None:
    mine = cal.do("head", "task.assign", title="Báo cáo", to=cal.person("deputy-head"), due_on="2021-03-10").id
    found = events(read(cal, feed(cal, "deputy-head")))[mine]
    assert (found.start, str(found["summary"])) == (date(2021, 3, 10), "Đến hạn: Báo cáo")
    assert found["dtstart"].params["VALUE"] == "DATE"
    seen = cal.ask("wg-head", f"/api/task/{mine}").status_code
    assert seen == 200, "the head of the Working Group sees the task"
    assert mine not in events(read(cal, feed(cal, "wg-head"))), "and has it not in the calendar"
    assert mine not in events(read(cal, feed(cal, "deputy-head", kind="tenant")))


def test_a_bodys_feed_has_that_bodys_meetings(cal: Two, meeting: str) -> None:
    group = cal.do("wg-head", "meeting.plan", kind="regular", starts_at="2021-04-08T08:00:00", body="working-group").id
    found = events(read(cal, feed(cal, "wg-head", kind="body", body="working-group")))
    assert group in found
    assert meeting not in found
    assert str(found[group]["status"]) == "TENTATIVE"
    assert cal.ask("head", MAKE, method="POST", json={"kind": "body"}).status_code == 422
    assert cal.ask("head", MAKE, method="POST", json={"kind": "body", "body": "no-such"}).status_code == 422


NO_REQUESTS = (b"", b"[]", b"[" * 100_000, b"\xff", b'{"kind": "all"}', b'{"kind": "person", "digest": 3, "x": 1}')


@pytest.mark.parametrize("sent", NO_REQUESTS, ids=range(6))
def test_what_is_no_request_is_told_so(cal: Two, sent: bytes) -> None:
    assert cal.ask("head", MAKE, method="POST", content=sent).status_code in (400, 422)


def test_midnight_is_that_of_the_committee(cal: Two) -> None:
    id = cal.do("head", "meeting.convene", kind="ad-hoc", starts_at="2021-03-06T00:00:00").id
    answer = read(cal, feed(cal, "head"))
    assert events(answer)[id].start == datetime(2021, 3, 5, 17, tzinfo=UTC)
    assert b"DTSTART;TZID=Asia/Ho_Chi_Minh:20210306T000000\r\n" in answer.content


def test_a_zone_with_summer_time_is_told_with_its_changes() -> None:
    paris = zone("Europe/Paris", 2021, 2022)
    assert {part.name for part in paris.subcomponents} == {"STANDARD", "DAYLIGHT"}
    again = Calendar.from_ical(b"BEGIN:VCALENDAR\r\n" + paris.to_ical() + b"END:VCALENDAR\r\n").timezones[0].to_tz()
    for month, hours in ((1, 1), (7, 2)):
        assert datetime(2022, month, 5, 9, tzinfo=again).utcoffset() == timedelta(hours=hours)
    assert zone("Europe/Paris", 2021, 2022) is paris, "made once"


def test_a_meeting_in_the_hour_that_the_clock_shows_twice_begins_before_it_ends(make: Callable[..., Two]) -> None:
    two = make("steerco_ical", settings=SETTINGS)
    content = switched_on(Home(shipped()).content(WITHOUT), WITHOUT, "steerco_ical", settings=SETTINGS)
    path = f"tenants/{WITHOUT}/tenant.toml"
    content = {**content, path: content[path].replace("Asia/Ho_Chi_Minh", "Europe/Paris")}
    two.installation.apply(WITHOUT, content, at=START, who="operator", why="tests", seed=seed)
    ids = {}
    for starts_at in ("2021-10-31T01:30:00", "2021-10-31T02:30:00", "2021-10-31T02:30:00+01:00", "2021-10-31T03:30:00"):
        ids[starts_at] = two.do("chair", "meeting.convene", slug=WITHOUT, kind="ad-hoc", starts_at=starts_at).id
        two.do("wg-head", "meeting.set-agenda", ids[starts_at], slug=WITHOUT, items=[{"title": "Một giờ", "minutes": 60}])
    shown = events(read(two, feed(two, "chair", WITHOUT)))
    for id in ids.values():
        assert shown[id].end - shown[id].start == timedelta(hours=1), shown[id].start
        assert shown[id].start.replace(tzinfo=None) < shown[id].end.replace(tzinfo=None)
    assert shown[ids["2021-10-31T02:30:00+01:00"]].start == datetime(2021, 10, 31, 1, 30, tzinfo=UTC)


def test_answers_count_no_more_once_a_meeting_has_moved(cal: Two) -> None:
    id = cal.do("head", "meeting.convene", kind="ad-hoc", starts_at="2021-03-22T09:00:00").id
    cal.do("head", "meeting.set-attendees", id, attendees=["deputy-head"])
    cal.do("deputy-head", "meeting.reply", id, answer="accept")
    at = feed(cal, "head")
    assert b"PARTSTAT=ACCEPTED" in events(read(cal, at))[id].to_ical()
    cal.do("head", "meeting.postpone", id, starts_at="2021-03-23T09:00:00", reason="Bão")
    moved = events(read(cal, at))[id].to_ical()
    assert b"PARTSTAT=NEEDS-ACTION" in moved
    assert b"ACCEPTED" not in moved


def test_postponed_and_canceled_meetings_stay_with_a_higher_sequence(cal: Two) -> None:
    id = cal.do("head", "meeting.convene", kind="ad-hoc", starts_at="2021-03-08T09:00:00").id
    at = feed(cal, "head")
    first = events(read(cal, at))[id]
    mover = next(who for who in ("head", "wg-head", "deputy-head") if tried(cal, who, "meeting.postpone", id))
    moved = events(read(cal, at))[id]
    assert moved.start == datetime(2021, 3, 9, 14, tzinfo=HANOI)
    assert (str(moved["uid"]), moved["sequence"] > first["sequence"]) == (str(first["uid"]), True)
    cal.do(mover, "meeting.cancel", id, reason="hoãn")
    last = events(read(cal, at))[id]
    assert str(last["status"]) == "CANCELLED"
    assert last["sequence"] > moved["sequence"]


def tried(two: Two, who: str, action: str, id: str) -> bool:
    try:
        two.do(who, action, id, starts_at="2021-03-09T14:00:00", reason="bận")
    except Stopped:
        return False
    return True


def test_polling_is_cheap_until_something_happens(cal: Two, meeting: str) -> None:
    at = feed(cal, "head")
    first = read(cal, at)
    tag = first.headers["etag"]
    again = read(cal, at, **{"If-None-Match": f'"other", W/{tag}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert read(cal, at).content == first.content, "the same to the byte"
    cal.do("wg-head", "meeting.set-agenda", meeting, items=[{"title": "Kế hoạch năm; ngân sách, nhân sự", "minutes": 90}])
    after = read(cal, at, **{"If-None-Match": tag})
    assert (after.status_code, after.headers["etag"] != tag) == (200, True)


def test_whatever_opens_nothing_is_answered_as_where_there_is_no_such_committee(cal: Two) -> None:
    answer = cal.ask("head", MAKE, method="POST", json={"kind": "person"}).json()
    mine = path(answer["address"])
    others = feed(cal, "chair", WITHOUT).replace(WITHOUT, WITH)
    assert read(cal, mine).status_code == 200
    cal.do("head", "x-ical-feed.revoke", answer["id"])
    unknown = f"/t/{WITH}/x/steerco_ical/feed/{'A' * 43}.ics"
    elsewhere = [unknown.replace(WITH, slug) for slug in (WITHOUT, "no-such-board")]
    answers = [read(cal, at) for at in (mine, others, unknown, *elsewhere)]
    assert {each.status_code for each in answers} == {401}
    kept = [{name: value for name, value in each.headers.items() if name not in ("date", "x-request-id")} for each in answers]
    assert all((each.content, head) == (answers[0].content, kept[0]) for each, head in zip(answers, kept, strict=True))
    with pytest.raises(Stopped):
        cal.do("head", "x-ical-feed.revoke", answer["id"])
    for odd in ("%00", "%ED%A0%80", "a" * 3000, "%F0%9F%93%85", "..", "'--"):
        assert read(cal, f"/t/{WITH}/x/steerco_ical/feed/{odd}.ics").status_code in (401, 404)


def test_a_feed_is_nobody_elses_to_end(cal: Two) -> None:
    id = cal.ask("deputy-head", MAKE, method="POST", json={"kind": "person"}).json()["id"]
    for who in ("head", "wg-head"):
        with pytest.raises((Stopped, NotFound)):
            cal.do(who, "x-ical-feed.revoke", id)
    done = cal.do("deputy-head", "x-ical-feed.revoke", id)
    (because,) = done.decision.because
    assert (because.clause, because.plugin, because.layer) == ("steerco-ical:2", "steerco_ical", "platform"), (
        "no law, no regulation"
    )


def test_the_secret_is_kept_nowhere(cal: Two, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        answer = cal.ask("head", MAKE, method="POST", json={"kind": "person"})
        secret = answer.json()["address"].rpartition("/")[2].removesuffix(".ics")
        read(cal, path(answer.json()["address"]))
        read(cal, path(answer.json()["address"])[:-6] + "zz.ics")
    assert len(secret) >= 43
    own = "\n".join(str(each.getMessage()) for each in caplog.records if not each.name.startswith(("httpx", "httpcore")))
    assert secret[:20] not in own
    tenant = cal.tenant()
    with tenant.store.read(tenant.id) as session:
        for table in tables_of(tenant.store, tenant.id):
            rows = session.execute(select(table).where(table.c.tenant_id == tenant.id)).all()
            assert secret not in repr(rows), table.name
    listed = cal.ask("head", "/api/x-ical-feed")
    assert answer.json()["id"] in listed.text
    assert "digest" not in listed.text
    assert "no-store" in answer.headers["cache-control"]


def test_a_token_makes_feeds_only_if_it_is_for_that(cal: Two) -> None:
    tenant, head = cal.tenant(), cal.person("head")
    for scopes, status in ((("read",), 403), (("read", "x-ical-feed.create"), 201)):
        secret = tokens.issue(tenant, head, scopes, now=cal.now).secret
        bearer = {"Authorization": f"Bearer {secret}"}
        assert cal.http.post(f"/t/{WITH}{MAKE}", headers=bearer, json={"kind": "person"}).status_code == status
    assert cal.ask("", MAKE, method="POST", json={"kind": "person"}).status_code == 401


def test_a_digest_is_used_once(cal: Two) -> None:
    cal.do("head", "x-ical-feed.create", kind="person", digest="ab" * 32)
    with pytest.raises(Invalid):
        cal.do("deputy-head", "x-ical-feed.create", kind="person", digest="ab" * 32)


def test_whose_seat_has_ended_sees_no_more_than_the_api_shows(make: Callable[..., Two]) -> None:
    two, http = opened(make)
    with http:
        id = two.do("head", "meeting.convene", kind="ad-hoc", starts_at="2021-03-01T09:00:00").id
        member = two.person("deputy-head")
        at = feed(two, "deputy-head")
        before = read(two, at)
        assert id in events(before)
        held = two.ask("head", f"/api/appointment?limit=200&person={member}").json()["items"]
        for each in held:
            two.do("wg-head", "appointment.end", each["id"], to="2021-02-04")
        two.now = START + timedelta(days=2)
        after = read(two, at, **{"If-None-Match": before.headers["etag"]})
        assert events(after) == {}


def test_its_commands_make_and_revoke_a_feed(cal: Two) -> None:
    from steerco.kernel.plugin_context import PluginContext
    from steerco_ical import serving

    hands = PluginContext(cal.tenant(), "steerco_ical", cal.now)
    address = serving.new(hands, (cal.person("wg-head"), "body", "working-group"))
    assert read(cal, path(address)).status_code == 200
    ref = list(hands.records("x-ical-feed"))[-1]["ref"]
    serving.revoke(hands, (ref,))
    assert read(cal, path(address)).status_code == 401
    with pytest.raises(Invalid):
        serving.new(hands, ())


@pytest.mark.parametrize("kept", ["Hall\x0b2", "Hall\t2", "Hall\x852", "Hall\u20282", "Hall\x7f2"])
def test_what_was_kept_with_a_control_character_is_told_without(kept: str) -> None:
    event = Event()
    event.add("location", plain(kept))
    assert b"LOCATION:Hall 2\r\n" in event.to_ical()
