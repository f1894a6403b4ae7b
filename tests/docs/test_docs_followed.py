"""The tutorial and the guide to a new record type, followed as they stand."""

from __future__ import annotations

import shlex
import shutil
import tomllib
from pathlib import Path

import pytest
from tests.docs.following import COMMAND, ROOT, blocks, containing, follow, run, says, steerco

pytestmark = pytest.mark.slow
TUTORIAL, GUIDE, README, OPERATOR = "tutorial.md", "add-a-record-type.md", "../README.md", "tutorial-operator.md"


@pytest.fixture
def clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What a newcomer has: the folder with the committees' files."""
    for name in ("STEERCO_HOME", "STEERCO_DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    folder = tmp_path / "steerco"
    for part in ("tenants", "policies"):
        shutil.copytree(ROOT / part, folder / part)
    return folder


def test_the_tutorials_questions_have_the_answers_that_it_shows(clone: Path) -> None:
    for words, answer in (("explain national-committee", "refused: "), ("explain most-steering-board", "done: ")):
        said = follow(clone, words)
        assert says(containing(TUTORIAL, answer), said), said
    assert "quarterly-meeting" in follow(clone, "duties national-committee")


def test_the_first_screen_shows_what_the_program_answers(clone: Path) -> None:
    said = follow(clone, "explain national-committee", README)
    assert says(containing(README, "refused: "), said), said


def test_the_tutorials_change_of_a_power_is_found_by_check_and_by_cases(clone: Path) -> None:
    trial = clone.parent / "trial"
    for part in ("tenants", "policies"):
        shutil.copytree(clone / part, trial / part)
    policy = trial / "policies" / "national-committee.csv"
    before = policy.read_text("utf-8")
    below = next(line for line in before.splitlines() if line.endswith("allow, 7.1.p2") and "meeting.ad-hoc" in line)
    added = containing(TUTORIAL, "allow, 7.9")
    policy.write_text(before.replace(below + "\n", f"{below}\n{added}"), "utf-8")
    said = follow(clone, "tenant check national-committee")
    assert says(containing(TUTORIAL, "error: unknown clause"), said), said
    policy.write_text(before.replace(below + "\n", f"{below}\n{added.replace('7.9', '7.1.p2')}"), "utf-8")
    said = follow(clone, "tenant check national-committee")
    assert "nothing is wrong" in said or ("days-expected" in said and "0 errors" in said)  # this year is not announced yet
    cases = ["tenant", "test", "national-committee", "--cases", "tenants/national-committee/cases/meetings.toml"]
    code, said = steerco(trial, cases)
    shown = containing(TUTORIAL, "FAIL  ").partition("…\n")[0]
    assert code == 1
    assert says(shown, said), said


def test_the_tutorials_own_committee_is_made_given_a_rule_and_put_to_work(clone: Path) -> None:
    follow(clone, "tenant new book-circle")
    home = clone.parent / "circle"
    charter = home / "tenants" / "book-circle" / "charter.toml"
    text, clause = charter.read_text("utf-8"), containing(TUTORIAL, 'id = "2.2"')
    end = text.index("\n\n", text.index('id = "2.1"')) + 2
    charter.write_text(text[:end] + clause + "\n" + text[end:], "utf-8")
    with (home / "policies" / "book-circle.csv").open("a", encoding="utf-8") as file:
        file.write(containing(TUTORIAL, "p, vice-chair, committee"))
    with (home / "tenants" / "book-circle" / "cases" / "first.toml").open("a", encoding="utf-8") as file:
        file.write("\n" + containing(TUTORIAL, "a member does not"))
    said = follow(clone, "tenant test book-circle")
    for each in ("nothing is wrong", "5 passed, 0 failed", "revision 1", "by 2.2", "convened", "quarterly-meeting", "sound"):
        assert each in said, said


def test_the_guide_makes_a_record_type_that_works(tmp_path: Path) -> None:
    code = tmp_path / "copy"
    for part in ("core", "plugins", "tenants", "policies"):
        shutil.copytree(ROOT / part, code / part, ignore=shutil.ignore_patterns("__pycache__"))
    committee = code / "core" / "steerco" / "committee"
    (committee / "work" / "visit.py").write_text(containing(GUIDE, "class Visit"), "utf-8")
    listed = committee / "__init__.py"
    before = '    "work.programme",\n'
    listed.write_text(listed.read_text("utf-8").replace(before, f'{before}    "work.visit",\n'), "utf-8")
    told = run(code, ["-m", "steerco.store.migrations.revision", "Visits"])
    migration = next((code / "core/steerco/store/migrations/versions").glob("*_visits.py"), None)
    assert migration, told
    assert migration.read_text("utf-8").count("op.create_table(") == 1
    with (code / "policies" / "national-committee.csv").open("a", encoding="utf-8") as file:
        file.write("\n" + containing(GUIDE, "p, leadership,    committee, visit"))
    cases = code / "tenants" / "national-committee" / "cases" / "visits.toml"
    cases.write_text(containing(GUIDE, "visit to an agency; a member does not"), "utf-8")
    names = [case["name"] for case in tomllib.loads(cases.read_text("utf-8"))["case"]]
    checked = run(code, ["-c", COMMAND, "tenant", "check", "national-committee"])
    assert checked[0] == 0, checked
    tested = run(code, ["-c", COMMAND, "tenant", "test", "national-committee", "--cases", str(cases)])
    assert tested[0] == 0, tested
    assert f"{len(names)} passed, 0 failed" in tested[1]


def test_the_operators_tutorial_leads_to_a_committee_that_was_lost_and_restored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("STEERCO_HOME", "STEERCO_DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    home, said = tmp_path / "committees", []
    home.mkdir()
    for line in "\n".join(blocks(OPERATOR)).splitlines():
        words = shlex.split(line)
        if words[:1] == ["mv"]:
            (home / words[1]).rename(home / words[2])
        if words[:1] == ["steerco"] and "serve" not in words:
            code, answer = steerco(home, words[1:])
            assert code == 0, (line, answer)
            said.append(answer)
    for each in ("nothing is wrong", "river-board: revision 1", "/invitation/", "nothing has to be mended", "sound"):
        assert any(each in answer for answer in said), said
    assert (tmp_path / "lost").is_dir()
    assert (home / "var").is_dir()
