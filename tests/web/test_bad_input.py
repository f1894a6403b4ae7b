"""Every route of the document, each with every kind of bad input: the right status, one line of log, and nothing held afterwards.

Of the operations that one handler answers, one stands for all: what is done for each record type and action on its own is tried
by the fuzzer. What is sent piece by piece is sent to the application as a server sends it.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import logging
import re
from collections.abc import Iterator
from typing import Any

import pytest
from tests.web.conftest import MOST, NATIONAL, Api

from steerco.web.app import create_app
from steerco.web.http.limits import Edge, Limits
from steerco.web.openapi.document import general

BOMB = gzip.compress(b"[" + b"0," * 5_000_000 + b"0]")
LIMITS = Limits(body=100_000, unknown=4_000, piece=0.02, token=0, tenant=0, misses=0, costly=0)
NAMES = {"type": "meeting", "id": "M-2021-001", "action": "convene", "digest": "0" * 64, "plugin": "steerco_none", "rest": "x"}
TOKEN, UPLOADS = "/t/{tenant:str}/api/oauth/token", "/t/{tenant:str}/api/uploads"
Told = tuple[int, dict[str, str], bytes]


def handlers(app: Edge) -> dict[tuple[str, str], str]:
    """One operation of the document for each handler of the API: its method and template, with the address that is asked."""
    found: dict[tuple[str, str], str] = {}
    templates = {route.path: route for route in app.app.routes}
    shapes = [(template, re.compile(re.sub(r"\{[^}]+\}", "[^/]+", template.replace(".", r"\.")))) for template in templates]
    for path, operations in json.loads(general())["paths"].items():
        address = re.sub(r"\{([^}]+)\}", lambda name: NAMES.get(name[1], "x"), path.replace("{tenant}", NATIONAL))
        fits = [template for template, shape in shapes if shape.fullmatch(address)]
        assert fits, path
        best = min(fits, key=lambda template: template.count("{"))
        for method in operations.keys() & {"get", "post", "patch", "delete", "head"}:
            found.setdefault((method.upper(), best), address)
    return found


class Sender:
    """Sends requests as a server does, with pieces of a body that may never end, and counts the lines that they leave."""

    def __init__(self, app: Edge, secret: str) -> None:
        self.app, self.secret, self.lines = app, secret, list[logging.LogRecord]()

    async def send(
        self, method: str, path: str, query: bytes = b"", pieces: tuple[Any, ...] = (b"",), secret: str | None = None, **more: str
    ) -> Told:
        """Send a request; a piece that is None ends the connection, ``...`` never comes. Return status, headers and body."""
        given = self.secret if secret is None else secret
        headers = {"host": "localhost", "content-type": "application/json", **{k.replace("_", "-"): v for k, v in more.items()}}
        headers |= {"authorization": f"Bearer {given}"} if given else {}
        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "scheme": "http", "path": path,
            "raw_path": path.encode(), "query_string": query, "root_path": "", "client": ("127.0.0.1", 1),
            "server": ("localhost", 80), "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
            "state": {}, "extensions": {},
        }  # fmt: skip
        left, told, body = list(pieces), list[Any](), b""

        async def receive() -> Any:
            piece = left.pop(0) if left else ...
            if piece is ...:
                await asyncio.sleep(3600)
            if piece is None:
                return {"type": "http.disconnect"}
            return {"type": "http.request", "body": piece, "more_body": bool(left)}

        async def take(message: Any) -> None:
            nonlocal body
            told.extend([message] if message["type"] == "http.response.start" else [])
            body += message.get("body", b"")

        await asyncio.wait_for(self.app(scope, receive, take), 20)
        (head,) = told
        return head["status"], {name.decode(): value.decode() for name, value in head["headers"]}, body


CASES: dict[str, tuple[dict[str, Any], bool, set[int]]] = {
    "no-token": ({"secret": ""}, False, {401}),
    "a-token-of-nobody": ({"secret": "steerco_" + "x" * 40}, False, {401}),
    "of-another-tenant": ({}, False, {401}),
    "unknown-parameter": ({"query": b"colour=red"}, False, {400, 422}),
    "a-parameter-twice": ({"query": b"lang=vi&lang=en"}, False, {400, 422}),
    "no-utf-8-in-the-address": ({"query": b"at=%FF%FE"}, False, {400, 422}),
    "too-long-by-its-own-word": ({"content_length": "99999999"}, False, {413}),
    "too-long-without-a-word": ({"pieces": (b" " * 60_000,) * 3}, True, {413}),
    "slow": ({"pieces": (b"{", ...)}, True, {408}),
    "broken-off": ({"pieces": (b"{", None)}, True, {400}),
    "no-json": ({"pieces": (b'{"with": ',)}, True, {400}),
    "another-type": ({"pieces": (b'[1, "two"]',)}, True, {400, 422}),
    "no-utf-8": ({"pieces": (b'{"title": "\xff\xfe"}',)}, True, {400}),
    "another-charset": (
        {"pieces": ('{"title": "x"}'.encode("utf-16"),), "content_type": "application/json; charset=utf-16"},
        True,
        {400, 415},
    ),
    "a-bomb": ({"pieces": (BOMB,), "content_encoding": "gzip"}, True, {415}),
}
"""What is sent beside the address, whether to those that read a body alone, and what is to be answered."""


def expected_of(method: str, template: str, name: str) -> set[int]:
    """What is to be answered, by what a route is for: one that is for strangers asks for a form, one that begins an upload reads
    no body, one that goes on with an upload looks for it first."""
    _, with_body, expected = CASES[name]
    if template == TOKEN and expected not in ({413}, {408}, {415}):
        return {400}
    if (method, template) == ("POST", UPLOADS) and with_body and expected != {415}:
        return {400}
    if method == "PATCH" and name in ("no-json", "another-type", "no-utf-8", "another-charset"):
        return {404}
    return expected


@pytest.fixture(scope="module")
def sender(api: Api) -> Iterator[Sender]:
    sender = Sender(create_app(api.installation, clock=api.clock, limits=LIMITS), api.token(NATIONAL, "chair"))

    class Lines(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            sender.lines.append(record)

    access, lines = logging.getLogger("steerco.access"), Lines()
    before = access.level
    access.addHandler(lines)
    access.setLevel(logging.INFO)
    yield sender
    access.removeHandler(lines)
    access.setLevel(before)


def test_whatever_is_sent_where_the_right_status_one_line_and_nothing_held(api: Api, sender: Sender) -> None:
    routes = handlers(sender.app)
    crews = sender.app.app.state.crews
    wrong, elsewhere = list[str](), api.token(MOST, "head")

    async def ask() -> None:
        for (method, template), address in sorted(routes.items()):
            for name, (given, with_body, _) in CASES.items():
                if with_body and method in ("GET", "HEAD", "DELETE"):
                    continue
                given = {"secret": elsewhere} if name == "of-another-tenant" else given
                sender.lines.clear()
                status, _, body = await sender.send(method, address, **given)
                if (
                    status not in expected_of(method, template, name)
                    or len(sender.lines) != 1
                    or any(pool.pending for pool in crews)
                ):
                    wrong.append(f"{method} {template} {name}: {status}, {len(sender.lines)} lines; {body[:120]!r}")
                elif method != "HEAD" and not (json.loads(body).get("next") or json.loads(body).get("error_description")):
                    wrong.append(f"{method} {template} {name}: it does not say what to do")

    asyncio.run(ask())
    assert len(routes) > 30
    assert not wrong, "\n".join(wrong)
