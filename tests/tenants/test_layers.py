"""Regulation, house rules and law that say different things of one notice: what `tenant check` tells, and what is decided."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from shutil import copytree

import pytest

from steerco.cases.grammar import CaseResult
from steerco.cases.runner import run_all
from steerco.committee import record_types
from steerco.configuration.home import Home
from steerco.configuration.load import load

ROOT = Path(__file__).parents[2]
SLUG = "national-committee"
SILENT = 'name = "notice"\nvalue = "not-stated"\nunit = "working days"\n'
ASKED = """
[[procedure]]
on = "meeting.convene"
requires = "notice-given"
cite = ["7.1"]
"""
HOUSE = """
[[clause]]
id = "H.99"
heading = { vi = "Báo trước", en = "Notice" }
gloss = { vi = "Báo trước.", en = "Notice." }

[[rule]]
name = "notice"
value = VALUE
unit = "UNIT"
where = WHERE
cite = ["H.99"]
"""
REFUSING = "\n[settings.steerco_vn_law]\nrefuse_late_invitations = true\n"
CASE = """
[[case]]
name = "x"
cites = ["7.1"]
at = 2021-03-04
  [[case.step]]
  by = "BY"
  do = "meeting.convene"
  with = { body = "BODY", kind = "regular", starts_at = STARTST09:00:00 }
"""


def home(folder: Path, changed: Mapping[str, str], case: str) -> Home:
    """The National Committee with other files, and one case."""
    copytree(ROOT / "policies", folder / "policies")
    copytree(ROOT / "tenants" / SLUG, folder / "tenants" / SLUG)
    for path in (folder / "tenants" / SLUG / "cases").iterdir():
        path.unlink()
    for name, text in changed.items():
        (folder / "tenants" / SLUG / name).write_text(text, "utf-8")
    (folder / "tenants" / SLUG / "cases" / "case.toml").write_text(case, "utf-8")
    return Home(folder)


def changed(*, charter: str = "", house: str = "", refusing: bool = False) -> dict[str, str]:
    """``charter``: the notice that it states, as value and unit; ``house``: the same with a where."""
    texts = {name: (ROOT / "tenants" / SLUG / name).read_text("utf-8") for name in ("charter.toml", "house.toml", "tenant.toml")}
    assert texts["charter.toml"].count(SILENT) == 1
    if charter:
        value, unit = charter.split(maxsplit=1)
        stated = f'name = "notice"\nvalue = {value}\nunit = "{unit}"\n'
        texts["charter.toml"] = texts["charter.toml"].replace(SILENT, stated) + ASKED
    if house:
        value, unit, where = house.split(maxsplit=2)
        texts["house.toml"] += HOUSE.replace("VALUE", value).replace("UNIT", unit).replace("WHERE", where)
    if refusing:
        texts["tenant.toml"] += REFUSING
    return texts


def case(starts: str, then: str, *, by: str = "chair", body: str = "committee") -> str:
    return CASE.replace("STARTS", starts).replace("BY", by).replace("BODY", body) + then


LAW = "45/2018/QĐ-TTg:10"
BY_LAW = f'  expect = "out-of-order"\n  because = ["{LAW}"]\n  because_not = ["7.1"]\n'
BY_CHARTER = f'  expect = "out-of-order"\n  because = ["7.1"]\n  because_not = ["{LAW}"]\n'


@pytest.mark.parametrize(
    ("stated", "starts", "then"),
    [
        ("1 working", "2021-03-08", BY_LAW),  # Thursday for Monday: two working days
        ("1 working", "2021-03-09", ""),
        ("2 weeks", "2021-03-08", BY_CHARTER),
        ("2 weeks", "2021-03-17", BY_CHARTER),
        ("2 weeks", "2021-03-18", ""),
        ("10 calendar", "2021-03-13", BY_CHARTER),
        ("10 calendar", "2021-03-14", ""),
        ("5 working days", "2021-03-10", BY_CHARTER),
        ("5 working days", "2021-03-11", ""),
        ("3 calendar", "2021-03-07", BY_LAW),  # a Sunday: the third working day before is the 3rd
    ],
)
def test_the_longer_notice_of_the_case_decides_and_is_named(tmp_path: Path, stated: str, starts: str, then: str) -> None:
    results = list(run_all(home(tmp_path, changed(charter=stated), case(starts, then)), SLUG))
    assert [each for each in results if not isinstance(each, CaseResult) or each.failed] == []
    assert results


def test_the_law_does_not_bind_the_working_group(tmp_path: Path) -> None:
    theirs = case("2021-03-05", "", by="wg-head", body="working-group")
    results = list(run_all(home(tmp_path, changed(charter="1 working"), theirs), SLUG))
    assert [each for each in results if not isinstance(each, CaseResult) or each.failed] == []
    assert results


@pytest.mark.parametrize(
    ("house", "starts", "then"),
    [
        ('5 working { body = "committee" }', "2021-03-10", '  expect = "refused"\n  because = ["H.99"]\n  basis = "house"\n'),
        ('5 working { body = "committee" }', "2021-03-11", ""),
        ('2 weeks { kind = "regular" }', "2021-03-17", '  expect = "refused"\n  because = ["H.99"]\n'),
        ('1 working { body = "working-group" }', "2021-03-08", f'  expect = "refused"\n  because = ["{LAW}"]\n  basis = "law"\n'),
    ],
)
def test_a_stricter_house_rule_is_what_the_plugin_goes_by(tmp_path: Path, house: str, starts: str, then: str) -> None:
    results = list(run_all(home(tmp_path, changed(house=house, refusing=True), case(starts, then)), SLUG))
    assert [each for each in results if not isinstance(each, CaseResult) or each.failed] == []
    assert results


def told(texts: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """The findings on the Committee with these files: file, code and level."""
    content = {**Home(ROOT).content(SLUG), **{f"tenants/{SLUG}/{name}": text for name, text in texts.items()}}
    return [(each.file.rpartition("/")[2], each.code, each.level) for each in load(SLUG, content, record_types()).findings]


@pytest.mark.parametrize(
    ("charter", "house", "expected"),
    [
        ("", "", []),
        ("1 working", "", [("charter.toml", "below-law", "warning")]),
        ("2 weeks", "", []),
        ("5 working days", "", []),
        ("5 calendar", "", [("charter.toml", "below-law", "warning")]),  # too short across a holiday only
        ("", '1 working { kind = "regular" }', [("house.toml", "below-law", "error")]),
        ("", "1 working { }", [("house.toml", "below-law", "error")]),
        ("", '1 working { body = "working-group" }', []),
        ("", '1 working { kind = "ad-hoc" }', []),
        ("", '5 working { kind = "regular" }', []),
        ("5 working", '7 working { kind = "regular" }', [("house.toml", "contradicts-charter", "error")]),
        ("5 working", '5 working { kind = "regular" }', []),
    ],
)
def test_what_gives_way_is_told_before(charter: str, house: str, expected: list[tuple[str, str, str]]) -> None:
    assert told(changed(charter=charter, house=house)) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("p, chair, committee, direction, issue, -, deny, H.7", [("house-contradicts", "error")]),
        ("p, vice-chairs, committee, meeting.ad-hoc, convene, -, allow, H.7", [("house-contradicts", "error")]),
        ("p, vice-chairs, committee, meeting, close, -, allow, H.7", []),
    ],
)
def test_a_house_line_against_the_regulation_is_told(line: str, expected: list[tuple[str, str]]) -> None:
    content = {**Home(ROOT).content(SLUG)}
    path = f"policies/{SLUG}.csv"
    content[path] += f"{line}\n"
    found = load(SLUG, content, record_types()).findings
    assert [(each.code, each.level) for each in found] == expected
    assert all((each.file, each.line) == (path, content[path].count("\n")) for each in found)


def test_a_revision_in_use_goes_on_when_a_law_asks_for_more() -> None:
    content = {**Home(ROOT).content(SLUG)}
    content |= {f"tenants/{SLUG}/{name}": text for name, text in changed(house="1 working { }").items()}
    loaded = load(SLUG, content, record_types(), stored=True)
    assert loaded.snapshot is not None
    assert [(each.code, each.level) for each in loaded.findings] == [("below-law", "warning")]
