"""What `steerco config` shows of the environment, and secrets that stand in files."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from steerco.cli.frame.environment import SETTINGS, masked, value_of
from steerco.cli.frame.problems import CommandProblem
from steerco.cli.main import run


def test_it_tells_what_is_in_force_and_where_from(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    for name in [name for name in os.environ if name.startswith("STEERCO_")]:
        monkeypatch.delenv(name)
    file = tmp_path / "operator"
    file.write_text("postgresql://owner:deep-secret@db/steerco\n")
    monkeypatch.setenv("STEERCO_DATABASE_URL", "postgresql://serving:open-sesame@db/steerco")
    monkeypatch.setenv("STEERCO_OPERATOR_URL_FILE", str(file))
    monkeypatch.setenv("STEERCO_OPENID_SECRET_RIVER_BOARD", "hidden-word")
    monkeypatch.setenv("STEERCO_LOG_LEVLE", "debug")
    monkeypatch.setenv("STEERCO_FILES", "s3://key:misplaced@papers/river")
    assert run(["config", "--json"]) == 0
    text = capsys.readouterr().out
    told = {row["name"]: row for row in json.loads(text)["settings"]}
    assert told["STEERCO_DATABASE_URL"]["value"] == "postgresql://serving:****@db/steerco"
    assert told["STEERCO_OPERATOR_URL"]["value"] == "postgresql://owner:****@db/steerco"
    assert told["STEERCO_OPERATOR_URL"]["source"] == f"file {file}"
    assert told["STEERCO_LOG_FORMAT"]["source"] == "default"
    assert json.loads(text)["unknown"] == ["STEERCO_LOG_LEVLE"]
    assert not any(word in text for word in ("open-sesame", "deep-secret", "hidden-word", "misplaced"))


def test_a_value_given_twice_and_a_file_that_is_not_there_are_told(tmp_path: Path) -> None:
    both = {"STEERCO_DATABASE_URL": "sqlite://", "STEERCO_DATABASE_URL_FILE": "x"}
    with pytest.raises(CommandProblem, match="both STEERCO_DATABASE_URL and STEERCO_DATABASE_URL_FILE are set"):
        value_of("STEERCO_DATABASE_URL", both)
    with pytest.raises(CommandProblem, match="No such file"):
        value_of("STEERCO_DATABASE_URL", {"STEERCO_DATABASE_URL_FILE": str(tmp_path / "nothing")})


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("postgresql://a:b@h/n", "postgresql://a:****@h/n"),
        ("postgresql://h/n", "postgresql://h/n"),
        ("postgresql://a:b@c@h/n", "postgresql://a:****@h/n"),
        ("postgresql://h/n?password=b", "postgresql://h/n?****"),
        ("only words", "****"),
        ("postgresql://[broken", "****"),
    ],
)
def test_no_password_is_shown(given: str, shown: str) -> None:
    assert masked(given) == shown


def test_the_operators_page_names_every_setting() -> None:
    page = (Path(__file__).parents[2] / "docs/operate.md").read_text("utf-8")
    assert [setting.name for setting in SETTINGS if f"`{setting.name}`" not in page] == []
