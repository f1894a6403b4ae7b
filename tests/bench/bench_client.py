"""What a program that uses the API costs before it has asked anything: the start of the client."""

from __future__ import annotations

import resource
import subprocess
import sys

from tests.bench.rows import Row, at_most

START = "from steerco_client import Client; Client('https://127.0.0.1:1', 'committee', 'token')"
MOST = 0.3
"""Seconds of CPU time."""


def run() -> list[Row]:
    """The least CPU time of several starts, to the bar."""
    start = min(_started() for _ in range(7))
    return [at_most(f"start of the client : {MOST} s", start, "s of CPU time", start / MOST, 1.0)]


def _started() -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", START], check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
