"""What leads nowhere: planted faults are found, each with its clause, and sound charters give no alarm."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from tests.answers.planted import AT, EXAMPLES, HOME, Edit, lab

from steerco.answers.dead_ends import dead_ends

LATER = {"harbour-council": 2026}
"""Examples whose people begin later than those of the others, with the year to look at."""
MOST, NATIONAL = "most-steering-board", "national-committee"
CSV, CHARTER = f"{MOST}.csv", "most-steering-board/charter.toml"
FAULTS: dict[str, tuple[Edit, str, dict[str, str], str]] = {
    "a duty's act is given for other meetings only": (
        (CSV, "p, head, board, meeting.regular, open, -, allow, 3.3\n", ""),
        "duty-not-of-such",
        {"duty": "quarterly-meeting"},
        "8.1",
    ),
    "nobody calls the meeting that a duty asks for": (
        (CSV, "p, head, board, meeting.regular, convene, -, allow, 3.3\n", ""),
        "duty-not-of-such",
        {"duty": "quarterly-meeting", "acts": "meeting.convene"},
        "8.1",
    ),
    "a bar takes the whole of a power": (
        (CSV, "", "p, head, *, programme, return, -, deny, 7.1"),
        "power-barred",
        {"act": "programme.return"},
        "7.1",
    ),
    "nobody is in a role": (
        ("most-steering-board/people.toml", 'seat = "head"', 'seat = "member"'),
        "power-of-nobody",
        {"subject": "head"},
        "3.3",
    ),
    "a substitute gets a power that the absent officer never had": (
        (CHARTER, 'powers = [\n  "proposal.accept"', 'powers = [\n  "secondment.request-replacement", "proposal.accept"'),
        "succession-of-nothing",
        {"power": "secondment.request-replacement"},
        "4.1",
    ),
    "minutes that were circulated are approved by nobody": (
        (CSV, "p, relation:presiding, *, minutes, approve, -, allow, H.8\n", ""),
        "state-without-exit",
        {"type": "minutes", "state": "circulated"},
        "H.8",
    ),
    "a requirement comes by an act that nobody may do": (
        (CSV, "p, working-group, board, amendment, sum-up, -, allow, 13\n", ""),
        "requirement-unmet",
        {"requires": "comments-summed-up"},
        "13",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_planted_dead_end_is_found_with_its_clause(name: str) -> None:
    edit, code, params, clause = FAULTS[name]
    warnings = dead_ends(lab(MOST, edit)).warnings
    found = [told for told in warnings if told.code == code and params.items() <= told.params.items()]
    assert found, f"{name}: {[(told.code, told.params) for told in warnings]}"
    assert clause in {each.clause for told in found for each in told.clauses}
    assert all(told.file and told.line for told in found)


@pytest.mark.parametrize("slug", [*HOME.slugs(), *EXAMPLES.slugs()])
def test_a_sound_charter_gives_no_alarm(slug: str) -> None:
    at = AT if slug in HOME.slugs() else datetime(LATER.get(slug, 2025), 3, 3, 9, tzinfo=UTC)
    assert dead_ends(lab(slug, at=at)).warnings == ()


def test_clauses_that_nothing_reads_are_information() -> None:
    assert [told for told in dead_ends(lab(NATIONAL)).findings if told.code == "clause-unread"] == []
    said = (
        "national-committee/charter.toml",
        'name = "main-body"\nvalue = "committee"',
        'name = "main-body"\nvalue = "not-stated"',
    )
    found = dead_ends(lab(NATIONAL, said)).findings
    assert {told.params["clause"] for told in found if told.code == "clause-unread"} == {"1.1"}
    assert all(told.level == "information" for told in found)


def test_an_answer_says_what_was_not_looked_at() -> None:
    looked = dead_ends(lab(MOST)).looked
    assert looked.asked > 100
    assert any("plugins" in left for left in looked.left_out)
