"""A person's week and the map of subjects over the committees of a database, from the command line."""

from __future__ import annotations

from pathlib import Path

from tests.cli.command import SLUG, Command


def test_the_week_of_a_role_names_what_it_owes_with_clauses_as_of_an_entry(steerco: Command, running: Path) -> None:
    told = steerco(f"week {SLUG} chair --from 2027-01-06 --json --home", running).json
    assert (told["first"], told["last"]) == ("2027-01-04", "2027-01-10")
    (own,) = told["committees"]
    assert "chair" in own["roles"]
    assert own["entry"] > 0
    (meeting,) = [line for line in own["lines"] if line["part"] == "calendar" and line["day"] == "2027-01-05"]
    assert meeting["title"]
    text = steerco(f"week {SLUG} chair --from 2027-01-06 --home", running).out
    assert meeting["title"] in text
    assert f"as of log entry {own['entry']}" in text


def test_whom_a_week_is_asked_of_is_one_person_and_its_day_a_day(steerco: Command, running: Path) -> None:
    for words, code in ((f"week {SLUG} nobody-here", "nobody"), (f"week {SLUG} chair --from 1.2.", "bad-day")):
        ran = steerco(f"{words} --json --home", running)
        assert (bool(ran.code), ran.error["error"]) == (True, code)


def test_a_committee_that_shares_no_subjects_is_named_and_not_shown(steerco: Command, running: Path) -> None:
    told = steerco("competence --json --home", running).json
    assert (told["subjects"], told["committees"]) == ([], [])
    assert len(told["silent"]) == 1
