"""Proposed dates: one working day in each period, and none where the text states no period."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from steerco.charter.calendar import WeekCalendar
from steerco.charter.model import Cadence, Every, Label
from steerco.charter.periods import parse
from steerco.charter.proposals import proposed


def cadence(every: Every) -> Cadence:
    return Cadence(id="c", label=Label(), body="b", kind="regular", every=every, cite=("7.1",))


@given(
    every=st.sampled_from(("month", "quarter", "half-year", "year")),
    year=st.integers(2000, 2060),
    off=st.sets(st.integers(0, 365), max_size=60),
)
def test_every_period_has_one_working_day_inside_it(every: Every, year: int, off: set[int]) -> None:
    calendar = WeekCalendar(off=frozenset(date(year, 1, 1) + timedelta(days=n) for n in off))
    found = proposed((cadence(every),), year, calendar)
    assert len(found) == {"month": 12, "quarter": 4, "half-year": 2, "year": 1}[every]
    for one in found:
        period = parse(one.period)
        assert period.first <= one.day <= period.last
        assert calendar.is_working(one.day) or not any(
            calendar.is_working(period.first + timedelta(days=n)) for n in range((one.day - period.first).days)
        )


def test_a_cadence_without_a_stated_period_proposes_nothing() -> None:
    assert proposed((cadence("not-stated"),), 2021, WeekCalendar()) == []
