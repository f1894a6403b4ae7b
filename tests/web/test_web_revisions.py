"""The list of revisions over HTTP: paged, newest first, for whoever is let in; and each answer of one revision."""

from __future__ import annotations

from datetime import timedelta

import pytest
from litestar.testing import TestClient
from tests.web.conftest import MOST, NATIONAL, START, Api, Clock, installed

from steerco.cases.world import seed
from steerco.configuration.home import Home, shipped
from steerco.configuration.installation import Installation
from steerco.web.app import create_app


@pytest.fixture(scope="module")
def revised(api: Api) -> Api:
    """Five revisions, of which the odd ones name the committee otherwise."""
    content = Home(shipped()).content(NATIONAL)
    path = f"tenants/{NATIONAL}/tenant.toml"
    for number in range(2, 6):
        text = content[path] + f"# {number}\n"
        at = START + timedelta(seconds=number)
        api.installation.apply(NATIONAL, {**content, path: text}, at=at, who="lan", why=f"number {number}", seed=seed)
    return api


def test_every_revision_is_on_one_page(revised: Api) -> None:
    ask = revised.as_("chair", NATIONAL, "read")
    numbers: list[int] = []
    before, pages = 0, 0
    while before is not None:
        answer = ask("GET", f"/revisions?limit=2&before={before}").json()
        numbers += [each["number"] for each in answer["items"]]
        before, pages = answer["next"], pages + 1
    assert (numbers, pages) == ([5, 4, 3, 2, 1], 3)
    newest = ask("GET", "/revisions").json()["items"][0]
    assert (newest["number"], newest["who"], newest["why"], newest["weight"]) == (5, "lan", "number 5", "harmless")
    assert ask("GET", "/charter").json()["revision"] == 5


@pytest.mark.parametrize("query", ["limit=0", "limit=201", "limit=x", "before=-1", "before=%00", "after=1", "limit=1&limit=2"])
def test_what_is_malformed_is_told(revised: Api, query: str) -> None:
    assert revised.as_("chair")("GET", f"/revisions?{query}").status_code in (400, 422)


def test_another_tenant_sees_its_own_only(revised: Api) -> None:
    assert [each["number"] for each in revised.as_("head", MOST)("GET", "/revisions").json()["items"]] == [1]
    assert revised.http.get(f"/t/{NATIONAL}/api/revisions").status_code == 401
    outsider = {"Authorization": f"Bearer {revised.token(MOST, 'head')}"}
    assert revised.http.get(f"/t/{NATIONAL}/api/revisions", headers=outsider).status_code == 401
    assert revised.as_("chair", NATIONAL, "meeting.convene")("GET", "/revisions").status_code == 403


def test_a_page_of_all_committees_shows_what_another_process_applied() -> None:
    """Also where nobody has asked for that committee here since."""
    installation, home = installed(), Home(shipped())
    path, content = f"tenants/{MOST}/tenant.toml", home.content(MOST)
    with TestClient(create_app(installation, demo=True, clock=Clock(), home=home)) as client:
        assert "Renamed Board" not in client.get("/?lang=en").text
        named = content[path].replace("Steering Board for e-Government of the Ministry", "Renamed Board of the Ministry")
        other = Installation(installation.store)
        other.apply(MOST, {**content, path: named}, at=START, who="lan", why="another process", seed=seed)
        assert "Renamed Board" in client.get("/?lang=en").text
    installation.store.close()
