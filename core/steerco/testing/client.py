"""Requests to an installation under test, in this process: the one place below the web that starts it.

(The web may use what stands here and not the other way round; a kit for authors has to ask for pages all the same.)
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from litestar.testing import TestClient

from steerco.tenancy.installation import Installation
from steerco.web.app import create_app


def client(installation: Installation, clock: Callable[[], datetime]) -> TestClient[Any]:
    """A client of the installation; used as a context."""
    return TestClient(create_app(installation, clock=clock))
