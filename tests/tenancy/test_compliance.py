"""The report says clause by clause what the regulation asked for and how it stands; expectations come from its text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.web.conftest import MOST, NATIONAL, START, installed

from steerco.configuration.installation import Installation
from steerco.following.compliance import Report, compliance, period, rests
from steerco.kernel.act import ActRequest
from steerco.kernel.duty_ledger import DutyEntry, entries
from steerco.kernel.perform import perform

QUARTERLY = {NATIONAL: "7.1", MOST: "8.1"}
"""Each regulation's clause by which the whole meets once a quarter."""
CHAIR = {NATIONAL: "chair", MOST: "head"}


def report(installation: Installation, slug: str, first: date, last: date, clause: str = "") -> Report:
    tenant = installation.tenant(slug)
    with tenant.store.read(tenant.id) as session:
        return compliance(tenant, session, first, last, clause=clause)


def ledger(installation: Installation, slug: str, on: date) -> list[DutyEntry]:
    tenant = installation.tenant(slug)
    with tenant.store.read(tenant.id) as session:
        return entries(tenant, session, on)


@pytest.fixture(scope="module")
def kept() -> Iterator[Installation]:
    """Both committees met in the first quarter of 2021 and never again."""
    installation = installed()
    for slug, role in CHAIR.items():
        tenant = installation.tenant(slug)
        with tenant.store.read(tenant.id) as session:
            day = tenant.directory(session).on(START.date(), tenant.snapshot.regime_on(START.date()).charter)
            who = day.holders(role)[0]
        held = datetime(2021, 2, 10, 2, tzinfo=UTC)
        given = {"kind": "regular", "starts_at": held.isoformat()}
        meeting = perform(tenant, ActRequest(who, "meeting.convene", input=given, at=START)).ref
        perform(tenant, ActRequest(who, "meeting.open", on=meeting, input={}, at=held))
        perform(tenant, ActRequest(who, "meeting.conclude", on=meeting, input={"text": "Kết luận"}, at=held))
    yield installation
    installation.store.close()


@pytest.mark.parametrize("slug", [NATIONAL, MOST])
def test_a_missed_quarter_stands_under_the_clause_on_quarterly_meetings(kept: Installation, slug: str) -> None:
    found = report(kept, slug, date(2021, 1, 1), date(2021, 12, 31))
    row = next(row for row in found.rows if row.clause == QUARTERLY[slug])
    whole = {entry.period: entry.state for entry in row.entries if entry.duty in _quarterly_of_the_whole(kept, slug)}
    assert whole == {"2021-Q1": "done", "2021-Q2": "missed", "2021-Q3": "missed", "2021-Q4": "due"}
    other = QUARTERLY[MOST if slug == NATIONAL else NATIONAL]
    assert not {entry.duty for row in found.rows if row.clause == other for entry in row.entries} & _quarterly_of_the_whole(
        kept, slug
    )


def _quarterly_of_the_whole(installation: Installation, slug: str) -> set[str]:
    snapshot = installation.tenant(slug).snapshot
    return {
        each.id
        for each in snapshot.regime_on(START.date()).charter.cadences
        if each.every == "quarter" and each.body == snapshot.settings.main_body
    }


@pytest.mark.parametrize("slug", [NATIONAL, MOST])
def test_the_period_alone_counts(kept: Installation, slug: str) -> None:
    second = report(kept, slug, date(2021, 4, 1), date(2021, 6, 30))
    periods = {entry.period for row in second.rows for entry in row.entries if "-Q" in entry.period}
    assert periods == {"2021-Q2"}
    for clause in (QUARTERLY[slug], second.rows[0].clause):
        assert [row.clause for row in report(kept, slug, second.first, second.last, clause).rows] == [clause]


@pytest.mark.parametrize("slug", [NATIONAL, MOST])
def test_every_clause_of_the_regulation_stands_once_and_no_house_rule_does(kept: Installation, slug: str) -> None:
    regime = kept.tenant(slug).snapshot.regime_on(date(2021, 12, 31))
    house = {clause.id for layer in regime.layers for clause in layer.clauses}
    shown = [row.clause for row in report(kept, slug, date(2021, 1, 1), date(2021, 12, 31)).rows]
    assert shown == [clause.id for clause in regime.charter.clauses]
    assert any(id.startswith("H.") for id in house)
    assert not house & set(shown)


def test_what_a_house_rule_asks_is_not_owed_under_a_clause_that_it_cites() -> None:
    asked = DutyEntry("minutes", None, "chair", (), "", None, "due", ("H.1", "7.1"))  # type: ignore[arg-type]  # its label is not asked for
    assert rests(asked, "7.1")
    assert not rests(replace(asked, layer="house"), "7.1")


@pytest.mark.parametrize("slug", [NATIONAL, MOST])
def test_totals_equal_the_ledgers_entries(kept: Installation, slug: str) -> None:
    last = date(2021, 12, 31)
    found = report(kept, slug, date(2021, 1, 1), last)
    stands = [entry for entry in ledger(kept, slug, last) if not entry.period or entry.period.startswith("2021")]
    assert found.totals == Counter(entry.state for entry in stands)
    assert found.elsewhere == sum(not set(entry.cites) & {row.clause for row in found.rows} for entry in stands)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    days=st.tuples(*[st.dates(date(2021, 1, 1), date(2022, 12, 31))] * 2).map(sorted),
    slug=st.sampled_from([NATIONAL, MOST]),
)
def test_counts_are_of_what_is_listed_and_all_of_it_is_in_the_ledger(kept: Installation, days: list[date], slug: str) -> None:
    found = report(kept, slug, *days)
    listed = {(e.duty, e.holder, e.period, e.event): e.state for row in found.rows for e in row.entries}
    assert all(row.counts == Counter(entry.state for entry in row.entries) for row in found.rows)
    assert len(listed) + found.elsewhere == sum(found.totals.values())
    known = {(e.duty, e.holder, e.period, e.event): e.state for e in ledger(kept, slug, days[1])}
    assert listed.items() <= known.items()


def test_a_period_that_ends_first_is_none(kept: Installation) -> None:
    with pytest.raises(ValueError, match="ends before"):
        report(kept, NATIONAL, date(2021, 2, 1), date(2021, 1, 31))


def test_the_period_left_out_is_the_last_recorded_year_and_no_day_to_come(kept: Installation) -> None:
    tenant = kept.tenant(NATIONAL)
    with tenant.store.read(tenant.id) as session:
        assert period(tenant, session, date(2026, 3, 1)) == (date(2021, 1, 1), date(2021, 12, 31))
        assert period(tenant, session, date(2021, 3, 1)) == (date(2021, 1, 1), date(2021, 3, 1))
        assert period(tenant, session, date(2026, 3, 1), date(2022, 5, 1)) == (date(2022, 5, 1), date(2022, 12, 31))
        assert period(tenant, session, date(2026, 3, 1), None, date(2022, 5, 1)) == (date(2022, 1, 1), date(2022, 5, 1))
