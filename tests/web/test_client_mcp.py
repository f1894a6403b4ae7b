"""An assistant's way to a committee: the tools of the Model Context Protocol, over the API and by a token alone."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.web.conftest import NATIONAL, Api
from tests.web.test_web_listeners import served

from steerco.web.app import create_app
from steerco_client import Client
from steerco_client.mcp import Server

AD_HOC = {"kind": "ad-hoc", "starts_at": "2021-03-01T09:00:00", "place": "Bến Bạch Đằng"}
Ask = Callable[..., Any]


@pytest.fixture(scope="module")
def url(api: Api) -> Iterator[str]:
    with served(create_app(api.installation, clock=api.clock)) as (host, port):
        yield f"http://{host}:{port}"


def asking(client: Client) -> Ask:
    """A function that calls a tool and returns what it tells, with whether that is an error."""
    server = Server(client)

    def ask(tool: str, **given: Any) -> Any:
        message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": tool, "arguments": given}}
        answer = json.loads(server.answer(json.dumps(message)) or "")
        if "error" in answer:
            return answer["error"]["message"], True
        (content,) = answer["result"]["content"]
        return json.loads(content["text"]), answer["result"]["isError"]

    return ask


@pytest.fixture
def chair(api: Api, url: str) -> Iterator[Ask]:
    with Client(url, NATIONAL, api.token(NATIONAL, "chair")) as client:
        yield asking(client)


def test_an_act_is_tried_first_and_done_once_by_what_that_gave(api: Api, chair: Ask) -> None:
    tried, wrong = chair("act", do="meeting.convene", given=AD_HOC)
    assert not wrong
    assert tried["would"]["dry_run"] is True
    assert "3.3" in [each["clause"] for each in tried["would"]["ruling"]["because"]]
    assert api.as_("chair")("GET", f"/meeting/{tried['would']['id']}").status_code == 404
    done, wrong = chair("act", do="meeting.convene", given=AD_HOC, confirm=tried["confirm"])
    assert (wrong, done["dry_run"]) == (False, False)
    assert api.as_("chair")("GET", f"/meeting/{done['id']}").json()["state"] == "convened"
    again, wrong = chair("act", do="meeting.convene", given=AD_HOC, confirm=tried["confirm"])
    assert wrong
    assert "try the act first" in again


def test_another_act_is_not_done_by_it(api: Api, chair: Ask) -> None:
    tried, _ = chair("act", do="meeting.convene", given=AD_HOC)
    said, wrong = chair("act", do="meeting.convene", given={**AD_HOC, "place": "elsewhere"}, confirm=tried["confirm"])
    assert wrong
    assert "belongs to no act like this one" in said


def test_a_refusal_names_clauses_and_who_may(api: Api, url: str) -> None:
    with Client(url, NATIONAL, api.token(NATIONAL, "vice-chair")) as client:
        told, wrong = asking(client)("act", do="meeting.convene", given=AD_HOC)
    assert wrong
    assert told["refused"] == "refused"
    assert "3.3" in told["clauses"]
    assert "chair" in [who["subject"] for who in told["who_may"]]


def test_it_does_no_more_than_its_token(api: Api, url: str) -> None:
    with Client(url, NATIONAL, api.token(NATIONAL, "chair", "read")) as client:
        ask = asking(client)
        assert ask("act", do="meeting.convene", given=AD_HOC)[0]["refused"] == "token-scope"
        assert ask("me")[0]["powers"] == {}
        assert ask("explain", do="meeting.convene", given={"kind": "ad-hoc"})[0]["outcome"] == "done"


def test_duties_words_lists_and_records(chair: Ask) -> None:
    tried, _ = chair("act", do="meeting.convene", given=AD_HOC)
    made, _ = chair("act", do="meeting.convene", given=AD_HOC, confirm=tried["confirm"])
    assert chair("duties", of="me")[0]["items"]
    assert made["id"] in [each["id"] for each in chair("search", words="bach dang")[0]["items"]]
    assert made["id"] in [each["id"] for each in chair("list", type="meeting", where={"presiding": "me"})[0]["items"]]
    assert chair("read", type="meeting", id=made["ref"])[0]["place"] == AD_HOC["place"]


@pytest.mark.parametrize(
    ("tool", "given", "said"),
    [
        ("shell", {}, "no tool shell"),
        ("read", {"type": "meeting"}, "read needs id"),
        ("me", {"who": "x"}, "not who"),
        ("search", {"words": 7}, "words is no string"),
    ],
)
def test_a_call_that_does_not_fit_says_what_does(chair: Ask, tool: str, given: dict[str, Any], said: str) -> None:
    told, wrong = chair(tool, **given)
    assert wrong
    assert said in told


def test_as_a_program_it_speaks_line_by_line(api: Api, url: str, tmp_path: Path) -> None:
    (tmp_path / "token").write_text(api.token(NATIONAL, "chair") + "\n")
    messages = [
        {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"protocolVersion": "2025-03-26", "capabilities": {}}},
        {"jsonrpc": "2.0", "method": "notifications/initialized"},
        {"jsonrpc": "2.0", "id": 2, "method": "tools/list"},
        {"jsonrpc": "2.0", "id": 3, "method": "tools/call", "params": {"name": "me"}},
        {"jsonrpc": "2.0", "id": 4, "method": "resources/list"},
    ]
    lines = "\n".join([*map(json.dumps, messages), "{broken"])
    command = [sys.executable, "-m", "steerco_client.mcp", url, NATIONAL]
    said = subprocess.run(
        command, input=lines, capture_output=True, text=True, check=True, env={"STEERCO_TOKEN_FILE": str(tmp_path / "token")}
    )
    first, tools, me, unknown, broken = map(json.loads, said.stdout.splitlines())
    assert first["result"]["protocolVersion"] == "2025-03-26"
    by_name = {tool["name"]: tool for tool in tools["result"]["tools"]}
    assert [name for name, tool in by_name.items() if not tool["annotations"]["readOnlyHint"]] == ["act"]
    assert all(tool["description"] and tool["inputSchema"]["type"] == "object" for tool in by_name.values())
    assert json.loads(me["result"]["content"][0]["text"])["person"] == "thu-tuong"
    assert (unknown["error"]["code"], broken["error"]["code"]) == (-32601, -32700)
