"""What the words of an English charter propose: each phrase one row, and nothing from words that mean two things."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from steerco.charter import load
from steerco.charter.text.accepting import AcceptedFiles, accept, chosen
from steerco.charter.text.importer import as_toml
from steerco.charter.text.proposed_rows import ProposedRow, proposals_for
from steerco_en_charter.parser import EnglishCharter
from steerco_en_charter.proposer import EnglishProposals

BYLAWS = Path(__file__).with_name("sample-bylaws.txt").read_text("utf-8")


def proposed(text: str) -> dict[str, ProposedRow]:
    return {each.id: each for each in proposals_for(EnglishCharter().parse(text), "en", [EnglishProposals()])}


def only(sentence: str, table: str) -> dict[str, Any]:
    """The one row of a table that a sentence proposes, in a charter of a council with a chair."""
    text = f"CHARTER OF THE GARDEN COUNCIL\n\n1. Council\n\nThe Council shall elect a Chair.\n\n2. Rules\n\n{sentence}\n"
    rows = [each.row for each in proposed(text).values() if each.table == table]
    assert len(rows) <= 1
    return rows[0] if rows else {}


def test_the_bylaws_propose_what_they_say() -> None:
    rows = {id: each.row for id, each in proposed(BYLAWS).items()}
    assert rows["body:council:I.1"]["seats"] == 9
    assert rows["term:I.2"]["length"] == {"value": 2, "unit": "years"}
    assert rows["term:I.2"]["limit"] == {"consecutive": 3}
    assert rows["cadence:regular-meeting:II.1"]["every"] == "quarter"
    assert (rows["rule:notice:II.2"]["value"], rows["rule:notice:II.2"]["unit"]) == (10, "working")
    assert rows["decision:vote:III.1"]["pass"] == [{"count": "for", "of": "cast", "share": [1, 2], "over": True}]
    assert rows["decision:vote:III.1"]["tie"] == "casting:chair"
    assert rows["decision:amendment:III.2"]["pass"] == [{"count": "for", "of": "fixed", "share": [2, 3]}]
    assert rows["succession:chair:II.4"]["acts"] == "vice-chair"
    assert rows["power:minutes.draft:IV.1.a"]["subject"] == "secretary"
    assert rows["duty:minutes:IV.1.b"]["due"] == {"days": 14, "unit": "calendar"}
    assert not [id for id in rows if id.endswith(":IV.2")], "biweekly means two things, and a room is no meeting"


@pytest.mark.parametrize(
    ("words", "base", "share"),
    [
        ("by two-thirds of members present", "present", {"share": [2, 3]}),
        ("by a two-thirds majority of the members present and voting", "cast", {"share": [2, 3]}),
        ("by a simple majority of all members", "seated", {"share": [1, 2], "over": True}),
        ("by three-quarters of the entire membership", "fixed", {"share": [3, 4]}),
        ("by a majority of votes cast", "cast", {"share": [1, 2], "over": True}),
    ],
)
def test_a_threshold_has_its_base(words: str, base: str, share: dict[str, Any]) -> None:
    assert only(f"Resolutions are adopted {words}.", "decision")["pass"] == [{"count": "for", "of": base, **share}]


@pytest.mark.parametrize(
    ("words", "every"),
    [
        ("shall meet at least quarterly", "quarter"),
        ("meets once a month", "month"),
        ("shall meet at least once every three months", "quarter"),
        ("shall meet at least once every year", "year"),
        ("will hold regular meetings every six months", "half-year"),
        ("meets biweekly", None),
        ("may discuss the monthly accounts", None),
    ],
)
def test_how_often_the_body_meets(words: str, every: str | None) -> None:
    assert only(f"The Council {words}.", "cadence").get("every") == every


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        ("Notice of a meeting shall be given five days in advance.", None),
        ("Except for extraordinary meetings, notice of a meeting shall be given five days in advance.", "regular"),
        ("Notice of meetings, other than special meetings, shall be given five days in advance.", "regular"),
        ("Notice of a meeting shall be given five days in advance. This does not apply to extraordinary meetings.", "regular"),
        ("Notice of a special meeting shall be given five days in advance.", "ad-hoc"),
    ],
)
def test_notice_is_not_proposed_for_the_meetings_that_a_sentence_takes_out(sentence: str, kind: str | None) -> None:
    row = only(sentence, "rule")
    assert (row["value"], row["where"].get("kind")) == (5, kind)


@pytest.mark.parametrize(
    "sentence",
    [
        "Resolutions are adopted by a majority of the shareholders.",
        "A majority of gardens is green.",
        "The accounts are published at least ten days before the year ends.",
        "The Gardener shall convene meetings.",
    ],
)
def test_words_that_do_not_say_it_propose_nothing(sentence: str) -> None:
    for table in ("decision", "rule", "quorum", "power"):
        assert only(sentence, table) == {}


def test_members_their_term_and_what_becomes_of_a_tie() -> None:
    text = """# Charter

## Council

- The Council consists of 12 members serving a 2 year term.
- The quorum at a meeting of the Council is eight members of the Council.
- Proposals are approved by a majority of cast votes (ties are therefore against).
"""
    rows = {each.table: each.row for each in proposed(text).values()}
    assert rows["role"]["id"] == rows["term"]["role"] == "member"
    assert rows["term"]["length"] == {"value": 2, "unit": "years"}
    assert rows["quorum"]["at_least"] == 8
    assert (rows["decision"]["pass"][0]["of"], rows["decision"]["tie"]) == ("cast", "fails")


def test_a_meeting_that_nobody_is_told_to_call_is_owed_by_the_body() -> None:
    assert only("The Council meets monthly.", "cadence")["holder"] == "council"


def test_all_that_is_accepted_loads() -> None:
    parsed = EnglishCharter().parse(BYLAWS)
    found = tuple(proposed(BYLAWS).values())
    text = as_toml(parsed, "en").replace("[instrument]", "[instrument]\neffective = 2024-01-01", 1)
    result = accept(AcceptedFiles(text), found, chosen(found, (), above=0))
    assert result.problems == ()
    charter, wrong = load.read(result.files.charter, "charter", "charter.toml")
    assert wrong == []
    assert charter is not None
    assert charter.instrument.id == "bylaws-of-the-garden-council", "the title names what has no number"
    assert {role.id for role in charter.roles} == {"chair", "vice-chair", "secretary", "member"}
    assert "p, secretary, council, minutes, draft, -, allow, IV.1.a" in result.files.policy.splitlines()


SHORT = """CHARTER OF THE TOOLS PROJECT

1. Committee

The Technical Steering Committee (the "TSC") looks after the tools. The TSC may elect a TSC Chair, who will preside over meetings.

2. Voting

(a) A quorum requires at least fifty percent of all voting members of the TSC. Without it the TSC may meet and decide nothing.

(b) Decisions at a meeting require a majority vote of those in attendance.

(c) Decisions by electronic vote without a meeting require a majority vote of all voting members of the TSC.

(d) The election of the TSC Chair requires a two-thirds vote of all members.

(e) No more than one-third of the TSC members may be employed by the same company.
"""


def test_a_body_that_is_called_by_its_letters() -> None:
    rows = {id: each.row for id, each in proposed(SHORT).items()}
    body = "technical-steering-committee"
    assert rows[f"body:{body}:1"]["id"] == body
    assert rows["quorum:to-vote:2.a"]["share"] == [1, 2], "it may meet without, so the quorum is one to vote"
    assert rows["decision:vote:2.b"]["channels"] == ["meeting"]
    assert rows["decision:vote:2.b"]["pass"][0]["of"] == "present"
    assert rows["decision:written-vote:2.c"]["channels"] == ["written"]
    assert rows["decision:written-vote:2.c"]["pass"][0]["of"] == "seated"
    assert not [id for id in rows if id.endswith(":2.d")], "by how many somebody is elected is no rule for decisions"
    assert rows["cap:one-employer:2.e"]["max"] == {"share": [1, 3]}


def test_a_panel_with_a_convener_and_a_clerk_is_read_as_its_text_calls_them() -> None:
    text = (
        "RULES OF THE HEATH PANEL\n\n1. Panel\n\nThe Panel has seven members. The Convener calls each meeting.\n\n"
        "2. Quorum\n\nFour members make a quorum.\n\n3. Minutes\n\nThe Clerk drafts the minutes.\n"
    )
    rows = [each.row for each in proposed(text).values()]
    labels = {row["id"]: row["label"]["en"] for row in rows if "label" in row}
    assert labels == {"panel": "Panel", "chair": "Convener", "secretary": "Clerk"}
    assert {(row["subject"], row["object"], row["act"]) for row in rows if "subject" in row} == {
        ("chair", "meeting.regular", "convene"),
        ("secretary", "minutes", "draft"),
    }
    assert [row["at_least"] for row in rows if row.get("for") == "meet"] == [4]


def test_what_a_sentence_adds_to_a_share_is_not_left_out() -> None:
    amended = "The bylaws may be amended by two-thirds of the members present, being not fewer than six"
    assert only(f"{amended}.", "decision")["pass"] == [
        {"count": "for", "of": "present", "share": [2, 3]},
        {"count": "for", "at_least": 6},
    ]
    noticed = only(f"{amended}, provided the text was circulated not less than thirty days before.", "decision")
    assert len(noticed["pass"]) == 2, "thirty days are no votes"
    assert only(f"{amended}. Proxies are not counted for amendments.", "decision") == {}, "the share alone would count them"
    assert only("A quorum is a majority of the active members.", "quorum")["of"] == "active"
    served = "Members serve for a term of two years beginning on 1 July. No member may serve more than three consecutive terms."
    term = only(served, "term")
    assert (term["length"], term["starts"], term["limit"]) == (
        {"value": 2, "unit": "years"},
        "fixed:07-01",
        {"consecutive": 3},
    )
