"""Files with errors are answered as far as they load, what is wrong first."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest
from tests.answers.planted import ROOT

from steerco.changes.annex import annex
from steerco.cli.main import run
from steerco.committee import record_types
from steerco.configuration.home import Home
from steerco.configuration.load import load
from steerco.configuration.partly import partly

SAMPLE = Home(ROOT / "core" / "steerco" / "testkit" / "sample")
SLUG, POLICY = "library-board", "policies/library-board.csv"
CHARTER = f"tenants/{SLUG}/charter.toml"
NOBODY = "p, nobody-here, board, matter, raise, -, allow, 2.7"
"""A line whose policy names a role that the charter does not know."""


def content(policy: str = NOBODY, charter: str = "") -> dict[str, str]:
    found = dict(SAMPLE.content(SLUG))
    return {**found, POLICY: f"{found[POLICY]}\n{policy}\n", CHARTER: f"{found[CHARTER]}\n{charter}\n"}


def test_a_line_of_an_unknown_role_is_set_aside_and_all_else_loads() -> None:
    sound, read = content(""), partly(SLUG, content(), record_types())
    assert [(each.file, each.code) for each in read.wrong] == [(POLICY, "policy-subject")]
    assert content()[POLICY].split("\n")[read.wrong[0].line - 1] == NOBODY
    assert read.snapshot is not None
    whole = load(SLUG, sound, record_types()).snapshot
    assert whole is not None
    assert [line.fields for line in read.snapshot.regime(read.snapshot.charters[0]).lines] == [
        line.fields for line in whole.regime(whole.charters[0]).lines
    ]
    assert annex(whole.regime(whole.charters[0]), read.snapshot.regime(read.snapshot.charters[0])).offices == ()


def test_a_row_with_an_error_takes_along_what_refers_to_it_and_every_other_line_keeps_its_place() -> None:
    role = '[[role]]\nid = "clerk"\nbody = "no-body"\nlabel = { en = "Clerk", vi = "Thư ký" }\ncite = ["2.7"]'
    read = partly(SLUG, content("p, clerk, board, matter, raise, -, allow, 2.7", role), record_types())
    assert read.snapshot is not None
    assert read.wrong[0].file == CHARTER
    assert read.wrong[-1].file == POLICY  # the line on the role that was set aside
    assert read.snapshot.charters[0].role("clerk") is None
    assert [text.count("\n") for text in read.content.values()] == [text.count("\n") for text in content("x", f"{role}").values()]


def test_a_plugin_that_is_not_here_is_told_and_taken_out_where_acts_are_to_be_tried() -> None:
    settings = f"tenants/{SLUG}/tenant.toml"
    without = dict(SAMPLE.content(SLUG))
    files = {**without, settings: without[settings] + 'plugins = ["steerco_absent", "steerco_ical"]\n'}
    read = partly(SLUG, files, record_types(), runs=True)
    assert [(each.file, each.code) for each in read.wrong] == [(settings, "no-plugin")]
    assert read.snapshot is not None
    assert tomllib.loads(read.content[settings])["plugins"] == ["steerco_ical"]


def test_files_that_are_no_toml_load_nothing() -> None:
    read = partly(SLUG, {**content(), CHARTER: "id = ["}, record_types())
    assert read.snapshot is None
    assert read.wrong[0].file == CHARTER


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("broken")
    for path, text in content().items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, "utf-8")
    return folder


@pytest.mark.parametrize(
    "asked",
    [
        ["charter", "conflicts", SLUG],
        ["charter", "dead-ends", SLUG],
        ["charter", "reach", SLUG, "chair", "--steps", "1"],
        ["charter", "silences", SLUG],
        ["plan", SLUG, "matter.raise", "--by", "2021-06-18", "--at", "2021-06-01"],
    ],
)
def test_the_commands_tell_what_is_wrong_first_and_answer(
    home: Path, asked: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["--home", str(home), "--json", *asked]) == 0
    told = capsys.readouterr()
    assert told.err.startswith(f"{POLICY}:")
    assert "nobody-here" in told.err.split("\n")[0]
    assert "looked" in json.loads(told.out)


def test_a_plan_tells_what_is_wrong_and_fails(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--home", str(home), "--json", "tenant", "plan", SLUG]) == 1
    told = capsys.readouterr()
    assert told.err.startswith(f"{POLICY}:")
    assert [each["code"] for each in json.loads(told.out)["refused"]] == ["policy-subject"]
