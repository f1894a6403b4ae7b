"""The counters of this process for Prometheus: requests by route, their time, their statements, faults, and who waits.

A route is counted by its template, never by its values, so that no metric names a tenant, a record or a person. The metrics have
an address of their own, which no client of the API reaches.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from itertools import accumulate
from typing import Any

from prometheus_client import CollectorRegistry, Gauge, start_http_server
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.registry import Collector

from steerco import __version__
from steerco.web.http.limits import Edge
from steerco.web.http.passage import Passage
from steerco.web.http.worker_pool import WorkerPools

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
"""A client may send any word as a method; those that no route takes are counted together."""
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
_BOUNDS = [*map(str, SECONDS), "+Inf"]


class _Route:
    """What is counted of one route: requests by bucket of their time, their time, their statements."""

    __slots__ = ("buckets", "seconds", "statements")

    def __init__(self) -> None:
        self.buckets, self.seconds, self.statements = [0] * len(_BOUNDS), 0.0, 0


class Metrics:
    """The counts of one process. ``count`` is called once a request, when its answer was sent, and in one thread: so counting is
    an addition, and what Prometheus is told is put together when it asks."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        Gauge("steerco_build_info", "The release that runs.", ["version"], registry=self.registry).labels(__version__).set(1)
        self._answers: dict[tuple[str, str, int], int] = {}
        self._routes: dict[str, _Route] = {}
        self.registry.register(_Requests(self._answers, self._routes))

    def count(self, passage: Passage) -> None:
        """Count a request that has been answered."""
        route = passage.route
        answer = (passage.method if passage.method in METHODS else "-", route, passage.status)
        self._answers[answer] = self._answers.get(answer, 0) + 1
        counts = self._routes.get(route) or self._routes.setdefault(route, _Route())
        seconds = passage.seconds - passage.waited
        counts.buckets[bisect_left(SECONDS, seconds)] += 1
        counts.seconds += seconds
        counts.statements += passage.statements.sent

    def attach(self, edge: Edge) -> None:
        """Count the requests of an application, and tell at each scrape how many wait or are at work in each pool of threads."""
        edge.ends = (*edge.ends, self.count)
        self.registry.register(_Pools(edge.app.state.crews))

    def serve(self, host: str, port: int) -> None:
        """Answer Prometheus at this address, in a thread of its own. Raises ``OSError`` where it cannot be listened on."""
        start_http_server(port, host, registry=self.registry)


class _Requests(Collector):
    """Tells what was counted; copies are taken first, since requests go on meanwhile."""

    def __init__(self, answers: dict[tuple[str, str, int], int], routes: dict[str, _Route]) -> None:
        self._answers, self._routes = answers, routes

    def collect(self) -> Iterator[Any]:
        answered = CounterMetricFamily("steerco_requests", "Requests that were answered.", labels=["method", "route", "status"])
        for (method, route, status), count in self._answers.copy().items():
            answered.add_metric([method, route, str(status)], count)
        seconds = HistogramMetricFamily(
            "steerco_request_seconds",
            "Seconds from a request's head to the end of its answer, without those that it was asked to wait for news.",
            labels=["route"],
        )
        statements = CounterMetricFamily("steerco_statements", "SQL statements sent for requests.", labels=["route"])
        for route, counts in self._routes.copy().items():
            seconds.add_metric([route], list(zip(_BOUNDS, accumulate(counts.buckets), strict=True)), counts.seconds)
            statements.add_metric([route], counts.statements)
        yield from (answered, seconds, statements)


class _Pools(Collector):
    def __init__(self, pools: WorkerPools) -> None:
        self._pools = pools

    def collect(self) -> Iterator[Any]:
        pending = GaugeMetricFamily("steerco_requests_pending", "Requests at work or waiting.", labels=["pool"])
        for pool in self._pools:
            pending.add_metric([pool.name], pool.pending)
        yield pending
