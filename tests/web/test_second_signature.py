"""Minutes with the secretary's signature beside the signer's: on page, PDF and Word file; and where nobody signs beside."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

import docx
import pytest
from pypdf import PdfReader
from tests.web.conftest import MOST, NATIONAL
from tests.web.stage import Committee, Stage

from steerco.records import Invalid, OutOfOrder

WORDS = {"title": "Minutes", "opening": "Today.", "closing": "The end.", "bases": ["The text"], "blocks": [{"text": "Words"}]}


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    made = Stage()
    with made.http:
        yield made
    made.installation.store.close()


def minutes(committee: Committee, secretary: str | None) -> str:
    """A paper drafted from the minutes of the meeting ahead."""
    named = {"secretary": secretary} if secretary else {}
    meeting = committee.act(committee.head, "meeting.convene", kind="ad-hoc", starts_at="2021-03-10T09:00:00")
    taken = committee.act("wg-head", "minutes.draft", meeting=meeting, text="What was said", **named)
    return committee.act("wg-head", "document.draft", kind="minutes", about=taken, **WORDS)


def second(committee: Committee, paper: str, lang: str = "en") -> str:
    return committee.page("wg-head", "records", "document", paper, lang=lang).text


def test_both_signatures_stand_on_the_paper_and_the_page_says_whose_are_missing_and_why(stage: Stage) -> None:
    committee = stage.committees[NATIONAL]
    secretary = committee.day.holders("wg-member")[0]
    paper = minutes(committee, secretary)
    before = second(committee, paper)
    assert "signs beside the signer, and has not signed yet" in before
    assert "Sample 1.9" in before
    assert "hiện chưa ký" in second(committee, paper, "vi")
    committee.act(secretary, "document.sign-beside", paper)
    assert "signed beside the signer on" in second(committee, paper)
    committee.act("wg-head", "document.sign", paper)
    browser = committee.as_("wg-head")
    page = committee.page("wg-head", "records", "document", paper)
    signed = next(each["href"] for each in page.of("a") if "signed.pdf" in each.get("href", ""))
    printed = " ".join(sheet.extract_text() for sheet in PdfReader(BytesIO(browser.get(signed).content)).pages)
    word = docx.Document(BytesIO(browser.get(committee.path("records", "document", paper, "paper", "docx")).content))
    written = " ".join(cell.text for table in word.tables for row in table.rows for cell in row.cells)
    for said in (printed, written):
        assert said.index("THƯ KÝ") < said.index("TL. CHỦ TỊCH")


def test_nobody_signs_beside_in_the_place_of_the_secretary_on_record(stage: Stage) -> None:
    """Who drafts and signs the paper names neither themself nor another as the one who signs beside."""
    committee = stage.committees[NATIONAL]
    secretary, head = committee.day.holders("wg-member")[0], committee.day.holders("wg-head")[0]
    meeting = committee.act(committee.head, "meeting.convene", kind="ad-hoc", starts_at="2021-03-11T09:00:00")
    taken = committee.act("wg-head", "minutes.draft", meeting=meeting, text="What was said", secretary=secretary)
    drafting = {"kind": "minutes", "about": taken, **WORDS}
    paper = committee.act("wg-head", "document.draft", **drafting)
    for act, on, given in (("document.edit", paper, {}), ("document.draft", None, drafting)):
        with pytest.raises(Invalid) as caught:
            committee.act("wg-head", act, on, second=head, **given)
        assert caught.value.fields["second"].code == "second-on-record"
    with pytest.raises(OutOfOrder):
        committee.act("wg-head", "document.sign", paper)


def test_minutes_without_a_secretary_are_signed_by_nobody_alone_and_the_page_says_what_to_do(stage: Stage) -> None:
    committee = stage.committees[NATIONAL]
    secretary = committee.day.holders("wg-member")[0]
    task = committee.act(committee.head, "task.assign", title="Something else", to="working-group")
    bare = committee.act("wg-head", "document.draft", kind="minutes", **WORDS)
    beside_the_point = committee.act("wg-head", "document.draft", kind="minutes", about=task, **WORDS)
    paper = minutes(committee, None)
    assert "Nobody is named yet" in second(committee, paper)
    for each in (bare, beside_the_point, paper):
        with pytest.raises(OutOfOrder) as caught:
            committee.act("wg-head", "document.sign", each)
        assert caught.value.code == "second-not-named"
        assert caught.value.cites == ("30/2020/NĐ-CP:sample-1.9",)
    committee.act("wg-head", "document.edit", bare, second=secretary)
    committee.act(secretary, "document.sign-beside", bare)
    committee.act("wg-head", "document.sign", bare)


def test_where_the_regulation_says_who_signs_nobody_signs_beside(stage: Stage) -> None:
    committee = stage.committees[MOST]
    said = second(committee, minutes(committee, committee.day.holders("wg-member")[0]))
    assert "Nobody signs beside the signer." in said
    assert "Article 10, clause 1" in said
    assert "THƯ KÝ" not in said
