"""The number and the line of log of each request, what is counted for Prometheus, and when a server is ready."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from io import StringIO
from pathlib import Path
from typing import Any

import httpx
import pytest
from litestar.testing import TestClient
from prometheus_client import generate_latest
from sqlalchemy import text
from tests.plugins.conftest import switched_on
from tests.web.conftest import MOST, NATIONAL, START, Api

from steerco.cases.world import seed
from steerco.cli.frame.schema_upgrade import migrate
from steerco.cli.serve import logs
from steerco.configuration.home import Home, shipped
from steerco.configuration.installation import Installation
from steerco.store.engine import Store
from steerco.web.app import create_app
from steerco.web.http.metrics import Metrics


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """What the log says from here on, as the objects that a collector reads."""
    ours = logging.getLogger("steerco")
    before = (list(ours.handlers), ours.level, ours.propagate)
    monkeypatch.setenv("STEERCO_LOG_FORMAT", "json")
    written = StringIO()
    logs.begin(to=written)
    yield lambda: [json.loads(line) for line in _taken(written)]
    ours.handlers[:], ours.level, ours.propagate = before[0], before[1], before[2]


def _taken(written: StringIO) -> list[str]:
    said = written.getvalue().splitlines()
    written.seek(0)
    written.truncate()
    return said


def test_each_answer_bears_a_number_and_one_from_in_front_is_kept(api: Api) -> None:
    given = api.http.get("/health", headers={"X-Request-Id": "front-0123456789"})
    assert given.headers["X-Request-Id"] == "front-0123456789"
    first, second = (api.http.get("/health").headers["X-Request-Id"] for _ in range(2))
    assert first != second


@pytest.mark.parametrize("number", ["short", "a" * 65, "has space 12345", 'quote"quote"', "semi;colon;semi"])
def test_a_number_that_does_not_look_like_one_is_replaced(api: Api, number: str) -> None:
    answered = api.http.get("/health", headers={"X-Request-Id": number}).headers["X-Request-Id"]
    assert answered != number
    assert len(answered) == 32


def test_one_line_a_request_says_what_an_operator_needs_and_names_nobody(api: Api, lines: Any) -> None:
    secret = api.token(NATIONAL, "chair")
    lines()
    answer = api.as_("chair")("GET", "/person?id=thu-tuong&limit=1", headers={"Cookie": "session=abc"})
    assert answer.status_code == 200
    (line,) = lines()
    assert line["request"] == answer.headers["X-Request-Id"]
    assert (line["method"], line["tenant"], line["status"]) == ("GET", NATIONAL, 200)
    assert line["route"] == "/t/{tenant}/api/{type}"
    assert line["statements"] > 0
    assert line["ms"] > 0
    assert line["actor"].startswith("token:")
    assert all(word not in json.dumps(line) for word in (secret, "thu-tuong", "abc", "limit"))


def test_what_a_plugin_asks_of_the_api_stands_in_the_line_of_its_request(api: Api, lines: Any) -> None:
    content = switched_on(Home(shipped()).content(NATIONAL), NATIONAL, "steerco_mcp")
    api.installation.apply(NATIONAL, content, at=START, who="operator", why="tests", seed=seed)
    broken = threading.Event()

    def clock() -> datetime:
        if broken.is_set() and threading.current_thread().name.startswith("steerco-reads"):
            raise ZeroDivisionError("a fault where the API reads, and nowhere else")
        return api.clock()

    headers = {"Authorization": f"Bearer {api.token(NATIONAL, 'chair')}"}
    with TestClient(create_app(api.installation, clock=clock)) as client:

        def line_of(method: str, params: Any) -> Any:
            lines()
            message = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
            assert client.post(f"/t/{NATIONAL}/x/steerco_mcp/mcp", json=message, headers=headers).status_code == 200
            return lines()

        me = {"name": "me", "arguments": {}}
        line_of("tools/call", me)  # what is kept from then on is read
        (alone,), (asking,) = line_of("ping", {}), line_of("tools/call", me)
        lines()
        assert client.get(f"/t/{NATIONAL}/api/me", headers=headers).status_code == 200
        (asked,) = lines()
        broken.set()
        fault, line = line_of("tools/call", me)
    assert asking["statements"] == alone["statements"] + asked["statements"]
    assert asking["actor"] == asked["actor"]
    assert (fault["level"], "ZeroDivisionError" in json.dumps(fault)) == ("error", True)
    assert fault["request"] == line["request"]
    assert line["route"] == "/t/{tenant}/x/{plugin}/{rest}"


def test_a_line_bears_the_time_of_its_request_and_no_thread_of_another(api: Api, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "steerco.access"):
        before = logging.LogRecord("", 0, "", 0, "", None, None)
        assert api.http.get("/health").status_code == 200
        after = logging.LogRecord("", 0, "", 0, "", None, None)
    (line,) = (each for each in caplog.records if each.name == "steerco.access")
    assert before.created <= line.created <= after.created
    assert line.msecs == int(line.created % 1 * 1000)
    assert before.relativeCreated - 1 <= line.relativeCreated <= after.relativeCreated + 1
    assert [line.process, line.processName, line.thread, line.threadName] == [None] * 4


def test_a_stranger_leaves_no_tenants_name(api: Api, lines: Any) -> None:
    lines()
    assert api.http.get(f"/t/{MOST}/api/task").status_code == 401
    (line,) = lines()
    assert (line["status"], line["tenant"], line["actor"]) == (401, "", "")


def test_a_setting_that_does_not_exist_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STEERCO_LOG_LEVEL", "loud")
    with pytest.raises(Exception, match="there is no 'loud'"):
        logs.begin()


def test_a_full_disk_of_logs_stops_no_request_and_is_told_when_there_is_room(api: Api, lines: Any) -> None:
    (handler,) = (each for each in logging.getLogger("steerco").handlers if isinstance(each, logs.LogWriter))
    room = handler.stream
    with suppress(OSError), Path("/dev/full").open("w") as full:  # what it holds is lost when it is closed
        handler.stream = full
        answered = [api.http.get("/health").status_code for _ in range(3)]
    handler.stream = room
    assert answered == [200] * 3
    assert api.http.get("/health").status_code == 200
    loss, line = lines()
    assert (loss["level"], "3 lines" in loss["message"]) == ("error", True)
    assert line["route"] == "/health"


def test_metrics_count_by_route_and_name_no_tenant_and_no_record(api: Api) -> None:
    metrics = Metrics()
    app = create_app(api.installation, clock=api.clock)
    metrics.attach(app)
    with TestClient(app) as client:
        headers = {"Authorization": f"Bearer {api.token(NATIONAL, 'chair')}"}
        for _ in range(3):
            assert client.get(f"/t/{NATIONAL}/api/meeting", headers=headers).status_code == 200
        client.request("BREW", "/health")
        told = generate_latest(metrics.registry).decode()
    assert 'steerco_requests_total{method="GET",route="/t/{tenant}/api/{type}",status="200"} 3.0' in told
    assert 'steerco_requests_pending{pool="reads"} 0.0' in told
    assert "BREW" not in told
    assert NATIONAL not in told


def test_a_server_is_ready_only_with_a_database_of_its_release(api: Api, tmp_path: Path) -> None:
    store = Store.open(None, tmp_path)
    migrate(store)
    with TestClient(create_app(Installation(store), clock=api.clock)) as client:
        assert client.get("/ready").json()["status"] == "ready"
        with store.operator_connection() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = '0000'"))
        answer: httpx.Response = client.get("/ready")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"
    assert answer.json()["code"] == "not-ready"
    assert "older" in answer.json()["detail"]
    store.close()


@pytest.mark.parametrize("door", ["/new/{}", "/new/{}/files/charter", "/invitation/{}", "/reset/{}", "/t/x/x/calendar/feed/{}"])
def test_no_line_holds_the_secret_of_a_link(api: Api, lines: Any, door: str) -> None:
    lines()
    api.http.get(door.format("s3cret-of-a-link"))
    (line,) = lines()
    assert "s3cret" not in json.dumps(line)
