"""A list as a whole, as comma-separated values and as lines of JSON: what the pages tell, to whom they tell it, and harmless."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from litestar.testing import TestClient
from tests.web.conftest import MOST, NATIONAL, START, Api, Clock

from steerco.operations import tokens
from steerco.web.api import bulk_reading
from steerco.web.app import create_app

EXPERT = "chuyen-gia-do-thi"
CSV, LINES = {"Accept": "text/csv"}, {"Accept": "application/x-ndjson"}
FORMULAS = ["=HYPERLINK(0)", "+1", "-1", "@SUM(1)", "\uff1d1+1", 'a "quoted", thing']


@pytest.fixture(scope="module", autouse=True)
def convened(api: Api) -> None:
    for place in FORMULAS:
        body = {"kind": "ad-hoc", "starts_at": "2021-03-01T09:00:00", "place": place}
        assert api.as_("chair")("POST", "/meeting/convene", body).status_code == 201


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk_reading, "AT_ONCE", 3)


def by_pages(api: Api, who: str, query: str) -> list[dict[str, Any]]:
    ask, found, after = api.as_(who), list[dict[str, Any]](), ""
    joined = "&" if "?" in query else "?"
    while after is not None:
        page = ask("GET", f"/{query}{joined}limit=40{after and '&after=' + after}").json()
        found += page["items"]
        after = page["next"]
    return found


@pytest.mark.parametrize(
    "query", ["person?sort=-ref", "meeting?sort=state,-ref", "meeting?place=%2B1", "person?fields=state,ref"]
)
@pytest.mark.parametrize("who", ["chair", EXPERT])
def test_it_is_what_the_pages_are(api: Api, who: str, query: str) -> None:
    pages = by_pages(api, who, query)
    lines = api.as_(who)("GET", f"/{query}", headers=LINES)
    assert lines.headers["content-type"] == "application/x-ndjson"
    assert [json.loads(line) for line in lines.text.splitlines()] == pages
    sheet = api.as_(who)("GET", f"/{query}", headers=CSV)
    assert sheet.headers["content-type"].startswith("text/csv")
    assert "attachment" in sheet.headers["content-disposition"]
    rows = list(csv.DictReader(StringIO(sheet.text, newline="")))
    assert [row["id"] for row in rows] == [item["id"] for item in pages]
    assert all(list(row) == list(item) for row, item in zip(rows, pages, strict=True))
    assert [row.get("state") for row in rows] == [item.get("state") for item in pages]


def test_others_and_the_unseen_are_in_none(api: Api) -> None:
    assert by_pages(api, "chair", "meeting")
    assert api.as_(EXPERT)("GET", "/meeting", headers=LINES).text == ""
    assert api.as_("head", MOST)("GET", "/meeting", headers=LINES).text == ""
    assert api.http.get(f"/t/{NATIONAL}/api/meeting", headers={**LINES, "Authorization": "Bearer no"}).status_code == 401


def test_no_cell_is_a_formula_and_lines_of_json_are_exact(api: Api) -> None:
    answer = api.as_("chair")("GET", "/meeting?sort=ref", headers=CSV)
    places = [row["place"] for row in csv.DictReader(StringIO(answer.text, newline=""))]
    assert places == [*(f"'{place}" for place in FORMULAS[:-1]), FORMULAS[-1]]
    lines = api.as_("chair")("GET", "/meeting?sort=ref", headers=LINES).text.splitlines()
    assert [json.loads(line)["place"] for line in lines] == FORMULAS


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("*/*", "application/json"),
        ("text/html,*/*;q=0.8", "application/json"),
        ("application/json, text/csv;q=0.5", "application/json"),
        ("application/json;q=0.5, text/csv", "text/csv"),
        ("TEXT/CSV;q=x, application/x-ndjson;q=0.1", "application/x-ndjson"),
    ],
)
def test_the_form_is_what_is_liked_best(api: Api, accept: str, kind: str) -> None:
    assert api.as_("chair")("GET", "/meeting", headers={"Accept": accept}).headers["content-type"].partition(";")[0] == kind


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("meeting?limit=5", 400, "bad-parameter"),
        ("meeting?after=x", 400, "bad-parameter"),
        ("meeting?at=2021-02-01&sort=state", 422, "bad-parameter"),
        ("meeting?colour=red", 400, "bad-parameter"),
        ("robot", 404, "no-such-type"),
    ],
)
def test_what_cannot_be_asked_is_a_problem_and_no_half_of_a_list(api: Api, query: str, status: int, code: str) -> None:
    for form in (CSV, LINES):
        answer = api.as_("chair")("GET", f"/{query}", headers=form)
        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert answer.headers["content-type"] == "application/problem+json"


def test_head_tells_the_same_without_a_body(api: Api) -> None:
    head = api.as_("chair")("HEAD", "/meeting", headers=CSV)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-type"].startswith("text/csv")


@dataclass
class Running(Clock):
    """A clock that goes on by a minute each time that somebody looks."""

    def __call__(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now


@pytest.fixture
def hurried(api: Api) -> Iterator[Api]:
    with TestClient(create_app(api.installation, clock=Running(START))) as client:
        yield replace(api, http=client)


def test_a_token_that_runs_out_breaks_the_list_off(hurried: Api) -> None:
    """The connection ends with an error: what has come so far cannot be taken for the whole."""
    person, until = hurried.person(NATIONAL, "chair"), START + timedelta(minutes=4)
    issued = tokens.issue(hurried.tenant(NATIONAL), person, ["read"], now=START, expires_at=until)
    hurried.secrets[NATIONAL, "chair", ("read",)] = issued.secret
    with pytest.raises(Exception, match=r"response|no-token|TaskGroup"):
        hurried.as_("chair", NATIONAL, "read")("GET", "/person", headers=LINES)
