"""A list as a sheet where it is computed as a whole, or a plain no; and acts that come as the rows of a sheet."""

from __future__ import annotations

import csv
import json
from io import StringIO
from typing import Any

import pytest
from tests.web.conftest import MOST, Api

CSV, LINES = {"Accept": "text/csv"}, {"Accept": "application/x-ndjson"}


def sheet(api: Api, who: str, text: str | bytes, query: str = "?do=meeting.convene", **headers: str) -> Any:
    content = text.encode() if isinstance(text, str) else text
    sent = {"Content-Type": "text/csv", **{name.replace("_", "-"): value for name, value in headers.items()}}
    return api.as_(who)("POST", f"/acts{query}", content=content, headers=sent)


@pytest.mark.parametrize(
    "path", ["duties?at=2021-12-31", "duties?at=2021-12-31&state=missed", "duties?by=clause", "parties?sort=role"]
)
def test_a_computed_list_comes_whole(api: Api, path: str) -> None:
    chair = api.as_("chair")
    items = chair("GET", f"/{path}").json()["items"]
    assert items
    lines = chair("GET", f"/{path}", headers=LINES)
    assert lines.headers["content-type"] == "application/x-ndjson"
    assert [json.loads(line) for line in lines.text.splitlines()][: len(items)] == items
    answer = chair("GET", f"/{path}", headers=CSV)
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(StringIO(answer.text, newline="")))
    assert len(rows) == len(lines.text.splitlines())
    assert list(rows[0]) == list(items[0])
    assert chair("GET", f"/{path}&limit=2", headers=CSV).status_code == 400


def test_nobody_is_told_more_by_a_sheet(api: Api) -> None:
    expert = api.as_("chuyen-gia-do-thi")
    assert expert("GET", "/duties?at=2021-12-31", headers=LINES).text == ""
    assert expert("GET", "/duties?at=2021-12-31").json()["items"] == []


@pytest.mark.parametrize("path", ["events", "revisions", "search?q=chair", "charter", "actions"])
@pytest.mark.parametrize("form", [CSV, LINES])
def test_what_has_no_such_form_says_so(api: Api, path: str, form: dict[str, str]) -> None:
    answer = api.as_("chair")("GET", f"/{path}", headers=form)
    assert (answer.status_code, answer.json()["code"]) == (406, "not-in-this-form")
    assert "application/json" in answer.json()["next"]
    both = {"Accept": f"{form['Accept']}, */*;q=0.1"}
    assert api.as_("chair")("GET", f"/{path}", headers=both).status_code == 200


class TestRows:
    HEAD = "kind,starts_at,place\r\n"

    def test_each_row_is_an_act_with_an_answer_of_its_own(self, api: Api) -> None:
        text = self.HEAD + "ad-hoc,2021-03-01T09:00:00,Hội trường\r\nad-hoc,soon,\r\nad-hoc,2021-03-02T09:00:00,\r\n"
        told = sheet(api, "chair", "\ufeff" + text).json()
        assert [(row["row"], row["status"]) for row in told["answers"]] == [(0, 201), (1, 422), (2, 201)]
        assert "starts_at" in told["answers"][1]["problem"]["fields"]
        made = told["answers"][0]["acted"]["record"]["id"]
        assert api.as_("chair")("GET", f"/meeting/{made}").json()["place"] == "Hội trường"

    def test_a_dry_run_keeps_nothing_and_a_repeat_does_nothing_twice(self, api: Api) -> None:
        def count() -> int:
            return len(api.as_("chair")("GET", "/meeting?limit=200").json()["items"])

        before, text = count(), self.HEAD + "ad-hoc,2021-03-03T09:00:00,\n"
        dry = sheet(api, "chair", text, "?do=meeting.convene&dry_run=1").json()
        assert (dry["done"], dry["answers"][0]["acted"]["dry_run"], count()) == (1, True, before)
        for _ in range(2):
            assert sheet(api, "chair", text, Idempotency_Key="a-sheet").json()["done"] == 1
        assert count() == before + 1

    def test_who_may_not_is_refused_row_by_row_with_the_clause(self, api: Api) -> None:
        row = sheet(api, "vice-chair", self.HEAD + "ad-hoc,2021-03-01T09:00:00,\n").json()["answers"][0]
        assert row["status"] == 403
        assert "3.3" in [because["clause"] for because in row["problem"]["because"]]

    def test_semicolons_lists_and_records(self, api: Api) -> None:
        made = sheet(api, "chair", "kind;starts_at;parties\nad-hoc;2021-03-05T09:00:00;[]\n").json()["answers"][0]
        id = made["acted"]["record"]["id"]
        text = f"on,version,reason,starts_at\n{id},1,'=Tet,2021-03-06T09:00:00\n{id},1,again,2021-03-07T09:00:00\n"
        first, second = sheet(api, "chair", text, "?do=meeting.postpone").json()["answers"]
        assert (first["status"], second["status"]) == (200, 412)
        event = api.as_("chair")("GET", "/events?limit=200").json()["items"][-1]
        assert event["action"] == "meeting.postpone"

    @pytest.mark.parametrize(
        ("text", "query", "status", "field"),
        [
            ("kind,colour\nad-hoc,red\n", "?do=meeting.convene", 422, "colour"),
            ("kind,kind\nad-hoc,ad-hoc\n", "?do=meeting.convene", 422, "kind"),
            ("kind,place\nad-hoc\n", "?do=meeting.convene", 422, "row 1"),
            ("kind\n", "?do=meeting.convene", 422, ""),
            ("", "?do=meeting.convene", 422, ""),
            (b"kind\n\xff\n", "?do=meeting.convene", 422, ""),
            ('kind\n"ad', "?do=meeting.convene", 422, ""),
            ("kind\n" + "ad-hoc\n" * 201, "?do=meeting.convene", 422, ""),
            ("kind\nad-hoc\n", "", 422, "do"),
        ],
        ids=range(9),
    )
    def test_a_sheet_that_cannot_be_read_does_nothing(self, api: Api, text: str, query: str, status: int, field: str) -> None:
        answer = sheet(api, "chair", text, query)
        assert answer.status_code == status, answer.text
        assert field in answer.json()["fields"]
        assert answer.json()["fields"][field]

    def test_an_action_that_there_is_not(self, api: Api) -> None:
        assert sheet(api, "chair", "kind\nad-hoc\n", "?do=robot.walk").status_code == 404
        assert sheet(api, "chair", "kind\nad-hoc\n", "?do=meeting.walk").status_code == 404
        assert api.as_("head", MOST)("POST", "/acts?do=meeting.convene", {"acts": []}).status_code == 422
