"""What applied on a day: a charter, an instrument that is not here, or one whose first day is not certain."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from steerco.charter import load
from steerco.charter.model import Charter
from steerco.charter.versions import InForce, Nothing, NotLoaded, Uncertain, in_force, spans

NATIONAL = """
[instrument]
id = "414/QĐ-UBQGCPĐT"
title = { en = "Regulation" }
date = 2020-10-21
effective = 2020-10-21
cite = "QD.2"
[[instrument.supersedes]]
number = "336/QĐ-UBQGCPĐT"
date = 2018-08-28
[[instrument.supersedes]]
number = "209/QĐ-UBQGCPĐT"
date = 2019-11-13
amends = "336/QĐ-UBQGCPĐT"
[[clause]]
id = "QD.2"
"""
MINISTRY = """
[instrument]
id = "QĐ-BCĐCPĐT"
title = { en = "Regulation" }
date = "2018"
effective = "2018"
not_before = "2018-10"
cite = "QD.2"
[[clause]]
id = "QD.2"
"""


def charter(text: str) -> Charter:
    made, wrong = load.read(text, "charter", "charter.toml")
    assert made is not None, wrong
    return made


def test_before_the_charter_its_amended_forerunner_applied_whose_text_is_not_here() -> None:
    national = charter(NATIONAL)
    assert in_force([national], date(2020, 10, 20)) == NotLoaded("336/QĐ-UBQGCPĐT", ("209/QĐ-UBQGCPĐT",), ("QD.2",))
    assert in_force([national], date(2019, 11, 12)) == NotLoaded("336/QĐ-UBQGCPĐT", (), ("QD.2",))
    assert in_force([national], date(2018, 8, 27)) == Nothing()
    assert in_force([national], date(2020, 10, 21)) == InForce(national)
    assert in_force([national], date(2030, 1, 1)) == InForce(national)


def test_a_date_of_which_only_the_year_is_certain_stays_uncertain_until_the_year_has_passed() -> None:
    ministry = charter(MINISTRY)
    assert in_force([ministry], date(2018, 9, 30)) == Nothing()
    for day in (date(2018, 10, 1), date(2018, 12, 31)):
        assert in_force([ministry], day) == Uncertain(ministry, date(2019, 1, 1), ("QD.2",))
    assert in_force([ministry], date(2019, 1, 1)) == InForce(ministry)
    assert str(ministry.instrument.effective) == "2018"
    assert str(ministry.instrument.not_before) == "2018-10"


def test_a_later_version_ends_the_earlier_one() -> None:
    first = charter(NATIONAL)
    second = charter(NATIONAL.replace("414/", "24/").replace("2020-10-21", "2022-03-03").split("[[instrument")[0])
    both = [second, first]
    assert in_force(both, date(2022, 3, 2)) == InForce(first)
    assert in_force(both, date(2022, 3, 3)) == InForce(second)
    assert [(s.since, s.until) for s in spans(both)] == [
        (date(2020, 10, 21), date(2022, 3, 2)),
        (date(2022, 3, 3), None),
    ]


def test_an_amendment_that_is_not_here_makes_the_loaded_charter_undecidable() -> None:
    first = charter(NATIONAL)
    later = charter(
        NATIONAL.replace('"414/', '"24/')
        .replace("2020-10-21", "2022-03-03")
        .replace("336/QĐ-UBQGCPĐT", "414/QĐ-UBQGCPĐT")
        .replace("2018-08-28", "2020-10-21")
        .replace("209/QĐ-UBQGCPĐT", "5/QĐ-UBQGCPĐT")
        .replace("2019-11-13", "2021-06-01")
    )
    assert in_force([first, later], date(2021, 5, 31)) == InForce(first)
    assert in_force([first, later], date(2021, 6, 1)) == NotLoaded("414/QĐ-UBQGCPĐT", ("5/QĐ-UBQGCPĐT",), ("QD.2",))
    assert in_force([first, later], date(2022, 3, 3)) == InForce(later)


@given(st.dates(date(2015, 1, 1), date(2025, 1, 1)))
def test_spans_say_the_same_as_the_question_for_a_day(day: date) -> None:
    charters = [charter(NATIONAL), charter(MINISTRY)]
    holding = [s.charter for s in spans(charters) if s.holds(day)]
    answer = in_force(charters, day)
    assert holding == ([answer.charter] if isinstance(answer, InForce) else [])


@given(st.dates(date(2015, 1, 1), date(2025, 1, 1)))
def test_once_certain_a_lone_charter_stays_in_force(day: date) -> None:
    ministry = charter(MINISTRY)
    if isinstance(in_force([ministry], day), InForce):
        assert isinstance(in_force([ministry], day + timedelta(days=1)), InForce)
