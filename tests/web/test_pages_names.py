"""People are named by the office that they hold, by their own name where one looks up who that is."""

from __future__ import annotations

from datetime import date

from steerco.charter.model import Charter, Instrument, Label, PartialDate
from steerco.committee.members.directory import Directory
from steerco.committee.members.directory_data import Holding
from steerco.configuration.party_names import PartyNames
from steerco.i18n import words

TODAY = date(2022, 1, 5)
FIRST = date(2020, 1, 1)
CHARTER = Charter(Instrument("c", Label(en="C"), PartialDate(FIRST, FIRST)))


def held(person: str, office: str, first: date = FIRST, last: date | None = None) -> Holding:
    return Holding(person, "", office, "", first, last)


def names(*holdings: Holding) -> PartyNames:
    persons = {"an": {"vi": "Nguyễn Văn An"}, "binh": {"vi": "Lê Bình"}, "chi": {"vi": "Bộ trưởng"}}
    titles = {"minister": {"vi": "Bộ trưởng", "en": "Minister"}, "deputy": {"vi": "Thứ trưởng", "en": "Deputy Minister"}}
    directory = Directory(persons, {}, {}, {}, titles, holdings, (), ())
    return PartyNames(words("en"), directory.on(TODAY, CHARTER))


def test_who_holds_an_office_goes_by_it() -> None:
    found = names(held("an", "minister"))
    assert (found("an"), found.personal("an"), found.in_full("an")) == ("Minister", "Nguyễn Văn An", "Minister (Nguyễn Văn An)")
    assert dict(found.persons())["an"] == "Minister (Nguyễn Văn An)"


def test_who_holds_none_goes_by_the_own_name() -> None:
    assert (names()("binh"), names().in_full("binh")) == ("Lê Bình", "Lê Bình")


def test_two_of_one_office_are_told_apart() -> None:
    found = names(held("an", "deputy"), held("binh", "deputy"))
    assert (found("an"), found("binh")) == ("Deputy Minister (Nguyễn Văn An)", "Deputy Minister (Lê Bình)")


def test_whoever_acted_is_named_by_the_office_of_that_time() -> None:
    moved = date(2021, 7, 1)
    found = names(held("an", "deputy", last=date(2021, 6, 30)), held("an", "minister", moved), held("binh", "deputy", moved))
    assert (found("an"), found.office("an", date(2021, 6, 30)), found.office("an", moved)) == (
        "Minister",
        "Deputy Minister",
        "Minister",
    )
    assert found("binh") == "Deputy Minister"


def test_a_name_that_is_the_office_stands_once() -> None:
    say = words("vi")
    directory = names(held("chi", "minister")).day
    assert PartyNames(say, directory).in_full("chi") == "Bộ trưởng"
