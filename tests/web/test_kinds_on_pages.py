"""Meetings of a kind that a charter declares: called over HTTP, read on pages by their name, and found in lists."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

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
SLUG = "harbour-council"
START = datetime(2026, 3, 2, 9, tzinfo=UTC)
WORKSHOP = {"kind": "workshop", "starts_at": "2026-04-13T10:00:00"}


@pytest.fixture(scope="module")
def api() -> Iterator[Api]:
    """The committee with two meetings, one of them a workshop."""
    installation, clock = Installation(STORES.empty()), Clock(START)
    installation.apply(SLUG, HOME.content(SLUG), at=START, who="operator", why="tests", seed=seed)
    with TestClient(create_app(installation, clock=clock)) as client:
        api = Api(installation, clock, client)
        for given in (WORKSHOP, {**WORKSHOP, "kind": "regular"}):
            answer = api.as_("ann", SLUG)("POST", "/meeting/convene", given)
            assert answer.status_code == 201, answer.text
        yield api
    installation.store.close()


def test_lists_are_narrowed_to_the_kind(api: Api) -> None:
    answer = api.as_("dan", SLUG)("GET", "/meeting?kind=workshop")
    assert [each["kind"] for each in answer.json()["items"]] == ["workshop"]
    assert api.as_("dan", SLUG)("GET", "/meeting?kind=retreat").status_code == 400


def test_bad_input_and_want_of_power_are_told(api: Api) -> None:
    send = api.as_("cleo", SLUG)
    answer = send("POST", "/meeting/convene", {**WORKSHOP, "kind": "retreat"})
    assert (answer.status_code, "workshop" in answer.text) == (422, True)
    refused = send("POST", "/meeting/convene", {**WORKSHOP, "kind": "regular"})
    assert [each["clause"] for each in refused.json()["because"]] == ["4"]


def test_pages_call_it_by_its_name(api: Api) -> None:
    browser = signed_in(api.http, api.installation, SLUG, "ann")
    ref = api.as_("ann", SLUG)("GET", "/meeting?kind=workshop").json()["items"][0]["ref"]
    base = f"/t/{SLUG}"
    for path in ("", "/records/meeting", f"/records/meeting/{ref}", "/records/meeting/do/convene", "/calendar?year=2026"):
        page = browser.get(f"{base}{path}")
        assert (path, page.status_code) == (path, 200)
        assert (path, "Workshop" in page.text) == (path, True)
    for path in (f"/records/meeting/{ref}/do/postpone", "/ask?do=meeting.convene&with.kind=workshop", "/powers", "/charter"):
        assert (path, browser.get(f"{base}{path}").status_code) == (path, 200)
