"""The figures of this process's worker for Prometheus: who follows the log and how far behind, logs verified, and that it
works."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from steerco.following.consumers import Consumers
from steerco.operations.log_checks import LogChecks
from steerco.operations.worker import Worker


class WorkMetrics(Collector):
    """Collects at each scrape. ``clock`` gives the time by which the worker works."""

    def __init__(self, worker: Worker, consumers: Consumers, checks: LogChecks, clock: Callable[[], datetime]) -> None:
        self._worker, self._consumers, self._checks, self._clock = worker, consumers, checks, clock

    def collect(self) -> Iterator[Any]:
        now = self._clock()
        behind: Counter[tuple[str, str]] = Counter()
        for (_, plugin, hook), events in dict(self._consumers.behind).items():
            behind[plugin, hook] += events
        failing = Counter((plugin, hook) for _, plugin, hook in dict(self._consumers.late))
        yield _by_plugin("steerco_follower_events_behind", "Events that a plugin has still to be told, in all.", behind)
        yield _by_plugin("steerco_followers_failing", "Committees in which a plugin failed and is asked again later.", failing)
        age = self._checks.age(now).total_seconds()
        yield GaugeMetricFamily("steerco_log_verify_age_seconds", "Since the log that waits longest was found sound.", age)
        broken = len(self._checks.broken)
        yield GaugeMetricFamily("steerco_logs_broken", "Logs that are not what was written.", broken)
        if (stepped := self._worker.stepped) is not None:
            since = (now - stepped).total_seconds()
            yield GaugeMetricFamily("steerco_worker_step_age_seconds", "Since this process last did the worker's work.", since)


def _by_plugin(name: str, what: str, counts: Mapping[tuple[str, str], int]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, what, labels=["plugin", "hook"])
    for (plugin, hook), count in sorted(counts.items()):
        family.add_metric([plugin, hook], count)
    return family
