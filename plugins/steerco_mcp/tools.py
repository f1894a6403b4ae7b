"""The tools of an assistant: each tool is a call of the committee's API with the caller's token, and nothing besides.

An act is tried first. The answer says what would happen, by which clause, and gives a ``confirm``: a seal over exactly this act,
by this token, on the record as it is now. With it the same act is done, once however often it is sent.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from hmac import compare_digest
from typing import Any
from uuid import uuid4

from steerco.extension.api import Answer, Request
from steerco_mcp.schemas import QUESTIONS, Json, act_tools

MOST = "50"
"""The number of items that a tool answers at once."""
LASTS = timedelta(hours=1)
"""How long a ``confirm`` is good for."""
PLAIN: Mapping[str, type] = {"string": str, "object": dict}
PAGED = frozenset({"search", "parties", "list"})
"""The tools whose pages take a length."""
BY_NAME = {tool["name"]: tool["inputSchema"] for tool in QUESTIONS}


class ToolMisused(ValueError):
    """A call of a tool that does not fit, with what to do."""


class ProblemTold(Exception):
    """What the API refuses, or cannot answer."""

    def __init__(self, told: Json) -> None:
        super().__init__(told.get("detail", ""))
        self.told = told


def listed(request: Request) -> list[Json]:
    """Return every tool that the caller has: the questions, and the acts that may be theirs."""
    powers = {each["action"]: each["because"] for each in _asked(request, "GET", "me")["powers"]}
    return [*QUESTIONS, *act_tools(_asked(request, "GET", "actions"), powers)]


def called(request: Request, name: str, given: Json) -> Any:
    """Call a tool. Raises ``ToolMisused`` and ``ProblemTold``."""
    if name in BY_NAME:
        _check(name, given, BY_NAME[name]["properties"], BY_NAME[name]["required"])
        return _question(request, name, given)
    if "." not in name:
        raise ToolMisused(f"no tool {name}; there are those of tools/list")
    _check(name, given, {"with": {"type": "object"}, "on": {"type": "string"}, "confirm": {"type": "string"}}, ())
    return _act(request, name, given.get("on"), given.get("with", {}), given.get("confirm"))


def _question(request: Request, name: str, given: Json) -> Any:
    match name:
        case "explain":
            return _asked(request, "POST", "explain", input=given)
        case "read":
            return _asked(request, "GET", f"{_part(given['type'])}/{_part(given['id'])}")
        case "list":
            query = {key: given[key] for key in ("sort", "after") if key in given} | _filters(given.get("where", {}))
            return _asked(request, "GET", _part(given["type"]), {"limit": MOST, **query})
        case _:
            return _asked(request, "GET", name, ({"limit": MOST} if name in PAGED else {}) | given)


def _filters(where: Json) -> dict[str, str]:
    return {name: value if isinstance(value, str) else json.dumps(value) for name, value in where.items()}


def _act(request: Request, do: str, on: str | None, given: Json, confirm: str | None) -> Any:
    """Try an act, or do what was tried."""
    type, _, action = do.partition(".")
    path = "/".join(map(_part, (type, action) if on is None else (type, on, action)))
    now = request.hands.now
    if confirm is None:
        version = "" if on is None else _version(request, type, on)
        would = _asked(request, "POST", path, {"dry_run": "1"}, given)
        sealed = f"{int(now.timestamp())}.{uuid4().hex}.{version}"
        return {"would": would, "confirm": f"{sealed}.{_seal(request, sealed, do, on, given)}"}
    sealed, _, seal = confirm.rpartition(".")
    at, key, version = (*sealed.split("."), "", "", "")[:3]
    if not compare_digest(seal.encode("utf-8", "replace"), _seal(request, sealed, do, on, given).encode()):
        raise ToolMisused("this confirm belongs to no act like this one: try the act first, without confirm")
    if now - datetime.fromtimestamp(int(at), UTC) > LASTS:
        raise ToolMisused("this confirm is older than an hour: try the act again, without confirm")
    as_it_was = {"If-Match": f'"{version}"'} if version else {}
    return _asked(request, "POST", path, None, given, {"Idempotency-Key": f"mcp-{key}", **as_it_was})


def _version(request: Request, type: str, on: str) -> str:
    """Return the version of a record as the caller sees it; empty where they do not, which trying the act then tells.

    Raises ``ProblemTold`` where the version cannot be had for another reason: an act is never tied to less than was shown.
    """
    try:
        return str(_asked(request, "GET", f"{_part(type)}/{_part(on)}", {"fields": "version"})["version"])
    except ProblemTold as problem:
        if problem.told.get("status") != 404:
            raise
        return ""


def _seal(request: Request, sealed: str, do: str, on: str | None, given: Json) -> str:
    return request.seal(json.dumps([sealed, do, on, given], sort_keys=True))


def _part(name: str) -> str:
    """Return a part of an address. Raises ``ToolMisused`` for what is none."""
    if not name.isprintable() or name in ("", ".", "..") or "/" in name:
        raise ToolMisused(f"{name!r} is neither a name nor a reference")
    return name


def _asked(
    request: Request,
    method: str,
    path: str,
    query: Mapping[str, str] | None = None,
    input: Json | None = None,
    headers: Mapping[str, str] | None = None,
) -> Any:
    """Return what the API answers. Raises ``ProblemTold``; ``ToolMisused`` for what is not asked in this way."""
    try:
        answer: Answer = request.api(method, path, query, input, headers)
    except ValueError as outside:
        raise ToolMisused(str(outside)) from None
    told = json.loads(answer.content)
    if answer.status >= 400:
        raise ProblemTold(told)
    return told


def _check(name: str, given: Any, properties: Json, needed: Any) -> None:
    """Check the arguments of a tool. Raises ``ToolMisused``."""
    takes = f"{name} takes {', '.join(properties)}"
    if not isinstance(given, dict):
        raise ToolMisused(f"{takes}: arguments is an object")
    if unknown := given.keys() - properties.keys():
        raise ToolMisused(f"{takes}, not {', '.join(sorted(unknown))}")
    if missing := [each for each in needed if each not in given]:
        raise ToolMisused(f"{name} needs {', '.join(missing)}")
    for each, value in given.items():
        if not isinstance(value, PLAIN[properties[each]["type"]]):
            raise ToolMisused(f"{name}: {each} is no {properties[each]['type']}")
