"""Lifetimes: the anniversary is the first day out, and a renewal in time adds the same length once."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.tenancy.board import CHARTER, SLUG, content

from steerco.charter.calendar import WeekCalendar
from steerco.charter.duty_rows import written_duties
from steerco.charter.tables.clock import ClockLength
from steerco.charter.tables.lifetime import LifeEnd, Lifetime, last_day
from steerco.committee import record_types
from steerco.configuration.load import load

EVERY_DAY = WeekCalendar(frozenset(range(1, 8)))
BODY = 'head = "chair"\ncite = ["1.1"]'


def lifetime(value: int, unit: str) -> Lifetime:
    return Lifetime("b", ("1",), LifeEnd(ClockLength(value, unit)))


def end(value: int, unit: str, first: date, *renewed: date) -> date | None:
    return last_day(lifetime(value, unit), {"established": first}, renewed, EVERY_DAY)


@pytest.mark.parametrize(
    ("value", "unit", "first", "last"),
    [
        (4, "years", date(2024, 3, 1), date(2028, 2, 29)),
        (1, "years", date(2024, 2, 29), date(2025, 2, 27)),
        (6, "months", date(2024, 8, 31), date(2025, 2, 27)),
        (30, "days", date(2024, 1, 1), date(2024, 1, 30)),
    ],
)
def test_the_anniversary_is_the_first_day_out(value: int, unit: str, first: date, last: date) -> None:
    assert end(value, unit, first) == last


@given(
    first=st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    months=st.integers(1, 60),
    early=st.integers(0, 30),
)
def test_a_renewal_in_time_adds_the_same_length_and_a_late_one_nothing(first: date, months: int, early: int) -> None:
    once = end(months, "months", first)
    assert once is not None
    in_time, late = once - timedelta(days=early), once + timedelta(days=1)
    assert end(months, "months", first, in_time) == end(2 * months, "months", first)
    assert end(months, "months", first, late) == once


def test_what_is_not_stated_ends_nothing() -> None:
    for ends in ("not-stated", "none"):
        assert last_day(Lifetime("b", ("1",), ends), {"established": date(2024, 1, 1)}, (), EVERY_DAY) is None  # type: ignore[arg-type]  # one of its words
    assert last_day(Lifetime("b", ("1",), LifeEnd(on=date(2027, 12, 31))), {}, (), EVERY_DAY) == date(2027, 12, 31)


@pytest.mark.parametrize(
    ("row", "code", "level"),
    [
        ('ends = { after = "4 years", of = "founded" }', "unknown-date", "error"),
        ('ends = { event = "committee.close" }', "unknown-event", "error"),
        ('ends = { on = 2027-12-31 }\nunless = ["renewed-by:decision:go-on"]', "no-length", "error"),
        ('ends = { on = 2027-12-31 }\nreview = [{ every = "5 months", by = "chair" }]', "impossible-span", "error"),
        ('ends = { on = 2027-12-31 }\nreview = [{ every = "1 years", by = "clerk" }]', "unknown-holder", "error"),
        ('ends = { on = 2027-12-31 }\nreview = [{ every = "1 years", by = "chair", of = "us" }]', "unknown-kind", "error"),
        ('ends = { on = 2027-12-31 }\neffect = "shown"\nunless = ["law"]', "not-enforced", "warning"),
        (
            'ends = { on = 2027-12-31 }\nestablishment = [{ what = "published", before = "15 days", counts_from = "filed" }]',
            "establishment-late",
            "warning",
        ),
    ],
)
def test_faults_of_a_lifetime_are_found(row: str, code: str, level: str) -> None:
    dates = f"dates = {{ filed = 2020-02-01, published = 2020-01-20 }}\n{BODY}"
    texts = content((CHARTER, BODY, dates), (CHARTER, "", f'\n[[lifetime]]\nbody = "committee"\ncite = "1.1"\n{row}\n'))
    findings = {(finding.code, finding.level) for finding in load(SLUG, texts, record_types()).findings}
    assert (code, level) in findings
    assert findings <= {(code, level), ("unknown-decision", "error")}


@pytest.mark.parametrize(("of", "vi", "en"), [("charter", "Quy chế", "charter"), ("interim-review", "sơ kết", "interim review")])
def test_a_review_is_owed_under_a_name_in_both_languages(of: str, vi: str, en: str) -> None:
    row = f'ends = {{ on = 2027-12-31 }}\nreview = [{{ every = "1 years", by = "chair", of = "{of}" }}]'
    written = f'\n[[lifetime]]\nbody = "committee"\ncite = "1.1"\n{row}\n'
    snapshot = load(SLUG, content((CHARTER, "", written)), record_types()).snapshot
    assert snapshot is not None
    (label,) = [duty.label for duty in written_duties(snapshot.charters[0]) if "-review-" in duty.id]
    assert vi in label.vi
    assert en in label.en
