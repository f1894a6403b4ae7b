"""Who is who: read, and checked for what refers to nothing."""

from __future__ import annotations

from datetime import date

from steerco.config import people

TEXT = """\
[[agency]]
id = "works"
name = { vi = "Bộ Xây dựng", en = "Works" }
kind = "ministry"
[[office]]
id = "works-minister"
title = { en = "Minister" }
agency = "works"
[[person]]
id = "minister"
name = { en = "The Minister of Works" }
[[appointment]]
person = "minister"
office = "works-minister"
from = 2020-01-01
to = 2020-12-31
[[appointment]]
person = "minister"
seat = "member"
agency = "works"
"""


def test_people_are_read_with_their_days() -> None:
    who, wrong = people.read(TEXT, "people.toml")
    assert wrong == []
    assert who is not None
    assert str(who.agencies[0].name) == "Works"
    term = who.appointments[0]
    assert (term.since, term.until) == (date(2020, 1, 1), date(2020, 12, 31))
    assert people.check(who, frozenset({"member"})) == []


def test_what_refers_to_nothing_is_found() -> None:
    text = TEXT.replace('agency = "works"', 'agency = "parks"').replace('person = "minister"\nseat', 'person = "mister"\nseat')
    who, _ = people.read(text.replace('id = "minister"', 'id = "works"'), "people.toml")
    assert who is not None
    assert [(f.line, f.code) for f in people.check(who, frozenset())] == [
        (5, "unknown-agency"),
        (9, "duplicate-id"),
        (12, "unknown-person"),
        (17, "unknown-agency"),
        (17, "unknown-person"),
        (17, "unknown-seat"),
    ]


def test_an_appointment_is_to_a_seat_or_to_an_office_and_ends_after_it_begins() -> None:
    text = TEXT.replace('office = "works-minister"\nfrom = 2020-01-01\nto = 2020-12-31', "from = 2020-01-01\nto = 2019-01-01")
    who, _ = people.read(text, "people.toml")
    assert who is not None
    assert [f.code for f in people.check(who, frozenset({"member"}))] == ["ends-before-start", "seat-or-office"]
