"""What docs/answers.md says of the two committees that come with the program is what the program answers; and bad input."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from tests.answers.planted import EXAMPLES, HOME, content, lab
from tests.bench.bench_answers import grown

from steerco.answers.dead_ends import dead_ends
from steerco.answers.lab import NEWCOMER, Lab
from steerco.answers.reach import reach
from steerco.answers.silences import silences
from steerco.cli.main import run
from steerco.committee import record_types
from steerco.configuration.load import load
from steerco.configuration.snapshot import Snapshot
from steerco.operations.scratch import Scratch

MOST, NATIONAL = "most-steering-board", "national-committee"
DAY = dt.date(2021, 3, 2)


def snapshot(slug: str) -> Snapshot:
    home = HOME if slug in HOME.slugs() else EXAMPLES
    loaded = load(slug, home.content(slug), record_types()).snapshot
    assert loaded is not None
    return loaded


@pytest.mark.parametrize(
    ("slug", "first", "acting", "steps", "clauses"),
    [(NATIONAL, "chair", "chair", 3, {"H.2", "H.4"}), (MOST, "head", "head", 4, {"H.5", "H.3"})],
)
def test_the_keeper_of_the_register_and_a_newcomer(slug: str, first: str, acting: str, steps: int, clauses: set[str]) -> None:
    gains = {(gain.kind, gain.what): gain for gain in reach(lab(slug), "wg-head").gains}
    seat, powers = gains["holds", first], gains["acts-for", acting]
    assert (len(seat.acts), seat.others) == (2, (NEWCOMER,))
    assert len(powers.acts) == steps
    assert {clause.clause for act in powers.acts for clause in act.clauses} == clauses
    assert all(clause.basis == "house" for act in powers.acts for clause in act.clauses)


@pytest.mark.parametrize("slug", [NATIONAL, MOST])
def test_a_working_groups_own_document_is_signed_by_nobody(slug: str) -> None:
    (told,) = [told for told in dead_ends(lab(slug)).findings if told.code == "state-without-exit"]
    assert (told.level, told.params["type"], told.params["body"]) == ("information", "document", "working-group")
    assert told.params["acts"] == "document.sign"


@pytest.mark.parametrize(
    ("slug", "open_values"),
    [
        (NATIONAL, {"quorum": "7.1", "notice": "7.1", "term": "8.1", "proxy-limit": "5.5", "tie": "2.1"}),
        (
            MOST,
            {"quorum": "8.1", "notice": "8.1", "tie": "2.1", "term": "9.1", "proxy-limit": "6.5", "number-of-deputies": "4.1"},
        ),
    ],
)
def test_what_a_charter_says_it_does_not_state_is_told_with_its_clause(slug: str, open_values: dict[str, str]) -> None:
    others = [snapshot(other) for other in (*HOME.slugs(), *EXAMPLES.slugs()) if other != slug]
    found = {each.name: each for each in silences(snapshot(slug), others, DAY).silences if each.kind == "value"}
    assert {name: found[name].clauses[0].clause for name in open_values} == open_values


def test_a_silence_comes_with_others_clauses_and_rows_never_cited_as_ones_own() -> None:
    found = silences(snapshot(NATIONAL), [snapshot(MOST), snapshot("daknong-sc")], dt.date(2026, 3, 2))
    (approve,) = [each for each in found.silences if each.name == "minutes.approve"]
    assert {clause.clause for clause in approve.filled} == {"H.8"}
    assert {each.committee for each in approve.settled} == {MOST, "daknong-sc"}
    for each in approve.settled:
        assert each.rows
        assert all(clause.clause.startswith(f"{each.committee}:") for clause in each.clauses)


def test_ten_times_the_roles_are_answered() -> None:
    many = Lab.of_files(Scratch(), MOST, grown(content(MOST), 10), dt.datetime(2021, 3, 2, 2, tzinfo=dt.UTC))
    assert len(many.day.charter.roles) == 60
    assert ("holds", "head") in {(gain.kind, gain.what) for gain in reach(many, "wg-head", 2).gains}
    vacant = {told.params["subject"] for told in dead_ends(many).warnings if told.code == "power-of-nobody"}
    assert not vacant - {f"{role.id}" for role in many.day.charter.roles}


def test_officers_who_stand_in_for_each_other_in_a_circle_are_answered() -> None:
    circle = '[[succession]]\nabsent = "deputy-head"\nacts = "head"\ncite = ["4.1"]\npowers = ["task.assign"]'
    found = reach(lab(MOST, ("most-steering-board/charter.toml", "", circle)), "head")
    assert {gain.what for gain in found.gains if gain.kind == "holds"} >= {"deputy-head"}


def test_files_with_an_error_are_answered_as_far_as_they_load_and_the_error_is_told_first(
    tmp_path_factory: pytest.TempPathFactory, capsys: pytest.CaptureFixture[str]
) -> None:
    home = tmp_path_factory.mktemp("home")
    for path, text in content(MOST, ("most-steering-board/charter.toml", 'holder = "head"', 'holder = "nobody-such"')).items():
        (home / path).parent.mkdir(parents=True, exist_ok=True)
        (home / path).write_text(text, "utf-8")
    for question in ("conflicts", "dead-ends"):
        assert run(["--home", str(home), "charter", question, MOST]) == 0
        told = capsys.readouterr().err
        assert "nobody-such" in told.split("\n")[0]
        assert "not looked at: " in told
        assert "rows and lines with errors" in told


def test_files_that_name_a_plugin_which_is_not_here_are_read_as_far_as_they_load(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for path, text in content(MOST, ("most-steering-board/tenant.toml", "plugins = [", 'plugins = ["nobody_such", ')).items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, "utf-8")
    for question, answered in (("silences", "quorum"), ("conflicts", "the program tried nothing")):
        assert run(["--home", str(tmp_path), "charter", question, MOST]) == 0
        told = capsys.readouterr()
        assert ("nobody_such" in told.err, answered in told.out + told.err) == (True, True)
