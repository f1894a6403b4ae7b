"""Signing in: who gets in, and that everybody else is told the same."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from litestar.testing import TestClient
from tests.web.conftest import NATIONAL, START, installed
from tests.web.reading_room import HTML, Page
from tests.web.signed_in import signed_in

from steerco.accounts import passwords
from steerco.accounts.accounts import LOCKED, add_account, bind, find_account
from steerco.configuration.installation import Installation
from steerco.store.base import INSTALLATION
from steerco.web.app import create_app
from steerco.web.http.sign_in import LOOPBACK_COOKIE, SECURE_COOKIE

PASSWORD = "một mật khẩu dài"
NAME = "bo-truong@moj.gov.vn"
SAME_SITE = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture(scope="module")
def installation() -> Iterator[Installation]:
    made = installed()
    with made.store.write(INSTALLATION) as session:
        account = add_account(session, NAME, now=START, password=passwords.hashed(PASSWORD))
        bind(session, account.id, made.tenant(NATIONAL).id, _chair(made), START)
    yield made
    made.store.close()


def _chair(installation: Installation) -> str:
    tenant = installation.tenant(NATIONAL)
    with tenant.store.read(tenant.id) as session:
        day = tenant.directory(session).on(START.date(), tenant.snapshot.regime_on(START.date()).charter)
        return day.holders("chair")[0]


def browser(installation: Installation, base: str = "http://127.0.0.1", *, demo: bool = False) -> TestClient[Any]:
    client = TestClient(create_app(installation, demo=demo, clock=lambda: START), base_url=base)
    client.headers.update(HTML)
    client.follow_redirects = False
    return client


def enter(client: TestClient[Any], name: str = NAME, password: str = PASSWORD, to: str = "") -> Any:
    return client.post("/sign-in", data={"name": name, "password": password, "to": to}, headers=SAME_SITE)


def test_a_stranger_is_led_to_the_sign_in_page_and_from_there_back(installation: Installation) -> None:
    with browser(installation) as client:
        asked = client.get(f"/t/{NATIONAL}/charter?lang=en")
        assert asked.status_code == 303
        form = client.get(asked.headers["location"])
        page = Page(form.text)
        fields = {each["name"]: each.get("value", "") for each in page.of("input")}
        assert fields["to"] == f"/t/{NATIONAL}/charter?lang=en"
        given = client.post("/sign-in", data={**fields, "name": NAME, "password": PASSWORD}, headers=SAME_SITE)
        assert (given.status_code, given.headers["location"]) == (303, f"/t/{NATIONAL}/charter?lang=en")
        assert client.get(given.headers["location"]).status_code == 200


def test_a_committee_that_is_not_there_leads_strangers_to_the_same_page(installation: Installation) -> None:
    with browser(installation) as client:
        for path in ("", "/charter", "/records/person"):
            there, nowhere = client.get(f"/t/{NATIONAL}{path}"), client.get(f"/t/nobody-here{path}")
            assert there.status_code == nowhere.status_code == 303
            assert there.headers["location"].replace(NATIONAL, "nobody-here") == nowhere.headers["location"]
            assert there.content == nowhere.content == b""


def test_a_committee_of_others_is_not_told_from_one_that_is_not_there(installation: Installation) -> None:
    with browser(installation) as client:
        enter(client)
        other, nowhere = client.get("/t/most-steering-board"), client.get("/t/nobody-here")
        assert other.status_code == nowhere.status_code == 404
        assert other.content == nowhere.content


@pytest.mark.parametrize(("base", "cookie"), [("http://127.0.0.1", LOOPBACK_COOKIE), ("https://steerco.example", SECURE_COOKIE)])
def test_the_cookie_is_for_this_host_alone_and_no_script_reads_it(installation: Installation, base: str, cookie: str) -> None:
    with browser(installation, base) as client:
        set_cookie = enter(client).headers["set-cookie"]
    name, _, rest = set_cookie.partition("=")
    attributes = {each.strip().lower() for each in rest.split(";")[1:]}
    assert name == cookie
    assert {"httponly", "samesite=lax", "path=/"} <= attributes
    assert ("secure" in attributes) == base.startswith("https")
    assert not any(each.startswith("domain") for each in attributes)


def test_without_tls_nobody_signs_in_from_another_machine(installation: Installation) -> None:
    with browser(installation, "http://steerco.example") as client:
        given = enter(client)
    assert given.status_code == 403
    assert "set-cookie" not in given.headers


def test_letters_typed_on_another_keyboard_are_the_same_password(installation: Installation) -> None:
    import unicodedata

    typed = unicodedata.normalize("NFD", PASSWORD)
    assert typed != PASSWORD
    with browser(installation) as client:
        assert enter(client, password=typed).status_code == 303


def test_whatever_is_wrong_the_answer_is_the_same(installation: Installation) -> None:
    with installation.store.write(INSTALLATION) as session:
        locked = add_account(session, "locked@moj.gov.vn", now=START, password=passwords.hashed(PASSWORD))
        locked.state = LOCKED
        add_account(session, "invited@moj.gov.vn", now=START)
    with browser(installation) as client:
        answers = {}
        for name in (NAME, "nobody@moj.gov.vn", "locked@moj.gov.vn", "invited@moj.gov.vn"):
            given = enter(client, name, "không phải mật khẩu" if name == NAME else PASSWORD)
            answers[name] = (given.status_code, given.text.replace(name, "…"), sorted(set(given.headers) - {"content-length"}))
    assert len({str(each) for each in answers.values()}) == 1
    assert answers[NAME][0] == 422


@pytest.mark.parametrize(
    "to",
    ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)", "/\tx", "in", "/sign-out", ""],
)
def test_nobody_is_led_elsewhere_after_signing_in(installation: Installation, to: str) -> None:
    with browser(installation) as client:
        assert enter(client, to=to).headers["location"].partition("?")[0] == "/"


def test_a_token_that_somebody_else_chose_is_not_taken_over(installation: Installation) -> None:
    with browser(installation) as client:
        client.cookies.set(LOOPBACK_COOKIE, "chosen-by-another", domain="127.0.0.1")
        given = enter(client)
        assert "chosen-by-another" not in given.headers["set-cookie"]
    with browser(installation) as other:
        assert other.get("/", headers={"Cookie": f"{LOOPBACK_COOKIE}=chosen-by-another"}).status_code == 303


def test_signing_in_again_ends_the_sign_in_before(installation: Installation) -> None:
    with browser(installation) as client:
        first = enter(client).cookies[LOOPBACK_COOKIE]
        second = enter(client).cookies[LOOPBACK_COOKIE]
        assert first != second
        client.cookies.clear()
        assert client.get("/", headers={"Cookie": f"{LOOPBACK_COOKIE}={first}"}).status_code == 303
        assert client.get("/", headers={"Cookie": f"{LOOPBACK_COOKIE}={second}"}).status_code == 200


def test_after_signing_out_the_cookie_is_worth_nothing(installation: Installation) -> None:
    with browser(installation) as client:
        token = enter(client).cookies[LOOPBACK_COOKIE]
        out = client.post("/sign-out", headers=SAME_SITE)
        assert out.status_code == 303
        assert "Max-Age=0" in out.headers["set-cookie"]
        assert client.get("/", headers={"Cookie": f"{LOOPBACK_COOKIE}={token}"}).status_code == 303


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
    ],
)
def test_a_form_of_another_site_does_nothing(installation: Installation, headers: dict[str, str]) -> None:
    with browser(installation) as client:
        enter(client)
        refused = client.post("/sign-out", headers=headers)
        assert refused.status_code == 403
        assert client.get("/").status_code == 200
        assert client.post("/sign-out", headers={"Origin": "http://127.0.0.1"}).status_code == 303


def test_who_was_signed_in_and_is_locked_is_out(installation: Installation) -> None:
    with browser(installation) as client:
        reader = signed_in(client, installation, NATIONAL, "standing-vice-chair")
        assert reader.get(f"/t/{NATIONAL}").status_code == 200
        with installation.store.write(INSTALLATION) as session:
            account = find_account(session, f"{reader.person}@{NATIONAL}")
            assert account is not None
            account.state = LOCKED
        assert reader.get(f"/t/{NATIONAL}").status_code == 303


def test_in_a_demonstration_strangers_read_and_others_are_who_they_are(installation: Installation) -> None:
    with browser(installation, demo=True) as client:
        assert client.get(f"/t/{NATIONAL}").status_code == 200
        assert signed_in(client, installation, NATIONAL, "chair").get(f"/t/{NATIONAL}").status_code == 200


def test_nothing_is_kept_of_a_stranger_and_no_cookie_is_set(installation: Installation) -> None:
    with browser(installation) as client:
        for path in ("/", "/sign-in", f"/t/{NATIONAL}", "/nothing"):
            assert "set-cookie" not in client.get(path).headers


def test_a_form_tells_strangers_no_committee_from_none(installation: Installation) -> None:
    with browser(installation) as client:
        there, nowhere = (
            client.post(f"/t/{slug}/records/meeting/do/convene", data={"key": "k"}, headers=SAME_SITE)
            for slug in (NATIONAL, "nobody-here")
        )
        assert there.status_code == nowhere.status_code == 303
        assert there.headers["location"].replace(NATIONAL, "nobody-here") == nowhere.headers["location"]
