"""The page of a document, while it is drafted, signed and issued; its files; what a stranger to it gets."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from tests.web.conftest import MOST, NATIONAL
from tests.web.stage import Committee, Stage

EVIL = '#read("/etc/passwd") <script>alert(1)</script> $x$ *b* {{ 7*7 }}'


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    made = Stage()
    with made.http:
        yield made
    made.installation.store.close()


@pytest.fixture(params=[NATIONAL, MOST])
def committee(stage: Stage, request: pytest.FixtureRequest) -> Committee:
    return stage.committees[request.param]


def drafted(committee: Committee) -> str:
    return committee.act(
        *("wg-head", "document.draft"),
        kind="conclusion-notice",
        title="Notice of conclusions",
        blocks=[{"text": EVIL}, {"kind": "table", "text": "Task | Lead\nSurvey | IT Centre"}],
    )


@pytest.mark.parametrize("lang", ["en", "vi"])
def test_a_draft_stands_beside_who_may_sign_it(committee: Committee, lang: str) -> None:
    page = committee.page("wg-head", "records", "document", drafted(committee), lang=lang)
    assert EVIL in page.text
    assert page.of("script") == [each for each in page.of("script") if "src" in each]
    assert "TL. " in page.text
    assert "IT Centre" in page.text


def test_what_is_signed_and_issued_can_be_saved(committee: Committee) -> None:
    ref = drafted(committee)
    browser = committee.as_("wg-head")
    look = browser.get(committee.path("records", "document", ref, "paper", "pdf"))
    assert look.content.startswith(b"%PDF")
    assert look.headers["content-disposition"].startswith("attachment")
    assert browser.get(committee.path("records", "document", ref, "paper", "docx")).content.startswith(b"PK")
    committee.act("wg-head", "document.sign", ref)
    committee.act("wg-head", "document.issue", ref)
    page = committee.page("wg-head", "records", "document", ref)
    assert "01/TB-" in page.text
    files = [attrs["href"] for attrs in page.of("a") if "/files/" in attrs.get("href", "")]
    assert len(files) == 3
    kinds = sorted(browser.get(href).content[:4] for href in files)
    assert kinds == [b"%PDF", b"%PDF", b'{"ki']
    assert browser.get(committee.path("records", "document", ref, "paper", "exe")).status_code == 404


def test_a_signed_paper_names_its_number_its_subject_and_in_what_capacity_it_was_signed(committee: Committee) -> None:
    ref = drafted(committee)
    committee.act("wg-head", "document.sign", ref)
    committee.act("wg-head", "document.issue", ref)
    page = committee.page("wg-head", "records", "document", ref, lang="vi").text
    assert "Trích yếu" in page
    assert re.search(r"Số văn bản: \d\d/TB-", page)
    assert "Số liệu" not in page
    office = page.split("Ký với tư cách")[1]
    assert office.strip().startswith(("Phó Chủ tịch Ủy ban", "Tổ trưởng Tổ công tác"))


def test_what_a_draft_still_lacks_stands_on_its_page_in_the_readers_language(committee: Committee) -> None:
    given = {"kind": "conclusion-notice", "title": "Kết luận", "opening": "Tại … ngày 3"}
    ref = committee.act("wg-head", "document.draft", **given)
    for lang, head, what in (
        ("vi", "Chỗ còn phải ghi", "còn chỗ chưa ghi"),
        ("en", "Still to be written", "words are still missing"),
    ):
        page = committee.page("wg-head", "records", "document", ref, lang=lang).text
        assert head in page
        assert what in page
    committee.act("wg-head", "document.edit", ref, opening="Tại Hà Nội ngày 3")
    assert "Still to be written" not in committee.page("wg-head", "records", "document", ref, lang="en").text


def test_a_document_that_one_does_not_see_gives_nothing_away(committee: Committee) -> None:
    ref = drafted(committee)
    stranger = committee.as_(committee.substitute)
    for step in ((), ("paper", "pdf")):
        assert stranger.get(committee.path("records", "document", ref, *step)).status_code == 404


def test_of_what_was_disposed_of_no_page_tells_the_words(committee: Committee) -> None:
    given = {"kind": "conclusion-notice", "title": "Notice", "blocks": [{"text": "Xyzzyq"}]}
    ref = committee.act("wg-head", "document.draft", **given)
    given_on = {"archive": {"dossier": "2021"}, "dispose": {"decision": "5"}}
    for step in ("sign", "issue", "archive", "dispose"):
        committee.act("wg-head", f"document.{step}", ref, **given_on.get(step, {}))
    for who in ("wg-head", committee.member):
        for page in (("records", "document", ref), ("log",), ("log.csv",)):
            answer = committee.as_(who).get(committee.path(*page))
            assert answer.status_code == 200
            assert "Xyzzyq" not in answer.text
