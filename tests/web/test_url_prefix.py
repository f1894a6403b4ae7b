"""The program under a path of another site: no page, form, redirect, cookie, feed or document leads out of it."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin

import pytest
from litestar.testing import TestClient
from tests.accounts.conftest import PASSWORD, account
from tests.browser.crawl import sort
from tests.cli.command import Command
from tests.cli.conftest import steerco as steerco
from tests.cli.conftest import written as written
from tests.web.conftest import NATIONAL, START
from tests.web.reading_room import HTML, NOW, Page, furnished

from steerco.configuration.installation import Installation
from steerco.operations import tokens
from steerco.web.app import create_app
from steerco.web.http.prefix import BadPrefix, Prefixed, checked

PREFIX = "/steerco"
SITE = "https://example.org"
LEADS = ("href", "action", "src", "formaction")
PAGES = 80


@pytest.fixture(scope="module")
def installation() -> Iterator[Installation]:
    made = furnished()
    account(made, "an", "chair")
    yield made
    made.store.close()


def browser(installation: Installation, *, demo: bool) -> TestClient[Any]:
    """A browser before a web server that shows the program under the prefix."""
    made = TestClient(Prefixed(create_app(installation, demo=demo, clock=lambda: NOW), PREFIX), base_url=SITE)
    made.headers.update({**HTML, "Accept-Language": "en", "Sec-Fetch-Site": "same-origin"})
    made.follow_redirects = False
    return made


def links(page: str) -> list[str]:
    return [value for _, given in Page(page).elements for name, value in given.items() if name in LEADS and value.startswith("/")]


def test_pages_lead_to_pages_under_the_prefix_alone(installation: Installation) -> None:
    """Each sort of page once, from the first one on: every address in it is below the prefix, and each that is asked answers."""
    waiting, seen, kinds = deque([f"{PREFIX}/"]), set[str](), set[str]()
    with browser(installation, demo=True) as http:
        while waiting and len(kinds) < PAGES:
            path = waiting.popleft()
            answer = http.get(path)
            assert answer.status_code in (200, 303), path
            if "html" not in answer.headers["content-type"]:
                continue
            assert int(answer.headers["content-length"]) == len(answer.content)
            kinds.add(sort(path))
            for link in links(answer.text):
                assert link.startswith(f"{PREFIX}/"), f"{path} leads to {link}"
                if sort(link) not in seen and "/steerco/static/" not in link and "sign-out" not in link:
                    seen.add(sort(link))
                    waiting.append(link)
        assert http.get(next(each for each in links(http.get(f"{PREFIX}/").text) if "/static/" in each)).status_code == 200
    assert len(kinds) > 30, kinds


def test_one_signs_in_acts_and_signs_out_under_the_prefix(installation: Installation) -> None:
    with browser(installation, demo=False) as http:
        shown = http.get(f"{PREFIX}/t/{NATIONAL}")
        assert shown.status_code == 303
        at = shown.headers["location"]
        assert at.startswith(f"{PREFIX}/sign-in?")
        form = Page(http.get(at).text)
        fields = {each["name"]: each.get("value", "") for tag, each in form.elements if tag == "input" and "name" in each}
        action = next(each["action"] for tag, each in form.elements if tag == "form" and "sign-in" in each.get("action", ""))
        given = {**fields, "name": "an", "password": PASSWORD}
        entered = http.post(urljoin(at, action), data=given)
        assert entered.status_code == 303, entered.text
        cookie = entered.headers["set-cookie"]
        assert cookie.startswith("__Secure-steerco=")
        assert re.search(r";\s*path=/steerco(;|$)", cookie, re.IGNORECASE)
        onward = entered.headers["location"]
        assert onward.startswith(f"{PREFIX}/t/{NATIONAL}")
        mine = http.get(onward)
        assert mine.status_code == 200
        assert all(link.startswith(f"{PREFIX}/") for link in links(mine.text))
        token = re.search(r'name="form_token" value="([^"]+)"', mine.text)
        assert token is not None
        out = http.post(f"{PREFIX}/sign-out", data={"form_token": token[1]})
        assert out.headers["location"].startswith(f"{PREFIX}/sign-in")
        assert out.headers["set-cookie"].startswith("__Secure-steerco=")
        assert http.get(onward).status_code == 303


def test_the_api_tells_addresses_under_the_prefix(installation: Installation) -> None:
    tenant = installation.tenant(NATIONAL)
    with tenant.store.read(tenant.id) as session:
        chair = tenant.directory(session).on(START.date(), tenant.snapshot.regime_on(START.date()).charter).holders("chair")[0]
    secret = tokens.issue(tenant, chair, ("*",), now=START).secret
    headers = {"Authorization": f"Bearer {secret}", "Accept": "application/json"}
    with browser(installation, demo=False) as http:
        given = {"title": "x", "to": "standing-vice-chair"}
        for number, before in enumerate((PREFIX, "")):  # the server in front hands the prefix on, or takes it off
            api = f"{before}/t/{NATIONAL}/api"
            made = http.post(f"{api}/task/assign", headers=headers, json=given)
            assert made.status_code == 201, made.text
            assert made.headers["location"].startswith(f"{PREFIX}/t/{NATIONAL}/api/task/")
            assert http.get(made.headers["location"], headers=headers).status_code == 200
            page = http.get(f"{api}/task?limit={number + 1}", headers=headers)
            assert page.headers["link"].startswith(f"<{PREFIX}/t/{NATIONAL}/api/task?")
            wrong = http.get(f"{api}/nothing-such", headers=headers)
            assert wrong.json()["type"].startswith(f"{PREFIX}/problems/")
            assert http.get(f"{before}/schema/openapi.json").json()["servers"] == [{"url": PREFIX}]
            asked = http.get(f"{before}/.well-known/authzen-configuration/t/{NATIONAL}").json()
            assert asked["access_evaluation_endpoint"] == f"{SITE}{PREFIX}/t/{NATIONAL}/api/access/v1/evaluation"
        bare = http.get(PREFIX)
        assert (bare.status_code, bare.headers["location"]) == (308, f"{PREFIX}/")
        assert http.head(f"{PREFIX}/sign-in").status_code == 200
        assert http.get("/health").status_code == 200


@pytest.mark.parametrize("prefix", ["steerco", "/steerco/", "/", "/t", "/a b", "/a/../b", "//a"])
def test_a_prefix_that_is_no_path_is_refused(prefix: str) -> None:
    with pytest.raises(BadPrefix, match="/steerco"):
        checked(prefix)


def test_the_command_tells_of_a_prefix_that_does_not_fit(steerco: Command, written: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from steerco.cli.frame.problems import CommandProblem
    from steerco.cli.serve.processes import _prefix

    monkeypatch.setenv("STEERCO_URL_PREFIX", "/steerco")
    assert _prefix() == PREFIX
    monkeypatch.setenv("STEERCO_ADDRESS", "https://example.org")
    with pytest.raises(CommandProblem, match="without the STEERCO_URL_PREFIX"):
        _prefix()
    monkeypatch.setenv("STEERCO_ADDRESS", "https://example.org/steerco/")
    assert _prefix() == PREFIX
    monkeypatch.setenv("STEERCO_URL_PREFIX", "steerco")
    with pytest.raises(CommandProblem, match="no path"):
        _prefix()


def test_a_machine_is_told_addresses_under_the_prefix(installation: Installation) -> None:
    with browser(installation, demo=False) as http:
        told = http.get(f"{PREFIX}/.well-known/oauth-authorization-server/t/{NATIONAL}").json()
        assert told["issuer"] == f"{SITE}{PREFIX}/t/{NATIONAL}"
        assert http.post(told["token_endpoint"], content="").json()["error"] == "invalid_request"
        assert http.get(told["service_documentation"]).status_code == 200
