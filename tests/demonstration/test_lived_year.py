"""What a newcomer finds after ``make run``: a year of both committees, and what their regulations say of it."""

from __future__ import annotations

import unicodedata
from collections import Counter
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from shutil import copytree
from zoneinfo import ZoneInfo

import pytest
from tests.demonstration.lived import HOME, MOST, NATIONAL, Lived, Year, empty

from steerco.cases.demonstration import NotAsWritten, demonstrations, play
from steerco.committee.meetings.absence_request import leave
from steerco.committee.meetings.meeting import Meeting
from steerco.configuration.home import Home
from steerco.following.replay import replay
from steerco.kernel.act import ActRequest
from steerco.kernel.explain import explain
from steerco.operations.rebuild import rebuild
from steerco.store import log
from steerco.store.engine import Store

pytestmark = pytest.mark.xdist_group("lived-year")
BOTH = (NATIONAL, MOST)
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


# ---- What was owed, and what was not done


def test_the_third_quarter_of_the_national_committee_is_missed_and_7_1_says_so(national: Lived) -> None:
    quarters = {e.period: e.state for e in national.ledger(of="chair", clause="7.1") if e.period.startswith("2021")}
    assert quarters == {"2021-Q1": "done", "2021-Q2": "done", "2021-Q3": "missed", "2021-Q4": "done"}


def test_the_boards_second_quarter_is_missed_though_its_meeting_was_held_in_july(most: Lived) -> None:
    quarters = {e.period: e.state for e in most.ledger(of="head", clause="8.1") if e.period.startswith("2021")}
    assert quarters == {"2021-Q1": "done", "2021-Q2": "missed", "2021-Q3": "done", "2021-Q4": "done"}


def test_august_is_the_one_month_without_a_meeting_of_the_boards_working_group(most: Lived) -> None:
    months = {e.period: e.state for e in most.ledger(of="wg-head", clause="8.3") if e.period.startswith("2021")}
    assert len(months) == 12
    assert [month for month, state in months.items() if state == "missed"] == ["2021-08"]
    assert set(months.values()) == {"done", "missed"}


def test_the_national_committees_working_group_owes_no_meeting(national: Lived) -> None:
    assert national.ledger(clause="7.3") == []


@pytest.mark.parametrize(
    ("slug", "missed"),
    [
        (
            NATIONAL,
            {
                ("quarterly-meeting", "2021-Q3", "7.1"),
                ("issue-inspection-plan", "2021", "3.1"),
                ("attend-meeting", "", "5.5"),
            },
        ),
        (
            MOST,
            {
                ("quarterly-meeting", "2021-Q2", "8.1"),
                ("monthly-meeting", "2021-08", "8.3"),
                ("issue-inspection-plan", "2021", "3.1"),
                ("draft-inspection-plan", "2021", "7.1"),
                ("opinion-of-member", "", "6.3"),
            },
        ),
    ],
)
def test_nothing_else_was_missed_in_the_year(year: Year, slug: str, missed: set[tuple[str, str, str]]) -> None:
    found = {(e.duty, e.period, e.cites[0]) for e in year[slug].ledger() if e.state == "missed"}
    assert found == missed


@pytest.mark.parametrize("slug", BOTH)
def test_programme_and_work_plan_were_issued_the_programme_only_after_it_had_been_returned(year: Year, slug: str) -> None:
    lived = year[slug]
    issued = {p["kind"] for p in lived.all("programme") if p["state"] == "issued" and p["year"] == 2021}
    assert issued == {"work-programme", "work-plan"}
    programme = lived.one("programme", kind="work-programme", year=2021)
    assert len(programme["returns"]) == 1
    assert programme["returns"][0]["reason"]
    assert {("issue-work-programme", "2021"), ("issue-work-plan", "2021")} <= lived.of_2021("done", clause="3.1")


# ---- The office handed over in May


def test_the_new_minister_owes_what_the_predecessor_was_given(national: Lived) -> None:
    given = ("agency-task-of-member", "conclusion-for-agency-of-member")
    owed = [e for e in national.ledger(of="bo-truong-xay-dung-moi") if e.duty in given]
    states = {national.one("task", id=e.record)["title"]: e.state for e in owed}
    assert states == {
        "Ban hành hướng dẫn phát triển đô thị thông minh": "done",
        "Xây dựng cơ sở dữ liệu quy hoạch đô thị dùng chung": "overdue",
    }
    assert all(
        national.day(datetime.fromisoformat(str(national.one("task", id=e.record)["created_at"]))).month == 3 for e in owed
    )
    assert [(e.duty, e.state) for e in national.ledger(of="bo-truong-xay-dung")] == [
        ("attend-meeting", "waived"),
        ("substitute-opinion", "done"),
        ("discuss-matter", "done"),
    ]


def test_before_that_day_in_may_it_was_the_predecessors(national: Lived) -> None:
    eve, day = date(2021, 5, 9), date(2021, 5, 10)
    owed = national.ledger(eve, of="bo-truong-xay-dung")
    done = [e.event for e in owed if e.state in ("done", "waived")]
    still = [e.event for e in owed if e.state == "due"]
    assert (len(owed), len(done), len(still)) == (5, 3, 2)
    assert national.ledger(eve, of="bo-truong-xay-dung-moi") == []
    assert [e.event for e in national.ledger(day, of="bo-truong-xay-dung")] == done
    assert [e.event for e in national.ledger(day, of="bo-truong-xay-dung-moi")] == still


def test_the_new_chief_of_office_holds_both_seats_and_owes_the_plan_that_nobody_drafted(most: Lived) -> None:
    owed = {(e.duty, e.state) for e in most.ledger(of="cvp-bo-moi")}
    assert {("draft-inspection-plan", "missed"), ("standing-member-task", "done")} <= owed
    before = most.ledger(of="cvp-bo")
    assert {(e.duty, e.period, e.state) for e in before} >= {("draft-work-programme", "2021", "done")}
    assert {e.state for e in before} <= {"done", "done-late", "missed"}  # nothing is open with whoever left


# ---- Tasks


@pytest.mark.parametrize(
    ("slug", "overdue"),
    [
        (NATIONAL, {"Xây dựng cơ sở dữ liệu quy hoạch đô thị dùng chung", "Công khai tiến độ chuyển đổi số trên Cổng thông tin"}),
        (MOST, {"Kết nối cơ sở dữ liệu nhiệm vụ khoa học và công nghệ với trục liên thông"}),
    ],
)
def test_what_is_late_when_the_year_is_over(year: Year, slug: str, overdue: set[str]) -> None:
    late = {task["title"] for task in year[slug].all("task") if task["timeliness"] == "late"}
    assert late == overdue
    owed = {e.record for e in year[slug].ledger() if e.state == "overdue"}
    assert owed == {year[slug].one("task", title=title)["id"] for title in overdue}


@pytest.mark.parametrize("slug", BOTH)
def test_tasks_came_on_time_and_late(year: Year, slug: str) -> None:
    how = Counter(task["timeliness"] for task in year[slug].all("task"))
    assert how["done-on-time"] >= 4
    assert how["done-late"] >= 2


def test_one_task_was_returned_one_moved_one_urged_and_escalated(national: Lived, most: Lived) -> None:
    assert [e["action"] for e in national.events()].count("task.return") == 1
    assert [e["action"] for e in most.events()].count("task.return") == 1
    moved = national.one("task", title="Ban hành hướng dẫn phát triển đô thị thông minh")
    assert moved["original_due_on"] == date(2021, 6, 30)
    assert moved["due_on"] == date(2021, 7, 30)
    assert [change["reason"] for change in moved["due_changes"]]
    assert moved["focal_unit"] == "cuc-phat-trien-do-thi"
    assert moved["accountable"] == "member-bo-xay-dung"
    urged = national.one("task", title="Kết nối hồ sơ sức khỏe điện tử với Cổng Dịch vụ công quốc gia")
    assert len(urged["reminders"]) == 1
    assert [each["to"] for each in urged["escalations"]] == ["standing-vice-chair"]


# ---- Meetings


def test_absent_with_consent_in_march_without_leave_in_december(national: Lived) -> None:
    tenant = national.tenant
    regular = [m for m in national.all("meeting") if (m["kind"], m["body"], m["state"]) == ("regular", "committee", "closed")]
    first, last = regular[0], regular[-1]
    with tenant.store.read(tenant.id) as session:
        meetings = [session.get_one(Meeting, (tenant.id, each["id"])) for each in (first, last)]
        day = tenant.directory(session).on(national.day(first["starts_at"]), tenant.snapshot.charters[0])
        keys = day.keys("bo-truong-gd-dt")
        assert [leave(session, each, keys) for each in meetings] == ["with-consent", "without-leave"]
    told = [[row["leave"] for row in each["attendance"] if row["who"] in keys] for each in (first, last)]
    assert told == [["with-consent"], ["without-leave"]]
    stayed_away = [
        (e.holders, e.record) for e in national.ledger(clause="5.5") if e.duty == "attend-meeting" and e.state == "missed"
    ]
    assert stayed_away == [(("bo-truong-gd-dt",), last["id"])]


@pytest.mark.parametrize("slug", BOTH)
def test_the_substitute_was_admitted_once_the_opinion_was_in(year: Year, slug: str) -> None:
    substitutions = year[slug].all("substitution")
    assert {each["state"] for each in substitutions} == {"admitted"}
    assert all(each["opinion"] for each in substitutions)
    admitted = {e["record_id"]: e["at"] for e in year[slug].events() if e["action"] == "substitution.admit"}
    assert len(admitted) == len(substitutions)
    assert all(each["lodged_at"] < admitted[each["id"]] for each in substitutions)


def test_on_the_chairs_behalf_only_the_standing_vice_chair_acted_and_only_in_those_days(national: Lived) -> None:
    acting = [e for e in national.events() if e["said"].get("acting_for") == "chair"]
    assert {e["person"] for e in acting} == {"pho-thu-tuong"}
    assert {national.day(e["at"]) for e in acting} == {date(2021, 6, 15), date(2021, 6, 16)}
    assert {e["action"] for e in acting} >= {"meeting.open", "meeting.conclude", "absence-request.consent"}
    assert all("4.1" in e["said"]["because"] for e in acting)


def test_in_the_heads_absence_the_deputy_issued_the_work_plan(most: Lived) -> None:
    (plan,) = [e for e in most.events() if e["said"].get("acting_for") == "head"]
    assert (plan["action"], plan["person"]) == ("programme.issue", "thu-truong-khcn")
    assert {"3.1", "4.1"} <= set(plan["said"]["because"])


def test_an_ad_hoc_meeting_was_held_where_the_deputy_may_call_one_and_nowhere_else(national: Lived, most: Lived) -> None:
    (held,) = [m for m in most.all("meeting") if m["kind"] == "ad-hoc" and m["body"] == "board"]
    assert held["presiding"] == "deputy-head"
    assert held["opened_at"]
    assert [m for m in national.all("meeting") if m["kind"] == "ad-hoc" and m["body"] == "committee"] == []


@pytest.mark.parametrize(
    ("slug", "who", "body", "outcome", "clauses"),
    [
        (NATIONAL, "bo-truong-tt-tt", "committee", "refused", {"3.3", "7.1.p2"}),
        (MOST, "thu-truong-khcn", "board", "done", {"8.1.p2"}),
    ],
)
def test_asked_today_the_answer_is_still_the_regulations(
    year: Year, slug: str, who: str, body: str, outcome: str, clauses: set[str]
) -> None:
    tenant, at = year[slug].tenant, datetime(2022, 1, 10, 9, tzinfo=ZONE)
    given = {"body": body, "kind": "ad-hoc", "starts_at": "2022-01-12T09:00:00"}
    with tenant.store.read(tenant.id) as session:
        decision = explain(tenant, session, ActRequest(who, "meeting.convene", input=given, at=at))
    assert decision.outcome == outcome
    assert {each.clause for each in decision.because} == clauses


@pytest.mark.parametrize("slug", BOTH)
def test_nobody_was_called_to_a_meeting_on_a_day_off(year: Year, slug: str) -> None:
    days = {year[slug].day(meeting["starts_at"]) for meeting in year[slug].all("meeting")}
    assert all(day.weekday() < 5 for day in days)
    new_year = {date(2021, 2, day) for day in range(10, 17)}
    others = {date(2021, 4, 21), date(2021, 4, 30), date(2021, 5, 3), date(2021, 9, 2), date(2021, 9, 3)}
    assert not days & (new_year | others)


@pytest.mark.parametrize("slug", BOTH)
def test_every_meeting_held_by_the_main_body_has_its_papers_or_agenda_and_minutes(year: Year, slug: str) -> None:
    lived = year[slug]
    minutes = {each["meeting"] for each in lived.all("minutes")}
    main = lived.tenant.snapshot.settings.main_body
    regular = [m for m in lived.all("meeting") if m["body"] == main and m["kind"] == "regular" and m["opened_at"]]
    assert len(regular) == 3
    assert all(meeting["agenda"] and meeting["id"] in minutes for meeting in regular)


@pytest.mark.parametrize("slug", BOTH)
def test_papers_keep_their_vietnamese_file_names_and_their_content(year: Year, slug: str) -> None:
    lived = year[slug]
    papers = [paper for meeting in lived.all("meeting") for paper in meeting["papers"]]
    assert any(name.startswith("Báo cáo") and " quý I" in name for name in (p["file_name"] for p in papers))
    for paper in papers:
        assert paper["file_name"] == unicodedata.normalize("NFC", paper["file_name"])
        with year.installation.files.open(lived.tenant.id, paper["digest"]) as file:
            content = file.read()
        assert len(content) == paper["size"]
        assert content.decode()


# ---- Matters


def test_three_matters_were_decided_by_whom_the_charter_names(national: Lived) -> None:
    settled = [m for m in national.all("matter") if m["state"] == "decided"]
    decided = {m["class"]: (m["decided_by"], bool(m["prepared_opinion"])) for m in settled if m["class"] != "ordinary"}
    assert decided == {"day-to-day": ("standing-vice-chair", True)}
    ordinary = [m for m in settled if m["class"] == "ordinary"]
    assert [(m["put_to"], m["decided_by"], bool(m["prepared_opinion"])) for m in ordinary] == [
        ("chair", "chair", True),
        ("vice-chair", "vice-chair", True),
    ]


def test_the_boards_matter_was_decided_by_the_head(most: Lived) -> None:
    assert most.one("matter", state="decided")["decided_by"] == "head"


# ---- The log


@pytest.mark.parametrize("slug", BOTH)
def test_what_was_refused_left_no_trace(year: Year, slug: str) -> None:
    """Each act that was done is one event with what followed from it; the others are none."""
    lived = year[slug]
    roots = [e for e in lived.events() if e["caused_by"] is None and e["person"] != "steerco"]
    done, stopped = 0, 0
    for played in BOTH:
        steps = (each for case in demonstrations(HOME, played) for each in case.steps)
        for step in (each for each in steps if "do" in each and each.get("tenant", played) == slug):
            actors = len(step["by"]) if isinstance(step["by"], list) else 1
            if step.get("expect", "done") == "done":
                done += actors
            else:
                stopped += actors
    assert len(roots) == done
    assert stopped >= 15


@pytest.mark.parametrize("slug", BOTH)
def test_the_year_is_2021_with_the_first_days_of_the_next_and_time_only_goes_on(year: Year, slug: str) -> None:
    lived = year[slug]
    times = [event["at"] for event in lived.events()]
    assert times == sorted(times)
    days = {lived.day(event["at"]) for event in lived.events() if event["person"] != "steerco"}
    assert {day.month for day in days if day.year == 2021} == set(range(1, 13))
    assert max(days) == date(2022, 1, 5)


@pytest.mark.parametrize("slug", BOTH)
def test_the_log_verifies_and_its_reasons_are_the_policys(year: Year, slug: str) -> None:
    lived = year[slug]
    with lived.tenant.store.read(lived.tenant.id) as session:
        assert log.verify(session) == []
    again = replay(year.installation, slug)
    assert again.ok, again.differences
    assert again.decided > 100


@pytest.mark.parametrize("slug", BOTH)
def test_performed_again_from_its_log_the_year_is_the_same(year: Year, slug: str) -> None:
    scratch = Store.memory()
    scratch.create_schema()
    again = rebuild(year.installation, slug, scratch=scratch)
    assert again.ok, again.differences
    assert again.rows["task"] > 0


# ---- Playing it


def test_progress_is_told_for_each_committee_from_its_first_step_to_its_last(year: Year) -> None:
    for slug in BOTH:
        told = [played for played in year.told if played.slug == slug]
        assert [played.done for played in told] == list(range(told[0].total + 1))
    print(f"\nthe lived year of both committees: {year.seconds:.1f} s of CPU time, {len(year.told)} steps")


def test_played_once_it_is_left_alone(year: Year) -> None:
    assert list(play(HOME, year.installation)) == []


def test_a_play_that_was_cut_off_is_taken_up_where_it_stopped(year: Year) -> None:
    installation = empty()
    list(islice(play(HOME, installation), 91))  # in the middle of the first tenant's year
    slug = HOME.slugs()[0]
    told = list(play(HOME, installation))
    assert told[-1].done == told[-1].total
    cut, whole = Lived(installation.tenant(slug)), year[slug]
    assert [(e["at"], e["person"], e["action"]) for e in cut.events()] == [
        (e["at"], e["person"], e["action"]) for e in whole.events()
    ]
    assert cut.of_2021("missed") == whole.of_2021("missed")
    installation.store.close()


def test_a_step_that_comes_out_otherwise_is_told_with_its_place(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    for part in ("tenants", "policies"):
        copytree(HOME.folder / part, home.folder / part)
    first = home.folder / "tenants" / MOST / "demonstration" / "2021-q1.toml"
    first.write_text(first.read_text("utf-8").replace('who_may = ["wg-head"]', 'who_may = ["head"]', 1), "utf-8")
    with pytest.raises(NotAsWritten, match=r"2021-q1\.toml:\d+: expected who may"):
        list(play(home, empty()))


@pytest.mark.parametrize("slug", BOTH)
def test_the_demonstration_is_no_part_of_the_configuration(slug: str) -> None:
    assert not [path for path in HOME.content(slug) if "demonstration" in path]
