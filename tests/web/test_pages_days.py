"""Days as pages write them, and as people write them."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steerco.charter.calendar import WeekCalendar
from steerco.i18n import languages, words
from steerco.web.pages.frame import dates

TODAY = date(2021, 12, 7)
WEEK = WeekCalendar(off=frozenset({date(2022, 1, 3)}))
DAYS = st.dates(date(1000, 1, 1), date(9999, 12, 31))


def read(text: str, *, ahead: bool = False) -> date:
    return dates.read_day(text, TODAY, WEEK, ahead=ahead)


@given(DAYS, st.sampled_from(languages()))
def test_whatever_day_a_page_writes_it_reads_back(day: date, language: str) -> None:
    say = words(language)
    for text in (dates.day(say, day), dates.day_of_week(say, day), day.isoformat()):
        assert read(text) == read(f"  {text.upper()} ") == day


@given(DAYS, st.sampled_from(["/", "-", ".", " ", " / ", ". "]))
def test_numbers_are_day_month_year_unless_the_year_comes_first(day: date, between: str) -> None:
    assert read(between.join((str(day.day), str(day.month), f"{day.year:04}"))) == day
    assert read(between.join((f"{day.year:04}", f"{day.month:02}", str(day.day)))) == day


@pytest.mark.parametrize(
    "text",
    [
        "28/2/2022", "28-02-2022", "28.2.22", "28/2", "2022-02-28", "28 February 2022", "28 feb 2022", "February 28, 2022",
        "28th of February 2022", "ngày 28 tháng 02 năm 2022", "Thứ Hai, 28/02/2022", "thứ hai 28/2",
        "28 tháng 2", "２８/２/２０２２",
    ],
)  # fmt: skip
def test_people_write_a_day_in_many_ways(text: str) -> None:
    assert read(text) == date(2022, 2, 28)


def test_a_day_without_a_year_is_the_nearest_or_the_next() -> None:
    assert read("16/12") == date(2021, 12, 16)
    assert read("30/11") == date(2021, 11, 30)
    assert read("30/11", ahead=True) == date(2022, 11, 30)
    assert read("7/12", ahead=True) == TODAY
    assert read("29/2") == date(2020, 2, 29)
    assert read("29/2", ahead=True) == date(2024, 2, 29)


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)))
def test_the_nearest_day_of_its_name_is_at_most_half_a_year_away(today: date) -> None:
    found = dates.read_day("16/12", today, WEEK)
    assert (found.day, found.month) == (16, 12)
    assert abs(found - today) <= timedelta(days=183)
    assert timedelta(0) <= dates.read_day("16/12", today, WEEK, ahead=True) - today <= timedelta(days=366)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("+5 ngày làm việc", date(2021, 12, 14)),
        ("+5 working days", date(2021, 12, 14)),
        ("+19 working days", date(2022, 1, 4)),
        ("-1 working day", date(2021, 12, 6)),
        ("+10", date(2021, 12, 17)),
        ("+10 ngày", date(2021, 12, 17)),
    ],
)
def test_days_are_counted_from_today_over_the_days_off(text: str, day: date) -> None:
    assert read(text) == day


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("31/02/2022", "no-such-day"), ("29 February 2022", "no-such-day"), ("0/2/2022", "no-such-day"), ("31/4", "no-such-day"),
        ("2/13/2022", "no-such-month"), ("12/31/2021", "no-such-month"), ("2021-13-45", "no-such-month"),
        ("soon", "day-unreadable"),
        ("", "day-unreadable"), ("2022", "day-unreadable"), ("2022-02", "day-unreadable"), ("28/2/202", "day-unreadable"),
        ("28/2/2", "day-unreadable"), ("28 february march 2022", "day-unreadable"), ("+5 weeks", "day-unreadable"),
        ("1/2/3/4", "day-unreadable"), ("28/2/2022; drop table", "day-unreadable"), ("+9999999", "day-unreadable"),
    ],
)  # fmt: skip
def test_what_names_no_day_is_told_with_what_is_wrong(text: str, code: str) -> None:
    with pytest.raises(dates.DayUnreadable) as caught:
        read(text)
    assert caught.value.reason.code == code
    assert "{" not in words("vi").reason(caught.value.reason)


def test_a_day_that_is_not_is_explained_in_the_readers_words() -> None:
    with pytest.raises(dates.DayUnreadable) as caught:
        read("31/02/2022")
    assert words("vi").reason(caught.value.reason) == "Không có ngày 31/2/2022: tháng đó có 28 ngày."


@given(st.text(max_size=40))
def test_no_text_breaks_the_reading(text: str) -> None:
    with suppress(dates.DayUnreadable):
        assert read(dates.day(words("vi"), read(text))) == read(text)
