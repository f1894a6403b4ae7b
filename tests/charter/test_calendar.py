"""Working days with days off and swap days."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steerco.charter.calendar import WeekCalendar, shift, working_days


def days(*texts: str) -> frozenset[date]:
    return frozenset(map(date.fromisoformat, texts))


def test_a_saturday_worked_in_exchange_counts() -> None:
    spring = WeekCalendar(off=days("2024-04-29", "2024-04-30", "2024-05-01"), worked=days("2024-05-04"))
    assert spring.add(date(2024, 4, 26), 5) == date(2024, 5, 7)


def test_three_working_days_before_a_meeting_after_a_long_holiday() -> None:
    new_year = WeekCalendar(off=frozenset(date(2025, 1, 25) + timedelta(days=n) for n in range(9)))
    assert new_year.add(date(2025, 2, 5), -3) == date(2025, 1, 24)


def test_calendar_days_do_not_ask_the_calendar() -> None:
    assert shift(date(2021, 1, 1), 30, "calendar", WeekCalendar()) == date(2021, 1, 31)
    assert shift(date(2021, 1, 1), 1, "working", WeekCalendar()) == date(2021, 1, 4)


def test_a_week_without_work_is_refused_rather_than_counted_forever() -> None:
    with pytest.raises(ValueError, match="at least one day"):
        WeekCalendar(week=frozenset()).add(date(2021, 1, 1), 1)


@given(
    st.dates(date(2000, 1, 1), date(2050, 1, 1)),
    st.integers(-60, 60).filter(bool),
    st.frozensets(st.dates(date(2000, 1, 1), date(2050, 1, 1)), max_size=20),
)
def test_the_nth_working_day_is_one_and_has_n_of_them_on_the_way(day: date, n: int, off: frozenset[date]) -> None:
    calendar = WeekCalendar(off=off)
    reached = calendar.add(day, n)
    assert calendar.is_working(reached)
    if n > 0:
        assert working_days(calendar, day, reached) == n
    else:
        assert working_days(calendar, reached - timedelta(days=1), day - timedelta(days=1)) == -n
