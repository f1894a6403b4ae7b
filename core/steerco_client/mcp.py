"""For assistants that speak the Model Context Protocol over standard input and output alone: a way to a committee's MCP server.

    STEERCO_TOKEN_FILE=token python -m steerco_client.mcp https://steerco.example.org river-board

Each message goes as it is, with the token, to the address of the plugin ``steerco_mcp``, which the committee must have on; the
answer comes back as it is. An assistant that speaks streamable HTTP needs none of this, and is given the address and the token.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TextIO

import httpx2

PATH = "/t/{tenant}/x/steerco_mcp/mcp"
"""The address of the server, below that of the installation."""
META = "io.modelcontextprotocol/protocolVersion"
FAILED, PARSE = -32000, -32700


class Bridge:
    """Carries messages to one committee's server. ``transport`` is for tests and for proxies."""

    def __init__(self, url: str, tenant: str, token: str, transport: httpx2.BaseTransport | None = None) -> None:
        headers = {"Authorization": f"Bearer {token}", "Accept": "application/json, text/event-stream"}
        self._http = httpx2.Client(headers=headers, timeout=60, transport=transport)
        self._address, self._revision = url.rstrip("/") + PATH.format(tenant=tenant), ""

    def close(self) -> None:
        """Close its connections."""
        self._http.close()

    def answer(self, line: str) -> str | None:
        """Return the answer to one message, both as JSON; None for what wants none."""
        try:
            message = json.loads(line)
        except (ValueError, RecursionError):  # the second: nested deeper than it is read
            return _failed(None, PARSE, "no JSON, or nested too deep")
        id = message.get("id") if isinstance(message, dict) else None
        try:
            told = self._http.post(self._address, json=message, headers=self._headers(message))
            if told.status_code == 202:
                return None
            answer = told.json()
        except (httpx2.HTTPError, ValueError, RecursionError) as error:
            return None if id is None else _failed(id, FAILED, f"no answer from {self._address}: {error}")
        if not isinstance(answer, dict):
            return None if id is None else _failed(id, FAILED, f"{told.status_code}, and no message from {self._address}")
        if "jsonrpc" not in answer:
            return _failed(id, FAILED, f"{told.status_code} {answer.get('detail', '')} {answer.get('next', '')}".strip())
        result = answer.get("result")
        self._revision = result.get("protocolVersion", self._revision) if isinstance(result, dict) else self._revision
        return json.dumps(answer, ensure_ascii=False)

    def _headers(self, message: Any) -> dict[str, str]:
        """Return what a message says in headers too, in the revision that it is of."""
        params = message.get("params") if isinstance(message, dict) else None
        meta = params.get("_meta") if isinstance(params, dict) else None
        alone = meta.get(META) if isinstance(meta, dict) else None
        if alone is None:
            return {"MCP-Protocol-Version": self._revision} if self._revision else {}
        named = {"Mcp-Name": str(params["name"])} if isinstance(params, dict) and "name" in params else {}
        return {"MCP-Protocol-Version": str(alone), "Mcp-Method": str(message.get("method")), **named}


def _failed(id: Any, code: int, text: str) -> str:
    return json.dumps({"jsonrpc": "2.0", "id": id, "error": {"code": code, "message": text}})


def serve(bridge: Bridge, lines: Iterable[str], out: TextIO) -> None:
    """Carry line by line until there are no more."""
    for line in lines:
        if line.strip() and (answer := bridge.answer(line)) is not None:
            out.write(answer + "\n")
            out.flush()


def main() -> None:
    """Carry for the committee that the arguments name, by the token in the file that ``STEERCO_TOKEN_FILE`` names."""
    file = os.environ.get("STEERCO_TOKEN_FILE")
    if len(sys.argv) != 3 or not file:
        sys.exit("usage: STEERCO_TOKEN_FILE=FILE python -m steerco_client.mcp URL COMMITTEE")
    try:
        token = Path(file).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        sys.exit(f"STEERCO_TOKEN_FILE names {file}, which cannot be read: {error}")
    bridge = Bridge(sys.argv[1], sys.argv[2], token)
    try:
        serve(bridge, sys.stdin, sys.stdout)
    finally:
        bridge.close()


if __name__ == "__main__":
    main()
