"""Lateness is computed from what is on record and the day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steerco.committee.traits.timeliness import timeliness

DUE = date(2021, 6, 30)


@dataclass
class Work:
    state: str = "assigned"
    due_on: date | None = DUE
    reported_done_on: date | None = None
    done_on: date | None = None


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2021, 6, 26), "on-time"),
        (date(2021, 6, 27), "at-risk"),
        (date(2021, 6, 30), "at-risk"),
        (date(2021, 7, 1), "late"),
    ],
)
def test_work_is_at_risk_three_days_before_and_late_from_the_day_after(today: date, expected: str) -> None:
    assert timeliness(Work(), today) == expected


def test_without_a_due_day_nothing_is_late() -> None:
    assert timeliness(Work(due_on=None), date(2030, 1, 1)) == "no-due-date"


def test_a_late_confirmation_does_not_make_the_work_late() -> None:
    work = Work("done", reported_done_on=DUE, done_on=DUE + timedelta(days=20))
    assert timeliness(work, date(2021, 12, 1)) == "done-on-time"


def test_work_reported_in_time_waits_for_its_confirmation_in_time() -> None:
    assert timeliness(Work("reported-done", reported_done_on=DUE), date(2021, 9, 1)) == "on-time"
    assert timeliness(Work("reported-done", reported_done_on=DUE + timedelta(days=1)), DUE + timedelta(days=1)) == "late"


def test_work_reported_late_is_done_late() -> None:
    late = DUE + timedelta(days=1)
    assert timeliness(Work("done", reported_done_on=late, done_on=late), late) == "done-late"


def test_a_canceled_task_is_never_late() -> None:
    assert timeliness(Work("canceled"), date(2022, 1, 1)) == "no-due-date"


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(0, 400))
def test_open_work_only_gets_later(today: date, days: int) -> None:
    order = ["on-time", "at-risk", "late"]
    assert order.index(timeliness(Work(), today)) <= order.index(timeliness(Work(), today + timedelta(days=days)))
