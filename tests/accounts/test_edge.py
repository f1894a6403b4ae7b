"""Before any handler: what is counted by address, and whose body is read."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from litestar.testing import TestClient
from tests.accounts.conftest import account, enter
from tests.web.conftest import NATIONAL, Clock
from tests.web.reading_room import HTML, Page

from steerco.configuration.installation import Installation
from steerco.web.app import create_app
from steerco.web.http.limits import Edge, Limits
from steerco.web.http.sign_in import LOOPBACK_COOKIE

FEW = Limits(misses=5, costly=5, unknown=1024)
Send = Callable[..., httpx.Response]


@pytest.fixture
def edge(installation: Installation, clock: Clock) -> Edge:
    return create_app(installation, clock=clock, limits=FEW)


def sent(edge: Edge, address: str, requests: list[tuple[str, str, dict[str, Any]]]) -> list[httpx.Response]:
    """The answers to requests from an address."""

    async def send() -> list[httpx.Response]:
        transport = httpx.ASGITransport(edge, client=(address, 1234))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1", headers=HTML) as client:
            return [await client.request(method, path, **more) for method, path, more in requests]

    return asyncio.run(send())


def test_whoever_asks_for_what_is_not_there_is_answered_no_more(edge: Edge) -> None:
    misses = sent(edge, "192.0.2.1", [("GET", f"/nothing/{number}", {}) for number in range(7)])
    assert [answer.status_code for answer in misses] == [404] * 5 + [429] * 2
    assert misses[-1].headers["retry-after"] == "60"
    assert misses[-1].headers["content-type"].startswith("text/html")
    assert "Wait a minute" in Page(misses[-1].text).text
    assert "default-src 'none'" in misses[-1].headers["content-security-policy"]
    (well,) = sent(edge, "192.0.2.1", [("GET", "/sign-in", {})])
    assert well.status_code == 429
    (other,) = sent(edge, "192.0.2.2", [("GET", "/sign-in", {})])
    assert other.status_code == 200


def test_whoever_is_signed_in_reads_on_and_probes_no_further(
    edge: Edge, installation: Installation, client: TestClient[Any]
) -> None:
    account(installation, "chair@moj.gov.vn", "chair")
    cookie = {"headers": {"Cookie": f"{LOOPBACK_COOKIE}={enter(client, 'chair@moj.gov.vn').cookies[LOOPBACK_COOKIE]}"}}
    records = f"/t/{NATIONAL}/records/meeting"
    answers = sent(edge, "192.0.2.1", [("GET", f"{records}/M-2021-{number:03}", cookie) for number in range(900, 907)])
    assert [answer.status_code for answer in answers] == [404] * 5 + [429] * 2
    (listed,) = sent(edge, "192.0.2.1", [("GET", records, cookie)])
    assert listed.status_code == 200


def test_guessed_tokens_are_counted_too(edge: Edge) -> None:
    guesses = [("GET", f"/t/{NATIONAL}/api/meeting", {"headers": {"Authorization": f"Bearer {n}"}}) for n in range(7)]
    assert [answer.status_code for answer in sent(edge, "2001:db8::1", guesses)] == [401] * 5 + [429] * 2
    (neighbour,) = sent(edge, "2001:db8::2", [("GET", "/nothing", {})])
    assert neighbour.status_code == 429


def test_sign_ins_in_a_row_are_not_each_looked_at(edge: Edge) -> None:
    tries = [("POST", "/sign-in", {"data": {"name": f"n{number}", "password": "x" * 12}}) for number in range(7)]
    assert [answer.status_code for answer in sent(edge, "192.0.2.1", tries)] == [422] * 5 + [429] * 2


def test_an_address_of_this_machine_may_be_everybodys(edge: Edge) -> None:
    misses = sent(edge, "127.0.0.1", [("GET", f"/nothing/{number}", {}) for number in range(9)])
    assert {answer.status_code for answer in misses} == {404}


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
def test_a_long_form_is_read_of_whoever_is_signed_in_and_of_nobody_else(
    edge: Edge, installation: Installation, client: TestClient[Any], kind: str
) -> None:
    account(installation, "chair@moj.gov.vn", "chair")
    cookie = f"{LOOPBACK_COOKIE}={enter(client, 'chair@moj.gov.vn').cookies[LOOPBACK_COOKIE]}"
    body = {"content": b"x=" + b"y" * 4096, "headers": {"Content-Type": kind}}
    (stranger,) = sent(edge, "127.0.0.1", [("POST", "/account/password", body)])
    forged = {**body, "headers": {**body["headers"], "Cookie": f"{LOOPBACK_COOKIE}=forged"}}  # type: ignore[dict-item]
    (guesser,) = sent(edge, "127.0.0.1", [("POST", "/account/password", forged)])
    own = {**body, "headers": {**body["headers"], "Cookie": cookie}}  # type: ignore[dict-item]
    (reader,) = sent(edge, "127.0.0.1", [("POST", "/account/password", own)])
    assert (stranger.status_code, guesser.status_code) == (401, 401)
    assert reader.status_code == (403 if "urlencoded" in kind else 415)


@pytest.mark.parametrize("host", ["", "a b", "[::1", "x:y:z", "\x7f", b"\xc3\xa9"])
def test_a_problem_before_any_handler_is_a_page_whatever_the_request_is_like(
    installation: Installation, clock: Clock, host: str | bytes
) -> None:
    edge = create_app(installation, clock=clock, hosts=["steerco.example"])
    answers = sent(edge, "192.0.2.1", [("GET", f"/{path}", {"headers": {"Host": host}}) for path in ("", "%00", "%ff")])
    assert {answer.status_code for answer in answers} <= {404, 421}
    assert all("<h1>" in answer.text for answer in answers)


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/account/password"), ("POST", "/account/passkeys"), ("GET", f"/t/{NATIONAL}/sign-in/openid/back")],
)
def test_what_takes_a_passwords_time_or_asks_another_server_is_counted(edge: Edge, method: str, path: str) -> None:
    answers = sent(edge, "192.0.2.7", [(method, path, {"headers": {"Cookie": "steerco=x"}}) for _ in range(6)])
    assert [answer.status_code for answer in answers][5] == 429
    assert answers[5].headers["retry-after"] == "60"
    (other,) = sent(edge, "192.0.2.8", [("POST", "/sign-in", {"data": {"name": "n", "password": "x" * 12}})])
    assert other.status_code == 422
