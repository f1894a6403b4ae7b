"""A short form says what its long form says."""

from __future__ import annotations

import tomllib
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from steerco.charter import load
from steerco.config import people
from steerco.config.kinds import SCHEMAS
from steerco.config.short_forms import in_words, spread

IDS = st.from_regex(r"[a-z]{1,6}(-[a-z]{1,6}){0,2}", fullmatch=True)
WORDS = st.text(st.characters(codec="utf-8", categories=["Lu", "Ll", "Nd"]), min_size=1, max_size=12)
LANGUAGES = st.sampled_from(["vi", "en"])
HEAD: dict[str, Any] = {"instrument": {"id": "R", "title": "Rules", "effective": "2020"}}
SHORT = """\
not_stated = ["proxy", "quorum"]
clause = [{ id = "1", gloss = "Eleven members vote." }]
role = [{ id = "member", cite = ["1"] }, { id = "vice-chair", cite = ["1"] }]
seat = [{ id = "place", role = "member", count = 3, cite = ["1"] }]
decision = [
  { id = "motion", rule = "vote", cite = ["1"] },
  { id = "order", rule = "one-decides", classes = ["order"], cite = ["1"] },
]
ballot = [{ id = "plain", cite = ["1"] }]
[defaults]
body = "council"
ballot = "plain"
[instrument]
id = "R"
title = "Rules"
effective = "2020"
[[body]]
id = "council"
cite = ["1"]
"""
LONG = """\
not_stated = ["proxy", "quorum"]
[instrument]
id = "R"
title = { en = "Rules" }
effective = "2020"
[[clause]]
id = "1"
gloss = { en = "Eleven members vote." }
[[body]]
id = "council"
label = { en = "Council" }
cite = ["1"]
[[role]]
id = "member"
body = "council"
label = { en = "Member" }
cite = ["1"]
[[role]]
id = "vice-chair"
body = "council"
label = { en = "Vice chair" }
cite = ["1"]
[[seat]]
id = "place-1"
role = "member"
label = { en = "Place 1" }
cite = ["1"]
[[seat]]
id = "place-2"
role = "member"
label = { en = "Place 2" }
cite = ["1"]
[[seat]]
id = "place-3"
role = "member"
label = { en = "Place 3" }
cite = ["1"]
[[group]]
id = "place"
label = { en = "Place" }
roles = ["place-1", "place-2", "place-3"]
cite = ["1"]
[[decision]]
id = "motion"
body = "council"
label = { en = "Motion" }
rule = "vote"
ballot = "plain"
cite = ["1"]
[[decision]]
id = "order"
body = "council"
label = { en = "Order" }
rule = "one-decides"
classes = ["order"]
cite = ["1"]
[[ballot]]
id = "plain"
cite = ["1"]
"""


def test_a_charter_in_short_forms_is_the_one_in_long_forms() -> None:
    long = spread(tomllib.loads(LONG), SCHEMAS["charter"], language="en")
    short = spread(tomllib.loads(SHORT), SCHEMAS["charter"], language="en")
    assert short.findings == []
    assert short.document == long.document == tomllib.loads(LONG)
    charter, wrong = load.read(SHORT, "charter", "c.toml", "en")
    assert wrong == []
    assert charter is not None
    assert [(seat.id, seat.source.line) for seat in charter.seats] == [("place-1", 4), ("place-2", 4), ("place-3", 4)]
    assert charter.not_stated == ("proxy", "quorum")
    assert charter.digest == load.charter(tomllib.loads(LONG)).digest


def test_so_many_alternates_stand_for_so_many_seats_each_for_its_own() -> None:
    alternates = '  { id = "second", count = 3, stands_for = "place", cite = ["1"] },\n'
    text = SHORT.replace("seat = [", f"seat = [\n{alternates}", 1)
    assert alternates in text
    charter, wrong = load.read(text, "charter", "c.toml", "en")
    assert wrong == []
    assert charter is not None
    assert [(seat.id, seat.stands_for) for seat in charter.seats if seat.stands_for] == [
        (f"second-{n}", f"place-{n}") for n in (1, 2, 3)
    ]
    _, wrong = load.read(text.replace("count = 3, stands_for", "count = 2, stands_for"), "charter", "c.toml", "en")
    assert [(each.code, "2 alternates for the 3 seats 'place'" in each.message) for each in wrong] == [("unpaired", True)]


def test_a_committee_of_two_languages_writes_each_and_a_row_needs_a_body() -> None:
    _, wrong = load.read(SHORT.replace('body = "council"\nballot', "ballot"), "charter", "c.toml", "")
    assert {(each.line, each.code) for each in wrong} == {
        (2, "no-language"),
        (14, "no-language"),
        (3, "missing-key"),
        (6, "missing-key"),
        (7, "missing-key"),
    }
    assert "[defaults] body" in next(each.message for each in wrong if each.code == "missing-key")


def test_a_person_and_the_place_stand_on_one_line() -> None:
    short = """\
agency = [{ id = "a", name = "Agency A" }]
person = [
  { id = "m1", name = "Member 1", seat = "member-1", agency = "a", from = 2025-07-01, attrs = { employer = "x" } },
  { id = "q", name = "Queue", seat = "place", count = 2 },
  { id = "out", name = "Outside" },
]
"""
    long = """\
[[agency]]
id = "a"
name = { en = "Agency A" }
[[person]]
id = "m1"
name = { en = "Member 1" }
attrs = { employer = "x" }
[[person]]
id = "q-1"
name = { en = "Queue 1" }
[[person]]
id = "q-2"
name = { en = "Queue 2" }
[[person]]
id = "out"
name = { en = "Outside" }
[[appointment]]
person = "m1"
seat = "member-1"
agency = "a"
from = 2025-07-01
[[appointment]]
person = "q-1"
seat = "place-1"
[[appointment]]
person = "q-2"
seat = "place-2"
"""
    who, wrong = people.read(short, "people.toml", "en")
    assert wrong == []
    assert who is not None
    assert [row.line for row in who.appointments] == [3, 4, 4]
    written, _ = people.read(long, "people.toml")
    assert written is not None
    seated = people.placed(who, {"place-1", "place-2"})
    assert _said(seated.appointments) == _said(written.appointments)
    assert _said(seated.persons) == _said(written.persons)
    assert people.placed(who, set()).appointments[1].seat == "place"


def test_an_agency_or_a_day_without_a_place_is_a_finding() -> None:
    _, wrong = people.read('person = [\n  { id = "m", name = "M", from = 2025-07-01 },\n]\n', "people.toml", "en")
    assert [(each.line, each.code) for each in wrong] == [(2, "seat-or-office")]


def _said(rows: Any) -> list[Any]:
    return [[getattr(row, name) for name in row.__struct_fields__ if name not in ("line", "number")] for row in rows]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(IDS, WORDS, st.integers(1, 4)), max_size=4, unique_by=lambda row: row[0]), LANGUAGES)
def test_seats_by_count_are_so_many_seats(rows: list[tuple[str, str, int]], language: str) -> None:
    short = [{"id": id, "role": "member", "cite": ["1"], "label": name, "count": count} for id, name, count in rows]
    long = [
        {"id": f"{id}-{number}", "role": "member", "cite": ["1"], "label": {language: f"{name} {number}"}}
        for id, name, count in rows
        for number in range(1, count + 1)
    ]
    made = spread({**HEAD, "seat": short}, SCHEMAS["charter"], language=language)
    assert (made.document["seat"], made.findings) == (long, [])


@settings(max_examples=60, deadline=None)
@given(st.lists(IDS, max_size=4, unique=True), IDS, LANGUAGES)
def test_what_a_row_leaves_out_is_what_it_would_have_said(ids: list[str], body: str, language: str) -> None:
    short = {**HEAD, "defaults": {"body": body}, "role": [{"id": id, "cite": ["1"]} for id in ids]}
    rows = [{"id": id, "cite": ["1"], "body": body, "label": {language: in_words(id)}} for id in ids]
    long = {"instrument": {**HEAD["instrument"], "title": {language: "Rules"}}, "role": rows}
    assert spread(short, SCHEMAS["charter"], language=language).document == long
    assert spread(long, SCHEMAS["charter"], language=language).document == long
