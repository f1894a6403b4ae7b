"""Where Prometheus finds this process and where its traces go, as the environment says."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from steerco.cli.frame.environment import METRICS, TRACES
from steerco.cli.frame.problems import USAGE, CommandProblem

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


def trace(app: Edge) -> None:
    """Send a span of each request to the collector whose address the environment gives, if it gives one.

    Raises ``CommandProblem`` for an address that is none, and where the extra ``traces`` is not installed.
    """
    if not (address := os.environ.get(TRACES, "")):
        return
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        do = "give http://127.0.0.1:4318/v1/traces, say"
        raise CommandProblem("bad-setting", f"{TRACES}: {address!r} is no address of a collector", do, exit=USAGE)
    try:
        from steerco.web.http.traces import Traces
    except ModuleNotFoundError as error:
        do = "install steerco[traces], or take the setting away"
        raise CommandProblem("bad-setting", f"{TRACES}: {error.name} is not installed", do, exit=USAGE) from None
    Traces(address).attach(app)
