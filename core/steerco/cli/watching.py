"""Where Prometheus finds this process, as the environment says."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from steerco.cli.environment import METRICS
from steerco.cli.problems import USAGE, CommandProblem

if TYPE_CHECKING:
    from prometheus_client.registry import Collector

    from steerco.web.http.limits import Edge


def count(app: Edge, work: Collector) -> None:
    """Count requests, and tell of the worker, where the environment gives an address to tell them at.

    Raises ``CommandProblem`` for an address that is none, or that cannot be listened on.
    """
    if not (address := os.environ.get(METRICS, "")):
        return
    from steerco.web.http.metrics import Metrics

    host, _, port = address.rpartition(":")
    if not host or not port.isdecimal():
        raise CommandProblem("bad-setting", f"{METRICS}: {address!r} is no HOST:PORT", "give 127.0.0.1:9400, say", exit=USAGE)
    counts = Metrics()
    try:
        counts.serve(host.strip("[]"), int(port))
    except (OSError, OverflowError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise CommandProblem("port", f"{METRICS}: {address}: {why}", "give another", exit=USAGE) from None
    counts.attach(app)
    counts.registry.register(work)
