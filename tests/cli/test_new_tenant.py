"""A committee begun of a kind, from an imported text, or both in either order."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.conftest import Command

from steerco.configuration.home import shipped
from steerco.founding.kinds import KINDS, LANGUAGES

SAMPLE = Path(__file__).parents[1] / "charter" / "sample-bylaws.txt"


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_is_sound_and_its_cases_pass(kind: str, steerco: Command, tmp_path: Path) -> None:
    for language in LANGUAGES:
        slug = f"lake-{language}"
        assert steerco(f"tenant new {slug} --kind {kind} --language {language} --name Lake --home", tmp_path).code == 0
        check = steerco(f"tenant check {slug} --json --home", tmp_path)
        assert [each["code"] for each in check.json if each["code"] != "one-keeper"] == []
        charter = (tmp_path / "tenants" / slug / "charter.toml").read_text("utf-8")
        assert ("vi = " in charter) == (language == "both")
        assert "SLUG" not in charter
    assert steerco("tenant test lake-en --json --home", tmp_path).json["failed"] == 0


def test_a_kind_is_applied_and_goes_on_from_there(steerco: Command, tmp_path: Path) -> None:
    assert steerco("tenant new lake --kind voting-council --language en --home", tmp_path).code == 0
    assert steerco("tenant apply lake --why Begin --home", tmp_path).code == 0
    listed = steerco("tenant list --json --home", tmp_path).json
    assert [(row["slug"], row["revision"]) for row in listed] == [("lake", 1)]


def files(home: Path, slug: str) -> dict[str, str]:
    paths = [*home.glob(f"tenants/{slug}/**/*.toml"), *home.glob("policies/*.csv")]
    return {path.relative_to(home).as_posix(): path.read_text("utf-8") for path in paths}


@pytest.mark.parametrize("kind", KINDS)
def test_import_and_new_come_to_the_same_files_in_either_order(kind: str, steerco: Command, tmp_path: Path) -> None:
    for first, home in (("import", tmp_path / "a"), ("new", tmp_path / "b"), ("at once", tmp_path / "c")):
        home.mkdir()
        new = f"tenant new lake --kind {kind} --language en --home {home}"
        steps = [f"charter import --tenant lake --home {home} {SAMPLE}", new]
        if first == "at once":
            steps = [f"{new} --from {SAMPLE}"]
        for step in steps if first == "import" else reversed(steps):
            ran = steerco(step)
            assert ran.code == 0, ran.err
    one, other, third = (files(tmp_path / name, "lake") for name in "abc")
    assert one == other == third
    assert "\n# main_body =" in one["tenants/lake/tenant.toml"], "the text names its body itself"
    charter = one["tenants/lake/charter.toml"]
    assert 'policy = "lake.csv"' in charter
    assert "[[clause]]" in charter
    assert 'cite = ["?"]' in charter
    for line in one["policies/lake.csv"].splitlines():
        assert not line or line.startswith("#")


def test_an_example_that_was_edited_does_not_give_way(steerco: Command, tmp_path: Path) -> None:
    steerco("tenant new lake --kind blank --language en --home", tmp_path)
    people = tmp_path / "tenants/lake/people.toml"
    people.write_text(people.read_text("utf-8").replace("First member", "Ada"), "utf-8")
    ran = steerco(f"charter import --tenant lake --home {tmp_path} {SAMPLE}")
    assert ran.code == 1
    assert "exists already" in ran.err
    assert "Ada" in people.read_text("utf-8")


def test_the_questions_are_the_options(steerco: Command, tmp_path: Path) -> None:
    ran = steerco("tenant new lake --ask --kind open-source --language en --name Lake --time-zone Europe/Rome --home", tmp_path)
    assert ran.code == 0
    settings = (tmp_path / "tenants/lake/tenant.toml").read_text("utf-8")
    assert 'name = "Lake"' in settings
    assert 'time_zone = "Europe/Rome"' in settings
    assert 'languages = ["en"]' in settings


def test_the_kinds_are_told_by_what_an_example_needs() -> None:
    skeleton = shipped() / "core/steerco/founding/skeleton"
    assert {path.name for path in skeleton.iterdir() if path.is_dir() and path.name[0] != "_"} == set(KINDS)
