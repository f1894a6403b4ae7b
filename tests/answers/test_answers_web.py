"""The answers over HTTP and as pages: only for whoever reads at large, in both languages, and never about another committee."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from litestar.testing import TestClient
from tests.web.conftest import NATIONAL, Api, api, demo

__all__ = ["api", "demo"]

MOST = "most-steering-board"


PROOFS = {"conflicts": "notice", "dead-ends": "decided", "silences": "read", "reach?role=chair": "performed"}
WAY = "plan?do=matter.decide&by="


def test_an_answer_says_what_of_it_the_kernel_was_asked(api: Api) -> None:
    told = {question: api.as_("chair")("GET", f"/{question}").json()["looked"]["proof"] for question in PROOFS}
    assert told == PROOFS


@pytest.mark.parametrize("question", ["conflicts", "dead-ends", "silences"])
def test_a_member_is_answered_with_bounds(api: Api, question: str) -> None:
    answer = api.as_("chair")("GET", f"/{question}")
    assert answer.status_code == 200, answer.text
    assert answer.json()["looked"]["left_out"]
    assert "/api/" + question in str(
        api.http.get(f"/t/{NATIONAL}/schema/openapi.json", headers=_auth(api)).json()["paths"].keys()
    )


def _auth(api: Api) -> dict[str, str]:
    return {"Authorization": f"Bearer {api.token(NATIONAL, 'chair')}"}


def test_the_annex_is_that_of_two_days_or_of_an_amendment(api: Api) -> None:
    chair = api.as_("chair")
    told = chair("GET", "/annex?from=2020-12-01").json()
    assert (told["annex"]["old"], told["annex"]["offices"], told["file"], told["wrong"]) == ("414/QĐ-UBQGCPĐT", [], None, [])
    assert chair("GET", "/annex?amendment=AM-2021-404").status_code == 404
    for asked, *fields in (
        ("", "from"),
        ("?from=2020-12-02&to=2020-12-01", "to"),
        ("?from=2020-12-02&to=2200-01-01", "to"),
        ("?amendment=AM-2021-404&from=2020-12-01&to=2020-12-02", "from", "to"),  # days are compared, or an amendment
    ):
        wrong = chair("GET", f"/annex{asked}")
        assert (wrong.status_code, list(wrong.json()["fields"])) == (422, fields)


def test_reach_tells_acts_that_were_done_on_the_committee_as_it_is(api: Api) -> None:
    found = api.as_("wg-head")("GET", "/reach?role=wg-head&steps=2").json()
    (second,) = [gain for gain in found["gains"] if gain["what"] == "standing-vice-chair"]
    assert [act["outcome"] for act in second["acts"]] == ["done", "done"]
    assert {clause["clause"] for act in second["acts"] for clause in act["clauses"]} == {"H.2"}
    wrong = api.as_("wg-head")("GET", "/reach?role=nobody-here")
    assert (wrong.status_code, list(wrong.json()["fields"])) == (422, ["role"])


def test_nothing_that_is_asked_stays(api: Api) -> None:
    before = api.as_("chair")("GET", "/events?after=0").json()["next"]
    api.as_("chair")("GET", "/reach?role=chair")
    assert api.as_("chair")("GET", "/events?after=0").json()["next"] == before


def test_a_charter_is_compared_with_the_examples_and_with_no_other_committee_here(api: Api) -> None:
    answer = api.as_("chair")("GET", "/silences")
    assert MOST in api.installation.slugs()
    assert "daknong-sc" in answer.json()["others"]
    assert MOST not in answer.text


def test_whoever_does_not_read_at_large_is_told_of_no_such_address(api: Api) -> None:
    for question in ("conflicts", "dead-ends", "silences", "reach?role=chair"):
        outsider = api.as_("vt-tccb", MOST)("GET", f"/{question}")
        assert outsider.status_code == 404, question
    assert api.as_("vt-tccb", MOST)("GET", "/week").json()["committees"][0]["person"] == "vt-tccb"  # their own week is theirs


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("show", ["conflicts", "dead-ends", "silences", "reach&role=wg-head"])
def test_the_page_is_there_in_both_languages(demo: TestClient[Any], language: str, show: str) -> None:
    page = demo.get(f"/t/{NATIONAL}/charter/answers?show={show}&lang={language}")
    assert page.status_code == 200, page.text[:500]
    assert {"en": "Consequences of the rules", "vi": "Hệ quả của quy định"}[language] in page.text
    assert len(page.content) < 100_000
    assert {"en": "Not looked at: ", "vi": "Chưa xét: "}[language] in page.text
    proved = "The program performed every chain" if show.startswith("reach") else "ead off the texts"
    assert language == "vi" or proved in page.text
    if show == "dead-ends":
        assert {"en": "nobody may do what comes next", "vi": "không ai được làm bước tiếp theo"}[language] in page.text


def test_a_way_is_told_over_http_for_the_committee_as_it_is(api: Api) -> None:
    today = api.as_("chair")("GET", "/reach?role=chair").json()["looked"]["on"]
    asked = f"/{WAY}{today}&with=" + quote('{"class": "proposal"}')
    found = api.as_("chair")("GET", asked).json()
    assert found["verdict"] == "way", found
    assert [act["action"] for act in found["acts"]] == ["matter.raise", "matter.prepare-opinion", "matter.decide"]
    assert [act["clauses"][0]["clause"] for act in found["acts"]] == ["6.2", "6.4", "2.1"]
    assert {act["latest"] for act in found["acts"]} == {today}


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ("plan?do=no.act&by=2200-01-01", "by"),
        (f"{WAY}2001-01-01", "by"),
        ("plan?do=matter.decide", "by"),
        ("plan?do=x&by={}", "do"),
    ],
)
def test_what_a_way_cannot_be_asked_for_is_named(api: Api, asked: str, field: str) -> None:
    today = api.as_("chair")("GET", "/reach?role=chair").json()["looked"]["on"]
    wrong = api.as_("chair")("GET", f"/{asked.format(today)}")
    assert (wrong.status_code, list(wrong.json()["fields"])) == (422, [field]), wrong.text


@pytest.mark.parametrize(("language", "words"), [("en", "at the latest"), ("vi", "Chậm nhất")])
def test_the_page_tells_a_way_with_its_clauses(demo: TestClient[Any], language: str, words: str) -> None:
    form = demo.get(f"/t/{NATIONAL}/charter/answers?show=plan&lang={language}")
    assert form.status_code == 200
    assert 'name="do"' in form.text
    page = demo.get(f"/t/{NATIONAL}/charter/answers?show=plan&do=matter.decide&class=proposal&by=%2B3&lang={language}")
    assert page.text.count(words) >= 3, page.text[-4000:]
    assert "6.4" in page.text
    past = demo.get(f"/t/{NATIONAL}/charter/answers?show=plan&do=matter.decide&by=2021-01-01&lang={language}")
    assert past.status_code == 200
    assert 'role="alert"' in past.text
