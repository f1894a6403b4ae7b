"""Signing in at a committee's provider, with a real one: who gets in, and what everybody else is told."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from litestar.testing import TestClient
from tests.accounts.conftest import holder
from tests.accounts.oidc import consent, provider
from tests.databases import STORES
from tests.web.conftest import MOST, NATIONAL, START
from tests.web.reading_room import HTML, Page
from tests.web.signed_in import signed_in

from steerco.accounts import links, openid, verification
from steerco.accounts import provider as providers
from steerco.accounts.accounts import LOCKED, BadAccount, account_of, lock, unbind
from steerco.cases.world import seed
from steerco.configuration.home import Home, shipped
from steerco.configuration.installation import Installation
from steerco.configuration.regime import PLATFORM
from steerco.store.base import INSTALLATION
from steerco.web.app import create_app

pytestmark = pytest.mark.xdist_group("openid")

MAIL = "bo-truong@example.gov.vn"
PEOPLE = (
    {"sub": "minister", "email": MAIL.upper(), "email_verified": True},
    {"sub": "stranger", "email": "nobody@example.org"},
    {"sub": "unproven", "email": MAIL, "email_verified": False},
)


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    with provider(*PEOPLE) as address:
        yield address


def with_provider(issuer: str) -> Installation:
    """Both committees; the national one has the provider, and a person of it the e-mail address that the provider knows."""
    home, installation = Home(shipped()), Installation(STORES.empty())
    for slug in (NATIONAL, MOST):
        content = dict(home.content(slug))
        if slug == NATIONAL:
            settings, people = f"tenants/{slug}/tenant.toml", f"tenants/{slug}/people.toml"
            content[settings] += f'\n[sign_in.openid]\nissuer = "{issuer}"\nclient_id = "steerco"\n'
            content[people] = content[people].replace(
                'id = "bo-truong-cong-an"\n', f'id = "bo-truong-cong-an"\nemail = "{MAIL}"\n', 1
            )
        installation.apply(slug, content, at=START, who="operator", why="tests", seed=seed)
    return installation


PERSON = "bo-truong-cong-an"


@pytest.fixture(autouse=True)
def client_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STEERCO_OPENID_SECRET_NATIONAL_COMMITTEE", "a secret of the client")


@pytest.fixture
def installation(issuer: str) -> Iterator[Installation]:
    made = with_provider(issuer)
    providers.forget(issuer)
    yield made
    made.store.close()


@pytest.fixture
def client(installation: Installation) -> Iterator[TestClient[Any]]:
    with TestClient(create_app(installation, clock=lambda: START), base_url="http://127.0.0.1") as made:
        made.headers.update(HTML)
        made.follow_redirects = False
        yield made


def leave(client: TestClient[Any], to: str = f"/t/{NATIONAL}/charter") -> str:
    """Set out for the provider; its address."""
    answer = client.get(f"/t/{NATIONAL}/sign-in/openid?{urlencode({'to': to, 'lang': 'en'})}")
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def come_back(client: TestClient[Any], address: str) -> Any:
    parts = urlsplit(address)
    return client.get(f"{parts.path}?{parts.query}")


def sign_in(client: TestClient[Any], subject: str) -> Any:
    return come_back(client, consent(leave(client), subject))


def the_link(installation: Installation) -> Any:
    with installation.store.read(INSTALLATION) as session:
        (link,) = openid.links(session, installation.tenant(NATIONAL).id)
        return link


def confirm(installation: Installation, person: str = PERSON) -> None:
    with installation.store.write(INSTALLATION) as session:
        (link,) = openid.links(session, installation.tenant(NATIONAL).id)
        openid.confirm(session, link, person, START, by="admin", name="minister@example.gov.vn")


def test_the_sign_in_page_offers_the_provider_of_where_one_is_going(client: TestClient[Any]) -> None:
    links = Page(client.get(f"/sign-in?to=/t/{NATIONAL}/charter").text).links
    (offered,) = [link for link in links if "openid" in link]
    assert client.get(offered).status_code == 303
    assert not [link for link in Page(client.get(f"/sign-in?to=/t/{MOST}").text).links if "openid" in link]


def test_whoever_comes_first_waits_for_an_administrator_who_sees_who_it_may_be(
    client: TestClient[Any], installation: Installation
) -> None:
    answer = sign_in(client, "minister")
    assert answer.status_code == 403
    assert "An administrator has yet to confirm who this is" in Page(answer.text).text
    assert client.get(f"/t/{NATIONAL}/charter").status_code == 303
    link = the_link(installation)
    assert (link.state, link.person, link.value) == (openid.WAITING, PERSON, MAIL.upper())


@pytest.mark.parametrize("subject", ["stranger", "unproven"])
def test_nobody_is_suggested_by_an_address_that_is_another_s_or_not_verified(
    client: TestClient[Any], installation: Installation, subject: str
) -> None:
    assert sign_in(client, subject).status_code == 403
    assert the_link(installation).person is None


@pytest.mark.parametrize("language", ["vi", "en"])
def test_an_administrator_confirms_on_a_page_what_the_provider_said(
    client: TestClient[Any], installation: Installation, language: str
) -> None:
    sign_in(client, "minister")
    client.cookies.clear()
    admin = signed_in(client, installation, NATIONAL, "chair")
    address = f"/t/{NATIONAL}/admin/openid?lang={language}"
    page = Page(admin.get(address).text)
    assert MAIL.upper() in page.text
    assert not [text for text in page.texts if PERSON in text]
    (link,) = {each["value"] for each in page.of("input") if each.get("name") == "link"}
    (suggested,) = [each["value"] for each in page.of("option") if "selected" in each]
    form = {"form_token": admin.form_token, "link": link, "do": "confirm"}
    assert admin.post(address, data={**form, "person": ""}).status_code == 422
    assert admin.post(address, data={**form, "person": suggested, "form_token": "another"}).status_code == 403
    assert the_link(installation).state == openid.WAITING
    assert admin.post(address, data={**form, "person": suggested}).status_code == 303
    client.cookies.clear()
    assert sign_in(client, "minister").status_code == 303
    client.cookies.clear()
    assert admin.post(address, data={**form, "do": "refuse"}).status_code == 303
    assert sign_in(client, "minister").status_code == 403


def test_nobody_else_confirms_links(client: TestClient[Any], installation: Installation) -> None:
    sign_in(client, "minister")
    client.cookies.clear()
    link, other = the_link(installation).id, signed_in(client, installation, NATIONAL, "member")
    given = other.post(
        f"/t/{NATIONAL}/admin/openid", data={"form_token": other.form_token, "link": link, "person": PERSON, "do": "confirm"}
    )
    assert given.status_code == 403
    assert the_link(installation).state == openid.WAITING
    head = signed_in(client, installation, MOST, "head")
    form = {"form_token": head.form_token, "link": link, "person": head.person, "do": "confirm"}
    assert head.post(f"/t/{MOST}/admin/openid", data=form).status_code in (403, 404)
    assert the_link(installation).state == openid.WAITING


def test_a_confirmed_link_signs_in_and_leads_to_where_one_was_going(client: TestClient[Any], installation: Installation) -> None:
    sign_in(client, "minister")
    confirm(installation)
    answer = sign_in(client, "minister")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/t/{NATIONAL}/charter")
    assert client.get(f"/t/{NATIONAL}/charter").status_code == 200


def test_the_provider_of_one_committee_opens_no_other_and_not_the_account(
    client: TestClient[Any], installation: Installation
) -> None:
    """Whoever configures a committee chooses its provider, and must not become anybody elsewhere by it."""
    sign_in(client, "minister")
    confirm(installation)
    other = installation.tenant(MOST)
    with other.store.read(other.id) as session:
        head = other.directory(session).on(START.date(), other.snapshot.regime_on(START.date()).charter).holders("head")[0]
    with installation.store.write(INSTALLATION) as session:
        account = account_of(session, installation.tenant(NATIONAL).id, PERSON)
        assert account is not None
        from steerco.accounts.accounts import bind

        bind(session, account.id, other.id, head, START)
    sign_in(client, "minister")
    assert client.get(f"/t/{NATIONAL}/charter").status_code == 200
    assert client.get(f"/t/{MOST}/charter").status_code == 404
    assert client.get("/account").status_code == 403
    assert "signed in to that committee alone" in Page(client.get("/account?lang=en").text).text


def test_a_refused_link_signs_nobody_in_and_ends_what_it_signed_in(client: TestClient[Any], installation: Installation) -> None:
    sign_in(client, "minister")
    confirm(installation)
    sign_in(client, "minister")
    with installation.store.write(INSTALLATION) as session:
        (link,) = openid.links(session, installation.tenant(NATIONAL).id)
        openid.refuse(session, link, START, by="admin")
    assert client.get(f"/t/{NATIONAL}/charter").status_code == 303
    answer = sign_in(client, "minister")
    assert answer.status_code == 403
    assert "is nobody here" in Page(answer.text).text


def test_who_is_let_go_or_erased_leaves_nothing_of_the_provider(client: TestClient[Any], installation: Installation) -> None:
    sign_in(client, "minister")
    confirm(installation)
    number = installation.tenant(NATIONAL).id
    with installation.store.write(INSTALLATION) as session:
        unbind(session, number, PERSON, START)
    with installation.store.read(INSTALLATION) as session:
        assert not openid.links(session, number)
    assert sign_in(client, "minister").status_code == 403


def test_a_locked_account_is_not_signed_in_at_the_provider_either(client: TestClient[Any], installation: Installation) -> None:
    sign_in(client, "minister")
    confirm(installation)
    with installation.store.write(INSTALLATION) as session:
        account = account_of(session, installation.tenant(NATIONAL).id, PERSON)
        assert account is not None
        lock(session, account, START)
        assert account.state == LOCKED
    answer = sign_in(client, "minister")
    assert answer.status_code == 403
    assert "no longer belongs to anyone here" in Page(answer.text).text


def test_an_answer_to_another_state_is_not_taken(client: TestClient[Any]) -> None:
    back = urlsplit(consent(leave(client), "minister"))
    query = {**dict(parse_qsl(back.query)), "state": "another"}
    answer = client.get(f"{back.path}?{urlencode(query)}")
    assert answer.status_code == 400
    right = client.get(f"{back.path}?{back.query}&lang=en")
    assert right.status_code == 400  # the wrong answer has ended the round
    assert "was not begun in this browser" in Page(right.text).text


def test_an_answer_is_not_taken_in_another_browser(client: TestClient[Any], installation: Installation) -> None:
    back = consent(leave(client), "minister")
    with TestClient(create_app(installation, clock=lambda: START), base_url="http://127.0.0.1") as other:
        assert come_back(other, back).status_code == 400


def test_an_answer_counts_once(client: TestClient[Any], installation: Installation) -> None:
    sign_in(client, "minister")
    confirm(installation)
    address = leave(client)
    kept = client.cookies["steerco-openid"]
    back = consent(address, "minister")
    assert come_back(client, back).status_code == 303
    assert "steerco-openid" not in client.cookies
    assert come_back(client, back).status_code == 400
    client.cookies.clear()
    again = client.get(f"{urlsplit(back).path}?{urlsplit(back).query}", headers={"Cookie": f"steerco-openid={kept}"})
    assert again.status_code == 400
    assert "begin again" in Page(again.text).text


def test_a_token_for_another_round_or_another_client_is_not_believed(issuer: str) -> None:
    from steerco.configuration.settings import OpenidSettings

    def at(client: str) -> providers.Provider:
        return providers.Provider(OpenidSettings(issuer, client), "secret", "http://localhost/back")

    def code(round: providers.Round, client: str = "steerco") -> str:
        return dict(parse_qsl(urlsplit(consent(at(client).address(round), "minister")).query))["code"]

    round = providers.new_round(1, issuer, "/", "en")
    assert at("steerco").claims(round, code(round))["sub"] == "minister"
    with pytest.raises(providers.ProviderProblem, match="nonce"):
        at("steerco").claims(providers.new_round(1, issuer, "/", "en"), code(round))


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"aud": "another"}, "aud"),
        ({"aud": ["steerco", "another"]}, "another client too"),
        ({"iss": "https://evil.example"}, "iss"),
        ({"exp": 1}, "expired"),
        ({"nonce": "another"}, "nonce"),
        ({"sub": ""}, "sub"),
    ],
)
def test_claims_that_are_signed_and_not_for_us_are_not_believed(changed: dict[str, Any], why: str) -> None:
    import time

    from joserfc import jwt
    from joserfc.jwk import KeySet, RSAKey

    from steerco.configuration.settings import OpenidSettings

    key = RSAKey.generate_key(2048, parameters={"kid": "one"})
    at = providers.Provider(OpenidSettings("https://id.example", "steerco"), "", "http://localhost/back")
    round = providers.new_round(1, "https://id.example", "/", "en")
    claims = {
        "iss": "https://id.example",
        "aud": "steerco",
        "sub": "a",
        "nonce": round.nonce,
        "exp": time.time() + 60,
        "iat": time.time(),
    }
    keys = KeySet([key]).as_dict(private=False)

    def token(claims: dict[str, Any]) -> str:
        return jwt.encode({"alg": "RS256", "kid": "one"}, claims, key)

    assert at.proven(token(claims), keys, round)["sub"] == "a"
    with pytest.raises(providers.ProviderProblem, match=why):
        at.proven(token({**claims, **changed}), keys, round)
    other = KeySet([RSAKey.generate_key(2048, parameters={"kid": "one"})]).as_dict(private=False)
    with pytest.raises(providers.ProviderProblem, match="not-proven"):
        at.proven(token(claims), other, round)


def test_a_provider_that_is_away_is_said_with_what_else_there_is() -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        installation = with_provider(f"http://localhost:{nobody.getsockname()[1]}")
        with TestClient(create_app(installation, clock=lambda: START), base_url="http://127.0.0.1") as client:
            answer = client.get(f"/t/{NATIONAL}/sign-in/openid?lang=en", headers=HTML)
            page = Page(answer.text)
            assert answer.status_code == 503
            assert "The provider does not answer" in page.text
            assert [link for link in page.links if link.startswith("/sign-in?")]
    installation.store.close()


def test_a_client_without_its_secret_is_the_administrators_to_mend(
    client: TestClient[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("STEERCO_OPENID_SECRET_NATIONAL_COMMITTEE")
    answer = sign_in(client, "minister")
    assert answer.status_code == 400
    assert "cannot be used as it is set up" in Page(answer.text).text


def test_a_secret_lies_in_a_file_too(
    client: TestClient[Any], monkeypatch: pytest.MonkeyPatch, installation: Installation
) -> None:
    monkeypatch.delenv("STEERCO_OPENID_SECRET_NATIONAL_COMMITTEE")
    file = installation.store.folder / f"openid-{NATIONAL}.secret"
    file.write_text("a secret of the client\n", "utf-8")
    assert sign_in(client, "minister").status_code == 403
    file.unlink()
    assert sign_in(client, "minister").status_code == 400


def test_a_committee_without_a_provider_has_no_such_address(client: TestClient[Any]) -> None:
    there, nowhere = client.get(f"/t/{MOST}/sign-in/openid"), client.get("/t/nobody-here/sign-in/openid")
    assert there.status_code == nowhere.status_code == 404
    assert there.content == nowhere.content


def test_the_log_tells_of_links_and_sign_ins_and_not_who_at_the_provider(
    client: TestClient[Any], installation: Installation
) -> None:
    from steerco.store import log

    sign_in(client, "minister")
    confirm(installation)
    sign_in(client, "minister")
    with installation.store.read(INSTALLATION) as session:
        told = {row["action"]: row["body"] for row in log.entries(session)}
        assert verification.breaks(session) == []
    assert {"openid.link", "sign-in.begin"} <= set(told)
    assert MAIL not in str(told).lower()
    assert '"within":' in told["sign-in.begin"]


@pytest.mark.parametrize("issuer_given", ["http://id.example.gov.vn", "ftp://id", "https://id.example/?x=1"])
def test_a_provider_without_tls_is_refused_where_it_is_configured(issuer_given: str) -> None:
    from steerco.config.kinds import SCHEMAS
    from steerco.config.read import read_toml

    text = f'slug = "a"\nname = {{ vi = "A" }}\n[sign_in.openid]\nissuer = "{issuer_given}"\nclient_id = "steerco"\n'
    _, findings, _ = read_toml(text, SCHEMAS["tenant"], "tenant.toml")
    assert [finding.line for finding in findings] == [4]


def test_nobody_is_confirmed_as_the_platform_itself(client: TestClient[Any], installation: Installation) -> None:
    sign_in(client, "minister")
    client.cookies.clear()
    admin, address = signed_in(client, installation, NATIONAL, "chair"), f"/t/{NATIONAL}/admin/openid"
    assert PLATFORM not in {each["value"] for each in Page(admin.get(address).text).of("option")}
    form = {"form_token": admin.form_token, "link": the_link(installation).id, "do": "confirm", "person": PLATFORM}
    assert admin.post(address, data=form).status_code == 422
    assert the_link(installation).state == openid.WAITING
    with pytest.raises(BadAccount):
        confirm(installation, PLATFORM)


def test_a_sign_in_of_one_committee_takes_no_invitation_of_another(client: TestClient[Any], installation: Installation) -> None:
    sign_in(client, "minister")
    confirm(installation)
    client.cookies.clear()
    sign_in(client, "minister")
    with installation.store.write(INSTALLATION) as session:
        link = links.invite(session, installation.tenant(MOST).id, holder(installation, "head", MOST), now=START)
    page = Page(client.get(f"/t/{NATIONAL}/notices").text)
    token = next(field["value"] for field in page.of("input") if field.get("name") == "form_token")
    answer = client.post(link.path, data={"as": "mine", "form_token": token})
    assert answer.status_code == 403
    assert client.get(f"/t/{MOST}").status_code == 404
