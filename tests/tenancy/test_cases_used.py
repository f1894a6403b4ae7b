"""A case says nothing that is not tried: what names nothing, or what no step uses, is told with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from steerco.cases.grammar import CaseResult, read
from steerco.cases.runner import run
from steerco.cases.world import Worlds
from steerco.configuration.home import Home, shipped

SLUG = "most-steering-board"
WORLDS = Worlds(Home(shipped()))

CASE = """\
[[case]]
name = "A case"
cites = ["8.2"]
at = 2021-02-03
{more}
  [case.given]
  {given}
  [[case.step]]
  by = "head"
  do = "meeting.convene"
  with = {{ kind = "extended", starts_at = 2021-02-10T09:00:00 }}
  as = "m1"
  [[case.step]]
  {step}
"""


def result(tmp_path: Path, *, more: str = "", given: str = "", step: str = 'records = [{ on = "m1" }]') -> CaseResult:
    file = tmp_path / "cases.toml"
    file.write_text(CASE.format(more=more, given=given, step=step), "utf-8")
    (case,), findings = read(file, "cases.toml")
    assert not findings
    return run(case, SLUG, WORLDS)


def test_a_case_of_which_everything_is_used_runs(tmp_path: Path) -> None:
    assert result(tmp_path, given='without = ["house"]', step='advance = "2 weeks"').failed is None


@pytest.mark.parametrize(
    ("where", "text", "line", "said"),
    [
        ("given", 'without = ["unknown"]', 7, "no plugin, law or layer 'unknown'; known here: "),
        ("given", 'without = ["house",\n  "steerco_nowhere"]', 8, "steerco_nowhere"),
        ("given", 'with = ["steerco_nowhere"]', 7, "steerco_nowhere"),
        ("given", 'channels = ["nowhere"]', 7, "no committee 'nowhere'; known here: most-steering-board"),
        ("more", "channels = [7]", 5, "channels: 7"),
        ("given", 'people = [{ id = "x", from = 2021-01-01 }]', 7, "from: says since"),
        ("given", 'people = [{ id = "x", role = "wg-member", seat = "head" }]', 7, "role is given twice"),
        ("step", 'tenant = "nowhere"', 14, "no committee 'nowhere'"),
        ("step", 'by = "head"\n  advance = 2021-03-01', 14, "by: belongs to an act"),
        ("step", 'expect = "refused"\n  records = [{ on = "m1" }]', 14, "expect: belongs to an act"),
        (
            "step",
            'by = "head"\n  do = "meeting.open"\n  on = "m1"\n  expect = "refused"\n  as = "m2"',
            18,
            "as: names what an act made",
        ),
        ("step", 'records = [{ on = "m1", count = 1 }]', 14, "count is not looked at"),
        ("step", 'records = [{ has = { state = "open" } }]', 14, "say on"),
        ("step", 'sees = [{ by = "head", type = "meeting", hides = ["place"] }]', 14, "hides is not looked at"),
        ("step", "result = { outcome = 'passed' }", 14, "say on"),
    ],
)
def test_what_names_nothing_or_is_not_used_is_told_with_its_line(
    tmp_path: Path, where: str, text: str, line: int, said: str
) -> None:
    failed = result(tmp_path, **{where: text}).failed
    assert failed is not None
    assert said in failed.got
    assert (failed.number, failed.line) == (0, line)


@pytest.mark.parametrize("by", ['"5 moons"', '"five days"', '"-3 days"', "2021-02-02"])
def test_time_goes_on_by_what_there_is(tmp_path: Path, by: str) -> None:
    failed = result(tmp_path, step=f"advance = {by}").failed
    assert failed is not None
    assert (failed.number, failed.line) == (2, 13)
    assert "advance: " in failed.got


def test_the_case_alone_fails_and_says_where(tmp_path: Path) -> None:
    told = result(tmp_path, given='without = ["unknown"]').report()
    assert (told["ok"], told["step"], told["line"]) == (False, 0, 7)
    assert told["got"].startswith("cases.toml:7: error: without")
