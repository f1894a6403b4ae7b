"""The law of Viet Nam: working days and report periods against known ones, the calendar's laws, the rule at the act.

What it refuses in each committee is told by their cases (``tenants/*/cases/law.toml``).
"""

from __future__ import annotations

import tomllib
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import steerco_vn_law
from steerco.cases.world import lessened, replugged
from steerco.charter.proposals import proposed
from steerco.committee import record_types
from steerco.configuration.home import Home
from steerco.configuration.load import load
from steerco.configuration.plugin_wiring import advice
from steerco.configuration.snapshot import Snapshot
from steerco.extension.api import Act, Effective, Label, Rule, TenantFacts, WeekCalendar, resource
from steerco_vn_law import computing, days, invitations, periods

HOME = Home(Path(__file__).parents[2])
OUR = days.VietNam(WeekCalendar(), days.announcements({}))
some_days = st.dates(date(1995, 1, 10), date(2100, 12, 1))


def test_the_table_of_days_is_the_packages() -> None:
    assert computing.table() == resource("steerco_vn_law", "days.toml")


@pytest.mark.parametrize(
    ("start", "n", "there"),
    [
        (date(2024, 4, 26), 5, date(2024, 5, 7)),  # 29 and 30 April, 1 May off; Saturday 4 May worked
        (date(2025, 2, 5), -3, date(2025, 1, 24)),  # Tết between
        (date(2023, 4, 28), 1, date(2023, 5, 4)),  # compensation on 2 and 3 May
        (date(2026, 8, 21), 1, date(2026, 8, 22)),  # a Saturday worked for Monday 31 August
        (date(2030, 1, 30), 1, date(2030, 2, 7)),  # Tết by the Vietnamese lunar calendar: 2 February, not 3
    ],
)
def test_working_days_are_counted_as_announced(start: date, n: int, there: date) -> None:
    assert OUR.add(start, n) == there


@given(some_days, st.integers(1, 30))
def test_adding_lands_on_a_working_day_and_counts_each_once(start: date, n: int) -> None:
    for sign in (1, -1):
        end = OUR.add(start, sign * n)
        assert OUR.is_working(end)
        between = [start + timedelta(days=sign * each) for each in range(1, abs((end - start).days) + 1)]
        assert sum(map(OUR.is_working, between)) == n
    if OUR.is_working(start):
        assert OUR.add(OUR.add(start, n), -n) == start


@given(some_days)
@settings(max_examples=50)
def test_what_the_tenant_says_of_a_day_goes_before_everything(day: date) -> None:
    assert not days.VietNam(WeekCalendar(off=frozenset({day})), OUR.announced).is_working(day)
    assert days.VietNam(WeekCalendar(worked=frozenset({day})), OUR.announced).is_working(day)


def test_what_is_announced_later_goes_before_the_rule_and_is_no_longer_expected() -> None:
    swap: dict[str, Any] = {"year": 2027, "source": "1/TB", "off": [date(2027, 4, 29)], "worked": [date(2027, 5, 8)]}
    told = days.VietNam(WeekCalendar(), days.announcements({"announced": [{**swap, "not_off": [date(2027, 9, 3)]}]}))
    swapped = [date(2027, 4, 29), date(2027, 5, 8), date(2027, 9, 3)]
    assert [OUR.is_working(day) for day in swapped] == [True, False, False]
    assert [told.is_working(day) for day in swapped] == [False, True, True]
    assert (OUR.is_expected(date(2027, 1, 4)), told.is_expected(date(2027, 1, 4))) == (True, False)


def test_a_year_beyond_the_table_has_its_working_week() -> None:
    assert OUR.is_working(date(2150, 4, 30)) == (date(2150, 4, 30).isoweekday() < 6)
    with pytest.raises(ValueError, match="at least one day"):
        days.VietNam(WeekCalendar(frozenset())).add(date(2024, 1, 1), 1)


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        ("2024-03", date(2024, 2, 15), date(2024, 3, 14)),
        ("2024-01", date(2023, 12, 15), date(2024, 1, 14)),
        ("2024-Q1", date(2023, 12, 15), date(2024, 3, 14)),
        ("2024-H1", date(2023, 12, 15), date(2024, 6, 14)),
        ("2024-9M", date(2023, 12, 15), date(2024, 9, 14)),
        ("2024", date(2023, 12, 15), date(2024, 12, 14)),
    ],
)
def test_report_periods_end_on_the_14th(period: str, first: date, last: date) -> None:
    assert periods.span(period) == (first, last)


@pytest.mark.parametrize("period", ["", "2024-H2", "2024-13", "2024-Q5", "0001", "24-03", "2024-3", "2024-03 "])
def test_a_period_that_the_source_does_not_have_is_none(period: str) -> None:
    with pytest.raises(ValueError, match="no report period"):
        periods.span(period)


@given(st.integers(1996, 2099), st.integers(1, 12))
def test_months_follow_each_other_without_gap_and_make_up_the_quarter(year: int, month: int) -> None:
    first, last = periods.span(f"{year}-{month:02}")
    following = f"{year}-{month + 1:02}" if month < 12 else f"{year + 1}-01"
    assert periods.span(following)[0] == last + timedelta(days=1)
    quarter = periods.span(f"{year}-Q{(month + 2) // 3}")
    assert quarter[0] <= first <= last <= quarter[1]


NOTICE = Effective("notice", 3, "working", "floor", (invitations.INVITATION,), bound="at-least")


def calling(today: date, starts: datetime, **changed: Any) -> Any:
    """What the rule says of a meeting's convening."""
    facts = TenantFacts("x", Label(), "Asia/Ho_Chi_Minh", ("vi",), "board", (), {})
    at = datetime(today.year, today.month, today.day, 2, tzinfo=UTC)
    parts: dict[str, Any] = {
        "record": {"kind": "regular", "state": "new"},
        "input": {"kind": "regular", "starts_at": starts},
        "body": "board",
        "action": "meeting.convene",
        "values": {"notice": NOTICE},
        **changed,
    }
    rule = Rule("meeting.convene", invitations.too_late, (invitations.INVITATION,))
    given: dict[str, Any] = {"referred": {}, "actor": "a", "roles": frozenset(), "calendar": OUR, "rule": rule}
    return invitations.too_late(Act(tenant=facts, at=at, today=today, **given, **parts))


def test_before_the_law_was_in_force_it_stops_nothing() -> None:
    assert calling(date(2018, 12, 24), datetime(2018, 12, 25, 9)) is None
    assert calling(date(2018, 12, 25), datetime(2018, 12, 26, 9)).code == "invitation-too-late"


def test_a_meeting_at_the_end_of_time_is_no_fault_of_the_plugin() -> None:
    assert calling(date(2026, 1, 5), datetime(9999, 12, 31, 23, 59, tzinfo=UTC)) is None
    assert calling(date(2026, 1, 5), datetime(1, 1, 1)) is None


def refusing(slug: str) -> Snapshot:
    """The committee as it would be if it had late calls refused."""
    whole = load(slug, HOME.content(slug), record_types()).snapshot
    assert whole is not None
    return replugged(whole, [], [], {"steerco_vn_law": {"refuse_late_invitations": True}})


@pytest.mark.parametrize("slug", ["national-committee", "most-steering-board"])
def test_off_it_takes_layers_rules_and_calendar_with_it(slug: str) -> None:
    whole = refusing(slug)
    holiday, body = date(2024, 4, 30), whole.settings.main_body
    assert whole.circle.judges("meeting.convene")
    assert not whole.calendar.is_working(holiday)
    off = lessened(replugged(whole, ["steerco_vn_law"], [], {}), {"steerco_vn_law"})
    assert not off.circle.judges("meeting.convene")
    assert off.calendar.is_working(holiday)
    assert not [law.instrument.id for law in off.laws if law.instrument.id.startswith("45/")]
    charter = whole.charters[-1]
    assert {each.expected for each in proposed(charter.cadences, 2027, whole.calendar) if each.body == body} == {True}
    assert not any(each.expected for each in proposed(charter.cadences, 2026, whole.calendar))


@pytest.mark.parametrize(("year", "codes"), [(2026, []), (2027, ["days-expected"])])
def test_an_administrator_is_warned_in_a_year_whose_days_off_are_only_expected(year: int, codes: list[str]) -> None:
    slug = "national-committee"
    snapshot = load(slug, HOME.content(slug), record_types()).snapshot
    assert snapshot is not None
    assert [each.code for each in advice(snapshot.circle, "tenant.toml", date(year, 1, 4))] == codes


def test_late_calls_are_refused_only_where_the_committee_wants_it() -> None:
    slug = "national-committee"
    snapshot = load(slug, HOME.content(slug), record_types()).snapshot
    assert snapshot is not None
    assert not snapshot.circle.judges("meeting.convene")
    assert any(rule.name == "notice" for law in snapshot.laws for rule in law.rules)
    assert refusing(slug).circle.judges("meeting.convene")


def test_every_clause_that_the_layers_cite_is_one_of_theirs() -> None:
    for file in steerco_vn_law.LAYERS:
        layer = tomllib.loads(resource("steerco_vn_law", file))
        own = {f"{layer['instrument']['id']}:{clause['id']}" for clause in layer["clause"]}
        ruled = [*layer.get("rule", ()), *layer.get("procedure", ())]
        assert {cite for each in ruled for cite in each["cite"]} <= own
