"""Every address of the application: what strangers get of it, and what a form without its token does."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from tests.accounts.conftest import account, browser, enter
from tests.web.conftest import NATIONAL, Clock, installed

from steerco.configuration.installation import Installation
from steerco.store import log
from steerco.store.base import INSTALLATION
from steerco.web.app import create_app

OPEN = (
    "/sign-in",
    "/sign-out",
    "/reset",
    "/invitation",
    "/new",
    "/static",
    "/health",
    "/ready",
    "/schema/openapi.json",
    "/.well-known/authzen-configuration",
    "/.well-known/oauth-authorization-server",
    "/problems",
)
"""What strangers may ask for: to sign in, to begin a committee by an operator's link, what pages look like, whether the server
works, what a code means. What the rules of a committee make public they read too; where nothing is, there is no such page
(tests/web/test_public_page.py)."""
BY_TOKEN = re.compile(r"^/t/[^/]+/(api|schema|x)(/|$)")
"""The API, and what plugins answer for themselves: by a bearer token, or by a secret in the address."""
FILLED = {"tenant": NATIONAL, "type": "meeting", "language": "vi", "plugin": "steerco_ical"}


@pytest.fixture(scope="module")
def installation() -> Iterator[Installation]:
    made = installed()
    account(made, "chair@moj.gov.vn", "chair")
    yield made
    made.store.close()


@pytest.fixture(scope="module")
def client(installation: Installation) -> Iterator[TestClient[Any]]:
    with browser(installation, Clock()) as opened:
        yield opened


def addresses(installation: Installation, method: str) -> list[str]:
    """Every address of a method, with something in each place that is filled in."""
    app: Litestar = create_app(installation).app
    templates = {route.path for route in app.routes if method in getattr(route, "methods", ())}

    def fill(place: re.Match[str]) -> str:
        return FILLED.get(place[1], "1" if place[2] == "int" else "x")

    filled = sorted(re.sub(r"\{(\w+):?(\w*)\}", fill, path) for path in templates)
    return [path for path in filled if not BY_TOKEN.match(path)]


def heads(installation: Installation) -> list[log.Head]:
    """The ends of both logs: of the committee, and of the installation."""
    found = []
    for number in (INSTALLATION, installation.number(NATIONAL)):
        with installation.store.read(number) as session:
            found.append(log.head(session))
    return found


def is_open(path: str) -> bool:
    return path.startswith((*OPEN, f"/t/{NATIONAL}/sign-in/", f"/t/{NATIONAL}/public"))


def test_strangers_are_led_to_the_sign_in_page_from_every_other_address(
    installation: Installation, client: TestClient[Any]
) -> None:
    paths = [path for path in addresses(installation, "GET") if not is_open(path)]
    assert len(paths) > 20
    found = {}
    for path in paths:
        given = client.get(path)
        found[path] = (given.status_code, given.headers.get("location", "").partition("?")[0], given.content)
    assert {path: each for path, each in found.items() if each != (303, "/sign-in", b"")} == {}


def test_nothing_is_done_by_a_form_without_its_token(installation: Installation, client: TestClient[Any]) -> None:
    enter(client, "chair@moj.gov.vn")
    paths = [path for path in addresses(installation, "POST") if not is_open(path)]
    assert len(paths) > 10
    before, statuses = heads(installation), {}
    for path in paths:
        for fields in ({"text": "x"}, {"form_token": "forged", "key": "x" * 30, "press": "1"}):
            given = client.post(path, data=fields)
            statuses[path] = given.status_code
            assert given.status_code in (403, 404), (path, given.status_code)
    assert 403 in statuses.values()
    assert heads(installation) == before
    assert client.get("/account").status_code == 200


def test_nothing_is_done_by_a_form_of_a_stranger(installation: Installation, client: TestClient[Any]) -> None:
    client.cookies.clear()
    before = heads(installation)
    for path in addresses(installation, "POST"):
        if not is_open(path):
            given = client.post(path, data={"form_token": "x"})
            assert given.status_code in (303, 401), (path, given.status_code)
    assert heads(installation) == before
