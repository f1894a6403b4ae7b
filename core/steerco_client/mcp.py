"""A server of the Model Context Protocol over standard input and output: one committee, by one token, for an assistant.

    STEERCO_TOKEN_FILE=token python -m steerco_client.mcp https://steerco.example.org river-board

Its tools are calls of the API, so it can do no more than the token: ask, read, search, and act. An act is tried first: the tool
answers what would happen, by which clause, and a ``confirm`` that does exactly that act, once. A refusal is told with its clauses
and who may act instead. By hand and not by the protocol's own library, since that brings a web server along.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, is_dataclass
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any, TextIO
from uuid import uuid4

from steerco_client.calls import Act
from steerco_client.client import Client
from steerco_client.errors import ApiError, ClientError

PROTOCOLS = ("2025-06-18", "2025-03-26", "2024-11-05")
"""The versions of the protocol that it speaks, the newest first."""
MOST = 50
"""The number of items that a tool answers."""
Json = dict[str, Any]
TEXT: Json = {"type": "string"}
DO: Json = {**TEXT, "description": "type.action, as `me` lists them"}
INPUT: Json = {"type": "object", "description": "The input of the act, by field"}
ON: Json = {**TEXT, "description": "The record that it is done on: id or reference; left out, it makes a record"}

PARAMS, METHOD, PARSE = -32602, -32601, -32700


class ToolMisused(ValueError):
    """A call of a tool that does not fit, with what to do."""


class Tools:
    """The tools over one client. ``tried`` are the acts that were tried and may be done, each by its ``confirm`` and key."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._tried: dict[str, tuple[str, str]] = {}

    def me(self) -> Any:
        """Say whom the token speaks for, and the acts that may be theirs with their clauses."""
        return self._client.me()

    def explain(self, do: str, given: Json | None = None, on: str | None = None, by: str | None = None) -> Any:
        """Decide whether somebody may do an act, by which clause, and who may instead; nothing is done."""
        return self._client.explain(do, given, on=on, by=by)

    def act(self, do: str, given: Json | None = None, on: str | None = None, confirm: str | None = None) -> Any:
        """Do an act. Without `confirm` it is only tried: the answer says what would happen, and the `confirm` to do just that."""
        about = sha256(json.dumps([do, given or {}, on], sort_keys=True).encode()).hexdigest()
        if confirm is None:
            would = self._client.act(do, given, on=on, how=Act(dry_run=True))
            code = uuid4().hex[:12]
            self._tried[code] = (about, uuid4().hex)
            return {"would": would, "confirm": code}
        tried, key = self._tried.get(confirm, ("", ""))
        if tried != about:
            raise ToolMisused("this confirm belongs to no act like this one: try the act first, without confirm")
        done = self._client.act(do, given, on=on, how=Act(key=key))
        del self._tried[confirm]
        return done

    def duties(self, of: str | None = None, state: str | None = None) -> Any:
        """List who owes what by when, by which clause (`of`: a party, `me` is the caller)."""
        return _some(self._client.duties(of=of, state=state))

    def search(self, words: str, type: str | None = None) -> Any:
        """Find records by words, by a day, or by the name of a party."""
        return _some(self._client.search(words, type=type))

    def list(self, type: str, where: Json | None = None, sort: str | None = None) -> Any:
        """List records of a type, with filters by field."""
        return _some(self._client.list(type, where=where, sort=sort, size=MOST))

    def read(self, type: str, id: str) -> Any:
        """Read one record with its parts, by id or reference."""
        return self._client.read(type, id)


SCHEMAS: dict[str, tuple[Json, tuple[str, ...]]] = {
    "me": ({}, ()),
    "explain": ({"do": DO, "given": INPUT, "on": ON, "by": TEXT}, ("do",)),
    "act": ({"do": DO, "given": INPUT, "on": ON, "confirm": {**TEXT, "description": "What trying it gave"}}, ("do",)),
    "duties": ({"of": TEXT, "state": TEXT}, ()),
    "search": ({"words": TEXT, "type": TEXT}, ("words",)),
    "list": ({"type": TEXT, "where": {"type": "object"}, "sort": TEXT}, ("type",)),
    "read": ({"type": TEXT, "id": TEXT}, ("type", "id")),
}
"""Each tool's arguments, and which of them are needed."""
KINDS: dict[str, type] = {"string": str, "object": dict}


class Server:
    """Answers the messages of one client of the protocol."""

    def __init__(self, client: Client, version: str = "0.1.0") -> None:
        self._tools, self._version = Tools(client), version
        self._methods: dict[str, Callable[[Json], Json]] = {
            "initialize": self._initialize,
            "ping": lambda params: {},
            "tools/list": self._list,
            "tools/call": self._call,
        }

    def answer(self, line: str) -> str | None:
        """Return the answer to one message, both as JSON; None for what wants none."""
        try:
            message = json.loads(line)
        except ValueError:
            return _error(None, PARSE, "no JSON")
        if not isinstance(message, dict) or "method" not in message or "id" not in message:
            return None  # a notification, or an answer to what nobody asked
        method, params = self._methods.get(str(message["method"])), message.get("params") or {}
        if method is None:
            return _error(message["id"], METHOD, f"no method {message['method']}")
        try:
            return json.dumps({"jsonrpc": "2.0", "id": message["id"], "result": method(params)}, ensure_ascii=False)
        except ToolMisused as error:
            return _error(message["id"], PARAMS, str(error))

    def _initialize(self, params: Json) -> Json:
        wanted = params.get("protocolVersion")
        told = {"name": "steerco", "version": self._version}
        version = wanted if wanted in PROTOCOLS else PROTOCOLS[0]
        return {"protocolVersion": version, "capabilities": {"tools": {}}, "serverInfo": told}

    def _list(self, params: Json) -> Json:
        return {"tools": [_shown(name, *schema) for name, schema in SCHEMAS.items()]}

    def _call(self, params: Json) -> Json:
        name, given = str(params.get("name")), params.get("arguments") or {}
        _check(name, given)
        try:
            told = getattr(self._tools, name)(**given)
        except ApiError as error:
            told = {"refused": error.code, "said": str(error), "clauses": error.clauses, "who_may": error.who_may}
            return _told(told, wrong=True)
        except ClientError as error:
            return _told({"failed": str(error)}, wrong=True)
        return _told(told)


def _shown(name: str, properties: Json, needed: tuple[str, ...]) -> Json:
    schema = {"type": "object", "properties": properties, "required": list(needed), "additionalProperties": False}
    hints = {"readOnlyHint": name != "act", "openWorldHint": False}
    return {"name": name, "description": getattr(Tools, name).__doc__, "inputSchema": schema, "annotations": hints}


def _check(name: str, given: Any) -> None:
    """Check the arguments of a tool. Raises ``ToolMisused``."""
    if name not in SCHEMAS:
        raise ToolMisused(f"no tool {name}; there are: {', '.join(SCHEMAS)}")
    properties, needed = SCHEMAS[name]
    if not isinstance(given, dict) or (unknown := given.keys() - properties.keys()):
        raise ToolMisused(f"{name} takes {', '.join(properties)}" + (f", not {', '.join(sorted(unknown))}" if given else ""))
    if missing := [each for each in needed if each not in given]:
        raise ToolMisused(f"{name} needs {', '.join(missing)}")
    for each, value in given.items():
        if not isinstance(value, KINDS[properties[each]["type"]]):
            raise ToolMisused(f"{name}: {each} is no {properties[each]['type']}")


def _told(value: Any, *, wrong: bool = False) -> Json:
    text = json.dumps(value, default=_plain, ensure_ascii=False, indent=1)
    return {"content": [{"type": "text", "text": text}], "isError": wrong}


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {name: each for name, each in asdict(value).items() if name != "raw"}
    return dict(value) if isinstance(value, Mapping) else str(value)


def _some(items: Iterable[Any]) -> Json:
    found = list(islice(items, MOST + 1))
    return {"items": found[:MOST], "more": len(found) > MOST}


def _error(id: Any, code: int, text: str) -> str:
    return json.dumps({"jsonrpc": "2.0", "id": id, "error": {"code": code, "message": text}})


def serve(server: Server, lines: Iterable[str], out: TextIO) -> None:
    """Answer line by line until there are no more."""
    for answer in _answers(server, lines):
        out.write(answer + "\n")
        out.flush()


def _answers(server: Server, lines: Iterable[str]) -> Iterator[str]:
    return (answer for line in lines if line.strip() and (answer := server.answer(line)) is not None)


def main() -> None:
    """Serve the committee that the arguments name, by the token in the file that ``STEERCO_TOKEN_FILE`` names."""
    file = os.environ.get("STEERCO_TOKEN_FILE")
    if len(sys.argv) != 3 or not file:
        sys.exit("usage: STEERCO_TOKEN_FILE=FILE python -m steerco_client.mcp URL COMMITTEE")
    try:
        token = Path(file).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        sys.exit(f"STEERCO_TOKEN_FILE names {file}, which cannot be read: {error}")
    with Client(sys.argv[1], sys.argv[2], token) as client:
        serve(Server(client), sys.stdin, sys.stdout)


if __name__ == "__main__":
    main()
