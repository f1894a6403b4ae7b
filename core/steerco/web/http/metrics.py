"""What this process counts for Prometheus: requests by route, their time, their statements, faults, and who waits.

A route is counted by its template, never by its values, so that no metric names a tenant, a record or a person. The metrics have
an address of their own, which no client of the API reaches.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, start_http_server
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from steerco import __version__
from steerco.web.http.limits import Edge
from steerco.web.http.passage import Passage
from steerco.web.http.worker_pool import WorkerPools

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
"""A client may send any word as a method; those that no route takes are counted together."""
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)


class Metrics:
    """The counts of one process. ``count`` is called once a request, when its answer was sent."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        Gauge("steerco_build_info", "The release that runs.", ["version"], registry=self.registry).labels(__version__).set(1)
        labels = ["method", "route", "status"]
        self._requests = Counter("steerco_requests", "Requests that were answered.", labels, registry=self.registry)
        self._seconds = Histogram(
            "steerco_request_seconds",
            "Seconds from a request's head to the end of its answer, without those that it was asked to wait for news.",
            ["route"],
            buckets=SECONDS,
            registry=self.registry,
        )
        self._statements = Counter("steerco_statements", "SQL statements sent for requests.", ["route"], registry=self.registry)

    def count(self, passage: Passage) -> None:
        """Count a request that has been answered."""
        route = passage.route
        method = passage.method if passage.method in METHODS else "-"
        self._requests.labels(method, route, str(passage.status)).inc()
        self._seconds.labels(route).observe(passage.seconds - passage.waited)
        self._statements.labels(route).inc(passage.statements.sent)

    def attach(self, edge: Edge) -> None:
        """Count the requests of an application, and tell at each scrape how many wait or are at work in each pool of threads."""
        edge.ends = (*edge.ends, self.count)
        self.registry.register(_Pools(edge.app.state.crews))

    def serve(self, host: str, port: int) -> None:
        """Answer Prometheus at this address, in a thread of its own. Raises ``OSError`` where it cannot be listened on."""
        start_http_server(port, host, registry=self.registry)


class _Pools(Collector):
    def __init__(self, pools: WorkerPools) -> None:
        self._pools = pools

    def collect(self) -> Iterator[Any]:
        pending = GaugeMetricFamily("steerco_requests_pending", "Requests at work or waiting.", labels=["pool"])
        for pool in self._pools:
            pending.add_metric([pool.name], pool.pending)
        yield pending
