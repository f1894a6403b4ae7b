"""An assistant's way to a committee: the plugin's server of the Model Context Protocol, met by the protocol's own client, over a
real server and by a token alone."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import httpx2
import pytest
from litestar import Request
from tests.plugins.conftest import switched_on
from tests.web.conftest import MOST, NATIONAL, START, Api
from tests.web.test_web_listeners import served

from steerco.cases.world import seed
from steerco.configuration.home import Home, shipped
from steerco.web.api.own_api import OwnApi, Sealing
from steerco.web.app import create_app
from steerco.web.http.limits import Limits
from steerco_client.mcp import Bridge

AD_HOC = {"kind": "ad-hoc", "starts_at": "2021-03-01T09:00:00", "place": "Bến Bạch Đằng"}
AT = f"/t/{NATIONAL}/x/steerco_mcp/mcp"
Ask = Callable[..., Any]


@pytest.fixture(scope="module")
def url(api: Api) -> Iterator[str]:
    content = switched_on(Home(shipped()).content(NATIONAL), NATIONAL, "steerco_mcp")
    api.installation.apply(NATIONAL, content, at=START, who="operator", why="tests", seed=seed)
    with served(create_app(api.installation, clock=api.clock)) as (host, port):
        yield f"http://{host}:{port}"


def post(api: Api, url: str, message: Any, who: str = "chair", *scopes: str, **headers: str) -> httpx.Response:
    secret = api.token(NATIONAL, who, *scopes) if who else ""
    said = {"Authorization": f"Bearer {secret}"} if who else {}
    return httpx.post(url + AT, json=message, headers={**said, **headers})


def asking(api: Api, url: str, who: str, *scopes: str) -> Ask:
    """A function that calls a tool and returns what it tells, with whether that is an error."""

    def ask(tool: str, *bare: Any, **given: Any) -> Any:
        params = {"name": tool, "arguments": bare[0] if bare else given}
        message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
        answer = post(api, url, message, who, *scopes).json()
        if "error" in answer:
            return answer["error"]["message"], True
        (content,) = answer["result"]["content"]
        return json.loads(content["text"]), answer["result"]["isError"]

    return ask


@pytest.fixture
def chair(api: Api, url: str) -> Ask:
    return asking(api, url, "chair")


@pytest.mark.parametrize("mode", ["legacy", "2026-07-28", "auto"])
def test_the_protocols_own_client_lists_asks_tries_and_acts(api: Api, url: str, mode: str) -> None:
    from mcp.client import Client
    from mcp.client.streamable_http import streamable_http_client

    async def live() -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {api.token(NATIONAL, 'chair')}"}
        async with (
            httpx2.AsyncClient(headers=headers, timeout=30) as http,
            Client(streamable_http_client(url + AT, http_client=http), mode=mode) as client,
        ):
            tools = {tool.name: tool for tool in (await client.list_tools()).tools}
            tried = await client.call_tool("meeting.convene", {"with": AD_HOC})
            given = {"with": AD_HOC, "confirm": tried.structured_content["confirm"]}
            done = await client.call_tool("meeting.convene", given)
            server = client.server_info and (client.server_info.name, client.server_info.version)
            return {"tools": tools, "tried": tried, "done": done, "version": client.protocol_version, "server": server}

    told = asyncio.run(live())
    assert told["version"] == ("2025-11-25" if mode == "legacy" else "2026-07-28")
    asks_nobody = mode == "2026-07-28"
    assert told["server"] == (None if asks_nobody else ("steerco_mcp", "1.0.0"))  # as plugin.toml says
    assert told["tools"]["me"].annotations.read_only_hint is True
    convene = told["tools"]["meeting.convene"]
    assert convene.annotations.read_only_hint is False
    assert "3.3" in convene.description
    assert "ad-hoc" not in convene.input_schema["properties"]  # the kinds stand inside the act's input
    assert convene.input_schema["properties"]["with"]["properties"]["starts_at"]["type"] == "string"
    assert (told["tried"].is_error, told["done"].is_error) == (False, False)
    assert told["done"].structured_content["dry_run"] is False
    made = api.as_("chair")("GET", f"/meeting/{told['done'].structured_content['record']['id']}")
    assert made.json()["state"] == "convened"


def test_an_act_is_tried_first_and_done_once_by_what_that_gave(api: Api, chair: Ask) -> None:
    tried, wrong = chair("meeting.convene", **{"with": AD_HOC})
    assert not wrong
    assert tried["would"]["dry_run"] is True
    assert "3.3" in [each["clause"] for each in tried["would"]["decision"]["because"]]
    assert api.as_("chair")("GET", f"/meeting/{tried['would']['record']['id']}").status_code == 404
    done, again = (chair("meeting.convene", **{"with": AD_HOC}, confirm=tried["confirm"])[0] for _ in range(2))
    assert (done["dry_run"], done["replayed"], again["replayed"]) == (False, False, True)
    assert again["record"]["id"] == done["record"]["id"]


def test_no_other_act_is_done_by_it_and_nobody_elses(api: Api, url: str, chair: Ask) -> None:
    tried, _ = chair("meeting.convene", **{"with": AD_HOC})
    elsewhere = {"with": {**AD_HOC, "place": "elsewhere"}, "confirm": tried["confirm"]}
    same = {"with": AD_HOC, "confirm": tried["confirm"]}
    for ask, given in ((chair, elsewhere), (asking(api, url, "chair", "read", "meeting.convene"), same)):
        said, wrong = ask("meeting.convene", **given)
        assert (wrong, said["code"]) == (True, "misused")


def test_a_record_that_changed_since_is_not_acted_on(api: Api, chair: Ask) -> None:
    tried, _ = chair("meeting.convene", **{"with": AD_HOC})
    made, _ = chair("meeting.convene", **{"with": AD_HOC}, confirm=tried["confirm"])
    on, given = made["record"]["id"], {"with": {"reason": "x"}}
    would, wrong = chair("meeting.cancel", on=on, **given)
    assert not wrong, would
    agenda = api.as_("wg-head")("POST", f"/meeting/{on}/set-agenda", json={"items": [{"title": "x"}]})
    assert agenda.status_code == 200, agenda.text
    said, wrong = chair("meeting.cancel", on=on, **given, confirm=would["confirm"])
    assert (wrong, said["status"]) == (True, 412)


def test_a_refusal_names_clauses_and_who_may_and_is_no_tool_of_theirs(api: Api, url: str) -> None:
    vice = asking(api, url, "vice-chair")
    told, wrong = vice("meeting.convene", **{"with": AD_HOC})
    assert wrong
    assert told["code"] == "refused"
    assert "3.3" in [each["clause"] for each in told["because"]]
    assert "chair" in [who["subject"] for who in told["who_may"]]


def test_nothing_that_a_plugin_is_handed_shows_the_token() -> None:
    """A plugin may write what it is handed into a log, or into the message of its fault."""
    first, other = Sealing("a-secret", "steerco_mcp", NATIONAL), Sealing("a-secret", "steerco_mcp", MOST)
    scope: Any = {"type": "http", "headers": [(b"authorization", b"Bearer a-secret")], "path": "/"}
    loop = asyncio.new_event_loop()
    assert "a-secret" not in repr([first, OwnApi(Request(scope), NATIONAL, loop), vars(first)])
    loop.close()
    assert first("x") != other("x")
    assert first("x") == Sealing("a-secret", "steerco_mcp", NATIONAL)("x")


def test_it_does_no_more_than_its_token(api: Api, url: str) -> None:
    ask = asking(api, url, "chair", "read")
    assert ask("meeting.convene", **{"with": AD_HOC})[0]["code"] == "token-scope"
    assert ask("explain", do="meeting.convene", **{"with": {"kind": "ad-hoc"}})[0]["outcome"] == "done"
    listed = post(api, url, {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}, "chair", "read").json()["result"]["tools"]
    assert [tool["name"] for tool in listed if not tool["annotations"]["readOnlyHint"]] == []
    assert post(api, url, {"jsonrpc": "2.0", "id": 1, "method": "ping"}, "chair", "meeting.convene").status_code == 403
    assert post(api, url, {"jsonrpc": "2.0", "id": 1, "method": "ping"}, "").status_code == 401


def test_duties_words_lists_and_records(chair: Ask) -> None:
    tried, _ = chair("meeting.convene", **{"with": AD_HOC})
    made = chair("meeting.convene", **{"with": AD_HOC}, confirm=tried["confirm"])[0]["record"]
    assert chair("duties", of="me")[0]["items"]
    assert made["id"] in [each["id"] for each in chair("search", q="bach dang")[0]["items"]]
    assert made["id"] in [each["id"] for each in chair("list", type="meeting", where={"presiding": "me"})[0]["items"]]
    assert chair("read", type="meeting", id=made["ref"])[0]["place"] == AD_HOC["place"]


@pytest.mark.parametrize(
    ("tool", "given", "said"),
    [
        ("shell", {}, "no tool shell"),
        ("read", {"type": "meeting"}, "read needs id"),
        ("read", {"type": "..", "id": "oauth"}, "neither a name"),
        ("me", {"who": "x"}, "not who"),
        ("me", "abc", "me takes at: arguments is an object"),
        ("meeting.convene", [1], "takes with, on, confirm: arguments is an object"),
        ("search", 0, "arguments is an object"),
        ("search", {"q": 7}, "q is no string"),
        ("meeting.vanish", {}, "meeting.vanish"),
        ("list", {"type": "meeting", "where": {"colour": "red"}}, "colour"),
        ("list", {"type": "events", "where": {"wait": "30"}}, "keeps others waiting"),
        ("read", {"type": "events", "id": "stream"}, "gives one answer"),
        ("read", {"type": "meeting", "id": "m" * 9000}, "too long"),
    ],
)
def test_a_call_that_does_not_fit_says_what_does(chair: Ask, tool: str, given: Any, said: str) -> None:
    told, wrong = chair(tool, given)
    assert wrong
    assert said in json.dumps(told)


@pytest.mark.parametrize(
    ("body", "headers", "code", "status"),
    [
        (b"{broken", {}, -32700, 400),
        (b"[" * 100_000, {}, -32700, 400),
        (b"[]", {}, -32600, 400),
        (b'{"jsonrpc": "2.0", "id": 1, "method": "resources/list"}', {}, -32601, 200),
        (b'{"jsonrpc": "2.0", "id": 1, "method": "ping"}', {"MCP-Protocol-Version": "1999-01-01"}, -32022, 200),
        (
            b'{"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params":'
            b' {"_meta": {"io.modelcontextprotocol/protocolVersion": "2026-07-28"}}}',
            {"MCP-Protocol-Version": "2026-07-28", "Mcp-Method": "tools/call"},
            -32020,
            400,
        ),
    ],
    ids=["no-json", "deep", "a-batch", "no-method", "no-revision", "another-method"],
)
def test_what_is_no_message_is_told(api: Api, url: str, body: bytes, headers: Any, code: int, status: int) -> None:
    secret = api.token(NATIONAL, "chair")
    answer = httpx.post(url + AT, content=body, headers={"Authorization": f"Bearer {secret}", **headers})
    assert (answer.json()["error"]["code"], answer.status_code) == (code, status)


def test_what_a_tool_asks_counts_like_any_request(api: Api, url: str) -> None:
    """A token that may ask five times a minute: its message and what the tool asks are two, so the third message is the last."""
    app = create_app(api.installation, clock=api.clock, limits=Limits(token=5))
    told = []
    with served(app) as (host, port), httpx.Client(headers={"Authorization": f"Bearer {api.token(NATIONAL, 'chair')}"}) as http:
        for _ in range(4):
            message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "me", "arguments": {}}}
            told.append(http.post(f"http://{host}:{port}{AT}", json=message))
    first, second, third, fourth = told
    assert [each.headers["RateLimit"].partition(";t=")[0] for each in told] == [f'"token";r={left}' for left in (3, 1, 0, 0)]
    assert [each.json()["result"]["isError"] for each in (first, second, third)] == [False, False, True]
    refused = third.json()["result"]["structuredContent"]
    assert (refused["status"], refused["code"]) == (429, "rate-limit")
    assert (fourth.status_code, fourth.json()["code"]) == (429, "rate-limit")


def test_there_is_no_stream_no_session_and_no_way_from_another_site(api: Api, url: str) -> None:
    allowed = {"Authorization": f"Bearer {api.token(NATIONAL, 'chair')}"}
    assert httpx.get(url + AT, headers=allowed).headers["Allow"] == "POST"
    assert post(api, url, {"jsonrpc": "2.0", "method": "notifications/initialized"}).status_code == 202
    assert post(api, url, {"jsonrpc": "2.0", "id": 1, "method": "ping"}, Origin="https://evil.example").status_code == 403


def test_over_standard_input_it_goes_line_by_line(api: Api, url: str, tmp_path: Path) -> None:
    (tmp_path / "token").write_text(api.token(NATIONAL, "chair") + "\n")
    messages = [
        {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"protocolVersion": "2025-03-26", "capabilities": {}}},
        {"jsonrpc": "2.0", "method": "notifications/initialized"},
        {"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": {"name": "me"}},
    ]
    lines = "\n".join([*map(json.dumps, messages), "{broken"])
    said = subprocess.run(
        [sys.executable, "-m", "steerco_client.mcp", url, NATIONAL],
        input=lines, capture_output=True, text=True, check=True, env={"STEERCO_TOKEN_FILE": str(tmp_path / "token")},
    )  # fmt: skip
    first, me, broken = map(json.loads, said.stdout.splitlines())
    assert first["result"]["protocolVersion"] == "2025-03-26"
    assert me["result"]["structuredContent"]["person"] == "thu-tuong"
    assert broken["error"]["code"] == -32700


@pytest.mark.parametrize("body", [b"[]", b"null", b'"Not here"', b"7", b"[" * 100_000, b"<p>No</p>", b"\xff"])
def test_an_answer_that_is_no_message_is_told_as_one_and_the_next_is_carried(body: bytes) -> None:
    """As a server in front of a committee's may give it."""
    answers = iter((body, body, b'{"jsonrpc": "2.0", "id": 3, "result": []}'))
    bridge = Bridge("http://x", NATIONAL, "t", httpx2.MockTransport(lambda _: httpx2.Response(200, content=next(answers))))
    told = bridge.answer('{"jsonrpc": "2.0", "id": 1, "method": "ping"}')
    assert told is not None
    assert [json.loads(told)[name] for name in ("jsonrpc", "id")] == ["2.0", 1]
    assert json.loads(told)["error"]["code"] == -32000
    assert bridge.answer('{"jsonrpc": "2.0", "method": "notifications/initialized"}') is None
    assert bridge.answer('{"jsonrpc": "2.0", "id": 3, "method": "ping"}') == '{"jsonrpc": "2.0", "id": 3, "result": []}'
    bridge.close()


def test_a_message_that_is_nested_too_deep_is_told() -> None:
    bridge = Bridge("http://x", NATIONAL, "t", httpx2.MockTransport(lambda _: httpx2.Response(500)))
    told = bridge.answer("[" * 100_000)
    bridge.close()
    assert told is not None
    assert (json.loads(told)["error"]["code"], json.loads(told)["id"]) == (-32700, None)
