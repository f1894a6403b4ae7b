"""Machines get access tokens in exchange for an API token: what one is good for, how long, and what the endpoint tells nobody."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx2
import pytest
from authlib.integrations.httpx_client import OAuth2Client
from authlib.oauth2.rfc8414 import AuthorizationServerMetadata
from tests.web.conftest import MOST, NATIONAL, START, Api

from steerco.accounts import attempts
from steerco.operations import tokens
from steerco.operations.access_tokens import LASTS, PREFIX

AT = f"/t/{NATIONAL}/api/oauth/token"
MEETING = {"kind": "ad-hoc", "starts_at": "2021-03-01T09:00:00"}


@pytest.fixture(autouse=True)
def at_start(api: Api) -> Iterator[None]:
    api.clock.now = START
    yield
    api.clock.now = START


def client(api: Api, *scopes: str, slug: str = NATIONAL) -> tokens.Issued:
    return tokens.issue(api.tenant(slug), api.person(slug, "chair" if slug == NATIONAL else "head"), scopes or ("*",), now=START)


def asked(api: Api, at: str = AT, headers: dict[str, str] | None = None, **fields: str) -> Any:
    return api.http.post(at, data={"grant_type": "client_credentials", **fields}, headers=headers or {})


def granted(api: Api, issued: tokens.Issued, **fields: str) -> str:
    answer = asked(api, client_id=issued.id, client_secret=issued.secret, **fields)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["access_token"])


def used(api: Api, secret: str, path: str = "/meeting", slug: str = NATIONAL, **body: Any) -> int:
    headers = {"Authorization": f"Bearer {secret}"}
    at = f"/t/{slug}/api{path}"
    return int((api.http.post(at, json=body, headers=headers) if body else api.http.get(at, headers=headers)).status_code)


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post"])
def test_a_client_written_by_others_signs_in_and_acts(api: Api, method: str) -> None:
    issued = client(api)
    here = AuthorizationServerMetadata(api.http.get(f"/.well-known/oauth-authorization-server/t/{NATIONAL}").json())
    assert method in here["token_endpoint_auth_methods_supported"]
    assert here["token_endpoint"].endswith(AT)

    def through(request: httpx2.Request) -> httpx2.Response:
        """The request, to the application of the test."""
        headers = {name: value for name, value in request.headers.items() if name != "host"}
        given = api.http.request(request.method, request.url.path, content=request.content, headers=headers)
        return httpx2.Response(given.status_code, json=given.json())

    transport = httpx2.MockTransport(through)
    with OAuth2Client(issued.id, issued.secret, token_endpoint_auth_method=method, transport=transport) as machine:
        token = machine.fetch_token(f"https://steerco.example{AT}", grant_type="client_credentials", scope="read meeting.convene")
        assert (token["token_type"], token["expires_in"], token["scope"]) == ("Bearer", 600, "read meeting.convene")
        assert machine.post(f"https://steerco.example/t/{NATIONAL}/api/meeting/convene", json=MEETING).status_code == 201
        assert machine.get(f"https://steerco.example/t/{NATIONAL}/api/meeting").status_code == 200


def test_it_is_good_for_its_scopes_and_no_more(api: Api) -> None:
    narrow = granted(api, client(api), scope="read")
    assert (used(api, narrow), used(api, narrow, "/meeting/convene", **MEETING)) == (200, 403)
    refused = api.http.post(f"/t/{NATIONAL}/api/meeting/convene", json=MEETING, headers={"Authorization": f"Bearer {narrow}"})
    assert "insufficient_scope" in refused.headers["WWW-Authenticate"]
    reader = client(api, "read", "meeting.*")
    assert used(api, granted(api, reader, scope="meeting.convene"), "/meeting/convene", **MEETING) == 201
    for scope in ("*", "task.*", "task.assign", "read task.assign", "no-such.thing", "meeting.no-such", "meeting"):
        answer = asked(api, client_id=reader.id, client_secret=reader.secret, scope=scope)
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_scope"), scope


def test_it_ends_by_itself_and_with_the_token_that_it_was_given_for(api: Api) -> None:
    issued = client(api)
    access = granted(api, issued)
    api.clock.now = START + LASTS - timedelta(seconds=1)
    assert used(api, access) == 200
    api.clock.now = START + LASTS
    assert used(api, access) == 401
    api.clock.now = START
    other = granted(api, issued)
    assert other != access
    tokens.revoke(api.tenant(NATIONAL), issued.id, now=START)
    assert (used(api, other), used(api, access)) == (401, 401)
    assert asked(api, client_id=issued.id, client_secret=issued.secret).json()["error"] == "invalid_client"


def test_it_is_of_one_committee_and_cannot_be_made_up_or_changed(api: Api) -> None:
    access = granted(api, client(api))
    assert used(api, access, slug=MOST) == 401
    sealed = access.removeprefix(PREFIX)
    for forged in (
        PREFIX,
        PREFIX + "A" * len(sealed),
        access[:-1],
        access[:-2] + ("AA" if access[-2:] != "AA" else "BB"),
        sealed,
    ):
        assert used(api, forged) == 401
    listed = api.http.get(f"/t/{NATIONAL}/api/meeting?limit=1", headers={"Authorization": f"Bearer {access}"}).json()
    if cursor := listed.get("next"):
        assert used(api, PREFIX + cursor) == 401  # sealed by the same key, for a list


def test_an_access_token_gets_no_other(api: Api) -> None:
    issued = client(api)
    answer = asked(api, client_id=issued.id, client_secret=granted(api, issued))
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


def test_all_that_is_no_client_gets_one_answer(api: Api) -> None:
    good, other, elsewhere = client(api), client(api), client(api, slug=MOST)
    past = tokens.issue(
        api.tenant(NATIONAL), api.person(NATIONAL, "chair"), ("*",), now=START, expires_at=START + timedelta(minutes=1)
    )
    api.clock.now = START + timedelta(minutes=2)
    wrong = {
        "nobody": asked(api, client_id="nobody", client_secret="steerco_x"),
        "nothing": asked(api),
        "no secret": asked(api, client_id=good.id),
        "a wrong secret": asked(api, client_id=good.id, client_secret="steerco_x"),
        "another's secret": asked(api, client_id=good.id, client_secret=other.secret),
        "another committee's": asked(api, client_id=elsewhere.id, client_secret=elsewhere.secret),
        "no committee": asked(api, "/t/nowhere/api/oauth/token", client_id=good.id, client_secret=good.secret),
        "expired": asked(api, client_id=past.id, client_secret=past.secret),
        "not ASCII": asked(api, client_id=good.id, client_secret="ế"),
        "no Basic": asked(api, headers={"Authorization": "Bearer x"}),
        "broken Basic": asked(api, headers={"Authorization": "Basic /w=="}),
        "half a Basic": asked(api, headers={"Authorization": "Basic " + base64.b64encode(good.id.encode()).decode()}),
    }
    answers = {
        (each.status_code, each.content, each.headers["WWW-Authenticate"], each.headers["Cache-Control"])
        for each in wrong.values()
    }
    assert len(answers) == 1
    ((status, content, challenge, cache),) = answers
    assert (status, challenge[:5], cache) == (401, "Basic", "no-store")
    assert b"invalid_client" in content


def test_a_request_that_is_none_is_told_what_is_wrong(api: Api) -> None:
    good = client(api)
    named = {"client_id": good.id, "client_secret": good.secret}
    basic = {"Authorization": "Basic " + base64.b64encode(f"{good.id}:{good.secret}".encode()).decode()}
    told = {
        "another grant": api.http.post(AT, data={**named, "grant_type": "password"}),
        "no grant": api.http.post(AT, data=named),
        "JSON": api.http.post(AT, json={**named, "grant_type": "client_credentials"}),
        "twice": api.http.post(
            AT,
            content="grant_type=client_credentials&grant_type=x",
            headers={"Content-Type": "application/x-www-form-urlencoded"},
        ),
        "in two places": asked(api, headers=basic, **named),
        "too long": asked(api, **named, more="x" * 5000),
    }
    errors = {what: (each.status_code, each.json()["error"]) for what, each in told.items()}
    assert errors == {what: (400, "unsupported_grant_type" if "grant" in what else "invalid_request") for what in told}


def test_who_guesses_from_one_address_is_let_guess_no_more(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attempts, "BY_ADDRESS", 3)
    good = client(api)
    api.clock.now = START + timedelta(hours=2)
    for _ in range(5):
        granted(api, good)  # a good client is not counted
    for _ in range(4):
        asked(api, client_id=good.id, client_secret="steerco_guess")
    assert asked(api, client_id=good.id, client_secret=good.secret).status_code == 401
    api.clock.now += attempts.WINDOW
    granted(api, good)


def test_the_metadata_tells_nobody_which_committees_there_are(api: Api) -> None:
    here, none = (api.http.get(f"/.well-known/oauth-authorization-server/t/{slug}") for slug in (NATIONAL, "nowhere"))
    assert here.status_code == none.status_code == 200
    assert here.text.replace(NATIONAL, "nowhere") == none.text


def test_the_document_of_the_api_tells_of_it(api: Api) -> None:
    said = api.http.get("/schema/openapi.json").json()
    flow = said["components"]["securitySchemes"]["machine"]["flows"]["clientCredentials"]
    assert flow["tokenUrl"].endswith("/api/oauth/token")
    assert {"machine": []} in said["security"]
    assert said["paths"]["/t/{tenant}/api/oauth/token"]["post"]["security"] == []
