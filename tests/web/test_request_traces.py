"""Spans of requests at a collector: what they tell, whose trace they join, and that one which is away delays nobody."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from litestar.testing import TestClient
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from tests.web.conftest import NATIONAL, Api

from steerco.cli.frame.problems import CommandProblem
from steerco.cli.serve.telemetry import trace
from steerco.web.app import create_app
from steerco.web.http.traces import Traces

TRACE = "0af7651916cd43dd8448eb211c80319c"


class Collector(ThreadingHTTPServer):
    """A server that takes spans as OpenTelemetry sends them."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Receiver)
        self.spans: list[Span] = []
        self.services: set[str] = set()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1/traces"


class Receiver(BaseHTTPRequestHandler):
    server: Collector

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        for of_process in ExportTraceServiceRequest.FromString(body).resource_spans:
            self.server.services |= {
                each.value.string_value for each in of_process.resource.attributes if each.key == "service.name"
            }
            self.server.spans += [span for scope in of_process.scope_spans for span in scope.spans]
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def collector() -> Iterator[Collector]:
    server = Collector()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def told(span: Span) -> dict[str, str | int]:
    return {each.key: getattr(each.value, each.value.WhichOneof("value")) for each in span.attributes}


def test_each_request_is_a_span_in_the_trace_of_its_client(api: Api, collector: Collector) -> None:
    app = create_app(api.installation, clock=api.clock)
    traces = Traces(collector.address)
    traces.attach(app)
    secret = api.token(NATIONAL, "chair")
    headers = {"Authorization": f"Bearer {secret}", "traceparent": f"00-{TRACE}-b7ad6b7169203331-01"}
    with TestClient(app) as client:
        number = client.get(f"/t/{NATIONAL}/api/person?id=thu-tuong", headers=headers).headers["X-Request-Id"]
        client.get(f"/t/{NATIONAL}/api/task", headers={"traceparent": "nonsense"})
    traces.close()
    seen, stranger = collector.spans
    assert (seen.name, seen.trace_id.hex(), seen.parent_span_id.hex()) == (
        "GET /t/{tenant}/api/{type}",
        TRACE,
        "b7ad6b7169203331",
    )
    assert seen.end_time_unix_nano > seen.start_time_unix_nano
    facts = told(seen)
    assert (facts["http.response.status_code"], facts["steerco.request"], facts["steerco.tenant"]) == (200, number, NATIONAL)
    assert int(facts["steerco.statements"]) > 0
    assert all(word not in str(seen) for word in (secret, "thu-tuong"))
    assert stranger.trace_id.hex() != TRACE
    assert (told(stranger)["http.response.status_code"], told(stranger)["steerco.tenant"]) == (401, "")
    assert collector.services == {"steerco"}


def test_a_collector_that_is_away_changes_no_answer(api: Api) -> None:
    app = create_app(api.installation, clock=api.clock)
    traces = Traces("http://127.0.0.1:9/v1/traces")
    traces.attach(app)
    with TestClient(app) as client:
        assert [client.get("/health").status_code for _ in range(50)] == [200] * 50
    traces.close()


@pytest.mark.parametrize("address", ["127.0.0.1:4318", "ftp://collector", "http://"])
def test_an_address_that_is_none_is_told(api: Api, monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("STEERCO_TRACES", address)
    with pytest.raises(CommandProblem, match="no address of a collector"):
        trace(create_app(api.installation, clock=api.clock))


def test_without_the_setting_nothing_is_recorded(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("STEERCO_TRACES", raising=False)
    app = create_app(api.installation, clock=api.clock)
    before = app.ends
    trace(app)
    assert app.ends == before
