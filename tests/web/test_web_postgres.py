"""The API on PostgreSQL, behind row-level security: the same answers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from litestar.testing import TestClient
from tests.store import postgres
from tests.web.conftest import MOST, NATIONAL, START, Api, Clock

from steerco.cases.world import seed
from steerco.configuration.home import Home, shipped
from steerco.configuration.installation import Installation
from steerco.store.engine import Store
from steerco.web.app import create_app

EXPERT = "chuyen-gia-do-thi"
AD_HOC = {"kind": "ad-hoc", "starts_at": "2021-02-10T09:00:00"}


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    folder: Path = tmp_path_factory.mktemp("files")
    for server in postgres.serve():
        server.create("web")
        store = Store.open(server.url("web", postgres.SERVING), folder, operator_url=server.url("web", postgres.OWNER))
        installation, home = Installation(store), Home(shipped())
        store.upgrade(role=postgres.SERVING)
        for slug in (NATIONAL, MOST):
            installation.apply(slug, home.content(slug), at=START, who="operator", why="tests", seed=seed)
        clock = Clock()
        with TestClient(create_app(installation, clock=clock)) as client:
            yield Api(installation, clock, client)
        store.close()


def test_records_are_made_listed_and_followed(api: Api) -> None:
    chair, expert = api.as_("chair"), api.as_(EXPERT)
    made = [chair("POST", "/meeting/convene", {**AD_HOC, "place": f"Room {n}"}).json()["record"]["id"] for n in range(5)]
    assert chair("POST", f"/meeting/{made[2]}/invite", {"who": [EXPERT]}).status_code == 200
    assert pages(chair, "/meeting?limit=2") == made
    assert pages(chair, "/meeting?limit=2&sort=-place") == made[::-1]
    assert pages(chair, "/meeting?limit=2&sort=opened_at") == made  # none has a value
    assert pages(chair, "/meeting?limit=2&sort=-created_at&place=Room 1&place=Room 3") == [made[3], made[1]]
    assert pages(expert, "/meeting?limit=2") == [made[2]]
    seen = expert("GET", "/events?after=0&limit=200").json()
    assert {change["record"] for change in seen["items"]} == {made[2]}
    assert not seen["more"]
    there, not_there = expert("GET", f"/meeting/{made[0]}"), expert("GET", "/meeting/nothing")
    assert (there.status_code, there.content) == (404, not_there.content)


def pages(send: Any, path: str) -> list[str]:
    """Every id of a list, page by page."""
    found: list[str] = []
    while path:
        answer = send("GET", path)
        assert answer.status_code == 200, answer.text
        found += [item["id"] for item in answer.json()["items"]]
        path = answer.links.get("next", {}).get("url", "").partition("/api")[2]
    return found


def test_what_is_malformed_is_never_a_fault(api: Api) -> None:
    chair = api.as_("chair")
    big, nul = "9" * 19, "%00"
    for query in (
        f"version={big}",
        f"place={nul}",
        "place=%ed%a0%80",
        "starts_at=0001-01-01T00:00:00Z",
        "after=AAAA",
        "place=" + "x" * 501,
    ):
        assert 400 <= chair("GET", f"/meeting?{query}").status_code < 500, query
    for body in (b'{"place": "a\\u0000"}', b'{"kind": ' + b"9" * 400 + b"}", b'{"starts_at": "9999-12-31T23:59:59-14:00"}'):
        answer = chair("POST", "/meeting/convene", content=body, headers={"Content-Type": "application/json"})
        assert 400 <= answer.status_code < 500, body
    assert chair("GET", "/meeting/a%00b").status_code == 404


def test_questions_are_answered(api: Api) -> None:
    chair = api.as_("chair")
    assert chair("GET", "/duties?at=2021-04-15").json()["items"]
    assert chair("GET", "/charter").status_code == 200
    assert chair("POST", "/explain", {"do": "meeting.convene", "by": "vice-chair"}).json()["outcome"] == "refused"
    key = {"Idempotency-Key": "postgres"}
    first, again = (chair("POST", "/meeting/convene", AD_HOC, headers=key) for _ in range(2))
    assert first.json()["record"] == again.json()["record"]
