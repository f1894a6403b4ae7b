"""Clocks: the short spelling is the long one, hours are elapsed ones, and no day is too far."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from steerco.charter.calendar import WeekCalendar
from steerco.charter.governing import as_values, governing, narrowest
from steerco.charter.load import read, span
from steerco.charter.model import Charter, Label
from steerco.charter.rules import effective
from steerco.charter.tables.clock import ClockLength, ClockRule, Frame, deadline, versions
from steerco.charter.values import Days

HEAD = '\n[instrument]\nid = "R"\ntitle = { en = "Rules" }\neffective = 2024-01-01\n[[clause]]\nid = "1"\n'
UNITS = ("days", "calendar", "working", "weeks", "months", "years")
days = st.dates(date(2020, 1, 1), date(2040, 12, 31))
calendars = st.builds(
    WeekCalendar,
    week=st.frozensets(st.integers(1, 7), min_size=1),
    off=st.frozensets(st.dates(date(2025, 1, 1), date(2026, 12, 31)), max_size=40),
    worked=st.frozensets(st.dates(date(2025, 1, 1), date(2026, 12, 31)), max_size=10),
)
lengths = st.builds(ClockLength, st.integers(0, 400), st.sampled_from(UNITS))


def charter(rows: str) -> Charter:
    loaded, findings = read(rows + HEAD)
    assert loaded is not None, findings
    return loaded


def clock(length: ClockLength, side: str = "before", **more: object) -> ClockRule:
    return ClockRule("c", "notice", Label(), ("1",), side=side, value=length.value, unit=length.unit, **more)  # type: ignore[arg-type]  # keys by name


@given(length=lengths, day=days, calendar=calendars, kind=st.sampled_from(["regular", "ad-hoc"]))
def test_a_named_notice_is_the_short_form_of_a_clock(length: ClockLength, day: date, calendar: WeekCalendar, kind: str) -> None:
    size = f'value = {length.value}, unit = "{length.unit}"'
    short = charter(f'rule = [{{ name = "notice", {size}, where = {{ kind = "regular" }}, cite = "1" }}]')
    long = charter(f'clock = [{{ id = "call", what = "notice", kinds = ["regular"], side = "before", {size}, cite = "1" }}]')
    where = {"body": "b", "kind": kind}
    said, meant = (effective("notice", [text], where, measure=Days(day, calendar).span) for text in (short, long))
    assert (said.value, said.unit, said.cite) == (meant.value, meant.unit, meant.cite)
    last = deadline(long.clocks[0], day, Frame(calendar))
    if kind == "regular":
        assert said.end(Days(day, calendar)) == (last.day if last else None)


@given(number=st.integers(1, 400), unit=st.sampled_from(["days", "working days", "weeks", "months", "hours"]), side=st.booleans())
def test_words_are_a_length(number: int, unit: str, side: bool) -> None:
    word = "before" if side else "after"
    short = charter(f'clock = [{{ id = "c", what = "papers", {word} = "{number} {unit}", cite = "1" }}]')
    size = f'value = {number}, unit = "{unit.removesuffix(" days")}"'
    long = charter(f'clock = [{{ id = "c", what = "papers", side = "{word}", {size}, cite = "1" }}]')
    table = charter(f'clock = [{{ id = "c", what = "papers", {word} = {{ {size} }}, cite = "1" }}]')
    assert short.clocks == long.clocks == table.clocks


@given(
    zone=st.sampled_from(["Europe/Brussels", "America/New_York", "Asia/Ho_Chi_Minh", "Australia/Lord_Howe"]),
    at=st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31)),
    hours=st.integers(0, 3000),
    side=st.sampled_from(["before", "after"]),
)
def test_hours_are_elapsed_whatever_the_clocks_on_the_wall_do(zone: str, at: datetime, hours: int, side: str) -> None:
    base = at.replace(tzinfo=UTC).astimezone(ZoneInfo(zone))
    last = deadline(clock(ClockLength(hours, "hours"), side), base, Frame(WeekCalendar(), ZoneInfo(zone)))
    assert last is not None
    assert last.at is not None
    elapsed = last.at.astimezone(UTC) - base.astimezone(UTC)
    assert elapsed == timedelta(hours=-hours if side == "before" else hours)
    assert last.day == last.at.astimezone(ZoneInfo(zone)).date()
    assert last.holds(last.day, last.at)
    assert not last.holds(last.day, last.at.astimezone(UTC) + timedelta(minutes=1))


@given(length=lengths, day=days, calendar=calendars, side=st.sampled_from(["before", "after"]))
def test_an_end_on_a_day_off_moves_away_from_the_event(length: ClockLength, day: date, calendar: WeekCalendar, side: str) -> None:
    plain = deadline(clock(length, side), day, Frame(calendar))
    rolled = deadline(clock(length, side, roll="working"), day, Frame(calendar))
    assert plain is not None
    assert rolled is not None
    assert calendar.is_working(rolled.day)
    assert rolled.day <= plain.day if side == "before" else rolled.day >= plain.day
    between = range(1, abs((rolled.day - plain.day).days))
    sign = -1 if side == "before" else 1
    assert rolled.day == plain.day or not any(calendar.is_working(plain.day + timedelta(days=sign * n)) for n in between)


@given(day=days, shorter=st.integers(0, 200), longer=st.integers(0, 200), unit=st.sampled_from(UNITS[:4]), calendar=calendars)
def test_a_longer_notice_ends_no_later(day: date, shorter: int, longer: int, unit: str, calendar: WeekCalendar) -> None:
    less, more = sorted((shorter, longer))
    ends = [deadline(clock(ClockLength(value, unit)), day, Frame(calendar)) for value in (less, more)]
    assert ends[0]
    assert ends[1]
    assert ends[1].day <= ends[0].day


@pytest.mark.parametrize(
    ("value", "unit", "side", "base", "last"),
    [
        (1, "months", "after", date(2026, 1, 31), date(2026, 2, 28)),
        (1, "months", "before", date(2026, 3, 31), date(2026, 2, 28)),
        (1, "years", "before", date(2028, 2, 29), date(2027, 2, 28)),
        (2, "weeks", "before", date(2026, 3, 16), date(2026, 3, 2)),
        (0, "days", "after", date(2026, 3, 16), date(2026, 3, 16)),
    ],
)
def test_months_end_on_the_same_day_or_the_last(value: int, unit: str, side: str, base: date, last: date) -> None:
    end = deadline(clock(ClockLength(value, unit), side), base, Frame(WeekCalendar()))
    assert end is not None
    assert end.day == last


def test_clear_days_count_neither_end() -> None:
    end = deadline(clock(ClockLength(5, "days"), clear=True), date(2026, 3, 16), Frame(WeekCalendar()))
    assert end is not None
    assert end.day == date(2026, 3, 10)


@given(length=st.builds(ClockLength, st.integers(0, 100_000), st.sampled_from([*UNITS, "hours", "minutes"])), side=st.booleans())
def test_no_day_is_too_far(length: ClockLength, side: bool) -> None:
    assume(length.unit != "working" or length.value < 2000)
    for base in (datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)):
        end = deadline(clock(length, "before" if side else "after"), base, Frame(WeekCalendar(), UTC))
        assert end is None or date.min <= end.day <= date.max


@given(
    starts=st.lists(
        st.sampled_from(["2026", "2026-07", "2027-02", date(2026, 7, 15), date(2027, 1, 1)]), unique=True, max_size=4
    ),
    day=days,
)
def test_one_version_is_in_force_save_within_an_uncertain_month(starts: list[str | date], day: date) -> None:
    clocks = [clock(ClockLength(1)), *(clock(ClockLength(2), from_=span(start)) for start in starts)]
    held = versions(clocks, day)
    assert held
    unsure = [start for start in starts if not span(start).certain and span(start).first <= day < span(start).last]
    assert len(held) == 1 or unsure


def test_a_narrower_clock_goes_before_a_wider_one_and_a_default_gives_way() -> None:
    rows = '{ id = "all", what = "notice", before = "5 days", cite = "1" }'
    text = charter(f'clock = [{rows}, {{ id = "some", what = "notice", kinds = ["regular"], before = "1 days", cite = "1" }}]')
    assert [each.id for each in narrowest(text.clocks)] == ["some"]
    law = charter('clock = [{ id = "law", what = "notice", before = "9 days", cite = "1" }]')
    beside = [
        Charter(law.instrument, clocks=tuple(_forced(each, force) for each in law.clocks)) for force in ("default", "floor")
    ]
    assert [each.force for each in governing(text, beside)] == ["charter", "charter", "floor"]
    assert [value.where for value in as_values(text.clocks[1])] == [{"kind": "regular"}]


def _forced(each: ClockRule, force: str) -> ClockRule:
    return ClockRule(each.id, each.what, each.label, each.cite, side=each.side, value=each.value, unit=each.unit, force=force)
