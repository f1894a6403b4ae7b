"""The demonstration as a newcomer starts it: the real command line over a temporary home, on a free port."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

ROOT = Path(__file__).parents[2]
STEERCO = (sys.executable, "-c", "from steerco.cli.main import main; main()")
LONG = 180.0
"""Seconds after which a server that does not come up is given up: it lives a year first, on a machine that may be busy."""


@dataclass(frozen=True)
class Demonstration:
    """A running server. ``url`` has the name ``localhost``, without which a browser has no passkeys."""

    home: Path
    url: str

    def told(self) -> str:
        """What the server printed."""
        return (self.home / "serve.log").read_text("utf-8")


@contextmanager
def demonstration(configure: Callable[[Path], None] = lambda home: None) -> Iterator[Demonstration]:
    """Serve both committees with their lived year until the block ends. ``configure`` changes the home's files before."""
    with tempfile.TemporaryDirectory(prefix="steerco-browser-", ignore_cleanup_errors=True) as folder:
        home = Path(folder)
        for part in ("tenants", "policies"):
            shutil.copytree(ROOT / part, home / part)
        configure(home)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        command = [*STEERCO, "serve", "--demo", "--port", str(port), "--home", str(home)]
        with (home / "serve.log").open("wb") as log:
            process = subprocess.Popen(command, cwd=home, env=os.environ, stdout=log, stderr=log)
        served = Demonstration(home, f"http://localhost:{port}")
        try:
            up(served, process)
            yield served
        finally:
            process.terminate()
            process.wait(LONG)


def up(served: Demonstration, process: subprocess.Popen[bytes]) -> None:
    """Wait until a server answers. Raises ``TimeoutError``."""
    end = time.monotonic() + LONG
    while time.monotonic() < end:
        assert process.poll() is None, served.told()
        try:
            if httpx.get(f"{served.url}/health", timeout=LONG).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise TimeoutError(served.told())
