"""Every page of both committees in both languages: readable by people and by their tools."""

from __future__ import annotations

from collections import deque
from datetime import timedelta
from typing import Any

import pytest
from litestar.testing import TestClient
from tests.web.conftest import START
from tests.web.reading_room import MOST, NATIONAL, Page, furnished, innocent, opened, paths

from steerco.kernel.act import ActRequest
from steerco.kernel.perform import perform
from steerco.web.pages.frame import events

EVERY = [(language, path) for language in ("vi", "en") for slug in (NATIONAL, MOST) for path in ["/", *paths(slug)]]


def read(demo: TestClient[Any], path: str, **params: str) -> Page:
    given = demo.get(path, params=params) if params else demo.get(path)
    assert given.status_code == 200, (path, given.status_code)
    return Page(given.text)


@pytest.mark.parametrize(("language", "path"), EVERY)
def test_a_page_is_told_to_tools(demo: TestClient[Any], language: str, path: str) -> None:
    page = read(demo, f"{path}{'&' if '?' in path else '?'}lang={language}")
    assert page.of("html")[0]["lang"] == language
    assert len(page.of("h1")) == 1
    assert len(page.of("main")) == 1
    assert all("scope" in attrs for attrs in page.of("th"))
    named = {attrs["for"] for attrs in page.of("label") if "for" in attrs}
    fields = [a for a in page.of("input", "select", "textarea") if a.get("type") != "hidden"]
    assert all(attrs["id"] in named for attrs in fields)
    ids = [attrs["id"] for _, attrs in page.elements if "id" in attrs]
    assert len(ids) == len(set(ids)), "an id stands twice"
    told = {id for _, attrs in page.elements for id in attrs.get("aria-describedby", "").split()}
    told |= {id for _, attrs in page.elements for id in attrs.get("aria-labelledby", "").split()}
    assert told <= set(ids)


def test_the_language_is_the_tenants_first_unless_another_is_asked_for(demo: TestClient[Any]) -> None:
    assert read(demo, f"/t/{NATIONAL}").of("html")[0]["lang"] == "vi"
    english = read(demo, f"/t/{NATIONAL}", lang="en")
    assert english.of("html")[0]["lang"] == "en"
    below = [href for href in english.links if href.startswith(f"/t/{NATIONAL}/")]
    assert below
    assert all("lang=en" in href for href in below)
    assert read(demo, f"/t/{NATIONAL}", lang="xx").of("html")[0]["lang"] == "vi"


def test_every_link_leads_somewhere(demo: TestClient[Any]) -> None:
    """A walk over several hundred pages, in both languages, from the first page on."""
    seen, waiting = {"/"}, deque(["/"])
    for _ in range(260):
        if not waiting:
            break
        path = waiting.popleft()
        given = demo.get(path)
        assert given.status_code == 200, path
        page = Page(given.text)
        innocent(page)
        fresh = [href.partition("#")[0] for href in page.links]
        for href in sorted(set(fresh) - seen - {""}):
            seen.add(href)
            waiting.append(href)
    assert len(seen) > 200


def test_the_overview_tells_what_cannot_be_read(demo: TestClient[Any]) -> None:
    text = read(demo, f"/t/{MOST}", lang="en").text
    assert "Number unreadable in the source" in text
    assert "not before October 2018" in text
    assert "some day from 1 October 2018 to 31 December 2018" in text
    national = read(demo, f"/t/{NATIONAL}", lang="en").text
    assert "414/QĐ-UBQGCPĐT" in national
    assert "21 October 2020" in national
    assert "its text is not loaded here" in national


def test_the_overview_names_seats_and_who_acts(demo: TestClient[Any]) -> None:
    text = read(demo, f"/t/{NATIONAL}").text
    assert "Khi Chủ tịch Ủy ban vắng mặt" in text
    assert "Thủ tướng Chính phủ" in text


def test_a_clause_tells_what_rests_on_it(demo: TestClient[Any]) -> None:
    page = read(demo, f"/t/{NATIONAL}/charter/3.3", lang="en")
    assert "Summary of our own, not the wording" in page.text
    assert "Article 3, clause 3 Convenes and presides" in page.text
    assert "May Vice Chair convene a meeting (ad hoc)? No." in page.text
    vietnamese = read(demo, f"/t/{NATIONAL}/charter/3.3").text
    assert "Khoản 3 Điều 3" in vietnamese
    assert "Phó Chủ tịch Ủy ban có được triệu tập cuộc họp (đột xuất) không? Không." in vietnamese
    assert "Quarterly meeting" in page.text
    assert f"/t/{NATIONAL}/records/meeting/M-2021-001?lang=en" in page.links, "the meeting that was convened by it"


@pytest.mark.parametrize(
    ("clause", "said"),
    [
        ("4.2.a", ["chịu trách nhiệm trước: Chủ tịch Ủy ban", "nội dung: Chuyển đổi số"]),
        ("5.1.p2", ["chủ trì: Bộ Công an", "phối hợp: Bộ Thông tin và Truyền thông", "nội dung: An ninh mạng"]),
        ("5.1.p3", ["một cửa liên thông (văn bản không nêu)", "Cổng Dịch vụ công quốc gia (61/2018/NĐ-CP, 274/QĐ-TTg)"]),
        ("9.1", ["quản lý: Bộ Thông tin và Truyền thông", "nguồn: Các nguồn kinh phí hợp pháp khác"]),
    ],
)
def test_a_field_of_work_and_the_funds_are_told_with_what_the_clause_says_of_them(
    demo: TestClient[Any], clause: str, said: list[str]
) -> None:
    text = read(demo, f"/t/{NATIONAL}/charter/{clause}", lang="vi").text
    assert [each for each in said if each not in text] == []


@pytest.mark.parametrize(
    ("language", "mark"), [("en", "House rule, not the regulation"), ("vi", "Quy định nội bộ, không phải Quy chế")]
)
def test_a_house_rule_is_never_shown_as_the_regulation(demo: TestClient[Any], language: str, mark: str) -> None:
    assert mark in read(demo, f"/t/{NATIONAL}/charter/H.1", lang=language).text
    assert mark in read(demo, f"/t/{NATIONAL}/charter", lang=language).text
    house = [attrs for attrs in read(demo, f"/t/{NATIONAL}/log", lang=language).of("a") if "H.1" in attrs.get("href", "")]
    assert house
    assert all("house" in attrs["class"] for attrs in house)


def test_what_rests_on_a_house_rule_is_no_coverage(demo: TestClient[Any]) -> None:
    assert "Coverage: Powers" in read(demo, f"/t/{NATIONAL}/charter/3.3", lang="en").text
    assert "Coverage" not in read(demo, f"/t/{NATIONAL}/charter/H.1", lang="en").text


def test_what_is_only_told_of_people_and_duties_stands_on_the_clauses_page(demo: TestClient[Any]) -> None:
    for slug, clause, words in (
        (NATIONAL, "8.1", "serves beside the own office"),
        (NATIONAL, "4.1", "on behalf of the Chair"),
        (MOST, "9.1", "serves beside the own office; rates of benefits are not stated"),
        (MOST, "7.1", "the work is done by Working Group"),
    ):
        assert words in read(demo, f"/t/{slug}/charter/{clause}", lang="en").text, clause


def test_the_charters_own_record_is_told_on_its_first_page(demo: TestClient[Any]) -> None:
    """Nothing follows from it, so no case notices what is false in it: these are the words of the two decisions."""
    for slug, told in (
        (NATIONAL, ("Hà Nội", "34/2007/QĐ-TTg", "701/QĐ-TTg", "336/QĐ-UBQGCPĐT", "209/QĐ-UBQGCPĐT", "Lưu: VT, UBQGCPĐT (3b)")),
        (MOST, ("95/2017/NĐ-CP", "3395/QĐ-BKHCN", "Giám đốc Trung tâm Công nghệ thông tin", "Lưu: VT, VPB, TTCNTT, BCĐCPĐT")),
    ):
        page = read(demo, f"/t/{slug}", lang="vi").text
        assert [words for words in told if words not in page] == []


def test_what_nothing_runs_is_called_information(demo: TestClient[Any]) -> None:
    known = "Information: nothing runs it"
    assert known in read(demo, f"/t/{NATIONAL}/charter/2.1", lang="en").text
    assert known not in read(demo, f"/t/{NATIONAL}/charter/3.3", lang="en").text


def test_the_charter_is_searched(demo: TestClient[Any]) -> None:
    assert "Convenes and presides" in read(demo, f"/t/{NATIONAL}/charter", lang="en", q="convenes").text
    assert "0 clauses found" in read(demo, f"/t/{NATIONAL}/charter", lang="en", q="zzzz").text


def test_the_ledger_is_of_the_day_asked_for(demo: TestClient[Any]) -> None:
    before = read(demo, f"/t/{NATIONAL}/duties", lang="en", on="2021-02-04")
    assert "Duties as of 4 February 2021" in before.text
    assert not [c for c in before.of("span") if "duty-missed" in c.get("class", "")]
    after = read(demo, f"/t/{NATIONAL}/duties", lang="en", on="2021-07-01", clause="7.1")
    assert [c for c in after.of("span") if "duty-missed" in c.get("class", "")]
    assert "quarter 1 of 2021" in after.text
    narrowed = read(demo, f"/t/{NATIONAL}/duties", lang="en", on="2021-07-01", clause="6.1").text
    assert "quarter 1 of 2021" not in narrowed.partition("Duties as of")[2]
    assert read(demo, f"/t/{NATIONAL}/duties", lang="en", on="2021-07-01", state="waived").text.count("Nothing to show") == 1


def test_a_record_is_of_the_day_asked_for() -> None:
    installation = furnished()
    tenant = installation.tenant(NATIONAL)
    with tenant.store.read(tenant.id) as session:
        chair = tenant.directory(session).on(START.date(), tenant.snapshot.regime_on(START.date()).charter).holders("chair")[0]
    given = {"kind": "ad-hoc", "starts_at": "2021-02-10T02:00:00Z"}
    called = perform(tenant, ActRequest(chair, "meeting.convene", at=START, input=given))
    reason = {"reason": "Storm over Lang Son"}
    perform(tenant, ActRequest(chair, "meeting.cancel", on=called.id, input=reason, at=START + timedelta(days=2)))
    page = f"/t/{NATIONAL}/records/meeting/{called.ref}"
    with opened(installation) as client:
        today = read(client, page, lang="en").text
        then = read(client, page, lang="en", on=START.date().isoformat())
        before = read(client, page, lang="en", on=(START - timedelta(days=1)).date().isoformat()).text
    assert "Version" not in today
    assert "Storm over Lang Son" in today
    assert next(c["class"] for c in then.of("span") if "state-" in c.get("class", "")) == "badge state-convened"
    assert "10 February 2021" in then.text
    assert "Storm over Lang Son" not in then.text
    assert "by the log" in then.text
    assert "there was no such record yet" in before
    assert "10 February 2021" not in before


def test_a_quiet_committee_is_shown_as_of_its_last_day() -> None:
    from tests.web.reading_room import NOW

    installation = furnished()
    with opened(installation, now=NOW + timedelta(days=900)) as client:
        text = read(client, f"/t/{NATIONAL}", lang="en").text
        assert "Shown: 3 February 2021, not today. Nothing has been recorded since." in text
        today = read(client, f"/t/{NATIONAL}", lang="en", on="2023-08-01").text
        assert "Nothing has been recorded" not in today
    installation.store.close()


def test_each_power_names_its_clause(demo: TestClient[Any]) -> None:
    page = read(demo, f"/t/{NATIONAL}/powers", lang="en", type="meeting")
    assert "Chair · ad hoc · in National Committee on e-Government ( Article 3, clause 3 ; Article 7" in page.text
    assert f"/t/{NATIONAL}/charter/7.1.p2?lang=en" in page.links
    every, only = (read(demo, f"/t/{NATIONAL}/powers/all", lang="en", type="programme", subject=who) for who in ("", "chair"))
    assert "Standing Vice Chair" in every.text.partition("Powers over")[2]
    assert "Standing Vice Chair" not in only.text.partition("Powers over")[2]


def test_the_powers_of_everyone_tell_which_acts_take_two_people_and_by_which_clause(demo: TestClient[Any]) -> None:
    told = {t: read(demo, f"/t/{NATIONAL}/powers/all", lang="en", type=t) for t in ("task", "programme")}
    said = "report a task as done, confirm that a task is done: by different people on one record"
    assert said in told["task"].text
    assert "whoever else has the power does it" in told["task"].text.partition(said)[2][:120]
    assert f"/t/{NATIONAL}/charter/H.11?lang=en" in told["task"].links
    assert "by different people" not in told["programme"].text


def ask(demo: TestClient[Any], by: str, do: str, language: str = "en", **given: str) -> Page:
    return read(demo, f"/t/{NATIONAL}/ask", lang=language, by=by, do=do, **given)


def test_a_refusal_is_shown_whole(demo: TestClient[Any]) -> None:
    page = ask(demo, "bo-truong-tt-tt", "meeting.convene", **{"with.kind": "ad-hoc", "with.starts_at": "2021-02-20T09:00"})
    assert "No." in page.text
    assert "It rests on: the regulation" in page.text
    assert "Who may Who Person Clause Chair Prime Minister" in page.text
    assert f"/t/{NATIONAL}/charter/3.3?lang=en" in page.links
    assert "Được." in ask(demo, "thu-tuong", "meeting.convene", "vi", **{"with.kind": "ad-hoc"}).text


def test_what_would_turn_a_refusal_is_told(demo: TestClient[Any]) -> None:
    page = ask(demo, "pho-thu-tuong", "meeting.convene", **{"with.kind": "regular"})
    assert "if Chair were absent" in page.text


def test_an_act_that_has_to_wait_is_not_now(demo: TestClient[Any]) -> None:
    page = ask(demo, "thu-tuong", "meeting.conclude", record="M-2021-001")
    assert "Not now." in page.text
    assert "if the record's state were: in session" in page.text or "if the record's state were: open" in page.text


def test_asking_writes_nothing(demo: TestClient[Any]) -> None:
    before = read(demo, f"/t/{NATIONAL}/log").text
    ask(demo, "thu-tuong", "meeting.convene", **{"with.kind": "ad-hoc", "with.starts_at": "2021-02-20T09:00"})
    assert read(demo, f"/t/{NATIONAL}/log").text == before


def test_the_platform_cannot_be_asked_for(demo: TestClient[Any]) -> None:
    given = demo.get(f"/t/{NATIONAL}/ask", params={"by": "steerco", "do": "person.add", "lang": "en"})
    assert given.status_code == 400
    assert "No." not in Page(given.text).text
    assert "Yes." not in Page(given.text).text


def test_a_record_shows_its_parts_and_its_history(demo: TestClient[Any]) -> None:
    page = read(demo, f"/t/{NATIONAL}/records/meeting/M-2021-001", lang="en")
    assert "Agenda" in page.text
    assert "convene a meeting" in page.text
    assert "Prime Minister" in page.text
    assert "10 February 2021, 09:00" in page.text, "in the tenant's zone"


def test_an_address_of_a_person_is_not_public(demo: TestClient[Any]) -> None:
    for path in ("/records/person/evil", "/records/person", "/log?type=person"):
        assert "evil@example.org" not in demo.get(f"/t/{NATIONAL}{path}").text


@pytest.mark.parametrize("sort", ["newest", "oldest"])
def test_a_long_list_is_paged(sort: str, demo: TestClient[Any]) -> None:
    seen: list[str] = []
    path = f"/t/{NATIONAL}/log?sort={sort}"
    for _ in range(20):
        page = read(demo, path)
        seen += [attrs["id"] for attrs in page.of("tr") if "id" in attrs]
        older = [attrs["href"] for attrs in page.of("a") if attrs.get("rel") == "next"]
        if not older:
            break
        path = older[0]
    numbers = [int(id[1:]) for id in seen]
    wanted = range(numbers[0], 0, -1) if sort == "newest" else range(1, numbers[-1] + 1)
    assert numbers == list(wanted), f"every event once, {sort} first"


def test_a_log_by_clause_is_read_a_bounded_stretch_at_a_time(demo: TestClient[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is looked for, following the pages finds each event once, and no page looks at more than so many."""

    def walked(**wanted: str) -> tuple[list[str], int]:
        found, pages, address = [], 0, f"/t/{NATIONAL}/log"
        while address:
            page = read(demo, address, **({"lang": "en", **wanted} if not pages else {}))
            found += [attrs["id"] for attrs in page.of("tr") if "id" in attrs]
            address = next((attrs["href"] for attrs in page.of("a") if attrs.get("rel") == "next"), "")
            pages += 1
        return found, pages

    for wanted in ({"clause": "3.3"}, {"type": "person"}, {"action": "task.assign"}):
        whole, at_once = walked(**wanted)
        with monkeypatch.context() as context:
            context.setattr(events, "FURTHEST", 7)
            bit_by_bit, pages = walked(**wanted)
        assert whole
        assert bit_by_bit == whole
        assert pages > at_once
        with monkeypatch.context() as context:
            context.setattr(events, "FURTHEST", 7)
            assert walked(**wanted, sort="oldest")[0] == whole[::-1]
        assert "Looked through as far back" not in read(demo, f"/t/{NATIONAL}/log", lang="en", **wanted).text


def test_a_clause_of_a_law_has_a_page_though_its_number_has_slashes(demo: TestClient[Any]) -> None:
    page = read(demo, f"/t/{NATIONAL}/charter", lang="en")
    laws = [link for link in page.links if "/charter/" in link and "%2F" in link]
    assert laws, "a law stands above the regulation"
    for link in dict.fromkeys(laws):
        clause = read(demo, link).text
        assert "Law above the regulation" in clause
        resting = clause.partition("What rests on it")[2].partition("Latest events that cite it")[0].strip()
        assert ("Nothing of the program rests on this clause yet" in clause) == (resting == "Nothing of this kind."), resting
        wrong = demo.post(link)
        assert (wrong.status_code, wrong.headers["allow"]) == (405, "GET, HEAD, OPTIONS")
    assert demo.get(f"/t/{NATIONAL}/charter/45/1999/x:1").status_code == 404
