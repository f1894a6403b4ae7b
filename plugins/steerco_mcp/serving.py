"""The protocol: JSON-RPC over one address, a request and its answer at a time, nothing kept in between.

It speaks the revisions with a handshake (``initialize``) and that without (2026-07-28: each request says its revision, in
``_meta`` and in headers). It has tools alone, answers with JSON and never with a stream. By hand and not by the protocol's own
library, since that wants to be the web server; a test holds it to that library's client.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Mapping
from typing import Any

from steerco.extension.api import Answer, Request, resource
from steerco_mcp import tools
from steerco_mcp.schemas import Json

SHAKEN = ("2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05")
"""The revisions that begin with a handshake, the newest first."""
ALONE = ("2026-07-28",)
"""The revisions in which each request stands alone."""
PARSE, INVALID, METHOD, PARAMS, FAILED, MISMATCH, VERSION = -32700, -32600, -32601, -32602, -32603, -32020, -32022
STATUS = {PARSE: 400, INVALID: 400, METHOD: 404, PARAMS: 400, MISMATCH: 400, VERSION: 400}
"""What HTTP says of an error in a revision in which each request stands alone."""
META = "io.modelcontextprotocol/"
TOLD: Json = {each: tomllib.loads(resource(__name__, "plugin.toml"))[each] for each in ("name", "version")}
"""What the server calls itself: the plugin, as its manifest does."""
CAPABLE: Json = {"tools": {}}
HOW = (
    "A committee run by its regulation. Each act is tried first: call its tool without `confirm`, tell the person what would"
    " happen and by which clause, and call it again with the `confirm` only where they agree. A refusal names its clauses and"
    " who may act instead."
)
SHOWN: Mapping[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": {"type": "object"}, "example": {"jsonrpc": "2.0", "id": 1, "method": "ping"}}},
        "description": "One message of JSON-RPC",
    },
    "responses": {
        "200": {"description": "The answer", "content": {"application/json": {"schema": {"type": "object"}}}},
        "202": {"description": "A notification was taken"},
    },
}


class RpcError(Exception):
    """An error as JSON-RPC tells it."""

    def __init__(self, code: int, message: str, data: Json | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.told = {"code": code, "message": message, **({} if data is None else {"data": data})}


def answer(request: Request) -> Answer:
    """Answer one message."""
    try:
        message = json.loads(request.body)
    except (ValueError, RecursionError):
        return _error(None, RpcError(PARSE, "no JSON"), 400)
    if not isinstance(message, dict) or not isinstance(message.get("method"), str):
        return _error(None, RpcError(INVALID, "send one request or notification of JSON-RPC, as an object"), 400)
    if "id" not in message:
        return Answer("", "application/json", 202)
    id, params = message["id"], message.get("params") or {}
    alone = isinstance(params, dict) and isinstance(params.get("_meta"), dict) and f"{META}protocolVersion" in params["_meta"]
    try:
        if not isinstance(id, str | int) or not isinstance(params, dict):
            raise RpcError(INVALID, "id is a text or a number, params is an object")
        _check_revision(request.headers, message["method"], params, alone)
        told = _told(request, message["method"], params)
    except RecursionError:
        return _error(None, RpcError(INVALID, "nested too deeply"), 400)
    except tools.ProblemTold as problem:  # of tools/list: a tool's own stands in its result
        return _error(id, RpcError(FAILED, str(problem), problem.told), 200)
    except RpcError as error:
        return _error(id if isinstance(id, str | int) else None, error, STATUS[error.code] if alone else 200)
    return _sent({"jsonrpc": "2.0", "id": id, "result": {**told, "_meta": {f"{META}serverInfo": TOLD}} if alone else told})


def _check_revision(headers: Mapping[str, str], method: str, params: Json, alone: bool) -> None:
    """Check that the revision is one of ours, and that headers say what the message says. Raises ``RpcError``."""
    given = headers.get("mcp-protocol-version", "")
    known = ALONE if alone else (*SHAKEN, *ALONE)
    wanted = params["_meta"][f"{META}protocolVersion"] if alone else given
    if alone and given != wanted:
        raise RpcError(MISMATCH, "the header MCP-Protocol-Version is not the revision of the message")
    if (alone or given) and wanted not in known:
        raise RpcError(VERSION, "unsupported protocol version", {"supported": [*ALONE, *SHAKEN], "requested": wanted})
    if alone and headers.get("mcp-method") != method:
        raise RpcError(MISMATCH, "the header Mcp-Method is not the method of the message")
    if alone and method == "tools/call" and headers.get("mcp-name") != params.get("name"):
        raise RpcError(MISMATCH, "the header Mcp-Name is not the tool of the message")


def _told(request: Request, method: str, params: Json) -> Json:
    """Return the result of a method. Raises ``RpcError``."""
    methods: dict[str, Callable[[], Json]] = {
        "initialize": lambda: _begun(params),
        "server/discover": lambda: _whole({"supportedVersions": [*ALONE, *SHAKEN], "capabilities": CAPABLE, "instructions": HOW}),
        "ping": dict,
        "tools/list": lambda: _whole({"tools": tools.listed(request)}),
        "tools/call": lambda: _called(request, params),
    }
    if method not in methods:
        raise RpcError(METHOD, f"no method {method[:100]}")
    return methods[method]()


def _begun(params: Json) -> Json:
    wanted = params.get("protocolVersion")
    version = wanted if wanted in SHAKEN else SHAKEN[0]
    return {"protocolVersion": version, "capabilities": CAPABLE, "serverInfo": TOLD, "instructions": HOW}


def _whole(result: Json) -> Json:
    """Return a result of which an assistant may keep nothing: what is a caller's to do changes with every act."""
    return {**result, "resultType": "complete", "ttlMs": 0, "cacheScope": "private"}


def _called(request: Request, params: Json) -> Json:
    name, given = params.get("name"), params.get("arguments")
    if not isinstance(name, str):
        raise RpcError(PARAMS, "name says which tool")
    try:
        told, wrong = tools.called(request, name, {} if given is None else given), False
    except tools.ProblemTold as problem:
        told, wrong = problem.told, True
    except tools.ToolMisused as misused:
        if name not in tools.BY_NAME and "." not in name:
            raise RpcError(PARAMS, str(misused)) from None
        told, wrong = {"code": "misused", "detail": str(misused)}, True
    text = json.dumps(told, ensure_ascii=False, indent=1)
    kept = {"structuredContent": told} if isinstance(told, dict) else {}
    return {"content": [{"type": "text", "text": text}], **kept, "isError": wrong, "resultType": "complete"}


def _error(id: Any, error: RpcError, status: int) -> Answer:
    return _sent({"jsonrpc": "2.0", "id": id, "error": error.told}, status)


def _sent(message: Json, status: int = 200) -> Answer:
    return Answer(json.dumps(message), "application/json", status, headers={"Cache-Control": "no-store"})
