"""Traces of requests for a collector that speaks OpenTelemetry (OTLP over HTTP), by the extra ``traces``.

A request is one span, made when its answer was sent from what its line of log tells as well: so a request costs nothing where
nobody collects, and a span names no more than a line does. It belongs to the trace that a client or a server in front names in
``traceparent``.
"""

from __future__ import annotations

from time import time_ns

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import SpanKind, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from steerco import __version__
from steerco.web.http.limits import Edge
from steerco.web.http.passage import Passage
from steerco.web.http.problems import logged

SECONDS = 5
"""How long a collector has for an answer; meanwhile spans wait, and beyond what can wait they are dropped."""
_IN_FRONT = TraceContextTextMapPropagator()


class Traces:
    """The spans of one process, sent by a thread of their own. ``collector`` is the address that takes them."""

    def __init__(self, collector: str) -> None:
        resource = Resource.create({"service.name": "steerco", "service.version": __version__})
        self._provider = TracerProvider(resource=resource, shutdown_on_exit=True)
        self._provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=collector, timeout=SECONDS)))
        self._tracer = self._provider.get_tracer("steerco", __version__)

    def record(self, passage: Passage) -> None:
        """Add the span of a request that has been answered."""
        given = {
            name.decode("latin-1"): value.decode("latin-1") for name, value in passage.scope["headers"] if name[:5] == b"trace"
        }
        end = time_ns()
        span = self._tracer.start_span(
            f"{passage.method} {passage.route}",
            context=_IN_FRONT.extract(given),
            kind=SpanKind.SERVER,
            start_time=end - int(passage.seconds * 1e9),
            attributes={
                "http.request.method": passage.method,
                "http.route": passage.route,
                "http.response.status_code": passage.status,
                "steerco.request": passage.id,
                "steerco.tenant": logged(passage.tenant),
                "steerco.statements": passage.statements.sent,
                "steerco.actor": passage.actor,
            },
        )
        if passage.status >= 500:
            span.set_status(StatusCode.ERROR)
        span.end(end)

    def attach(self, edge: Edge) -> None:
        """Record the requests of an application."""
        edge.ends = (*edge.ends, self.record)

    def close(self) -> None:
        """Send what waits."""
        self._provider.shutdown()
