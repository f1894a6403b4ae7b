"""Requests to an installation under test, in this process."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from litestar.testing import TestClient

from steerco.configuration.installation import Installation
from steerco.web.app import create_app


def client(installation: Installation, clock: Callable[[], datetime]) -> TestClient[Any]:
    """Return a client of the installation; used as a context."""
    return TestClient(create_app(installation, clock=clock))
