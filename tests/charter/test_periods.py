"""Periods of one kind follow each other without gap or overlap, and a name means one period."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steerco.charter import periods
from steerco.charter.model import Every

DAYS = st.dates(date(1900, 1, 10), date(2200, 1, 1))
KINDS: st.SearchStrategy[Every] = st.sampled_from(["week", "fortnight", "month", "quarter", "half-year", "year", "two-years"])


@pytest.mark.parametrize(
    ("day", "every", "name", "first", "last"),
    [
        ("2021-02-03", "year", "2021", "2021-01-01", "2021-12-31"),
        ("2021-07-01", "half-year", "2021-H2", "2021-07-01", "2021-12-31"),
        ("2021-03-31", "quarter", "2021-Q1", "2021-01-01", "2021-03-31"),
        ("2020-02-29", "month", "2020-02", "2020-02-01", "2020-02-29"),
        ("2021-01-03", "fortnight", "2020-F53", "2020-12-28", "2021-01-10"),
        ("2021-01-11", "fortnight", "2021-F02", "2021-01-11", "2021-01-24"),
        ("2021-06-01", "two-years", "2020-2021", "2020-01-01", "2021-12-31"),
        ("2021-01-03", "week", "2020-W53", "2020-12-28", "2021-01-03"),
    ],
)
def test_the_period_of_a_day(day: str, every: Every, name: str, first: str, last: str) -> None:
    period = periods.containing(date.fromisoformat(day), every)
    assert (period.name, period.first.isoformat(), period.last.isoformat()) == (name, first, last)


@given(DAYS, KINDS)
def test_every_day_lies_in_its_period_and_the_name_leads_back(day: date, every: Every) -> None:
    period = periods.containing(day, every)
    assert day in period
    assert periods.parse(period.name) == period


@given(DAYS, KINDS)
def test_the_next_period_starts_the_day_after(day: date, every: Every) -> None:
    period = periods.containing(day, every)
    following = periods.following(period)
    assert following.first == period.last + timedelta(days=1)
    assert following.name > period.name


@given(DAYS, st.integers(0, 800), KINDS)
def test_a_run_of_periods_is_a_partition(day: date, length: int, every: Every) -> None:
    last = day + timedelta(days=length)
    run = list(periods.between(day, last, every))
    assert day in run[0]
    assert last in run[-1]
    assert all(b.first == a.last + timedelta(days=1) for a, b in pairwise(run))


@pytest.mark.parametrize(
    "name", ["", "21", "2021-Q5", "2021-13", "2021-W54", "2021-W53", "2021-h1", "2021-1", "2021-2022", "2020-2022", "2021-F01"]
)
def test_what_is_no_period_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=r"period|week"):
        periods.parse(name)


def test_there_is_no_period_where_none_is_stated() -> None:
    with pytest.raises(ValueError, match="not-stated"):
        periods.containing(date(2021, 1, 1), "not-stated")
