"""Acts by form, as people do them: both committees, both languages, and what they are told when it does not go through."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest
from litestar.testing import TestClient
from tests.web.conftest import MOST, NATIONAL, START, Clock
from tests.web.reading_room import EVIL, Page, innocent
from tests.web.signed_in import signed_in
from tests.web.stage import AHEAD, STEPS, Committee, Stage, events, hidden

from steerco.accounts import web_sign_ins
from steerco.accounts.accounts import account_of
from steerco.cases.world import seed
from steerco.configuration.home import Home, shipped
from steerco.configuration.installation import Installation
from steerco.records import NEW
from steerco.store.account_tables import WebSignIn
from steerco.store.base import INSTALLATION
from steerco.store.engine import Store
from steerco.web.app import create_app

CONVENING = {NATIONAL: {"3.3", "7.1.p2"}, MOST: {"3.3", "8.1.p2"}}
"""The clauses that give the ad hoc meeting to the head."""
MINUTES_BY = {NATIONAL: "wg-member", MOST: "wg-head"}


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    made = Stage()
    with made.http:
        yield made
    made.installation.store.close()


@pytest.fixture(params=[NATIONAL, MOST])
def committee(stage: Stage, request: pytest.FixtureRequest) -> Committee:
    return stage.committees[request.param]


class FormAt:
    """A form that somebody opened: its hidden fields, and the way to send it."""

    def __init__(self, committee: Committee, who: str, path: str, lang: str = "en") -> None:
        self.browser, self.path, self.lang = committee.as_(who), committee.path(path), lang
        given = self.browser.get(self.path, params={"lang": lang})
        assert given.status_code == 200, (given.status_code, Page(given.text).text[:600])
        self.page = Page(given.text)
        innocent(self.page)
        self.hidden = hidden(self.page)

    def send(self, **fields: Any) -> httpx.Response:
        given = {name.replace("__", "-"): value for name, value in fields.items()}
        inputs = {
            f"with.{name}" if name not in ("step", "capacity", "for", "clock.starts_at") else name: v for name, v in given.items()
        }
        return self.browser.post(self.path, params={"lang": self.lang}, data={**self.hidden, **inputs})

    def confirm(self, check: httpx.Response) -> httpx.Response:
        """Press the main button of a check page."""
        data = {**hidden(Page(check.text)), "step": "confirm"}
        return self.browser.post(self.path, params={"lang": self.lang}, data=data)

    def after(self, given: httpx.Response) -> Page:
        """The page to which an act leads."""
        assert given.status_code == 303, (given.status_code, Page(given.text).text[:1500])
        there = self.browser.get(given.headers["location"])
        assert there.status_code == 200
        return Page(there.text)


def convening(starts: str = "20/4/2021", clock: str = "14:00", kind: str = "regular") -> dict[str, str]:
    return {"kind": kind, "starts_at": starts, "clock.starts_at": clock}


@pytest.mark.parametrize("lang", ["en", "vi"])
def test_the_head_convenes_a_meeting(committee: Committee, lang: str) -> None:
    before, calls = (len(events(committee, act)) for act in ("meeting.convene", "report.call"))
    form = FormAt(committee, committee.head, "records/meeting/do/convene", lang)
    label = committee.day.charter.role(committee.head).label  # type: ignore[union-attr]  # the role is one of the charter
    assert str(getattr(label, lang)) in form.page.text, "in which capacity"
    given = form.send(**convening())
    if committee.slug == MOST:  # each member is to report before a regular meeting of the Board: that is looked at first
        assert ("Article 9, clause 5" if lang == "en" else "khoản 5 Điều 9") in Page(given.text).text
        assert len(events(committee, "report.call")) == calls
        given = form.confirm(given)
    page = form.after(given)
    assert (len(events(committee, "report.call")) > calls) == (committee.slug == MOST)
    assert ("Done: convene a meeting" if lang == "en" else "Đã triệu tập cuộc họp") in page.text
    told = events(committee, "meeting.convene")
    assert len(told) == before + 1
    reader = form.browser
    with committee.tenant.store.read(INSTALLATION) as session:
        by = session.get_one(WebSignIn, (INSTALLATION, told[-1][3].token))
    assert (by.hash, told[-1][2]) == (web_sign_ins.hashed(reader.token), reader.person), "by which sign-in it was done"


def test_a_member_who_convenes_is_told_why_not_who_may_and_when(committee: Committee) -> None:
    before = len(events(committee, "meeting.convene"))
    given = committee.as_(committee.member).get(
        committee.path("records/meeting/do/convene"), params={"lang": "en", "with.kind": "ad-hoc"}
    )
    page = Page(given.text)
    assert given.status_code == 403
    assert page.text.count("Not within your powers") >= 1
    for heading in ("Why", "Who may", "When it would be allowed"):
        assert heading in page.text
    clauses = {href.partition("/charter/")[2].partition("?")[0] for href in page.links if "/charter/" in href}
    assert CONVENING[committee.slug] <= clauses
    assert any("/ask?" in href and "do=meeting.convene" in href and "with.kind=ad-hoc" in href for href in page.links)
    assert len(events(committee, "meeting.convene")) == before


def test_the_refusal_is_said_in_vietnamese_without_the_word_error(stage: Stage) -> None:
    committee = stage.committees[NATIONAL]
    given = committee.as_(committee.member).get(
        committee.path("records/meeting/do/convene"), params={"lang": "vi", "with.kind": "ad-hoc"}
    )
    text = Page(given.text).text
    assert "Không thuộc thẩm quyền" in text
    assert "không được triệu tập cuộc họp" in text
    assert "Chủ tịch Ủy ban" in text
    assert "Lỗi" not in text


def concluded(committee: Committee, lang: str = "en") -> tuple[FormAt, httpx.Response, str]:
    """A meeting that is open, with the check page of its conclusion with two tasks."""
    meeting = committee.act(committee.head, "meeting.convene", kind="regular", starts_at=(AHEAD + timedelta(days=1)).isoformat())
    committee.act(committee.head, "meeting.set-attendees", meeting, attendees=[committee.body])
    committee.act(committee.head, "meeting.open", meeting)
    form = FormAt(committee, committee.head, f"records/meeting/{meeting}/do/conclude", lang)
    rows = {}
    for at, (title, who) in enumerate((("Draft the plan", committee.member), ("Report on it", committee.other))):
        rows |= {f"tasks__{at}__title": title, f"tasks__{at}__to": who, f"tasks__{at}__due_on": "30/04/2021"}
    named = form.page  # whose labels are what people type
    assert named.of("textarea")
    for name in [name for name in rows if name.endswith("__to")]:
        rows[name] = committee.label(rows[name], lang)
    return form, form.send(text="The Committee agreed.", **rows), meeting


@pytest.mark.parametrize(("lang", "said"), [("en", "make 2 tasks"), ("vi", "lập 2 nhiệm vụ")])
def test_a_conclusion_with_tasks_is_checked_first_and_is_one_cause(committee: Committee, lang: str, said: str) -> None:
    before = len(events(committee, "meeting.conclude")), len(events(committee, "task.assign"))
    form, check, meeting = concluded(committee, lang)
    page = Page(check.text)
    innocent(page)
    assert check.status_code == 200, page.text[:1500]
    assert said in page.text
    assert "The Committee agreed." in page.text
    assert (len(events(committee, "meeting.conclude")), len(events(committee, "task.assign"))) == before, "nothing is done yet"
    after = form.after(form.confirm(check))
    assert meeting in after.text
    seq = events(committee, "meeting.conclude")[-1][0]
    assert [cause for _, cause, _, _ in events(committee, "task.assign")[-2:]] == [seq, seq]


def test_what_will_happen_is_told_in_its_order(stage: Stage) -> None:
    committee = stage.committees[NATIONAL]
    _, check, _ = concluded(committee)
    text = Page(check.text).text
    heads = ["State", "Makes", "Tells", "Next", "Taking it back"]
    told = text.partition("What will happen")[2]
    assert [told.index(head) for head in heads] == sorted(told.index(head) for head in heads), told[:800]
    assert "In session → concluded" in told
    assert "the former state cannot be restored" in told.lower()


@pytest.mark.parametrize(("lang", "done", "told"), [("en", "Done: ", "Told: "), ("vi", "Đã ", "Đã báo: ")])
def test_a_member_asks_to_be_excused_and_the_head_consents_in_one_press(
    committee: Committee, lang: str, done: str, told: str
) -> None:
    form = FormAt(committee, committee.member, f"records/absence-request/do/request?with.meeting={committee.meeting}", lang)
    assert committee.meeting in form.page.text
    given = form.send(meeting=committee.meeting, reason="Abroad")
    page = form.after(given)
    assert f"/records/meeting/{committee.meeting}" in given.headers["location"], "back to the meeting from which it began"
    assert done in page.text
    asked = events(committee, "absence-request.request")[-1][3].ref
    record = committee.as_(committee.head).get(committee.path("records/absence-request", asked), params={"lang": lang})
    data = hidden(Page(record.text))
    press = [attrs["action"] for attrs in Page(record.text).of("form") if "do/consent" in attrs.get("action", "")]
    pressed = committee.as_(committee.head).post(press[0], data=data)
    assert pressed.status_code == 303, Page(pressed.text).text[:800]
    after = Page(committee.as_(committee.head).get(pressed.headers["location"]).text)
    assert done in after.text
    assert told in after.text
    assert events(committee, "absence-request.consent")[-1][3].ref == asked
    committee.act(committee.member, "absence-request.withdraw", asked, at=stage_now(committee))


def stage_now(committee: Committee) -> Any:
    return committee.stage.clock.now


@pytest.mark.parametrize(("lang", "words"), [("en", ("Not yet", "Missing:")), ("vi", ("Chưa thực hiện được", "Còn thiếu:"))])
def test_a_substitute_without_opinion_is_told_what_is_missing_who_does_it_and_the_clause(
    stage: Stage, lang: str, words: tuple[str, str]
) -> None:
    assert stage.committees
    for committee in stage.committees.values():
        named = committee.substituted()
        given = committee.as_(committee.head).get(
            committee.path("records/substitution", named, "do/admit"), params={"lang": lang}
        )
        page = Page(given.text)
        assert given.status_code == 409
        assert all(word in page.text for word in words), page.text[:1500]
        clause = f"/t/{committee.slug}/charter/{STEPS[committee.slug]}"
        assert any(href.startswith(clause) for href in page.links), "one press away"
        assert events(committee, "substitution.admit") == []


def test_a_double_click_and_two_tabs_and_back_are_one_event(stage: Stage) -> None:
    committee = stage.committees[NATIONAL]
    before = len(events(committee, "meeting.convene"))
    form = FormAt(committee, committee.head, "records/meeting/do/convene")
    with ThreadPoolExecutor(4) as crew:
        clicks = list(crew.map(lambda _: form.send(**convening("21/04/2021")), range(4)))
    assert {given.status_code for given in clicks} == {303}
    assert len({given.headers["location"] for given in clicks}) == 1, "each leads to the first result"
    assert len(events(committee, "meeting.convene")) == before + 1
    again = form.send(**convening("21/04/2021"))
    assert again.headers["location"] == clicks[0].headers["location"]
    assert "Recorded at" in form.after(again).text
    assert len(events(committee, "meeting.convene")) == before + 1


def test_a_form_that_was_sent_is_not_taken_for_another_act(stage: Stage) -> None:
    committee = stage.committees[NATIONAL]
    form = FormAt(committee, committee.head, "records/meeting/do/convene")
    assert form.send(**convening("22/04/2021")).status_code == 303
    before = len(events(committee, "meeting.convene"))
    other = form.send(**convening("23/04/2021"))
    assert other.status_code == 409
    assert "was sent and recorded with other content" in Page(other.text).text
    assert len(events(committee, "meeting.convene")) == before


def test_the_check_page_pressed_twice_is_one_conclusion(stage: Stage) -> None:
    committee = stage.committees[MOST]
    form, check, _ = concluded(committee)
    before = len(events(committee, "meeting.conclude"))
    first = form.confirm(check)
    second = form.confirm(check)
    assert first.status_code == second.status_code == 303
    assert first.headers["location"] == second.headers["location"]
    assert len(events(committee, "meeting.conclude")) == before + 1


def test_two_people_edit_minutes_and_the_second_sees_three_texts(committee: Committee) -> None:
    old, theirs, mine = (f"{who} text of the minutes, {'long ' * 40}end." for who in ("First", "Second", "Third"))
    clerk = MINUTES_BY[committee.slug]
    minutes = committee.act(clerk, "minutes.draft", meeting=committee.meeting, text=old)
    form = FormAt(committee, clerk, f"records/minutes/{minutes}/do/edit")
    committee.act(clerk, "minutes.edit", minutes, text=theirs)
    given = form.send(text=mine)
    page = Page(given.text)
    assert given.status_code == 409
    assert "The record has changed" in page.text
    for text in (old, theirs, mine):
        assert text.strip() in " ".join(page.text.split())
    assert page.of("ins")
    assert page.of("del")
    used = form.browser.post(form.path, data={**hidden(page), "step": "mine"})
    assert used.status_code == 303, Page(used.text).text[:1000]
    assert events(committee, "minutes.edit")[-1][3].version == 3


def test_a_form_of_another_sign_in_keeps_what_was_typed_and_does_nothing(stage: Stage) -> None:
    committee = stage.committees[NATIONAL]
    before = len(events(committee, "meeting.convene"))
    form = FormAt(committee, committee.head, "records/meeting/do/convene")
    form.hidden["form_token"] = "forged"
    given = form.send(place="Hall of <b>Peace</b>", **convening())
    assert given.status_code == 403
    page = Page(given.text)
    assert [attrs["value"] for attrs in page.of("input") if attrs.get("name") == "with.place"] == ["Hall of <b>Peace</b>"]
    assert len(events(committee, "meeting.convene")) == before


def test_errors_stand_at_their_fields_and_keep_what_was_typed(committee: Committee) -> None:
    form = FormAt(committee, committee.head, "records/meeting/do/convene", "vi")
    given = form.send(place=EVIL, **convening("31/02/2021"))
    page = Page(given.text)
    innocent(page)
    assert given.status_code == 422
    assert "Lỗi:" in given.text
    assert [attrs["value"] for attrs in page.of("input") if attrs.get("name") == "with.place"] == [EVIL]
    assert [attrs["value"] for attrs in page.of("input") if attrs.get("name") == "with.starts_at"] == ["31/02/2021"]


def test_what_the_act_itself_refuses_in_the_input_stands_in_the_form(stage: Stage) -> None:
    """A person who is not asked to the meeting cannot be excused from it: the act says so, and the form keeps the reason."""
    committee = stage.committees[NATIONAL]
    alone = committee.act(committee.head, "meeting.convene", kind="regular", starts_at=(AHEAD + timedelta(days=9)).isoformat())
    third = committee.day.holders("member")[2]
    committee.act(committee.head, "meeting.set-attendees", alone, attendees=[committee.member])
    given = committee.as_(third).get(committee.path("records/absence-request/do/request"), params={"lang": "en"})
    if given.status_code == 200:
        data = {**hidden(Page(given.text)), "with.meeting": alone, "with.reason": "Abroad"}
        sent = committee.as_(third).post(committee.path("records/absence-request/do/request"), params={"lang": "en"}, data=data)
        assert sent.status_code in (403, 404, 422)
        assert "Abroad" in sent.text


def test_every_act_has_a_page_that_can_be_read(committee: Committee) -> None:
    """Derived from the declarations: nothing fails, nothing is JSON, whoever opens it."""
    seen = 0
    for who in (committee.head, committee.member, "wg-member"):
        for kind in committee.tenant.snapshot.types.values():
            for action in kind.acts().values():
                if NEW in action.states:
                    given = committee.as_(who).get(
                        committee.path("records", kind.record_type, "do", action.name), params={"lang": "en"}
                    )
                    assert given.status_code in (200, 403, 409), (action.id, given.status_code)
                    page = Page(given.text)
                    innocent(page)
                    assert len(page.of("h1")) == 1
                    assert "JSON" not in page.text
                    seen += 1
    assert seen > 40


@pytest.mark.parametrize(
    "address", ["records/minutes/MN-2021-099/do/edit", "records/meeting/M-2021-001/do/no-such", "records/nothing/do/add"]
)
def test_an_act_that_is_not_there_is_answered_as_any_page_that_is_not_there(stage: Stage, address: str) -> None:
    committee = stage.committees[NATIONAL]
    given = committee.as_(committee.member).get(committee.path(address))
    absent = committee.as_(committee.member).get(committee.path("no-such-page"))
    assert given.status_code == absent.status_code == 404
    assert given.text == absent.text


def test_an_act_is_done_by_post_alone_and_counts_once_recorded(stage: Stage) -> None:
    committee = stage.committees[MOST]
    given = committee.as_(committee.head).get(
        committee.path("records/meeting", committee.meeting, "do/open"), params={"lang": "en"}
    )
    assert given.status_code == 200
    assert events(committee, "meeting.open") == [] or events(committee, "meeting.open")[-1][3].ref != committee.meeting


def test_the_message_after_an_act_is_for_its_actor_and_for_ten_minutes(stage: Stage) -> None:
    committee = stage.committees[NATIONAL]
    form = FormAt(committee, committee.head, "records/meeting/do/convene")
    there = form.send(**convening("24/04/2021")).headers["location"]
    assert "Done: convene" in Page(committee.as_(committee.head).get(there).text).text
    assert "Done: convene" not in Page(committee.as_(committee.member).get(there).text).text
    stage.clock.now += timedelta(minutes=11)
    assert "Done: convene" not in Page(committee.as_(committee.head).get(there).text).text
    stage.clock.now -= timedelta(minutes=11)


def test_a_sign_in_that_ends_in_mid_form_loses_nothing(stage: Stage) -> None:
    """The sign-in ends while a form is filled in: it is kept, the sign-in page follows, and then the form with what was typed."""
    committee = stage.committees[NATIONAL]
    before = len(events(committee, "meeting.convene"))
    form = FormAt(committee, committee.head, "records/meeting/do/convene")
    with stage.installation.store.write(INSTALLATION) as session:
        account = account_of(session, committee.tenant.id, form.browser.person)
        assert account is not None
        web_sign_ins.end_all(session, account.id, stage.clock.now)
    given = form.send(place="Hall of Peace", **convening())
    assert given.status_code == 303
    assert given.headers["location"].startswith("/sign-in?to=")
    assert len(events(committee, "meeting.convene")) == before
    del stage.browsers[committee.slug, committee.person(committee.head)]
    there = parse_qs(given.headers["location"].partition("?")[2])["to"][0]
    again = Page(committee.as_(committee.head).get(there).text)
    assert [attrs["value"] for attrs in again.of("input") if attrs.get("name") == "with.place"] == ["Hall of Peace"]
    other = Page(committee.as_(committee.member).get(there).text)
    assert "Hall of Peace" not in other.text


def test_a_stranger_is_led_to_the_sign_in_page_and_back(stage: Stage) -> None:
    path = stage.committees[NATIONAL].path("records/meeting/do/convene")
    given = stage.http.get(path, follow_redirects=False)
    assert given.status_code == 303
    assert "/sign-in?to=" in given.headers["location"]


def test_the_same_act_in_two_tabs_is_one_event(committee: Committee) -> None:
    """Each tab has a form of its own; the second finds that the record has changed."""
    meeting = committee.act(committee.head, "meeting.convene", kind="regular", starts_at=(AHEAD + timedelta(days=5)).isoformat())
    first, second = (FormAt(committee, committee.head, f"records/meeting/{meeting}/do/open") for _ in range(2))
    before = len(events(committee, "meeting.open"))
    assert first.send().status_code == 303
    late = second.send()
    assert late.status_code == 409
    assert "The record has changed" in Page(late.text).text
    assert "open a meeting" in Page(late.text).text.lower()
    assert len(events(committee, "meeting.open")) == before + 1
    opened = committee.as_(committee.head).get(committee.path("records/meeting", meeting, "do/open"), params={"lang": "en"})
    assert opened.status_code == 409, "and a third is told at once"
    assert "the record is “in session”" in Page(opened.text).text.lower()


def test_two_answers_are_equal_buttons(stage: Stage) -> None:
    committee = stage.committees[NATIONAL]
    asked = committee.act(
        committee.day.holders("member")[3], "absence-request.request", meeting=committee.meeting, reason="Abroad"
    )
    page = committee.page(committee.head, "records", "absence-request", asked)
    kinds = [attrs.get("class", "") for attrs in page.of("button", "a") if "equal" in attrs.get("class", "").split()]
    assert len(kinds) == 2, "to consent and to refuse"
    assert not [attrs for attrs in page.of("button", "a") if "main" in attrs.get("class", "").split()]


def test_a_list_offers_a_guest_nobody_whom_they_do_not_see(stage: Stage) -> None:
    committee = stage.committees[NATIONAL]
    page = committee.page(committee.substitute, "records", "meeting")
    people = {person for person in committee.day.all.persons if person != committee.substitute}
    assert not people & {attrs["value"] for attrs in page.of("option")}


def test_where_too_much_waits_the_form_stands_as_it_was_sent(tmp_path: Path) -> None:
    """Nothing is recorded, and the same form is sent again with its key."""
    store = Store.open(None, tmp_path, waiting=0, patience=0.1)
    installation, home = Installation(store), Home(shipped())
    store.create_schema()
    tenant = installation.apply(NATIONAL, home.content(NATIONAL), at=START, who="o", why="w", seed=seed)
    holding, free = threading.Event(), threading.Event()

    def hold() -> None:
        with store.write(tenant.id):
            holding.set()
            free.wait(300)

    with TestClient(create_app(installation, clock=Clock())) as client:
        browser = signed_in(client, installation, NATIONAL, "chair")
        path = f"/t/{NATIONAL}/records/meeting/do/convene"
        fields = {
            **hidden(Page(browser.get(path).text)),
            "with.kind": "ad-hoc",
            "with.place": "Hall",
            "with.starts_at": "20/4/2021",
        }
        fields["clock.starts_at"] = "14:00"
        thread = threading.Thread(target=hold)
        thread.start()
        assert holding.wait(300)
        try:
            busy = browser.post(path, params={"lang": "en"}, data=fields)
        finally:
            free.set()
            thread.join()
        assert (busy.status_code, busy.headers["retry-after"]) == (503, "1")
        page = Page(busy.text)
        assert "send it again in 1 seconds" in page.text
        assert [attrs["value"] for attrs in page.of("input") if attrs.get("name") == "with.place"] == ["Hall"]
        assert hidden(page)["key"] == fields["key"]
        assert browser.post(path, data=fields).status_code == 303
    store.close()
