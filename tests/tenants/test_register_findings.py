"""What is wrong with a registers.toml is told by line, alone, and with what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from steerco.committee import record_types
from steerco.config.findings import Finding
from steerco.configuration.home import Home
from steerco.configuration.load import load

HOME = Home(Path(__file__).parents[2] / "tenants/_examples")
SLUG = "water-board"
FILE = f"tenants/{SLUG}/registers.toml"
DESIGNED = """
[[register]]
id = "visit"; prefix = "V"; states = ["planned", "made", "canceled"]; cite = ["b"]
fields = [{ name = "agency", type = "party", required = true }, { name = "visit_on", type = "day", required = true },
          { name = "leader", type = "party" }, { name = "report", type = "text" }]
relations = { lead = "leader", addressee = "agency" }
facets = { to = "agency" }
  [[register.action]]
  name = "report"; from = ["planned"]; to = "made"
  sets = ["report"]; needs = ["report"]; not_before = "visit_on"; tells = ["author"]; cite = ["b"]
"""
"""The form as it was designed, with one line a key as TOML wants it."""


def found(old: str = "", new: str = "", *, text: str = "") -> list[Finding]:
    content = dict(HOME.content(SLUG))
    if text:
        content[FILE] += text
    assert old in content[FILE], old
    content[FILE] = content[FILE].replace(old, new, 1)
    return load(SLUG, content, record_types()).findings


@pytest.mark.parametrize(
    ("old", "new", "code", "line"),
    [
        ('type = "number"', 'type = "money"', "unknown-field-type", 15),
        ('type = "number"', 'type = "email"', "personal-data", 15),
        ('name = "households"', 'name = "version"', "reserved-name", 15),
        ('name = "households"', 'name = "class"', "reserved-name", 15),
        ('type = "number"', 'type = "number", choices = ["few"]', "choices", 15),
        ('to = ["task"]', 'to = ["r-risk"]', "unknown-type", 18),
        ('owner = "owner"', 'owner = "title"', "unknown-field", 20),
        ('grade = "grade"', 'grade = "measures"', "unknown-field", 21),
        ('to = "treated"', 'to = "healed"', "unknown-state", 30),
        ('cite = ["K.3"]', 'cite = ["K.9"]', "unknown-clause", 23),
        ('not_before = "review_on"', 'not_before = "measures"', "not-a-day", 46),
        ('needs = ["measures"]', 'needs = ["costs"]', "unknown-field", 30),
    ],
)
def test_a_slip_is_told_by_its_line(old: str, new: str, code: str, line: int) -> None:
    wrong = [each for each in found(old, new) if each.level == "error"]
    assert {each.file for each in wrong} == {FILE}
    assert wrong[0].code == code
    assert wrong[0].line in range(line - 3, line + 4)


def test_a_missing_label_is_a_warning() -> None:
    assert [(each.code, each.level) for each in found('  label = "close"\n')] == [("missing-label", "warning")]


def test_too_many_are_told() -> None:
    fields = "".join(f'  {{ name = "more{at}", type = "line", label = "More" }},\n' for at in range(15))
    mark = '  { name = "title"'
    assert "too-many" in [each.code for each in found(mark, fields + mark)]
    register = '\n[[register]]\nid = "r{}"\nlabel = "R"\nstates = ["on"]\nfields = [{{ name = "a", type = "line" }}]\n'
    codes = [each.code for each in found(text="".join(register.format(at) for at in range(10)))]
    assert codes.count("too-many") == 1


def test_two_of_one_name_are_told() -> None:
    assert "duplicate-name" in [each.code for each in found('name = "measures"', 'name = "title"')]


def test_what_makes_an_entry_sets_what_is_required() -> None:
    assert "required-not-set" in [each.code for each in found('sets = ["title", "owner", ', 'sets = ["title", ')]


def test_the_form_as_designed_loads() -> None:
    text = DESIGNED.replace("; ", "\n")
    assert [each for each in found(text=text) if each.level == "error"] == []
