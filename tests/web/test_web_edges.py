"""What holds for every request: who is let in, what is too much or malformed, what every answer carries."""

from __future__ import annotations

import asyncio
import logging
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from litestar import Response, get
from litestar.testing import TestClient
from tests.databases import everything
from tests.web.conftest import MOST, NATIONAL, START, Api, Clock, installed

from steerco.cases.world import seed
from steerco.configuration.home import Home, shipped
from steerco.configuration.installation import Installation
from steerco.i18n import words
from steerco.operations import tokens
from steerco.records import Record
from steerco.store.engine import Busy, Store
from steerco.web.app import ReservedName, create_app
from steerco.web.http.limits import Limits
from steerco.web.http.problems import AT
from steerco.web.http.worker_pool import WorkerPool

AD_HOC = {"kind": "ad-hoc", "starts_at": "2021-02-10T09:00:00"}
SHAPE = {"type", "title", "status", "detail", "code", "next", "fields", "basis", "because", "who_may", "would_change"}


def is_problem(answer: Any, status: int, code: str) -> dict[str, Any]:
    """The answer is a problem of this status and code, in the one shape; its body."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert body.keys() >= SHAPE
    assert (body["status"], body["code"], body["type"]) == (status, code, f"/problems/{code}")
    assert body["title"]
    assert body["detail"]
    assert body["next"]
    return body


def told(answer: httpx.Response) -> dict[str, str]:
    """The headers of an answer, less its own number."""
    return {name: value for name, value in answer.headers.items() if name != "x-request-id"}


class TestTokens:
    def test_every_token_that_is_not_good_here_gets_one_answer(self, api: Api) -> None:
        tenant, person = api.tenant(NATIONAL), api.person(NATIONAL, "chair")
        soon = START + timedelta(minutes=1)
        expired = tokens.issue(tenant, person, ["*"], now=START - timedelta(days=2), expires_at=START - timedelta(days=1))
        revoked = tokens.issue(tenant, person, ["*"], now=START, expires_at=soon)
        assert tokens.revoke(tenant, revoked.id, now=START)
        assert not tokens.revoke(tenant, revoked.id, now=START)
        other = api.token(MOST, "head")
        bad = [
            None,
            "Bearer",
            "Bearer x",
            "Basic eDp5",
            f"Bearer {other}",
            f"Bearer {expired.secret}",
            f"Bearer {revoked.secret}",
        ]
        bad += [f"bearer{other}", f"Bearer {'x' * 5000}", "Bearer \u00e9".encode("latin-1").decode("latin-1")]
        answers = []
        for authorization in bad:
            headers = {b"Authorization": authorization.encode("latin-1")} if authorization is not None else {}
            answers.append(api.http.get(f"/t/{NATIONAL}/api/meeting", headers=headers))
            answers.append(api.http.get("/t/nowhere/api/meeting", headers=headers))
        answers.append(
            api.http.get("/t/nowhere/api/meeting", headers={"Authorization": f"Bearer {api.token(NATIONAL, 'chair')}"})
        )
        for answer in answers:
            is_problem(answer, 401, "no-token")
            assert answer.headers["www-authenticate"] == "Bearer"
        assert len({answer.content for answer in answers}) == 1
        assert len({tuple(sorted(told(answer).items())) for answer in answers}) == 1

    def test_a_token_ends_on_time(self, api: Api) -> None:
        tenant, person = api.tenant(NATIONAL), api.person(NATIONAL, "chair")
        secret = tokens.issue(tenant, person, ["read"], now=START, expires_at=START + timedelta(hours=1)).secret
        headers = {"Authorization": f"Bearer {secret}"}
        assert api.http.get(f"/t/{NATIONAL}/api/meeting", headers=headers).status_code == 200
        api.clock.now = START + timedelta(hours=1)
        try:
            assert api.http.get(f"/t/{NATIONAL}/api/meeting", headers=headers).status_code == 401
        finally:
            api.clock.now = START

    def test_a_token_is_for_what_it_says(self, api: Api) -> None:
        reader = api.as_("chair", NATIONAL, "read")
        assert reader("GET", "/meeting").status_code == 200
        problem = is_problem(reader("POST", "/meeting/convene", AD_HOC), 403, "token-scope")
        assert "meeting.convene" in problem["detail"]
        is_problem(reader("POST", "/meeting/no-such-id/cancel", {}), 403, "token-scope")
        writer = api.as_("chair", NATIONAL, "meeting.convene")
        made = writer("POST", "/meeting/convene", AD_HOC)
        assert made.status_code == 201
        is_problem(writer("GET", "/meeting"), 403, "token-scope")
        is_problem(writer("GET", "/events"), 403, "token-scope")
        is_problem(writer("POST", f"/meeting/{made.json()['record']['id']}/cancel", {"reason": "No need"}), 403, "token-scope")
        whole = api.as_("chair", NATIONAL, "meeting.*")
        assert whole("POST", f"/meeting/{made.json()['record']['id']}/cancel", {"reason": "No need"}).status_code == 200

    def test_what_follows_from_an_act_is_within_its_scope_and_nothing_else(self, api: Api) -> None:
        only = api.as_("chair", NATIONAL, "direction.issue")
        made = only("POST", "/direction/issue", {"text": "Rà soát", "to": ["bo-cong-an"]})
        assert made.status_code == 201, made.text
        assert {each["type"] for each in made.json()["followed"] or made.json()["made"]} >= {"task"}
        is_problem(only("POST", "/task/assign", {"title": "Rà soát", "lead": "bo-cong-an"}), 403, "token-scope")

    def test_the_secret_is_not_kept(self, api: Api) -> None:
        tenant = api.tenant(NATIONAL)
        secret = api.token(NATIONAL, "chair")
        assert secret.startswith(tokens.PREFIX)
        assert len(secret) >= len(tokens.PREFIX) + 43  # 256 bits in base64
        rows = tokens.all_tokens(tenant)
        assert rows
        assert all(secret not in (row.id, row.hash) and len(row.hash) == 64 for row in rows)
        assert secret.encode() not in everything(api.installation.store)

    @pytest.mark.parametrize(
        ("person", "scopes"),
        [
            ("steerco", ["*"]),
            ("nobody", ["*"]),
            ("chair", []),
            ("chair", ["all"]),
            ("chair", ["meeting.dance"]),
            ("chair", ["war.*"]),
        ],
    )
    def test_what_cannot_be_issued(self, api: Api, person: str, scopes: list[str]) -> None:
        who = api.person(NATIONAL, person) if person == "chair" else person
        with pytest.raises(tokens.BadToken):
            tokens.issue(api.tenant(NATIONAL), who, scopes, now=START)

    def test_a_token_has_no_past_end(self, api: Api) -> None:
        with pytest.raises(tokens.BadToken):
            tokens.issue(api.tenant(NATIONAL), api.person(NATIONAL, "chair"), ["read"], now=START, expires_at=START)


class TestBodies:
    @pytest.mark.parametrize(
        ("body", "status", "code"),
        [
            (b"{", 400, "malformed-json"),
            (b'{"kind": NaN}', 400, "malformed-json"),
            (b'"\xff"', 400, "malformed-json"),
            (b'{"kind": "\\ud800"}', 400, "malformed-json"),
            (b'{"kind": 1e999}', 400, "malformed-json"),
            (b"[]", 400, "not-an-object"),
            (b"null", 400, "not-an-object"),
            (b"7", 400, "not-an-object"),
            (b'{"a":' * 5000 + b"1" + b"}" * 5000, 400, "too-deep"),
            (b'{"a":' * 40 + b"1" + b"}" * 40, 400, "too-deep"),
            (b'{"place": "a\\u0000b", "kind": "ad-hoc"}', 422, "invalid-input"),
            (b'{"a\\u0000b": 1}', 422, "invalid-input"),
            (b'{"kind": ' + b"9" * 400 + b"}", 422, "invalid-input"),
            (b'{"kind": "ad-hoc", "starts_at": "0001-01-01T00:00:00+14:00"}', 422, "invalid-input"),
            (b'{"kind": "ad-hoc", "starts_at": "9999-12-31T23:59:59-14:00"}', 422, "invalid-input"),
            (b'{"kind": "ad-hoc", "starts_at": "2021-02-30T00:00:00"}', 422, "invalid-input"),
        ],
    )
    def test_what_cannot_be_taken(self, api: Api, body: bytes, status: int, code: str) -> None:
        answer = api.as_("chair")("POST", "/meeting/convene", content=body, headers={"Content-Type": "application/json"})
        is_problem(answer, status, code)

    @pytest.mark.parametrize("kind", ["", "text/plain", "application/x-www-form-urlencoded", "application/json; charset=latin-1"])
    def test_only_json_is_read(self, api: Api, kind: str) -> None:
        answer = api.as_("chair")("POST", "/meeting/convene", content=b"{}", headers={"Content-Type": kind})
        is_problem(answer, 415, "wrong-content-type")

    def test_a_content_type_may_name_utf_8(self, api: Api) -> None:
        body, kind = b'{"kind": "ad-hoc", "starts_at": "2021-02-10T09:00:00"}', "Application/JSON; charset=UTF-8"
        answer = api.as_("chair")("POST", "/meeting/convene", content=body, headers={"Content-Type": kind})
        assert answer.status_code == 201

    def test_an_act_without_input_needs_no_body(self, api: Api) -> None:
        chair = api.as_("chair")
        id = chair("POST", "/meeting/convene", AD_HOC).json()["record"]["id"]
        assert chair("POST", f"/meeting/{id}/open").status_code == 200


class TestLimits:
    @pytest.fixture(scope="class")
    @classmethod
    def small(cls, api: Api) -> Any:
        with TestClient(
            create_app(api.installation, clock=api.clock, limits=Limits(body=1000, headers=2000, address=500))
        ) as client:
            yield client

    def test_a_large_body(self, api: Api, small: Any) -> None:
        headers = {"Authorization": f"Bearer {api.token(NATIONAL, 'chair')}", "Content-Type": "application/json"}
        path = f"/t/{NATIONAL}/api/meeting/convene"
        is_problem(small.post(path, content=b" " * 1001, headers=headers), 413, "body-too-large")

        def chunks() -> Any:
            for _ in range(20):
                yield b" " * 100

        is_problem(small.post(path, content=chunks(), headers=headers), 413, "body-too-large")
        assert (
            small.post(path, content=b" " * 900 + b"{}", headers=headers).status_code == 422
        )  # read, and judged: no kind is said

    def test_large_headers_and_addresses(self, small: Any) -> None:
        is_problem(small.get("/health", headers={"X-Much": "x" * 3000}), 431, "headers-too-large")
        is_problem(small.get("/health?" + "x" * 600), 414, "headers-too-large")
        is_problem(small.get("/" + "x" * 600), 414, "headers-too-large")


class TestAddresses:
    @pytest.mark.parametrize(
        "path", ["/nothing", "/t", f"/t/{NATIONAL}/nothing", f"/t/{NATIONAL}/api", "/health/x", f"/t/{NATIONAL}/api/a/b/c/d/e"]
    )
    def test_an_address_that_does_not_exist(self, api: Api, path: str) -> None:
        is_problem(api.http.get(path), 404, "no-such-path")

    @pytest.mark.parametrize("path", ["/meeting/a%00b", "/a%00b", "/meeting/%ff"])
    def test_an_address_that_cannot_be(self, api: Api, path: str) -> None:
        is_problem(api.as_("chair")("GET", path), 404, "no-such-path")

    @pytest.mark.parametrize("path", ["/war", "/war/1", "/Meeting", "/meeting%20"])
    def test_a_type_that_does_not_exist(self, api: Api, path: str) -> None:
        is_problem(api.as_("chair")("GET", path), 404, "no-such-type")

    @pytest.mark.parametrize("path", ["/meeting/x/dance", "/meeting/dance", "/meeting/cancel", "/meeting/x/convene-all"])
    def test_an_action_that_does_not_exist(self, api: Api, path: str) -> None:
        is_problem(api.as_("chair")("POST", path, {}), 404, "no-such-action")

    def test_a_method_that_is_not_taken(self, api: Api) -> None:
        chair = api.as_("chair")
        for method, path, allow in (
            ("DELETE", "/meeting", "GET, HEAD, OPTIONS, POST"),
            ("PUT", "/meeting/x/cancel", "OPTIONS, POST"),
            ("POST", "/duties", "GET, HEAD, OPTIONS"),
            ("PATCH", "/explain", "GET, HEAD, OPTIONS, POST"),
        ):
            answer = chair(method, path)
            is_problem(answer, 405, "wrong-method")
            assert answer.headers["allow"] == allow
            asked = chair("OPTIONS", path)
            assert (asked.status_code, asked.headers["allow"]) == (204, allow)

    @pytest.mark.parametrize("path", ["/meeting", "/charter", "/duties", "/actions", "/events", "/explain?do=task.assign"])
    def test_head_is_get_without_the_body(self, api: Api, path: str) -> None:
        got, head = (api.as_("chair")(method, path) for method in ("GET", "HEAD"))
        assert head.status_code == got.status_code == 200
        assert head.content == b""
        assert told(head) == told(got)

    def test_a_query_that_is_no_text(self, api: Api) -> None:
        chair = api.as_("chair")
        is_problem(chair("GET", "/meeting?ref=%ff"), 400, "bad-parameter")
        is_problem(chair("GET", "/meeting?ref=%00"), 422, "bad-parameter")
        is_problem(chair("GET", "/meeting?" + "&".join(f"a{n}=1" for n in range(101))), 400, "bad-parameter")
        assert chair("GET", "/meeting?ref=%ed%a0%80").status_code == 400  # half of a surrogate pair

    def test_a_problem_says_what_its_type_means(self, api: Api) -> None:
        answer = api.http.get("/problems/refused")
        assert answer.status_code == 200
        assert answer.json()["code"] == "refused"
        is_problem(api.http.get("/problems/say"), 404, "no-such-path")


class TestEveryAnswer:
    def test_carries_the_security_headers(self, api: Api) -> None:
        chair = api.as_("chair")
        answers = [
            chair("GET", "/meeting"),
            chair("GET", "/meeting/x"),
            chair("DELETE", "/meeting"),
            chair("OPTIONS", "/meeting"),
            api.http.get("/nothing"),
            api.http.get("/health"),
            api.http.get("/health?" + "x" * 10_000),
            api.http.get(f"/t/{NATIONAL}/api/meeting"),
        ]
        for answer in answers:
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert "default-src 'none'" in answer.headers["content-security-policy"]
            assert answer.headers["referrer-policy"] == "same-origin"
            assert answer.headers["cache-control"] == "private, no-cache"
            assert "set-cookie" not in answer.headers
            assert "server" not in answer.headers

    def test_speaks_the_language_that_was_asked_for(self, api: Api) -> None:
        titles = {}
        for language in ("vi", "vi-VN,vi;q=0.9", "en", "fr", "fr,vi;q=0.5,en;q=0.2", "", "*;q=x", "en;q=0,vi"):
            answer = api.http.get("/nothing", headers={"Accept-Language": language})
            titles[language] = answer.json()["title"]
        english, vietnamese = titles["en"], titles["vi"]
        assert english != vietnamese
        assert titles == {
            "vi": vietnamese,
            "vi-VN,vi;q=0.9": vietnamese,
            "en": english,
            "fr": english,
            "fr,vi;q=0.5,en;q=0.2": vietnamese,
            "": english,
            "*;q=x": english,
            "en;q=0,vi": vietnamese,
        }

    def test_leaves_no_secret_in_the_log(self, api: Api, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(logging.INFO, "steerco.access")
        secret = api.token(NATIONAL, "chair")
        api.as_("chair")("GET", "/person?id=thu-tuong&limit=1", headers={"Cookie": "session=abc"})
        lines = [record.getMessage() for record in caplog.records if record.name == "steerco.access"]
        assert lines
        assert "/api/person 200" in lines[-1]
        assert all(word not in caplog.text for word in (secret, "thu-tuong", "abc"))

    def test_no_address_writes_a_line_of_its_own_into_the_log(self, api: Api, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(logging.INFO, "steerco.access")
        api.http.get("/t/a%0aGET /t/b 200 1.0 ms%1b[31m\u2028/api/Nguy\u1ec5n")
        (line,) = [record.getMessage() for record in caplog.records if record.name == "steerco.access"]
        assert line.startswith("GET /t/a%0AGET%20/t/b%20200%201.0%20ms%1B")
        assert line.isprintable()

    def test_a_fault_of_ours_is_a_number_and_no_more(self, api: Api, caplog: pytest.LogCaptureFixture) -> None:
        @get("/broken", sync_to_thread=True)
        def broken() -> Response[bytes]:
            raise ZeroDivisionError("the secret of the house")

        with TestClient(create_app(api.installation, clock=api.clock, routers=[broken])) as client:
            body = is_problem(client.get("/broken"), 500, "internal")
        number = body["detail"].split()[-1].rstrip(".")
        assert "secret" not in str(body)
        assert number in caplog.text


def test_busy_is_said_with_when_to_come_back(tmp_path: Path) -> None:
    store = Store.open(None, tmp_path, waiting=0, patience=0.1)
    installation, home = Installation(store), Home(shipped())
    store.create_schema()
    tenant = installation.apply(NATIONAL, home.content(NATIONAL), at=START, who="o", why="w", seed=seed)
    secret = tokens.issue(tenant, "thu-tuong", ["*"], now=START).secret
    holding, free = threading.Event(), threading.Event()

    def hold() -> None:
        with store.write(tenant.id):
            holding.set()
            free.wait(300)

    thread = threading.Thread(target=hold)
    thread.start()
    assert holding.wait(300)
    try:
        with TestClient(create_app(installation, clock=Clock())) as client:
            headers = {"Authorization": f"Bearer {secret}"}
            answer = client.post(f"/t/{NATIONAL}/api/meeting/convene", json=AD_HOC, headers=headers)
            is_problem(answer, 503, "busy")
            assert answer.headers["retry-after"] == "1"
            assert client.get(f"/t/{NATIONAL}/api/meeting", headers=headers).json()["items"] == []
    finally:
        free.set()
        thread.join()
        store.close()


def test_no_more_wait_than_there_is_room_for() -> None:
    crew, begun, free = WorkerPool("tests", threads=1, waiting=1), threading.Event(), threading.Event()

    def slow() -> Response[bytes]:
        begun.set()
        free.wait(300)
        return Response(b"")

    async def three() -> list[object]:
        first, second = asyncio.create_task(crew.run(slow)), asyncio.create_task(crew.run(slow))
        await asyncio.to_thread(begun.wait, 30)
        with pytest.raises(Busy):
            await crew.run(slow)
        free.set()
        return [await first, await second, await crew.run(slow)]

    assert len(asyncio.run(three())) == 3
    crew.end()


def test_no_record_type_takes_a_word_of_the_addresses() -> None:
    store = Store.memory()
    real = Installation(store)
    clashing: dict[str, type[Record]] = {**real.types, "events": next(iter(real.types.values()))}
    with pytest.raises(ReservedName, match="events"):
        create_app(Installation(store, clashing))
    store.close()


def test_health_tells_that_it_runs() -> None:
    installation = installed()
    with TestClient(create_app(installation, clock=Clock())) as client:
        assert client.get("/health").json()["status"] == "ok"
    installation.store.close()


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_page_of_an_order_says_what_is_lacking_and_the_next_step_where_there_is_one(api: Api, language: str) -> None:
    pages = {
        code: api.http.get(f"{AT}{code}", headers={"Accept-Language": language})
        for code in ("proxy-in-writing", "proxy-circle", "no-such-code")
    }
    assert [page.status_code for page in pages.values()] == [200, 200, 404]
    own, common = pages["proxy-in-writing"].json(), pages["proxy-circle"].json()
    say = words(language)
    assert say("stop", "proxy-in-writing") in own["title"] + own["detail"]
    assert own["next"] != common["next"]
