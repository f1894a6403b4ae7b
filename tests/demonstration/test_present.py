"""The clock of a demonstration: what its last days left open is open to whoever comes later."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from tests.demonstration.lived import HOME, MOST, NATIONAL, Lived, Year, empty

from steerco.cases.demonstration import clock
from steerco.following.played import present

pytestmark = pytest.mark.xdist_group("lived-year")
BOTH = (NATIONAL, MOST)
REAL = datetime(2031, 5, 6, 7, tzinfo=UTC)


@pytest.mark.parametrize("slug", BOTH)
def test_a_committee_that_was_played_lives_shortly_after_its_last_act(year: Year, slug: str) -> None:
    lived = year[slug]
    at = present(lived.tenant)
    assert at is not None
    assert lived.events()[-1]["at"] < at < lived.events()[-1]["at"] + timedelta(hours=1)


def test_the_homes_clock_goes_on_from_there_as_fast_as_the_real_one(year: Year) -> None:
    times = [REAL]
    running = clock(HOME, year.installation, lambda: times[-1])
    begins = running()
    assert begins.astimezone(year[NATIONAL].tenant.snapshot.settings.zone).date() == date(2022, 1, 5)
    times.append(REAL + timedelta(hours=3))
    assert running() - begins == timedelta(hours=3)


def test_where_nothing_was_played_the_clock_is_the_real_one() -> None:
    installation = empty()
    assert clock(HOME, installation, lambda: REAL)() == REAL
    installation.store.close()


@pytest.mark.parametrize(("slug", "asks", "presides"), [(NATIONAL, "bo-truong-gd-dt", "chair"), (MOST, "pvt-tccb", "head")])
def test_a_convened_meeting_lies_ahead_an_absence_waits_and_a_matter(year: Year, slug: str, asks: str, presides: str) -> None:
    lived: Lived = year[slug]
    at = present(lived.tenant)
    assert at is not None
    today = lived.day(at)
    (ahead,) = [m for m in lived.all("meeting", today) if m["state"] == "convened"]
    assert lived.day(ahead["starts_at"]) > today
    assert ahead["presiding"] == presides
    assert ahead["papers"]
    assert {row["reply"] for row in ahead["attendance"]} == {"accept", None}
    (request,) = [r for r in lived.all("absence-request", today) if r["state"] == "requested"]
    assert (request["who"], request["meeting"]) == (asks, ahead["id"]) or request["author"] == asks
    (matter,) = [m for m in lived.all("matter", today) if m["state"] == "put"]
    assert (matter["put_to"], matter["meeting"]) == (presides, ahead["id"])
