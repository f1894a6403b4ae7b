"""The second step: a code is taken once, and nobody is in before it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pyotp
from litestar.testing import TestClient
from tests.accounts.conftest import MINUTE, account, enter, form_of, row
from tests.web.conftest import NATIONAL, Clock
from tests.web.reading_room import Page

from steerco.accounts import attempts, signing_in
from steerco.accounts.signing_in import Visitor
from steerco.configuration.installation import Installation
from steerco.web.http.sign_in import LOOPBACK_COOKIE

NAME = "chair@moj.gov.vn"


def set_up(client: TestClient[Any], clock: Clock) -> tuple[str, list[str]]:
    """Turn the second factor on as a person does; its secret and the recovery codes."""
    page = Page(client.get("/account/second-factor").text)
    secret = next(field["value"] for field in page.of("input") if field.get("name") == "secret")
    code = pyotp.TOTP(secret).at(clock())
    given = client.post("/account/second-factor", data={"form_token": form_of(page), "secret": secret, "code": code})
    assert given.status_code == 200
    return secret, [text.strip() for text in Page(given.text).texts if text.count("-") == 3]


def second(client: TestClient[Any], code: str) -> Any:
    return client.post("/sign-in/code", data={"code": code})


def test_after_the_password_nobody_is_in_until_the_code(
    installation: Installation, client: TestClient[Any], clock: Clock
) -> None:
    account(installation, NAME, "chair")
    enter(client, NAME)
    secret, codes = set_up(client, clock)
    assert len(codes) == 10
    client.post("/sign-out")
    clock.now += MINUTE
    first = client.post("/sign-in", data={"name": NAME, "password": "một mật khẩu dài", "to": f"/t/{NATIONAL}/charter"})
    assert first.headers["location"].partition("?")[0] == "/sign-in/code"
    assert client.get(f"/t/{NATIONAL}/charter").status_code == 303
    assert client.get("/account").status_code == 303
    before = client.cookies[LOOPBACK_COOKIE]
    page = Page(client.get(first.headers["location"]).text)
    to = next(field["value"] for field in page.of("input") if field.get("name") == "to")
    code = pyotp.TOTP(secret).at(clock())
    given = client.post("/sign-in/code", data={"code": f"{code[:3]} {code[3:]}", "to": to})
    assert (given.status_code, given.headers["location"]) == (303, f"/t/{NATIONAL}/charter")
    assert client.cookies[LOOPBACK_COOKIE] != before
    assert client.get(f"/t/{NATIONAL}/charter").status_code == 200
    assert client.get("/", headers={"Cookie": f"{LOOPBACK_COOKIE}={before}"}).status_code == 303


def test_a_code_is_taken_once_and_no_older_one_after_it(
    installation: Installation, client: TestClient[Any], clock: Clock
) -> None:
    account(installation, NAME, "chair")
    enter(client, NAME)
    secret, _ = set_up(client, clock)
    clock.now += MINUTE
    code, older = pyotp.TOTP(secret).at(clock()), pyotp.TOTP(secret).at(clock() - timedelta(seconds=30))
    enter(client, NAME)
    assert second(client, code).status_code == 303
    for again in (code, older):
        enter(client, NAME)
        assert second(client, again).status_code == 422
    clock.now += MINUTE
    enter(client, NAME)
    assert second(client, pyotp.TOTP(secret).at(clock())).status_code == 303


def test_the_code_by_which_it_was_turned_on_does_not_sign_in(
    installation: Installation, client: TestClient[Any], clock: Clock
) -> None:
    account(installation, NAME, "chair")
    enter(client, NAME)
    secret, _ = set_up(client, clock)
    enter(client, NAME)
    assert second(client, pyotp.TOTP(secret).at(clock())).status_code == 422


def test_the_same_code_twice_at_once_lets_one_in(installation: Installation, client: TestClient[Any], clock: Clock) -> None:
    account(installation, NAME, "chair")
    enter(client, NAME)
    secret, _ = set_up(client, clock)
    clock.now += MINUTE
    enter(client, NAME)
    token, code, here = client.cookies[LOOPBACK_COOKIE], pyotp.TOTP(secret).at(clock()), Visitor("192.0.2.1", "tests")

    def show(_: int) -> object:
        return signing_in.by_code(installation.store, token, code, here, now=clock())

    with ThreadPoolExecutor(4) as threads:
        let = list(threads.map(show, range(4)))
    assert len([each for each in let if each is not None]) == 1


def test_a_recovery_code_is_good_once_however_it_is_typed(
    installation: Installation, client: TestClient[Any], clock: Clock
) -> None:
    account(installation, NAME, "chair")
    enter(client, NAME)
    _, codes = set_up(client, clock)
    enter(client, NAME)
    assert second(client, codes[0].lower().replace("-", " ")).status_code == 303
    assert "9" in Page(client.get("/account").text).text
    enter(client, NAME)
    assert second(client, codes[0]).status_code == 422
    assert second(client, codes[1]).status_code == 303


def test_guessing_codes_ends_like_guessing_passwords(installation: Installation, client: TestClient[Any], clock: Clock) -> None:
    account(installation, NAME, "chair")
    enter(client, NAME)
    secret, _ = set_up(client, clock)
    clock.now += MINUTE
    right = pyotp.TOTP(secret).at(clock())
    enter(client, NAME)
    wrong = [second(client, "000000" if right != "000000" else "000001") for _ in range(attempts.BY_NAME)]
    refused = second(client, right)
    assert refused.status_code == 422
    assert refused.text == wrong[0].text


def test_the_first_step_is_good_for_ten_minutes(installation: Installation, client: TestClient[Any], clock: Clock) -> None:
    account(installation, NAME, "chair")
    enter(client, NAME)
    secret, _ = set_up(client, clock)
    enter(client, NAME)
    clock.now += 11 * MINUTE
    assert second(client, pyotp.TOTP(secret).at(clock())).status_code == 422


def test_turning_it_off_takes_the_password(installation: Installation, client: TestClient[Any], clock: Clock) -> None:
    id = account(installation, NAME, "chair")
    enter(client, NAME)
    set_up(client, clock)
    token = form_of(Page(client.get("/account").text))
    assert client.post("/account/second-factor/off", data={"form_token": token, "present": "geraten"}).status_code == 422
    assert row(installation, id).totp is not None
    done = client.post("/account/second-factor/off", data={"form_token": token, "present": "một mật khẩu dài"})
    assert done.status_code == 303
    assert row(installation, id).totp is None
    client.post("/sign-out")
    assert enter(client, NAME).headers["location"] == "/?lang=en"


def test_the_right_password_gives_nobody_more_codes_to_guess(
    installation: Installation, client: TestClient[Any], clock: Clock
) -> None:
    account(installation, NAME, "chair")
    enter(client, NAME)
    secret, _ = set_up(client, clock)
    clock.now += MINUTE
    right = pyotp.TOTP(secret).at(clock())
    for _ in range(attempts.BY_NAME + 1):
        client.post("/sign-in", data={"name": NAME, "password": "một mật khẩu dài"})
        second(client, "000000" if right != "000000" else "000001")
    client.post("/sign-in", data={"name": NAME, "password": "một mật khẩu dài"})
    assert second(client, right).status_code == 422
