"""English charters, Markdown and prose with headings become clauses; each line has its place."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steerco.charter import load
from steerco.charter.check import CheckScope, check
from steerco.charter.text.importer import Parsed, account_of, read_regulation, write_charter
from steerco_en_charter.parser import EnglishCharter
from steerco_vn_charter.parser import VietnameseCharter

SHARED = Path(__file__).parents[3] / "shared/failing/regulations"
TEXTS = sorted(SHARED.glob("en-*.md"))

BYLAWS = """BYLAWS OF THE GARDEN COUNCIL

Adopted on March 5, 2024; effective 2024-04-01.

ARTICLE I. NAME

The name is Garden Council.

ARTICLE II. MEMBERS

Section 1. Number. The Council has nine members.

Section 2. Duties of members

The members shall:

(a) attend the meetings;

(b) water:

(i) the roses;

(ii) the beans.

Members serve without pay.

ARTICLE III. MEETINGS

Section 1. The Council meets at least
quarterly.
"""


def read(text: str) -> Parsed:
    parsed = EnglishCharter().parse(text)
    account = account_of(text, parsed.placed)
    assert account.lines == account.clauses + account.headings + account.instrument + len(account.left_over)
    ids = [clause.id for clause in parsed.clauses]
    assert len(ids) == len(set(ids))
    assert {place.of for place in parsed.placed if place.kind == "clause"} <= set(ids)
    return parsed


def ids(text: str) -> list[str]:
    return [clause.id for clause in read(text).clauses]


def test_articles_and_sections() -> None:
    parsed = read(BYLAWS)
    texts = {clause.id: clause.text for clause in parsed.clauses}
    assert list(texts) == ["preamble", "I", "II.1", "II.2.p1", "II.2.a", "II.2.b.i", "II.2.b.ii", "II.2.p2", "III.1"]
    assert texts["III.1"] == "The Council meets at least quarterly."
    assert texts["II.2.p2"] == "Members serve without pay."
    assert (parsed.paper.title, parsed.paper.date, parsed.paper.effective) == (
        "BYLAWS OF THE GARDEN COUNCIL",
        date(2024, 3, 5),
        date(2024, 4, 1),
    )
    assert {heading.id: heading.label for heading in parsed.headings}["II"] == "MEMBERS"


def test_numbers_and_letters() -> None:
    meetings = "2. Meetings\n\n2.1 Regular. They meet monthly.\n\n2.2 The chair\n\n(a) convenes;\n\n(b) presides.\n"
    assert ids(f"1. Purpose\n\nTo grow.\n\n{meetings}") == ["1", "2.1", "2.2.a", "2.2.b"]
    letters = "1. Duties\n\n" + "\n\n".join(f"({letter}) do {letter};" for letter in "abcdefghij")
    assert ids(letters) == [f"1.{letter}" for letter in "abcdefghij"]
    assert ids("§ 1 Name\n\nGarden.\n\n§ 2 Seat\n\nHere.\n\n(1) There.\n\n(2) Elsewhere.") == ["1", "2.p1", "2.1", "2.2"]


def test_markdown() -> None:
    votes = "## Votes\n\n* [Two](http://x) thirds\n  of all\n* one vote each\n\nNo proxies.\n"
    text = f"# Charter\n\nWho we are.\n\n## Scope\n\nAll *gardens*.\n\nNo parks.\n\n{votes}"
    parsed = read(text)
    assert [(clause.id, clause.heading, clause.text) for clause in parsed.clauses] == [
        ("preamble", "", "Who we are."),
        ("1", "Scope", "All gardens."),
        ("1.p2", "Scope", "No parks."),
        ("2.1", "Votes", "Two thirds of all"),
        ("2.2", "Votes", "one vote each"),
        ("2.p2", "Votes", "No proxies."),
    ]
    assert "numbered" in {doubt.code for doubt in parsed.unsure}
    assert ids("Charter\n=======\n\nScope\n-----\n\nGardens.\n\nVotes\n-----\n\nNone.\n") == ["1", "2"]
    assert ids("# Charter\n\n## Article 3. Votes\n\n### 3.1 Count\n\nOne each.\n\n### 3.2 Ties\n\nFail.\n") == ["3.1", "3.2"]


def test_prose_with_headings() -> None:
    members = "Membership\n\nIt has five members.\n\nThey serve two years.\n"
    text = f"Terms of reference\n\nPurpose\n\nThe board advises the minister.\n\n{members}"
    assert ids(text) == ["1", "2", "2.p2"]
    assert read(text).paper.title == "Terms of reference"


def test_each_parser_takes_its_own_texts() -> None:
    vietnamese = Path(__file__).with_name("sample-regulation.txt").read_text("utf-8")
    assert not EnglishCharter().reads(vietnamese)
    assert not VietnameseCharter().reads(BYLAWS)
    assert EnglishCharter().reads(BYLAWS)
    assert not EnglishCharter().reads("Dear all, see you on Monday.")


@pytest.mark.parametrize("file", TEXTS, ids=lambda file: file.name)
def test_charters_as_found(file: Path) -> None:
    parsed = read(file.read_text("utf-8"))
    assert parsed.paper.title
    assert len(parsed.clauses) > 10


def test_that_charters_are_at_hand() -> None:
    if not TEXTS:
        pytest.skip("NOT TESTED: the texts of real charters are not part of this repository and are not beside it")
    assert SHARED.is_dir()


def test_an_import_loads(tmp_path: Path) -> None:
    target = tmp_path / "tenants/garden/charter.toml"
    report = write_charter(read_regulation(BYLAWS, [VietnameseCharter(), EnglishCharter()]), target, "bylaws.txt")
    assert report.parser == "steerco_en_charter"
    charter, wrong = load.read(target, "charter", "charter.toml")
    assert [finding.message for finding in wrong] == ["instrument, id: is missing"], "a charter without a number needs one"
    target.write_text(target.read_text("utf-8").replace("[instrument]", '[instrument]\nid = "bylaws-2024"'), "utf-8")
    charter, wrong = load.read(target, "charter", "charter.toml")
    assert wrong == []
    assert charter is not None
    assert check(charter, CheckScope()) == []


WORDS = "the Council shall meet Section 3 Article IV 1.2 (a) ii) * # - ; : . § Members"
BEGINNINGS = (
    "Article I",
    "Section 2. Votes",
    "## Heading",
    "1. One",
    "1.1 Two",
    "(a) three",
    "(i) four",
    "* five",
    "    * six",
    "---",
)
LINE = st.one_of(
    st.just(""),
    st.lists(st.sampled_from(WORDS.split(" ")), min_size=1, max_size=9).map(" ".join),
    st.sampled_from(BEGINNINGS),
    st.text(max_size=30).map(lambda text: re.sub(r"[\n\r]", " ", text)),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(LINE, max_size=40))
def test_whatever_the_text_every_line_has_one_place(lines: list[str]) -> None:
    read("\n".join(lines))
