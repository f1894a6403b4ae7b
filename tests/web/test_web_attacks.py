"""What strangers try on the server: to fill it, to hold it, to slow it down for others, to reach it by another name."""

from __future__ import annotations

import asyncio
import logging
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from litestar import Response
from litestar.testing import TestClient
from tests.web.conftest import MOST, NATIONAL, START, Api, Clock

from steerco.web.app import create_app
from steerco.web.http import server as serving
from steerco.web.http.limits import Edge, Limits
from steerco.web.http.requests import AHEAD
from steerco.web.http.worker_pool import WorkerPool, WorkerPools

PIECE = b" " * 32 * 1024
PATH = f"/t/{NATIONAL}/api/meeting/convene"


class Sent:
    """A request as a server hands it to the application, piece by piece; how many pieces were asked for, and the answer."""

    def __init__(self, app: Edge, secret: str = "", path: str = PATH, last: str = "http.request", pause: float = 0.0) -> None:
        self.app, self.last, self.pause = app, last, pause
        self.headers = [(b"host", b"testserver"), (b"content-type", b"application/json")]
        if secret:
            self.headers.append((b"authorization", f"Bearer {secret}".encode()))
        self.path, self.read, self.status, self.answer = path, 0, 0, b""

    def with_pieces(self, many: int) -> Sent:
        """Send so many pieces."""
        self.many = many
        asyncio.run(self._send())
        return self

    async def _send(self) -> None:
        scope = {"type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "scheme": "http"}
        scope |= {
            "path": self.path,
            "raw_path": self.path.encode(),
            "query_string": b"",
            "root_path": "",
            "headers": self.headers,
        }
        scope |= {"client": ("127.0.0.1", 1), "server": ("testserver", 80), "state": {}}
        await self.app(scope, self._receive, self._take)

    async def _receive(self) -> dict[str, Any]:
        self.read += 1
        if self.read > self.many:
            if self.pause:
                await asyncio.sleep(self.pause)
            return {"type": self.last, "body": b"{}", "more_body": False}
        return {"type": "http.request", "body": PIECE, "more_body": True}

    async def _take(self, message: Any) -> None:
        self.status = message.get("status", self.status)
        self.answer += message.get("body", b"")


def made(api: Api, **limits: float) -> Edge:
    return create_app(api.installation, clock=api.clock, limits=Limits(**limits))  # type: ignore[arg-type]


@pytest.mark.parametrize("path", [PATH, "/t/nowhere/api/meeting/convene", f"/t/{NATIONAL}/x/steerco_ical/feed", "/health", "/"])
@pytest.mark.parametrize("who", ["nobody", "a stranger", "another tenant's"])
def test_no_more_of_a_body_is_read_than_a_stranger_may_send(api: Api, path: str, who: str) -> None:
    secret = {"nobody": "", "a stranger": "steerco_x", "another tenant's": api.token(MOST, "head")}[who]
    sent = Sent(made(api), secret, path).with_pieces(400)
    assert sent.read <= 3
    assert sent.status in (401, 404, 405)


def test_whoever_is_known_may_send_more(api: Api) -> None:
    sent = Sent(made(api), api.token(NATIONAL, "chair")).with_pieces(100)
    assert sent.read == 101
    assert sent.status == 422  # read to its end, and judged: the kind of meeting is not said
    assert b'"kind"' in sent.answer


def test_a_body_that_does_not_come_is_not_waited_for(api: Api, caplog: pytest.LogCaptureFixture) -> None:
    for limits in ({"piece": 0.05}, {"whole": 0.05}):
        begun = time.monotonic()
        sent = Sent(made(api, **limits), api.token(NATIONAL, "chair"), pause=30).with_pieces(1)
        assert sent.status == 408
        assert time.monotonic() - begun < 20
    assert not [each for each in caplog.records if each.levelno >= logging.WARNING]


def test_a_sender_who_goes_away_leaves_no_trace_of_the_program(api: Api, caplog: pytest.LogCaptureFixture) -> None:
    sent = Sent(made(api), api.token(NATIONAL, "chair"), last="http.disconnect").with_pieces(1)
    assert sent.status == 400
    assert not [each for each in caplog.records if each.exc_info or each.levelno >= logging.WARNING]


@pytest.fixture
def address(api: Api, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, int]]:
    """A real server with little patience."""
    monkeypatch.setattr(serving.Timed, "seconds", 0.3)
    up = threading.Event()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        place: tuple[str, int] = probe.getsockname()
    server = serving.Server(made(api), *place, begun=up.set, stopping=lambda: False)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    assert up.wait(120)
    yield place
    server.should_exit = True
    thread.join(120)


WHOLE, PART = b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n", b"GET /health HTTP/1.1\r\nHost: x\r\n"


@pytest.mark.parametrize("before", [b"", WHOLE])
@pytest.mark.parametrize("head", [PART, PART[:1]])
def test_heads_that_are_not_finished_are_not_held(address: tuple[str, int], before: bytes, head: bytes) -> None:
    with closing(socket.create_connection(address, timeout=120)) as held:
        if before:
            held.sendall(before)
            assert b"200 OK" in held.recv(65536)
        held.sendall(head)
        begun = time.monotonic()
        while held.recv(65536):
            pass
        assert time.monotonic() - begun < 4  # uvicorn itself would hold it for ever


def test_a_connection_without_a_word_is_not_held(address: tuple[str, int]) -> None:
    with closing(socket.create_connection(address, timeout=120)) as held:
        assert held.recv(1) == b""


def test_a_head_that_trickles_is_not_waited_for_longer(address: tuple[str, int]) -> None:
    with closing(socket.create_connection(address, timeout=120)) as held:
        held.settimeout(0.05)
        sent = 0
        while sent < 100:
            sent += 1
            try:
                held.sendall(b"G")
                if held.recv(1) == b"":
                    break
            except TimeoutError:
                continue
            except ConnectionError:
                break
        assert sent < 100


def test_an_answer_before_the_body_is_read_by_who_goes_on_sending(address: tuple[str, int]) -> None:
    """As a web server in front does: it writes all that it was given, and then looks for an answer."""
    head = b"POST /t/x/api/meeting/convene HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n"
    with closing(socket.create_connection(address, timeout=120)) as sender:
        sender.sendall(head % (40 << 20))
        for _ in range(40):
            sender.sendall(b"x" * (1 << 20))
        answer = b"".join(iter(lambda: sender.recv(65536), b""))
    assert answer.startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize(("piece", "pause"), [(b"x" * (1 << 20), 0.0), (b"x", 0.02)])
def test_nobody_sends_for_ever_what_nobody_reads(
    address: tuple[str, int], monkeypatch: pytest.MonkeyPatch, piece: bytes, pause: float
) -> None:
    monkeypatch.setattr(serving, "DISCARDED", 1 << 20)
    monkeypatch.setattr(serving, "LINGER", 0.5)

    def send(sender: socket.socket) -> None:
        sender.sendall(b"POST /t/x/api/meeting HTTP/1.1\r\nHost: x\r\nContent-Length: 9999999999\r\n\r\n")
        for _ in range(1000):
            sender.sendall(piece)
            time.sleep(pause)

    with closing(socket.create_connection(address, timeout=120)) as sender, pytest.raises(ConnectionError):
        send(sender)


def test_a_server_that_was_told_to_stop_while_it_began_does_not_say_that_it_serves(api: Api) -> None:
    said: list[str] = []
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        place: tuple[str, int] = probe.getsockname()
    server = serving.Server(made(api), *place, begun=lambda: said.append("serves"), stopping=lambda: True)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    thread.join(120)
    assert not thread.is_alive()
    assert said == []


FAR = (START + AHEAD).date().replace(year=(START + AHEAD).year + 1).isoformat()


@pytest.mark.parametrize(
    ("path", "field"),
    [
        (f"/duties?at={FAR}", "at"),
        ("/duties?at=2199-12-31", "at"),
        (f"/duties?by=clause&to={FAR}", "to"),
        (f"/duties?by=clause&from={FAR}&to={FAR}", "from"),
        (f"/explain?do=meeting.convene&at={FAR}", "at"),
        (f"/charter?at={FAR}", "at"),
        (f"/silences?at={FAR}", "at"),
        (f"/conflicts?at={FAR}", "at"),
        (f"/reach?role=chair&at={FAR}", "at"),
    ],
)
def test_no_day_is_asked_about_that_takes_long_to_reckon(api: Api, path: str, field: str) -> None:
    answer = api.as_("chair")("GET", path)
    assert answer.status_code == 422
    assert field in answer.json()["fields"]


def test_what_one_tenant_asks_keeps_no_other_waiting() -> None:
    crew, begun, free = WorkerPool("tests", threads=1, waiting=40), threading.Event(), threading.Event()
    served: list[str] = []

    def answer(tenant: str) -> Response[bytes]:
        begun.set()
        free.wait(120)
        served.append(tenant)
        return Response(b"")

    async def ask() -> None:
        many = [asyncio.create_task(crew.run(answer, tenant="one")) for _ in range(20)]
        await asyncio.to_thread(begun.wait, 30)
        few = [asyncio.create_task(crew.run(answer, tenant=name)) for name in ("two", "three", "two")]
        await asyncio.sleep(0)
        free.set()
        await asyncio.gather(*many, *few)

    asyncio.run(ask())
    crew.end()
    assert served[:6] == ["one", "one", "two", "three", "one", "two"]
    assert len(served) == 23


def test_a_part_of_the_places_is_kept_for_the_others() -> None:
    crew, free = WorkerPool("tests", threads=1, waiting=8), threading.Event()

    def answer(tenant: str) -> Response[bytes]:
        free.wait(120)
        return Response(b"")

    async def ask() -> tuple[int, int]:
        tasks = [asyncio.create_task(crew.run(answer, tenant=name)) for name in ["one"] * 12 + ["two"]]
        await asyncio.sleep(0.05)
        free.set()
        told = await asyncio.gather(*tasks, return_exceptions=True)
        return sum(isinstance(each, Exception) for each in told[:12]), sum(isinstance(each, Exception) for each in told[12:])

    assert asyncio.run(ask()) == (5, 0)
    crew.end()


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost", 200),
        ("localhost:8000", 200),
        ("127.0.0.1:8000", 200),
        ("192.168.1.7", 200),
        ("[::1]:8000", 200),
        ("steerco.example", 200),
        ("Steerco.Example:80", 200),
        ("evil.example", 421),
        ("evil.example:8000", 421),
        ("localhost.evil.example", 421),
        ("", 421),
    ],
)
def test_a_demonstration_answers_to_no_name_that_somebody_else_gave_it(api: Api, host: str, status: int) -> None:
    with TestClient(create_app(api.installation, demo=True, clock=Clock(), hosts={"steerco.example"})) as client:
        for path in ("/", f"/t/{NATIONAL}/", f"/t/{NATIONAL}/api/meeting"):
            answer = client.get(path, headers={"Host": host})
            assert answer.status_code == (status if status == 421 else 401 if "/api/" in path else 200), path


def test_each_content_type_says_its_charset_once(demo: TestClient[Any]) -> None:
    style = next(part for part in demo.get("/").text.split('"') if part.startswith("/static/") and ".css" in part)
    for path in ("/", f"/t/{NATIONAL}/", "/nothing", style):
        answer = demo.get(path, headers={"Accept": "text/html"})
        assert answer.headers["content-type"].count("charset") == 1, path


def test_two_hundred_people_of_one_committee_press_at_once_and_nobody_is_turned_away() -> None:
    crew, free = WorkerPools("sqlite").acts, threading.Event()

    async def all_at_once() -> list[str]:
        waiting = [asyncio.create_task(crew.run(lambda tenant: free.wait(30) and tenant, tenant="one")) for _ in range(200)]
        await asyncio.sleep(0)
        free.set()
        return await asyncio.gather(*waiting)

    assert asyncio.run(all_at_once()) == ["one"] * 200
    crew.join()
