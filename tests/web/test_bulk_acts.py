"""Several acts in one request: each stands alone, and is answered as it would be alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from litestar.testing import TestClient
from tests.web.conftest import MOST, NATIONAL, START, Api

from steerco.web.app import create_app
from steerco.web.http.limits import Limits

MEETING = {"kind": "ad-hoc", "starts_at": "2021-03-01T09:00:00"}
CONVENE = {"do": "meeting.convene", "with": MEETING}
LATE = {"do": "meeting.convene", "with": {"kind": "ad-hoc", "starts_at": "soon"}}


def sent(api: Api, who: str, acts: Any, query: str = "", key: str = "", slug: str = NATIONAL) -> Any:
    headers = {"Idempotency-Key": key} if key else {}
    return api.as_(who, slug)("POST", f"/acts{query}", {"acts": acts}, headers=headers)


def end(api: Api, slug: str = NATIONAL) -> int:
    return int(api.as_("chair" if slug == NATIONAL else "head", slug)("GET", "/events?limit=200&after=0").json()["next"])


def test_one_that_is_stopped_undoes_none_of_the_others(api: Api) -> None:
    acts = [CONVENE, LATE, {"do": "meeting.cancel", "on": "M-none", "with": {"reason": "no"}}, {"do": "robot.walk"}, CONVENE]
    answer = sent(api, "chair", acts)
    assert answer.status_code == 200
    told = answer.json()
    assert (told["done"], told["not_done"], told["not_tried"]) == (2, 3, 0)
    assert [(row["row"], row["status"]) for row in told["answers"]] == [(0, 201), (1, 422), (2, 404), (3, 404), (4, 201)]
    made = [told["answers"][at]["acted"]["record"]["id"] for at in (0, 4)]
    assert all(api.as_("chair")("GET", f"/meeting/{id}").status_code == 200 for id in made)


def test_each_is_answered_as_it_would_be_alone(api: Api) -> None:
    member = api.as_("member")
    alone = [member("POST", "/meeting/convene", MEETING), member("POST", "/meeting/convene", LATE["with"])]
    rows = sent(api, "member", [CONVENE, LATE]).json()["answers"]
    for row, one in zip(rows, alone, strict=True):
        problem = one.json()
        assert row["status"] == one.status_code
        assert row["problem"] | {"instance": ""} == problem | {"instance": ""}
    assert rows[0]["problem"]["because"]
    assert rows[0]["problem"]["who_may"]
    assert rows[0]["problem"]["next"]


def test_a_repeat_does_what_was_not_done_and_nothing_twice(api: Api) -> None:
    first = sent(api, "chair", [CONVENE, LATE], key="monday").json()
    again = sent(api, "chair", [CONVENE, CONVENE], key="monday").json()
    assert [row["acted"]["replayed"] for row in again["answers"]] == [True, False]
    assert again["answers"][0]["acted"]["record"] == first["answers"][0]["acted"]["record"]
    other = {**CONVENE, "with": {**MEETING, "place": "elsewhere"}}
    assert sent(api, "chair", [other], key="monday").json()["answers"][0]["problem"]["code"] == "key-reused"
    own = [{**CONVENE, "key": f"own-{number}"} for number in range(2)]
    made = [sent(api, "chair", own).json()["answers"][1]["acted"]["record"]["id"] for _ in range(2)]
    assert made[0] == made[1]


def test_a_dry_run_keeps_nothing_and_stop_tries_none_after_the_first(api: Api) -> None:
    before = end(api)
    told = sent(api, "chair", [CONVENE, LATE], "?dry_run=1").json()
    assert [row["status"] for row in told["answers"]] == [200, 422]
    assert told["answers"][0]["acted"]["dry_run"] is True
    stopped = sent(api, "chair", [LATE, CONVENE], "?stop=1").json()
    assert (stopped["done"], stopped["not_done"], stopped["not_tried"], len(stopped["answers"])) == (0, 1, 1, 1)
    assert end(api) == before


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "acts"),
        ({"acts": []}, "acts"),
        ({"acts": [CONVENE] * 201}, "acts"),
        ({"acts": [CONVENE, {"with": {}}]}, "acts[1].do"),
        ({"acts": [CONVENE, {**CONVENE, "undo": True}]}, "acts[1].undo"),
        ({"acts": [CONVENE, {**CONVENE, "with": []}]}, "acts[1].with"),
        ({"acts": [{**CONVENE, "key": "k"}, {**CONVENE, "key": "k"}]}, "acts"),
        ({"acts": [CONVENE, {**CONVENE, "key": "x" * 201}]}, "acts[1].key"),
    ],
)
def test_nothing_is_done_of_what_is_not_well_formed(api: Api, body: dict[str, Any], field: str) -> None:
    before = end(api)
    answer = api.as_("chair")("POST", "/acts", body)
    assert answer.status_code == 422, answer.text
    assert field in answer.json()["fields"]
    assert end(api) == before


def test_the_token_and_the_wall_hold_for_each(api: Api) -> None:
    reader = api.as_("chair", NATIONAL, "read")
    rows = reader("POST", "/acts", {"acts": [CONVENE]}).json()["answers"]
    assert (rows[0]["status"], rows[0]["problem"]["code"]) == (403, "token-scope")
    theirs = sent(api, "chair", [CONVENE]).json()["answers"][0]["acted"]["record"]["id"]
    cancel = {"do": "meeting.cancel", "with": {"reason": "no"}}
    foreign, none = sent(api, "head", [{**cancel, "on": theirs}, {**cancel, "on": "M-none"}], slug=MOST).json()["answers"]
    assert foreign["problem"] | {"instance": ""} == none["problem"] | {"instance": ""}
    assert api.http.post(f"/t/{NATIONAL}/api/acts", json={"acts": [CONVENE]}).status_code == 401
    unseen, absent = sent(api, "chuyen-gia-do-thi", [{**cancel, "on": theirs}, {**cancel, "on": "M-none"}]).json()["answers"]
    assert unseen["problem"] | {"instance": ""} == absent["problem"] | {"instance": ""}


@pytest.fixture
def rationed(api: Api) -> Iterator[Api]:
    with TestClient(create_app(api.installation, clock=lambda: START, limits=Limits(token=3))) as client:
        yield replace(api, http=client)


def test_each_counts_as_a_request(rationed: Api) -> None:
    told = sent(rationed, "vice-chair", [CONVENE] * 5).json()
    assert [row["status"] for row in told["answers"]][-1] == 429
    assert (len(told["answers"]), told["not_tried"]) == (4, 1)
