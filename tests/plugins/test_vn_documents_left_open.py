"""A paper with a place left open is not signed: the answer names each place, and nothing is half done."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some
from tests.plugins.test_vn_documents_drafts import drafted

from steerco.committee.documents.document import BlockInput
from steerco.committee.documents.left_to_write import left_to_write
from steerco.extension.api import DocumentText
from steerco.i18n import words
from steerco.kernel.document_content import fitted
from steerco.records import Invalid
from steerco.testkit.kit import Committee
from steerco_vn_documents.composing import COMPOSERS

PLUGIN, SLUG = "steerco_vn_documents", "most-steering-board"
HOME = Path(__file__).parents[2]
SETTINGS = tomllib.loads((HOME / "tenants" / SLUG / "tenant.toml").read_text("utf-8"))["settings"][PLUGIN]
TYPES = (
    *("meeting", "inspection", "matter", "task", "direction", "programme", "consultation", "review", "report", "check"),
    *("information-request", "mobilisation", "authority-delegation", "substitution", "commendation", "amendment", "proposal"),
)


def left(text: DocumentText) -> dict[str, Any]:
    """The open places of a first draft, as the document would keep it."""
    kept = fitted(text)
    blocks = [BlockInput(**block) for block in kept.pop("blocks")]
    return left_to_write(SimpleNamespace(addressees=[], **kept), blocks)  # type: ignore[arg-type]  # all that it reads of a document


def open_texts(text: DocumentText) -> Iterator[str]:
    """Every text of a draft with an open place that its clerk has to fill in, found by the mark that the templates write. The
    grounds have none: what no source lets anybody read has its dots behind the word (``ngày…``)."""
    yield from (said for said in (text.title, text.proposal, text.opening, text.closing, *text.recipients) if "…" in said)
    yield from (block.text for block in text.blocks if "…" in block.text)
    yield from (block.text for each in text.appendices for block in each.blocks if "…" in block.text and block.kind != "field")


@pytest.mark.parametrize("type", TYPES)
@pytest.mark.parametrize("kind", COMPOSERS)
def test_each_place_that_a_template_leaves_open_is_found(kind: str, type: str) -> None:
    text = drafted(kind, {"type": type, "kind": "", "year": 2021, "title": "", "ref": "X-1"})
    assert len(left(text)) == len(list(open_texts(text)))


def test_some_template_of_most_kinds_leaves_a_place_open() -> None:
    kinds = {kind for kind in COMPOSERS for type in TYPES if left(drafted(kind, {"type": type, "kind": "", "title": ""}))}
    assert kinds >= {"invitation", "minutes", "report", "decision", "official-letter", "authorisation", "commendation-proposal"}


@pytest.mark.parametrize("kind", COMPOSERS)
def test_a_paper_about_no_record_begins_with_what_is_known_and_no_open_place(kind: str) -> None:
    assert left(drafted(kind)) == {}


@given(some.text("abcă … .|\n", max_size=30))
def test_an_ellipsis_behind_a_word_is_a_manner_of_writing_and_one_by_itself_a_place_to_fill(text: str) -> None:
    by_itself = any(
        piece.startswith(("…", "...")) for line in text.splitlines() for cell in line.split("|") for piece in cell.split()
    )
    assert bool(left(DocumentText(opening=text))) == by_itself


@pytest.mark.parametrize("text", ["dữ liệu, hạ tầng…", "“[…] phải báo cáo”", "(…)", "v.v...", "Số 01/QĐ"])
def test_such_a_text_is_whole(text: str) -> None:
    assert left(DocumentText(opening=text)) == {}


@pytest.fixture
def invitation(committee: Committee) -> str:
    """An invitation to a meeting of which no place is on record."""
    convened = committee.do("head", "meeting.convene", kind="regular", starts_at="2021-04-15T14:00:00", parties=[])
    return str(committee.do("wg-head", "document.draft", kind="invitation", about=convened.id).id)


def test_it_is_signed_once_each_place_is_written(committee: Committee, invitation: str) -> None:
    with pytest.raises(Invalid) as stopped:
        committee.do("wg-head", "document.sign", invitation)
    shown = committee.show("document", invitation)
    assert (shown["state"], shown["paper"], shown["signed_by"], shown["files"]) == ("drafted", None, None, [])
    rows = sorted(shown["blocks"], key=lambda row: row["position"])
    at = next(n for n, row in enumerate(rows) if row["label"] == "Địa điểm")
    assert set(stopped.value.fields) == {f"blocks[{at}].text"}
    for language, says in (
        ("vi", f"phần nội dung thứ {at + 1}: còn chỗ chưa ghi"),
        ("en", f"part {at + 1} of the body: words are"),
    ):
        assert words(language).reason(stopped.value.fields[f"blocks[{at}].text"]).startswith(says)
    given = [{name: row[name] for name in ("kind", "label", "text")} for row in rows]
    given[at]["text"] = "Phòng họp 401"
    committee.do("wg-head", "document.edit", invitation, blocks=given)
    committee.do("wg-head", "document.sign", invitation)
    assert committee.show("document", invitation)["state"] == "signed"


def test_the_answer_over_the_wire_names_the_field_in_the_readers_language(committee: Committee, invitation: str) -> None:
    committee.do("wg-head", "document.edit", invitation, opening="Kính mời … đến dự")
    answer = committee.ask("wg-head", f"/api/document/{invitation}/sign", method="POST", json={})
    assert answer.status_code == 422
    assert "opening" in answer.json()["fields"]


def test_an_authorisation_says_what_the_record_says_and_is_signed_as_it_is(committee: Committee) -> None:
    text = "Ký văn bản gửi các cơ quan có liên quan"
    span = {"from": "2021-02-03", "to_day": "2021-02-28"}
    for said in (None, text):
        given = {"by": "head", "to": "deputy-head", "scope": ["document.sign"], **span} | ({"text": said} if said else {})
        granted = committee.do("head", "authority-delegation.grant", **given)
        paper = str(committee.do("wg-head", "document.draft", kind="authorisation", about=granted.id).id)
        blocks = {block["label"]: block["text"] for block in committee.show("document", paper)["blocks"]}
        if said is None:
            assert "…" in blocks["Nội dung ủy quyền"]
            with pytest.raises(Invalid):
                committee.do("head", "document.sign", paper)
            continue
        assert blocks["Nội dung ủy quyền"] == text
        committee.do("head", "document.sign", paper)
        assert committee.show("document", paper)["state"] == "signed"
