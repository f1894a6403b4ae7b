"""Committees unlike the two shipped ones, by files alone: they run, in a folder of their own, with nothing but TOML and a CSV."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.policy.equality import EngineByAct, assert_equal

from steerco.cases.grammar import CaseResult
from steerco.cases.runner import run_all
from steerco.cli.main import run
from steerco.committee import record_types
from steerco.configuration.home import Home
from steerco.configuration.load import load
from steerco.configuration.platform_orders import ORDERS
from steerco.configuration.vocabulary import for_policy

HOME = Home(Path(__file__).parents[2] / "tenants/_examples")


@pytest.mark.parametrize("slug", HOME.slugs())
def test_another_committee_is_onboarded_with_files_alone(slug: str) -> None:
    assert load(slug, HOME.content(slug), record_types()).findings == []
    results = list(run_all(HOME, slug))
    assert [each for each in results if not isinstance(each, CaseResult) or each.failed] == []
    assert results


@pytest.mark.parametrize("slug", HOME.slugs())
def test_the_table_of_an_example_is_casbins(slug: str) -> None:
    snapshot = load(slug, HOME.content(slug), record_types()).snapshot
    assert snapshot is not None
    regime = snapshot.regime(snapshot.charters[-1])
    engine = EngineByAct(regime.engine, regime.table, regime.closures)
    asked, allowed = assert_equal(regime.table, engine, for_policy(snapshot.types, regime.charter, {*regime.clauses, *ORDERS}))
    assert 0 < allowed < asked


@pytest.mark.parametrize("slug", HOME.slugs())
def test_its_text_is_exported_whatever_its_languages_and_short_forms(slug: str, tmp_path: Path) -> None:
    target = tmp_path / "text.xml"
    assert run(["charter", "export", slug, "--akn", "--to", str(target), "--home", str(HOME.folder)]) == 0
    assert target.stat().st_size > 0


def test_what_a_duty_says_is_not_left_open(capsys: pytest.CaptureFixture[str]) -> None:
    """The minutes of this committee are owed within a week, by a duty and no clock."""
    run(["charter", "not-stated", "daknong-sc", "--home", str(HOME.folder)])
    told = capsys.readouterr().out
    assert "How many must be there" in told
    assert "By when there are minutes" not in told


def test_cases_are_run_from_a_folder_of_any_name(capsys: pytest.CaptureFixture[str]) -> None:
    """Of a home that is not the repository, and of cases that lie beside it."""
    cases = HOME.folder / "tenants" / "daknong-sc" / "cases" / "words.toml"
    code = run(["tenant", "test", "daknong-sc", "--home", str(HOME.folder), "--cases", str(cases), "--json"])
    answer = json.loads(capsys.readouterr().out)
    assert (code, answer["failed"], answer["passed"]) == (0, 0, len(answer["cases"]))
    assert set(answer["cases"][0]) == {"name", "file", "line", "cites", "ok", "step", "expected", "got"}


@pytest.mark.parametrize(
    ("file", "old", "new", "code", "line"),
    [
        ("tenants/water-board/people.toml", 'seat = "downstream"', 'seat = "upstream"', "seat-taken", 15),
        ("tenants/water-board/people.toml", 'seat = "downstream"', 'seat = "crew-leader"', "seat-taken", 20),
        ("tenants/daknong-sc/people.toml", 'seat = "secretary"', 'seat = "co-chair-province"', "follows-office", 41),
        ("tenants/daknong-sc/tenant.toml", "Asia/Ho_Chi_Minh", "Asia/Hanoi", "unknown-zone", 3),
        ("tenants/daknong-sc/tenant.toml", 'main_body = "committee"', 'main_body = "board"', "unknown-body", 5),
        ("tenants/daknong-sc/charter.toml", 'every = "half-year"', 'every = "decade"', "wrong-form", 94),
        ("tenants/daknong-sc/charter.toml", 'rule = "consensus"', 'rule = "unanimity"', "not-allowed", 121),
    ],
)  # fmt: skip
def test_what_could_not_be_run_is_found_before_and_alone(file: str, old: str, new: str, code: str, line: int) -> None:
    slug = file.split("/")[1]
    content = dict(HOME.content(slug))
    assert content[file].count(old) == 1
    content[file] = content[file].replace(old, new)
    found = load(slug, content, record_types()).findings
    assert [(each.file, each.line, each.code) for each in found] == [(file, line, code)]
