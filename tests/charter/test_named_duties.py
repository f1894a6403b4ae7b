"""Duties of those whom a record names, done or missed as others book it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from steerco.charter import load
from steerco.charter.calendar import WeekCalendar
from steerco.charter.duties import ledger, state
from steerco.charter.events import DutyEvent
from steerco.charter.versions import Span

CHARTER = """
[instrument]
id = "r"
kind = "charter"
title = { en = "Rules" }
date = 2020-10-21
effective = 2020-10-21
issuer = "chair"

[[duty]]
id = "attend"
label = { en = "Attend" }
holder = "now:asked"
among = "member"
after = "meeting.convene"
done_by = "meeting.record-attendance"
named_in = ["attended", "excused"]
same = "meeting"
waived_by = "absence-request.consent"
undone_by = "absence-request.withdraw"
closed_by = "meeting.record-attendance"
closed_in = "absent"
due = { field = "meets_on" }
cite = "5.5"
"""
DAY, MEETS = date(2021, 2, 3), date(2021, 2, 10)


def event(seq: int, action: str, record: str = "m1", **fields: Any) -> DutyEvent:
    at = datetime(2021, 2, 3, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
    return DutyEvent(seq, at, DAY, action, record, action.partition(".")[0], fields)


def stand(*more: DutyEvent, on: date = MEETS) -> dict[str, str]:
    """Return the state of each holder's duty after the meeting was convened and ``more`` happened."""
    charter, wrong = load.read(CHARTER, "charter", "charter.toml")
    assert charter is not None, wrong
    called = event(1, "meeting.convene", asked=["s1", "s2", "s3"], meets_on=MEETS.isoformat())
    holders = {"member": ("s1", "s2"), "chair": ("s3",)}
    found = ledger(
        [Span(charter, DAY, None)],
        [called, *more],
        on=on,
        kept_from=DAY,
        calendar=WeekCalendar(),
        holders=lambda holder, day: holders.get(holder, (holder,)),
    )
    return {each.holder: state(each, on) for each in found}


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        pytest.param([], {"s1": "due", "s2": "due"}, id="only those among whom the rule looks owe it"),
        pytest.param(
            [event(2, "meeting.record-attendance", attended=["s1"], absent=["s2"])], {"s1": "done", "s2": "missed"}, id="booked"
        ),
        pytest.param(
            [
                event(2, "meeting.record-attendance", attended=["s1"], absent=["s2"]),
                event(3, "meeting.record-attendance", attended=["s2"], absent=["s1"]),
            ],
            {"s1": "missed", "s2": "done"},
            id="the newest list decides, and a corrected one is not late",
        ),
        pytest.param([event(2, "meeting.set-attendees", asked=["s2"])], {"s1": "waived", "s2": "due"}, id="off the list"),
        pytest.param(
            [event(2, "absence-request.consent", "a1", meeting="m1", excused=["s1"])], {"s1": "waived", "s2": "due"}, id="consent"
        ),
        pytest.param(
            [
                event(2, "absence-request.consent", "a1", meeting="m1", excused=["s1"]),
                event(3, "absence-request.withdraw", "a1", meeting="m1"),
            ],
            {"s1": "due", "s2": "due"},
            id="taken back",
        ),
        pytest.param(
            [event(2, "absence-request.consent", "a2", meeting="m2", excused=["s1"])],
            {"s1": "due", "s2": "due"},
            id="consent to staying away from another meeting",
        ),
    ],
)
def test_each_party_that_a_record_names_owes_it_alone(more: list[DutyEvent], expected: dict[str, str]) -> None:
    assert stand(*more) == expected


def test_of_whom_nothing_is_booked_it_stays_open_past_its_day() -> None:
    booked = event(2, "meeting.record-attendance", attended=["s1"], absent=[])
    assert stand(booked, on=date(2021, 2, 11)) == {"s1": "done", "s2": "overdue"}
