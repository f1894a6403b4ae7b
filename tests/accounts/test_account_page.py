"""One's own account: what is signed in, what speaks for oneself, and what one may change."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from litestar.testing import TestClient
from tests.accounts.conftest import PASSWORD, account, browser, enter, form_of, holder, row
from tests.web.conftest import NATIONAL, START, Clock
from tests.web.reading_room import Page, innocent

from steerco.accounts import verification, web_sign_ins
from steerco.configuration.installation import Installation
from steerco.i18n import words
from steerco.operations import tokens
from steerco.store.base import INSTALLATION
from steerco.web.pages.account.account import browser_name

NAME, OTHER = "chair@moj.gov.vn", "một mật khẩu khác"
POSTS = [
    "/account/password",
    "/account/email",
    "/account/sign-ins/x",
    "/account/sign-out-everywhere",
    f"/account/tokens/{NATIONAL}/x",
    "/account/second-factor",
    "/account/second-factor/off",
]


@pytest.mark.parametrize("path", POSTS)
def test_a_form_of_another_sign_in_does_nothing(installation: Installation, client: TestClient[Any], path: str) -> None:
    account(installation, NAME, "chair")
    account(installation, "other@moj.gov.vn", "standing-vice-chair")
    enter(client, "other@moj.gov.vn")
    foreign = form_of(Page(client.get("/account").text))
    enter(client, NAME)
    for token in ("", foreign, "ế"):
        given = client.post(path, data={"form_token": token, "present": PASSWORD, "password": OTHER, "again": OTHER})
        assert given.status_code == 403
        assert "no longer valid" in Page(given.text).text
    assert client.get("/account").status_code == 200


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox, Linux"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/150.0 Safari/537.36", "Chrome, Windows"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/150.0 Safari/537.36 Edg/150.0", "Edge, Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1", "Safari, iPhone"),
        ("curl/8.0", "curl/8.0"),
        ("", "An unnamed browser"),
    ],
)
def test_a_browser_is_named_as_people_name_it(agent: str, name: str) -> None:
    assert browser_name(words("en"), agent) == name


@pytest.mark.parametrize("path", ["/account", "/account/second-factor"])
def test_strangers_have_no_account(client: TestClient[Any], path: str) -> None:
    assert client.get(path).headers["location"].startswith("/sign-in?to=%2Faccount")


@pytest.mark.parametrize("language", ["en", "vi"])
def test_the_page_names_committees_sign_ins_and_tokens(
    installation: Installation, client: TestClient[Any], clock: Clock, language: str
) -> None:
    account(installation, NAME, "chair")
    tenant, chair = installation.tenant(NATIONAL), holder(installation, "chair")
    issued = tokens.issue(tenant, chair, ("read",), now=START, expires_at=START + timedelta(days=9))
    tokens.issue(tenant, holder(installation, "standing-vice-chair"), ("task.*",), now=START)
    enter(client, NAME, headers={"User-Agent": "Agent <script>"})
    given = client.get(f"/account?lang={language}")
    page = Page(given.text)
    innocent(page)
    assert f"/t/{NATIONAL}" in " ".join(page.links)
    assert "Agent <script>" in page.text
    assert "read" in page.text
    assert "task.*" not in page.text
    assert issued.secret not in given.text
    assert len(page.of("h1")) == 1


def test_another_browser_is_signed_out_from_here(installation: Installation, client: TestClient[Any], clock: Clock) -> None:
    account(installation, NAME, "chair")
    account(installation, "other@moj.gov.vn", "standing-vice-chair")
    enter(client, NAME)
    with browser(installation, clock) as phone, browser(installation, clock) as other:
        enter(phone, NAME)
        enter(other, "other@moj.gov.vn")
        page = Page(client.get("/account").text)
        actions = [form["action"] for form in page.of("form") if form.get("action", "").startswith("/account/sign-ins/")]
        assert len(actions) == 1
        token = form_of(Page(other.get("/account").text))
        other.post(actions[0], data={"form_token": token})
        assert phone.get("/account").status_code == 200
        client.post(actions[0], data={"form_token": form_of(page)})
        assert phone.get("/account").status_code == 303
    assert client.get("/account").status_code == 200


def test_sign_out_everywhere_is_everywhere(installation: Installation, client: TestClient[Any], clock: Clock) -> None:
    account(installation, NAME, "chair")
    enter(client, NAME)
    with browser(installation, clock) as phone:
        enter(phone, NAME)
        client.post("/account/sign-out-everywhere", data={"form_token": form_of(Page(client.get("/account").text))})
        assert phone.get("/account").status_code == client.get("/account").status_code == 303


def test_a_token_is_revoked_by_whom_it_speaks_for_and_by_nobody_else(
    installation: Installation, client: TestClient[Any], clock: Clock
) -> None:
    account(installation, NAME, "chair")
    account(installation, "other@moj.gov.vn", "standing-vice-chair")
    tenant = installation.tenant(NATIONAL)
    issued = tokens.issue(tenant, holder(installation, "chair"), ("read",), now=START)
    path = f"/account/tokens/{NATIONAL}/{issued.id}"

    def good() -> bool:
        with tenant.store.read(tenant.id) as session:
            return tokens.find_good_token(session, tenant.id, issued.secret, clock()) is not None

    with browser(installation, clock) as other:
        enter(other, "other@moj.gov.vn")
        other.post(path, data={"form_token": form_of(Page(other.get("/account").text))})
    assert good()
    enter(client, NAME)
    client.post(path, data={"form_token": form_of(Page(client.get("/account").text))})
    assert not good()


def test_a_new_password_takes_the_old_one_and_ends_other_sign_ins(
    installation: Installation, client: TestClient[Any], clock: Clock
) -> None:
    id = account(installation, NAME, "chair")
    enter(client, NAME)
    with browser(installation, clock) as phone:
        enter(phone, NAME)
        token = form_of(Page(client.get("/account").text))
        fields = {"form_token": token, "password": OTHER, "again": OTHER}
        before = row(installation, id).password
        assert client.post("/account/password", data={**fields, "present": "geraten, falsch"}).status_code == 422
        assert row(installation, id).password == before
        assert client.post("/account/password", data={**fields, "present": PASSWORD}).status_code == 303
        assert phone.get("/account").status_code == 303
    assert client.get("/account").status_code == 200
    client.post("/sign-out")
    assert enter(client, NAME).status_code == 422
    assert enter(client, NAME, OTHER).status_code == 303


def test_the_present_password_is_not_guessed_without_end(installation: Installation, client: TestClient[Any]) -> None:
    account(installation, NAME, "chair")
    enter(client, NAME)
    token = form_of(Page(client.get("/account").text))
    fields = {"form_token": token, "password": OTHER, "again": OTHER}
    for number in range(10):
        client.post("/account/password", data={**fields, "present": f"geraten, falsch {number}"})
    assert client.post("/account/password", data={**fields, "present": PASSWORD}).status_code == 422


def test_an_ended_sign_in_is_still_known_to_be_whose_for_a_day(
    installation: Installation, client: TestClient[Any], clock: Clock
) -> None:
    from steerco.accounts.signing_in import states
    from steerco.web.http.sign_in import LOOPBACK_COOKIE

    id = account(installation, NAME, "chair")
    token = enter(client, NAME).cookies[LOOPBACK_COOKIE]
    store, all_states = installation.store, states(demo=False)
    assert web_sign_ins.find_ended(store, token, clock(), all_states) is None
    client.post("/sign-out")
    clock.now += timedelta(hours=23)
    ended = web_sign_ins.find_ended(store, token, clock(), all_states)
    assert ended is not None
    assert ended.account == id
    clock.now += timedelta(hours=2)
    assert web_sign_ins.find_ended(store, token, clock(), all_states) is None
    with store.read(INSTALLATION) as session:
        assert web_sign_ins.open_ones(session, id) == []


def test_the_address_for_a_forgotten_password_is_changed_by_the_password(
    installation: Installation, client: TestClient[Any]
) -> None:
    id = account(installation, NAME, "chair", email="old@moj.gov.vn")
    enter(client, NAME)
    fields = {"form_token": form_of(Page(client.get("/account").text)), "present": PASSWORD}
    for wrong in (
        {"email": "nobody"},
        {"email": "a b@moj.gov.vn"},
        {"email": "a@moj.gov.vn,b@moj.gov.vn"},
        {"email": "me@moj.gov.vn", "present": "geraten, falsch"},
    ):
        assert client.post("/account/email", data={**fields, **wrong}).status_code == 422
    assert row(installation, id).email == "old@moj.gov.vn"
    assert client.post("/account/email", data={**fields, "email": " new@moj.gov.vn "}).status_code == 303
    assert row(installation, id).email == "new@moj.gov.vn"
    assert client.post("/account/email", data={**fields, "email": ""}).status_code == 303
    assert row(installation, id).email is None
    with installation.store.read(INSTALLATION) as session:
        assert verification.breaks(session) == []
