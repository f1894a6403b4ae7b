"""Many who listen at once, and clients that do not read: what it costs the others, and what the metrics say of it."""

from __future__ import annotations

import asyncio
import logging
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress

import pytest
from litestar import Response, get
from litestar.testing import TestClient
from prometheus_client import generate_latest
from tests.web.conftest import MOST, NATIONAL, Api

from steerco.store.fair_lock import Busy
from steerco.web.api import stream
from steerco.web.app import create_app
from steerco.web.http import server as serving
from steerco.web.http.limits import Edge, Limits
from steerco.web.http.metrics import Metrics
from steerco.web.http.problems import Anywhere
from steerco.web.http.worker_pool import WorkerPools

LARGE = 48 * 1024 * 1024


@contextmanager
def served(app: Edge) -> Iterator[tuple[str, int]]:
    """A real server over an application; it is asked to stop at the end, and has to within its time."""
    up = threading.Event()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        place: tuple[str, int] = probe.getsockname()
    server = serving.Server(app, *place, begun=up.set, stopping=lambda: False, ending=app.app.state.log_ends.end)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    assert up.wait(120)
    yield place
    server.should_exit = True
    thread.join(120)
    assert not thread.is_alive()


def asked(place: tuple[str, int], path: str, secret: str = "", room: int = 4096) -> socket.socket:
    """A connection on which something was asked, with so much room for what is not read yet."""
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, room)
    client.settimeout(20)
    client.connect(place)
    authorization = f"Authorization: Bearer {secret}\r\n" if secret else ""
    client.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n{authorization}\r\n".encode())
    return client


@get("/large", sync_to_thread=False)
def large() -> Response[bytes]:
    return Response(b"x" * LARGE)


def test_a_client_that_never_reads_is_given_up(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving.Timed, "unread", 0.3)
    app = create_app(api.installation, clock=api.clock, routers=[large])
    read = 0
    with served(app) as place, closing(asked(place, "/large")) as client:
        time.sleep(1.0)
        with suppress(ConnectionResetError):
            while piece := client.recv(1 << 20):
                read += len(piece)
    assert read < LARGE


def test_a_client_that_reads_slowly_gets_everything(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving.Timed, "unread", 0.5)
    app = create_app(api.installation, clock=api.clock, routers=[large])
    read = 0
    with served(app) as place, closing(asked(place, "/large", room=1 << 20)) as client:
        while read < LARGE and (piece := client.recv(1 << 20)):
            read += len(piece)
            time.sleep(0.05)
    assert read >= LARGE


def test_a_server_that_stops_ends_its_streams_and_says_no_fault(api: Api, caplog: pytest.LogCaptureFixture) -> None:
    path, secret = f"/t/{NATIONAL}/api/events/stream", api.token(NATIONAL, "chair")
    with caplog.at_level(logging.INFO), served(create_app(api.installation, clock=api.clock)) as place:
        client = asked(place, path, secret)
        assert b"200 OK" in client.recv(4096)
    client.close()
    assert not [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]
    assert len([record for record in caplog.records if record.name == "steerco.access" and path in record.getMessage()]) == 1


def test_one_committees_listeners_leave_room_for_anothers(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "LISTENERS", 4)
    ends = stream.LogEnds(WorkerPools("sqlite"))
    with ends.listening(NATIONAL, ""), ends.listening(NATIONAL, ""), ends.listening(NATIONAL, ""):
        with pytest.raises(Busy):
            ends.check_room(NATIONAL, "")
        with ends.listening(MOST, ""), pytest.raises(Busy):
            ends.check_room(MOST, "")
    ends.check_room(NATIONAL, "")
    assert not ends.listeners


def test_time_that_was_waited_for_news_is_not_time_that_a_request_took(api: Api) -> None:
    metrics, app = Metrics(), create_app(api.installation, clock=api.clock, limits=Limits(stream=1.5))
    metrics.attach(app)
    headers = {"Authorization": f"Bearer {api.token(NATIONAL, 'chair')}"}
    with TestClient(app) as client:
        assert client.get(f"/t/{NATIONAL}/api/events/stream", headers=headers).status_code == 200
        assert client.get(f"/t/{NATIONAL}/api/events?wait=1&after={_end(api)}", headers=headers).status_code == 200
    told = generate_latest(metrics.registry).decode()
    for route in ("/t/{tenant}/api/events/stream", "/t/{tenant}/api/events"):
        (line,) = [line for line in told.splitlines() if line.startswith(f'steerco_request_seconds_sum{{route="{route}"}}')]
        assert float(line.rpartition(" ")[2]) < 0.9
        assert f'steerco_requests_total{{method="GET",route="{route}",status="200"}} 1.0' in told


def test_a_look_that_failed_is_not_remembered_and_none_is_for_long(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "EVERY", 0.05)
    looks = iter([Busy("full"), 7])

    def look(request: object, tenant: str) -> int:
        found = next(looks)
        if isinstance(found, Exception):
            raise found
        return found

    monkeypatch.setattr(stream, "_end", look)

    async def listened() -> None:
        pools = WorkerPools("sqlite")
        ends = stream.LogEnds(pools)
        request: Anywhere = None  # type: ignore[assignment]  # the look above asks nothing of it
        with pytest.raises(Busy):
            await ends.beyond(request, NATIONAL, 5, 1)
        assert await ends.beyond(request, NATIONAL, 5, 1)
        await asyncio.sleep(0.2)
        assert not ends._known
        pools.end()

    asyncio.run(listened())


def _end(api: Api) -> int:
    last = api.as_("chair")("GET", "/events?limit=200").json()
    while last["more"]:
        last = api.as_("chair")("GET", f"/events?limit=200&after={last['next']}").json()
    return int(last["next"])
