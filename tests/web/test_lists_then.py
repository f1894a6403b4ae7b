"""A list of a past day is what its records are on that day when each is asked for alone, and nobody sees more by it."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime
from io import StringIO
from typing import Any

import pytest
from tests.web.conftest import MOST, Api

EXPERT = "chuyen-gia-do-thi"
DAYS = ("2021-02-02", "2021-02-03", "2021-02-04", "2021-02-05", "2021-02-06", "2021-02-08")
TODAY = datetime(2021, 2, 9, 2, 0, tzinfo=UTC)


@pytest.fixture(scope="module", autouse=True)
def week(api: Api) -> list[dict[str, Any]]:
    """Meetings of a few days: convened one a day, two postponed, one cancelled."""
    chair, made = api.as_("chair"), []
    for day in (3, 4, 5, 6):
        api.clock.now = datetime(2021, 2, day, 2, 0, tzinfo=UTC)
        body = {"kind": "ad-hoc", "starts_at": f"2021-03-0{day}T09:00:00", "place": "Hội trường"}
        answer = chair("POST", "/meeting/convene", body)
        assert answer.status_code == 201, answer.text
        made.append(answer.json()["record"])
        if day > 4:
            later = {"starts_at": f"2021-04-0{day}T09:00:00", "reason": "Tet"}
            assert chair("POST", f"/meeting/{made[0]['id']}/postpone", later).status_code == 200
    assert chair("POST", f"/meeting/{made[1]['id']}/cancel", {"reason": "Tet"}).status_code == 200
    api.clock.now = TODAY
    return made


def pages(api: Api, who: str, query: str, limit: int = 2) -> list[dict[str, Any]]:
    ask, found, after = api.as_(who), list[dict[str, Any]](), ""
    while after is not None:
        answer = ask("GET", f"/{query}&limit={limit}{after and '&after=' + after}")
        assert answer.status_code == 200, answer.text
        found += answer.json()["items"]
        after = answer.json()["next"]
    return found


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize(("who", "type"), [("chair", "meeting"), ("chair", "person"), (EXPERT, "person"), (EXPERT, "meeting")])
def test_it_is_each_record_of_today_as_it_was_then(api: Api, who: str, type: str, day: str) -> None:
    ask = api.as_(who)
    alone = [ask("GET", f"/{type}/{item['id']}?at={day}") for item in pages(api, who, f"{type}?fields=id", 100)]
    there = [answer.json() for answer in alone if answer.status_code == 200]
    assert pages(api, who, f"{type}?at={day}") == there
    backwards = pages(api, who, f"{type}?at={day}&sort=-ref", 3)
    assert [item["ref"] for item in backwards] == sorted((item["ref"] for item in there), reverse=True)


def test_filters_look_at_that_day(api: Api, week: list[dict[str, Any]]) -> None:
    def found(query: str) -> list[str]:
        return [item["ref"] for item in pages(api, "chair", f"meeting?{query}&sort=ref")]

    first, second, third, fourth = (record["ref"] for record in week)
    assert found("at=2021-02-05&state=canceled") == []
    assert found("at=2021-02-06&state=canceled") == [second]
    assert found("at=2021-02-04&starts_at[lte]=2021-03-03") == [first]
    assert found("at=2021-02-05&starts_at[lte]=2021-03-03") == []
    assert found("at=2021-02-05&starts_at=2021-04-05") == [first]
    assert found("at=2021-02-06&created_at[gte]=2021-02-05") == [third, fourth]
    assert found("at=2021-02-06&author=me&version=1") == [third, fourth]


@pytest.mark.parametrize(
    ("query", "field", "told"),
    [
        ("meeting?at=2021-02-04&sort=starts_at", "sort", "id, ref"),
        ("meeting?at=2021-02-04&place=x", "place", "starts_at"),
        ("meeting?at=2021-02-04&fields=state", "fields", "at"),
        ("meeting?at=2021-02-04&expand=parties", "expand", "at"),
        ("meeting?at=2021-02-10", "at", "2021-02-09"),
    ],
)
def test_what_is_not_known_of_a_past_day_is_told(api: Api, query: str, field: str, told: str) -> None:
    answer = api.as_("chair")("GET", f"/{query}")
    assert answer.status_code == 422
    assert told in answer.json()["fields"][field]


def test_today_is_answered_as_ever(api: Api) -> None:
    chair = api.as_("chair")
    assert chair("GET", "/meeting?at=2021-02-09&sort=starts_at").json() == chair("GET", "/meeting?sort=starts_at").json()


def test_line_by_line(api: Api) -> None:
    query, chair = "meeting?at=2021-02-05&state=convened", api.as_("chair")
    items = pages(api, "chair", query)
    assert len(items) == 3
    lines = chair("GET", f"/{query}", headers={"Accept": "application/x-ndjson"}).text
    assert [json.loads(line) for line in lines.splitlines()] == items
    rows = list(csv.DictReader(StringIO(chair("GET", f"/{query}", headers={"Accept": "text/csv"}).text, newline="")))
    assert [(row["ref"], row["state"], json.loads(row["values"])) for row in rows] == [
        (item["ref"], item["state"], item["values"]) for item in items
    ]


def test_other_committees_and_the_unseen_are_in_none(api: Api) -> None:
    answer = api.as_("head", MOST)("GET", "/meeting?at=2021-02-06")
    assert (answer.status_code, answer.json()["items"]) == (200, [])
    assert pages(api, EXPERT, "meeting?at=2021-02-06") == []
