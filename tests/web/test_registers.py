"""Registers over HTTP: a committee's own record types in its API, its pages and its search, and in nobody else's."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from litestar.testing import TestClient
from tests.databases import STORES
from tests.web.conftest import Api, Clock
from tests.web.signed_in import signed_in

from steerco.cases.world import seed
from steerco.configuration.home import Home
from steerco.configuration.installation import Installation
from steerco.web.app import create_app

HOME = Home(Path(__file__).parents[2] / "tenants/_examples")
VISITS, RISKS = "daknong-sc", "water-board"
START = datetime(2025, 3, 2, 2, 0, tzinfo=UTC)
PLAN = {"agency": "ubnd-tinh", "visit_on": "2025-03-10", "leader": "secretary", "purpose": "progress"}


@pytest.fixture(scope="module")
def api() -> Iterator[Api]:
    """Both committees with registers in one installation."""
    installation, clock = Installation(STORES.empty()), Clock(START)
    for slug in (VISITS, RISKS):
        installation.apply(slug, HOME.content(slug), at=START, who="operator", why="tests", seed=seed)
    with TestClient(create_app(installation, clock=clock)) as client:
        yield Api(installation, clock, client)
    installation.store.close()


@pytest.fixture(scope="module")
def planned(api: Api) -> dict[str, Any]:
    """A visit that was planned, and others beside it."""
    send = api.as_("dai-su-quan", VISITS)
    for day in ("2025-04-01", "2025-05-01"):
        assert send("POST", "/r-visit/plan", PLAN | {"visit_on": day, "purpose": "finance"}).status_code == 201
    answer = send("POST", "/r-visit/plan", PLAN)
    assert answer.status_code == 201, answer.text
    return dict(send("GET", f"/r-visit/{answer.json()['record']['ref']}").json())


def test_an_entry_is_read_as_its_declaration_says(planned: dict[str, Any]) -> None:
    assert {name: planned[name] for name in PLAN} == PLAN
    assert (planned["type"], planned["state"], planned["findings"]) == ("r-visit", "planned", None)
    assert planned["ref"].startswith("LV-2025-")
    assert not {"register", "texts", "further", "parties_named", "filed_day"} & planned.keys()


def test_who_has_no_power_is_told_the_clause_and_who_may(api: Api) -> None:
    answer = api.as_("thu-ky", VISITS)("POST", "/r-visit/plan", PLAN)
    assert answer.status_code == 403
    assert [each["clause"] for each in answer.json()["because"]] == ["H.4"]


def test_lists_run_along_the_first_party_day_and_choice(api: Api, planned: dict[str, Any]) -> None:
    send = api.as_("thu-ky", VISITS)

    def refs(query: str) -> list[str]:
        answer = send("GET", f"/r-visit?{query}")
        assert answer.status_code == 200, answer.text
        return [item["visit_on"] for item in answer.json()["items"]]

    assert refs("sort=-visit_on") == ["2025-05-01", "2025-04-01", "2025-03-10"]
    assert refs("sort=visit_on&purpose=finance") == ["2025-04-01", "2025-05-01"]
    assert refs("visit_on[lte]=2025-04-01&sort=visit_on&agency=ubnd-tinh&state=planned") == ["2025-03-10", "2025-04-01"]
    assert refs("agency=dsq-dan-mach") == []
    first = send("GET", "/r-visit?sort=visit_on&limit=2").json()
    assert [
        item["visit_on"] for item in send("GET", f"/r-visit?sort=visit_on&limit=2&after={first['next']}").json()["items"]
    ] == ["2025-05-01"]
    assert send("GET", "/r-visit?findings=x").status_code == 400
    assert send("GET", "/r-visit?purpose=holiday").status_code == 400


def test_bad_input_is_told_by_field(api: Api) -> None:
    send = api.as_("dai-su-quan", VISITS)
    for given, field in (
        ({"agency": "secretary"}, "agency"),
        ({"visit_on": "soon"}, "visit_on"),
        ({"purpose": "holiday"}, "purpose"),
        ({"colour": "red"}, "colour"),
    ):
        answer = send("POST", "/r-visit/plan", PLAN | given)
        assert answer.status_code == 422, answer.text
        assert field in answer.text
    assert send("POST", "/r-visit/plan", {"agency": "ubnd-tinh"}).status_code == 422


def test_history_search_and_pages_speak_of_it(api: Api, planned: dict[str, Any]) -> None:
    browser = signed_in(api.http, api.installation, VISITS, "dai-su-quan")
    at = f"/t/{VISITS}/records/r-visit"
    whole = browser.get(at)
    assert [word for word in ("chuyến làm việc", planned["ref"]) if word not in whole.text] == []
    page = browser.get(f"{at}/{planned['ref']}")
    assert page.status_code == 200
    words = ("đã lên lịch", "Nơi đến làm việc", "10/03/2025", "tiến độ", "Mục đích")
    assert [word for word in words if word not in page.text] == []
    form = browser.get(f"{at}/do/plan")
    assert [word for word in ("Ngày làm việc", "tài chính") if word not in form.text] == []
    assert browser.get(f"{at}/{planned['ref']}/do/cancel").status_code == 200
    found = browser.get(f"/t/{VISITS}/search?q={planned['ref']}")
    assert planned["ref"] in found.text


def test_what_people_wrote_is_found_by_its_words(api: Api) -> None:
    done = api.as_("dai-su-quan", VISITS)("POST", "/r-visit/plan", PLAN | {"visit_on": "2025-03-01"}).json()
    ref = done["record"]["ref"]
    assert (
        api.as_("thu-ky", VISITS)("POST", f"/r-visit/{ref}/report", {"findings": "Cầu treo chưa nghiệm thu"}).status_code == 200
    )
    browser = signed_in(api.http, api.installation, VISITS, "dai-su-quan")
    assert ref in browser.get(f"/t/{VISITS}/search?q=nghiem thu cau").text


def test_the_openapi_document_of_each_committee_has_its_own_registers(api: Api) -> None:
    for slug, who, own, other in ((VISITS, "thu-ky", "r-visit", "r-risk"), (RISKS, "lead", "r-risk", "r-visit")):
        document = api.as_(who, slug)("GET", "/../schema/openapi.json").text
        assert f"/{own}/" in document
        assert f"/{other}/" not in document


def test_a_register_is_nobody_elses(api: Api, planned: dict[str, Any]) -> None:
    send = api.as_("lead", RISKS)
    assert send("GET", "/r-visit").status_code == 404
    assert send("GET", f"/r-risk/{planned['id']}").status_code == 404
    assert api.as_("dai-su-quan", VISITS)("GET", f"/task/{planned['id']}").status_code == 404


def test_two_registers_in_one_table_do_not_mix(api: Api, planned: dict[str, Any]) -> None:
    """A second register of the same committee: an entry of the first is none of it, by id or by reference."""
    content = dict(HOME.content(VISITS))
    path = f"tenants/{VISITS}/registers.toml"
    second = content[path].replace('id = "visit"', 'id = "trip"').replace('prefix = "LV"', 'prefix = "CT"')
    content[path] += second.partition("\n")[2]
    lines = content["policies/daknong-sc.csv"]
    content["policies/daknong-sc.csv"] += "\n".join(
        line.replace("r-visit", "r-trip") for line in lines.splitlines() if "r-visit" in line
    )
    api.installation.apply(VISITS, content, at=START, who="operator", why="a second register", seed=seed)
    send = api.as_("dai-su-quan", VISITS)
    assert send("GET", f"/r-trip/{planned['id']}").status_code == 404
    assert send("GET", f"/r-trip/{planned['ref']}").status_code == 404
    assert send("POST", f"/r-trip/{planned['id']}/cancel", {"why": "x"}).status_code == 404
    assert send("GET", "/r-trip").json()["items"] == []
    assert send("POST", "/r-trip/plan", PLAN).status_code == 201
    assert [item["type"] for item in send("GET", "/r-trip").json()["items"]] == ["r-trip"]
    assert send("GET", f"/r-visit/{planned['id']}").status_code == 200


def test_the_feed_tells_each_act_on_an_entry(api: Api, planned: dict[str, Any]) -> None:
    events = api.as_("thu-ky", VISITS)("GET", "/events?limit=200").json()["items"]
    assert [each["action"] for each in events if each["record"] == planned["id"]][:1] == ["r-visit.plan"]
