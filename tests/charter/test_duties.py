"""Who owes what by when: the ledger is read from charter and log, and from nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from steerco.charter import load
from steerco.charter.calendar import WeekCalendar
from steerco.charter.duties import Occurrence, ledger, state
from steerco.charter.events import DutyEvent
from steerco.charter.versions import Span

HEAD = """
[instrument]
id = "G-1"
title = { en = "Rules" }
effective = 2020-10-21
"""
QUARTERLY = """
[[cadence]]
id = "quarterly-meeting"
label = { en = "Quarterly meeting" }
body = "committee"
kind = "regular"
every = "quarter"
holder = "chair"
cite = "7.1"
"""
PLAN = """
[[duty]]
id = "work-plan"
label = { en = "Plan" }
holder = "chair"
every = "year"
done_by = "programme.issue"
done_where = { kind = "work-plan" }
period_of = "year"
cite = "3.1"
"""
REPORT = """
[[duty]]
id = "result"
label = { en = "Report" }
holder = "field:lead"
after = "task.assign"
done_by = "task.report-done"
due = { field = "due_on" }
cite = "8.3"
"""
NOTED = """
[[duty]]
id = "noted"
label = { en = "Take note" }
holder = "bound"
once = "version"
done_by = "acknowledgement.acknowledge"
done_where = { about = "regulation" }
cite = "12.2"
"""
NOTICE = """
[[duty]]
id = "minutes"
label = { en = "Minutes" }
holder = "secretary"
after = "meeting.conclude"
done_by = "minutes.circulate"
same = "meeting"
due = { days = 5, unit = "working" }
cite = "9.1"
"""


def rules(text: str, since: date = date(2020, 10, 21), until: date | None = None) -> Span:
    charter, wrong = load.read(HEAD + text, "charter", "charter.toml")
    assert charter is not None, wrong
    return Span(charter, since, until)


def event(seq: int, day: date, action: str, record: str = "r1", **fields: Any) -> DutyEvent:
    at = datetime.combine(day, datetime.min.time(), ZoneInfo("Asia/Ho_Chi_Minh"))
    return DutyEvent(seq, at, day, action, record, action.partition(".")[0], fields)


def read(
    *spans: Span,
    events: Sequence[DutyEvent] = (),
    on: date,
    kept_from: date = date(2021, 1, 1),
    **more: Any,
) -> list[Occurrence]:
    return ledger(spans, events, on=on, kept_from=kept_from, calendar=WeekCalendar(), **more)


def stand(found: list[Occurrence], on: date) -> dict[str, str]:
    return {o.period or f"{o.event}:{o.holder}": state(o, on) for o in found}


def meeting(seq: int, day: date, kind: str = "regular", body: str = "committee", **fields: Any) -> DutyEvent:
    return event(seq, day, "meeting.open", f"m{seq}", kind=kind, body=body, **fields)


def test_a_quarter_without_a_regular_meeting_is_a_missed_duty_of_the_holder() -> None:
    events = [meeting(1, date(2021, 2, 1)), meeting(2, date(2021, 5, 3), kind="ad-hoc"), meeting(3, date(2021, 8, 2))]
    found = read(rules(QUARTERLY), events=events, on=date(2021, 8, 30))
    assert stand(found, date(2021, 8, 30)) == {
        "2021-Q1": "done",
        "2021-Q2": "missed",
        "2021-Q3": "done",
        "2021-Q4": "upcoming",
    }
    assert {(o.duty, o.holder, o.cite) for o in found} == {("quarterly-meeting", "chair", ("7.1",))}
    assert found[0].discharged_seq == 1
    assert found[0].discharged_on == date(2021, 2, 1)


def test_the_running_period_is_due_to_its_last_day() -> None:
    for on, expected in ((date(2021, 1, 1), "due"), (date(2021, 3, 31), "due"), (date(2021, 4, 1), "missed")):
        assert stand(read(rules(QUARTERLY), on=on), on)["2021-Q1"] == expected


@pytest.mark.parametrize(
    ("wanted", "owed"),
    [("chair", [1]), ("!chair", [2, 3]), ("*", [1, 2]), ("!*", [3]), ("not-stated", [3]), ("!not-stated", [1, 2])],
)
def test_a_duty_is_raised_where_a_field_holds_what_is_wanted_or_with_a_mark_before_it_where_it_does_not(
    wanted: str, owed: list[int]
) -> None:
    events = [
        event(1, date(2021, 2, 1), "task.assign", "r1", lead="bo", author_as="chair"),
        event(2, date(2021, 2, 1), "task.assign", "r2", lead="bo", author_as="deputy"),
        event(3, date(2021, 2, 1), "task.assign", "r3", lead="bo"),
    ]
    found = read(rules(REPORT + f'where = {{ author_as = "{wanted}" }}\n'), events=events, on=date(2021, 2, 2))
    assert [o.event for o in found] == owed


def test_a_cadence_without_period_or_holder_owes_nothing() -> None:
    silent = QUARTERLY.replace('every = "quarter"', 'every = "not-stated"')
    assert read(rules(silent), on=date(2021, 8, 30)) == []
    assert read(rules(QUARTERLY.replace('holder = "chair"\n', "")), on=date(2021, 8, 30)) == []


def test_a_period_that_began_before_the_charter_applied_is_not_applicable() -> None:
    found = read(rules(QUARTERLY), on=date(2021, 1, 5), kept_from=date(2020, 10, 21))
    assert stand(found, date(2021, 1, 5)) == {"2020-Q4": "not-applicable", "2021-Q1": "due", "2021-Q2": "upcoming"}


def test_periods_before_the_ledger_was_kept_are_not_listed() -> None:
    found = read(rules(QUARTERLY), on=date(2022, 1, 5), kept_from=date(2021, 8, 15))
    assert [o.period for o in found] == ["2021-Q3", "2021-Q4", "2022-Q1", "2022-Q2"]


def test_in_mid_period_the_rule_in_force_at_its_start_holds() -> None:
    old = rules(QUARTERLY, date(2020, 1, 1), date(2021, 5, 14))
    new = rules(QUARTERLY.replace('holder = "chair"', 'holder = "deputy"'), date(2021, 5, 15))
    found = read(old, new, on=date(2021, 8, 1))
    assert [(o.period, o.holder) for o in found if o.applies] == [
        ("2021-Q1", "chair"),
        ("2021-Q2", "chair"),
        ("2021-Q3", "deputy"),
        ("2021-Q4", "deputy"),
    ]
    dropped = read(old, rules("", date(2021, 5, 15)), on=date(2021, 8, 1))
    assert stand(dropped, date(2021, 8, 1)) == {"2021-Q1": "missed", "2021-Q2": "missed"}


def test_a_plan_issued_after_its_year_is_done_late_and_one_issued_before_it_is_done() -> None:
    events = [
        event(1, date(2021, 12, 20), "programme.issue", "p1", kind="work-plan", year=2022),
        event(2, date(2022, 1, 10), "programme.issue", "p2", kind="work-plan", year=2021),
        event(3, date(2022, 1, 11), "programme.issue", "p3", kind="inspection-plan", year=2023),
    ]
    found = read(rules(PLAN), events=events, on=date(2022, 2, 1))
    assert stand(found, date(2022, 2, 1)) == {"2021": "done-late", "2022": "done", "2023": "upcoming"}
    assert stand(found, date(2022, 1, 9))["2021"] == "missed"


def test_a_due_day_in_a_period_makes_overdue_then_missed() -> None:
    early = rules(PLAN.replace('cite = "3.1"', 'cite = "3.1"\ndue = { days = 30 }'))
    seen = {on: stand(read(early, on=on), on)["2021"] for on in (date(2021, 1, 31), date(2021, 2, 1), date(2022, 1, 1))}
    assert list(seen.values()) == ["due", "overdue", "missed"]
    issued = [event(1, date(2021, 3, 1), "programme.issue", kind="work-plan", year=2021)]
    assert stand(read(early, events=issued, on=date(2021, 3, 1)), date(2021, 3, 1))["2021"] == "done-late"
    before = rules(PLAN.replace('cite = "3.1"', 'cite = "3.1"\ndue = { days = 5, unit = "working", before = true }'))
    assert read(before, on=date(2021, 6, 1))[0].due_on == date(2021, 12, 24)


def test_a_meeting_recorded_after_the_quarter_counts_where_it_was_held() -> None:
    held = [meeting(1, date(2021, 4, 2), opened_at=datetime(2021, 3, 30, 20, tzinfo=UTC))]
    found = read(rules(QUARTERLY), events=held, on=date(2021, 4, 2), zone=ZoneInfo("Asia/Ho_Chi_Minh"))
    assert found[0].discharged_on == date(2021, 3, 31)
    assert stand(found, date(2021, 4, 2)) == {"2021-Q1": "done", "2021-Q2": "due", "2021-Q3": "upcoming"}


def test_an_event_duty_follows_the_party_that_the_record_names_and_its_due_day() -> None:
    assigned = event(1, date(2021, 2, 1), "task.assign", "t1", lead="works", due_on=date(2021, 3, 1))
    moved = event(2, date(2021, 2, 20), "task.change-due-date", "t1", lead="works", due_on="2021-04-01")
    other = event(3, date(2021, 2, 21), "task.report-done", "t2", lead="works", due_on=None)
    done = event(4, date(2021, 4, 2), "task.report-done", "t1", lead="works", due_on="2021-04-01")
    span = rules(REPORT)
    for events, on, expected in (
        ([assigned], date(2021, 3, 1), "due"),
        ([assigned], date(2021, 3, 2), "overdue"),
        ([assigned, moved, other], date(2021, 3, 2), "due"),
        ([assigned, moved, other, done], date(2021, 4, 2), "done-late"),
    ):
        (occurrence,) = read(span, events=events, on=on)
        assert (occurrence.holder, occurrence.record, state(occurrence, on)) == ("works", "t1", expected)


def test_without_a_day_an_event_duty_is_due_until_done_and_never_missed() -> None:
    assigned = event(1, date(2021, 2, 1), "task.assign", "t1", lead=["works", "parks"], due_on=None)
    found = read(rules(REPORT), events=[assigned], on=date(2031, 2, 1))
    assert stand(found, date(2031, 2, 1)) == {"1:works": "due", "1:parks": "due"}
    assert read(rules(REPORT), events=[event(1, date(2021, 2, 1), "task.assign", lead=None)], on=date(2031, 2, 1)) == []


def test_working_days_after_the_event_and_a_record_that_points_to_it() -> None:
    concluded = event(1, date(2021, 2, 5), "meeting.conclude", "m1")
    other = event(2, date(2021, 2, 8), "minutes.circulate", "x1", meeting="m2")
    sent = event(3, date(2021, 2, 12), "minutes.circulate", "x2", meeting="m1")
    (found,) = read(rules(NOTICE), events=[concluded, other, sent], on=date(2021, 3, 1))
    assert found.due_on == date(2021, 2, 12)
    assert (found.discharged_seq, state(found, date(2021, 2, 11)), state(found, date(2021, 3, 1))) == (3, "due", "done")


def test_what_was_prepared_before_it_was_owed_counts_where_the_rule_says_so() -> None:
    rule = """
[[duty]]
id = "agenda"
label = { en = "Agenda" }
holder = "secretary"
after = "meeting.convene"
done_by = "meeting.set-agenda"
waived_by = "meeting.cancel"
due = { days = 0, field = "starts_at", before = true }
cite = "9.1"
"""
    events = [
        event(1, date(2021, 2, 1), "meeting.set-agenda", "m1", starts_at="2021-02-10"),
        event(2, date(2021, 2, 3), "meeting.convene", "m1", starts_at="2021-02-10"),
    ]
    (owed,) = read(rules(rule), events=events, on=date(2021, 2, 11))
    assert (state(owed, date(2021, 2, 11)), owed.due_on) == ("overdue", date(2021, 2, 10))
    (done,) = read(rules(rule + "beforehand = true\n"), events=events, on=date(2021, 2, 11))
    assert (state(done, date(2021, 2, 11)), done.due_on, done.discharged_on) == ("done", date(2021, 2, 10), date(2021, 2, 1))


def test_where_each_holder_owes_it_one_does_not_discharge_another() -> None:
    span = rules(PLAN.replace('holder = "chair"', 'holder = "member"\neach = true'))
    issued = event(1, date(2021, 3, 1), "programme.issue", kind="work-plan", year=2021)
    mine = DutyEvent(**{**{f: getattr(issued, f) for f in issued.__struct_fields__}, "by": frozenset({"m1"})})
    found = read(span, events=[mine], on=date(2021, 3, 1), holders=lambda holder, day: ["m1", "m2"])
    assert {(o.holder, state(o, date(2021, 3, 1))) for o in found if o.period == "2021"} == {("m1", "done"), ("m2", "due")}


def test_a_waived_occurrence_says_so() -> None:
    found = read(rules(QUARTERLY), on=date(2021, 4, 1), waived={("quarterly-meeting", "chair", "2021-Q1", 0)})
    assert stand(found, date(2021, 4, 1))["2021-Q1"] == "waived"


EVENTS = st.lists(
    st.builds(
        lambda day, action, kind, lead, year, record: (date(2021, 1, 1) + timedelta(days=day), action, kind, lead, year, record),
        st.integers(0, 700),
        st.sampled_from(["meeting.open", "programme.issue", "task.assign", "task.report-done", "meeting.conclude"]),
        st.sampled_from(["regular", "ad-hoc", "work-plan"]),
        st.sampled_from(["works", "parks", None]),
        st.sampled_from([2021, 2022]),
        st.sampled_from(["r1", "r2"]),
    ),
    max_size=12,
)


@given(EVENTS, EVENTS, st.integers(0, 800))
def test_adding_events_never_removes_a_discharge(first: list[Any], more: list[Any], length: int) -> None:
    span = rules(QUARTERLY + PLAN + REPORT + NOTICE)
    on = date(2021, 1, 1) + timedelta(days=length)

    def log(rows: list[Any]) -> list[DutyEvent]:
        made = []
        for seq, (day, action, kind, lead, year, record) in enumerate(sorted(rows, key=lambda r: r[0]), 1):
            made.append(event(seq, day, action, record, kind=kind, lead=lead, year=year, body="committee", due_on=None))
        return made

    before = log(first)
    after = before + [event(len(before) + e.seq, e.day, e.action, e.record, **e.fields) for e in log(more)]
    had = {o.key: o for o in read(span, events=before, on=on)}
    has = {o.key: o for o in read(span, events=after, on=on)}
    assert had.keys() <= has.keys()
    assert all(has[key].discharged_seq for key, o in had.items() if o.discharged_seq)
    assert read(span, events=list(reversed(after)), on=on) == read(span, events=after, on=on)


@given(EVENTS, st.integers(0, 800))
def test_every_occurrence_has_one_state_of_the_frozen_words(rows: list[Any], length: int) -> None:
    on = date(2021, 1, 1) + timedelta(days=length)
    events = [
        event(seq, day, action, record, kind=kind, lead=lead, year=year, body="committee", due_on=None)
        for seq, (day, action, kind, lead, year, record) in enumerate(sorted(rows, key=lambda r: r[0]), 1)
    ]
    for occurrence in read(rules(QUARTERLY + PLAN + REPORT + NOTICE), events=events, on=on):
        assert state(occurrence, on) in {
            "upcoming", "due", "overdue", "done", "done-late", "missed", "waived", "not-applicable",
        }  # fmt: skip
        if occurrence.event and not occurrence.discharged_seq:
            assert state(occurrence, date(2100, 1, 1)) in {"due", "overdue"}


@pytest.mark.parametrize("every", ["week", "month", "half-year"])
def test_other_periods_are_owed_alike(every: str) -> None:
    found = read(rules(QUARTERLY.replace('quarter"', f'{every}"', 1)), on=date(2021, 1, 5), kept_from=date(2021, 1, 5))
    assert [state(o, date(2021, 1, 5)) for o in found] == ["due", "upcoming"]


def test_work_that_is_sent_back_is_owed_again_and_work_that_is_called_off_is_waived() -> None:
    span = rules(REPORT + 'undone_by = "task.return"\nwaived_by = "task.cancel"\n')

    def standing(*happened: str) -> str:
        told = [event(seq, date(2021, 3, seq), f"task.{action}", "t1", lead="m1") for seq, action in enumerate(happened, 1)]
        (one,) = read(span, events=told, on=date(2021, 3, 31))
        return state(one, date(2021, 3, 31))

    assert standing("assign", "report-done") == "done"
    assert standing("assign", "report-done", "return") == "due"
    assert standing("assign", "report-done", "return", "report-done") == "done"
    assert standing("assign", "cancel") == "waived"


def test_a_duty_of_a_version_is_owed_by_each_bound_person_anew_under_the_next_version() -> None:
    first, second = rules(NOTED, until=date(2021, 6, 30)), rules(NOTED, since=date(2021, 7, 1))
    events = [
        structs.replace(event(1, date(2021, 3, 1), "acknowledgement.acknowledge", about="regulation"), by=frozenset({"an"})),
        structs.replace(event(2, date(2021, 3, 1), "acknowledgement.acknowledge", about="direction"), by=frozenset({"binh"})),
        structs.replace(event(3, date(2021, 7, 2), "acknowledgement.acknowledge", about="regulation"), by=frozenset({"binh"})),
    ]
    bound = {"holders": lambda holder, day: ("an", "binh") if day < date(2021, 8, 1) else ("an", "binh", "chi")}

    def on(day: date) -> dict[str, str]:
        return {o.holder: state(o, day) for o in read(first, second, events=events, on=day, **bound)}

    assert on(date(2021, 4, 1)) == {"an": "done", "binh": "due"}
    assert on(date(2021, 7, 1)) == {"an": "due", "binh": "due"}
    assert on(date(2021, 8, 1)) == {"an": "due", "binh": "done", "chi": "due"}
